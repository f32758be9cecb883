//! Start tags with values or branches between their attributes.
//!
//! Which attributes such an element has is not known from the shape. Their names are kept, and a hash of each value: that
//! tells which have changed and which are gone.

use super::hash::Hasher;
use super::instance::Instance;
use super::program::{Shape, ValueCell, ValueKind};
use super::recording::Range;
use super::refused::{Refused, Result};
use super::walk::Walk;
use crate::bindings::is_model;
use crate::html::strict;
use crate::tree::Attribute;
use crate::{Emit, NodeId};

/// No start tag has this hash: what was written is not known, only what it comes to.
pub(super) const NOT_KNOWN: u64 = u64::MAX;

/// The attributes of an element.
#[derive(Clone, Debug, Default)]
pub(super) struct Tag {
    /// Hash of what was written.
    pub(super) hash: u64,
    /// Their names, with a space between.
    pub(super) names: Box<str>,
    /// Hashes of their values.
    pub(super) values: Box<[u64]>,
}

impl Tag {
    fn of(hash: u64, attributes: &[Attribute], hasher: Hasher) -> Self {
        let length: usize = attributes.iter().map(|one| one.name.len() + 1).sum();
        let mut names = String::with_capacity(length.saturating_sub(1));
        for one in attributes {
            if !names.is_empty() {
                names.push(' ');
            }
            names.push_str(&one.name);
        }
        let values = attributes.iter().map(|one| hasher.value(&one.value));
        Self {
            hash,
            names: names.into(),
            values: values.collect(),
        }
    }

    /// Each name with the hash of the value.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.names.split(' ').zip(self.values.iter().copied())
    }

    fn value(&self, name: &str) -> Option<u64> {
        let mut all = self.attributes();
        all.find(|one| one.0 == name).map(|one| one.1)
    }

    /// The attribute that says which of several elements this is.
    fn key(&self) -> Option<(&str, u64)> {
        let mut all = self.attributes();
        all.find(|one| matches!(one.0, "dj-key" | "data-key"))
    }

    /// The type, if it is that of a control which is checked or not.
    pub(super) fn box_type(&self) -> Option<&'static str> {
        let value = self.value("type")?;
        let hasher = Hasher::default();
        let is_it = |kind: &&str| hasher.value(kind) == value;
        ["checkbox", "radio"].into_iter().find(is_it)
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.names.len() + size_of_val(&*self.values)
    }
}

impl Hasher {
    /// The value of an attribute: what [`parts_hash`](Walk::parts_hash) is where nothing but one text was written in it.
    pub(super) fn value(self, text: &str) -> u64 {
        self.with(1, self.text(text))
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// A start tag: it is parsed if it is not what it was.
    pub(super) fn tag(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        value: &ValueCell,
        gaps: &[Range],
        is_fresh: bool,
    ) -> Result<()> {
        let ValueKind::Tag {
            known,
            self_closing,
        } = &value.kind
        else {
            return Ok(());
        };
        let hash = self.parts_hash(&value.parts, gaps);
        let kept = *self.store.cell(instance.cells + value.cell);
        let is_same = |tag: &Tag| !is_fresh && tag.hash == hash;
        if self.store.tags.get(kept).is_some_and(is_same) {
            return Ok(());
        }
        let text = self.value_text(value, gaps)?;
        let attributes = read_tag(&text, known, *self_closing)?;
        let tag = Tag::of(hash, &attributes, self.recording.hasher());
        if !is_fresh && let Some(before) = self.store.tags.take(kept) {
            if before.value("id") != tag.value("id") {
                self.check_id(instance, shape, value.cell)?;
            }
            if self.is_inside {
                let id = instance.node(shape, self.store, value.node);
                self.change_attributes(id, &before, &tag, &attributes)?;
            }
        }
        *self.store.cell(instance.cells + value.cell) = self.store.tags.add(tag);
        Ok(())
    }

    fn change_attributes(
        &mut self,
        id: NodeId,
        before: &Tag,
        after: &Tag,
        attributes: &[Attribute],
    ) -> Result<()> {
        if before.key() != after.key() {
            return Err(Refused::Key);
        }
        for (name, _) in before.attributes() {
            if after.value(name).is_none() {
                self.emit.remove_attribute(id, name);
            }
        }
        for (new, hash) in attributes.iter().zip(&after.values) {
            if before.value(&new.name) != Some(*hash) {
                self.emit.set_attribute(id, &new.name, &new.value);
            }
        }
        Ok(())
    }
}

/// The attributes of a start tag from all that follows its name.
fn read_tag(rest: &str, known: &[Attribute], self_closing: bool) -> Result<Vec<Attribute>> {
    if !rest.is_empty() && !rest.starts_with([' ', '\n', '\t', '\x0c', '/']) {
        return Err(Refused::Value(
            "a value that changes the name of an element",
        ));
    }
    let (attributes, closes) = strict::parse_rest(rest)?;
    let is_special = |one: &Attribute| {
        matches!(
            &*one.name,
            "dj-update" | "dj-root" | "dj-view" | "shadowrootmode" | "dj-key" | "data-key"
        ) || is_model(&one.name)
    };
    let is_new = |one: &Attribute| is_special(one) && !known.iter().any(|old| old.name == one.name);
    if closes != self_closing || attributes.iter().any(is_new) {
        return Err(Refused::Value(
            "attributes change what the element is or holds",
        ));
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::{Hasher, Tag, read_tag};

    fn tag(rest: &str) -> Tag {
        let attributes = read_tag(rest, &[], false).expect("attributes");
        Tag::of(7, &attributes, Hasher::default())
    }

    #[test]
    fn attributes_are_names_with_hashes_of_values() {
        let hash = |text| Hasher::default().value(text);
        let all = tag(" class=\"a &amp; b\" checked  title=''");
        assert_eq!(
            all.attributes().collect::<Vec<_>>(),
            [
                ("class", hash("a & b")),
                ("checked", hash("")),
                ("title", hash(""))
            ]
        );
        assert_eq!(all.bytes(), "class checked title".len() + 3 * 8);
        assert_eq!(tag(" ").attributes().count(), 0);
    }

    #[test]
    fn the_type_of_a_box_is_known_from_its_hash() {
        assert_eq!(tag(" type=radio checked").box_type(), Some("radio"));
        assert_eq!(tag(" type=text").box_type(), None);
        assert_eq!(tag(" checked").box_type(), None);
    }
}
