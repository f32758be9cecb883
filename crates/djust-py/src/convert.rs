//! Values of Python as the engine's values, and back.
//!
//! Only what is immutable and of an exact built-in type is copied; everything else stays a Python object that the
//! engine reads in place.

use std::sync::Arc;

use djust_template::Error;
use djust_template::value::{Date, DateTime, Duration, Lent, Str, Time, Value, Zone};
use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyDelta, PyDict, PyFloat, PyInt, PyList, PyString, PyTime, PyTuple,
    PyTzInfo,
};

use crate::django;
use crate::exact::exact;
use crate::foreign::EngineValue;
use crate::object::PyObjectValue;

/// A Python value for the engine.
///
/// # Errors
///
/// `UnicodeEncodeError` for a string with lone surrogates.
pub(crate) fn to_value(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(copied(value)?.unwrap_or_else(|| object(value)))
}

/// Puts what [`to_value`] gives in the place of another value. An object that nothing else holds makes room for the next.
///
/// # Errors
///
/// As [`to_value`].
pub(crate) fn replace(place: &mut Value, value: Bound<'_, PyAny>) -> PyResult<()> {
    if let Some(copied) = copied(&value)? {
        *place = copied;
        return Ok(());
    }
    if let Value::Object(known) = place
        && let Some(known) = Arc::get_mut(known)
        && let Some(known) = known.downcast_mut::<PyObjectValue>()
    {
        *known = PyObjectValue::new(value);
    } else {
        *place = object(&value);
    }
    Ok(())
}

/// A value that the engine has itself.
fn copied(value: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    if let Some(text) = exact::<PyString>(value) {
        return Ok(Some(Value::Str(Str::new(text.to_str()?))));
    }
    if value.is_exact_instance_of::<PyDict>() {
        return Ok(None);
    }
    if let Some(number) = exact::<PyInt>(value) {
        return integer(number).map(Some);
    }
    if let Some(flag) = exact::<PyBool>(value) {
        return Ok(Some(Value::Bool(flag.is_true())));
    }
    if value.is_none() {
        return Ok(Some(Value::None));
    }
    if let Some(number) = exact::<PyFloat>(value) {
        return Ok(Some(Value::Float(number.value())));
    }
    if django::is_safe_string(value)? {
        let text: &Bound<'_, PyString> = value.cast()?;
        return Ok(Some(Value::safe(text.to_str()?)));
    }
    if let Some(own) = exact::<EngineValue>(value) {
        return Ok(Some(own.get().value().clone()));
    }
    Ok(None)
}

/// A value of an exact built-in class in its own memory, for as long as it is held. Nothing: it is none, or it cannot be
/// read.
#[inline]
pub(crate) fn lend<'a>(value: &'a Bound<'_, PyAny>) -> Option<Lent<'a>> {
    if let Some(text) = exact::<PyString>(value) {
        return text.to_str().ok().map(Lent::Text);
    }
    if let Some(number) = exact::<PyInt>(value) {
        return number.extract().ok().map(Lent::Int);
    }
    if let Some(flag) = exact::<PyBool>(value) {
        return Some(Lent::Bool(flag.is_true()));
    }
    if let Some(number) = exact::<PyFloat>(value) {
        return Some(Lent::Float(number.value()));
    }
    if value.is_none() {
        return Some(Lent::None);
    }
    if django::is_safe_string(value).ok()? {
        let text: &Bound<'_, PyString> = value.cast().ok()?;
        return text.to_str().ok().map(Lent::Safe);
    }
    if django::is_date(value).ok()? {
        return date(value).ok().map(Lent::Date);
    }
    None
}

/// The day of a value that is exactly a `datetime.date`. One call and some arithmetic take less than asking for three
/// attributes.
fn date(value: &Bound<'_, PyAny>) -> PyResult<Date> {
    let ordinal: i64 = value
        .call_method0(intern!(value.py(), "toordinal"))?
        .extract()?;
    Ok(Date::from_days_since_epoch(ordinal - ORDINAL_OF_EPOCH))
}

/// A value that stays a Python object.
fn object(value: &Bound<'_, PyAny>) -> Value {
    Value::Object(Arc::new(PyObjectValue::new(value.clone())))
}

fn integer(number: &Bound<'_, PyInt>) -> PyResult<Value> {
    match number.extract::<i64>() {
        Ok(number) => Ok(Value::Int(number)),
        Err(_) => Ok(Value::BigInt(number.str()?.to_str()?.into())),
    }
}

/// A string of Python, of whatever class, with its mark of safety (`conditional_escape` without the escaping).
///
/// # Errors
///
/// What `__html__` or `__str__` raise.
pub(crate) fn string(text: &Bound<'_, PyAny>) -> PyResult<Str> {
    let py = text.py();
    if let Some(plain) = exact::<PyString>(text) {
        return Ok(Str::new(plain.to_str()?));
    }
    if django::is_safe_string(text)? {
        return Ok(Str::safe(text.cast::<PyString>()?.to_str()?));
    }
    if text.hasattr(intern!(py, "__html__"))? {
        let html = text.call_method0(intern!(py, "__html__"))?.str()?;
        return Ok(Str::safe(html.to_str()?));
    }
    let plain = text.str()?;
    Ok(Str::new(plain.to_str()?))
}

