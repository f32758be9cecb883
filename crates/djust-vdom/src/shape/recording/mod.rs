//! What a render wrote, piece by piece.
//!
//! Invariants:
//! - `events` lists pieces in the order of the output. A region's pieces stand between its
//!   [`Event::Enter`] and the [`Event::Leave`] that `regions` knows.
//! - Items that are kept stand in the outermost region only, as many as follow each other in the page in one event.
//! - Two writes to one slot without anything between them are one event; empty ones are none.

mod reading;
mod root;

use super::hash::{Hasher, Sequence};
use super::known::Known;

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

/// Items of a list that the page shows, one behind the other, that were not written because of that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// The first of them, as the page shows them.
    pub(super) first: u32,
    pub(super) count: u32,
    /// Of the hashes that regions with all that was written would have.
    pub(super) hashes: Sequence,
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

#[derive(Clone, Debug)]
struct Literal {
    id: (u32, u32),
    text: Box<str>,
    hash: u64,
    /// Whether there may be a start tag of the live root in it.
    may_be_root: bool,
}

/// A literal by its number, and its hash.
#[derive(Clone, Copy, Debug)]
struct Numbered {
    number: u32,
    hash: u64,
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

    /// The recording is for a page of this version.
    pub(super) fn expect(&mut self, version: u64) {
        self.expected = version;
    }

    pub(super) fn expected(&self) -> u64 {
        self.expected
    }

    /// The items that may be left out because the page shows them.
    pub(super) fn known(&mut self) -> &mut Known {
        &mut self.known
    }

    /// The key of the hashes that [`digest`](Self::digest) takes.
    pub fn key(&self) -> [u64; 2] {
        self.hasher.key()
    }

    /// What the next region writes follows from this hash alone, which has the [`key`](Self::key) and is taken of that and
    /// of what tells the region's literals from those of others. `true`: the page shows just that already, so that the
    /// region is over without being entered.
    ///
    /// Only a recording that a page has been [told](crate::ShapedPage::tell) of answers `true`.
    pub fn known_region(&mut self, digest: u64) -> bool {
        if !self.open.is_empty() {
            return false;
        }
        let Some(item) = self.known.take(self.current.place, digest) else {
            return false;
        };
        self.slot = None;
        self.current.add(self.hasher, digest ^ 3);
        if let Some(Event::Kept(_)) = self.events.last()
            && let Some(run) = self.kept.last_mut()
            && run.first + run.count == item
        {
            run.count += 1;
            run.hashes = self.hasher.then(run.hashes, digest);
            return true;
        }
        self.events.push(Event::Kept(self.kept.len() as u32));
        self.kept.push(Kept {
            first: item,
            count: 1,
            hashes: self.hasher.then(Sequence::EMPTY, digest),
        });
        true
    }

    /// What the region entered last writes follows from this hash alone, as that of a [known
    /// one](Self::known_region).
    pub fn digest(&mut self, digest: u64) {
        self.current.digest = Some(digest);
    }

    /// Whether all is written: nothing was left out because the page shows it.
    pub fn is_complete(&self) -> bool {
        self.kept.is_empty()
    }

    /// A text of the template. `id` names the template and the literal in it; it always comes with
    /// the same text.
    #[inline]
    pub fn literal(&mut self, id: (u32, u32), text: &str) {
        self.slot = None;
        let Numbered { number, hash } = self.number(id, text);
        self.current.place += 1;
        self.current.spine = self.hasher.with(self.current.spine, hash);
        self.events.push(Event::Literal(number));
    }

    #[inline]
    fn number(&mut self, (template, index): (u32, u32), text: &str) -> Numbered {
        // Mostly the template is the one used last, and the literal is known.
        if let Some((known, numbers)) = self.numbers.first()
            && *known == template
            && let Some(&Some(number)) = numbers.get(index as usize)
        {
            return number;
        }
        self.find_number((template, index), text)
    }

    fn find_number(&mut self, (template, index): (u32, u32), text: &str) -> Numbered {
        let known = self.numbers.iter().position(|known| known.0 == template);
        let place = known.unwrap_or_else(|| {
            self.numbers.push((template, Vec::new()));
            self.numbers.len() - 1
        });
        // The template used last is found first.
        if place > 0 {
            self.numbers.swap(0, place);
        }
        let numbers = &mut self.numbers[0].1;
        if numbers.len() <= index as usize {
            numbers.resize(index as usize + 1, None);
        }
        *numbers[index as usize].get_or_insert_with(|| {
            let hash = self.hasher.text(text);
            self.literals.push(Literal {
                id: (template, index),
                text: text.into(),
                hash,
                may_be_root: text.contains("dj-root") || text.contains("dj-view"),
            });
            Numbered {
                number: self.literals.len() as u32 - 1,
                hash,
            }
        })
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
    fn items_that_are_kept_one_behind_the_other_are_one_event() {
        let mut recording = Recording::new();
        recording.literal((0, 0), "<ul>");
        recording.known().add(1, vec![5, 6, 7, 8]);
        for digest in [5, 6] {
            assert!(recording.known_region(digest));
        }
        assert!(!recording.known_region(9));
        recording.enter();
        recording.leave();
        assert!(recording.known_region(8));
        assert!(!recording.is_complete());
        let kept: Vec<_> = recording
            .kept
            .iter()
            .map(|run| (run.first, run.count))
            .collect();
        assert_eq!(kept, [(0, 2), (3, 1)]);
        let events = &recording.events[1..];
        let [
            Event::Kept(0),
            Event::Enter(0),
            Event::Leave,
            Event::Kept(1),
        ] = events
        else {
            panic!("{events:?}");
        };
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
