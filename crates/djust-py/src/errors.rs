//! Exceptions of Python and errors of the engine, in both directions.
//!
//! Invariant: an exception that Python code raised leaves a render as the same object. It travels through the engine
//! as the payload of an [`Error`].

use std::any::Any;

use djust_template::{Error, ErrorKind};
use pyo3::exceptions::{
    PyAttributeError, PyMemoryError, PyOSError, PyOverflowError, PyRecursionError, PyTypeError,
    PyValueError,
};
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::django;

/// A Python exception on its way through the engine.
pub(crate) fn from_python(error: PyErr) -> Error {
    Python::attach(|py| {
        let kind = kind_of(py, &error);
        let message = error
            .value(py)
            .str()
            .map_or_else(|_| String::new(), |text| text.to_string());
        Error::new(kind, message).with_payload(Box::new(error))
    })
}

fn kind_of(py: Python<'_>, error: &PyErr) -> ErrorKind {
    let is =
        |class: PyResult<&Bound<'_, PyType>>| class.is_ok_and(|class| error.is_instance(py, class));
    if error.is_instance_of::<PyTypeError>(py) {
        ErrorKind::Type
    } else if is(django::template_does_not_exist(py)) {
        ErrorKind::TemplateDoesNotExist
    } else if is(django::template_syntax_error(py)) {
        ErrorKind::Syntax
    } else if is(django::variable_does_not_exist(py)) {
        ErrorKind::VariableDoesNotExist
    } else if is(django::no_reverse_match(py)) {
        ErrorKind::NoReverseMatch
    } else if error.is_instance_of::<PyValueError>(py) {
        ErrorKind::Value
    } else if error.is_instance_of::<PyOverflowError>(py) {
        ErrorKind::Overflow
    } else {
        ErrorKind::Host
    }
}

/// The Python exception behind an error of the engine, or a new one of Django's class for its kind.
pub(crate) fn to_python(py: Python<'_>, error: Error) -> PyErr {
    let kind = error.kind();
    let message = error.message().to_owned();
    if error
        .payload()
        .is_some_and(<dyn Any + Send + Sync>::is::<PyErr>)
    {
        return match error
            .into_payload()
            .map(<Box<dyn Any + Send + Sync>>::downcast::<PyErr>)
        {
            Some(Ok(exception)) => *exception,
            _ => internal(py, &message),
        };
    }
    match kind {
        ErrorKind::Syntax => of_class(django::template_syntax_error(py), message),
        ErrorKind::TemplateDoesNotExist => of_class(django::template_does_not_exist(py), message),
        ErrorKind::VariableDoesNotExist => missing_variable(py, &message),
        ErrorKind::NoReverseMatch => of_class(django::no_reverse_match(py), message),
        ErrorKind::Configuration => of_class(django::improperly_configured(py), message),
        ErrorKind::Type => PyTypeError::new_err(message),
        ErrorKind::Attribute => PyAttributeError::new_err(message),
        ErrorKind::Value => PyValueError::new_err(message),
        ErrorKind::Overflow => PyOverflowError::new_err(message),
        ErrorKind::Load => PyOSError::new_err(message),
        ErrorKind::Limit if message.contains("output") => PyMemoryError::new_err(message),
        ErrorKind::Limit => PyRecursionError::new_err(message),
        _ => of_class(django::engine_error(py), message),
    }
}

fn of_class(class: PyResult<&Bound<'_, PyType>>, message: String) -> PyErr {
    match class {
        Ok(class) => PyErr::from_type(class.clone(), message),
        Err(error) => error,
    }
}

fn missing_variable(py: Python<'_>, message: &str) -> PyErr {
    // Django formats the message with its parameters when it is shown.
    let made = django::variable_does_not_exist(py)
        .and_then(|class| class.call1((message.replace('%', "%%"),)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// `djust.exceptions.EngineError`: a fault of the engine itself.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    of_class(django::engine_error(py), message.to_owned())
}

/// Runs `work` and turns a panic of Rust code into `djust.exceptions.EngineError`.
///
/// # Errors
///
/// Those of `work`, and the panic.
pub(crate) fn guarded<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let panic = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        // A panic inside a nested call arrives as PyO3's own exception.
        Ok(Err(error)) if error.is_instance_of::<PanicException>(py) => error.to_string(),
        Ok(result) => return result,
        Err(payload) => match payload.downcast_ref::<&str>() {
            Some(text) => (*text).to_owned(),
            None => payload
                .downcast_ref::<String>()
                .cloned()
                .unwrap_or_default(),
        },
    };
    Err(internal(
        py,
        &format!("the template engine failed: {panic}"),
    ))
}
