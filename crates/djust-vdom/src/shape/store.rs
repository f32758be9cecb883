//! The arrays that the instances of a page share.

use super::merged::Exchanged;
use super::slots::Slots;
use super::tags::Tag;

/// The arrays that the instances of a page share.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    /// Hashes of what is in the holes; for start tags and markup the place of what is kept of them.
    pub(super) cells: Vec<u64>,
    pub(super) numbers: Vec<u32>,
    /// Elements with `dj-update` that went and came since it was marked.
    pub(super) exchanged: Exchanged,
    /// Texts of markup.
    pub(super) texts: Slots<Box<str>>,
    /// Start tags with conditional attributes.
    pub(super) tags: Slots<Tag>,
    /// Cells and numbers that no instance has any more.
    unused: usize,
    /// How many cells and numbers there were when it was marked, and how many of those since then are free again.
    mark: [u32; 2],
    freed: [u32; 2],
}

impl Store {
    /// Cells for an instance.
    pub(super) fn add_cells(&mut self, count: u32) -> u32 {
        if count == 0 {
            // A place behind the last cell could be given back.
            return 0;
        }
        let first = self.cells.len() as u32;
        self.cells.resize(self.cells.len() + count as usize, 0);
        first
    }

    /// Gives cells back.
    pub(super) fn free_cells(&mut self, first: u32, count: u32) {
        self.unused += count as usize;
        if first >= self.mark[0] {
            self.freed[0] += count;
        }
    }

    /// Gives numbers back.
    pub(super) fn free_numbers(&mut self, first: u32, count: u32) {
        self.unused += count as usize;
        if first >= self.mark[1] {
            self.freed[1] += count;
        }
    }

    /// Notes what there is.
    pub(super) fn mark(&mut self) {
        self.mark = [self.cells.len() as u32, self.numbers.len() as u32];
        self.freed = [0; 2];
        self.exchanged = Exchanged::default();
    }

    /// Drops what was added since the mark, if all of that is free again.
    pub(super) fn return_to_mark(&mut self) {
        let [cells, numbers] = self.mark;
        if self.cells.len() as u32 - cells == self.freed[0] {
            self.cells.truncate(cells as usize);
            self.unused -= self.freed[0] as usize;
        }
        if self.numbers.len() as u32 - numbers == self.freed[1] {
            self.numbers.truncate(numbers as usize);
            self.unused -= self.freed[1] as usize;
        }
        self.freed = [0; 2];
    }

    pub(super) fn cell(&mut self, cell: u32) -> &mut u64 {
        &mut self.cells[cell as usize]
    }

    /// A text that is kept.
    pub(super) fn text(&self, kept: u64) -> &str {
        self.texts.get(kept).map_or("", |text| text)
    }

    /// How many places nobody has any more.
    pub(super) fn unused(&self) -> usize {
        self.unused + self.texts.unused() + self.tags.unused()
    }

    /// Gives back memory that is not used.
    pub(super) fn shrink(&mut self) {
        self.cells.shrink_to_fit();
        self.numbers.shrink_to_fit();
        self.texts.shrink();
        self.tags.shrink();
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.cells.capacity() * 8
            + self.numbers.capacity() * 4
            + self.texts.bytes(|text| text.len())
            + self.tags.bytes(Tag::bytes)
    }
}
