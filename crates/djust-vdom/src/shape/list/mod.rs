//! Values and regions in a gap: which region is which of the last render, and the operations that
//! put them in order.

mod nodes;

use std::sync::Arc;

use super::instance::{Instance, MARKUP};
use super::markup::{Markup, kind_of};
use super::matching::Plan;
use super::program::{Covered, Fill, Gap, NONE, Shape};
use super::recording::{Event, Range, Span};
use super::refused::Result;
use super::run::{Content, Insertion, normalised};
use super::walk::Walk;
use crate::{Emit, NodeId};

/// A region or markup of this render.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    /// Its events, `Enter` and `Leave` included.
    pub(super) events: Range,
    pub(super) hash: u64,
    pub(super) kind: Kind,
    /// The item of the last render that shows the same, where this one was not written because of that.
    pub(super) kept: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Region(u32),
    Markup(Span),
    /// A stretch that is compared as text.
    Opaque,
    /// A stretch with the branches of this shape.
    Variant(u32),
    /// The `tbody` of rows without one.
    Section,
}

/// Text beside the regions of a gap.
#[derive(Debug)]
enum Text {
    Value(Span),
    Decoded(String),
}

/// What was written in a gap.
#[derive(Debug, Default)]
struct Written {
    items: Vec<New>,
    /// Texts, each with the number of items before it.
    texts: Vec<(usize, Text)>,
}

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
            None => self.written(events, here.info)?,
            Some(covered) => self.written_stretch(&here, covered, events, &olds)?,
        };
        let has_text = !written.texts.is_empty();
        if written.items.is_empty() && olds.is_empty() {
            return self.texts(&written, 0, here.info);
        }
        let in_place = !olds.is_empty()
            && match (here.info.fill.is_variants(), &*olds, &*written.items) {
                (true, [old], [new]) => self.can_become(&here, old, new)?,
                _ => self.in_place(&here, &olds, &written.items)?,
            };
        let items = if olds.is_empty() {
            let mut items = Vec::with_capacity(written.items.len());
            self.insert_items(&here, &written, 0..written.items.len(), &mut items)?;
            self.texts(&written, written.items.len(), here.info)?;
            items
        } else if in_place {
            self.update_in_place(&here, &mut olds, &written, had_text)?;
            olds
        } else {
            self.rearrange(&here, olds, &written, had_text)?
        };
        self.parent = here.parent;
        instance.put_items(gap, items, has_text);
        Ok(())
    }

    fn written(&self, events: Range, gap: &Gap) -> Result<Written> {
        let mut written = Written::default();
        let mut at = events.start;
        while at < events.end {
            let begin = at;
            let before = written.items.len();
            match self.recording.event(at) {
                Event::Text(span) => written.texts.push((before, Text::Value(span))),
                Event::Markup(span) => match self.kind_of_value(span, gap)? {
                    Markup::Text(text) => written.texts.push((before, Text::Decoded(text))),
                    Markup::Nodes => written.items.push(New {
                        events: Range {
                            start: at,
                            end: at + 1,
                        },
                        hash: self.recording.hasher().text(self.recording.value(span)) ^ 1,
                        kind: Kind::Markup(span),
                        kept: None,
                    }),
                },
                Event::Enter(number) => {
                    let region = self.recording.region(number);
                    at = region.events.end;
                    written.items.push(New {
                        events: Range {
                            start: begin,
                            end: at + 1,
                        },
                        hash: region.hash,
                        kind: Kind::Region(number),
                        kept: (region.kept != NONE).then_some(region.kept as usize),
                    });
                }
                Event::Literal(_) | Event::Leave => {}
            }
            at += 1;
        }
        Ok(written)
    }

    /// What was written in a stretch: markup as a whole, or the `tbody` of rows.
    fn written_stretch(
        &mut self,
        here: &Here<'_>,
        covered: &Covered,
        events: Range,
        olds: &[Instance],
    ) -> Result<Written> {
        let mut written = Written::default();
        let mut new = New {
            events,
            hash: self.recording.hash_of(events),
            kind: Kind::Opaque,
            kept: None,
        };
        if let Fill::Rows(_) = here.info.fill {
            new.kind = Kind::Section;
            if self.has_row(events)? {
                written.items.push(new);
            } else {
                written.texts = self.blank_stretch(covered, events, here.info)?;
            }
            return Ok(written);
        }
        if here.info.fill.is_variants() {
            new.kind = self.kind_of_variant(here, events, olds.first(), new.hash)?;
        }
        let is_known = olds.first().is_some_and(|old| old.hash == new.hash);
        if is_known || matches!(new.kind, Kind::Variant(_)) {
            written.items.push(new);
            return Ok(written);
        }
        let html = self.covered_text(covered, events)?;
        match kind_of(&html, here.info)? {
            Markup::Nodes => written.items.push(new),
            Markup::Text(text) => written.texts.push((0, Text::Decoded(text))),
        }
        Ok(written)
    }

    /// The pieces of a stretch that has no elements.
    fn blank_stretch(
        &self,
        covered: &Covered,
        events: Range,
        gap: &Gap,
    ) -> Result<Vec<(usize, Text)>> {
        let mut texts = Vec::new();
        for at in events.start..events.end {
            match self.recording.event(at) {
                Event::Literal(number) => {
                    let text = self.recording.literal_text(number);
                    let text = normalised(text)?.unwrap_or_else(|| text.to_owned());
                    texts.push((0, Text::Decoded(text)));
                }
                Event::Text(span) => texts.push((0, Text::Value(span))),
                Event::Markup(span) => {
                    if let Markup::Text(text) = self.kind_of_value(span, gap)? {
                        texts.push((0, Text::Decoded(text)));
                    }
                }
                Event::Enter(_) | Event::Leave => {}
            }
        }
        texts.push((0, Text::Decoded(covered.tail.to_string())));
        Ok(texts)
    }

    /// Adds the texts that stand before an item to the run.
    fn texts(&mut self, written: &Written, before: usize, gap: &Gap) -> Result<()> {
        for (place, text) in &written.texts {
            if *place == before {
                match text {
                    Text::Value(span) => self.push_value(*span, gap.is_blank)?,
                    Text::Decoded(text) => self.push_owned(text.clone()),
                }
            }
        }
        Ok(())
    }

    /// Goes through items that are the same ones, past those whose surroundings do not change.
    fn update_in_place(
        &mut self,
        here: &Here<'_>,
        items: &mut [Instance],
        written: &Written,
        had_text: bool,
    ) -> Result<()> {
        // An item without nodes is part of a run that begins before it and goes on behind it.
        let all =
            had_text || !written.texts.is_empty() || items.iter().any(|item| !item.has_node());
        let last = items.len() - 1;
        let changed: Vec<bool> = items
            .iter()
            .zip(&written.items)
            .map(|(old, new)| all || old.hash != new.hash)
            .collect();
        for index in 0..=last {
            let is_near = changed[index]
                || (index > 0 && changed[index - 1])
                || (index > 1 && changed[index - 2])
                || changed.get(index + 1) == Some(&true);
            if index == 0 || index == last || is_near {
                self.texts(written, index, here.info)?;
                self.item(here, &mut items[index], &written.items[index])?;
            } else {
                // The text behind the item before goes on in this one, as it did.
                self.run.owner = None;
            }
        }
        self.texts(written, items.len(), here.info)
    }

    /// An item that the page shows.
    fn item(&mut self, here: &Here<'_>, item: &mut Instance, new: &New) -> Result<()> {
        self.parent = here.parent;
        match new.kind {
            Kind::Region(_) if new.kept.is_some() => self.pass_kept(item),
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

    /// An item that is no region of the template.
    fn fresh_item(&mut self, here: &Here<'_>, new: &New) -> Result<Instance> {
        self.parent = here.parent;
        match new.kind {
            Kind::Variant(number) => self.fresh_variant(here, new, number),
            Kind::Section => self.fresh_section(here, new),
            _ => self.fresh_markup(new, here),
        }
    }

    /// Removes, moves and inserts items, and goes through all whose surroundings change.
    fn rearrange(
        &mut self,
        here: &Here<'_>,
        olds: Vec<Instance>,
        written: &Written,
        had_text: bool,
    ) -> Result<Vec<Instance>> {
        let plan = self.plan(here, &olds, &written.items)?;
        let mut all =
            had_text || !written.texts.is_empty() || olds.iter().any(|item| !item.has_node());
        for (new, source) in written.items.iter().zip(&plan.sources) {
            if source.is_none() {
                let shape = self.shape_of(here, new)?;
                all |= shape != MARKUP && !self.cache.shape(shape).has_node();
            }
        }
        let mut olds: Vec<Option<Instance>> = olds.into_iter().map(Some).collect();
        self.remove_unmatched(here, &mut olds, &plan);
        let count = written.items.len();
        let quiet = self.quiet_items(here, &olds, written, &plan, all)?;
        let mut items = Vec::with_capacity(count);
        let (mut index, mut was_skipped) = (0, false);
        while index < count {
            let skip = index > 0 && index + 1 < count && quiet[index] && quiet[index - 1];
            if was_skipped && !(skip && plan.stays[index]) {
                self.previous = self.last_node(here, items.last());
            }
            was_skipped = skip;
            match plan.sources[index].and_then(|source| olds[source].take()) {
                Some(old) if skip => {
                    self.run.owner = None;
                    if !plan.stays[index] {
                        self.move_item(here, &old, self.previous);
                    }
                    items.push(old);
                    index += 1;
                }
                Some(mut old) => {
                    self.texts(written, index, here.info)?;
                    let after = self.previous;
                    self.item(here, &mut old, &written.items[index])?;
                    if !plan.stays[index] {
                        self.move_item(here, &old, after);
                    }
                    items.push(old);
                    index += 1;
                }
                None => {
                    let end = (index..count)
                        .find(|&later| plan.sources[later].is_some())
                        .unwrap_or(count);
                    self.insert_items(here, written, index..end, &mut items)?;
                    index = end;
                }
            }
        }
        self.texts(written, count, here.info)?;
        Ok(items)
    }

    /// For each item whether it is as it was and the text behind it goes on as it did: before the same
    /// item as before, or before one with the same text at its beginning.
    fn quiet_items(
        &mut self,
        here: &Here<'_>,
        olds: &[Option<Instance>],
        written: &Written,
        plan: &Plan,
        all: bool,
    ) -> Result<Vec<bool>> {
        let old = |source: Option<usize>| source.and_then(|source| olds.get(source)?.as_ref());
        let unchanged = |index: usize| {
            old(plan.sources[index]).is_some_and(|old| old.hash == written.items[index].hash)
        };
        let mut all_quiet = vec![false; plan.sources.len()];
        let last = plan.sources.len().saturating_sub(1);
        for (index, quiet) in all_quiet.iter_mut().enumerate().take(last) {
            let Some(source) = plan.sources[index].filter(|_| !all && unchanged(index)) else {
                continue;
            };
            let follows = plan.sources[index + 1] == Some(source + 1)
                && plan.stays[index]
                && plan.stays[index + 1]
                && unchanged(index + 1);
            *quiet = follows || {
                let followed = plan.followed[source];
                let shape = old(Some(source))
                    .filter(|old| old.is_bare)
                    .map_or(MARKUP, |old| old.shape);
                let next = &written.items[index + 1];
                shape != MARKUP
                    && followed == Some(shape)
                    && self.cache.shape(shape).has_fixed_edges()
                    && matches!(next.kind, Kind::Region(number)
                        if next.kept.is_some()
                            || self.recording.is_bare(self.recording.region(number).events))
                    && match old(plan.sources[index + 1]) {
                        Some(next) => next.shape == shape,
                        None => self.shape_of(here, next)? == shape,
                    }
            };
        }
        Ok(all_quiet)
    }

    /// New items one behind the other: one insertion.
    fn insert_items(
        &mut self,
        here: &Here<'_>,
        written: &Written,
        range: std::ops::Range<usize>,
        items: &mut Vec<Instance>,
    ) -> Result<()> {
        let after = self.previous;
        let first = items.len();
        let mut last = None;
        for index in range.clone() {
            self.texts(written, index, here.info)?;
            let new = &written.items[index];
            items.push(match new.kind {
                Kind::Region(number) => {
                    self.parent = here.parent;
                    let region = *self.recording.region(number);
                    let shape = self.shape_of(here, new)?;
                    let known = last.take().filter(|(number, _)| *number == shape);
                    let (_, known) =
                        known.unwrap_or_else(|| (shape, Arc::clone(self.cache.shape(shape))));
                    let made = self.fresh(&region, shape, &known)?;
                    last = Some((shape, known));
                    made
                }
                _ => self.fresh_item(here, new)?,
            });
        }
        if here.is_fresh || !self.is_inside {
            return Ok(());
        }
        let base = items[first..]
            .iter()
            .find_map(|item| self.first_node(here, item));
        let Some(base) = base else {
            return Ok(());
        };
        let events = Range {
            start: written.items[range.start].events.start,
            end: written.items[range.end - 1].events.end,
        };
        let content = match here.covered {
            None => Content::Events(events),
            Some(covered) => {
                let mut html = self.covered_text(covered, events)?;
                html.drain(..html.find('<').unwrap_or(0));
                Content::Html(match here.info.fill {
                    Fill::Rows(_) => format!("<tbody>{html}</tbody>"),
                    _ => html,
                })
            }
        };
        self.run.insertion = Some(Insertion {
            parent: here.parent,
            after,
            base,
            content,
            known: self.run.pieces.len(),
        });
        Ok(())
    }
}
