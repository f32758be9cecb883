//! The walk through a new region at one go.

use std::sync::Arc;

use super::made::{EMPTY, Made};
use super::pieces::{Pieces, attribute, text_hash};
use super::{Pass, Straight};
use crate::shape::instance::Instance;
use crate::shape::program::{NONE, Part, Shape};
use crate::shape::recording::{Event, Range, Region};
use crate::shape::refused::Result;
use crate::shape::run::{Owner, Piece, RunText};
use crate::shape::walk::{Source, Walk};
use crate::{Emit, NodeId};

/// A gap that is gone through.
#[derive(Clone, Copy)]
struct Place {
    shape: u32,
    number: u32,
    is_blank: bool,
    has_text: bool,
}

impl Place {
    fn new(shape: u32, number: u32) -> Self {
        Self {
            shape,
            number,
            is_blank: false,
            has_text: false,
        }
    }
}

impl<'w, E: Emit + ?Sized> Walk<'w, E> {
    /// Takes a new region apart. Nothing: something has to be looked at more closely. Nothing is done in either case.
    pub(in crate::shape) fn make(
        &mut self,
        region: &Region,
        (number, shape): (u32, &Shape),
        straight: &Straight,
        made: &mut Made,
    ) -> Option<()> {
        let edges = straight.edges.as_ref()?;
        let Source::Next(next) = self.source else {
            return None;
        };
        if !self.is_inside || shape.literals == 0 {
            return None;
        }
        (made.count, made.nodes, made.run) = (0, 0, None);
        (made.hash, made.base, made.tail) = (region.hash, next, edges.cell);
        made.path.clear();
        made.path.push(number);
        let mut pieces = Pieces::new(self.recording, region.events, shape);
        let first = made.room(shape.cells as usize)?;
        let passes = &straight.passes[edges.inside.clone()];
        pieces.closed(edges.gaps[0])?;
        self.passes((number, shape), passes, &mut pieces, first, made)?;
        pieces.closed(edges.gaps[1])?;
        pieces.finish()?;
        made.nodes += shape.stretches.last()?;
        made.key = made.take_key(shape, first);
        Some(())
    }

