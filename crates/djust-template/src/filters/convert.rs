//! Python's conversions of filter inputs and arguments.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::decimal::Decimal;
use crate::format::float::parse_float;
use crate::format::integer::Integer;
use crate::library::Filtered;
use crate::value::{Str, Value};

/// What became of a conversion.
#[derive(Clone, Debug)]
pub(super) enum Converted<T> {
    /// It worked.
    Into(T),
    /// Python raises `ValueError` with this message.
    BadValue(String),
    /// Python raises `TypeError` with this message.
    BadType(String),
    /// Python raises `OverflowError` with this message.
    TooLarge(&'static str),
    /// Only the host knows.
    Unknown,
}

impl<T> Converted<Option<T>> {
    /// The value, if there is one.
    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::Into(value) => value,
            _ => None,
        }
    }
}

/// Unpacks a conversion, or leaves the filter as Python would: an exception, or the host.
macro_rules! converted {
    ($conversion:expr) => {
        match $conversion {
            Converted::Into(value) => value,
            Converted::BadValue(message) => return Err(Error::new(ErrorKind::Value, message)),
            Converted::BadType(message) => return Err(Error::new(ErrorKind::Type, message)),
            Converted::TooLarge(message) => return Err(Error::new(ErrorKind::Overflow, message)),
            Converted::Unknown => return Ok(Filtered::Declined),
        }
    };
}
pub(super) use converted;

/// Most digits that a decimal number's integer part may have.
const DIGIT_LIMIT: u64 = 100_000;

/// `int(value)`.
pub(super) fn to_integer(value: &Value) -> Result<Converted<Integer>> {
    Ok(match value {
        Value::Int(number) => Converted::Into(Integer::from(*number)),
        Value::Bool(truth) => Converted::Into(Integer::from(i64::from(*truth))),
        Value::Str(text) => match Integer::parse(text) {
            Some(number) => Converted::Into(number),
            None => Converted::BadValue(bad_literal(text)),
        },
        Value::BigInt(digits) => match Integer::parse_unbounded(digits) {
            Some(number) => Converted::Into(number),
            None => Converted::BadValue(bad_literal(digits)),
        },
        Value::Float(number) => match Integer::truncate(*number) {
            Some(number) => Converted::Into(number),
            None if number.is_nan() => {
                Converted::BadValue("cannot convert float NaN to integer".into())
            }
            None => Converted::TooLarge("cannot convert float infinity to integer"),
        },
        Value::Decimal(text) => match Decimal::parse(text) {
            Some(Decimal::Finite(number)) if number.extent() <= DIGIT_LIMIT => {
                Converted::Into(Integer::new(number.negative, &number.whole_digits()))
            }
            Some(Decimal::Infinite { .. }) => {
                Converted::TooLarge("cannot convert Infinity to integer")
            }
            Some(Decimal::NotANumber) => {
                Converted::BadValue("cannot convert NaN to integer".into())
            }
            _ => Converted::Unknown,
        },
        Value::Object(object) if object.is_lazy() => Converted::Unknown,
        Value::Object(object) => match object.native()? {
            Some(native) => return to_integer(&native),
            None => Converted::Unknown,
        },
        _ => Converted::BadType(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            value.type_name()
        )),
    })
}

/// `int(value)` of a plain integer of 64 bits, which need not be made an [`Integer`].
pub(super) fn small_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

/// The message of Python's `int()` for text that is no integer.
fn bad_literal(text: &str) -> String {
    format!(
        "invalid literal for int() with base 10: {}",
        crate::value::string_repr(text)
    )
}

/// `float(value)`.
pub(super) fn to_float(value: &Value) -> Result<Converted<f64>> {
    Ok(match value {
        Value::Int(number) => Converted::Into(*number as f64),
        Value::Bool(truth) => Converted::Into(f64::from(u8::from(*truth))),
        Value::Float(number) => Converted::Into(*number),
        Value::Str(text) => match parse_float(text) {
            Some(number) => Converted::Into(number),
            None => Converted::BadValue(format!(
                "could not convert string to float: {}",
                crate::value::string_repr(text)
            )),
        },
        Value::BigInt(digits) => match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Converted::Into(number),
            _ => Converted::TooLarge("int too large to convert to float"),
        },
        Value::Decimal(text) => match parse_float(text) {
            Some(number) => Converted::Into(number),
            None => Converted::Unknown,
        },
        Value::Object(object) if object.is_lazy() => Converted::Unknown,
        Value::Object(object) => match object.native()? {
            Some(native) => return to_float(&native),
            None => Converted::Unknown,
        },
        _ => Converted::BadType(format!(
            "float() argument must be a string or a real number, not '{}'",
            value.type_name()
        )),
    })
}

/// An integer as a value.
pub(super) fn integer_value(number: &Integer) -> Value {
    match number.to_i64() {
        Some(small) => Value::Int(small),
        None => Value::BigInt(number.to_string().into()),
    }
}

/// The text of an input that `stringfilter` has made a string.
pub(super) fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The argument, which the parser has made sure is there.
pub(super) fn required(argument: Option<&Value>) -> &Value {
    static NONE: Value = Value::None;
    argument.unwrap_or(&NONE)
}

/// `conditional_escape(value)`: a safe string, escaped unless it is safe already.
pub(super) fn conditional_escape(value: &Value) -> Result<Str> {
    let text = value.text()?;
    Ok(if text.is_safe() {
        text
    } else {
        Str::safe(crate::escape(&text))
    })
}

/// What the host's filter makes of the input or, without one, what this crate does. For results
/// that depend on what only the host knows.
pub(super) fn host_or(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
    otherwise: impl FnOnce() -> Result<Filtered>,
) -> Result<Filtered> {
    match context.host().filter(name, value, argument, context)? {
        Some(output) => Ok(Filtered::Value(output)),
        None => otherwise(),
    }
}

/// Whether this is an object that only the host can escape: it may have markup of its own (`__html__`).
pub(super) fn is_foreign(value: &Value) -> Result<bool> {
    match value {
        Value::Object(object) => Ok(object.native()?.is_none()),
        _ => Ok(false),
    }
}

/// Whether only the host knows what Python makes of an argument that is no plain text.
pub(super) fn is_lazy(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.is_lazy())
}

/// Refuses a result of more bytes than a render may put out.
pub(super) fn check_length(bytes: usize, context: &Context) -> Result<()> {
    let limit = context
        .engine()
        .map_or(usize::MAX >> 1, |engine| engine.limits().output);
    if bytes > limit {
        let message = format!("a filter's result would be longer than {limit} bytes");
        return Err(Error::new(ErrorKind::Limit, message));
    }
    Ok(())
}

/// Tells whether a host object is a list or tuple of the host's language, so that reading its
/// items in order gives what an index would.
pub(super) fn is_plain_sequence(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Tuple(_) => true,
        Value::Object(object) => matches!(object.type_name(), "list" | "tuple"),
        _ => false,
    }
}
