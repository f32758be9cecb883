//! Template values from JSON, for fixtures.

use std::sync::Arc;

use djust_template::Value;
use djust_template::value::{Map, Str};
use serde_json::Value as Json;

/// A value as JSON writes it. An object with one key that begins with `$` stands for what JSON does not have:
/// `$safe`, `$tuple`, `$decimal`, `$float`, `$big`.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().expect("a JSON number").into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(entries) => special(entries).unwrap_or_else(|| map(json).into()),
    }
}

fn special(entries: &serde_json::Map<String, Json>) -> Option<Value> {
    let (name, json) = entries.iter().next().filter(|_| entries.len() == 1)?;
    let text = || json.as_str().expect("a string");
    Some(match name.as_str() {
        "$safe" => Value::Str(Str::safe(text())),
        "$decimal" => Value::Decimal(text().into()),
        "$big" => Value::BigInt(text().into()),
        "$float" => Value::Float(text().parse().expect("a float")),
        "$tuple" => Value::Tuple(
            json.as_array()
                .expect("an array")
                .iter()
                .map(value)
                .collect(),
        ),
        _ => return None,
    })
}

/// An object as names and values, in the order of the text.
pub(crate) fn map(json: &Json) -> Map {
    let entries = json.as_object().expect("an object");
    entries
        .iter()
        .map(|(name, json)| (Arc::from(name.as_str()), value(json)))
        .collect()
}
