//! Reads the elements of an array in order, and knows where it is when one is wrong.

use std::fmt;

use serde_json::{Map, Value};

use crate::error::{DecodeError, ErrorCode};
use crate::json;

/// Place of a value inside a message.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Index(&'p Path<'p>, usize),
    Key(&'p Path<'p>, &'p str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => formatter.write_str("$"),
            Self::Index(parent, index) => write!(formatter, "{parent}[{index}]"),
            Self::Key(parent, key) => write!(formatter, "{parent}{}", json::key_segment(key)),
        }
    }
}

impl Path<'_> {
    pub(crate) fn bad(&self, message: impl Into<String>) -> DecodeError {
        DecodeError::new(ErrorCode::BadFrame, self, message)
    }

    fn expected(&self, what: &str, kind: &str, found: &Value) -> DecodeError {
        self.bad(format!("{what} must be {kind}, found {}", describe(found)))
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

pub(crate) fn integer(value: &Value, what: &str, path: &Path<'_>) -> Result<u32, DecodeError> {
    value
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| path.expected(what, "an integer from 0 to 4294967295", value))
}

pub(crate) fn text(value: Value, what: &str, path: &Path<'_>) -> Result<String, DecodeError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(path.expected(what, "a text", &other)),
    }
}

pub(crate) fn boolean(value: &Value, what: &str, path: &Path<'_>) -> Result<bool, DecodeError> {
    value
        .as_bool()
        .ok_or_else(|| path.expected(what, "true or false", value))
}

pub(crate) fn array(value: Value, what: &str, path: &Path<'_>) -> Result<Vec<Value>, DecodeError> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(path.expected(what, "an array", &other)),
    }
}

pub(crate) fn object(
    value: Value,
    what: &str,
    path: &Path<'_>,
) -> Result<Map<String, Value>, DecodeError> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(path.expected(what, "an object", &other)),
    }
}

/// The elements of one array, taken from the front.
pub(crate) struct Items<'p> {
    rest: std::vec::IntoIter<Value>,
    index: usize,
    path: &'p Path<'p>,
}

impl<'p> Items<'p> {
    pub(crate) fn new(items: Vec<Value>, path: &'p Path<'p>) -> Self {
        Self {
            rest: items.into_iter(),
            index: 0,
            path,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    /// Where the element that was taken last is.
    pub(crate) fn place(&self) -> Path<'p> {
        Path::Index(self.path, self.index.saturating_sub(1))
    }

    pub(crate) fn next(&mut self, what: &str) -> Result<Value, DecodeError> {
        let value = self
            .rest
            .next()
            .ok_or_else(|| self.path.bad(format!("{what} is missing")))?;
        self.index += 1;
        Ok(value)
    }

    pub(crate) fn integer(&mut self, what: &str) -> Result<u32, DecodeError> {
        let value = self.next(what)?;
        integer(&value, what, &self.place())
    }

    pub(crate) fn text(&mut self, what: &str) -> Result<String, DecodeError> {
        let value = self.next(what)?;
        text(value, what, &self.place())
    }

    pub(crate) fn array(&mut self, what: &str) -> Result<Vec<Value>, DecodeError> {
        let value = self.next(what)?;
        array(value, what, &self.place())
    }

    pub(crate) fn object(&mut self, what: &str) -> Result<Map<String, Value>, DecodeError> {
        let value = self.next(what)?;
        object(value, what, &self.place())
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            1 => Err(Path::Index(self.path, self.index).bad("an element too many")),
            more => {
                Err(Path::Index(self.path, self.index).bad(format!("{more} elements too many")))
            }
        }
    }
}

/// The named values of one object, taken by name.
pub(crate) struct Entries<'p> {
    map: Map<String, Value>,
    path: &'p Path<'p>,
}

impl<'p> Entries<'p> {
    pub(crate) fn new(map: Map<String, Value>, path: &'p Path<'p>) -> Self {
        Self { map, path }
    }

    fn next(&mut self, key: &str) -> Result<Value, DecodeError> {
        self.map
            .remove(key)
            .ok_or_else(|| self.path.bad(format!("key {key:?} is missing")))
    }

    pub(crate) fn integer(&mut self, key: &str) -> Result<u32, DecodeError> {
        integer(&self.next(key)?, key, &Path::Key(self.path, key))
    }

    /// An integer under a key that may be missing.
    pub(crate) fn optional_integer(&mut self, key: &str) -> Result<Option<u32>, DecodeError> {
        let value = self.map.remove(key);
        value
            .map(|value| integer(&value, key, &Path::Key(self.path, key)))
            .transpose()
    }

    pub(crate) fn text(&mut self, key: &str) -> Result<String, DecodeError> {
        text(self.next(key)?, key, &Path::Key(self.path, key))
    }

    pub(crate) fn boolean(&mut self, key: &str) -> Result<bool, DecodeError> {
        boolean(&self.next(key)?, key, &Path::Key(self.path, key))
    }

    pub(crate) fn object(&mut self, key: &str) -> Result<Map<String, Value>, DecodeError> {
        object(self.next(key)?, key, &Path::Key(self.path, key))
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        match self.map.keys().next() {
            None => Ok(()),
            Some(key) => Err(self
                .path
                .bad(format!("key {} is not known", json::shown(key)))),
        }
    }
}
