//! Siblings that are only some of the children of their parent.

use super::Differ;
use crate::html::Context;
use crate::{Emit, NodeId, NumberedTree, Root};

/// Where a row of siblings stands. The top of its tree stands for the parent, and has its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'c> {
    /// What the siblings are in.
    pub(crate) context: &'c Context,
    /// The sibling before the first.
    pub(crate) after: NodeId,
}

/// Emits what turns one row into another. Not its business are the text before the first node, and
/// the text behind the last, which goes on outside.
///
/// Returns the numbers of the new nodes and the next free number.
pub(crate) fn diff_row<E: Emit + ?Sized>(
    old: &NumberedTree,
    new: &Root,
    row: Row<'_>,
    next: u32,
    emit: &mut E,
) -> (Vec<u32>, u32) {
    let mut differ = Differ::new(old, new, next, emit);
    differ.row = Some(row);
    let (old_top, new_top) = (old.tree().top(), new.tree().top());
    differ.adopt(old_top, new_top);
    differ.children(old_top, new_top);
    let last = new.tree().node(new_top).last_child;
    while let Some((before, after)) = differ.pairs.pop() {
        let tail = new.tree().tail(after);
        if old.tree().tail(before) != tail && Some(after) != last {
            differ.emit.set_tail(differ.id(after), tail);
        }
        differ.inside(before, after);
    }
    differ.finish()
}
