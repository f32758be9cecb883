//! A region that is taken apart.

use smallvec::SmallVec;

use crate::shape::program::{NONE, Shape};
use crate::shape::recording::Recording;
use crate::shape::rows::MOST;

/// A region as a row that is taken apart: see [`rows`](crate::shape::rows).
pub(in crate::shape) struct Made {
    pub(super) words: [u64; MOST],
    pub(super) count: usize,
    /// What decides how it is taken apart: the shapes of the regions in it, and which gaps they are in.
    pub(in crate::shape) path: Path,
    pub(in crate::shape) hash: u64,
    pub(in crate::shape) key: u64,
    /// Number of its first node.
    pub(in crate::shape) base: u32,
    /// How many nodes it has.
    pub(super) nodes: u32,
    /// Its cell of the run behind its last node.
    pub(super) tail: u32,
    /// Whether there may be regions in it.
    pub(super) has_regions: bool,
    /// The run that goes on, and its hash so far.
    pub(super) run: Option<usize>,
    pub(super) run_hash: u64,
}

/// The hash of an attribute's value before its first part.
pub(super) const EMPTY: u64 = 1;

pub(in crate::shape) type Path = SmallVec<[u32; 8]>;

impl Default for Made {
    fn default() -> Self {
        Self {
            words: [0; MOST],
            count: 0,
            path: Path::new(),
            hash: 0,
            key: 0,
            base: NONE,
            nodes: 0,
            tail: 0,
            has_regions: false,
            run: None,
            run_hash: 0,
        }
    }
}

impl Made {
    /// For regions with regions in them.
    pub(in crate::shape) fn for_row() -> Self {
        Self {
            has_regions: true,
            ..Self::default()
        }
    }

    /// What is kept of it.
    pub(in crate::shape) fn words(&self) -> &[u64] {
        &self.words[..self.count]
    }

    pub(in crate::shape) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words[..self.count]
    }

    /// Its hash of the run behind its last node.
    pub(in crate::shape) fn tail(&mut self) -> &mut u64 {
        &mut self.words[self.tail as usize]
    }

    pub(in crate::shape) fn tail_cell(&self) -> u32 {
        self.tail
    }

    /// Room for the hashes of a region; where they begin.
    pub(super) fn room(&mut self, count: usize) -> Option<usize> {
        let first = self.count;
        self.words.get_mut(first..first + count)?.fill(0);
        self.count += count;
        Some(first)
    }

    /// The key of a region whose hashes begin here: that of the attribute that it comes from, which is not kept twice.
    pub(super) fn take_key(&mut self, shape: &Shape, first: usize) -> u64 {
        let cell = shape.packing().key();
        if cell == NONE {
            return 0;
        }
        let word = &mut self.words[first + cell as usize];
        // Of an attribute without anything in it there is no key.
        let key = if *word == EMPTY { 0 } else { *word };
        *word ^= key;
        key
    }

    pub(super) fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.words[run] = self.run_hash;
        }
    }

    pub(super) fn push(&mut self, recording: &Recording, hash: u64) {
        self.run_hash = recording.hasher().with(self.run_hash, hash);
    }
}
