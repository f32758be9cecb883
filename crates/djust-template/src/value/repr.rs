//! `str()` and `repr()` of values.

use std::fmt::Write as _;

use super::{Duration, Time, Value, float_repr};
use crate::error::{Error, ErrorKind, Result};
use crate::format;

/// Lists inside one another that are still shown.
const DEPTH: usize = 200;

/// `repr(str)`.
///
/// ```
/// use djust_template::value::string_repr;
/// assert_eq!(string_repr("a\n'b'"), r#""a\n'b'""#);
/// assert_eq!(string_repr("\u{ad}é"), r"'\xadé'");
/// ```
pub fn string_repr(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ if is_printable(character) => out.push(character),
            _ => {
                let code = u32::from(character);
                let escaped = match code {
                    0..=0xff => format!("\\x{code:02x}"),
                    0x100..=0xffff => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                out.push_str(&escaped);
            }
        }
    }
    out.push(quote);
    out
}

/// Python's `str.isprintable`.
fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    // Behind a letter, so that a combining mark is not escaped for lack of a base.
    let mut text = String::from("a");
    text.push(character);
    !character.is_whitespace() && text.escape_debug().count() == 2
}

/// Appends `str(value)` of a value that is neither string nor object.
pub(super) fn write_text(value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Date(date) => out.push_str(&format::iso_date(*date)),
        Value::Time(time) => out.push_str(&format::iso_time(*time)),
        Value::DateTime(moment) => {
            out.push_str(&format::iso_date_time(moment).replacen('T', " ", 1));
        }
        Value::Duration(span) => write_duration(*span, out),
        Value::Decimal(text) => out.push_str(text),
        _ => return write_repr(value, out),
    }
    Ok(())
}

/// Appends `repr(value)`.
pub(super) fn write_repr(value: &Value, out: &mut String) -> Result<()> {
    write(value, out, 0)
}

fn write(value: &Value, out: &mut String, depth: usize) -> Result<()> {
    if depth > DEPTH {
        return Err(Error::new(
            ErrorKind::Limit,
            "maximum recursion depth exceeded in repr",
        ));
    }
    match value {
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Value::BigInt(text) => out.push_str(text),
        Value::Float(number) => out.push_str(&float_repr(*number)),
        Value::Decimal(text) => push(out, format_args!("Decimal('{text}')")),
        Value::Str(text) => out.push_str(&string_repr(text)),
        Value::List(items) => {
            out.push('[');
            write_items(items, out, depth)?;
            out.push(']');
        }
        Value::Tuple(items) => {
            out.push('(');
            write_items(items, out, depth)?;
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Value::Map(map) => {
            out.push('{');
            for (index, (name, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(&string_repr(name));
                out.push_str(": ");
                write(value, out, depth + 1)?;
            }
            out.push('}');
        }
        Value::Date(date) => {
            push(
                out,
                format_args!("datetime.date({}, {}, {})", date.year, date.month, date.day),
            );
        }
        Value::Time(time) => {
            out.push_str("datetime.time(");
            write_time(*time, out);
            out.push(')');
        }
        Value::DateTime(moment) => {
            let date = moment.date;
            push(
                out,
                format_args!(
                    "datetime.datetime({}, {}, {}, ",
                    date.year, date.month, date.day
                ),
            );
            write_time(moment.time, out);
            if let Some(zone) = &moment.zone {
                push(out, format_args!(", tzinfo={}", zone.name));
            }
            out.push(')');
        }
        Value::Duration(span) => {
            let parts = [
                ("days", span.days),
                ("seconds", i64::from(span.seconds)),
                ("microseconds", i64::from(span.microseconds)),
            ];
            let shown: Vec<String> = parts
                .iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|(name, amount)| format!("{name}={amount}"))
                .collect();
            let shown = if shown.is_empty() {
                "0".to_owned()
            } else {
                shown.join(", ")
            };
            push(out, format_args!("datetime.timedelta({shown})"));
        }
        Value::Object(object) => out.push_str(&object.repr()?),
    }
    Ok(())
}

fn write_items(items: &[Value], out: &mut String, depth: usize) -> Result<()> {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, out, depth + 1)?;
    }
    Ok(())
}

fn write_time(time: Time, out: &mut String) {
    push(out, format_args!("{}, {}", time.hour, time.minute));
    if time.second != 0 || time.microsecond != 0 {
        push(out, format_args!(", {}", time.second));
    }
    if time.microsecond != 0 {
        push(out, format_args!(", {}", time.microsecond));
    }
}

fn write_duration(span: Duration, out: &mut String) {
    if span.days != 0 {
        let plural = if span.days.abs() == 1 { "" } else { "s" };
        push(out, format_args!("{} day{plural}, ", span.days));
    }
    let (hours, minutes) = (span.seconds / 3600, span.seconds / 60 % 60);
    push(
        out,
        format_args!("{hours}:{minutes:02}:{:02}", span.seconds % 60),
    );
    if span.microseconds != 0 {
        push(out, format_args!(".{:06}", span.microseconds));
    }
}

/// Writing to a string cannot fail.
fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(arguments);
}
