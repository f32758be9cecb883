//! What was written in a region, piece by piece.

use std::slice::Iter;

use crate::shape::program::Shape;
use crate::shape::recording::{Event, Range, Recording, Region};
use crate::shape::run::normal_hash;

/// The pieces of a region that are left.
pub(super) struct Pieces<'r> {
    events: Iter<'r, Event>,
    /// How many literals are left, if it has as many as its shape.
    literals: u32,
}

impl<'r> Pieces<'r> {
    pub(super) fn new(recording: &'r Recording, events: Range, shape: &Shape) -> Self {
        Self {
            events: recording.events(events).iter(),
            literals: shape.literals,
        }
    }

    /// The next piece of a gap; nothing at its end.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Event> {
        match *self.events.next()? {
            Event::Literal(_) => {
                self.literals = self.literals.wrapping_sub(1);
                None
            }
            event => Some(event),
        }
    }

    /// Goes past the pieces of a region, and its end.
    pub(super) fn pass(&mut self, region: &Region) {
        let own = region.events.end - region.events.start;
        self.events.nth(own as usize);
    }

    /// Nothing may be written in the next gaps.
    pub(super) fn closed(&mut self, gaps: usize) -> Option<()> {
        (0..gaps).all(|_| self.next().is_none()).then_some(())
    }

    /// Whether that was all.
    pub(super) fn finish(&self) -> Option<()> {
        (self.literals == 0 && self.events.as_slice().is_empty()).then_some(())
    }
}

/// The hash of a text that the browser reads as it is.
#[inline]
pub(super) fn text_hash(recording: &Recording, piece: Event) -> Option<u64> {
    match piece {
        Event::Text(span) => normal_hash(recording.hasher(), recording.value(span)),
        _ => None,
    }
}

/// The [hash](crate::shape::walk::Walk::parts_hash) of an attribute's value so far, with what was written in a gap of it, if the browser reads
/// that as it is.
pub(super) fn attribute(
    recording: &Recording,
    pieces: &mut Pieces<'_>,
    mut hash: u64,
) -> Option<u64> {
    let hasher = recording.hasher();
    while let Some(piece) = pieces.next() {
        if let Event::Enter(number) = piece {
            // A branch inside the value.
            let region = recording.region(number);
            for event in recording.events(region.events) {
                hash = match *event {
                    Event::Enter(_) | Event::Leave => continue,
                    Event::Literal(number) => {
                        let is_special = |byte| matches!(byte, b'\r' | 0 | b'&' | b'"' | b'\'');
                        if recording.literal_text(number).bytes().any(is_special) {
                            return None;
                        }
                        hasher.with(hash, recording.literal_hash(number) ^ 5)
                    }
                    text => hasher.with(hash, text_hash(recording, text)?),
                };
            }
            pieces.pass(region);
            continue;
        }
        hash = hasher.with(hash, text_hash(recording, piece)?);
    }
    Some(hash)
}
