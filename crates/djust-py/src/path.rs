//! Paths of names through Python objects, by the rules of Django's variables.

use djust_template::value::{Key, Resolved};
use djust_template::{Context, Result};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

use crate::convert::{raised, to_value};
use crate::exact::exact;
use crate::log;
use crate::lookup::{self, Called};

/// The end of a path: a Python value, or the reason why there is none.
pub(crate) enum End<'py> {
    Value(Bound<'py, PyAny>),
    Invalid,
    Missing {
        step: usize,
        object: Bound<'py, PyAny>,
    },
}

/// One step from a plain `dict` to a plain value, which is what most paths are; `None`: the rules have to be asked.
#[inline]
pub(crate) fn item<'py>(start: &Bound<'py, PyAny>, path: &[Key]) -> Option<Bound<'py, PyAny>> {
    let [key] = path else {
        return None;
    };
    let dict = exact::<PyDict>(start)?;
    let value = dict.get_item(&*lookup::name(start.py(), key)).ok()??;
    lookup::is_plain(&value).then_some(value)
}

/// Follows a path from a value that was just looked up, with the classes of the render under way.
///
/// # Errors
///
/// Exceptions without `silent_variable_failure`.
pub(crate) fn follow<'py>(
    start: Bound<'py, PyAny>,
    path: &[Key],
    context: &Context,
) -> PyResult<End<'py>> {
    let py = start.py();
    let silenced = |error: PyErr, position: usize| silenced(py, error, path.get(position), context);
    let mut current = match called(start) {
        Ok(Some(value)) => value,
        Ok(None) if !path.is_empty() => return Ok(nothing_in_text(py, 0)),
        Ok(None) => return Ok(End::Invalid),
        Err(error) => return silenced(error, 0),
    };
    for (position, key) in path.iter().enumerate() {
        let next = match lookup::step(&current, key, Some(context)) {
            Ok(Some(next)) => next,
            Ok(None) => {
                log::missing(py, key, context, &current);
                return Ok(End::Missing {
                    step: position,
                    object: current,
                });
            }
            Err(error) => return silenced(error, position),
        };
        current = match called(next) {
            Ok(Some(value)) => value,
            Ok(None) if position + 1 < path.len() => {
                return Ok(nothing_in_text(py, position + 1));
            }
            Ok(None) => return Ok(End::Invalid),
            Err(error) => return silenced(error, position),
        };
    }
    Ok(End::Value(current))
}

/// [`follow`] for a path that is nearly always one step, whose value is nearly always plain.
#[inline]
pub(crate) fn lead<'py>(
    start: &Bound<'py, PyAny>,
    path: &[Key],
    context: &Context,
) -> PyResult<End<'py>> {
    if let Some(value) = item(start, path) {
        return Ok(End::Value(value));
    }
    if let [key] = path
        && let Some(found) = lookup::plain_attribute(start, key, context)
    {
        return match found {
            Ok(value) if lookup::is_plain(&value) => Ok(End::Value(value)),
            found => attribute_found(found, start, key, context),
        };
    }
    follow(start.clone(), path, context)
}

/// The end of a path of one step, which is an attribute or the reason why there is none.
fn attribute_found<'py>(
    found: PyResult<Bound<'py, PyAny>>,
    start: &Bound<'py, PyAny>,
    key: &Key,
    context: &Context,
) -> PyResult<End<'py>> {
    let py = start.py();
    let value = match found {
        Ok(value) => Ok(Some(value)),
        Err(error) => lookup::without_attribute(start, key, error, false),
    };
    let value = match value {
        Ok(Some(value)) => value,
        Ok(None) => {
            log::missing(py, key, context, start);
            return Ok(End::Missing {
                step: 0,
                object: start.clone(),
            });
        }
        Err(error) => return silenced(py, error, Some(key), context),
    };
    match called(value) {
        Ok(Some(value)) => Ok(End::Value(value)),
        Ok(None) => Ok(End::Invalid),
        Err(error) => silenced(py, error, Some(key), context),
    }
}

/// An exception on the way, unless it asks to be shown as `string_if_invalid`.
fn silenced<'py>(
    py: Python<'py>,
    error: PyErr,
    key: Option<&Key>,
    context: &Context,
) -> PyResult<End<'py>> {
    log::failed(py, key, context, &error);
    if lookup::is_silent(py, &error) {
        Ok(End::Invalid)
    } else {
        Err(error)
    }
}

/// Django: the walk goes on over the text of `string_if_invalid`, where nothing is found.
fn nothing_in_text(py: Python<'_>, step: usize) -> End<'_> {
    End::Missing {
        step,
        object: PyString::new(py, "").into_any(),
    }
}

fn called(value: Bound<'_, PyAny>) -> PyResult<Option<Bound<'_, PyAny>>> {
    match lookup::call(&value)? {
        Called::No => Ok(Some(value)),
        Called::Result(result) => Ok(Some(result)),
        Called::Invalid => Ok(None),
    }
}

/// Whether the value that a path led to is true; `None` if there is none.
///
/// # Errors
///
/// Those of following the path, and of the value's `__bool__`.
pub(crate) fn test(end: PyResult<End<'_>>, context: &Context) -> Result<Option<bool>> {
    match raised(end)? {
        End::Value(value) => is_true(&value).map(Some),
        End::Invalid => Ok(Some(context.invalid_is_true())),
        End::Missing { .. } => Ok(None),
    }
}

/// `bool(value)`
pub(crate) fn is_true(value: &Bound<'_, PyAny>) -> Result<bool> {
    match exact::<PyBool>(value) {
        Some(flag) => Ok(flag.is_true()),
        None => raised(value.is_truthy()),
    }
}

/// What a path led to, as the engine's answer.
pub(crate) fn resolved(end: End<'_>, start: &Bound<'_, PyAny>, path: &[Key]) -> Result<Resolved> {
    Ok(match end {
        End::Value(value) if path.is_empty() && value.is(start) => Resolved::Itself,
        End::Value(value) => Resolved::Value(raised(to_value(&value))?),
        End::Invalid => Resolved::Invalid,
        End::Missing { step, object } => Resolved::Missing {
            step,
            object: Some(raised(to_value(&object))?),
        },
    })
}
