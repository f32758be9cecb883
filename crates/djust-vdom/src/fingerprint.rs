//! 64-bit content hashes of subtrees.
//!
//! The same on every platform and in every process: no seed, bytes read in little-endian order.
//! They decide whether two renders are worth comparing and which unkeyed siblings are the same;
//! the diff never takes equal hashes as proof that nothing changed.

use crate::tree::{ElementData, Handle, Kind, Tree};

const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xd1b5_4a32_d192_ed03;

#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn number(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number ^ FIRST) * u128::from(SECOND | 1);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ number.rotate_left(29);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        let mut chunks = text.as_bytes().chunks_exact(8);
        for chunk in &mut chunks {
            self.number(u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
        }
        let mut last = [0; 8];
        let rest = chunks.remainder();
        last[..rest.len()].copy_from_slice(rest);
        self.number(u64::from_le_bytes(last));
    }
}

/// The hash of every node's subtree, by index; a node's tail belongs to its parent's hash.
///
/// Expects a tree in preorder. What is inside an element with `dj-update` (`ignore`, `append`,
/// `prepend`) does not count, except in the content of templates, which is compared as it is.
pub(crate) fn of_subtrees(tree: &Tree) -> Vec<u64> {
    let mut in_template = vec![false; tree.len()];
    for index in 1..tree.len() {
        let node = tree.node(Handle::from_index(index));
        in_template[index] = matches!(node.kind, Kind::Fragment)
            || node
                .parent
                .is_some_and(|parent| in_template[parent.index()]);
    }
    let mut hashes = vec![0; tree.len()];
    for index in (0..tree.len()).rev() {
        let node = Handle::from_index(index);
        let inside = in_template[index] || !tree.is_leaf(node);
        hashes[index] = subtree(tree, node, inside, &hashes);
    }
    hashes
}

fn subtree(tree: &Tree, node: Handle, inside: bool, hashes: &[u64]) -> u64 {
    let mut hash = Hash(FIRST);
    match &tree.node(node).kind {
        Kind::Element(element) => {
            hash.number(element.namespace as u64 + 1);
            hash.text(&element.name);
            hash.number(attributes(element));
            if let Some(contents) = element.contents {
                hash.number(hashes[contents.index()]);
            }
            if !inside {
                return hash.0;
            }
        }
        Kind::Comment => hash.number(4),
        Kind::Fragment | Kind::Document => hash.number(5),
    }
    hash.text(tree.text(node));
    for child in tree.children(node) {
        hash.number(hashes[child.index()]);
        hash.text(tree.tail(child));
    }
    hash.0
}

/// The same for every order of the attributes.
fn attributes(element: &ElementData) -> u64 {
    let one = |attribute: &crate::tree::Attribute| {
        let mut hash = Hash(SECOND);
        hash.text(&attribute.name);
        hash.text(&attribute.value);
        hash.0
    };
    element
        .attributes
        .iter()
        .map(one)
        .fold(0, u64::wrapping_add)
}
