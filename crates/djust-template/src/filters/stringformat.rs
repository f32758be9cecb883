//! The filter `stringformat`: Python's `%` operator.

use super::convert::{Converted, required, to_float, to_integer};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::integer::Integer;
use crate::format::percent::{FormatFailure, Operand, WIDTH_LIMIT, format_percent};
use crate::library::Filtered;
use crate::value::Value;

/// The filter itself.
pub(super) fn string_format(
    value: &Value,
    argument: Option<&Value>,
    _: &Context,
) -> Result<Filtered> {
    let format = required(argument).text()?;
    let tuple;
    let value = match value {
        // Django: a tuple would be taken for several values.
        Value::Tuple(_) => {
            tuple = Value::Str(value.text()?);
            &tuple
        }
        Value::Object(object) if object.type_name() == "tuple" => {
            tuple = Value::Str(value.text()?);
            &tuple
        }
        value => value,
    };
    match format_percent(&format, &Formatted(value)) {
        Ok(text) => Ok(text.into()),
        Err(Failure::Format(FormatFailure::Mismatch)) => Ok(Value::empty().into()),
        Err(Failure::Format(FormatFailure::NeedsKey)) => Ok(match value {
            Value::Map(_) | Value::Object(_) => Filtered::Declined,
            _ => Value::empty().into(),
        }),
        Err(Failure::Format(FormatFailure::Overflow(message))) => {
            Err(Error::new(ErrorKind::Overflow, message))
        }
        Err(Failure::Format(FormatFailure::TooLong)) => {
            let message = format!("stringformat writes fields of at most {WIDTH_LIMIT} characters");
            Err(Error::new(ErrorKind::Limit, message))
        }
        Err(Failure::Unknown) => Ok(Filtered::Declined),
        Err(Failure::Value(error)) => Err(error),
    }
}

/// A value being formatted.
struct Formatted<'a>(&'a Value);

/// Why a value was not formatted.
enum Failure {
    Format(FormatFailure),
    Value(Error),
    Unknown,
}

impl From<FormatFailure> for Failure {
    fn from(failure: FormatFailure) -> Self {
        Self::Format(failure)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Value(error)
    }
}

/// What Python's formatting makes of a conversion.
fn accepted<T>(conversion: Converted<T>) -> Result<Option<T>, Failure> {
    match conversion {
        Converted::Into(value) => Ok(Some(value)),
        Converted::BadValue(_) | Converted::BadType(_) => Ok(None),
        Converted::TooLarge(message) => Err(FormatFailure::Overflow(message).into()),
        Converted::Unknown => Err(Failure::Unknown),
    }
}

impl Operand for Formatted<'_> {
    type Error = Failure;

    fn text(&self) -> Result<String, Failure> {
        Ok(self.0.text()?.to_string())
    }

    fn repr(&self) -> Result<String, Failure> {
        Ok(self.0.repr()?)
    }

    fn small(&self) -> Option<i64> {
        match self.0 {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    fn truncated(&self) -> Result<Option<Integer>, Failure> {
        match self.0.native()? {
            Value::Str(_) => Ok(None),
            value => accepted(to_integer(&value)?),
        }
    }

    fn index(&self) -> Result<Option<Integer>, Failure> {
        match self.0.native()? {
            value @ (Value::Int(_) | Value::BigInt(_) | Value::Bool(_) | Value::Object(_)) => {
                accepted(to_integer(&value)?)
            }
            _ => Ok(None),
        }
    }

    fn float(&self) -> Result<Option<f64>, Failure> {
        match self.0.native()? {
            Value::Str(_) => Ok(None),
            value => accepted(to_float(&value)?),
        }
    }

    fn character(&self) -> Option<char> {
        let mut characters = self.0.as_str()?.chars();
        let first = characters.next()?;
        characters.next().is_none().then_some(first)
    }

    fn has_items(&self) -> Result<bool, Failure> {
        match self.0 {
            Value::Object(_) => Err(Failure::Unknown),
            value => Ok(matches!(value, Value::Map(_) | Value::List(_))),
        }
    }
}
