//! Names, interned once per engine.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// A name that a template looks up: a variable, or one step of a path such as `b` in `a.b.0`.
///
/// Cloning copies a pointer. The engine gives out one key per distinct text, so that comparing two keys
/// nearly always compares pointers, and so that a host can keep its own form of the name in the key.
///
/// ```
/// use djust_template::value::Key;
/// let key = Key::new("12");
/// assert_eq!(key.as_str(), "12");
/// assert_eq!(key.index(), Some(12));
/// ```
#[derive(Clone)]
pub struct Key(Arc<KeyData>);

struct KeyData {
    text: Box<str>,
    hash: u64,
    index: Option<i64>,
    loop_name: Option<LoopName>,
    host: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Key {
    /// A key for `text`. Prefer [`Engine::key`](crate::Engine::key), which shares equal keys.
    pub fn new(text: &str) -> Self {
        Self(Arc::new(KeyData {
            text: text.into(),
            hash: hash(text),
            index: parse_index(text),
            loop_name: LoopName::of(text),
            host: OnceLock::new(),
        }))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The number that the text stands for when it is used as a list index (Python's `int(text)`).
    pub fn index(&self) -> Option<i64> {
        self.0.index
    }

    /// The entry of `forloop` that has this name.
    #[inline]
    pub(crate) fn loop_name(&self) -> Option<LoopName> {
        self.0.loop_name
    }

    /// The host's form of this name, made by `make` on first use and kept.
    ///
    /// One host per engine is expected: a stored value of another type is not replaced, and `None` is returned.
    pub fn host<T: Any + Send + Sync>(&self, make: impl FnOnce(&str) -> T) -> Option<&T> {
        self.0
            .host
            .get_or_init(|| Box::new(make(&self.0.text)))
            .downcast_ref()
    }
}

/// A name that `forloop` has an entry for; it is found out when the key is made, and not at each iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopName {
    ParentLoop,
    Length,
    Counter0,
    Counter,
    RevCounter,
    RevCounter0,
    First,
    Last,
}

impl LoopName {
    /// All of them, in Django's order.
    pub(crate) const ALL: [Self; 8] = [
        Self::ParentLoop,
        Self::Length,
        Self::Counter0,
        Self::Counter,
        Self::RevCounter,
        Self::RevCounter0,
        Self::First,
        Self::Last,
    ];

    /// The name as templates write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ParentLoop => "parentloop",
            Self::Length => "length",
            Self::Counter0 => "counter0",
            Self::Counter => "counter",
            Self::RevCounter => "revcounter",
            Self::RevCounter0 => "revcounter0",
            Self::First => "first",
            Self::Last => "last",
        }
    }

    fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }
}

/// FNV-1a; only separates keys of one template from one another.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn parse_index(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let grouped = bytes.windows(2).all(|pair| pair != b"__");
    let ends = bytes.first()? != &b'_' && bytes.last()? != &b'_';
    if !grouped
        || !ends
        || !bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'_')
    {
        return None;
    }
    text.replace('_', "").parse().ok()
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.hash == other.0.hash && self.0.text == other.0.text)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
