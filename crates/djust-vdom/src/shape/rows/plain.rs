//! Closed rows that are compared and changed where they are kept.

use super::layout::HAS_STRETCHES;
use super::{Row, Rows};
use crate::shape::program::Shape;
use smallvec::SmallVec;

/// A closed row of one region, with its nodes numbered one after the other.
#[derive(Clone, Debug)]
pub(in crate::shape) struct PlainRow {
    row: Row,
    pub(in crate::shape) shape: u32,
    words: SmallVec<[u64; 16]>,
}

impl PlainRow {
    /// The hash in a cell.
    #[inline]
    pub(in crate::shape) fn cell(&self, shape: &Shape, cell: u32) -> u64 {
        let word = self.words[cell as usize];
        if cell == shape.packing().key() {
            word ^ self.row.key
        } else {
            word
        }
    }

    /// The number of a node of its shape.
    pub(in crate::shape) fn node(&self, node: u32) -> u32 {
        self.row.base.wrapping_add(node)
    }
}

impl Rows {
    /// A row, if it is such a one.
    pub(in crate::shape) fn plain(&self, index: usize) -> Option<PlainRow> {
        let row = self.order.row(index);
        if row.is_open() {
            return None;
        }
        let (_, structure) = self.pool.kind(row);
        let [shape, flags, 0, 0] = *structure.signature else {
            return None;
        };
        if flags & HAS_STRETCHES != 0 {
            return None;
        }
        Some(PlainRow {
            row,
            shape,
            words: self.pool.words(row).collect(),
        })
    }

    /// Gives a row other hashes: the one of all that was written, and those in some cells, not that of the key.
    pub(in crate::shape) fn replace(
        &mut self,
        index: usize,
        plain: &PlainRow,
        hash: u64,
        changed: impl Iterator<Item = (u32, u64)> + Clone,
    ) {
        let row = plain.row;
        let (kind, structure) = self.pool.kind(row);
        let (kept, are_key) = (kind.kept(structure), structure.are_key);
        if changed.clone().all(|(cell, _)| kept & 1 << cell != 0) {
            for (cell, word) in changed {
                let before = (kept & ((1 << cell) - 1)).count_ones();
                let mixed = if are_key >> cell & 1 == 1 { row.key } else { 0 };
                self.pool.cells[(row.place + before) as usize] = word ^ mixed;
            }
            self.order.set(index, Row { hash, ..row });
            return;
        }
        let mut words = plain.words.clone();
        for (cell, word) in changed {
            words[cell as usize] = word;
        }
        let room = Some((row.place, kept.count_ones() as u8));
        let (words, hashes) = ((&mut *words, row.base), (hash, row.key));
        let row = self.pool.close(words, kind.structure, false, hashes, room);
        self.order.set(index, row);
    }
}
