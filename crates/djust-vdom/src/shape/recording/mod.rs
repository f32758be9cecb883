//! What a render wrote, piece by piece.
//!
//! Invariants:
//! - `events` lists pieces in the order of the output. A region's pieces stand between its
//!   [`Event::Enter`] and the [`Event::Leave`] that `regions` knows.
//! - Items that are kept stand in the outermost region only, as many as follow each other in the page in one event.
//! - Two writes to one slot without anything between them are one event; empty ones are none.

mod keeping;
mod literals;
mod reading;
mod root;

use super::hash::Hasher;
use super::known::Known;

pub(super) use keeping::Kept;
use literals::{Literal, Numbered};
pub(super) use reading::escape;

/// One piece of a render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A text of the template, by its number in the recording.
    Literal(u32),
    /// A value to be escaped: where its text is in the buffer.
    Text(Span),
    /// A value that is HTML.
    Markup(Span),
    /// A region begins.
    Enter(u32),
    /// The region entered last ends.
    Leave,
    /// Regions that were not written because the page shows them, by the number of the run.
    Kept(u32),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Events, from the first to before the last.
pub(super) type Range = Span;

/// A branch or iteration of the template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    /// Its events, without `Enter` and `Leave`.
    pub(super) events: Range,
    /// Hash of all that was written.
    pub(super) hash: u64,
    /// Hash of the literals that are not in regions further inside.
    pub(super) spine: u64,
    /// Whether nothing was written that may have nodes: no region inside and no markup.
    pub(super) is_flat: bool,
}

/// Running hashes of an open region.
#[derive(Clone, Copy, Debug)]
struct Open {
    region: u32,
    /// Number of literals so far.
    place: u32,
    /// Of values and regions, each with its place.
    hash: u64,
    spine: u64,
    /// Hash of all that decides what is written, if that is known.
    digest: Option<u64>,
    is_flat: bool,
}

impl Open {
    fn new(region: u32) -> Self {
        Self {
            region,
            place: 0,
            hash: 0,
            spine: 0,
            digest: None,
            is_flat: true,
        }
    }

