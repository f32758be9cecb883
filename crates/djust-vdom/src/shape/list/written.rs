//! What a render wrote in a gap.

use super::Here;
use crate::Emit;
use crate::shape::items::Items;
use crate::shape::markup::{Markup, kind_of};
use crate::shape::program::{Covered, Fill, Gap};
use crate::shape::recording::{Event, Range, Span};
use crate::shape::refused::Result;
use crate::shape::run::normalised;
use crate::shape::walk::Walk;

/// A region or markup of this render.
#[derive(Clone, Copy, Debug)]
pub(in crate::shape) struct New {
    /// Its events, `Enter` and `Leave` included.
    pub(in crate::shape) events: Range,
    pub(in crate::shape) hash: u64,
    pub(in crate::shape) kind: Kind,
}

impl New {
    /// The item of the last render that shows the same, where this one was not written because of that.
    #[inline]
    pub(in crate::shape) fn kept(&self) -> Option<usize> {
        match self.kind {
            Kind::Kept(item) => Some(item as usize),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(in crate::shape) enum Kind {
    /// An item of the last render.
    Kept(u32),
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
pub(super) enum Text {
    Value(Span),
    Decoded(String),
}

/// What was written in a gap.
#[derive(Debug, Default)]
pub(in crate::shape) struct Written {
    /// How many items there are.
    pub(in crate::shape) count: usize,
    /// The items, those that are kept one behind the other as the first of them.
    pub(in crate::shape) runs: Vec<(New, usize)>,
    /// Texts, each with the number of items before it.
    pub(super) texts: Vec<(usize, Text)>,
}

/// A place among the runs of what was written, and the number of items before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    run: usize,
    before: usize,
}

impl Written {
    fn push(&mut self, new: New, count: usize) {
        self.runs.push((new, count));
        self.count += count;
    }

    /// An item, at or behind the place of a cursor.
    pub(super) fn item(&self, index: usize, cursor: &mut Cursor) -> New {
        let (mut new, mut count) = self.runs[cursor.run];
        while index >= cursor.before + count {
            cursor.before += count;
            cursor.run += 1;
            (new, count) = self.runs[cursor.run];
        }
        if let Kind::Kept(first) = &mut new.kind {
            *first += (index - cursor.before) as u32;
        }
        new
    }

    /// Every item.
    pub(super) fn items(&self) -> Vec<New> {
        let mut items = Vec::with_capacity(self.count);
        for (new, count) in &self.runs {
            items.push(*new);
            if let Kind::Kept(first) = new.kind {
                let others = (1..*count as u32).map(|next| New {
                    kind: Kind::Kept(first + next),
                    ..*new
                });
                items.extend(others);
            }
        }
        items
    }
}

fn one(at: u32) -> Range {
    Range {
        start: at,
        end: at + 1,
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// What was written in a gap; mostly that is as many items as there were.
    pub(super) fn written(&self, events: Range, gap: &Gap, count: usize) -> Result<Written> {
        let most = count.min((events.end - events.start) as usize);
        let mut written = Written {
            runs: Vec::with_capacity(most),
            ..Written::default()
        };
        let mut at = events.start;
        while at < events.end {
            let begin = at;
            let before = written.count;
            match self.recording.event(at) {
                Event::Text(span) => written.texts.push((before, Text::Value(span))),
                Event::Markup(span) => match self.kind_of_value(span, gap)? {
                    Markup::Text(text) => written.texts.push((before, Text::Decoded(text))),
                    Markup::Nodes => {
                        let new = New {
                            events: one(at),
                            hash: self.recording.hasher().text(self.recording.value(span)) ^ 1,
                            kind: Kind::Markup(span),
                        };
                        written.push(new, 1);
                    }
                },
                Event::Enter(number) => {
                    let region = self.recording.region(number);
                    at = region.events.end;
                    let new = New {
                        events: Range {
                            start: begin,
                            end: at + 1,
                        },
                        hash: region.hash,
                        kind: Kind::Region(number),
                    };
                    written.push(new, 1);
                }
                Event::Kept(number) => {
                    let kept = self.recording.kept(number);
                    let new = New {
                        events: one(at),
                        hash: 0,
                        kind: Kind::Kept(kept.first),
                    };
                    written.push(new, kept.count as usize);
                }
                Event::Literal(_) | Event::Leave => {}
            }
            at += 1;
        }
        Ok(written)
    }

    /// What was written in a stretch: markup as a whole, or the `tbody` of rows.
    pub(super) fn written_stretch(
        &mut self,
        here: &Here<'_>,
        covered: &Covered,
        events: Range,
        olds: &Items,
    ) -> Result<Written> {
        let mut written = Written::default();
        let mut new = New {
            events,
            hash: self.recording.hash_of(events),
            kind: Kind::Opaque,
        };
        if let Fill::Rows(_) = here.info.fill {
            new.kind = Kind::Section;
            if self.has_row(events)? {
                written.push(new, 1);
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
            written.push(new, 1);
            return Ok(written);
        }
        let html = self.covered_text(covered, events)?;
        match kind_of(&html, here.info)? {
            Markup::Nodes => written.push(new, 1),
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
                Event::Enter(_) | Event::Leave | Event::Kept(_) => {}
            }
        }
        texts.push((0, Text::Decoded(covered.tail.to_string())));
        Ok(texts)
    }

    /// Adds the texts that stand before an item to the run.
    pub(super) fn texts(&mut self, written: &Written, before: usize, gap: &Gap) -> Result<()> {
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
}
