//! Ways from operations to the oracle.

use djust_protocol::{Operations, Patch};
use djust_vdom::apply::{Applier, ApplyError};
use djust_vdom::{Emit, NodeId, Nodes, NumberedTree};

/// Hands every operation to two receivers.
pub(crate) struct Both<'b, A>(pub(crate) A, pub(crate) &'b mut Applier);

impl<A: Emit> Emit for Both<'_, A> {
    fn set_text(&mut self, id: NodeId, text: &str) {
        self.0.set_text(id, text);
        self.1.set_text(id, text);
    }
    fn set_tail(&mut self, id: NodeId, text: &str) {
        self.0.set_tail(id, text);
        self.1.set_tail(id, text);
    }
    fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.0.set_attribute(id, name, value);
        self.1.set_attribute(id, name, value);
    }
    fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.0.remove_attribute(id, name);
        self.1.remove_attribute(id, name);
    }
    fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str) {
        self.0.insert_html(parent, after, base, html);
        self.1.insert_html(parent, after, base, html);
    }
    fn remove(&mut self, id: NodeId, count: u32) {
        self.0.remove(id, count);
        self.1.remove(id, count);
    }
    fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId) {
        self.0.move_node(parent, after, id);
        self.1.move_node(parent, after, id);
    }
    fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str) {
        self.0.replace_children(id, base, html);
        self.1.replace_children(id, base, html);
    }
    fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId, nodes: Nodes<'_>) {
        self.0.insert_tree(parent, after, base, nodes);
        self.1.insert_tree(parent, after, base, nodes);
    }
    fn merge(&mut self, id: NodeId, html: &str) {
        self.0.merge(id, html);
        self.1.merge(id, html);
    }
}

/// Applies operations as they are read from their text. `None` when there is a node tree among them:
/// the oracle takes those from a tree only.
pub(crate) fn apply_wire(
    client: &NumberedTree,
    operations: &Operations,
) -> Option<Result<NumberedTree, ApplyError>> {
    let mut page = Applier::new(client);
    for patch in operations.patches().expect("the text of an encoder") {
        apply(&mut page, &patch)?;
    }
    Some(page.finish())
}

fn apply(page: &mut Applier, patch: &Patch<'_>) -> Option<()> {
    let id = |id: &djust_protocol::NodeId| NodeId(id.0);
    match patch {
        Patch::SetText { id: node, text } => page.set_text(id(node), text),
        Patch::SetTail { id: node, text } => page.set_tail(id(node), text),
        Patch::SetAttribute {
            id: node,
            name,
            value,
        } => page.set_attribute(id(node), name, value),
        Patch::RemoveAttribute { id: node, name } => page.remove_attribute(id(node), name),
        Patch::InsertHtml {
            parent,
            after,
            base,
            html,
        } => {
            page.insert_html(id(parent), id(after), id(base), html);
        }
        Patch::Remove { id: node, count } => page.remove(id(node), *count),
        Patch::Move {
            parent,
            after,
            id: node,
        } => page.move_node(id(parent), id(after), id(node)),
        Patch::ReplaceChildren {
            id: node,
            base,
            html,
        } => {
            page.replace_children(id(node), id(base), html);
        }
        Patch::Merge { id: node, html } => page.merge(id(node), html),
        Patch::InsertTree { .. } => return None,
    }
    Some(())
}
