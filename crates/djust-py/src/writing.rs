//! Python values in the output.

use djust_template::value::{Key, Rendered, Str, Value};
use djust_template::{Context, Result, Slot};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};

use crate::convert::{lend, raised, string, to_native, to_value};
use crate::django;
use crate::errors::from_python;
use crate::exact::exact;
use crate::path::{End, item};

/// Writes what a path leads to from a value that was just looked up, if that takes at most one step in a plain `dict` to a
/// plain value. `false`: the rules have to be asked.
///
/// # Errors
///
/// What Django's formatting raises.
#[inline]
pub(crate) fn write_plain(
    start: &Bound<'_, PyAny>,
    path: &[Key],
    context: &Context,
    slot: &mut Slot<'_>,
) -> Result<bool> {
    let inner;
    let value = match path {
        [] => start,
        _ => match item(start, path) {
            Some(value) => {
                inner = value;
                &inner
            }
            None => return Ok(false),
        },
    };
    match lend(value) {
        Some(lent) => slot.lent(lent, context).map(|()| true),
        None => Ok(false),
    }
}

/// Writes a Python value as `{{ }}` does (`django.template.base.render_value_in_context`).
///
/// # Errors
///
/// What `__str__`, `__html__` or Django's formatting raise.
pub(crate) fn write(
    value: &Bound<'_, PyAny>,
    context: &Context,
    slot: &mut Slot<'_>,
) -> Result<()> {
    if let Some(text) = exact::<PyString>(value) {
        slot.text(raised(text.to_str())?);
        return Ok(());
    }
    if let Some(number) = exact::<PyInt>(value) {
        return raised(to_value(number))?.render(context, slot);
    }
    if value.is_none()
        || value.is_exact_instance_of::<PyBool>()
        || value.is_exact_instance_of::<PyFloat>()
    {
        return raised(to_value(value))?.render(context, slot);
    }
    if raised(django::is_safe_string(value))? {
        let text: &Bound<'_, PyString> = value.cast().map_err(|error| from_python(error.into()))?;
        slot.markup(raised(text.to_str())?);
        return Ok(());
    }
    if value.cast::<PyString>().is_err()
        && let Some(native) = raised(localisable(value, context))?
    {
        return native.render(context, slot);
    }
    let text = if slot.autoescape() && value.cast::<PyString>().is_ok() {
        raised(string(value))?
    } else {
        // `str()` of an object may be a safe string.
        let text = raised(value.str())?;
        if slot.autoescape() {
            raised(string(text.as_any()))?
        } else {
            Str::safe(raised(text.to_str())?)
        }
    };
    slot.string(&text);
    Ok(())
}

/// Writes what a path led to.
pub(crate) fn write_end(end: &End<'_>, context: &Context, slot: &mut Slot<'_>) -> Result<Rendered> {
    match end {
        End::Value(value) => write(value, context, slot).map(|()| Rendered::Written),
        End::Invalid => Ok(Rendered::Invalid),
        End::Missing { .. } => Ok(Rendered::Missing),
    }
}

/// The plain value of a number or a date, which is shown localised.
fn localisable(value: &Bound<'_, PyAny>, context: &Context) -> PyResult<Option<Value>> {
    use pyo3::types::{PyDate, PyDateTime, PyTime};
    let py = value.py();
    if django::is_date(value)? {
        return to_native(value);
    }
    let is_subclass = (value.cast::<PyDateTime>().is_ok()
        && !value.is_exact_instance_of::<PyDateTime>())
        || value.cast::<PyInt>().is_ok()
        || value.cast::<PyFloat>().is_ok();
    if is_subclass {
        // Such a number may have a text of its own, and a moment that `|utc` and the like have told in their zone
        // stays in it.
        let arguments = (value, context.use_tz(), context.use_l10n());
        let shown = django::support(py)?.call_method1(intern!(py, "show_localised"), arguments)?;
        return to_value(&shown).map(Some);
    }
    let is_localised = value.cast::<PyDate>().is_ok()
        || value.cast::<PyTime>().is_ok()
        || value.is_instance(django::decimal_class(py)?)?;
    if is_localised {
        to_native(value)
    } else {
        Ok(None)
    }
}
