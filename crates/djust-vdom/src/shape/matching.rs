//! Which item of a gap is which of the last render.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::instance::MARKUP;
use super::items::Items;
use super::list::{Here, Kind, New};
use super::program::Part;
use super::refused::{Refused, Result};
use super::walk::{Walk, first_gaps, gaps};
use crate::Emit;
use crate::diff::{Positions, longest_increasing};

/// For each item the one of the last render it is, and whether that stays where it is.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) sources: Vec<Option<usize>>,
    pub(super) stays: Vec<bool>,
    /// For each item of the last render the shape of the one behind it, if that begins with text of
    /// the template. Empty where none of them stays.
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
            Kind::Kept(_) => Err(Refused::Replaced),
            Kind::Variant(number) => Ok(number),
            Kind::Section => self.cache.section((here.shape, here.gap)),
            Kind::Region(number) => {
                let region = self.recording.region(number);
                self.cache
                    .region(self.recording, region, (here.shape, here.gap))
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
        let of_key = shape.key.iter().map(|part| match part {
            Part::Gap(gap) => *gap as usize + 1,
            Part::Text(_) => 0,
        });
        // Mostly it is written at the very beginning.
        let most = of_key.max().unwrap_or_default();
        let gaps = if most > shape.literals as usize {
            gaps(self.recording, events, &shape)?
        } else {
            first_gaps(self.recording, events, most)
        };
        if gaps.len() < most {
            return Err(Refused::Replaced);
        }
        Ok((number, self.key(&shape, &gaps)))
    }

    /// Whether an item is one of the last render, without looking at others.
    fn is_same(
        &mut self,
        here: &Here<'_>,
        (olds, index): (&Items, usize),
        new: &New,
        taken: &[bool],
    ) -> Result<bool> {
        if let Some(kept) = new.kept() {
            return Ok(kept == index);
        }
        if taken[index] {
            return Ok(false);
        }
        if olds.hash(index) == new.hash {
            return Ok(true);
        }
        let old = olds.summary(index);
        let (shape, key) = self.key_of(here, new)?;
        Ok(shape == old.shape && key == old.key && key != 0)
    }

    /// Finds out which item is which.
    pub(super) fn plan(&mut self, here: &Here<'_>, olds: &Items, news: &[New]) -> Result<Plan> {
        // Old items that a new one is for sure are no other.
        let mut taken = vec![false; olds.len()];
        for kept in news.iter().filter_map(New::kept) {
            taken[kept] = true;
        }
        let shorter = olds.len().min(news.len());
        let mut prefix = 0;
        while prefix < shorter && self.is_same(here, (olds, prefix), &news[prefix], &taken)? {
            prefix += 1;
        }
        let mut suffix = 0;
        while suffix < shorter - prefix {
            let (old, new) = (olds.len() - 1 - suffix, news.len() - 1 - suffix);
            if !self.is_same(here, (olds, old), &news[new], &taken)? {
                break;
            }
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
            followed: Vec::new(),
        };
        let (old_end, new_end) = (olds.len() - suffix, news.len() - suffix);
        let (middle, sources) = (prefix..old_end, prefix..new_end);
        if !sources.is_empty() {
            let found = self.match_middle(here, (olds, middle), &news[sources.clone()])?;
            for (index, found) in sources.zip(found) {
                (plan.sources[index], plan.stays[index]) = match found {
                    Some((source, stays)) => (Some(prefix + source), stays),
                    None => (None, false),
                };
            }
        }
        // Nobody asks for it where all are new.
        if plan.sources.iter().any(Option::is_some) {
            let followed = (1..=olds.len()).map(|next| {
                let old = (next < olds.len()).then(|| olds.summary(next));
                old.filter(|old| old.is_bare).map(|old| old.shape)
            });
            plan.followed.extend(followed);
        }
        Ok(plan)
    }

    /// Equal keys, the first with the first; without keys equal content, and what is left of equal
    /// shape in the gaps between. Only some of the old items take part; they are counted from the first of these.
    fn match_middle(
        &mut self,
        here: &Here<'_>,
        (olds, middle): (&Items, Range<usize>),
        news: &[New],
    ) -> Result<Vec<Option<(usize, bool)>>> {
        if middle.is_empty() {
            return Ok(vec![None; news.len()]);
        }
        let prefix = middle.start;
        let kept = |new: &New| new.kept().map(|kept| kept - prefix);
        let mut sources: Vec<Option<usize>> = news.iter().map(kept).collect();
        let mut taken = vec![false; middle.len()];
        for &source in sources.iter().flatten() {
            taken[source] = true;
        }
        let has_new = sources.iter().any(Option::is_none);
        let keys = news
            .iter()
            .zip(&sources)
            .map(|(new, source)| match source {
                Some(_) => Ok(None),
                None => self.key_of(here, new).map(Some),
            })
            .collect::<Result<Vec<_>>>()?;
        let identity = |shape, key, hash| match key {
            0 => Identity::Content(hash),
            key => Identity::Key(shape, key),
        };
        if has_new {
            let all = middle.clone().enumerate().rev();
            // The keys are hashes that nobody can choose.
            let mut positions: Positions<_, FixedState> = Positions::new(
                middle.len(),
                all.filter(|(index, _)| !taken[*index]).map(|(index, old)| {
                    let old = olds.summary(old);
                    (index, identity(old.shape, old.key, old.hash))
                }),
            );
            let news = news.iter().zip(&keys);
            for (source, (new, key)) in sources.iter_mut().zip(news) {
                if source.is_none()
                    && let Some((shape, key)) = *key
                {
                    *source = positions.take(&identity(shape, key, new.hash));
                }
            }
        }
        let mut stays = longest_increasing(&sources);
        if sources.iter().any(Option::is_none) {
            fill_gaps((olds, middle), &keys, &mut sources, &mut stays);
        }
        Ok(sources
            .into_iter()
            .zip(stays)
            .map(|(source, stays)| source.map(|source| (source, stays)))
            .collect())
    }
}

