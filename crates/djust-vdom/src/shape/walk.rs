//! The way through a render in document order, beside what is kept of the last one.

use std::sync::Arc;

use smallvec::SmallVec;

use super::fresh::Numbering;
use super::instance::Instance;
use super::program::{Begin, NONE, Part, Shape, Step};
use super::recording::{Event, Range, Recording, Region};
use super::refused::{Refused, Result};
use super::run::{Owner, Run, RunText};
use super::shapes::Cache;
use super::store::Store;
use crate::{Emit, NodeId, Nodes};

/// What was written in each gap of a region.
pub(super) type Gaps = SmallVec<[Range; 16]>;

/// Where numbers of new nodes come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The next free number.
    Next(u32),
    /// Those that the page has already, in document order.
    Given(std::vec::IntoIter<u32>),
}

/// One walk.
pub(super) struct Walk<'w, E: ?Sized> {
    pub(super) recording: &'w Recording,
    pub(super) cache: &'w mut Cache,
    pub(super) store: &'w mut Store,
    pub(super) emit: &'w mut E,
    pub(super) source: Source,
    pub(super) run: Run,
    /// The parent of the nodes that are met now, and the last of them.
    pub(super) parent: NodeId,
    pub(super) previous: NodeId,
    /// Whether the walk is inside the live root.
    pub(super) is_inside: bool,
    /// Where the walk was when something was refused, from the inside out.
    pub(super) trail: Vec<Place>,
}

/// A gap of a region in a render.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) shape: u32,
    pub(super) events: Range,
    /// The gap, by its number among all gaps of the region.
    pub(super) gap: u32,
}

impl<'w, E: Emit + ?Sized> Walk<'w, E> {
    pub(super) fn new(
        recording: &'w Recording,
        cache: &'w mut Cache,
        store: &'w mut Store,
        source: Source,
        emit: &'w mut E,
    ) -> Self {
        Self {
            recording,
            cache,
            store,
            emit,
            source,
            run: Run::default(),
            parent: NodeId::ROOT,
            previous: NodeId::ROOT,
            is_inside: true,
            trail: Vec::new(),
        }
    }

    /// A number for a new node; without meaning outside of the live root.
    pub(super) fn number(&mut self) -> u32 {
        if !self.is_inside {
            return 0;
        }
        match &mut self.source {
            Source::Next(next) => {
                *next += 1;
                *next - 1
            }
            // A render with more nodes than there are numbers is found out at the end.
            Source::Given(numbers) => numbers.next().unwrap_or(0),
        }
    }

    pub(super) fn next_number(&self) -> Result<u32> {
        match &self.source {
            Source::Next(next) => Ok(*next),
            Source::Given(_) => Err(Refused::Size),
        }
    }

    pub(super) fn set_next(&mut self, next: u32) {
        if self.is_inside {
            self.source = Source::Next(next);
        }
    }

    /// A region that the page shows, perhaps with other content.
    pub(super) fn update(&mut self, instance: &mut Instance, region: &Region) -> Result<()> {
        let shape = Arc::clone(self.cache.shape(instance.shape));
        let gaps = self.gaps(region.events, instance.shape, &shape)?;
        instance.hash = region.hash;
        instance.is_changed = true;
        instance.is_bare = self.recording.is_bare(region.events);
        let updated = self.steps(instance, &shape, &gaps, None);
        self.trailed(updated, instance.shape, region.events)
    }

    /// A region that was not written because the page shows it as it is, between others that change: the text before its
    /// first node ends a run, the text behind its last begins one. It has [fixed edges](Shape::has_fixed_edges).
    pub(super) fn pass_kept(&mut self, instance: &Instance) -> Result<()> {
        let outer = self.parent;
        self.pass_begin(instance.shape)?;
        let shape = Arc::clone(self.cache.shape(instance.shape));
        let last = shape.steps.iter().rposition(is_edge);
        for step in shape.steps.iter().skip(last.unwrap_or_default()) {
            match *step {
                Step::Begin(begin) => self.begin(instance, &shape, begin, outer, None),
                Step::Text(number) => self.push_template(instance.shape, number),
                _ => {}
            }
        }
        self.parent = outer;
        Ok(())
    }

    /// The same up to its first node.
    pub(super) fn pass_begin(&mut self, number: u32) -> Result<()> {
        let shape = Arc::clone(self.cache.shape(number));
        for step in shape.steps.iter().take_while(|step| !is_edge(step)) {
            if let Step::Text(text) = step {
                self.push_template(number, *text);
            }
        }
        self.finish_run()
    }

