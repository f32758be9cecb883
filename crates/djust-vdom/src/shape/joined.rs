//! The literals of a region as one text with marks for gaps, and the tree of that.

use super::refused::Refused;
use super::source::{GAP, Position, Source};
use crate::html::strict::{self, Refusal};
use crate::html::{Context, Quirks};
use crate::tree::Tree;

/// The literals of a region as one text, and where each part of it comes from.
pub(super) struct Joined {
    pub(super) text: String,
    /// For each gap in the text its number; those of stretches come after all others.
    pub(super) holes: Vec<u32>,
    /// Offset and origin of each piece of a literal.
    pub(super) pieces: Vec<(usize, Position)>,
}

impl Joined {
    pub(super) fn piece(&mut self, literal: u32, from: usize, text: &str) {
        let position = Position {
            literal,
            byte: from as u32,
        };
        self.pieces.push((self.text.len(), position));
        self.text.push_str(text);
    }

    pub(super) fn hole(&mut self, hole: u32) {
        self.holes.push(hole);
        self.text.push(GAP);
    }

    /// The gap whose mark is at an offset.
    pub(super) fn hole_at(&self, at: usize) -> Option<u32> {
        if self.text.as_bytes().get(at) != Some(&0) {
            return None;
        }
        self.holes
            .get(self.text[..at].matches(GAP).count())
            .copied()
    }

    /// Offset of the mark of a gap.
    pub(super) fn mark(&self, hole: u32) -> Option<usize> {
        let place = self.holes.iter().position(|&one| one == hole)?;
        self.text.match_indices(GAP).nth(place).map(|(at, _)| at)
    }

    /// Where a gap is, or would be.
    pub(super) fn offset_of(&self, source: &Source<'_>, gap: u32) -> usize {
        let (start, _) = source.ends_of(gap, &[]);
        let place = self.pieces.partition_point(|&(_, piece)| piece <= start);
        match place.checked_sub(1).map(|last| self.pieces[last]) {
            Some((offset, piece)) if piece.literal == start.literal => {
                (offset + (start.byte - piece.byte) as usize).min(self.text.len())
            }
            _ => self.text.len(),
        }
    }

    /// Where the character at an offset comes from.
    pub(super) fn origin(&self, at: usize) -> Position {
        let place = self.pieces.partition_point(|&(offset, _)| offset <= at);
        let (offset, position) = self.pieces[place.saturating_sub(1)];
        Position {
            literal: position.literal,
            byte: position.byte + (at - offset) as u32,
        }
    }

    /// The template's text at an offset.
    pub(super) fn literal(&self, source: &Source<'_>, at: usize) -> Option<((u32, u32), u32)> {
        let position = match self.hole_at(at) {
            Some(hole) if hole < source.gaps() => source.ends_of(hole, &[]).0,
            _ => self.origin(at),
        };
        source.literal_at(position)
    }

    /// What refuses the literals, with the text around.
    pub(super) fn refused(&self, refusal: Refusal) -> Refused {
        Refused::Literals {
            reason: refusal.reason,
            near: excerpt(&self.text, refusal.at),
        }
    }
}

/// The tree of the literals, with gaps in it.
pub(super) struct Parsed {
    pub(super) tree: Tree,
    pub(super) quirks: Quirks,
    pub(super) is_page: bool,
}

impl Parsed {
    pub(super) fn new(joined: &str, place: Option<&Context>) -> Result<Self, Refusal> {
        match place {
            None => {
                let document = strict::parse_document_with_gaps(joined)?;
                Ok(Self {
                    quirks: document.quirks(),
                    tree: document.into_tree(),
                    is_page: true,
                })
            }
            Some(context) => Ok(Self {
                tree: strict::parse_fragment_with_gaps(joined, context)?,
                quirks: context.quirks(),
                is_page: false,
            }),
        }
    }
}

/// The text from an offset on, an ellipsis for each gap.
pub(super) fn excerpt(text: &str, at: usize) -> String {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let near: String = text[at..].chars().take(40).collect();
    near.replace(GAP, "…")
}
