//! Filters on text: case, width, slashes, slugs.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::convert::{
    Converted, check_length, converted, is_lazy, required, small_integer, text_of, to_integer,
};
use super::plain::text::{
    Align, add_slashes, count_words, in_place, pad, phone_digits, slugify, title_words, wrap,
};
use crate::context::Context;
use crate::engine::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::format::unicode::capitalize_first;
use crate::library::{Filter, Filtered};
use crate::value::{Str, Value};

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("addslashes", |value, _, _| {
            Ok(unless_same(value, add_slashes(text_of(value))))
        })
        .string()
        .keeps_safe(),
        Filter::new("capfirst", |value, _, _| {
            let text = text_of(value);
            let change = text.starts_with(|c: char| !c.is_ascii() || c.is_ascii_lowercase());
            Ok(if change {
                capitalize_first(text).into()
            } else {
                unless_same(value, Cow::Borrowed(text))
            })
        })
        .string()
        .keeps_safe(),
        Filter::new("lower", |value, _, _| Ok(lower(value)))
            .string()
            .keeps_safe(),
        Filter::new("upper", |value, _, _| Ok(upper(value))).string(),
        Filter::new("title", |value, _, _| {
            Ok(stored(title_words(text_of(value))))
        })
        .string()
        .keeps_safe(),
        Filter::new("slugify", |value, _, _| Ok(stored(slugify(text_of(value)))))
            .string()
            .keeps_safe(),
        Filter::new("wordcount", |value, _, _| {
            Ok(Value::from(count_words(text_of(value))).into())
        })
        .string(),
        Filter::new("wordwrap", word_wrap)
            .argument()
            .string()
            .keeps_safe(),
        Filter::new("ljust", |value, width, context| {
            justify(value, width, context, Align::Left)
        })
        .argument()
        .string()
        .keeps_safe(),
        Filter::new("rjust", |value, width, context| {
            justify(value, width, context, Align::Right)
        })
        .argument()
        .string()
        .keeps_safe(),
        Filter::new("center", |value, width, context| {
            let format = context
                .engine()
                .is_some_and(|engine| engine.dialect() == Dialect::Django6);
            let align = if format {
                Align::CenterFormat
            } else {
                Align::Center
            };
            justify(value, width, context, align)
        })
        .argument()
        .string()
        .keeps_safe(),
        Filter::new("cut", cut).argument().string(),
        Filter::new("phone2numeric", phone2numeric).keeps_safe(),
        Filter::new("pprint", super::pretty::pretty_print).keeps_safe(),
    ]
}

/// The input itself when nothing has changed.
pub(super) fn unless_same(value: &Value, text: Cow<'_, str>) -> Filtered {
    match text {
        Cow::Borrowed(text) if text.len() == text_of(value).len() => {
            // A filter's result is not safe by itself.
            match value {
                Value::Str(text) => Value::Str(text.clone().mark_unsafe()).into(),
                _ => value.clone().into(),
            }
        }
        text => text.into_owned().into(),
    }
}

/// Whether a text has at most `length` characters, when that is seen without counting: even its bytes fit.
pub(super) fn characters_fit(text: &str, length: i64) -> bool {
    text.is_ascii() && i64::try_from(text.len()).is_ok_and(|size| size <= length)
}

/// The filter `lower`.
fn lower(value: &Value) -> Filtered {
    let text = text_of(value);
    if !text.is_ascii() {
        return text.to_lowercase().into();
    }
    ascii_case(value, u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase)
}

/// The filter `upper`.
fn upper(value: &Value) -> Filtered {
    let text = text_of(value);
    if !text.is_ascii() {
        return text.to_uppercase().into();
    }
    ascii_case(value, u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase)
}

/// Changes case in a copy, or shares the input when nothing changes.
fn ascii_case(value: &Value, changes: fn(&u8) -> bool, make: fn(&mut [u8])) -> Filtered {
    let text = text_of(value);
    if !text.as_bytes().iter().any(changes) {
        return unless_same(value, Cow::Borrowed(text));
    }
    stored(in_place(text.len(), |room| {
        room.copy_from_slice(text.as_bytes());
        make(room);
        0..text.len()
    }))
}

/// A text that is not safe, as a filter's result.
fn stored(text: SmolStr) -> Filtered {
    Value::Str(Str::stored(text, false)).into()
}

/// The filter `wordwrap`.
fn word_wrap(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let width = converted!(to_integer(required(argument))?);
    let text = text_of(value);
    if width.is_negative() || width.is_zero() {
        if text.is_empty() {
            return Ok(Value::empty().into());
        }
        let message = format!("invalid width {width} (must be > 0)");
        return Err(Error::new(ErrorKind::Value, message));
    }
    let width = width
        .to_i64()
        .and_then(|width| usize::try_from(width).ok())
        .unwrap_or(usize::MAX);
    Ok(wrap(text, width).into())
}

/// The filters `ljust`, `rjust` and `center`.
fn justify(
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
    align: Align,
) -> Result<Filtered> {
    let width = if let Some(width) = small_integer(required(argument)) {
        usize::try_from(width).unwrap_or(0)
    } else {
        let width = converted!(to_integer(required(argument))?);
        match width.to_i64() {
            Some(width) => usize::try_from(width).unwrap_or(0),
            None if width.is_negative() => 0,
            None => {
                return Err(if align == Align::CenterFormat {
                    let message = "Too many decimal digits in format string";
                    Error::new(ErrorKind::Value, message)
                } else {
                    let message = "Python int too large to convert to C ssize_t";
                    Error::new(ErrorKind::Overflow, message)
                });
            }
        }
    };
    check_length(width, context)?;
    Ok(unless_same(value, pad(text_of(value), width, align)))
}

/// The filter `cut`.
fn cut(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let argument = required(argument);
    if is_lazy(argument) {
        return Ok(Filtered::Declined);
    }
    let argument = argument.native()?;
    let unwanted = match &argument {
        Value::Str(text) => text,
        Value::Object(_) => return Ok(Filtered::Declined),
        other => {
            // Python's messages about arguments call `None` by its name.
            let kind = match other {
                Value::None => "None",
                other => other.type_name(),
            };
            let message = format!("replace() argument 1 must be str, not {kind}");
            return Err(Error::new(ErrorKind::Type, message));
        }
    };
    let text = text_of(value);
    let kept = match unwanted.as_bytes() {
        &[single] if memchr::memchr(single, text.as_bytes()).is_none() => SmolStr::new(text),
        [] => SmolStr::new(text),
        &[single] => in_place(text.len(), |room| {
            let mut length = 0;
            for &byte in text.as_bytes() {
                room[length] = byte;
                length += usize::from(byte != single);
            }
            0..length
        }),
        _ => SmolStr::new(text.replace(&**unwanted, "")),
    };
    // Django: without semicolons, the text's character references would become other text.
    let safe = value.is_safe() && &**unwanted != ";";
    Ok(Value::Str(Str::stored(kept, safe)).into())
}

/// The filter `phone2numeric`.
fn phone2numeric(value: &Value, _: Option<&Value>, _: &Context) -> Result<Filtered> {
    match value.native()? {
        Value::Str(text) => Ok(phone_digits(&text).into()),
        _ => Ok(Filtered::Declined),
    }
}
