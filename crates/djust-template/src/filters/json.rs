//! The filter `json_script`: values as Python's `json` module and Django's encoder write them.

use super::convert::{is_foreign, required};
use super::html::{not_serializable, script_element};
use super::plain::escape::push_unicode_escape;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{iso_date, iso_date_time, iso_time};
use crate::library::Filtered;
use crate::value::{Duration, Value};

/// Deepest nesting that is written.
const DEPTH_LIMIT: usize = 200;

/// The filter itself.
pub(super) fn json_script(
    value: &Value,
    argument: Option<&Value>,
    _: &Context,
) -> Result<Filtered> {
    let mut json = String::new();
    if !push(value, 0, &mut json)? {
        return Ok(Filtered::Declined);
    }
    if is_foreign(required(argument))? {
        return Ok(Filtered::Declined);
    }
    let id = match argument {
        Some(argument) if argument.truth()? => Some(argument.text()?),
        _ => None,
    };
    Ok(Value::safe(script_element(&json, id.as_ref())).into())
}

/// Appends a value; `false` when only the host can write it.
fn push(value: &Value, depth: usize, out: &mut String) -> Result<bool> {
    if depth > DEPTH_LIMIT {
        let message = format!("json_script writes at most {DEPTH_LIMIT} levels");
        return Err(Error::new(ErrorKind::Limit, message));
    }
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(number) if number.is_nan() => out.push_str("NaN"),
        Value::Float(number) if number.is_infinite() => {
            out.push_str(if *number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            });
        }
        Value::Float(number) => out.push_str(&crate::value::float_repr(*number)),
        Value::Str(text) => push_string(text, out),
        Value::Decimal(text) => push_string(text, out),
        Value::List(items) | Value::Tuple(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                if !push(item, depth + 1, out)? {
                    return Ok(false);
                }
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, (key, item)) in map.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                push_string(key, out);
                out.push_str(": ");
                if !push(item, depth + 1, out)? {
                    return Ok(false);
                }
            }
            out.push('}');
        }
        Value::Date(date) => push_string(&iso_date(*date), out),
        Value::DateTime(moment) => push_string(&milliseconds(&iso_date_time(moment), 23), out),
        Value::Time(time) if time.offset.is_some() => {
            let message = "JSON can't represent timezone-aware times.";
            return Err(Error::new(ErrorKind::Value, message));
        }
        Value::Time(time) => push_string(&milliseconds(&iso_time(*time), 12), out),
        Value::Duration(duration) => push_string(&iso_duration(*duration), out),
        Value::Object(object) => match object.native()? {
            Some(Value::Object(_)) | None => return Ok(false),
            Some(native) => return push(&native, depth, out),
        },
        #[expect(unreachable_patterns, reason = "kinds of values may be added")]
        other => return Err(not_serializable(other)),
    }
    Ok(true)
}

/// Appends a string in quotes, all but ASCII escaped, and what could end a script element too.
fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Django's own escapes have capital digits, those of Python's encoder have not.
            '<' | '>' | '&' => push_unicode_escape(c as u32, out),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    crate::format::push(out, format_args!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

/// A moment with milliseconds instead of microseconds and `Z` for universal time.
fn milliseconds(iso: &str, end: usize) -> String {
    let mut text = iso.to_owned();
    if iso.as_bytes().get(end - 4) == Some(&b'.') {
        text.replace_range(end..end + 3, "");
    }
    match text.strip_suffix("+00:00") {
        Some(local) => format!("{local}Z"),
        None => text,
    }
}

/// A span of time in ISO 8601 (Django: `django.utils.duration.duration_iso_string`).
fn iso_duration(duration: Duration) -> String {
    const DAY: i128 = 86_400_000_000;
    let total = i128::from(duration.days) * DAY
        + i128::from(duration.seconds) * 1_000_000
        + i128::from(duration.microseconds);
    let sign = if total < 0 { "-" } else { "" };
    let total = total.abs();
    let (days, rest) = (total / DAY, total % DAY);
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if micros == 0 {
        String::new()
    } else {
        format!(".{micros:06}")
    };
    format!("{sign}P{days}DT{hours:02}H{minutes:02}M{seconds:02}{fraction}S")
}
