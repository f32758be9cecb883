//! The way through a render in document order, beside what is kept of the last one.

use std::sync::Arc;

use smallvec::SmallVec;

use super::instance::{Instance, Numbers, Store};
use super::program::{Begin, NONE, Part, Shape, Step};
use super::recording::{Event, Range, Recording, Region};
use super::refused::{Refused, Result};
use super::run::{Owner, Run};
use super::shapes::Cache;
use crate::{Emit, NodeId, Nodes};

/// What was written in each gap of a region.
pub(super) type Gaps = SmallVec<[Range; 16]>;

/// Where numbers of new nodes come from.
#[derive(Debug)]
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

    /// A region that the page does not show yet: its nodes get numbers, nothing is sent.
    pub(super) fn fresh(&mut self, region: &Region, number: u32) -> Result<Instance> {
        let shape = Arc::clone(self.cache.shape(number));
        let gaps = gaps(self.recording, region.events, &shape)?;
        let mut instance = Instance {
            hash: region.hash,
            key: self.key(&shape, &gaps),
            shape: number,
            base: NONE,
            cells: self.store.add_cells(shape.cells),
            numbers: Numbers::Regular,
            is_bare: self.recording.is_bare(region.events),
            gaps: Vec::new(),
        };
        let mut numbering = Numbering::new(&shape, self);
        numbering.begin(&mut instance, self);
        self.steps(&mut instance, &shape, &gaps, Some(&mut numbering))?;
        numbering.finish(&mut instance, &shape, self);
        Ok(instance)
    }

    /// A region that the page shows, perhaps with other content.
    pub(super) fn update(&mut self, instance: &mut Instance, region: &Region) -> Result<()> {
        let shape = Arc::clone(self.cache.shape(instance.shape));
        let gaps = gaps(self.recording, region.events, &shape)?;
        instance.hash = region.hash;
        instance.is_bare = self.recording.is_bare(region.events);
        self.steps(instance, &shape, &gaps, None)
    }

    fn steps(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gaps: &[Range],
        mut numbering: Option<&mut Numbering>,
    ) -> Result<()> {
        let outer = self.parent;
        for step in &shape.steps {
            match *step {
                Step::Begin(begin) => {
                    self.begin(instance, shape, begin, outer, numbering.as_deref());
                }
                Step::Text(number) => self.push_template(instance.shape, number),
                Step::End => self.finish_run()?,
                Step::Value(value) => {
                    let value = &shape.values[value as usize];
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

    fn begin(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        begin: Begin,
        outer: NodeId,
        numbering: Option<&Numbering>,
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
        }));
    }

    /// The hash of a region's key; 0 without one.
    pub(super) fn key(&self, shape: &Shape, gaps: &[Range]) -> u64 {
        let is_empty = shape.key.iter().all(|part| match part {
            Part::Text(_) => false,
            Part::Gap(gap) => {
                let events = gaps[*gap as usize];
                (events.start..events.end)
                    .all(|at| matches!(self.recording.event(at), Event::Enter(_) | Event::Leave))
            }
        });
        if is_empty {
            return 0;
        }
        let hasher = self.recording.hasher();
        let texts = shape.key.iter().fold(0, |hash, part| match part {
            Part::Text(text) => hasher.with(hash, hasher.text(text)),
            Part::Gap(_) => hash,
        });
        hasher.with(texts, self.parts_hash(&shape.key, gaps)) | 1
    }
}

/// Finds what was written in each gap of a region.
pub(super) fn gaps(recording: &Recording, events: Range, shape: &Shape) -> Result<Gaps> {
    let mut gaps = Gaps::new();
    let (mut at, mut start) = (events.start, events.start);
    while at < events.end {
        match recording.event(at) {
            Event::Literal(_) => {
                gaps.push(Range { start, end: at });
                start = at + 1;
            }
            Event::Enter(region) => at = recording.region(region).events.end,
            _ => {}
        }
        at += 1;
    }
    gaps.push(Range {
        start,
        end: events.end,
    });
    let is_open = |gap: &u32| {
        gaps.get(*gap as usize)
            .is_none_or(|gap| gap.start < gap.end)
    };
    if gaps.len() != shape.literals as usize + 1 {
        return Err(Refused::Replaced);
    }
    if shape.closed.iter().any(is_open) {
        return Err(Refused::Value(
            "a value in a place that the parser is not certain about",
        ));
    }
    Ok(gaps)
}

/// The numbers of a new instance, while they are given away.
struct Numbering {
    /// Where each stretch begins; or, for given numbers, every node's number.
    numbers: SmallVec<[u32; 8]>,
    each: bool,
    done: usize,
    ends: SmallVec<[u32; 8]>,
}

impl Numbering {
    fn new<E: Emit + ?Sized>(shape: &Shape, walk: &Walk<'_, E>) -> Self {
        Self {
            numbers: SmallVec::new(),
            each: matches!(walk.source, Source::Given(_)),
            done: 0,
            ends: shape.stretches.iter().copied().collect(),
        }
    }

    fn begin<E: Emit + ?Sized>(&mut self, instance: &mut Instance, walk: &mut Walk<'_, E>) {
        self.stretch(instance, walk);
    }

    /// Numbers the nodes up to the next gap.
    fn stretch<E: Emit + ?Sized>(&mut self, instance: &mut Instance, walk: &mut Walk<'_, E>) {
        let begin = self
            .done
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let count = self.ends[self.done] - begin;
        self.done += 1;
        if self.each {
            for _ in 0..count {
                let number = walk.number();
                self.numbers.push(number);
            }
        } else {
            self.numbers.push(match &mut walk.source {
                Source::Next(next) if walk.is_inside => {
                    *next += count;
                    *next - count
                }
                _ => 0,
            });
        }
        if instance.base == NONE && count > 0 {
            instance.base = if self.each {
                self.numbers[0]
            } else {
                self.numbers[self.done - 1]
            };
        }
    }

    fn node(&self, shape: &Shape, node: u32) -> NodeId {
        if self.each {
            return NodeId(self.numbers[node as usize]);
        }
        let stretch = shape.stretches.partition_point(|&end| end <= node);
        let begin = stretch
            .checked_sub(1)
            .map_or(0, |before| shape.stretches[before]);
        NodeId(self.numbers[stretch] + node - begin)
    }

    fn finish<E: Emit + ?Sized>(
        self,
        instance: &mut Instance,
        shape: &Shape,
        walk: &mut Walk<'_, E>,
    ) {
        let nodes = shape.stretches.last().copied().unwrap_or_default();
        let is_regular =
            (0..nodes).all(|node| self.node(shape, node).0 == instance.base.wrapping_add(node));
        if is_regular {
            return;
        }
        let first = walk.store.numbers.len() as u32;
        walk.store.numbers.extend(&self.numbers);
        instance.numbers = if self.each {
            Numbers::Nodes(first)
        } else {
            Numbers::Stretches(first)
        };
    }
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
