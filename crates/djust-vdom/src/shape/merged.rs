//! Markup that is added to what an element with `dj-update` append or prepend keeps.
//!
//! What was rendered there last is kept as text: only nodes that are new since are sent. What the page shows there is
//! not known, and has no numbers.
//!
//! Therefore it matters which element is which. A tree of the page says that two are the same if they have the same key, or
//! none and the same name, whatever branch of the template they come from. Regions are matched one by one. Where both could
//! come to another result, only the page can say what is kept ([`Refused::Kept`]):
//! - in one update one goes and one comes that have the same name and key,
//! - the `id` of such an element changes, or of one around it,
//! - the branches around it that open and close elements apart are others,
//! - a loop has several, and its items have no keys; such a page is compared as a tree from then on.

use std::sync::Arc;

use super::hash::Sequence;
use super::instance::Instance;
use super::items::Items;
use super::page::{ShapedPage, new_version};
use super::program::{Covered, Merged, Part, Shape, ValueCell, ValueKind};
use super::recording::{Event, Range, Recording, Region};
use super::refused::{Refused, Result};
use super::shapes::{Cache, Shapes};
use super::source::StretchKind;
use super::store::Store;
use super::walk::{Walk, gaps};
use crate::bindings::is_model;
use crate::diff::added;
use crate::html::{Context, strict};
use crate::tree::walk::Scope;
use crate::{Emit, Root};

/// No hash of what was written is this one.
const NOTHING: u64 = u64::MAX;

/// What makes elements themselves that went and came in an update.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchanged {
    gone: Vec<u64>,
    made: Vec<u64>,
}

impl Exchanged {
    /// Whether one that came may be one that went.
    fn is_any_the_same(&self) -> bool {
        self.made.iter().any(|made| self.gone.contains(made))
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    pub(super) fn merged(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        (value, merged): (&ValueCell, &Merged),
        gaps: &[Range],
        is_fresh: bool,
    ) -> Result<()> {
        let hash = self.parts_hash(&value.parts, gaps);
        let cell = instance.cells + value.cell;
        if is_fresh {
            let identity = self.merged_identity(merged, gaps)?;
            *self.store.cell(cell + 2) = identity;
            self.store.exchanged.made.push(identity);
        } else if *self.store.cell(cell) == hash {
            return Ok(());
        }
        let Some(Part::Gap(gap)) = value.parts.first() else {
            return Err(Refused::Size);
        };
        let covered = shape.covered(*gap).ok_or(Refused::Size)?;
        let text = self.covered_text(covered, gaps[*gap as usize])?;
        let new = parse(&text, &merged.context)?;
        let kept = *self.store.cell(cell + 1);
        if !is_fresh && self.is_inside {
            let old = parse(self.store.text(kept), &merged.context)?;
            let html = added((&old, old.tree().top()), (&new, new.tree().top()));
            if !html.is_empty() {
                let id = instance.node(shape, self.store, value.node);
                self.emit.merge(id, &html);
            }
        }
        drop(self.store.texts.take(kept));
        *self.store.cell(cell + 1) = self.store.texts.add(text.into());
        *self.store.cell(cell) = hash;
        Ok(())
    }

    /// Hash of what makes the element itself among its siblings.
    fn merged_identity(&self, merged: &Merged, gaps: &[Range]) -> Result<u64> {
        let hasher = self.recording.hasher();
        for key in &merged.keys {
            let key = self.attribute_text(key, gaps)?;
            if !key.is_empty() {
                return Ok(hasher.with(merged.kind, hasher.text(&key)));
            }
        }
        Ok(merged.kind)
    }

    /// Refuses another `id` for an element that keeps what it holds, or has such an element inside.
    pub(super) fn check_id(&self, instance: &Instance, shape: &Shape, cell: u32) -> Result<()> {
        let Some(id) = shape.ids.iter().find(|id| id.cell == cell) else {
            return Ok(());
        };
        let values = &shape.values[id.values.start as usize..id.values.end as usize];
        let mut inside = id.gaps.clone();
        if values.iter().any(is_merged)
            || inside.any(|gap| self.cache.gap_merges((instance.shape, gap)))
        {
            return Err(Refused::Kept);
        }
        Ok(())
    }

    /// Refuses items without keys that are the same place of the template and keep what they hold.
    pub(super) fn check_items(&self, place: (u32, u32), items: &Items) -> Result<()> {
        if items.len() < 2 || !self.cache.gap_merges(place) {
            return Ok(());
        }
        let (mut shapes, mut is_twice) = (Vec::new(), false);
        items.each_open(|item| {
            if item.key == 0 && self.cache.merges(item.shape) {
                is_twice |= shapes.contains(&item.shape);
                shapes.push(item.shape);
            }
        });
        if is_twice {
            return Err(Refused::Kept);
        }
        Ok(())
    }

    /// Refuses an update in which an element that keeps what it holds went, and one came that may be the same.
    pub(super) fn check_exchanged(&self) -> Result<()> {
        if self.store.exchanged.is_any_the_same() {
            return Err(Refused::Kept);
        }
        Ok(())
    }
}

fn parse(html: &str, context: &Context) -> Result<Root> {
    let tree = strict::parse_fragment(html, context)?;
    let mut nodes = tree.preorder(tree.top(), Scope::Everything);
    let is_bound = nodes.any(|node| {
        let element = tree.element(node);
        element.is_some_and(|element| element.attributes.iter().any(|one| is_model(&one.name)))
    });
    drop(nodes);
    if is_bound {
        // Controls without a number are found in trees only.
        return Err(Refused::Control);
    }
    Ok(Root::new(tree, Some(context.clone()), context.quirks()))
}

pub(super) fn is_merged(value: &ValueCell) -> bool {
    matches!(value.kind, ValueKind::Merged(_))
}

/// Gives back the text that is kept of an element, which is gone.
pub(super) fn release(store: &mut Store, cell: u32) {
    let (text, identity) = (*store.cell(cell + 1), *store.cell(cell + 2));
    drop(store.texts.take(text));
    store.exchanged.gone.push(identity);
}

impl Cache {
    /// Forgets what was rendered inside elements of an instance; whether there are any.
    fn forget_merged(&self, store: &mut Store, instance: &mut Instance) -> bool {
        if !self.merges(instance.shape) {
            return false;
        }
        let mut has_any = false;
        for value in self
            .shape(instance.shape)
            .values
            .iter()
            .filter(|one| is_merged(one))
        {
            let cell = instance.cells + value.cell;
            let kept = std::mem::take(store.cell(cell + 1));
            drop(store.texts.take(kept));
            *store.cell(cell) = NOTHING;
            has_any = true;
        }
        for filled in instance.gaps_mut() {
            filled
                .items
                .each_hash_mut(|item| has_any |= self.forget_merged(store, item));
        }
        if has_any {
            // The same render again sends something.
            instance.hash = NOTHING;
        }
        has_any
    }

