//! Elements that keep what they hold: what the new render has there, and the old one had not, is
//! merged in.

use std::collections::HashMap;

use super::Differ;
use crate::tree::{Handle, Nodes, Tree};
use crate::{Emit, Root, html};

impl<E: Emit + ?Sized> Differ<'_, E> {
    /// Sends the children that are new.
    pub(super) fn merge(&mut self, old: Handle, new: Handle) {
        let html = added((self.old.root(), old), (self.new, new));
        if !html.is_empty() {
            self.emit.merge(self.id(new), &html);
        }
    }
}

/// The children that are new. A node that was rendered before, content and following text alike, is in
/// the page already; one that is not rendered any more stays there.
pub(crate) fn added((old_root, old): (&Root, Handle), (new_root, new): (&Root, Handle)) -> String {
    let tree = new_root.tree();
    let mut known = Known::new(old_root, old);
    let mut html = String::new();
    let text = tree.text(new);
    if !is_blank(text) && text != old_root.tree().text(old) {
        html::write_leading_text(tree, new, &mut html);
    }
    for child in tree.children(new) {
        if !known.take(new_root, child) {
            html::write(Nodes::new(tree, child, child), &mut html);
        }
    }
    html
}

/// How often each content was rendered before.
struct Known<'a>(HashMap<(u64, &'a str), usize>);

impl<'a> Known<'a> {
    fn new(root: &'a Root, parent: Handle) -> Self {
        let mut counts = HashMap::new();
        for child in root.tree().children(parent) {
            *counts.entry(content(root, child)).or_default() += 1;
        }
        Self(counts)
    }

    /// Whether the node was rendered before, and more often than it was asked for.
    fn take(&mut self, root: &'a Root, node: Handle) -> bool {
        match self.0.get_mut(&content(root, node)) {
            Some(count @ 1..) => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// A node by its hash and the text that follows. White space around it is no content: what is added
/// at the end changes the white space of the node before.
fn content(root: &Root, node: Handle) -> (u64, &str) {
    let tree: &Tree = root.tree();
    (root.hash(node), tree.tail(node).trim_ascii())
}

fn is_blank(text: &str) -> bool {
    text.trim_ascii().is_empty()
}