/// A value of the engine for Python. Objects of Python come back as themselves.
///
/// # Errors
///
/// Values that Python cannot hold, such as a year beyond 9999.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::None => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Int(number) => number.into_bound_py_any(py)?,
        Value::BigInt(digits) => py.get_type::<PyInt>().call1((&**digits,))?,
        Value::Float(number) => PyFloat::new(py, *number).into_any(),
        Value::Decimal(digits) => django::decimal_class(py)?.call1((&**digits,))?,
        Value::Str(text) if text.is_safe() => django::safe_string(py, text)?,
        Value::Str(text) => PyString::new(py, text).into_any(),
        Value::List(items) => PyList::new(py, all_to_python(py, items)?)?.into_any(),
        Value::Tuple(items) => PyTuple::new(py, all_to_python(py, items)?)?.into_any(),
        Value::Map(map) => {
            let dict = PyDict::new(py);
            for (key, value) in map.iter() {
                dict.set_item(&**key, to_python(py, value)?)?;
            }
            dict.into_any()
        }
        Value::Date(date) => PyDate::new(py, date.year, date.month, date.day)?.into_any(),
        Value::Time(time) => time_to_python(py, *time)?,
        Value::DateTime(moment) => moment_to_python(py, moment)?,
        Value::Duration(span) => {
            let days = i32::try_from(span.days)?;
            PyDelta::new(
                py,
                days,
                span.seconds as i32,
                span.microseconds as i32,
                false,
            )?
            .into_any()
        }
        Value::Object(object) => match object.downcast_ref::<PyObjectValue>() {
            Some(object) => object.bind(py).clone(),
            None => crate::foreign::to_python(py, value)?,
        },
        _ => crate::foreign::to_python(py, value)?,
    })
}

fn all_to_python<'py>(py: Python<'py>, values: &[Value]) -> PyResult<Vec<Bound<'py, PyAny>>> {
    values.iter().map(|value| to_python(py, value)).collect()
}

fn time_to_python(py: Python<'_>, time: Time) -> PyResult<Bound<'_, PyAny>> {
    let zone = match time.offset {
        Some(offset) => Some(PyTzInfo::fixed_offset(
            py,
            PyDelta::new(py, 0, offset, 0, true)?,
        )?),
        None => None,
    };
    let made = PyTime::new(
        py,
        time.hour,
        time.minute,
        time.second,
        time.microsecond,
        zone.as_ref(),
    )?;
    Ok(made.into_any())
}

/// A named zone comes back with its rules, if they agree; of any other zone its offset and abbreviation are known.
fn zone_to_python<'py>(
    py: Python<'py>,
    zone: &Zone,
    moment: &DateTime,
) -> PyResult<Bound<'py, PyTzInfo>> {
    if let Ok(named) = PyTzInfo::timezone(py, &*zone.name) {
        let naive = DateTime {
            zone: None,
            ..moment.clone()
        };
        let local = moment_to_python(py, &naive)?;
        let keywords = PyDict::new(py);
        keywords.set_item(intern!(py, "tzinfo"), &named)?;
        let local = local.call_method(intern!(py, "replace"), (), Some(&keywords))?;
        if seconds(&local.call_method0(intern!(py, "utcoffset"))?) == Some(zone.offset) {
            return Ok(named);
        }
    }
    let offset = PyDelta::new(py, 0, zone.offset, 0, true)?;
    let class = py
        .import(intern!(py, "datetime"))?
        .getattr(intern!(py, "timezone"))?;
    Ok(class
        .call1((offset, &*zone.abbreviation))?
        .cast_into::<PyTzInfo>()?)
}

fn moment_to_python<'py>(py: Python<'py>, moment: &DateTime) -> PyResult<Bound<'py, PyAny>> {
    let zone = match &moment.zone {
        None => None,
        Some(zone) if zone.offset == 0 && &*zone.name == "UTC" => {
            Some(PyTzInfo::utc(py)?.to_owned())
        }
        Some(zone) => Some(zone_to_python(py, zone, moment)?),
    };
    let (date, time) = (moment.date, moment.time);
    let made = PyDateTime::new(
        py,
        date.year,
        date.month,
        date.day,
        time.hour,
        time.minute,
        time.second,
        time.microsecond,
        zone.as_ref(),
    )?;
    Ok(made.into_any())
}

/// `date(1970, 1, 1).toordinal()`
const ORDINAL_OF_EPOCH: i64 = 719_163;

