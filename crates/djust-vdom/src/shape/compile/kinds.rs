//! Elements with rules of their own.

use crate::Namespace;
use crate::html::strict::{Category, TextKind};
use crate::shape::refused::{Refused, Result};
use crate::shape::source::GAP;
use crate::tree::{Handle, Inside, Tree};

/// Refuses elements that keep what they hold.
pub(in crate::shape) fn refuse_merging(tree: &Tree, node: Handle) -> Result<()> {
    if is_merging(tree, node) {
        Err(Refused::Leaf)
    } else {
        Ok(())
    }
}

pub(super) fn is_merging(tree: &Tree, node: Handle) -> bool {
    matches!(tree.inside(node), Inside::Append | Inside::Prepend)
}

/// Whether what is inside has no numbers.
pub(super) fn is_leaf(tree: &Tree, node: Handle) -> bool {
    tree.is_template(node) || tree.is_leaf(node)
}

/// Whether what is inside is compared as a whole, or by rules of its own.
pub(super) fn is_sealed(tree: &Tree, node: Handle) -> bool {
    tree.is_template(node) || tree.attribute(node, "dj-update").is_some()
}

pub(super) fn drops_line_feed(tree: &Tree, node: Handle) -> bool {
    let name = tree.name(node).unwrap_or_default();
    let is_html = tree.namespace(node) == Namespace::Html;
    is_html && Category::of(name.as_bytes()).drops_line_feed() && tree.text(node).starts_with(GAP)
}

pub(super) fn raw_text(tree: &Tree, node: Handle) -> Option<TextKind> {
    let name = tree.name(node)?;
    let is_html = tree.namespace(node) == Namespace::Html;
    is_html
        .then(|| Category::of(name.as_bytes()).text())
        .flatten()
}