    pub(super) fn gaps(&mut self, events: Range, number: u32, shape: &Shape) -> Result<Gaps> {
        let mut gaps = Gaps::new();
        self.find_gaps(events, number, shape, &mut gaps)?;
        Ok(gaps)
    }

    /// The same, put where they are read.
    pub(super) fn find_gaps(
        &mut self,
        events: Range,
        number: u32,
        shape: &Shape,
        gaps: &mut Gaps,
    ) -> Result<()> {
        find_all_gaps(self.recording, events, gaps);
        let Err(refused) = complete(gaps, shape) else {
            return Ok(());
        };
        let all = all_gaps(self.recording, events);
        self.gap_refused(shape.filled(&all));
        self.trailed(Err(refused), number, events)
    }

    /// Notes the gap in which something was refused.
    pub(super) fn gap_refused(&mut self, gap: Option<u32>) {
        self.trail.extend(gap.map(|gap| Place {
            shape: NONE,
            events: Range::default(),
            gap,
        }));
    }

    /// Completes the place of what was refused in a region.
    pub(super) fn trailed<T>(&mut self, result: Result<T>, shape: u32, events: Range) -> Result<T> {
        if result.is_err()
            && let Some(place) = self.trail.last_mut()
            && place.shape == NONE
        {
            (place.shape, place.events) = (shape, events);
        }
        result
    }

    pub(super) fn steps(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gaps: &[Range],
        numbering: Option<&mut Numbering<'_>>,
    ) -> Result<()> {
        let mut last = None;
        let walked = self.each_step(instance, shape, gaps, numbering, &mut last);
        if walked.is_err() {
            self.gap_refused(last);
        }
        walked
    }

    fn each_step(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gaps: &[Range],
        mut numbering: Option<&mut Numbering<'_>>,
        last: &mut Option<u32>,
    ) -> Result<()> {
        let outer = self.parent;
        let mut steps = shape.steps.iter();
        while let Some(step) = steps.next() {
            match *step {
                Step::Begin(begin) => {
                    if let (Some(numbering), [Step::Gap(gap), Step::End, ..]) =
                        (&mut numbering, steps.as_slice())
                        && self.fresh_text(instance, shape, begin, *gap, gaps)
                    {
                        numbering.stretch(instance, self);
                        steps.nth(1);
                        continue;
                    }
                    self.begin(instance, shape, begin, outer, numbering.as_deref());
                }
                Step::Text(number) => self.push_template(instance.shape, number),
                Step::End => self.finish_run()?,
                Step::Inside(node) => {
                    self.parent = match numbering.as_deref() {
                        Some(numbering) => numbering.node(shape, node),
                        None => instance.node(shape, self.store, node),
                    };
                    self.previous = NodeId::ROOT;
                }
                Step::Value(value) => {
                    let value = &shape.values[value as usize];
                    *last = value.parts.iter().find_map(|part| match part {
                        Part::Gap(gap) => Some(*gap),
                        Part::Text(_) => None,
                    });
                    let is_inside = self.is_inside;
                    self.is_inside &= value.node != NONE;
                    self.value(instance, shape, value, gaps, numbering.is_some())?;
                    self.is_inside = is_inside;
                }
                Step::Gap(gap) => {
                    let is_inside = self.is_inside;
                    let has_numbers = shape.gaps[gap as usize].is_inside;
                    self.is_inside &= has_numbers;
                    let number = shape.gaps[gap as usize].number;
                    *last = Some(number);
                    let events = gaps[number as usize];
                    self.gap(instance, shape, gap, events, numbering.is_some())?;
                    if has_numbers && let Some(numbering) = numbering.as_deref_mut() {
                        numbering.stretch(instance, self);
                    }
                    self.is_inside = is_inside;
                }
            }
        }
        self.parent = outer;
        Ok(())
    }

    pub(super) fn begin(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        begin: Begin,
        outer: NodeId,
        numbering: Option<&Numbering<'_>>,
    ) {
        if begin.node == NONE || !self.is_inside {
            return self.begin_run(None);
        }
        let id = |store: &Store, node: u32| match numbering {
            Some(numbering) => numbering.node(shape, node),
            None => instance.node(shape, store, node),
        };
        let node = id(self.store, begin.node);
        self.parent = match begin.parent {
            NONE => outer,
            parent => id(self.store, parent),
        };
        self.previous = if begin.is_tail { node } else { NodeId::ROOT };
        self.begin_run(Some(Owner {
            id: node,
            is_tail: begin.is_tail,
            cell: instance.cells + begin.cell,
            is_fresh: numbering.is_some(),
            drops_line_feed: begin.drops_line_feed,
            // An insertion may go on behind its last node.
            text: if numbering.is_none() || begin.parent == NONE || begin.drops_line_feed {
                RunText::Kept
            } else {
                RunText::Unneeded
            },
        }));
    }

