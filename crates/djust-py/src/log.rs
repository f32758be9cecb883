//! Django's debug log of lookups that failed.

use djust_template::Context;
use djust_template::value::Key;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::django;

/// `logging.DEBUG`
const DEBUG: u8 = 10;

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
    if is_known_off(py).unwrap_or(false) {
        return;
    }
    let root = context.state().root();
    let template = root.and_then(|template| template.name());
    let written = django::support(py).and_then(|support| {
        let arguments = (key.map(Key::as_str), template, error, object);
        support.call_method1(intern!(py, "log_failed_lookup"), arguments)
    });
    // A log handler that raises must not change what the template gives.
    drop(written);
}

/// Whether the logger has found out that it does not write such lines. It keeps that in a dictionary, which `logging`
/// empties when a level changes, and which is read here without running Python code.
fn is_known_off(py: Python<'_>) -> PyResult<bool> {
    let logger = django::template_logger(py)?;
    let Some(known) = logger.getattr_opt(intern!(py, "_cache"))? else {
        return Ok(false);
    };
    let enabled = known.cast_exact::<PyDict>()?.get_item(DEBUG)?;
    match enabled {
        Some(enabled) => enabled.is_truthy().map(|enabled| !enabled),
        None => Ok(false),
    }
}