    /// Adds the hash of what was written at this place.
    #[inline]
    fn add(&mut self, hasher: Hasher, hash: u64) {
        let place = u64::from(self.place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.hash = hasher.with(self.hash, hash.wrapping_add(place));
    }

    /// Hash of all that was written.
    fn whole(&self, hasher: Hasher) -> u64 {
        self.digest
            .unwrap_or_else(|| hasher.with(self.hash, self.spine))
    }
}

/// A render as the pieces it was written in: literals of the template, values, and the regions they
/// stand in.
///
/// A recording can be used again ([`clear`](Self::clear)); it then knows the literals already.
///
/// ```
/// use djust_vdom::Recording;
///
/// let mut recording = Recording::new();
/// recording.literal((0, 0), "<p>");
/// recording.text((0, 0), "1 < 2");
/// recording.literal((0, 1), "</p>");
/// assert_eq!(recording.html(), "<p>1 &lt; 2</p>");
/// ```
#[derive(Clone, Debug)]
pub struct Recording {
    hasher: Hasher,
    literals: Vec<Literal>,
    /// For each template its number, and its literals as far as they are known.
    numbers: Vec<(u32, Vec<Option<Numbered>>)>,
    events: Vec<Event>,
    regions: Vec<Region>,
    buffer: String,
    open: Vec<Open>,
    current: Open,
    /// Where the last event was written, as long as more may belong to it.
    slot: Option<(u32, u32)>,
    /// What the page shows already.
    known: Known,
    expected: u64,
    /// What was not written because of that.
    kept: Vec<Kept>,
}

const TOP: u32 = u32::MAX;

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl Recording {
    /// An empty recording.
    pub fn new() -> Self {
        Self {
            hasher: Hasher::default(),
            literals: Vec::new(),
            numbers: Vec::new(),
            events: Vec::new(),
            regions: Vec::new(),
            buffer: String::new(),
            open: Vec::new(),
            current: Open::new(TOP),
            slot: None,
            known: Known::default(),
            expected: 0,
            kept: Vec::new(),
        }
    }

    /// Forgets the render, but not the literals.
    pub fn clear(&mut self) {
        self.events.clear();
        self.regions.clear();
        self.buffer.clear();
        self.open.clear();
        self.current = Open::new(TOP);
        self.slot = None;
        self.known.clear();
        self.kept.clear();
    }

    /// Bytes that it takes: for the render, and for the literals, which are kept for good.
    ///
    /// ```
    /// let mut recording = djust_vdom::Recording::new();
    /// recording.literal((0, 0), &"<p>".repeat(1000));
    /// recording.clear();
    /// assert!(recording.memory() > 3000);
    /// ```
    pub fn memory(&self) -> usize {
        let literals = self.literals.iter().map(|literal| literal.text.len());
        let numbers = self
            .numbers
            .iter()
            .map(|(_, numbers)| size_of_val(&**numbers));
        self.buffer.capacity()
            + self.events.capacity() * size_of::<Event>()
            + self.regions.capacity() * size_of::<Region>()
            + self.literals.capacity() * size_of::<Literal>()
            + literals.sum::<usize>()
            + numbers.sum::<usize>()
    }

    /// A value that is escaped to become HTML. `slot` is the place of the template it is written at.
    #[inline]
    pub fn text(&mut self, slot: (u32, u32), text: &str) {
        if text.is_empty() {
            return;
        }
        if self.slot == Some(slot) {
            self.append(text);
        } else {
            let span = self.push(text);
            self.events.push(Event::Text(span));
            self.slot = Some(slot);
        }
        self.mix(text, 0);
    }

    /// Adds text to what was written last.
    fn append(&mut self, text: &str) {
        match self.events.last() {
            Some(Event::Text(_)) => self.buffer.push_str(text),
            _ => escape(text, &mut self.buffer),
        }
        self.extend_last();
    }

    /// A value that is HTML already.
    pub fn markup(&mut self, slot: (u32, u32), html: &str) {
        if html.is_empty() {
            return;
        }
        match self.events.last().copied() {
            Some(Event::Markup(_)) if self.slot == Some(slot) => {
                self.buffer.push_str(html);
                self.extend_last();
            }
            Some(Event::Text(span)) if self.slot == Some(slot) => {
                let text = self.buffer.split_off(span.start as usize);
                escape(&text, &mut self.buffer);
                self.buffer.push_str(html);
                self.events.pop();
                let end = self.buffer.len() as u32;
                self.events.push(Event::Markup(Span { end, ..span }));
            }
            _ => {
                let span = self.push(html);
                self.events.push(Event::Markup(span));
            }
        }
        self.slot = Some(slot);
        self.current.is_flat = false;
        self.mix(html, 1);
    }

    fn push(&mut self, text: &str) -> Span {
        let start = self.buffer.len() as u32;
        self.buffer.push_str(text);
        Span {
            start,
            end: self.buffer.len() as u32,
        }
    }

    fn extend_last(&mut self) {
        if let Some(Event::Text(span) | Event::Markup(span)) = self.events.last_mut() {
            span.end = self.buffer.len() as u32;
        }
    }

    fn mix(&mut self, text: &str, kind: u64) {
        // The digest says it already.
        if self.current.digest.is_some() {
            return;
        }
        let hash = self.hasher.text(text) ^ kind;
        self.current.add(self.hasher, hash);
    }

    /// A region begins: something the template may write once, several times, or not at all.
    pub fn enter(&mut self) {
        self.slot = None;
        let region = self.regions.len() as u32;
        self.events.push(Event::Enter(region));
        let start = self.events.len() as u32;
        self.regions.push(Region {
            events: Range { start, end: start },
            hash: 0,
            spine: 0,
            is_flat: false,
        });
        self.current.is_flat = false;
        self.open
            .push(std::mem::replace(&mut self.current, Open::new(region)));
    }

    /// The region entered last ends.
    pub fn leave(&mut self) {
        self.slot = None;
        let Some(outer) = self.open.pop() else { return };
        let inside = std::mem::replace(&mut self.current, outer);
        let region = &mut self.regions[inside.region as usize];
        region.events.end = self.events.len() as u32;
        region.hash = inside.whole(self.hasher);
        region.spine = inside.spine;
        region.is_flat = inside.is_flat;
        self.events.push(Event::Leave);
        let hash = region.hash ^ 3;
        self.current.add(self.hasher, hash);
    }

    /// Ends a write to a slot: what comes next is not part of it.
    pub fn part(&mut self) {
        self.slot = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Recording};

    #[test]
    fn writes_to_one_slot_are_one_event() {
        let mut recording = Recording::new();
        recording.text((0, 0), "<");
        recording.markup((0, 0), "<b>");
        recording.text((0, 0), "\"");
        recording.text((0, 0), "");
        recording.text((0, 1), "'");
        assert_eq!(recording.html(), "&lt;<b>&quot;&#x27;");
        assert_eq!(recording.events.len(), 2);
        assert!(matches!(recording.event(0), Event::Markup(_)));
    }

    #[test]
    fn equal_renders_have_equal_hashes() {
        let record = |rows: &[&str]| {
            let mut recording = Recording::new();
            recording.literal((0, 0), "<ul>");
            for row in rows {
                recording.enter();
                recording.literal((0, 1), "<li>");
                recording.text((0, 0), row);
                recording.leave();
            }
            (recording.top().hash, recording.top().spine)
        };
        assert_eq!(record(&["a", "b"]), record(&["a", "b"]));
        assert_ne!(record(&["a", "b"]).0, record(&["b", "a"]).0);
        assert_eq!(record(&["a", "b"]).1, record(&[]).1);
    }
}