    /// The hash of a region's key; 0 without one.
    pub(super) fn key(&self, shape: &Shape, gaps: &[Range]) -> u64 {
        let is_empty = shape.key.iter().all(|part| match part {
            Part::Text(_) => false,
            Part::Gap(gap) => {
                let events = gaps[*gap as usize];
                (events.start..events.end).all(|at| {
                    matches!(
                        self.recording.event(at),
                        Event::Enter(_) | Event::Leave | Event::Kept(_)
                    )
                })
            }
        });
        if is_empty {
            return 0;
        }
        self.parts_hash(&shape.key, gaps)
    }
}

/// Whether a run of text begins or ends.
fn is_edge(step: &Step) -> bool {
    matches!(step, Step::Begin(_) | Step::End)
}

/// What was written in each gap of a region.
pub(super) fn all_gaps(recording: &Recording, events: Range) -> Gaps {
    let mut gaps = Gaps::new();
    find_all_gaps(recording, events, &mut gaps);
    gaps
}

/// What was written in the first gaps of a region, as many of them as it has.
pub(super) fn first_gaps(recording: &Recording, events: Range, count: usize) -> Gaps {
    let mut gaps = Gaps::new();
    find_gaps(recording, events, count, &mut gaps);
    gaps
}

fn find_all_gaps(recording: &Recording, events: Range, gaps: &mut Gaps) {
    find_gaps(recording, events, usize::MAX, gaps);
}

#[inline]
fn find_gaps(recording: &Recording, events: Range, count: usize, gaps: &mut Gaps) {
    let all = recording.events(events);
    let (mut at, mut start) = (0, events.start);
    while let Some(event) = all.get(at) {
        match *event {
            Event::Literal(_) => {
                let end = events.start + at as u32;
                gaps.push(Range { start, end });
                if gaps.len() == count {
                    return;
                }
                start = end + 1;
            }
            Event::Enter(region) => {
                at = (recording.region(region).events.end - events.start) as usize;
            }
            _ => {}
        }
        at += 1;
    }
    gaps.push(Range {
        start,
        end: events.end,
    });
}

/// Finds what was written in each gap of a region, and in each of its stretches.
pub(super) fn gaps(recording: &Recording, events: Range, shape: &Shape) -> Result<Gaps> {
    let mut gaps = all_gaps(recording, events);
    complete(&mut gaps, shape)?;
    Ok(gaps)
}

/// Adds what was written in each stretch of a region to what was written in each gap.
pub(super) fn complete(gaps: &mut Gaps, shape: &Shape) -> Result<()> {
    if gaps.len() != shape.literals as usize + 1 {
        return Err(Refused::Replaced);
    }
    if shape.filled(gaps).is_some() {
        return Err(Refused::Value(
            "a value in a place that the parser is not certain about",
        ));
    }
    for covered in &shape.covered {
        let inside = &gaps[covered.gaps.start as usize..covered.gaps.end as usize];
        let range = match (inside.first(), inside.last()) {
            (Some(first), Some(last)) => Range {
                start: first.start,
                end: last.end,
            },
            _ => Range::default(),
        };
        gaps.push(range);
    }
    Ok(())
}

/// Takes operations that nobody needs.
pub(super) struct Silent;

impl Emit for Silent {
    fn set_text(&mut self, _: NodeId, _: &str) {}
    fn set_tail(&mut self, _: NodeId, _: &str) {}
    fn set_attribute(&mut self, _: NodeId, _: &str, _: &str) {}
    fn remove_attribute(&mut self, _: NodeId, _: &str) {}
    fn insert_html(&mut self, _: NodeId, _: NodeId, _: NodeId, _: &str) {}
    fn remove(&mut self, _: NodeId, _: u32) {}
    fn move_node(&mut self, _: NodeId, _: NodeId, _: NodeId) {}
    fn replace_children(&mut self, _: NodeId, _: NodeId, _: &str) {}
    fn insert_tree(&mut self, _: NodeId, _: NodeId, _: NodeId, _: Nodes<'_>) {}
    fn merge(&mut self, _: NodeId, _: &str) {}
}
