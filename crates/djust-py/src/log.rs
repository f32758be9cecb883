//! Django's debug log of lookups that failed.

use djust_template::Context;
use djust_template::value::Key;
use pyo3::intern;
use pyo3::prelude::*;

use crate::django;

/// Logs an exception of a lookup, as `Variable._resolve_lookup` does.
pub(crate) fn failed(py: Python<'_>, key: Option<&Key>, context: &Context, error: &PyErr) {
    write(py, key, context, Some(error.value(py).as_any()), None);
}

/// Logs a name that an object does not have.
pub(crate) fn missing(py: Python<'_>, key: &Key, context: &Context, object: &Bound<'_, PyAny>) {
    write(py, Some(key), context, None, Some(object));
}

fn write(
    py: Python<'_>,
    key: Option<&Key>,
    context: &Context,
    error: Option<&Bound<'_, PyAny>>,
    object: Option<&Bound<'_, PyAny>>,
) {
    let root = context.state().root();
    let template = root.and_then(|template| template.name());
    let written = django::support(py).and_then(|support| {
        let arguments = (key.map(Key::as_str), template, error, object);
        support.call_method1(intern!(py, "log_failed_lookup"), arguments)
    });
    // A log handler that raises must not change what the template gives.
    drop(written);
}
