//! Ways from operations to the oracle.

use djust_protocol::{ErrorCode, Operations, Patch};
use djust_vdom::apply::{Applier, ApplyError};
use djust_vdom::{Emit, NodeId, NumberedTree};

/// Applies operations as they are read from their text. `None` when there is a node tree among them:
/// the oracle takes those from a tree only, and the decoder none that is nested deeper than its limit.
pub(crate) fn apply_wire(
    client: &NumberedTree,
    operations: &Operations,
) -> Option<Result<NumberedTree, ApplyError>> {
    let mut page = Applier::new(client);
    let patches = match operations.patches() {
        Err(error) if error.code() == ErrorCode::TooDeep => return None,
        patches => patches.expect("the text of an encoder"),
    };
    for patch in patches {
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
