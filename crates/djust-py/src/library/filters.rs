//! Filters whose function is Python's.

use std::sync::Arc;

use djust_template::value::Value;
use djust_template::{Context, Filter, Filtered};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{raised, to_python, to_value};
use crate::django;

/// A filter whose function is Python's, with the flags that its decorators set.
pub(crate) struct PyFilter {
    function: Py<PyAny>,
    needs_autoescape: bool,
    expects_local_time: bool,
    is_safe: bool,
}

/// A filter of the engine that takes as many arguments as Django's function: of one that has `autoescape` as its second
/// parameter Django lets an argument pass, and the call fails.
pub(super) fn with_arity_of(
    filter: Arc<Filter>,
    function: &Bound<'_, PyAny>,
) -> PyResult<Arc<Filter>> {
    let arity = arity(function)?;
    if filter.arity() == arity {
        return Ok(filter);
    }
    let most = filter.arity().1;
    let name = filter.name().to_owned();
    let apply = move |value: &Value, argument: Option<&Value>, context: &Context| {
        if argument.is_some() && most == 0 {
            return Ok(Filtered::Declined);
        }
        filter.apply(value, argument, context).map(Filtered::Value)
    };
    Ok(Arc::new(
        Filter::new(&name, apply).arguments(arity.0, arity.1),
    ))
}

fn arity(function: &Bound<'_, PyAny>) -> PyResult<(u8, u8)> {
    let py = function.py();
    django::support(py)?
        .call_method1(intern!(py, "filter_arity"), (function,))?
        .extract()
}

pub(super) fn python_filter(name: &str, function: &Bound<'_, PyAny>) -> PyResult<Filter> {
    let (least, most) = arity(function)?;
    let filter = PyFilter::new(function)?;
    let apply = move |value: &Value, argument: Option<&Value>, context: &Context| {
        Python::attach(|py| raised(filter.apply(py, value, argument, context)).map(Filtered::Value))
    };
    Ok(Filter::new(name, apply).arguments(least, most))
}

impl PyFilter {
    /// A filter function with its flags.
    ///
    /// # Errors
    ///
    /// What reading its attributes raises.
    pub(crate) fn new(function: &Bound<'_, PyAny>) -> PyResult<Self> {
        let flag = |name: &str| -> PyResult<bool> {
            function
                .getattr_opt(name)?
                .map_or(Ok(false), |flag| flag.is_truthy())
        };
        Ok(Self {
            needs_autoescape: flag("needs_autoescape")?,
            expects_local_time: flag("expects_localtime")?,
            is_safe: flag("is_safe")?,
            function: function.clone().unbind(),
        })
    }

    /// The filtered value, by the rules of `FilterExpression.resolve`.
    ///
    /// # Errors
    ///
    /// What the function raises.
    pub(crate) fn apply(
        &self,
        py: Python<'_>,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> PyResult<Value> {
        let mut input = to_python(py, value)?;
        if self.expects_local_time {
            input = django::template_localtime(py)?.call1((input, context.use_tz()))?;
        }
        let keywords = if self.needs_autoescape {
            Some(PyDict::new(py))
        } else {
            None
        };
        if let Some(keywords) = &keywords {
            keywords.set_item(intern!(py, "autoescape"), context.autoescape())?;
        }
        let function = self.function.bind(py);
        let output = match argument {
            Some(argument) => {
                function.call((&input, to_python(py, argument)?), keywords.as_ref())?
            }
            None => function.call((&input,), keywords.as_ref())?,
        };
        if self.is_safe && input.is_instance(django::safe_data_class(py)?)? {
            return to_value(&django::mark_safe(py)?.call1((output,))?);
        }
        to_value(&output)
    }
}
