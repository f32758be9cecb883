//! The literals of a region as markup with gaps.
//!
//! A stretch of them that is not certain by itself, with the gaps in it, can become one gap.

use std::borrow::Cow;

use super::flat::{self, Edge, Edges, Loose};
use super::joined::{Joined, Parsed, excerpt};
use super::program::Covered;
use super::recording::{Event, Range, Recording};
use super::refused::{Refused, Result};
use crate::html::Context;
use crate::html::strict::{self, Refusal};

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
    /// All that an element with `dj-update` append or prepend holds.
    Merged,
    /// Its branches open and close elements apart: it is a region, one for each combination of them.
    Variants,
}

/// A literal as the template names it, and an offset in it.
pub(super) type LiteralName = ((u32, u32), u32);

/// The literals with a gap before, between and behind them.
pub(super) struct Source<'r> {
    /// With an empty one before the first and behind the last: a gap has the number of the one before.
    pub(super) literals: Vec<Cow<'r, str>>,
    /// For each literal, without those at the ends, its name, the offset of its text there, and how the
    /// template writes it.
    ids: Vec<(LiteralName, &'r str)>,
    /// For each literal whether it is one, and not the border of a region that is none by itself.
    plain: Vec<bool>,
    /// What this render wrote in each gap.
    pub(super) written: Vec<Range>,
    /// For each gap whether anything may be written there.
    pub(super) open: Vec<bool>,
}

impl<'r> Source<'r> {
    /// The literals of a region.
    pub(super) fn new(recording: &'r Recording, events: Range) -> Result<Self> {
        let mut edges = Edges::new();
        let mut at = events.start;
        while at < events.end {
            match recording.event(at) {
                Event::Literal(number) => edges.push((at, Edge::Literal(number))),
                Event::Enter(region) => at = recording.region(region).events.end,
                _ => {}
            }
            at += 1;
        }
        let gaps = flat::gaps(&edges, events);
        let inside = 1..gaps.len() - 1;
        Self::with_edges(recording, &edges, &gaps[inside], None)
    }

    /// The literals of a stretch and of the regions in it that are none by themselves.
    pub(super) fn flat(
        recording: &'r Recording,
        events: Range,
        covered: &'r Covered,
        loose: &mut Loose,
    ) -> Result<Self> {
        let edges = loose.edges(recording, events, &covered.head);
        let gaps = flat::gaps(&edges, events);
        let mut source = Self::with_edges(recording, &edges, &gaps, Some(covered))?;
        let last = source.open.len() - 1;
        (source.open[0], source.open[last]) = (false, false);
        let mut in_name = false;
        for (open, before) in source.open.iter_mut().zip(&source.literals) {
            in_name = flat::ends_in_name(before, in_name);
            *open &= !in_name;
        }
        Ok(source)
    }

    fn with_edges(
        recording: &'r Recording,
        edges: &Edges,
        gaps: &[Range],
        around: Option<&'r Covered>,
    ) -> Result<Self> {
        let (mut literals, mut ids, mut plain) = (vec![Cow::from("")], Vec::new(), vec![true]);
        if let Some(covered) = around {
            plain.push(true);
            literals.push(Cow::from(&*covered.head));
            ids.push((covered.name.unwrap_or_default(), ""));
        }
        for &(_, edge) in edges {
            literals.push(input(flat::text_of(recording, edge))?);
            plain.push(matches!(edge, Edge::Literal(_)));
            ids.push(match edge {
                Edge::Literal(number) => (
                    (recording.literal_id(number), 0),
                    recording.literal_text(number),
                ),
                _ => ids.last().copied().unwrap_or_default(),
            });
        }
        if let Some(covered) = around {
            literals.push(Cow::from(&*covered.tail));
            ids.extend(ids.last().copied());
        }
        literals.push(Cow::from(""));
        plain.resize(literals.len(), true);
        let mut in_reference = false;
        let open = literals[..literals.len() - 1].iter().map(|before| {
            in_reference = if before.is_empty() {
                in_reference
            } else {
                ends_in_reference(before)
            };
            !in_reference
        });
        Ok(Self {
            open: open.collect(),
            ids,
            plain,
            written: gaps.to_vec(),
            literals,
        })
    }

    /// The literal that a position is in, or the next one, as the template names it.
    pub(super) fn literal_at(&self, position: Position) -> Option<LiteralName> {
        let place = (position.literal as usize).saturating_sub(1);
        match self.ids.get(place) {
            Some(&((id, offset), text)) if position.literal > 0 => {
                Some((id, offset + written_at(text, position.byte)))
            }
            Some(&(name, _)) => Some(name),
            None => self.ids.last().map(|&(name, _)| name),
        }
    }

    /// Number of the gaps.
    pub(super) fn gaps(&self) -> u32 {
        self.written.len() as u32
    }

    pub(super) fn is_filled(&self, gap: usize) -> bool {
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

    /// How many gaps this render wrote in that are gaps of this region: not part of an opaque stretch, or of a region
    /// of its own.
    pub(super) fn typed_holes(&self, stretches: &[Stretch]) -> u32 {
        let is_other = |stretch: &&Stretch| stretch.kind != StretchKind::Rows;
        let others: Vec<Stretch> = stretches.iter().filter(is_other).copied().collect();
        let is_typed = |&gap: &u32| self.is_filled(gap as usize) && !is_covered(gap, &others);
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

    /// Whether all literals in a stretch are literals of the template's own.
    pub(super) fn is_plain(&self, stretch: &Stretch) -> bool {
        let is_plain = |literal: u32| self.plain[literal as usize];
        (stretch.start.literal + 1..stretch.end.literal).all(is_plain)
    }

    /// The literals' text at the beginning and at the end of a stretch; all of it, if no gap is in it.
    pub(super) fn edges(&self, stretch: &Stretch) -> (&str, &str) {
        let (start, end) = (stretch.start, stretch.end);
        let text = |position: Position| &*self.literals[position.literal as usize];
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
        let texts = texts.skip(1).map(|(_, text)| Box::from(&**text));
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
            let all = &*self.literals[literal as usize];
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

/// Where a byte of a text is in the text as the template writes it, with line feeds of other forms.
fn written_at(text: &str, byte: u32) -> u32 {
    let mut left = byte;
    for (at, pair) in text.as_bytes().windows(2).enumerate() {
        if left == 0 {
            return at as u32;
        }
        left -= u32::from(pair != b"\r\n");
    }
    (text.len() as u32).max(byte)
}

/// A text of the template as the input stream gives it
/// ([§13.2.3.5](https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream)).
fn input(text: &str) -> Result<Cow<'_, str>> {
    if text.contains(GAP) {
        return Err(Refused::Value("U+0000 in the template"));
    }
    // What follows could begin with the line feed that belongs to it.
    if text.ends_with('\r') {
        return Err(Refused::Value(
            "a carriage return before a tag of the template",
        ));
    }
    Ok(if text.contains('\r') {
        Cow::from(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::from(text)
    })
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
