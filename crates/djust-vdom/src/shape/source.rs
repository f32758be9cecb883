//! The literals of a region as markup with gaps.
//!
//! A stretch of them that is not certain by itself, with the gaps in it, can become one gap.

use super::recording::{Event, Range, Recording};
use super::refused::{Refused, Result};
use crate::html::strict::{self, Refusal};
use crate::html::{Context, Quirks};
use crate::tree::Tree;

/// Stands for a gap in the markup that is parsed.
pub(super) const GAP: char = '\0';

/// A place in the literals of a region. They are counted from 1; 0 is the place before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) literal: u32,
    pub(super) byte: u32,
}

/// Literals and gaps that count as one gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) kind: StretchKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StretchKind {
    /// Its text is kept, and parsed when it changes.
    Opaque,
    /// Rows of a table without the tags of a `tbody`, and white space.
    Rows,
}

/// The literals with a gap before, between and behind them.
pub(super) struct Source<'r> {
    /// With an empty one before the first and behind the last: a gap has the number of the one before.
    pub(super) literals: Vec<&'r str>,
    /// The names of the literals, without those at the ends.
    ids: Vec<(u32, u32)>,
    /// What this render wrote in each gap.
    pub(super) written: Vec<Range>,
    /// For each gap whether anything may be written there.
    pub(super) open: Vec<bool>,
}

impl<'r> Source<'r> {
    pub(super) fn new(recording: &'r Recording, events: Range) -> Result<Self> {
        let (mut literals, mut ids, mut written) = (vec![""], Vec::new(), Vec::new());
        let (mut at, mut start) = (events.start, events.start);
        while at < events.end {
            match recording.event(at) {
                Event::Literal(number) => {
                    literals.push(recording.literal_text(number));
                    ids.push(recording.literal_id(number));
                    written.push(Range { start, end: at });
                    start = at + 1;
                }
                Event::Enter(region) => at = recording.region(region).events.end,
                _ => {}
            }
            at += 1;
        }
        written.push(Range {
            start,
            end: events.end,
        });
        literals.push("");
        if literals.iter().any(|text| text.contains([GAP, '\r'])) {
            return Err(Refused::Value(
                "a carriage return or U+0000 in the template",
            ));
        }
        let open = literals[1..]
            .iter()
            .zip(&literals)
            .map(|(_, before)| !ends_in_reference(before));
        Ok(Self {
            open: open.collect(),
            literals,
            ids,
            written,
        })
    }

    /// The literal that a position is in, or the next one, as the template names it.
    pub(super) fn literal_at(&self, position: Position) -> Option<((u32, u32), u32)> {
        let place = (position.literal as usize).saturating_sub(1);
        match self.ids.get(place) {
            Some(&id) if position.literal > 0 => Some((id, position.byte)),
            Some(&id) => Some((id, 0)),
            None => self.ids.last().map(|&id| (id, 0)),
        }
    }

    /// Number of the gaps.
    pub(super) fn gaps(&self) -> u32 {
        self.written.len() as u32
    }

    fn is_filled(&self, gap: usize) -> bool {
        self.written[gap].start < self.written[gap].end
    }

    /// All of it as one text, with a mark for each gap.
    pub(super) fn joined(&self, stretches: &[Stretch]) -> Joined {
        let mut joined = Joined {
            text: String::new(),
            holes: Vec::new(),
            pieces: Vec::new(),
        };
        let (mut next, mut is_covered) = (0, false);
        for (literal, text) in self.literals.iter().enumerate() {
            let literal = literal as u32;
            let mut at = 0;
            loop {
                if is_covered {
                    let end = stretches[next].end;
                    if end.literal != literal {
                        break;
                    }
                    (at, is_covered) = (end.byte as usize, false);
                    next += 1;
                }
                let start = stretches.get(next).map(|stretch| stretch.start);
                let start = start.filter(|start| start.literal == literal);
                let end = start.map_or(text.len(), |start| start.byte as usize);
                joined.piece(literal, at, &text[at..end]);
                if start.is_none() {
                    break;
                }
                joined.hole(self.gaps() + next as u32);
                is_covered = true;
            }
            let is_open = self.open.get(literal as usize).copied();
            if !is_covered && is_open == Some(true) {
                joined.hole(literal);
            }
        }
        joined
    }

    /// How many gaps this render wrote in that are in no opaque stretch.
    pub(super) fn typed_holes(&self, stretches: &[Stretch]) -> u32 {
        let is_opaque = |stretch: &&Stretch| stretch.kind == StretchKind::Opaque;
        let opaque: Vec<Stretch> = stretches.iter().filter(is_opaque).copied().collect();
        let is_typed = |&gap: &u32| self.is_filled(gap as usize) && !is_covered(gap, &opaque);
        (0..self.gaps()).filter(is_typed).count() as u32
    }

    /// Where a gap of the joined text begins and ends.
    pub(super) fn ends_of(&self, hole: u32, stretches: &[Stretch]) -> (Position, Position) {
        if let Some(stretch) = hole.checked_sub(self.gaps()) {
            let stretch = stretches[stretch as usize];
            return (stretch.start, stretch.end);
        }
        let start = Position {
            literal: hole,
            byte: self.literals[hole as usize].len() as u32,
        };
        let end = Position {
            literal: hole + 1,
            byte: 0,
        };
        (start, end)
    }

