//! Numbers of nodes: preorder, on both sides of the wire.

use std::fmt;

use crate::tree::walk::Scope;
use crate::tree::{Handle, Tree};

/// The number of an element or comment, the same on the server and in the page.
///
/// The live root is 0, its descendants follow in document order. Inserted nodes are numbered in
/// document order from the base their operation names.
///
/// ```
/// use djust_vdom::NodeId;
/// assert_eq!(NodeId::ROOT, NodeId(0));
/// assert_eq!(NodeId(7).to_string(), "7");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The live root. As the `after` of an operation it means: before all siblings.
    pub const ROOT: Self = Self(0);
}

impl fmt::Display for NodeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Numbered nodes inside and including `top`, in the order of their numbers.
pub(crate) fn numbered(tree: &Tree, top: Handle) -> impl Iterator<Item = Handle> {
    tree.preorder(top, Scope::Numbered)
}

/// How many nodes are numbered, and the 32-bit FNV-1a sum over their names, each closed by a zero
/// byte; a comment's name is `#comment`.
pub(crate) fn count_and_checksum(tree: &Tree, top: Handle) -> (u32, u32) {
    let mut sum = Checksum::default();
    for node in numbered(tree, top) {
        sum.add(tree.name(node).unwrap_or("#comment"));
    }
    sum.finish()
}

/// Counts nodes and sums up their names.
pub(crate) struct Checksum {
    count: u32,
    sum: u32,
}

impl Default for Checksum {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0x811c_9dc5,
        }
    }
}

impl Checksum {
    pub(crate) fn add(&mut self, name: &str) {
        const PRIME: u32 = 0x0100_0193;
        for byte in name.bytes().chain([0]) {
            self.sum = (self.sum ^ u32::from(byte)).wrapping_mul(PRIME);
        }
        self.count += 1;
    }

    pub(crate) fn finish(self) -> (u32, u32) {
        (self.count, self.sum)
    }
}
