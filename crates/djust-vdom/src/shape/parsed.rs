//! Markup that came in a value, as a tree.

use super::instance::{Instance, Numbers};
use super::store::Store;
use crate::html::{Context, strict};
use crate::tree::Tree;
use crate::{NodeId, ids};

/// Markup that came in a value, parsed, with the numbers of its nodes.
pub(super) struct Parsed {
    pub(super) tree: Tree,
    /// The numbers of its nodes, in order.
    pub(super) numbers: Vec<u32>,
}

impl Parsed {
    /// Parses the markup of an instance again: it was accepted before.
    pub(super) fn of(instance: &Instance, store: &Store, context: &Context) -> Option<Self> {
        let text = store.text(store.cells[instance.cells as usize + 1]);
        let tree = strict::parse_fragment(text, context).ok()?;
        let count = ids::numbered(&tree, tree.top()).count() as u32 - 1;
        let numbers = match instance.numbers() {
            Numbers::Nodes(first) => {
                let first = first as usize + 1;
                store.numbers[first..first + count as usize].to_vec()
            }
            _ => (instance.base..instance.base + count).collect(),
        };
        Some(Self { tree, numbers })
    }

    /// The numbers of the nodes that are not inside others.
    pub(super) fn tops(&self) -> Vec<NodeId> {
        let top = self.tree.top();
        ids::numbered(&self.tree, top)
            .skip(1)
            .zip(&self.numbers)
            .filter(|&(node, _)| self.tree.parent(node) == Some(top))
            .map(|(_, &number)| NodeId(number))
            .collect()
    }

    /// The names of its nodes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        ids::numbered(&self.tree, self.tree.top())
            .skip(1)
            .map(|node| self.tree.name(node).unwrap_or("#comment"))
    }
}
