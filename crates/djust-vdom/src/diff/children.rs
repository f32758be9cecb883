//! Children of an element: removals, then moves and insertions from first to last.

use smallvec::SmallVec;

use super::identity::key;
use super::matching::{Matching, matching};
use super::{Differ, compatible};
use crate::tree::{Handle, Nodes};
use crate::{Emit, NodeId};

type Row = SmallVec<[Handle; 8]>;

impl<E: Emit + ?Sized> Differ<'_, E> {
    pub(super) fn children(&mut self, old_parent: Handle, new_parent: Handle) {
        let start = self.pairs.len();
        let (old_tree, new_tree) = (self.old.tree(), self.new.tree());
        let mut old_next = old_tree.node(old_parent).first_child;
        let mut new_next = new_tree.node(new_parent).first_child;
        let row = self.row.filter(|_| new_parent == new_tree.top());
        let mut after = row.map_or(NodeId::ROOT, |row| row.after);
        while let (Some(old), Some(new)) = (old_next, new_next) {
            if !self.same(old, new) {
                break;
            }
            self.pair(old, new);
            after = self.id(new);
            (old_next, new_next) = (old_tree.node(old).next, new_tree.node(new).next);
        }
        let olds: Row = siblings(old_tree, old_next);
        let news: Row = siblings(new_tree, new_next);
        let suffix = self.common_suffix(&olds, &news);
        let (olds, old_suffix) = olds.split_at(olds.len() - suffix);
        let (news, new_suffix) = news.split_at(news.len() - suffix);
        let matching = matching(self.old, self.new, olds, news);

        let nothing_kept = self.pairs.len() == start
            && suffix == 0
            && matching.sources.iter().all(Option::is_none);
        if nothing_kept && row.is_none() && self.replaced(old_parent, new_parent, olds, news) {
            return;
        }
        if row.is_none() {
            self.text(old_parent, new_parent);
        }
        self.remove_unmatched(olds, &matching);
        self.place(new_parent, after, olds, news, &matching);
        for (&old, &new) in old_suffix.iter().zip(new_suffix) {
            self.pair(old, new);
        }
        self.pairs[start..].reverse();
    }

    /// Whether two siblings are the same node without looking at others: equal keys, or no keys
    /// and equal content.
    fn same(&self, old: Handle, new: Handle) -> bool {
        let known = match (key(self.old.tree(), old), key(self.new.tree(), new)) {
            (Some(before), Some(after)) => before == after,
            (None, None) => self.old.root().hash(old) == self.new.hash(new),
            _ => false,
        };
        known && compatible(self.old, old, self.new, new)
    }

    /// The new node is the old one: it has its number and is compared later.
    fn pair(&mut self, old: Handle, new: Handle) {
        self.adopt(old, new);
        self.pairs.push((old, new));
    }

    fn common_suffix(&self, olds: &[Handle], news: &[Handle]) -> usize {
        let pairs = olds.iter().rev().zip(news.iter().rev());
        pairs
            .take_while(|&(&old, &new)| self.same(old, new))
            .count()
    }

    /// Replaces all children by one operation where several would be needed.
    fn replaced(
        &mut self,
        old_parent: Handle,
        new_parent: Handle,
        olds: &[Handle],
        news: &[Handle],
    ) -> bool {
        let text = self.old.tree().text(old_parent) != self.new.tree().text(new_parent);
        let operations =
            usize::from(!olds.is_empty()) + usize::from(!news.is_empty()) + usize::from(text);
        operations > 1 && self.replace_children(new_parent)
    }

    /// Removes the old siblings that no new one is, runs of them by one operation.
    fn remove_unmatched(&mut self, olds: &[Handle], matching: &Matching) {
        let mut kept = vec![false; olds.len()];
        for &source in matching.sources.iter().flatten() {
            kept[source] = true;
        }
        let mut position = 0;
        for run in kept.chunk_by(|a, b| a == b) {
            if !run[0]
                && let Some(id) = self.old.id(olds[position])
            {
                self.emit.remove(id, run.len() as u32);
            }
            position += run.len();
        }
    }

    /// Walks the new order: each node that does not stay is put behind the one before it.
    fn place(
        &mut self,
        parent: Handle,
        mut after: NodeId,
        olds: &[Handle],
        news: &[Handle],
        matching: &Matching,
    ) {
        let parent_id = self.id(parent);
        let mut position = 0;
        for run in matching.sources.chunk_by(|a, b| a.is_none() && b.is_none()) {
            let last = news[position + run.len() - 1];
            match run[0] {
                None => {
                    let nodes = Nodes::new(self.new.tree(), news[position], last);
                    self.insert(parent, after, nodes);
                }
                Some(source) => {
                    self.pair(olds[source], last);
                    if !matching.stays[position] {
                        self.emit.move_node(parent_id, after, self.id(last));
                    }
                }
            }
            after = self.id(last);
            position += run.len();
        }
    }
}

fn siblings(tree: &crate::Tree, first: Option<Handle>) -> Row {
    std::iter::successors(first, |&node| tree.node(node).next).collect()
}