    /// Hash of what a region wrote, without what its elements add to what they keep; nothing where it has no such element.
    ///
    /// It must not depend on what other renders had.
    fn hash_without_merged(
        &mut self,
        recording: &Recording,
        region: &Region,
        number: u32,
    ) -> Result<Option<u64>> {
        if !self.merges(number) {
            return Ok(None);
        }
        let shape = Arc::clone(self.shape(number));
        let gaps = gaps(recording, region.events, &shape)?;
        let all = 0..shape.literals + 1;
        let (hash, has_any) = self.hash_of_gaps(recording, (number, &shape), &gaps, all)?;
        Ok(has_any.then_some(hash))
    }

    /// Hash of what was written in some gaps of a region, and whether it has an element that keeps what it holds.
    pub(super) fn hash_of_gaps(
        &mut self,
        recording: &Recording,
        (number, shape): (u32, &Shape),
        gaps: &[Range],
        numbers: std::ops::Range<u32>,
    ) -> Result<(u64, bool)> {
        let hasher = recording.hasher();
        // What an element keeps is not what was rendered into it last.
        let is_merged = |one: &&Covered| one.stretch.kind == StretchKind::Merged;
        let merged: Vec<&Covered> = shape.covered.iter().filter(is_merged).collect();
        let places = (0..shape.gaps.len() as u32).map(|gap| (number, gap));
        let places: Vec<(u32, u32)> = if self.merges(number) {
            places.filter(|&place| self.gap_merges(place)).collect()
        } else {
            Vec::new()
        };
        let mut has_any = !merged.is_empty();
        let mut hash = shape.spine;
        for gap in numbers {
            if merged.iter().any(|one| one.gaps.contains(&gap)) {
                continue;
            }
            let is_here = |&&(_, place): &&(u32, u32)| shape.gaps[place as usize].number == gap;
            let place = places.iter().find(is_here).copied();
            let events = gaps[gap as usize];
            let mut written = hasher.then(Sequence::EMPTY, 3);
            let mut at = events.start;
            while at < events.end {
                let one = match recording.event(at) {
                    Event::Literal(number) => recording.literal_hash(number),
                    Event::Text(span) => hasher.text(recording.value(span)),
                    Event::Markup(span) => hasher.text(recording.value(span)) ^ 1,
                    Event::Enter(number) => {
                        let region = recording.region(number);
                        at = region.events.end;
                        let inside = match place {
                            Some(place) => {
                                let inside = self.region(recording, region, place)?;
                                self.hash_without_merged(recording, region, inside)?
                            }
                            None => None,
                        };
                        has_any |= inside.is_some();
                        inside.unwrap_or(region.hash)
                    }
                    Event::Kept(number) => {
                        let kept = recording.kept(number);
                        written = hasher.then_all(written, kept.hashes, kept.count);
                        at += 1;
                        continue;
                    }
                    Event::Leave => 0,
                };
                written = hasher.then(written, one);
                at += 1;
            }
            hash = hasher.with(hash, written.hash());
        }
        Ok((hash, has_any))
    }
}

impl ShapedPage {
    /// Forgets what was rendered inside elements with `dj-update` append or prepend: see
    /// [`NumberedTree::forget_merged`](crate::NumberedTree::forget_merged).
    pub fn forget_merged(&mut self, shapes: &Shapes) {
        if shapes.lock().forget_merged(&mut self.store, &mut self.top) {
            self.version = new_version();
        }
    }
}
