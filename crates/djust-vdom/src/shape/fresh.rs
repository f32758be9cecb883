//! Regions that the page does not show yet: their nodes get numbers, and their runs and values hashes.

use std::sync::Arc;

use smallvec::SmallVec;

use super::instance::{Instance, Numbers};
use super::program::{Begin, NONE, Shape};
use super::recording::{Range, Region};
use super::refused::Result;
use super::straight::Made;
use super::walk::{Gaps, Source, Walk};
use crate::{Emit, NodeId};

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// A region that the page does not show yet: its nodes get numbers, nothing is sent.
    pub(super) fn fresh(
        &mut self,
        region: &Region,
        number: u32,
        shape: &Arc<Shape>,
    ) -> Result<Instance> {
        if let Some(straight) = shape.straight()
            && straight.has_edges()
        {
            let mut made = Made::default();
            if self
                .make(region, (number, shape), straight, &mut made)
                .is_some()
            {
                let made = self.fresh_straight((number, shape), straight, &made);
                return self.trailed(made, number, region.events);
            }
        }
        let mut gaps = Gaps::new();
        self.find_gaps(region.events, number, shape, &mut gaps)?;
        let is_bare = self.recording.is_bare(region.events);
        let mut instance = self.instance((number, shape), &gaps, region.hash, is_bare);
        let is_flat = region.is_flat && shape.covered.is_empty();
        let made = if is_flat && matches!(self.source, Source::Next(_)) {
            self.fresh_flat(&mut instance, shape, &gaps)
        } else {
            self.fresh_nested(&mut instance, shape, &gaps)
        };
        match made {
            Ok(()) => Ok(instance),
            refused => self
                .trailed(refused, number, region.events)
                .map(|()| instance),
        }
    }

    /// An instance that the page does not show yet.
    pub(super) fn instance(
        &mut self,
        (number, shape): (u32, &Shape),
        gaps: &[Range],
        hash: u64,
        is_bare: bool,
    ) -> Instance {
        Instance {
            hash,
            key: self.key(shape, gaps),
            shape: number,
            base: NONE,
            cells: self.store.add_cells(shape.cells),
            is_bare,
            is_changed: true,
            extra: None,
        }
    }

    /// Numbers the nodes of a new instance while what is in its gaps numbers its own.
    pub(super) fn fresh_nested(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gaps: &[Range],
    ) -> Result<()> {
        let mut numbering = Numbering::new(shape, self);
        numbering.begin(instance, self);
        self.steps(instance, shape, gaps, Some(&mut numbering))?;
        numbering.finish(instance, self);
        Ok(())
    }

    /// The same where nothing in its gaps has nodes: they are numbered one after the other.
    fn fresh_flat(
        &mut self,
        instance: &mut Instance,
        shape: &Arc<Shape>,
        gaps: &[Range],
    ) -> Result<()> {
        let mut numbering = Numbering::flat(shape);
        numbering.number_all(instance, self);
        self.steps(instance, shape, gaps, Some(&mut numbering))
    }

    /// A run inside a new node that holds one gap with no more than values that the browser reads as they are.
    /// Whether it is such a run.
    #[inline]
    pub(super) fn fresh_text(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        begin: Begin,
        gap: u32,
        gaps: &[Range],
    ) -> bool {
        debug_assert!(
            self.run.owner.is_none(),
            "a run ends before the next begins"
        );
        let Some(number) = shape.text_gap(begin, gap) else {
            return false;
        };
        let Some(hash) = self.plain_text(gaps[number as usize]) else {
            return false;
        };
        if !self.is_inside {
            return false;
        }
        *self.store.cell(instance.cells + begin.cell) = hash;
        true
    }
}

/// The numbers of a new instance, while they are given away.
pub(super) struct Numbering<'s> {
    /// Where each stretch begins, once that is not regular; or, for given numbers, every node's number.
    numbers: SmallVec<[u32; 32]>,
    each: bool,
    done: usize,
    ends: &'s [u32],
    base: u32,
    /// Whether all nodes so far are numbered one after the other from the base.
    is_regular: bool,
}

