//! What a render wrote in a gap.

use super::Here;
use crate::Emit;
use crate::shape::items::Items;
use crate::shape::markup::{Markup, kind_of};
use crate::shape::program::{Covered, Fill, Gap, NONE};
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
    /// The item of the last render that shows the same, where this one was not written because of that.
    pub(in crate::shape) kept: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::shape) enum Kind {
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
pub(super) struct Written {
    pub(super) items: Vec<New>,
    /// Texts, each with the number of items before it.
    pub(super) texts: Vec<(usize, Text)>,
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// What was written in a gap; mostly that is as many items as there were.
    pub(super) fn written(&self, events: Range, gap: &Gap, count: usize) -> Result<Written> {
        let mut written = Written {
            items: Vec::with_capacity(count),
            texts: Vec::new(),
        };
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
