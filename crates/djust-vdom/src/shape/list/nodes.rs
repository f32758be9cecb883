//! The nodes of items that stay, move or go.

use super::Here;
use crate::shape::instance::Tops;
use crate::shape::matching::Plan;
use crate::shape::moving::Moving;
use crate::shape::walk::Walk;
use crate::{Emit, NodeId};

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// The last node of the new list so far.
    pub(super) fn last_node(&self, here: &Here<'_>, items: &Moving) -> NodeId {
        items
            .last_node(self.cache, self.store, &here.info.context)
            .unwrap_or(self.previous)
    }

    /// The nodes of an item of the last render that are not inside others of it.
    pub(super) fn old_tops(&self, here: &Here<'_>, items: &Moving, index: usize) -> Tops {
        items.old_tops(index, self.cache, self.store, &here.info.context)
    }

    /// Puts the nodes of an item behind another node.
    pub(super) fn move_nodes(&mut self, here: &Here<'_>, nodes: Tops, mut after: NodeId) {
        if nodes.is_empty() || !self.is_inside {
            return;
        }
        self.settle();
        for node in nodes {
            self.emit.move_node(here.parent, after, node);
            after = node;
        }
    }

    /// Removes the items that no new one is, runs of them by one operation.
    pub(super) fn remove_unmatched(
        &mut self,
        here: &Here<'_>,
        (items, count): (&mut Moving, usize),
        plan: &Plan,
    ) {
        let mut kept = vec![false; count];
        for &source in plan.sources.iter().flatten() {
            kept[source] = true;
        }
        let mut run: Vec<NodeId> = Vec::new();
        for (index, kept) in kept.into_iter().enumerate() {
            if kept {
                if !run.is_empty() && !self.old_tops(here, items, index).is_empty() {
                    self.remove_run(&mut run);
                }
            } else {
                run.extend(self.old_tops(here, items, index));
                items.remove(index, self.cache, self.store);
            }
        }
        self.remove_run(&mut run);
    }

    fn remove_run(&mut self, run: &mut Vec<NodeId>) {
        if let Some(&first) = run.first()
            && self.is_inside
        {
            self.emit.remove(first, run.len() as u32);
        }
        run.clear();
    }
}
