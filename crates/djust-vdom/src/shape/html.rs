//! HTML as the pieces that a render wrote it in.

use super::recording::{Event, Range, Recording, escape};

/// HTML to be inserted, in the pieces that a render wrote: see [`Emit::insert_pieces`](crate::Emit::insert_pieces).
#[derive(Clone, Copy, Debug)]
pub struct HtmlPieces<'r> {
    pub(super) recording: &'r Recording,
    /// The events whose output it is, without what comes before the first tag.
    pub(super) events: Range,
    /// Bytes of the first piece that do not belong to it.
    pub(super) skip: usize,
    /// Text behind.
    pub(super) tail: &'r str,
}

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlPiece<'r> {
    /// A text of the template. All literals of one [`Recording`] that have this number are equal, also in later renders.
    Literal(u32, &'r str),
    /// HTML.
    Markup(&'r str),
    /// Text that must be escaped to become HTML.
    Text(&'r str),
}

impl<'r> HtmlPieces<'r> {
    /// The output of events from their first tag on.
    pub(super) fn from_first_tag(recording: &'r Recording, events: Range) -> Self {
        let mut skip = 0;
        let begins = |at: &u32| {
            let text = match recording.event(*at) {
                Event::Literal(number) => recording.literal_text(number),
                Event::Markup(span) => recording.value(span),
                Event::Text(_) | Event::Enter(_) | Event::Leave | Event::Kept(_) => return false,
            };
            let found = memchr::memchr(b'<', text.as_bytes());
            skip = found.unwrap_or_default();
            found.is_some()
        };
        let first = (events.start..events.end).find(begins);
        Self {
            recording,
            events: Range {
                start: first.unwrap_or(events.end),
                end: events.end,
            },
            skip,
            tail: "",
        }
    }

    /// The pieces in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = HtmlPiece<'r>> + use<'r> {
        Pieces {
            recording: self.recording,
            events: self.recording.events(self.events).iter(),
            skip: self.skip,
            tail: self.tail,
        }
    }

    /// About how many bytes it has, rather too many than too few.
    pub fn size(&self) -> usize {
        (self.events.end - self.events.start) as usize * 8 + self.tail.len()
    }

    /// The HTML as one text.
    ///
    /// ```
    /// # use djust_vdom::{Emit, HtmlPieces, NodeId};
    /// fn length(pieces: HtmlPieces<'_>) -> usize {
    ///     pieces.html().len()
    /// }
    /// ```
    pub fn html(&self) -> String {
        let mut html = String::with_capacity(self.size());
        for piece in self.iter() {
            match piece {
                HtmlPiece::Literal(_, text) | HtmlPiece::Markup(text) => html.push_str(text),
                HtmlPiece::Text(text) => escape(text, &mut html),
            }
        }
        html
    }
}

/// The pieces that are left.
struct Pieces<'r> {
    recording: &'r Recording,
    events: std::slice::Iter<'r, Event>,
    skip: usize,
    tail: &'r str,
}

impl<'r> Iterator for Pieces<'r> {
    type Item = HtmlPiece<'r>;

    #[inline]
    fn next(&mut self) -> Option<HtmlPiece<'r>> {
        for event in self.events.by_ref() {
            // Only the first piece does not belong to it as a whole.
            let skip = std::mem::take(&mut self.skip);
            return Some(match *event {
                Event::Literal(number) => {
                    let text = self.recording.literal_text(number);
                    if skip > 0 {
                        HtmlPiece::Markup(&text[skip..])
                    } else {
                        HtmlPiece::Literal(number, text)
                    }
                }
                Event::Text(span) => HtmlPiece::Text(self.recording.value(span)),
                Event::Markup(span) => HtmlPiece::Markup(&self.recording.value(span)[skip..]),
                Event::Enter(_) | Event::Leave | Event::Kept(_) => continue,
            });
        }
        let tail = std::mem::take(&mut self.tail);
        (!tail.is_empty()).then_some(HtmlPiece::Text(tail))
    }
}