/// A Python object as a plain value of the engine, if it is a number, a string, a date or the like of any class.
///
/// # Errors
///
/// What the object's own methods raise.
pub(crate) fn to_native(value: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    use pyo3::types::{PyDeltaAccess as _, PyTzInfoAccess as _};

    let py = value.py();
    if django::is_date(value)? {
        return date(value).map(|date| Some(Value::Date(date)));
    }
    if let Ok(text) = value.cast::<PyString>() {
        if django::is_safe_string(value)? || value.hasattr(intern!(py, "__html__"))? {
            return string(value).map(|text| Some(Value::Str(text)));
        }
        // Operators and conversions take the text itself, whatever `str()` gives for the class.
        return Ok(Some(Value::Str(Str::new(text.to_str()?))));
    }
    if value.cast::<PyInt>().is_ok() {
        let number = py
            .get_type::<PyInt>()
            .call_method1(intern!(py, "__int__"), (value,))?;
        return integer(number.cast()?).map(Some);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(Some(Value::Float(number.value())));
    }
    if value.is_instance(django::decimal_class(py)?)? {
        return Ok(Some(Value::Decimal(value.str()?.to_str()?.into())));
    }
    if let Ok(moment) = value.cast::<PyDateTime>() {
        // A moment that `|utc` and the like have told in their zone: only Django's filters leave it there.
        let keeps_zone = match value.getattr_opt(intern!(py, "convert_to_local_time"))? {
            Some(converts) => !converts.is_truthy()?,
            None => false,
        };
        if keeps_zone {
            return Ok(None);
        }
        return Ok(Some(Value::DateTime(Arc::new(moment_to_native(moment)?))));
    }
    if value.cast::<PyDate>().is_ok() {
        return day(value).map(|date| Some(Value::Date(date)));
    }
    if let Ok(clock) = value.cast::<PyTime>() {
        // A time of day with a zone has names that only Python knows.
        if clock.get_tzinfo().is_some() {
            return Ok(None);
        }
        return time(value).map(|time| Some(Value::Time(time)));
    }
    if let Ok(span) = value.cast::<PyDelta>() {
        return Ok(Some(Value::Duration(Duration {
            days: i64::from(span.get_days()),
            seconds: span.get_seconds() as u32,
            microseconds: span.get_microseconds() as u32,
        })));
    }
    if value.is_instance(django::promise_class(py)?)? {
        let resolved = value.str()?.into_any();
        return string(&resolved).map(|text| Some(Value::Str(text)));
    }
    Ok(None)
}

/// The day of a `date` or `datetime`, by its attributes, as Django's formatting reads them.
fn day(value: &Bound<'_, PyAny>) -> PyResult<Date> {
    let py = value.py();
    Ok(Date {
        year: value.getattr(intern!(py, "year"))?.extract()?,
        month: value.getattr(intern!(py, "month"))?.extract()?,
        day: value.getattr(intern!(py, "day"))?.extract()?,
    })
}

/// The time of the day of a `time` or `datetime`, without its zone.
fn time(value: &Bound<'_, PyAny>) -> PyResult<Time> {
    let py = value.py();
    Ok(Time {
        hour: value.getattr(intern!(py, "hour"))?.extract()?,
        minute: value.getattr(intern!(py, "minute"))?.extract()?,
        second: value.getattr(intern!(py, "second"))?.extract()?,
        microsecond: value.getattr(intern!(py, "microsecond"))?.extract()?,
        offset: None,
    })
}

fn seconds(offset: &Bound<'_, PyAny>) -> Option<i32> {
    use pyo3::types::PyDeltaAccess as _;
    let offset = offset.cast::<PyDelta>().ok()?;
    Some(offset.get_days() * 86_400 + offset.get_seconds())
}

/// A `datetime.datetime` with the offset and the names that its zone has at that moment.
///
/// # Errors
///
/// What the `tzinfo` raises.
pub(crate) fn moment_to_native(moment: &Bound<'_, PyDateTime>) -> PyResult<DateTime> {
    use pyo3::types::PyTzInfoAccess as _;

    let py = moment.py();
    let mut zone = None;
    if let Some(info) = moment.get_tzinfo()
        && let Some(offset) = seconds(&moment.call_method0(intern!(py, "utcoffset"))?)
    {
        let abbreviation = moment.call_method0(intern!(py, "tzname"))?;
        let daylight = moment.call_method0(intern!(py, "dst"))?;
        zone = Some(Zone {
            offset,
            abbreviation: optional_text(&abbreviation)?.into(),
            name: info.str()?.to_str()?.into(),
            daylight: seconds(&daylight).map(|seconds| seconds != 0),
        });
    }
    Ok(DateTime {
        date: day(moment)?,
        time: time(moment)?,
        zone,
    })
}

fn optional_text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_none() {
        Ok(String::new())
    } else {
        Ok(value.str()?.to_string())
    }
}

/// Shortens `?` between the two kinds of result.
pub(crate) fn raised<T>(result: PyResult<T>) -> Result<T, Error> {
    result.map_err(crate::errors::from_python)
}
