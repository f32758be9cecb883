//! What a comparison reads of a render: its pieces, their hashes, and their text.

use std::collections::HashSet;

use super::{Event, Kept, Range, Recording, Region, Span};
use crate::shape::hash::Hasher;

impl Recording {
    /// Whether everything a program counts with 32 bits is small enough.
    pub(in crate::shape) fn is_small(&self) -> bool {
        self.buffer.len() < 1 << 31 && self.events.len() < 1 << 31
    }

    /// The whole render as one region.
    pub(in crate::shape) fn top(&self) -> Region {
        Region {
            events: Range {
                start: 0,
                end: self.events.len() as u32,
            },
            hash: self.current.whole(self.hasher),
            spine: self.current.spine,
            is_flat: self.current.is_flat,
        }
    }

    pub(in crate::shape) fn hasher(&self) -> Hasher {
        self.hasher
    }

    pub(in crate::shape) fn region(&self, number: u32) -> &Region {
        &self.regions[number as usize]
    }

    pub(in crate::shape) fn kept(&self, number: u32) -> &Kept {
        &self.kept[number as usize]
    }

    /// Whether events begin and end with text of the template.
    pub(in crate::shape) fn is_bare(&self, events: Range) -> bool {
        let is_literal = |at| matches!(self.event(at), Event::Literal(_));
        events.start < events.end && is_literal(events.start) && is_literal(events.end - 1)
    }

    #[inline]
    pub(in crate::shape) fn event(&self, at: u32) -> Event {
        self.events[at as usize]
    }

    /// Some events, in order.
    #[inline]
    pub(in crate::shape) fn events(&self, range: Range) -> &[Event] {
        &self.events[range.start as usize..range.end as usize]
    }

    pub(in crate::shape) fn literal_id(&self, number: u32) -> (u32, u32) {
        self.literals[number as usize].id
    }

    #[inline]
    pub(in crate::shape) fn literal_text(&self, number: u32) -> &str {
        &self.literals[number as usize].text
    }

    pub(in crate::shape) fn literal_hash(&self, number: u32) -> u64 {
        self.literals[number as usize].hash
    }

    #[inline]
    pub(in crate::shape) fn value(&self, span: Span) -> &str {
        &self.buffer[span.start as usize..span.end as usize]
    }

    /// How many places of the template wrote something among some events.
    pub(in crate::shape) fn holes(&self, events: Range) -> u32 {
        let (mut holes, mut before, mut is_filled) = (HashSet::new(), None, false);
        for event in &self.events[events.start as usize..events.end as usize] {
            let Event::Literal(number) = *event else {
                is_filled |= *event != Event::Leave;
                continue;
            };
            if std::mem::take(&mut is_filled) {
                holes.insert((before, number));
            }
            before = Some(number);
        }
        holes.len() as u32 + u32::from(is_filled)
    }

    /// Hash of some events, whole regions with all that is in them.
    pub(in crate::shape) fn hash_of(&self, events: Range) -> u64 {
        let (mut hash, mut at) = (1, events.start);
        while at < events.end {
            let one = match self.event(at) {
                Event::Literal(number) => self.literal_hash(number) ^ 5,
                Event::Text(span) => self.hasher.text(self.value(span)),
                Event::Markup(span) => self.hasher.text(self.value(span)) ^ 1,
                Event::Enter(number) => {
                    let region = self.region(number);
                    at = region.events.end;
                    region.hash ^ 3
                }
                Event::Kept(number) => self.kept(number).hashes.hash(),
                Event::Leave => 0,
            };
            hash = self.hasher.with(hash, one);
            at += 1;
        }
        hash
    }

    /// The whole render as HTML, byte by byte what the template renders to.
    pub fn html(&self) -> String {
        let mut html = String::with_capacity(self.buffer.len() + self.events.len() * 16);
        self.write(self.top().events, &mut html);
        html
    }

    pub(in crate::shape) fn write(&self, events: Range, out: &mut String) {
        for event in &self.events[events.start as usize..events.end as usize] {
            match *event {
                Event::Literal(number) => out.push_str(self.literal_text(number)),
                Event::Text(span) => escape(self.value(span), out),
                Event::Markup(span) => out.push_str(self.value(span)),
                Event::Enter(_) | Event::Leave | Event::Kept(_) => {}
            }
        }
    }
}

/// Escapes the five characters that are special in HTML.
pub(in crate::shape) fn escape(text: &str, out: &mut String) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#x27;",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(escaped);
        written = at + 1;
    }
    out.push_str(&text[written..]);
}
