//! The nodes of items that stay, move or go.

use super::Here;
use crate::shape::instance::Instance;
use crate::shape::matching::Plan;
use crate::shape::walk::Walk;
use crate::{Emit, NodeId};

impl<E: Emit + ?Sized> Walk<'_, E> {
    pub(super) fn last_node(&self, here: &Here<'_>, item: Option<&Instance>) -> NodeId {
        item.and_then(|item| {
            let tops = self.cache.tops(self.store, item, &here.info.context);
            tops.last().copied()
        })
        .unwrap_or(self.previous)
    }

    pub(super) fn first_node(&self, here: &Here<'_>, item: &Instance) -> Option<NodeId> {
        self.cache
            .tops(self.store, item, &here.info.context)
            .first()
            .copied()
    }

    /// Puts the nodes of an item behind another node.
    pub(super) fn move_item(&mut self, here: &Here<'_>, item: &Instance, mut after: NodeId) {
        let tops = self.cache.tops(self.store, item, &here.info.context);
        if tops.is_empty() || !self.is_inside {
            return;
        }
        self.settle();
        for node in tops {
            self.emit.move_node(here.parent, after, node);
            after = node;
        }
    }

    /// Removes the items that no new one is, runs of them by one operation.
    pub(super) fn remove_unmatched(
        &mut self,
        here: &Here<'_>,
        olds: &mut [Option<Instance>],
        plan: &Plan,
    ) {
        let mut kept = vec![false; olds.len()];
        for &source in plan.sources.iter().flatten() {
            kept[source] = true;
        }
        let mut run: Vec<NodeId> = Vec::new();
        for (old, kept) in olds.iter_mut().zip(kept) {
            if kept {
                let has_nodes = |old: &Instance| self.first_node(here, old).is_some();
                if !run.is_empty() && old.as_ref().is_some_and(has_nodes) {
                    self.remove_run(&mut run);
                }
            } else if let Some(gone) = old.take() {
                run.extend(self.cache.tops(self.store, &gone, &here.info.context));
                self.cache.release(self.store, &gone);
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
