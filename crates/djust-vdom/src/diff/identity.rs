//! By what siblings of two renders are recognised.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

use crate::tree::{Handle, Name, Tree};
use crate::{Namespace, Root};

/// What makes two siblings the same node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Identity<'a> {
    /// An element with a key.
    Key(&'a Name, Namespace, &'a str),
    /// Anything without: the hash of its content.
    Content(u64),
}

/// What makes two siblings without a key, and without equal content, worth updating in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kinship<'a> {
    Element(&'a Name, Namespace),
    Comment,
}

pub(super) fn identity(root: &Root, node: Handle) -> Identity<'_> {
    match (root.tree().element(node), key(root.tree(), node)) {
        (Some(element), Some(key)) => Identity::Key(&element.name, element.namespace, key),
        _ => Identity::Content(root.hash(node)),
    }
}

pub(super) fn kinship(tree: &Tree, node: Handle) -> Kinship<'_> {
    match tree.element(node) {
        Some(element) => Kinship::Element(&element.name, element.namespace),
        None => Kinship::Comment,
    }
}

/// The key of an element: `dj-key`, else `data-key`, else `id`. Empty values are no keys.
pub(crate) fn key(tree: &Tree, node: Handle) -> Option<&str> {
    let mut found: Option<(u8, &str)> = None;
    for attribute in &tree.element(node)?.attributes {
        let rank = match &*attribute.name {
            "dj-key" => 0,
            "data-key" => 1,
            "id" => 2,
            _ => continue,
        };
        if !attribute.value.is_empty() && found.is_none_or(|(best, _)| rank < best) {
            found = Some((rank, &attribute.value));
        }
    }
    found.map(|(_, key)| key)
}

/// Positions by what is found there; equal ones are handed out first to last.
pub(crate) struct Positions<K, S = RandomState> {
    first: HashMap<K, usize, S>,
    /// For each position the next one with an equal key.
    following: Vec<Option<usize>>,
}

impl<K: Hash + Eq, S: BuildHasher + Default> Positions<K, S> {
    /// `keys` must give each position below `length` at most once, highest first.
    pub(crate) fn new(length: usize, keys: impl Iterator<Item = (usize, K)>) -> Self {
        let mut first = HashMap::default();
        let mut following = vec![None; length];
        for (position, key) in keys {
            following[position] = first.insert(key, position);
        }
        Self { first, following }
    }

    pub(crate) fn take(&mut self, key: &K) -> Option<usize> {
        let position = *self.first.get(key)?;
        match self.following[position] {
            Some(next) => {
                if let Some(slot) = self.first.get_mut(key) {
                    *slot = next;
                }
            }
            None => {
                self.first.remove(key);
            }
        }
        Some(position)
    }
}
