//! Attributes: what is gone is removed, what is new or different is set.

use std::collections::HashMap;

use super::Differ;
use crate::Emit;
use crate::tree::{Attribute, Handle, Name};

impl<E: Emit + ?Sized> Differ<'_, E> {
    pub(super) fn attributes(&mut self, old: Handle, new: Handle) {
        let elements = (self.old.tree().element(old), self.new.tree().element(new));
        let (Some(before), Some(after)) = elements else {
            return;
        };
        let (before, after) = (&before.attributes, &after.attributes);
        if before == after {
            return;
        }
        let id = self.id(new);
        let (was, is) = (Lookup::new(before), Lookup::new(after));
        for attribute in before {
            if is.get(&attribute.name).is_none() {
                self.emit.remove_attribute(id, &attribute.name);
            }
        }
        for attribute in after {
            if was.get(&attribute.name) != Some(&attribute.value) {
                self.emit
                    .set_attribute(id, &attribute.name, &attribute.value);
            }
        }
    }
}

/// Attributes by name, in time that does not grow with their number.
enum Lookup<'a> {
    Few(&'a [Attribute]),
    Many(HashMap<&'a Name, &'a str>),
}

impl<'a> Lookup<'a> {
    fn new(attributes: &'a [Attribute]) -> Self {
        if attributes.len() <= 16 {
            return Self::Few(attributes);
        }
        Self::Many(
            attributes
                .iter()
                .map(|a| (&a.name, a.value.as_str()))
                .collect(),
        )
    }

    fn get(&self, name: &Name) -> Option<&'a str> {
        match self {
            Self::Few(attributes) => attributes
                .iter()
                .find(|a| a.name == *name)
                .map(|a| a.value.as_str()),
            Self::Many(attributes) => attributes.get(name).copied(),
        }
    }
}