    /// The literals' text at the beginning and at the end of a stretch; all of it, if no gap is in it.
    pub(super) fn edges(&self, stretch: &Stretch) -> (&'r str, &'r str) {
        let (start, end) = (stretch.start, stretch.end);
        let text = |position: Position| self.literals[position.literal as usize];
        if start.literal == end.literal {
            return (&text(start)[start.byte as usize..end.byte as usize], "");
        }
        (
            &text(start)[start.byte as usize..],
            &text(end)[..end.byte as usize],
        )
    }

    /// The literals' text behind each gap of a stretch.
    pub(super) fn behind_gaps(&self, stretch: &Stretch) -> Vec<Box<str>> {
        let (start, end) = (stretch.start.literal, stretch.end.literal);
        let texts = self.literals[start as usize..end as usize]
            .iter()
            .enumerate();
        let texts = texts.skip(1).map(|(_, text)| Box::from(*text));
        let (_, tail) = self.edges(stretch);
        texts.chain((start < end).then(|| tail.into())).collect()
    }

    /// What this render wrote in the gaps of a stretch, and the literals between.
    pub(super) fn inside(&self, stretch: &Stretch) -> Range {
        let (start, end) = (stretch.start.literal, stretch.end.literal);
        if start == end {
            return Range { start: 0, end: 0 };
        }
        Range {
            start: self.written[start as usize].start,
            end: self.written[end as usize - 1].end,
        }
    }

    /// The beginning of a stretch, an ellipsis for each gap.
    pub(super) fn excerpt(&self, stretch: &Stretch) -> String {
        let (start, end) = (stretch.start, stretch.end);
        let mut text = String::new();
        for literal in start.literal..=end.literal {
            let all = self.literals[literal as usize];
            let from = if literal == start.literal {
                start.byte as usize
            } else {
                0
            };
            let to = if literal == end.literal {
                end.byte as usize
            } else {
                all.len()
            };
            text.push_str(&all[from..to]);
            if literal < end.literal {
                text.push(GAP);
            }
        }
        excerpt(&text, 0)
    }

    /// All that this render wrote in a stretch.
    pub(super) fn text_of(&self, stretch: &Stretch, recording: &Recording) -> String {
        let (head, tail) = self.edges(stretch);
        let mut text = head.to_owned();
        recording.write(self.inside(stretch), &mut text);
        text.push_str(tail);
        text
    }

    /// Parses with as many gaps as possible: where one is refused and nothing was written, it is closed.
    pub(super) fn parse(
        &mut self,
        stretches: &[Stretch],
        place: Option<&Context>,
    ) -> std::result::Result<(Joined, Parsed), (Joined, Refusal)> {
        loop {
            let joined = self.joined(stretches);
            let closed = (0..self.gaps())
                .find(|&gap| self.is_closed_but_filled(gap) && !is_covered(gap, stretches));
            let refusal = match (closed, Parsed::new(&joined.text, place)) {
                (None, Ok(parsed)) => return Ok((joined, parsed)),
                (None, Err(refusal)) => refusal,
                (Some(gap), _) => {
                    let refusal = Refusal {
                        reason: strict::Reason::CharacterReference,
                        at: joined.offset_of(self, gap),
                    };
                    return Err((joined, refusal));
                }
            };
            if !self.close(&joined, refusal.at) {
                return Err((joined, refusal));
            }
        }
    }

    fn is_closed_but_filled(&self, gap: u32) -> bool {
        !self.open[gap as usize] && self.is_filled(gap as usize)
    }

    /// Closes the first open gap at or behind an offset, if nothing was written there.
    fn close(&mut self, joined: &Joined, at: usize) -> bool {
        let text = joined.text.as_bytes();
        let Some(ahead) = text
            .get(at..)
            .and_then(|rest| rest.iter().position(|&byte| byte == 0))
        else {
            return false;
        };
        match joined.hole_at(at + ahead) {
            Some(gap) if gap < self.gaps() && !self.is_filled(gap as usize) => {
                self.open[gap as usize] = false;
                true
            }
            _ => false,
        }
    }
}

/// Whether a gap is part of a stretch.
pub(super) fn is_covered(gap: u32, stretches: &[Stretch]) -> bool {
    stretches
        .iter()
        .any(|stretch| (stretch.start.literal..stretch.end.literal).contains(&gap))
}

/// Whether what follows could be read as part of a character reference.
fn ends_in_reference(text: &str) -> bool {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    rest.ends_with('&')
}

/// The text from an offset on, an ellipsis for each gap.
fn excerpt(text: &str, at: usize) -> String {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let near: String = text[at..].chars().take(40).collect();
    near.replace(GAP, "…")
}

/// The literals of a region as one text, and where each part of it comes from.
pub(super) struct Joined {
    pub(super) text: String,
    /// For each gap in the text its number; those of stretches come after all others.
    pub(super) holes: Vec<u32>,
    /// Offset and origin of each piece of a literal.
    pieces: Vec<(usize, Position)>,
}

impl Joined {
    fn piece(&mut self, literal: u32, from: usize, text: &str) {
        let position = Position {
            literal,
            byte: from as u32,
        };
        self.pieces.push((self.text.len(), position));
        self.text.push_str(text);
    }

    fn hole(&mut self, hole: u32) {
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
    pub(super) fn new(joined: &str, place: Option<&Context>) -> std::result::Result<Self, Refusal> {
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
