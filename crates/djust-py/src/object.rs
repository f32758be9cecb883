//! Python objects as values of a template.

use std::sync::{Arc, OnceLock};

use djust_template::value::{
    Direction, Fields, Items, Key, Object, Ordering, Plain, Rendered, Resolved, Str, Value,
};
use djust_template::{Context, Pieces, Result, Slot};
use pyo3::basic::CompareOp;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::convert::{lend, raised, string, to_native, to_python, to_value};
use crate::errors::from_python;
use crate::fields::{DictFields, FieldNames, plain};
use crate::items::{iterate, plain_items};
use crate::lookup::{self, Called};
use crate::{django, log};

/// A Python object, read in place.
pub(crate) struct PyObjectValue {
    object: Py<PyAny>,
    is_dict: bool,
    class_name: OnceLock<Box<str>>,
}

impl PyObjectValue {
    /// Takes an object whose class is none of those that [`to_value`] copies.
    pub(crate) fn new(object: Bound<'_, PyAny>) -> Self {
        Self {
            is_dict: object.is_exact_instance_of::<PyDict>(),
            object: object.unbind(),
            class_name: OnceLock::new(),
        }
    }

    /// The object, for use with the interpreter.
    pub(crate) fn bind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.object.bind(py)
    }
}

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
    let dict = start.cast_exact::<PyDict>().ok()?;
    let value = dict.get_item(&*lookup::name(start.py(), key)).ok()??;
    lookup::is_plain(&value).then_some(value)
}

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
    match value.cast_exact::<PyBool>() {
        Ok(flag) => Ok(flag.is_true()),
        Err(_) => raised(value.is_truthy()),
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
    if let Ok(text) = value.cast_exact::<PyString>() {
        slot.text(raised(text.to_str())?);
        return Ok(());
    }
    if let Ok(number) = value.cast_exact::<PyInt>() {
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
fn write_end(end: &End<'_>, context: &Context, slot: &mut Slot<'_>) -> Result<Rendered> {
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

impl Object for PyObjectValue {
    fn type_name(&self) -> &str {
        self.class_name.get_or_init(|| {
            Python::attach(|py| match self.bind(py).get_type().name() {
                Ok(name) => name.to_string().into(),
                Err(_) => "object".into(),
            })
        })
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Python::attach(|py| {
            let found = raised(lookup::step(self.bind(py), key, None))?;
            found.map(|value| raised(to_value(&value))).transpose()
        })
    }

    fn resolve(&self, path: &[Key], context: &Context) -> Result<Resolved> {
        Python::attach(|py| {
            let start = self.bind(py);
            resolved(raised(lead(start, path, context))?, start, path)
        })
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        Python::attach(|py| write_end(&raised(lead(self.bind(py), path, context))?, context, slot))
    }

    fn plain(&self, path: &[Key]) -> Option<Value> {
        Python::attach(|py| {
            let object = self.bind(py);
            let [key] = path else {
                return path.is_empty().then(|| plain(object)).flatten();
            };
            let dict = object.cast_exact::<PyDict>().ok()?;
            plain(&dict.get_item(&*lookup::name(py, key)).ok()??)
        })
    }

    fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        Python::attach(|py| {
            let object = self.bind(py);
            if path.is_empty() {
                return plain_items(object, direction);
            }
            plain_items(&item(object, path)?, direction)
        })
    }

    fn has_fields(&self) -> bool {
        self.is_dict
    }

    fn with_plain(&self, paths: &[Box<[Key]>], work: &mut dyn FnMut(&[Option<Plain<'_>>])) -> bool {
        Python::attach(|py| match self.bind(py).cast_exact::<PyDict>() {
            Ok(dict) => {
                FieldNames::new(py, paths).read(dict, work);
                true
            }
            Err(_) => false,
        })
    }

    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        Python::attach(|py| {
            let object = self.bind(py);
            let context = pieces.context();
            let dict = object.cast_exact::<PyDict>().ok();
            let fields = dict.map(DictFields);
            let fields = fields.as_ref().map(|fields| fields as &dyn Fields);
            while let Some(path) = pieces.next_path(fields)? {
                // Looking into a dictionary twice runs no code of the view.
                let value = match (dict, path) {
                    (Some(dict), [key]) => dict.get_item(&*lookup::name(py, key)).ok().flatten(),
                    _ => None,
                };
                if let Some(value) = &value
                    && let Some(lent) = lend(value)
                {
                    pieces.show(lent)?;
                    continue;
                }
                let end = raised(lead(object, path, context))?;
                if let End::Value(value) = &end
                    && let Some(lent) = lend(value)
                {
                    pieces.show(lent)?;
                } else if pieces.is_filtered() {
                    pieces.show_resolved(resolved(end, object, path)?)?;
                } else {
                    pieces.write(|slot| write_end(&end, context, slot))?;
                }
            }
            Ok(())
        })
    }

    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        Python::attach(|py| test(lead(self.bind(py), path, context), context))
    }

    fn render(&self, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        Python::attach(|py| write(self.bind(py), context, slot))
    }

    fn text(&self) -> Result<Str> {
        Python::attach(|py| {
            let text = raised(self.bind(py).str())?;
            raised(string(text.as_any()))
        })
    }

    fn repr(&self) -> Result<String> {
        Python::attach(|py| raised(self.bind(py).repr().map(|text| text.to_string())))
    }

    fn truth(&self) -> Result<bool> {
        Python::attach(|py| raised(self.bind(py).is_truthy()))
    }

    fn length(&self) -> Result<Option<usize>> {
        Python::attach(|py| {
            let object = self.bind(py);
            if !raised(object.hasattr(intern!(py, "__len__")))? {
                return Ok(None);
            }
            raised(object.len().map(Some))
        })
    }

    fn iterate(&self, direction: Direction) -> Result<Option<Items>> {
        Python::attach(|py| raised(iterate(self.bind(py), direction)))
    }

    fn equals(&self, other: &Value) -> Result<bool> {
        Python::attach(|py| {
            let other = raised(to_python(py, other))?;
            raised(
                self.bind(py)
                    .rich_compare(other, CompareOp::Eq)
                    .and_then(|it| it.is_truthy()),
            )
        })
    }

    fn compare(&self, ordering: Ordering, other: &Value) -> Result<Option<bool>> {
        let operator = match ordering {
            Ordering::Less => CompareOp::Lt,
            Ordering::LessEqual => CompareOp::Le,
            Ordering::Greater => CompareOp::Gt,
            Ordering::GreaterEqual => CompareOp::Ge,
        };
        Python::attach(|py| {
            let other = raised(to_python(py, other))?;
            raised(
                self.bind(py)
                    .rich_compare(other, operator)
                    .and_then(|it| it.is_truthy()),
            )
            .map(Some)
        })
    }

    fn contains(&self, item: &Value) -> Result<Option<bool>> {
        Python::attach(|py| {
            let item = raised(to_python(py, item))?;
            raised(self.bind(py).contains(item)).map(Some)
        })
    }

    fn is_same(&self, other: &Value) -> bool {
        match other {
            Value::Object(other) => other
                .downcast_ref::<Self>()
                .is_some_and(|other| self.object.as_ptr() == other.object.as_ptr()),
            _ => false,
        }
    }

    fn is_lazy(&self) -> bool {
        // What cannot be told is treated as any other object.
        Python::attach(|py| {
            let class = django::promise_class(py);
            class.is_ok_and(|class| self.bind(py).is_instance(class).unwrap_or(false))
        })
    }

    fn native(&self) -> Result<Option<Value>> {
        Python::attach(|py| raised(to_native(self.bind(py))))
    }

    fn as_template(&self) -> Option<Arc<djust_template::Template>> {
        Python::attach(|py| crate::engine::compiled_template(self.bind(py)))
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
