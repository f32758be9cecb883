//! Operation 9: nodes that join those an element holds.

use crate::diff::identity::key;
use crate::tree::same::same_nodes;
use crate::tree::{Handle, Inside, Nodes, Tree};

/// Where nodes go that are not there yet.
#[derive(Clone, Copy)]
pub(super) enum Place {
    End,
    Beginning,
}

impl Place {
    /// As the element's `dj-update` says.
    pub(super) fn of(tree: &Tree, node: Handle) -> Option<Self> {
        match tree.inside(node) {
            Inside::Append => Some(Self::End),
            Inside::Prepend => Some(Self::Beginning),
            Inside::Replace | Inside::Ignore => None,
        }
    }
}

/// Merges the children of `top` into an element.
pub(super) fn merge(
    tree: &mut Tree,
    element: Handle,
    place: Place,
    (mut parsed, top): (Tree, Handle),
) {
    let text = std::mem::take(&mut parsed.node_mut(top).text);
    // What the element begins with follows the new nodes.
    let mut following = String::new();
    let mut after = match place {
        Place::End => {
            tree.append_text(element, &text);
            tree.node(element).last_child
        }
        Place::Beginning => {
            following = std::mem::replace(&mut tree.node_mut(element).text, text);
            None
        }
    };
    let new: Vec<Handle> = parsed.children(top).collect();
    for node in new {
        let there = key(&parsed, node).and_then(|wanted| {
            tree.children(element)
                .find(|&child| key(tree, child) == Some(wanted))
        });
        if let Some(child) = there {
            after = replace(tree, child, &mut parsed, node, after);
        } else {
            let moved = parsed.take_into(node, tree);
            tree.link(element, after, moved);
            after = Some(moved);
        }
    }
    match after {
        Some(last) => tree.node_mut(last).tail.push_str(&following),
        None => tree.node_mut(element).text.push_str(&following),
    }
}

/// Puts a node in the place of one with the same key; the text that follows stays what it is.
/// Returns what the next new node goes behind.
fn replace(
    tree: &mut Tree,
    child: Handle,
    parsed: &mut Tree,
    node: Handle,
    after: Option<Handle>,
) -> Option<Handle> {
    let tail = std::mem::take(&mut tree.node_mut(child).tail);
    parsed.node_mut(node).tail.clear();
    if same_nodes(
        Nodes::new(tree, child, child),
        Nodes::new(parsed, node, node),
    ) {
        tree.node_mut(child).tail = tail;
        return after;
    }
    let parent = tree.parent(child)?;
    let previous = tree.node(child).previous;
    tree.unlink(child);
    let moved = parsed.take_into(node, tree);
    tree.node_mut(moved).tail = tail;
    tree.link(parent, previous, moved);
    if after == Some(child) {
        Some(moved)
    } else {
        after
    }
}
