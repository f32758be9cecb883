//! The way through a new region that has nothing but texts and attributes in its gaps, at one go.
//!
//! Most rows of a table are such regions. Their hashes are taken gap by gap; of the runs only those at the edges, which go on
//! in what is around the region, are gone through step by step.

use super::fresh::Numbering;
use super::instance::Instance;
use super::program::{Begin, NONE, Part, Shape, Step, ValueCell, ValueKind};
use super::recording::{Event, Range};
use super::refused::Result;
use super::run::normal_hash;
use super::walk::Walk;
use crate::Emit;

/// The steps of a shape, sorted.
#[derive(Debug)]
pub(super) struct Straight {
    /// For each run inside that has a gap the number of this, and the run's cell.
    texts: Box<[(u32, u32)]>,
    /// The gaps before the first node and behind the last.
    edges: Box<[u32]>,
    /// Where the first node begins, and the run behind the last.
    first: usize,
    last: usize,
}

impl Straight {
    /// The steps of a shape; `None` if there are others among them.
    pub(super) fn of(shape: &Shape) -> Option<Self> {
        let is_end = |step: &Step| matches!(step, Step::End);
        let is_begin = |step: &Step| matches!(step, Step::Begin(_));
        let first = shape.steps.iter().position(is_end)?;
        let last = shape.steps.iter().rposition(is_begin)?;
        let (head, middle) = (&shape.steps[..first], shape.steps.get(first + 1..last)?);
        let (Step::Begin(tail), behind) = shape.steps[last..].split_first()? else {
            return None;
        };
        let is_attribute = |value: &ValueCell| {
            matches!(value.kind, ValueKind::Attribute { .. }) && value.node != NONE
        };
        let is_text = |step: &Step| matches!(step, Step::Text(_) | Step::Gap(_));
        let has_other = !tail.is_tail
            || tail.parent != NONE
            || !head.iter().chain(behind).all(is_text)
            || !shape.values.iter().all(is_attribute);
        if has_other {
            return None;
        }
        let edges = head.iter().chain(behind).filter_map(|step| match step {
            Step::Gap(gap) => Some(shape.gaps[*gap as usize].number),
            _ => None,
        });
        let mut texts = Vec::new();
        let mut steps = middle;
        while let [step, rest @ ..] = steps {
            steps = match (step, rest) {
                (Step::Value(_), _) => rest,
                (Step::Begin(begin), [Step::Gap(gap), Step::End, rest @ ..]) => {
                    texts.push((shape.text_gap(*begin, *gap)?, begin.cell));
                    rest
                }
                _ => return None,
            };
        }
        Some(Self {
            texts: texts.into(),
            edges: edges.collect(),
            first,
            last,
        })
    }
}

impl Shape {
    /// The number of a gap that is all there is in a run inside a node, where any text can stand in it.
    #[inline]
    pub(super) fn text_gap(&self, begin: Begin, gap: u32) -> Option<u32> {
        let info = &self.gaps[gap as usize];
        let is_inside = begin.node != NONE && begin.parent != NONE && info.is_inside;
        let is_any = !begin.drops_line_feed && !info.is_blank;
        (is_inside && is_any && self.covered(info.number).is_none()).then_some(info.number)
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Goes through a new region whose nodes have their numbers. `false`: something has to be looked at more closely, and
    /// nothing is done.
    pub(super) fn straight(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        straight: &Straight,
        gaps: &[Range],
        numbering: &Numbering<'_>,
    ) -> Result<bool> {
        let is_filled = |gap: &u32| gaps[*gap as usize].start < gaps[*gap as usize].end;
        if !self.is_inside || straight.edges.iter().any(is_filled) {
            return Ok(false);
        }
        for &(gap, cell) in &straight.texts {
            let Some(hash) = self.plain_text(gaps[gap as usize]) else {
                return Ok(false);
            };
            *self.store.cell(instance.cells + cell) = hash;
        }
        for value in &shape.values {
            let Some(hash) = self.plain_parts(&value.parts, gaps) else {
                return Ok(false);
            };
            *self.store.cell(instance.cells + value.cell) = hash;
        }
        let outer = self.parent;
        self.edge(instance, &shape.steps[..straight.first]);
        let finished = self.finish_run();
        if finished.is_err() {
            self.gap_refused(straight.edges.first().copied());
        }
        finished?;
        if let Step::Begin(begin) = shape.steps[straight.last] {
            self.begin(instance, shape, begin, outer, Some(numbering));
        }
        self.edge(instance, &shape.steps[straight.last + 1..]);
        self.parent = outer;
        Ok(true)
    }

    /// The template's text at an edge, with nothing in its gaps.
    fn edge(&mut self, instance: &Instance, steps: &[Step]) {
        for step in steps {
            if let Step::Text(number) = step {
                self.push_template(instance.shape, *number);
            }
        }
    }

    /// The hash of a run of no more than texts that the browser reads as they are, if it is such a run.
    #[inline]
    pub(super) fn plain_text(&self, events: Range) -> Option<u64> {
        let hasher = self.recording.hasher();
        let mut hash = 0;
        for event in self.recording.events(events) {
            let Event::Text(span) = *event else {
                return None;
            };
            hash = hasher.with(hash, normal_hash(hasher, self.recording.value(span))?);
        }
        Some(hash)
    }

    /// The [hash](Self::parts_hash) of an attribute's value of no more than texts that the browser reads as they are, if it
    /// is such a value.
    #[inline]
    fn plain_parts(&self, parts: &[Part], gaps: &[Range]) -> Option<u64> {
        let hasher = self.recording.hasher();
        let mut hash = 1;
        for part in parts {
            let Part::Gap(gap) = part else {
                hash = hasher.with(hash, 7);
                continue;
            };
            for event in self.recording.events(gaps[*gap as usize]) {
                let Event::Text(span) = *event else {
                    return None;
                };
                hash = hasher.with(hash, normal_hash(hasher, self.recording.value(span))?);
            }
        }
        Some(hash)
    }
}
