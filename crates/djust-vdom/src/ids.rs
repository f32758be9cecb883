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

/// How many nodes are numbered, and the [checksum](Checksum) of their names; a comment's name is
/// `#comment`.
pub(crate) fn count_and_checksum(tree: &Tree, top: Handle) -> (u32, u32) {
    let mut sum = Checksum::default();
    for node in numbered(tree, top) {
        sum.add(tree.name(node).unwrap_or("#comment"));
    }
    sum.finish()
}

const PRIME: u32 = 0x0100_0193;

/// Number and checksum of nodes, one after the other: a polynomial whose coefficients are hashes of their names, so that
/// the sum of two parts follows from the sums of each.
///
/// The nodes of a large page are mostly those of the same few rows, whose sums are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checksum {
    count: u32,
    sum: u32,
    /// The prime to the power of the count.
    power: u32,
}

impl Default for Checksum {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0,
            power: 1,
        }
    }
}

impl Checksum {
    /// Adds a node behind the others.
    pub(crate) fn add(&mut self, name: &str) {
        self.append(Self {
            count: 1,
            sum: fnv(name),
            power: PRIME,
        });
    }

    /// Adds all nodes of another sum behind those of this one.
    pub(crate) fn append(&mut self, behind: Self) {
        self.count = self.count.wrapping_add(behind.count);
        self.sum = self.sum.wrapping_mul(behind.power).wrapping_add(behind.sum);
        self.power = self.power.wrapping_mul(behind.power);
    }

    pub(crate) fn finish(self) -> (u32, u32) {
        (self.count, self.sum)
    }
}

/// The 32-bit FNV-1a hash of a name.
fn fnv(name: &str) -> u32 {
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
    name.bytes().fold(0x811c_9dc5, hash)
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    fn sum(names: &[&str]) -> Checksum {
        let mut sum = Checksum::default();
        for name in names {
            sum.add(name);
        }
        sum
    }

    #[test]
    fn a_sum_is_that_of_its_parts() {
        let names = ["main", "p", "#comment", "x-\u{e5}", "p"];
        for at in 0..=names.len() {
            let mut parts = sum(&names[..at]);
            parts.append(sum(&names[at..]));
            assert_eq!(parts.finish(), sum(&names).finish());
        }
    }

    #[test]
    fn the_order_counts() {
        assert_ne!(sum(&["a", "b"]).finish(), sum(&["b", "a"]).finish());
        assert_ne!(sum(&["p"]).finish(), sum(&["p", "p"]).finish());
    }
}
