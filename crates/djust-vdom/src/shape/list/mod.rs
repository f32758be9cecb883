//! Values and regions in a gap: which region is which of the last render, and the operations that
//! put them in order.

mod changed;
mod new_rows;
mod nodes;
mod rearrange;
mod written;

use std::sync::Arc;

use super::instance::Instance;
use super::items::{Items, Summary};
use super::program::{Covered, Gap, Shape};
use super::recording::{Event, Range};
use super::refused::{Refused, Result};
use super::walk::Walk;
use crate::{Emit, NodeId};
use changed::{Change, Changes};
use written::{Cursor, Written};
pub(super) use written::{Kind, New};

/// The gap that a walk is in.
pub(super) struct Here<'s> {
    pub(super) shape: u32,
    pub(super) gap: u32,
    pub(super) info: &'s Gap,
    /// What the gap is, where it is a stretch.
    pub(super) covered: Option<&'s Covered>,
    parent: NodeId,
    is_fresh: bool,
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Goes through what was written in a gap.
    pub(super) fn gap(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gap: u32,
        events: Range,
        is_fresh: bool,
    ) -> Result<()> {
        let info = &shape.gaps[gap as usize];
        let covered = shape.covered(info.number);
        let is_text = |at| matches!(self.recording.event(at), Event::Text(_));
        if covered.is_none()
            && (events.start..events.end).all(is_text)
            && instance.items(gap).is_empty()
        {
            for at in events.start..events.end {
                if let Event::Text(span) = self.recording.event(at) {
                    self.push_value(span, info.is_blank)?;
                }
            }
            return Ok(());
        }
        let here = Here {
            shape: instance.shape,
            gap,
            info,
            covered,
            parent: self.parent,
            is_fresh,
        };
        let (mut olds, had_text) = instance.take_items(gap);
        let written = match here.covered {
            None => self.written(events, here.info, olds.len())?,
            Some(covered) => self.written_stretch(&here, covered, events, &olds)?,
        };
        let has_text = !written.texts.is_empty();
        if written.count == 0 && olds.is_empty() {
            return self.texts(&written, 0, here.info);
        }
        let items = if olds.is_empty() {
            let news = written.items();
            let mut moving = self.new_list(&here, &written, &news)?;
            self.insert_items(&here, (&written, &news), 0..written.count, &mut moving)?;
            self.texts(&written, written.count, here.info)?;
            moving.finish()
        } else {
            let changed = match (here.info.fill.is_variants(), olds.first(), &*written.runs) {
                (true, Some(old), [(new, 1)]) if olds.len() == 1 => self
                    .can_become(&here, old, new)?
                    .then(|| Changes::one(*new)),
                _ => self.in_place(&here, &olds, &written)?,
            };
            if let Some(changed) = changed {
                self.update_in_place(&here, &mut olds, &written, (had_text, &changed))?;
                olds
            } else {
                self.rearrange(&here, olds, &written, had_text)?
            }
        };
        self.check_items((here.shape, gap), &items)?;
        self.parent = here.parent;
        instance.put_items(gap, items, has_text);
        Ok(())
    }

    /// Goes through items that are the same ones, past those whose surroundings do not change.
    fn update_in_place(
        &mut self,
        here: &Here<'_>,
        items: &mut Items,
        written: &Written,
        (had_text, changed): (bool, &Changes),
    ) -> Result<()> {
        // An item without nodes is part of a run that begins before it and goes on behind it.
        let all = had_text || !written.texts.is_empty() || !items.have_nodes();
        let last = items.len() - 1;
        let (visits, are_closed) = if all {
            ((0..=last).collect(), false)
        } else {
            self.visits(items, &changed.items)
        };
        let (mut at, mut cursor) = (0, Cursor::default());
        for (place, &index) in visits.iter().enumerate() {
            if index > at {
                // The text behind the item before goes on in this one, as it did.
                self.run.owner = None;
            }
            at = index + 1;
            let new = &written.item(index, &mut cursor);
            self.texts(written, index, here.info)?;
            let (old, is_skipped) = (items.summary(index), visits.get(place + 1) > Some(&at));
            if index == 0 && is_skipped && self.can_pass(old, new) {
                self.pass_begin(old.shape)?;
                continue;
            }
            if are_closed
                && (1..last).contains(&index)
                && let Some(change) = changed.find(index)
                && self.change_closed(items, change, changed.gaps(change))?
            {
                self.run.owner = None;
                continue;
            }
            let item = items.open(index, self.cache, self.store);
            self.item(here, item.ok_or(Refused::Size)?, new)?;
        }
        self.texts(written, written.count, here.info)
    }

    /// The items that a walk has to go through where some have changed: those at both ends, and beside a changed one
    /// those whose texts go on in it; and whether there are no such.
    fn visits(&self, items: &Items, changed: &[Change]) -> (Vec<usize>, bool) {
        let last = items.len() - 1;
        let mut visits = Vec::with_capacity(changed.len() + 2);
        visits.push(0);
        let mut all_fit = true;
        for &Change { index, ref new, .. } in changed {
            let range = if self.fits_as_before(items.summary(index), new) {
                index..=index
            } else {
                all_fit = false;
                index.saturating_sub(1)..=(index + 2).min(last)
            };
            let from = visits.last().map_or(0, |last| last + 1);
            visits.extend(from.max(*range.start())..=*range.end());
        }
        if visits.last() < Some(&last) {
            visits.push(last);
        }
        (visits, all_fit)
    }

    /// Whether a changed item has the same text at its beginning and end as before.
    fn fits_as_before(&self, old: Summary, new: &New) -> bool {
        let Kind::Region(number) = new.kind else {
            return false;
        };
        old.is_bare
            && self.cache.shape(old.shape).has_fixed_edges()
            && self.recording.is_bare(self.recording.region(number).events)
    }

    /// An item that the page shows.
    fn item(&mut self, here: &Here<'_>, item: &mut Instance, new: &New) -> Result<()> {
        self.parent = here.parent;
        match new.kind {
            Kind::Kept(_) => self.pass_kept(item),
            Kind::Region(_) if self.can_pass(item.summary(), new) => self.pass_kept(item),
            Kind::Region(number) => {
                let region = *self.recording.region(number);
                self.update(item, &region)
            }
            Kind::Opaque | Kind::Variant(_) if here.info.fill.is_variants() => {
                self.update_variant(item, new, here)
            }
            Kind::Markup(_) | Kind::Opaque | Kind::Variant(_) => {
                self.update_markup(item, new, here)
            }
            Kind::Section => self.section(item, new),
        }
    }

    /// Whether an item is as it was, and how it fits to others is known from its shape.
    fn can_pass(&self, old: Summary, new: &New) -> bool {
        match new.kind {
            Kind::Kept(_) => true,
            Kind::Region(_) => {
                old.hash == new.hash && old.is_bare && self.cache.shape(old.shape).can_pass()
            }
            _ => false,
        }
    }

    /// An item that is no region of the template.
    fn fresh_item(&mut self, here: &Here<'_>, new: &New) -> Result<Instance> {
        self.parent = here.parent;
        match new.kind {
            Kind::Variant(number) => self.fresh_variant(here, new, number),
            Kind::Section => self.fresh_section(here, new),
            Kind::Kept(_) => Err(Refused::Replaced),
            _ => self.fresh_markup(new, here),
        }
    }
}
