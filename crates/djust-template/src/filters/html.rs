//! Filters on HTML: escaping, line breaks, tags, truncation.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use super::convert::{Converted, converted, host_or, required, small_integer, text_of, to_integer};
use super::plain::escape::javascript;
use super::plain::strip::strip_tags;
use super::plain::text::normalize_newlines;
use super::plain::truncate::{Unit, truncate_characters, truncate_html, truncate_words};
use super::text::{characters_fit, unless_same};
use crate::context::Context;
use crate::engine::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::library::{Filter, Filtered};
use crate::value::{Str, Value};

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("escape", |value, _, _| {
            Ok(Value::Str(super::convert::conditional_escape(value)?).into())
        })
        .string()
        .keeps_safe(),
        Filter::new("force_escape", |value, _, _| {
            Ok(Value::safe(crate::escape(text_of(value))).into())
        })
        .string()
        .keeps_safe(),
        Filter::new("safe", |value, _, _| {
            Ok(match value {
                Value::Str(text) => Value::Str(text.clone().mark_safe()).into(),
                other => other.clone().into(),
            })
        })
        .string()
        .keeps_safe(),
        Filter::new("escapejs", |value, _, _| {
            Ok(Value::safe(javascript(text_of(value))).into())
        })
        .string(),
        Filter::new("json_script", super::json::json_script)
            .optional_argument()
            .keeps_safe(),
        Filter::new("linebreaks", |value, _, context| {
            Ok(linebreaks(value, context))
        })
        .string()
        .keeps_safe(),
        Filter::new("linebreaksbr", |value, _, context| {
            Ok(linebreaksbr(value, context))
        })
        .string()
        .keeps_safe(),
        Filter::new("linenumbers", |value, _, context| {
            Ok(linenumbers(value, context))
        })
        .string()
        .keeps_safe(),
        Filter::new("striptags", striptags).string().keeps_safe(),
        truncation("truncatechars", |value, length, context| {
            let text = text_of(value);
            if characters_fit(text, length) {
                return Ok(unless_same(value, Cow::Borrowed(text)));
            }
            let cut = || truncate_characters(text, length, &ellipsis(context)).into();
            by_length("truncatechars", value, length, context, cut)
        }),
        truncation("truncatewords", |value, length, context| {
            let cut = || truncate_words(text_of(value), length).into();
            by_length("truncatewords", value, length, context, cut)
        }),
        truncation("truncatechars_html", |value, length, context| {
            html_truncated("truncatechars_html", value, length, context)
        }),
        truncation("truncatewords_html", |value, length, context| {
            html_truncated("truncatewords_html", value, length, context)
        }),
    ]
}

/// Whether the text is to be escaped: not when it is safe already.
fn escapes(value: &Value, context: &Context) -> bool {
    context.autoescape() && !value.is_safe()
}

/// Appends text, escaped or not, with `<br>` for line feeds.
fn push_lines(text: &str, escape: bool, out: &mut String) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<br>");
        }
        if escape {
            crate::escape_into(line, out);
        } else {
            out.push_str(line);
        }
    }
}

/// The filter `linebreaks`.
fn linebreaks(value: &Value, context: &Context) -> Filtered {
    let text = normalize_newlines(text_of(value));
    let escape = escapes(value, context);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest: &str = &text;
    loop {
        out.push_str("<p>");
        let end = rest.find("\n\n");
        push_lines(&rest[..end.unwrap_or(rest.len())], escape, &mut out);
        out.push_str("</p>");
        let Some(end) = end else { break };
        out.push_str("\n\n");
        rest = rest[end..].trim_start_matches('\n');
    }
    Value::safe(out).into()
}

/// The filter `linebreaksbr`.
fn linebreaksbr(value: &Value, context: &Context) -> Filtered {
    let text = normalize_newlines(text_of(value));
    let mut out = String::with_capacity(text.len() + 16);
    push_lines(&text, escapes(value, context), &mut out);
    Value::safe(out).into()
}

