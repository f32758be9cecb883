//! What a host gives a loop: items, and their plain values before anything is made of them.

use super::{Key, Value};
use crate::error::Result;
use crate::render::Slot;

/// The items of a collection about to be looped over.
pub struct Items {
    /// Number of items, known before the loop starts (`forloop.revcounter` needs it).
    pub length: usize,
    /// The items.
    pub iterator: Box<dyn ItemIterator>,
}

impl Items {
    /// The items that an iterator gives.
    pub fn new(
        length: usize,
        iterator: impl Iterator<Item = Result<Value>> + Send + 'static,
    ) -> Self {
        struct Plain<I>(I);
        impl<I: Iterator> Iterator for Plain<I> {
            type Item = I::Item;

            fn next(&mut self) -> Option<I::Item> {
                self.0.next()
            }
        }
        impl<I: Iterator<Item = Result<Value>> + Send> ItemIterator for Plain<I> {}
        Self {
            length,
            iterator: Box::new(Plain(iterator)),
        }
    }
}

/// Gives the items of a collection one after the other.
#[expect(unused_variables, reason = "the default ignores what it is given")]
pub trait ItemIterator: Iterator<Item = Result<Value>> + Send {
    /// Puts the next item in the place of another value, whose memory a host may use again; `None` at the end.
    ///
    /// # Errors
    ///
    /// As taking the next item: the place keeps its value.
    fn replace(&mut self, place: &mut Value) -> Option<Result<()>> {
        Some(self.next()?.map(|item| *place = item))
    }

    /// Calls `work` with the plain values of the items that come, one after the other, at the ends of these paths, before
    /// anything is made of them. An item is passed over when that says `true`; when it says `false`, or the item has no
    /// such values, it is the next one.
    ///
    /// The paths are the same at each call. A host overrides this where it can read items in place.
    fn pass(&mut self, paths: &[Box<[Key]>], work: &mut dyn FnMut(&[Option<Plain<'_>>]) -> bool) {}
}

/// A plain value, read where it is.
///
/// ```
/// use djust_template::value::{Plain, Value};
/// assert!(matches!(Plain::from(&Value::from("a")), Plain::Text("a")));
/// assert!(matches!(Plain::from(&Value::safe("a")), Plain::Value(_)));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Plain<'a> {
    /// A text that is not marked as safe.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// `None`
    None,
    /// Any other.
    Value(&'a Value),
}

impl<'a> From<&'a Value> for Plain<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Str(text) if !text.is_safe() => Self::Text(text),
            Value::Int(number) => Self::Int(*number),
            Value::Bool(truth) => Self::Bool(*truth),
            Value::None => Self::None,
            other => Self::Value(other),
        }
    }
}

impl From<Plain<'_>> for Value {
    fn from(plain: Plain<'_>) -> Self {
        match plain {
            Plain::Text(text) => Self::from(text),
            Plain::Int(number) => Self::Int(number),
            Plain::Bool(truth) => Self::Bool(truth),
            Plain::None => Self::None,
            Plain::Value(value) => value.clone(),
        }
    }
}

impl Plain<'_> {
    /// Writes what [`Value::render`] writes where numbers are not localised: a text, a number, a truth value, `None`.
    pub(crate) fn render(&self, slot: &mut Slot<'_>) {
        match *self {
            Self::Text(text) => slot.text(text),
            Self::Int(number) => slot.text(itoa::Buffer::new().format(number)),
            Self::Bool(true) => slot.text("True"),
            Self::Bool(false) => slot.text("False"),
            Self::None => slot.text("None"),
            Self::Value(Value::Str(text)) => slot.string(text),
            // No such value has a digest.
            Self::Value(_) => {}
        }
    }
}

/// The plain values of an object, as [`Object::plain`](super::Object::plain) finds them: what decides `{% if %}` tags without
/// running any code of the host.
pub trait Fields {
    /// The value at the end of a path.
    fn plain(&self, path: &[Key]) -> Option<Value>;

    /// Whether the value at the end of a path is true.
    fn truth(&self, path: &[Key]) -> Option<bool> {
        self.plain(path)?.truth().ok()
    }

    /// Whether the value at the end of a path equals another.
    fn equals(&self, path: &[Key], other: &Value) -> Option<bool> {
        self.plain(path)?.equals(other).ok()
    }
}
