//! Which item of a gap is which of the last render.

use std::collections::HashMap;
use std::sync::Arc;

use super::instance::{Instance, MARKUP};
use super::list::{Here, Kind, New};
use super::refused::Result;
use super::walk::{Walk, gaps};
use crate::Emit;
use crate::diff::{Positions, longest_increasing};

/// For each item the one of the last render it is, and whether that stays where it is.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) sources: Vec<Option<usize>>,
    pub(super) stays: Vec<bool>,
    /// For each item of the last render the shape of the one behind it, if that begins with text of
    /// the template.
    pub(super) followed: Vec<Option<u32>>,
}

/// By what an item is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Identity {
    Key(u32, u64),
    Content(u64),
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    pub(super) fn shape_of(&mut self, here: &Here<'_>, new: &New) -> Result<u32> {
        match new.kind {
            Kind::Markup(_) | Kind::Opaque => Ok(MARKUP),
            Kind::Section => self.cache.section((here.shape, here.gap)),
            Kind::Region(number) => {
                let region = *self.recording.region(number);
                self.cache
                    .region(self.recording, &region, (here.shape, here.gap))
            }
        }
    }

    pub(super) fn key_of(&mut self, here: &Here<'_>, new: &New) -> Result<(u32, u64)> {
        let number = self.shape_of(here, new)?;
        let Kind::Region(region) = new.kind else {
            return Ok((number, 0));
        };
        let shape = Arc::clone(self.cache.shape(number));
        if shape.key.is_empty() {
            return Ok((number, 0));
        }
        let events = self.recording.region(region).events;
        let gaps = gaps(self.recording, events, &shape)?;
        Ok((number, self.key(&shape, &gaps)))
    }

    /// Whether an item is one of the last render, without looking at others.
    pub(super) fn is_same(&mut self, here: &Here<'_>, old: &Instance, new: &New) -> Result<bool> {
        if old.hash == new.hash {
            return Ok(true);
        }
        let (shape, key) = self.key_of(here, new)?;
        Ok(shape == old.shape && key == old.key && key != 0)
    }

    /// Whether the items are those of the last render in their order.
    pub(super) fn in_place(
        &mut self,
        here: &Here<'_>,
        olds: &[Instance],
        news: &[New],
    ) -> Result<bool> {
        if olds.len() != news.len() {
            return Ok(false);
        }
        for (old, new) in olds.iter().zip(news) {
            if old.hash != new.hash {
                let (shape, key) = self.key_of(here, new)?;
                if shape != old.shape || key != old.key || (key == 0 && news.len() > 1) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Finds out which item is which.
    pub(super) fn plan(
        &mut self,
        here: &Here<'_>,
        olds: &[Instance],
        news: &[New],
    ) -> Result<Plan> {
        let shorter = olds.len().min(news.len());
        let mut prefix = 0;
        while prefix < shorter && self.is_same(here, &olds[prefix], &news[prefix])? {
            prefix += 1;
        }
        let mut suffix = 0;
        while suffix < shorter - prefix
            && self.is_same(
                here,
                &olds[olds.len() - 1 - suffix],
                &news[news.len() - 1 - suffix],
            )?
        {
            suffix += 1;
        }
        let mut plan = Plan {
            sources: (0..news.len())
                .map(|index| {
                    if index < prefix {
                        Some(index)
                    } else {
                        (index >= news.len() - suffix).then(|| index + olds.len() - news.len())
                    }
                })
                .collect(),
            stays: vec![true; news.len()],
            followed: (1..=olds.len())
                .map(|next| {
                    olds.get(next)
                        .filter(|old| old.is_bare)
                        .map(|old| old.shape)
                })
                .collect(),
        };
        let (old_end, new_end) = (olds.len() - suffix, news.len() - suffix);
        let (middle, sources) = (&olds[prefix..old_end], prefix..new_end);
        if sources.is_empty() {
            return Ok(plan);
        }
        let found = self.match_middle(here, middle, &news[sources.clone()])?;
        for (index, found) in sources.zip(found) {
            (plan.sources[index], plan.stays[index]) = match found {
                Some((source, stays)) => (Some(prefix + source), stays),
                None => (None, false),
            };
        }
        Ok(plan)
    }

    /// Equal keys, the first with the first; without keys equal content, and what is left of equal
    /// shape in the gaps between.
    fn match_middle(
        &mut self,
        here: &Here<'_>,
        olds: &[Instance],
        news: &[New],
    ) -> Result<Vec<Option<(usize, bool)>>> {
        if olds.is_empty() {
            return Ok(vec![None; news.len()]);
        }
        // What has the same content has the same key.
        let known: HashMap<u64, (u32, u64)> = olds
            .iter()
            .map(|old| (old.hash, (old.shape, old.key)))
            .collect();
        let keys = news
            .iter()
            .map(|new| match known.get(&new.hash) {
                Some(&known) => Ok(known),
                None => self.key_of(here, new),
            })
            .collect::<Result<Vec<_>>>()?;
        let identity = |shape, key, hash| match key {
            0 => Identity::Content(hash),
            key => Identity::Key(shape, key),
        };
        let all = olds.iter().enumerate().rev();
        let mut positions = Positions::new(
            olds.len(),
            all.map(|(index, old)| (index, identity(old.shape, old.key, old.hash))),
        );
        let mut sources: Vec<Option<usize>> = news
            .iter()
            .zip(&keys)
            .map(|(new, &(shape, key))| positions.take(&identity(shape, key, new.hash)))
            .collect();
        let mut stays = longest_increasing(&sources);
        fill_gaps(olds, &keys, &mut sources, &mut stays);
        Ok(sources
            .into_iter()
            .zip(stays)
            .map(|(source, stays)| source.map(|source| (source, stays)))
            .collect())
    }
}

/// Pairs what is left, without keys, between two items that stay: equal shapes, in order.
fn fill_gaps(
    olds: &[Instance],
    keys: &[(u32, u64)],
    sources: &mut [Option<usize>],
    stays: &mut [bool],
) {
    let mut taken = vec![false; olds.len()];
    for &source in sources.iter().flatten() {
        taken[source] = true;
    }
    let (mut old_start, mut new_start) = (0, 0);
    for position in 0..=sources.len() {
        let anchor = match stays.get(position) {
            Some(false) => continue,
            Some(true) => sources[position].unwrap_or(olds.len()),
            None => olds.len(),
        };
        let mut free: HashMap<u32, Vec<usize>> = HashMap::new();
        for old in (old_start..anchor).rev() {
            if !taken[old] && olds[old].key == 0 {
                free.entry(olds[old].shape).or_default().push(old);
            }
        }
        let mut pairs: Vec<Option<usize>> = vec![None; position - new_start];
        if !free.is_empty() {
            for new in new_start..position {
                if sources[new].is_none() && keys[new].1 == 0 {
                    pairs[new - new_start] = free.get_mut(&keys[new].0).and_then(Vec::pop);
                }
            }
        }
        for (offset, keep) in longest_increasing(&pairs).into_iter().enumerate() {
            if keep {
                sources[new_start + offset] = pairs[offset];
                stays[new_start + offset] = true;
            }
        }
        (old_start, new_start) = (anchor + 1, position + 1);
    }
}
