//! Which part of a region is a region of its own, one for each combination of its branches, because the
//! branches open and close elements apart.
//!
//! It begins and ends where the tags are balanced with these branches as they are now. That other
//! combinations end there, too, is checked for each of them.

use super::flat::{self, Edges, Loose};
use super::outline::{Span, outline};
use super::source::{GAP, Position, Stretch, StretchKind};
use super::widen::Widen;

/// From one offset to another.
type Interval = (usize, usize);

/// The text of a region with the branches in it that are no regions by themselves.
struct Whole {
    text: String,
    /// Where each literal is.
    literals: Vec<Interval>,
    /// Where each gap is, and whether such branches are in it.
    gaps: Vec<(Interval, bool)>,
}

impl Widen<'_, '_> {
    /// The stretch around an offset of the joined text whose branches open and close elements apart.
    pub(super) fn unbalanced(&self, loose: &mut Loose, at: usize) -> Option<Stretch> {
        let whole = self.whole(loose);
        let spans = outline(&whole.text);
        let at = whole.offset(self.place_of(at));
        let around = |&&(gap, is_loose): &&(Interval, bool)| {
            let found = is_loose.then(|| self.balanced(&whole, &spans, gap));
            found.is_some_and(|(start, end)| start <= at && at <= end)
        };
        let (gap, _) = whole.gaps.iter().find(around)?;
        let (start, end) = self.balanced(&whole, &spans, *gap);
        let stretch = Stretch {
            start: whole.position(start, true)?,
            end: whole.position(end, false)?,
            kind: StretchKind::Variants,
        };
        let level = spans
            .iter()
            .rposition(|span| !span.is_leaf && span.inner_start <= start && end <= span.inner_end);
        let context = self.context(&spans, level)?;
        (self.is_new(&stretch) && self.can_be_region(&stretch, &context)).then_some(stretch)
    }

    fn whole(&self, loose: &mut Loose) -> Whole {
        let mut whole = Whole {
            text: String::new(),
            literals: Vec::new(),
            gaps: Vec::new(),
        };
        for (number, literal) in self.source.literals.iter().enumerate() {
            let start = whole.text.len();
            whole.text.push_str(literal);
            whole.literals.push((start, whole.text.len()));
            let Some(&events) = self.source.written.get(number) else {
                continue;
            };
            let start = whole.text.len();
            let edges: Edges = loose.edges(self.recording, events, literal);
            if !edges.is_empty() {
                flat::write(self.recording, events, &edges, &mut whole.text);
            } else if self.source.is_filled(number) {
                whole.text.push(GAP);
            }
            let interval = (start, whole.text.len());
            whole.gaps.push((interval, !edges.is_empty()));
        }
        whole
    }

    /// The smallest part around a gap in which every element and every gap begins and ends.
    fn balanced(&self, whole: &Whole, spans: &[Span], gap: Interval) -> Interval {
        let stretches = self.stretches.iter();
        let stretches: Vec<Interval> = stretches
            .map(|old| (whole.offset(old.start), whole.offset(old.end)))
            .collect();
        let (mut start, mut end) = gap;
        loop {
            let before = (start, end);
            let mut take = |(from, to): Interval| {
                let overlaps = from < end && to > start;
                if overlaps && !(start <= from && to <= end) {
                    (start, end) = (start.min(from), end.max(to));
                }
            };
            whole.gaps.iter().for_each(|&(gap, _)| take(gap));
            for &stretch in &stretches {
                take(stretch);
            }
            for span in spans {
                if !(span.inner_start <= start && end <= span.inner_end) {
                    let overlaps = span.start < end && span.end > start;
                    if overlaps {
                        (start, end) = (start.min(span.start), end.max(span.end));
                    }
                }
            }
            if before == (start, end) {
                return before;
            }
        }
    }

    fn place_of(&self, at: usize) -> Position {
        match self.joined.hole_at(at) {
            Some(hole) => self.source.ends_of(hole, self.stretches).0,
            None => self.joined.origin(at),
        }
    }

    /// Whether a stretch of combinations of branches was not there before, and did not fail.
    fn is_new(&self, new: &Stretch) -> bool {
        let is_in_the_way = |old: &Stretch| {
            let is_around = old.start <= new.start && old.end >= new.end;
            let is_inside = old.start >= new.start && old.end <= new.end;
            match old.kind {
                StretchKind::Opaque => is_around || is_inside,
                StretchKind::Variants | StretchKind::Merged => is_around,
                StretchKind::Rows => false,
            }
        };
        new.start < new.end && !self.stretches.iter().any(is_in_the_way)
    }
}

impl Whole {
    fn offset(&self, position: Position) -> usize {
        let literal = self.literals.get(position.literal as usize);
        literal.map_or(self.text.len(), |(start, _)| start + position.byte as usize)
    }

    /// The place of an offset in the literals: the last one that it may be where something begins, the first where
    /// something ends.
    fn position(&self, offset: usize, begins: bool) -> Option<Position> {
        let is_in = |&(start, end): &Interval| start <= offset && offset <= end;
        let literal = if begins {
            self.literals.iter().rposition(is_in)?
        } else {
            self.literals.iter().position(is_in)?
        };
        Some(Position {
            literal: literal as u32,
            byte: (offset - self.literals[literal].0) as u32,
        })
    }
}