/// The filter `linenumbers`.
fn linenumbers(value: &Value, context: &Context) -> Filtered {
    let text = text_of(value);
    let escape = escapes(value, context);
    let count = text.split('\n').count();
    // Django: the width is the number of digits of the number of lines, itself as a number.
    let width = count.to_string().len();
    let mut out = String::with_capacity(text.len() + count * (width + 2));
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        write!(out, "{:0width$}. ", at + 1).expect("writing to a string cannot fail");
        if escape {
            crate::escape_into(line, &mut out);
        } else {
            out.push_str(line);
        }
    }
    Value::safe(out).into()
}

/// The filter `striptags`.
fn striptags(value: &Value, _: Option<&Value>, context: &Context) -> Result<Filtered> {
    let text = text_of(value);
    let (stripped, regular) = strip_tags(text);
    if regular {
        return Ok(stripped.into_owned().into());
    }
    let stripped = stripped.into_owned();
    host_or("striptags", value, None, context, || Ok(stripped.into()))
}

/// A filter that truncates to its argument; text stays as it is when that is no number.
fn truncation(
    name: &str,
    truncate: impl Fn(&Value, i64, &Context) -> Result<Filtered> + Send + Sync + 'static,
) -> Filter {
    Filter::new(name, move |value, argument, context| {
        if let Some(length) = small_integer(required(argument)) {
            return truncate(value, length, context);
        }
        let length = match to_integer(required(argument))? {
            Converted::BadValue(_) => return Ok(value.clone().into()),
            other => converted!(other),
        };
        let bound = if length.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        };
        truncate(value, length.to_i64().unwrap_or(bound), context)
    })
    .argument()
    .string()
    .keeps_safe()
}

/// Whether the Django beside us truncates by older rules.
pub(super) fn is_older(context: &Context) -> bool {
    let engine = context.engine();
    engine.is_some_and(|engine| engine.dialect() == Dialect::Django4)
}

/// Text truncated to a length; before Django 5.1 a length of nothing left the ellipsis.
fn by_length(
    name: &str,
    value: &Value,
    length: i64,
    context: &Context,
    cut: impl FnOnce() -> Filtered,
) -> Result<Filtered> {
    if length <= 0 && is_older(context) {
        return host_or(
            name,
            value,
            Some(&Value::Int(length)),
            context,
            || Ok(cut()),
        );
    }
    Ok(cut())
}

/// What follows truncated characters, with a place for them.
pub(super) fn ellipsis(context: &Context) -> Arc<str> {
    context.message(
        "String to return when truncating text",
        "%(truncated_text)s…",
    )
}

/// The filters `truncatechars_html` and `truncatewords_html`.
fn html_truncated(name: &str, value: &Value, length: i64, context: &Context) -> Result<Filtered> {
    let (unit, ending) = if name == "truncatechars_html" {
        (Unit::Characters, ellipsis(context))
    } else {
        (Unit::Words, " …".into())
    };
    let (text, regular) = truncate_html(text_of(value), length, unit, &ending);
    if regular && !is_older(context) {
        return Ok(text.into());
    }
    let argument = Value::Int(length);
    host_or(name, value, Some(&argument), context, || Ok(text.into()))
}

/// The element that a JSON text is put into.
pub(super) fn script_element(json: &str, id: Option<&Str>) -> String {
    let mut out = String::with_capacity(json.len() + 64);
    out.push_str("<script");
    if let Some(id) = id {
        out.push_str(" id=\"");
        if id.is_safe() {
            out.push_str(id);
        } else {
            crate::escape_into(id, &mut out);
        }
        out.push('"');
    }
    out.push_str(" type=\"application/json\">");
    out.push_str(json);
    out.push_str("</script>");
    out
}

/// The error of a value that JSON has no form for.
pub(super) fn not_serializable(value: &Value) -> Error {
    let message = format!(
        "Object of type {} is not JSON serializable",
        value.type_name()
    );
    Error::new(ErrorKind::Type, message)
}
