//! Runs of text, put together from pieces.

use super::hash::Hasher;
use super::html::HtmlPieces;
use super::recording::{Range, Span, escape};
use super::refused::{Refused, Result};
use super::walk::Walk;
use crate::{Emit, NodeId};

/// A piece of a run.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Text of the template: shape and number.
    Template(u32, u32),
    /// A value as it was written.
    Value(Span),
    /// A value that had to be changed.
    Owned(Box<str>),
}

/// The run of text that a walk is in.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Whose it is; `None` where nobody compares it.
    pub(super) owner: Option<Owner>,
    pub(super) pieces: Vec<Piece>,
    pub(super) hash: u64,
    /// Nodes to be inserted, of which the run is the last tail.
    pub(super) insertion: Option<Insertion>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    pub(super) id: NodeId,
    pub(super) is_tail: bool,
    pub(super) cell: u32,
    /// Whether the page gets the text with the node.
    pub(super) is_fresh: bool,
    pub(super) drops_line_feed: bool,
    pub(super) text: RunText,
}

/// Whether the text of a run may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunText {
    Kept,
    /// The page gets it with new nodes, and it ends inside of them.
    Unneeded,
}

/// An insertion that waits for the text behind it.
#[derive(Debug)]
pub(super) struct Insertion {
    pub(super) parent: NodeId,
    pub(super) after: NodeId,
    pub(super) base: NodeId,
    pub(super) content: Content,
    /// Pieces of the run that the HTML has already.
    pub(super) known: usize,
}

/// The HTML of an insertion.
#[derive(Debug)]
pub(super) enum Content {
    /// What was written, from the first tag on.
    Events(Range),
    Html(String),
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Another run begins.
    pub(super) fn begin_run(&mut self, owner: Option<Owner>) {
        self.run.owner = owner;
        self.run.pieces.clear();
        self.run.hash = 0;
    }

    pub(super) fn push_template(&mut self, shape: u32, number: u32) {
        let hash = self.cache.shape(shape).texts[number as usize].hash;
        self.push(Piece::Template(shape, number), hash);
    }

    /// Adds a value that the browser reads as this text.
    pub(super) fn push_value(&mut self, span: Span, is_blank: bool) -> Result<()> {
        let text = self.recording.value(span);
        if is_blank
            && !text
                .bytes()
                .all(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\x0c'))
        {
            return Err(Refused::Value("text in a part of a table or in the head"));
        }
        if !needs_normalising(text) {
            let hash = self.recording.hasher().text(text);
            self.push(Piece::Value(span), hash);
        } else if let Some(text) = normalised(text)? {
            self.push_owned(text);
        }
        Ok(())
    }

    pub(super) fn push_owned(&mut self, text: String) {
        if !text.is_empty() {
            let hash = self.recording.hasher().text(&text);
            self.push(Piece::Owned(text.into()), hash);
        }
    }

    /// Adds a piece, whose text has this hash.
    #[inline]
    pub(super) fn push(&mut self, piece: Piece, hash: u64) {
        self.run.hash = self.recording.hasher().with(self.run.hash, hash);
        if self
            .run
            .owner
            .is_some_and(|owner| owner.text == RunText::Kept)
        {
            self.run.pieces.push(piece);
        }
    }

    /// The run ends: what changed in it is sent.
    pub(super) fn finish_run(&mut self) -> Result<()> {
        let Some(owner) = self.run.owner.take() else {
            return Ok(());
        };
        if owner.drops_line_feed && self.text_from(0).starts_with('\n') {
            return Err(Refused::Value("a line feed that the browser drops"));
        }
        if self.run.insertion.is_some() {
            self.insert();
        }
        let hash = self.run.hash;
        let shown = std::mem::replace(self.store.cell(owner.cell), hash);
        if shown != hash && !owner.is_fresh {
            let text = self.text_from(0);
            if owner.is_tail {
                self.emit.set_tail(owner.id, &text);
            } else {
                self.emit.set_text(owner.id, &text);
            }
        }
        Ok(())
    }

    /// Sends an insertion that waits, so that its nodes are there; the run goes on.
    pub(super) fn settle(&mut self) {
        if self.run.insertion.is_some()
            && let Some(owner) = self.run.owner
        {
            self.insert();
            *self.store.cell(owner.cell) = self.run.hash;
            self.run.owner = Some(Owner {
                is_fresh: false,
                ..owner
            });
        }
    }

    fn insert(&mut self) {
        let Some(insertion) = self.run.insertion.take() else {
            return;
        };
        let Insertion {
            parent,
            after,
            base,
            content,
            known,
        } = insertion;
        let tail = self.text_from(known);
        match content {
            Content::Events(events) => {
                let mut html = HtmlPieces::from_first_tag(self.recording, events);
                html.tail = &tail;
                self.emit.insert_pieces(parent, after, base, html);
            }
            Content::Html(mut html) => {
                escape(&tail, &mut html);
                self.emit.insert_html(parent, after, base, &html);
            }
        }
    }

    fn text_from(&self, first: usize) -> String {
        let mut text = String::new();
        for piece in &self.run.pieces[first..] {
            match piece {
                Piece::Template(shape, number) => {
                    text.push_str(&self.cache.shape(*shape).texts[*number as usize].text);
                }
                Piece::Value(span) => text.push_str(self.recording.value(*span)),
                Piece::Owned(owned) => text.push_str(owned),
            }
        }
        text
    }
}

/// The text as the input stream gives it, if that is another one
/// ([§13.2.3.5](https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream)).
pub(super) fn normalised(text: &str) -> Result<Option<String>> {
    if !needs_normalising(text) {
        return Ok(None);
    }
    if text.contains('\0') {
        return Err(Refused::Value("U+0000"));
    }
    if text.ends_with('\r') {
        return Err(Refused::Value("a carriage return at the end of a value"));
    }
    Ok(Some(text.replace("\r\n", "\n").replace('\r', "\n")))
}

/// Whether the input stream may give another text, or none.
#[inline]
pub(super) fn needs_normalising(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(&last) = bytes.last_chunk::<8>() else {
        return bytes.iter().any(|byte| matches!(byte, b'\r' | 0));
    };
    // Eight bytes at once; the last eight may overlap those before.
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().any(|&chunk| is_special(chunk)) || is_special(last)
}

/// The hash of a text that [needs no normalising](needs_normalising).
#[inline]
pub(super) fn normal_hash(hasher: Hasher, text: &str) -> Option<u64> {
    hasher.text_unless(text, is_special)
}

/// Whether one of eight bytes is a carriage return or U+0000.
#[inline]
fn is_special(bytes: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(bytes);
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7) != 0;
    has_zero(word) | has_zero(word ^ (ONES * u64::from(b'\r')))
}

#[cfg(test)]
mod tests {
    use super::{needs_normalising, normal_hash};
    use crate::shape::hash::Hasher;

    proptest::proptest! {
        #[test]
        fn special_characters_are_found_wherever_they_are(
            text in "[a-c\u{0}-\u{2}\t-\u{e}é\u{80}]{0,40}"
        ) {
            let expected = text.contains(['\r', '\0']);
            proptest::prop_assert_eq!(needs_normalising(&text), expected);
            let hasher = Hasher::default();
            let hash = (!expected).then(|| hasher.text(&text));
            proptest::prop_assert_eq!(normal_hash(hasher, &text), hash);
        }
    }
}
