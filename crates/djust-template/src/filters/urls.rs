//! Filters on addresses.

use super::convert::{Converted, converted, host_or, is_lazy, required, text_of, to_integer};
use super::plain::escape::{iri, percent};
use super::plain::urlize::{Names, Urlizer, has_bare_name};
use crate::context::Context;
use crate::engine::{Dialect, Engine};
use crate::error::{Error, ErrorKind, Result};
use crate::library::{Filter, Filtered};
use crate::value::Value;

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("iriencode", |value, _, _| Ok(iri(text_of(value)).into()))
            .string()
            .keeps_safe(),
        Filter::new("urlencode", url_encode)
            .optional_argument()
            .string(),
        Filter::new("urlize", |value, _, context| {
            urlize("urlize", value, None, context)
        })
        .string()
        .keeps_safe(),
        Filter::new("urlizetrunc", |value, argument, context| {
            urlize("urlizetrunc", value, Some(required(argument)), context)
        })
        .argument()
        .string()
        .keeps_safe(),
    ]
}

/// The filter `urlencode`.
fn url_encode(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let text = text_of(value);
    if is_lazy(required(argument)) {
        return Ok(Filtered::Declined);
    }
    match argument.map(Value::native).transpose()? {
        None | Some(Value::None) => Ok(percent(text, "/").into()),
        Some(Value::Str(safe)) => Ok(percent(text, &safe).into()),
        Some(_) => Ok(Filtered::Declined),
    }
}

/// The filters `urlize` and `urlizetrunc`.
fn urlize(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    let limit = match argument {
        Some(argument) => {
            let limit = converted!(to_integer(argument)?);
            let bound = if limit.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            };
            Some(limit.to_i64().unwrap_or(bound))
        }
        None => None,
    };
    let dialect = context
        .engine()
        .map_or_else(Dialect::default, Engine::dialect);
    let newer = dialect == Dialect::Django6;
    let text = text_of(value);
    let urlizer = Urlizer {
        limit,
        escape: context.autoescape(),
        safe: value.is_safe(),
        names: if newer { Names::Domain } else { Names::Loose },
    };
    let (out, certain) = urlizer.run(text);
    let result = move || Ok(Value::safe(out).into());
    // The setting URLIZE_ASSUME_HTTPS (Django 6.0) is the host's.
    if certain && !(newer && has_bare_name(text, &urlizer)) {
        return result();
    }
    host_or(name, value, argument, context, result)
}
