//! Django's rules for one step of a path (`django.template.base.Variable._resolve_lookup`).

use std::collections::HashMap;
use std::sync::Mutex;

use djust_template::value::Key;
use pyo3::exceptions::{PyAttributeError, PyIndexError, PyKeyError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use crate::django;

/// What the rules ask about a class. Asked once per class and render.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassFacts {
    /// Instances take part in `object[key]`.
    pub(crate) subscriptable: bool,
    /// Instances are template contexts, whose own attributes are hidden.
    pub(crate) context: bool,
}

/// Facts about the classes met in one render.
///
/// Entries hold their class, so that an address cannot come to mean another class.
#[derive(Default)]
pub(crate) struct Classes(Mutex<HashMap<usize, (Py<PyType>, ClassFacts)>>);

impl Classes {
    /// The facts about the class of `value`.
    pub(crate) fn of(&self, value: &Bound<'_, PyAny>) -> PyResult<ClassFacts> {
        let class = value.get_type();
        let address = class.as_ptr() as usize;
        if let Ok(known) = self.0.lock()
            && let Some((_, facts)) = known.get(&address)
        {
            return Ok(*facts);
        }
        let py = value.py();
        let facts = ClassFacts {
            subscriptable: class.hasattr(intern!(py, "__getitem__"))?,
            context: class.is_subclass(django::base_context_class(py)?)?,
        };
        if let Ok(mut known) = self.0.lock() {
            known.insert(address, (class.unbind(), facts));
        }
        Ok(facts)
    }
}

/// The text of a key as a Python string, made and interned once.
pub(crate) fn name<'a, 'py>(py: Python<'py>, key: &'a Key) -> Name<'a, 'py> {
    match key.host(|text| PyString::intern(py, text).unbind()) {
        Some(kept) => Name::Kept(kept.bind(py)),
        None => Name::Made(PyString::intern(py, key.as_str())),
    }
}

/// A Python string that is kept in its key, or was made because the key holds something else.
pub(crate) enum Name<'a, 'py> {
    Kept(&'a Bound<'py, PyString>),
    Made(Bound<'py, PyString>),
}

impl<'py> std::ops::Deref for Name<'_, 'py> {
    type Target = Bound<'py, PyString>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Kept(name) => name,
            Self::Made(name) => name,
        }
    }
}

/// `object[key]`, else the attribute, else the item at that index; nothing if there is none of the three.
///
/// # Errors
///
/// What Django lets through: exceptions that do not say "no such thing".
pub(crate) fn step<'py>(
    object: &Bound<'py, PyAny>,
    key: &Key,
    classes: &Classes,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = object.py();
    let name = name(py, key);
    if let Ok(dict) = object.cast_exact::<PyDict>() {
        if let Some(value) = dict.get_item(&*name)? {
            return Ok(Some(value));
        }
        return match object.getattr_opt(&*name)? {
            Some(value) => Ok(Some(value)),
            None => index(object, key),
        };
    }
    if object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>() {
        // A name is no index, and neither class has attributes that are digits.
        return match key.index() {
            Some(_) => index(object, key),
            None => object.getattr_opt(&*name),
        };
    }
    let facts = classes.of(object)?;
    let is_context = facts.context;
    if facts.subscriptable {
        match object.get_item(&*name) {
            Ok(value) => return Ok(Some(value)),
            Err(error) if says_no_item(py, &error) => {}
            Err(error) => return Err(error),
        }
    }
    match attribute(object, &name, is_context) {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if error.is_instance_of::<PyAttributeError>(py)
                || error.is_instance_of::<PyTypeError>(py) =>
        {
            // Django: an error of a property is not taken for a missing attribute.
            if !is_context && object.dir()?.contains(&*name)? {
                return Err(error);
            }
            index(object, key)
        }
        Err(error) => Err(error),
    }
}

fn says_no_item(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyKeyError>(py)
        || error.is_instance_of::<PyTypeError>(py)
        || error.is_instance_of::<PyAttributeError>(py)
        || error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyIndexError>(py)
}

fn attribute<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    is_context: bool,
) -> PyResult<Bound<'py, PyAny>> {
    if is_context && object.get_type().getattr(name)?.is_truthy()? {
        return Err(PyAttributeError::new_err(()));
    }
    object.getattr(name)
}

/// `object[int(key)]`
fn index<'py>(object: &Bound<'py, PyAny>, key: &Key) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = object.py();
    let Some(position) = key.index() else {
        return Ok(None);
    };
    match object.get_item(position) {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if error.is_instance_of::<PyIndexError>(py)
                || error.is_instance_of::<PyValueError>(py)
                || error.is_instance_of::<PyKeyError>(py)
                || error.is_instance_of::<PyTypeError>(py) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What became of a value that may have to be called.
pub(crate) enum Called<'py> {
    /// Not to be called.
    No,
    /// The result.
    Result(Bound<'py, PyAny>),
    /// Shown as `string_if_invalid`.
    Invalid,
}

/// Calls a callable without arguments, unless it or Django's rules forbid it.
///
/// # Errors
///
/// What the callable raises.
pub(crate) fn call<'py>(value: &Bound<'py, PyAny>) -> PyResult<Called<'py>> {
    if !value.is_callable() {
        return Ok(Called::No);
    }
    let py = value.py();
    if is_marked(value, intern!(py, "do_not_call_in_templates"))? {
        return Ok(Called::No);
    }
    if is_marked(value, intern!(py, "alters_data"))? {
        return Ok(Called::Invalid);
    }
    match value.call0() {
        Ok(result) => Ok(Called::Result(result)),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            let needs_arguments =
                django::support(py)?.call_method1(intern!(py, "needs_arguments"), (value,))?;
            if needs_arguments.is_truthy()? {
                Ok(Called::Invalid)
            } else {
                Err(error)
            }
        }
        Err(error) => Err(error),
    }
}

fn is_marked(value: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> PyResult<bool> {
    match value.getattr_opt(name)? {
        Some(mark) => mark.is_truthy(),
        None => Ok(false),
    }
}

/// Whether an exception asks to be shown as `string_if_invalid`.
pub(crate) fn is_silent(py: Python<'_>, error: &PyErr) -> bool {
    let exception = error.value(py);
    exception
        .getattr_opt(intern!(py, "silent_variable_failure"))
        .ok()
        .flatten()
        .is_some_and(|mark| mark.is_truthy().unwrap_or(false))
}