impl<'s> Numbering<'s> {
    /// For an instance that is numbered at once.
    fn flat(shape: &'s Shape) -> Self {
        Self {
            numbers: SmallVec::new(),
            each: false,
            done: shape.stretches.len(),
            ends: &shape.stretches,
            base: NONE,
            is_regular: true,
        }
    }

    /// Numbers all nodes one after the other.
    fn number_all<E: Emit + ?Sized>(&mut self, instance: &mut Instance, walk: &mut Walk<'_, E>) {
        let count = self.ends.last().copied().unwrap_or_default();
        if count > 0 {
            self.base = match &mut walk.source {
                Source::Next(next) if walk.is_inside => {
                    *next += count;
                    *next - count
                }
                _ => 0,
            };
        }
        instance.base = self.base;
    }

    fn new<E: Emit + ?Sized>(shape: &'s Shape, walk: &Walk<'_, E>) -> Self {
        Self {
            numbers: SmallVec::new(),
            each: matches!(walk.source, Source::Given(_)),
            done: 0,
            ends: &shape.stretches,
            base: NONE,
            is_regular: true,
        }
    }

    /// The next nodes, by their place in the shape, have numbers from this one on.
    fn follow(&mut self, node: u32, number: u32) {
        if self.base == NONE {
            self.base = number;
        }
        self.is_regular &= number == self.base.wrapping_add(node);
    }

    fn begin<E: Emit + ?Sized>(&mut self, instance: &mut Instance, walk: &mut Walk<'_, E>) {
        self.stretch(instance, walk);
    }

    /// Numbers the nodes up to the next gap.
    #[inline]
    pub(super) fn stretch<E: Emit + ?Sized>(
        &mut self,
        instance: &mut Instance,
        walk: &mut Walk<'_, E>,
    ) {
        if self.done == self.ends.len() {
            return;
        }
        let begin = self
            .done
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        let count = self.ends[self.done] - begin;
        self.done += 1;
        if self.each {
            for node in begin..begin + count {
                let number = walk.number();
                self.numbers.push(number);
                self.follow(node, number);
            }
        } else if count > 0 || !self.is_regular {
            self.next_stretch(begin, count, walk);
        }
        instance.base = self.base;
    }

    fn next_stretch<E: Emit + ?Sized>(&mut self, begin: u32, count: u32, walk: &mut Walk<'_, E>) {
        let number = match &mut walk.source {
            Source::Next(next) if walk.is_inside => {
                *next += count;
                *next - count
            }
            _ => 0,
        };
        let was_regular = self.is_regular;
        if count > 0 {
            self.follow(begin, number);
        }
        if self.is_regular {
            return;
        }
        if was_regular {
            // So far a stretch began where its first node is from the base.
            let base = self.base;
            let begins = std::iter::once(&0).chain(self.ends);
            let begins = begins.take(self.done - 1);
            self.numbers
                .extend(begins.map(|begin| base.wrapping_add(*begin)));
        }
        self.numbers.push(number);
    }

    pub(super) fn node(&self, shape: &Shape, node: u32) -> NodeId {
        if self.is_regular {
            return NodeId(self.base.wrapping_add(node));
        }
        if self.each {
            return NodeId(self.numbers[node as usize]);
        }
        let stretch = shape.stretches.partition_point(|&end| end <= node);
        let begin = stretch
            .checked_sub(1)
            .map_or(0, |before| shape.stretches[before]);
        NodeId(self.numbers[stretch] + node - begin)
    }

    fn finish<E: Emit + ?Sized>(self, instance: &mut Instance, walk: &mut Walk<'_, E>) {
        if self.is_regular {
            return;
        }
        let first = walk.store.numbers.len() as u32;
        walk.store.numbers.extend(&self.numbers);
        instance.set_numbers(if self.each {
            Numbers::Nodes(first)
        } else {
            Numbers::Stretches(first)
        });
    }
}
