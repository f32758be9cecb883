//! Filters on lists: length, items, slices, joining.

use super::convert::{
    check_length, conditional_escape, host_or, is_foreign, is_plain_sequence, required,
};
use super::plain::slice::Slice;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::library::{Filter, Filtered};
use crate::value::{Direction, Str, Value};

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("first", |value, _, context| end("first", value, context)),
        Filter::new("last", |value, _, context| end("last", value, context)).keeps_safe(),
        Filter::new("join", join).argument().keeps_safe(),
        Filter::new("length", |value, _, _| {
            Ok(Value::from(value.length()?.unwrap_or(0)).into())
        }),
        Filter::new("random", |value, _, _| random(value)).keeps_safe(),
        Filter::new("slice", |value, argument, _| {
            slice(value, required(argument))
        })
        .argument()
        .keeps_safe(),
    ]
}

/// The filters `first` and `last`.
fn end(name: &str, value: &Value, context: &Context) -> Result<Filtered> {
    let first = name == "first";
    let item = match value {
        Value::Str(text) => {
            let c = if first {
                text.chars().next()
            } else {
                text.chars().next_back()
            };
            Some(c.map_or_else(Value::empty, |c| Value::from(&*c.encode_utf8(&mut [0; 4]))))
        }
        Value::List(items) | Value::Tuple(items) => {
            let item = if first { items.first() } else { items.last() };
            Some(item.cloned().unwrap_or_else(Value::empty))
        }
        Value::Object(_) if is_plain_sequence(value) => {
            let direction = if first {
                Direction::Forward
            } else {
                Direction::Reversed
            };
            Some(
                value
                    .iterate(direction)?
                    .iterator
                    .next()
                    .transpose()?
                    .unwrap_or_else(Value::empty),
            )
        }
        Value::Object(object) => match object.native()? {
            Some(native) => return end(name, &native, context),
            None => return Ok(Filtered::Declined),
        },
        _ => None,
    };
    match item {
        Some(item) => Ok(item.into()),
        // Python raises KeyError or TypeError.
        None => host_or(name, value, None, context, || {
            let message = format!("'{}' object is not subscriptable", value.type_name());
            Err(Error::new(ErrorKind::Type, message))
        }),
    }
}

/// The filter `join`.
fn join(value: &Value, argument: Option<&Value>, context: &Context) -> Result<Filtered> {
    let separator = required(argument);
    let autoescape = context.autoescape();
    if is_foreign(separator)? {
        return Ok(Filtered::Declined);
    }
    let separator = if autoescape {
        conditional_escape(separator)?
    } else {
        match separator.native()? {
            Value::Str(text) => text,
            _ => return Ok(Filtered::Declined),
        }
    };
    let items = match value.iterate(Direction::Forward) {
        Ok(items) => items,
        // Django: what cannot be iterated is given back.
        Err(error) if error.kind() == ErrorKind::Type => return Ok(value.clone().into()),
        Err(error) => return Err(error),
    };
    let mut out = String::new();
    for (at, item) in items.iterator.enumerate() {
        let item = item?;
        if at > 0 {
            out.push_str(&separator);
        }
        if autoescape {
            if is_foreign(&item)? {
                return Ok(Filtered::Declined);
            }
            let text = item.text()?;
            if text.is_safe() {
                out.push_str(&text);
            } else {
                crate::escape_into(&text, &mut out);
            }
        } else {
            match item.native()? {
                Value::Str(text) => out.push_str(&text),
                Value::Object(_) => return Ok(Filtered::Declined),
                // Python: str.join takes strings only.
                _ => return Ok(value.clone().into()),
            }
        }
        check_length(out.len(), context)?;
    }
    Ok(Value::safe(out).into())
}

/// The filter `random`.
fn random(value: &Value) -> Result<Filtered> {
    let pick = |length: usize| (length > 0).then(|| random_number() as usize % length);
    let item = match value {
        Value::Str(text) => pick(text.chars().count())
            .and_then(|at| text.chars().nth(at))
            .map(|c| Value::from(&*c.encode_utf8(&mut [0; 4]))),
        Value::List(items) | Value::Tuple(items) => pick(items.len()).map(|at| items[at].clone()),
        Value::Object(object) => match object.native()? {
            Some(native) => return random(&native),
            None => return Ok(Filtered::Declined),
        },
        _ => return Ok(Filtered::Declined),
    };
    Ok(item.unwrap_or_else(Value::empty).into())
}

/// A number that differs from call to call: the seed of a fresh hasher.
fn random_number() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0_u8)
}

/// The filter `slice`.
fn slice(value: &Value, argument: &Value) -> Result<Filtered> {
    let bounds = argument.text()?;
    let Some(slice) = Slice::parse(&bounds) else {
        return Ok(value.clone().into());
    };
    let pick = |items: &[Value]| {
        slice
            .positions(items.len())
            .map(|at| items[at].clone())
            .collect()
    };
    Ok(match value {
        Value::Str(text) => Value::Str(Str::from(slice.of_text(text))).into(),
        Value::List(items) => Value::List(pick(items)).into(),
        Value::Tuple(items) => Value::Tuple(pick(items)).into(),
        Value::Object(object) => match object.native()? {
            Some(native @ (Value::Str(_) | Value::List(_) | Value::Tuple(_))) => {
                return self::slice(&native, argument);
            }
            // A number is given back as the object that it is.
            _ => Filtered::Declined,
        },
        _ => value.clone().into(),
    })
}
