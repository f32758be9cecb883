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
    const OFFSET: u32 = 0x811c_9dc5;
    const PRIME: u32 = 0x0100_0193;
    let mut count = 0;
    let mut sum = OFFSET;
    for node in numbered(tree, top) {
        let name = tree.name(node).unwrap_or("#comment");
        for byte in name.bytes().chain([0]) {
            sum = (sum ^ u32::from(byte)).wrapping_mul(PRIME);
        }
        count += 1;
    }
    (count, sum)
}