/// Pairs what is left, without keys, between two items that stay: equal shapes, in order.
fn fill_gaps(
    (olds, middle): (&Items, Range<usize>),
    keys: &[Option<(u32, u64)>],
    sources: &mut [Option<usize>],
    stays: &mut [bool],
) {
    let mut taken = vec![false; middle.len()];
    for &source in sources.iter().flatten() {
        taken[source] = true;
    }
    let (mut old_start, mut new_start) = (0, 0);
    for position in 0..=sources.len() {
        let anchor = match stays.get(position) {
            Some(false) => continue,
            Some(true) => sources[position].unwrap_or(middle.len()),
            None => middle.len(),
        };
        let (olds_between, news_between) = (old_start..anchor, new_start..position);
        (old_start, new_start) = (anchor + 1, position + 1);
        if news_between.is_empty() {
            continue;
        }
        let mut free: HashMap<u32, Vec<usize>> = HashMap::new();
        for old in olds_between.rev().filter(|old| !taken[*old]) {
            let summary = olds.summary(middle.start + old);
            if summary.key == 0 {
                free.entry(summary.shape).or_default().push(old);
            }
        }
        let mut pairs: Vec<Option<usize>> = vec![None; news_between.len()];
        if !free.is_empty() {
            for (pair, new) in pairs.iter_mut().zip(news_between.clone()) {
                if sources[new].is_none()
                    && let Some((shape, 0)) = keys[new]
                {
                    *pair = free.get_mut(&shape).and_then(Vec::pop);
                }
            }
        }
        for (offset, keep) in longest_increasing(&pairs).into_iter().enumerate() {
            if keep {
                sources[news_between.start + offset] = pairs[offset];
                stays[news_between.start + offset] = true;
            }
        }
    }
}
