//! New rows of a list, packed as soon as they are made.
//!
//! The hash of the run behind a row is known when the next one begins: until then the row waits. The first row of a structure
//! is made as an [`Instance`] and packed, which shows what rows like it are taken apart to; others are taken apart at once.

use super::settle::{Bulk, Tools};
use super::{Kind, Pool, Row, Rows};
use crate::shape::instance::Instance;
use crate::shape::shapes::Cache;
use crate::shape::store::Store;
use crate::shape::straight::{Made, Path};

/// What new rows are made with.
pub(in crate::shape) struct Making {
    bulk: Bulk,
    /// The row that is made just now, and the one before.
    made: [Made; 2],
    now: usize,
    /// The structure of the row before, if it waits.
    waiting: Option<u16>,
    /// Structures by what decides them.
    paths: Vec<(Path, u16)>,
    /// What decides the structure of a row that is open, and its place.
    asked: Option<(Path, usize)>,
    /// Before this one all are packed that can be.
    packed: usize,
}

impl Making {
    /// For rows of a list, which has so many in the end.
    pub(in crate::shape) fn new(rows: &Rows, count: usize) -> Self {
        Self {
            bulk: Bulk::new(count),
            made: [Made::for_row(), Made::for_row()],
            now: 0,
            waiting: None,
            paths: Vec::new(),
            asked: None,
            packed: rows.order.len(),
        }
    }

    /// The row that is made just now.
    pub(in crate::shape) fn now(&mut self) -> &mut Made {
        &mut self.made[self.now]
    }

    /// The structure of the row that is made just now, if it is known.
    pub(in crate::shape) fn structure(&self) -> Option<u16> {
        let path = &self.made[self.now].path;
        let found = self.paths.iter().find(|(known, _)| known == path);
        found.map(|(_, structure)| *structure)
    }

    /// The run behind the rows so far has ended, with this hash if the last one waits for it.
    pub(in crate::shape) fn end_run(&mut self, rows: &mut Rows, tools: Tools<'_>, hash: u64) {
        if let Some(structure) = self.waiting.take() {
            let made = &mut self.made[1 - self.now];
            *made.tail() = hash;
            let (base, hashes) = (made.base, (made.hash, made.key));
            let words = (made.words_mut(), base);
            self.bulk.add(rows, structure, words, hashes);
            self.packed = rows.order.len();
            return;
        }
        let (cache, store, context) = tools;
        for index in self.packed..rows.order.len() {
            rows.pack_row(index, &mut self.bulk, (cache, store, context));
            if let Some((path, _)) = self.asked.take_if(|(_, asked)| *asked == index)
                && let Some(structure) = rows.structure(index)
            {
                self.paths.push((path, structure));
            }
        }
        self.packed = rows.order.len();
    }

    /// The row that is made just now has this structure, and waits.
    pub(in crate::shape) fn wait(&mut self, structure: u16) {
        self.waiting = Some(structure);
        self.now = 1 - self.now;
    }

    /// Opens the row that waits; the cell of the run behind it.
    pub(in crate::shape) fn open(
        &mut self,
        rows: &mut Rows,
        cache: &Cache,
        store: &mut Store,
    ) -> Option<u32> {
        let structure = self.waiting.take()?;
        let made = &mut self.made[1 - self.now];
        *made.tail() = 0;
        let words = (made.words(), made.base);
        let hashes = (made.hash, made.key);
        let instance = rows.pool.build_of(structure, words, hashes, cache, store);
        let cell = instance.cells + made.tail_cell();
        rows.push(instance);
        Some(cell)
    }

    /// Adds a row that is open, what decides its structure being known or not.
    pub(in crate::shape) fn push(&mut self, rows: &mut Rows, instance: Instance, is_made: bool) {
        if is_made {
            let path = self.made[self.now].path.clone();
            self.asked = Some((path, rows.order.len()));
        }
        rows.push(instance);
    }
}

impl Pool {
    /// Keeps a new row of a structure with all its hashes. Nothing: there are too many kinds already.
    pub(super) fn add(
        &mut self,
        structure: u16,
        (words, base): (&[u64], u32),
        (hash, key): (u64, u64),
    ) -> Option<Row> {
        let info = &self.structures[structure as usize];
        let first = self.cells.len();
        if self.cells.capacity() - first < words.len() {
            self.cells.reserve_exact(first / 8 + words.len());
        }
        let (mut differs, mut bit) = (0, 1);
        for (word, common) in words.iter().zip(&info.common) {
            let mixed = if info.are_key & bit == 0 { 0 } else { key };
            let word = word ^ mixed;
            if word != *common || info.has_common & bit == 0 {
                differs |= bit;
                self.cells.push(word);
            }
            bit <<= 1;
        }
        let kind = self.find_kind(Kind {
            structure,
            is_coarse: false,
            differs,
        });
        if self.kinds[kind as usize].differs != differs {
            self.cells.truncate(first);
            return None;
        }
        let place = if differs == 0 { 0 } else { first as u32 };
        Some(Row {
            hash,
            key,
            base,
            kind,
            place,
        })
    }
}

impl Rows {
    /// The structure of a closed row.
    fn structure(&self, index: usize) -> Option<u16> {
        let row = self.order.row(index);
        (!row.is_open()).then(|| self.pool.kind(row).0.structure)
    }

    /// The last of the nodes of a structure that are not inside others, from the first node on.
    pub(in crate::shape) fn last_top(&self, structure: u16) -> u32 {
        let tops = &self.pool.structures[structure as usize].tops;
        tops.last().copied().unwrap_or_default()
    }
}
