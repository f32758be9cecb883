//! Which new sibling is which old one.

use super::compatible;
use super::identity::{Identity, Positions, identity, key, kinship};
use super::lis::longest_increasing;
use crate::tree::Handle;
use crate::{NumberedTree, Root};

/// For each new sibling the old one it is, and whether that one stays where it is.
#[derive(Debug)]
pub(super) struct Matching {
    /// Index among the old siblings.
    pub(super) sources: Vec<Option<usize>>,
    pub(super) stays: Vec<bool>,
}

/// Matches siblings of which the first pair and the last pair differ.
pub(super) fn matching(
    old: &NumberedTree,
    new: &Root,
    olds: &[Handle],
    news: &[Handle],
) -> Matching {
    let siblings = Siblings {
        old,
        new,
        olds,
        news,
    };
    if olds.is_empty() || news.is_empty() {
        return Matching {
            sources: vec![None; news.len()],
            stays: vec![false; news.len()],
        };
    }
    let sources = siblings.by_identity();
    let stays = longest_increasing(&sources);
    let mut matching = Matching { sources, stays };
    siblings.fill_gaps(&mut matching);
    siblings.in_place_if_cheaper(matching)
}

#[derive(Clone, Copy)]
struct Siblings<'a> {
    old: &'a NumberedTree,
    new: &'a Root,
    olds: &'a [Handle],
    news: &'a [Handle],
}

impl Siblings<'_> {
    fn compatible(&self, old: usize, new: usize) -> bool {
        compatible(self.old, self.olds[old], self.new, self.news[new])
    }

    /// Equal keys, the first with the first; without keys equal content.
    fn by_identity(&self) -> Vec<Option<usize>> {
        let root = self.old.root();
        let keys = self.olds.iter().enumerate().rev();
        let mut positions: Positions<Identity<'_>> = Positions::new(
            self.olds.len(),
            keys.map(|(position, &node)| (position, identity(root, node))),
        );
        let mut find = |(position, &node)| {
            let found = positions.take(&identity(self.new, node))?;
            self.compatible(found, position).then_some(found)
        };
        self.news.iter().enumerate().map(&mut find).collect()
    }

    /// Pairs what is left, without keys, between two siblings that stay: equal names, in order.
    fn fill_gaps(&self, matching: &mut Matching) {
        let mut taken = vec![false; self.olds.len()];
        for &source in matching.sources.iter().flatten() {
            taken[source] = true;
        }
        let (mut old_start, mut new_start) = (0, 0);
        for position in 0..=self.news.len() {
            let anchor = match matching.stays.get(position) {
                Some(false) => continue,
                Some(true) => matching.sources[position].unwrap_or(self.olds.len()),
                None => self.olds.len(),
            };
            let old_gap: Vec<usize> = (old_start..anchor)
                .filter(|&old| !taken[old] && key(self.old.tree(), self.olds[old]).is_none())
                .collect();
            let new_gap: Vec<usize> = (new_start..position)
                .filter(|&new| {
                    matching.sources[new].is_none()
                        && key(self.new.tree(), self.news[new]).is_none()
                })
                .collect();
            self.pair_gap(&old_gap, &new_gap, matching);
            (old_start, new_start) = (anchor + 1, position + 1);
        }
    }

    fn pair_gap(&self, old_gap: &[usize], new_gap: &[usize], matching: &mut Matching) {
        if old_gap.is_empty() || new_gap.is_empty() {
            return;
        }
        let keys = old_gap.iter().enumerate().rev();
        let mut positions: Positions<_> = Positions::new(
            old_gap.len(),
            keys.map(|(place, &old)| (place, kinship(self.old.tree(), self.olds[old]))),
        );
        let pairs: Vec<Option<usize>> = new_gap
            .iter()
            .map(|&new| {
                let place = positions.take(&kinship(self.new.tree(), self.news[new]))?;
                self.compatible(old_gap[place], new)
                    .then_some(old_gap[place])
            })
            .collect();
        for ((&new, pair), keep) in new_gap.iter().zip(&pairs).zip(longest_increasing(&pairs)) {
            if keep {
                matching.sources[new] = *pair;
                matching.stays[new] = true;
            }
        }
    }

    /// A row of siblings without keys that keeps its shape, such as the cells of a table, is
    /// updated in place where that takes fewer operations than moving equal content around.
    fn in_place_if_cheaper(&self, matching: Matching) -> Matching {
        let count = self.news.len();
        let in_place = || {
            self.olds.len() == count
                && (0..count).all(|i| {
                    key(self.old.tree(), self.olds[i]).is_none()
                        && key(self.new.tree(), self.news[i]).is_none()
                        && self.compatible(i, i)
                })
        };
        if matching.stays.iter().all(|&stays| stays) || !in_place() {
            return matching;
        }
        let cost: usize = (0..count).map(|i| self.update_cost(i, i)).sum();
        if cost < self.cost(&matching) {
            Matching {
                sources: (0..count).map(Some).collect(),
                stays: vec![true; count],
            }
        } else {
            matching
        }
    }

    /// An estimate of the operations a matching takes; a new node, which comes with its HTML,
    /// counts as two.
    fn cost(&self, matching: &Matching) -> usize {
        let mut kept = vec![false; self.olds.len()];
        let mut cost = 0;
        let mut inserting = false;
        for (new, (source, stays)) in matching.sources.iter().zip(&matching.stays).enumerate() {
            match source {
                Some(old) => {
                    kept[*old] = true;
                    cost += self.update_cost(*old, new) + usize::from(!stays);
                }
                None => cost += 2 * usize::from(!inserting),
            }
            inserting = source.is_none();
        }
        let runs = kept.chunk_by(|a, b| a == b).filter(|run| !run[0]).count();
        cost + runs
    }

    fn update_cost(&self, old: usize, new: usize) -> usize {
        let (old, new) = (self.olds[old], self.news[new]);
        if self.old.root().hash(old) == self.new.hash(new) {
            return 0;
        }
        let leaf = self.new.tree().children(new).next().is_none();
        if leaf { 1 } else { 2 }
    }
}