    fn passes(
        &mut self,
        (number, shape): (u32, &Shape),
        passes: &[Pass],
        pieces: &mut Pieces<'w>,
        first: usize,
        made: &mut Made,
    ) -> Option<()> {
        let recording = self.recording;
        for pass in passes {
            match *pass {
                Pass::Run(cell, gap) => {
                    let (mut hash, mut has_text) = (0, false);
                    let mut next = pieces.next();
                    while let Some(text @ Event::Text(_)) = next {
                        hash = recording.hasher().with(hash, text_hash(recording, text)?);
                        has_text = true;
                        next = pieces.next();
                    }
                    if next.is_some() {
                        (made.run, made.run_hash) = (Some(first + cell as usize), hash);
                        let gap = Place {
                            has_text,
                            ..Place::new(number, gap)
                        };
                        self.gap_made(gap, next, pieces, made)?;
                        made.end_run();
                    } else {
                        made.words[first + cell as usize] = hash;
                    }
                }
                Pass::Attribute(cell) => {
                    made.words[first + cell as usize] = attribute(recording, pieces, EMPTY)?;
                }
                Pass::Begin(cell) => {
                    (made.run, made.run_hash) = (Some(first + cell as usize), 0);
                }
                Pass::Text(hash) => made.push(recording, hash),
                Pass::Gap(gap) => {
                    let gap = Place::new(number, gap);
                    let next = pieces.next();
                    self.gap_made(gap, next, pieces, made)?;
                }
                Pass::Blank(gap) => {
                    let gap = Place {
                        is_blank: true,
                        ..Place::new(number, gap)
                    };
                    let next = pieces.next();
                    self.gap_made(gap, next, pieces, made)?;
                }
                Pass::End => made.end_run(),
                Pass::Value(value) => {
                    let value = &shape.values[value as usize];
                    let mut hash = EMPTY;
                    for part in &value.parts {
                        hash = match part {
                            Part::Text(_) => recording.hasher().with(hash, 7),
                            Part::Gap(_) => attribute(recording, pieces, hash)?,
                        };
                    }
                    made.words[first + value.cell as usize] = hash;
                }
                Pass::Closed => {
                    if pieces.next().is_some() {
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    /// Texts and regions in a gap, from the next piece on.
    fn gap_made(
        &mut self,
        mut gap: Place,
        mut next: Option<Event>,
        pieces: &mut Pieces<'w>,
        made: &mut Made,
    ) -> Option<()> {
        let recording = self.recording;
        let (mut count, at) = (0, made.path.len());
        while let Some(piece) = next {
            if let Event::Enter(number) = piece {
                if count == 0 {
                    made.path.extend([0; 2]);
                }
                count += 1;
                let region = recording.region(number);
                self.inside(region, (gap.shape, gap.number), made)?;
                pieces.pass(region);
            } else {
                made.push(recording, text_hash(recording, piece)?);
                gap.has_text = true;
            }
            next = pieces.next();
        }
        if gap.is_blank && gap.has_text {
            // White space is not met often enough to look for it.
            return None;
        }
        if count > 0 {
            made.path[at] = gap.number << 1 | u32::from(gap.has_text);
            made.path[at + 1] = count;
        }
        Some(())
    }

    /// A region in another.
    fn inside(&mut self, region: &Region, place: (u32, u32), made: &mut Made) -> Option<()> {
        if !made.has_regions {
            return None;
        }
        let number = self.cache.region(self.recording, region, place).ok()?;
        let shape = Arc::clone(self.cache.shape(number));
        let straight = shape.straight()?;
        let is_bare = self.recording.is_bare(region.events);
        made.path.push(number << 1 | u32::from(is_bare));
        let first = made.room(2 + shape.cells as usize)?;
        let mut pieces = Pieces::new(self.recording, region.events, &shape);
        let passes = &straight.passes;
        self.passes((number, &shape), passes, &mut pieces, first + 2, made)?;
        pieces.finish()?;
        made.nodes += shape.stretches.last()?;
        made.words[first] = region.hash;
        made.words[first + 1] = made.take_key(&shape, first + 2);
        Some(())
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// A region that the page does not show yet, taken apart so, as an instance.
    pub(in crate::shape) fn fresh_straight(
        &mut self,
        (number, shape): (u32, &Shape),
        straight: &Straight,
        made: &Made,
    ) -> Result<Instance> {
        let cells = self.store.add_cells(shape.cells);
        let end = (cells + shape.cells) as usize;
        self.store.cells[cells as usize..end].copy_from_slice(made.words());
        let key = shape.packing().key();
        if key != NONE {
            *self.store.cell(cells + key) ^= made.key;
        }
        self.number_made(made);
        self.head(number, straight)?;
        if let Some(edges) = &straight.edges {
            let node = NodeId(made.base.wrapping_add(edges.node));
            self.tail(number, straight, node, cells + edges.cell);
        }
        Ok(Instance {
            hash: made.hash,
            key: made.key,
            shape: number,
            base: made.base,
            cells,
            is_bare: true,
            is_changed: true,
            extra: None,
        })
    }

    /// The nodes of a region that was taken apart have their numbers.
    pub(in crate::shape) fn number_made(&mut self, made: &Made) {
        if let Source::Next(next) = &mut self.source {
            *next += made.nodes;
        }
    }

    /// The run that goes on in a region ends at its first node.
    pub(in crate::shape) fn head(&mut self, number: u32, straight: &Straight) -> Result<()> {
        let Some(edges) = &straight.edges else {
            return Ok(());
        };
        for &(text, hash) in &edges.head {
            self.push(Piece::Template(number, text), hash);
        }
        let finished = self.finish_run();
        if finished.is_err() {
            self.gap_refused(edges.gap);
        }
        finished
    }

    /// The run behind the last node of a region begins.
    pub(in crate::shape) fn tail(
        &mut self,
        number: u32,
        straight: &Straight,
        node: NodeId,
        cell: u32,
    ) {
        let Some(edges) = &straight.edges else { return };
        self.previous = node;
        self.begin_run(Some(Owner {
            id: node,
            is_tail: true,
            cell,
            is_fresh: true,
            drops_line_feed: false,
            text: RunText::Kept,
        }));
        for &(text, hash) in &edges.tail {
            self.push(Piece::Template(number, text), hash);
        }
    }

    /// The hash of a run of no more than texts that the browser reads as they are, if it is such a run.
    #[inline]
    pub(in crate::shape) fn plain_text(&self, events: Range) -> Option<u64> {
        let hasher = self.recording.hasher();
        let mut hash = 0;
        for event in self.recording.events(events) {
            hash = hasher.with(hash, text_hash(self.recording, *event)?);
        }
        Some(hash)
    }
}
