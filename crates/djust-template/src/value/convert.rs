//! Rust values as template values, and what plain values have for attributes.

use std::sync::Arc;

use super::{Date, DateTime, Duration, Key, Map, Object, Str, Time, Value};

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(Str::new(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Str(Str::new(text.as_str()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(Str::new(text))
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::Str(Str::from(text))
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Self::Str(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

macro_rules! from_integers {
    ($($type:ty),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                i64::try_from(value).map_or_else(|_| Self::BigInt(value.to_string().into()), Self::Int)
            }
        }
    )*};
}

from_integers!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(Arc::new(map))
    }
}

impl From<Arc<dyn Object>> for Value {
    fn from(object: Arc<dyn Object>) -> Self {
        Self::Object(object)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::Time(time)
    }
}

impl From<DateTime> for Value {
    fn from(moment: DateTime) -> Self {
        Self::DateTime(Arc::new(moment))
    }
}

impl From<Duration> for Value {
    fn from(span: Duration) -> Self {
        Self::Duration(span)
    }
}

impl<K: Into<Arc<str>>, V: Into<Self>> FromIterator<(K, V)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let map: Map = entries
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self::from(map)
    }
}

/// `{{ dict.items }}` and its kin.
pub(super) fn map_method(map: &Map, key: &Key) -> Option<Value> {
    let list: Vec<Value> = match key.as_str() {
        "items" => map
            .iter()
            .map(|(name, value)| {
                Value::Tuple([Value::from(Arc::clone(name)), value.clone()].into())
            })
            .collect(),
        "keys" => map
            .keys()
            .map(|name| Value::from(Arc::clone(name)))
            .collect(),
        "values" => map.values().cloned().collect(),
        _ => return None,
    };
    Some(Value::from(list))
}

/// Methods of strings that need no argument.
pub(super) fn string_method(text: &str, key: &Key) -> Option<Value> {
    Some(match key.as_str() {
        "upper" => text.to_uppercase().into(),
        "lower" | "casefold" => text.to_lowercase().into(),
        "title" => crate::format::unicode::title(text).into(),
        "strip" => crate::lex::strip(text).into(),
        "lstrip" => text.trim_start_matches(crate::lex::is_space).into(),
        "rstrip" => text.trim_end_matches(crate::lex::is_space).into(),
        "split" => crate::format::unicode::split_words(text)
            .collect::<Vec<_>>()
            .into(),
        "splitlines" => crate::format::unicode::split_lines(text).into(),
        "isdigit" => (!text.is_empty() && text.chars().all(char::is_numeric)).into(),
        "isalpha" => (!text.is_empty() && text.chars().all(char::is_alphabetic)).into(),
        "isalnum" => (!text.is_empty() && text.chars().all(char::is_alphanumeric)).into(),
        _ => return None,
    })
}

/// Attributes of dates and spans of time.
pub(super) fn attribute(value: &Value, key: &Key) -> Option<Value> {
    match value {
        Value::Date(date) => date_attribute(*date, key),
        Value::Time(time) => time_attribute(*time, key),
        Value::DateTime(moment) => match key.as_str() {
            "date" => Some(moment.date.into()),
            "time" => Some(moment.time.into()),
            _ => date_attribute(moment.date, key).or_else(|| time_attribute(moment.time, key)),
        },
        Value::Duration(span) => match key.as_str() {
            "days" => Some(span.days.into()),
            "seconds" => Some(span.seconds.into()),
            "microseconds" => Some(span.microseconds.into()),
            _ => None,
        },
        _ => None,
    }
}

fn date_attribute(date: Date, key: &Key) -> Option<Value> {
    Some(match key.as_str() {
        "year" => date.year.into(),
        "month" => date.month.into(),
        "day" => date.day.into(),
        "weekday" => date.weekday().into(),
        "isoweekday" => (date.weekday() + 1).into(),
        _ => return None,
    })
}

fn time_attribute(time: Time, key: &Key) -> Option<Value> {
    Some(match key.as_str() {
        "hour" => time.hour.into(),
        "minute" => time.minute.into(),
        "second" => time.second.into(),
        "microsecond" => time.microsecond.into(),
        _ => return None,
    })
}
