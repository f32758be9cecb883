//! What a host gives a loop: items, and their plain values before anything is made of them.

use super::{Key, Value};
use crate::digest::Digest;
use crate::error::Result;

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

    /// Calls `work` with the plain values of the next item, if it has such, before anything is made of it. When that
    /// says `true` the item is passed over, and so is the answer.
    ///
    /// A host overrides this where it can read an item in place.
    fn pass(&mut self, work: &mut dyn FnMut(&dyn Fields) -> bool) -> bool {
        false
    }
}

/// The plain values of an object, as [`Object::plain`](super::Object::plain) finds them.
pub trait Fields {
    /// The value at the end of a path.
    fn plain(&self, path: &[Key]) -> Option<Value>;

    /// Adds the value at the end of a path to a digest; `false` if there is no plain value that can be added.
    fn digest(&self, path: &[Key], digest: &mut Digest) -> bool {
        self.plain(path).is_some_and(|value| digest.value(&value))
    }

    /// Whether the value at the end of a path is true.
    fn truth(&self, path: &[Key]) -> Option<bool> {
        self.plain(path)?.truth().ok()
    }

    /// Whether the value at the end of a path equals another.
    fn equals(&self, path: &[Key], other: &Value) -> Option<bool> {
        self.plain(path)?.equals(other).ok()
    }
}
