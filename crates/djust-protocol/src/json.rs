//! Strict reading of JSON: limits hold while parsing, not after it.
//!
//! Invariants: the value that comes out has no object with a key given twice, no number beyond
//! [`limits::NUMBER`], no more levels and values than allowed. The parser recurses at most
//! `depth` levels.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{DecodeError, ErrorCode};
use crate::limits;

/// What one parse may use.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) depth: usize,
    pub(crate) values: usize,
}

/// Bounds for what a server sends.
pub(crate) const SERVER_BOUNDS: Bounds = Bounds {
    bytes: limits::SERVER_BYTES,
    depth: limits::SERVER_DEPTH,
    values: usize::MAX,
};

/// Parses `text`, which must be exactly one JSON value.
pub(crate) fn parse(text: &str, bounds: Bounds) -> Result<Value, DecodeError> {
    if text.len() > bounds.bytes {
        let message = format!(
            "message of {} bytes, at most {} are allowed",
            text.len(),
            bounds.bytes
        );
        return Err(DecodeError::new(ErrorCode::TooLarge, "$", message));
    }
    let bounds = Bounds {
        depth: bounds.depth.min(limits::SERVER_DEPTH),
        ..bounds
    };
    let state = State {
        bounds,
        values: Cell::new(0),
        refusal: RefCell::default(),
        path: RefCell::default(),
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = Seed {
        state: &state,
        depth: 0,
    }
    .deserialize(&mut deserializer)
    .and_then(|value| deserializer.end().map(|()| value));
    parsed.map_err(|error| state.into_error(&error))
}

struct State {
    bounds: Bounds,
    values: Cell<usize>,
    /// The first thing that this module refused; other faults are serde's own.
    refusal: RefCell<Option<(ErrorCode, String)>>,
    /// Segments of the place of the fault, innermost first: filled on the way out.
    path: RefCell<Vec<String>>,
}

impl State {
    fn refuse<E: serde::de::Error>(&self, code: ErrorCode, message: String) -> E {
        *self.refusal.borrow_mut() = Some((code, message));
        E::custom("refused")
    }

    fn into_error(self, error: &serde_json::Error) -> DecodeError {
        let segments = self.path.into_inner();
        let path: String = std::iter::once("$")
            .chain(segments.iter().rev().map(String::as_str))
            .collect();
        match self.refusal.into_inner() {
            Some((code, message)) => DecodeError::new(code, path, message),
            None => DecodeError::new(ErrorCode::BadFrame, path, format!("not JSON: {error}")),
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'s> {
    state: &'s State,
    depth: usize,
}

impl<'s> Seed<'s> {
    fn enter<E: serde::de::Error>(self) -> Result<Seed<'s>, E> {
        let limit = self.state.bounds.depth;
        if self.depth >= limit {
            let message = format!("nested deeper than {limit} levels");
            return Err(self.state.refuse(ErrorCode::TooDeep, message));
        }
        Ok(Seed {
            state: self.state,
            depth: self.depth + 1,
        })
    }

    fn number<E: serde::de::Error>(
        self,
        number: impl Into<Number>,
        fits: bool,
    ) -> Result<Value, E> {
        let number = number.into();
        if fits {
            return Ok(Value::Number(number));
        }
        let most = limits::NUMBER;
        let message = format!("number {number} is outside -{most} to {most}: send it as text");
        Err(self.state.refuse(ErrorCode::BadFrame, message))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let values = self.state.values.get() + 1;
        let limit = self.state.bounds.values;
        if values > limit {
            let message = format!("more than {limit} values in one message");
            return Err(self.state.refuse(ErrorCode::TooMany, message));
        }
        self.state.values.set(values);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.number(value, value >= -limits::NUMBER)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.number(value, value <= limits::NUMBER.unsigned_abs())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number is not finite"))?;
        self.number(number, value.abs() <= limits::NUMBER as f64)
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.enter()?;
        let mut items = Vec::new();
        loop {
            let next = access.next_element_seed(inner).inspect_err(|_| {
                self.state
                    .path
                    .borrow_mut()
                    .push(format!("[{}]", items.len()));
            });
            match next? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.enter()?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access
                .next_value_seed(inner)
                .inspect_err(|_| self.state.path.borrow_mut().push(key_segment(&key)))?;
            if map.contains_key(&key) {
                let message = format!("key {} is given twice", shown(&key));
                return Err(self.state.refuse(ErrorCode::BadFrame, message));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// `.name`, or `["na me"]` where that would be read wrongly.
pub(crate) fn key_segment(key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c == '_' || c == '-' || c.is_alphanumeric());
    if plain && key.chars().count() <= 40 {
        format!(".{key}")
    } else {
        format!("[{}]", shown(key))
    }
}

/// Text of a client as an error shows it: quoted, control characters escaped, 40 characters at most.
pub(crate) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let head: String = characters.by_ref().take(40).collect();
    let more = if characters.next().is_some() {
        "..."
    } else {
        ""
    };
    format!("{head:?}{more}")
}

/// Appends `value` as JSON.
pub(crate) fn write<T: serde::Serialize + ?Sized>(buffer: &mut Vec<u8>, value: &T) {
    // Only a writer that fails or a map key that is no text can fail; neither occurs in this crate.
    serde_json::to_writer(buffer, value).expect("JSON is written to memory");
}
