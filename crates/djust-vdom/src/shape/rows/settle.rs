//! After a render: what it opened is packed again.

use super::layout::Flat;
use super::learn::Samples;
use super::{OPEN, Open, Pool, Row, Rows};
use crate::html::Context;
use crate::shape::instance::{Instance, MARKUP, Numbers};
use crate::shape::items::Items;
use crate::shape::shapes::Cache;
use crate::shape::store::Store;

/// From how many items on a list is packed.
const MANY: usize = 16;

/// From how many rows on the hashes of texts are not kept of new ones. A row that is changed is then sent with all its texts
/// the first time.
const LONG: usize = 4096;

impl Cache {
    /// Packs what was opened or made since the store was [marked](Store::mark).
    pub(in crate::shape) fn settle(&self, store: &mut Store, top: &mut Instance) {
        self.settle_instance(store, top);
        store.return_to_mark();
    }

    fn settle_instance(&self, store: &mut Store, instance: &mut Instance) {
        if !std::mem::take(&mut instance.is_changed) || instance.shape == MARKUP {
            return;
        }
        let shape = self.shape(instance.shape);
        for filled in instance.gaps_mut() {
            let context = &shape.gaps[filled.gap as usize].context;
            if let Items::Few(items) = &mut filled.items
                && !filled.has_text
                && self.is_worth_packing(store, items)
            {
                let items = std::mem::take(items);
                filled.items = Items::Rows(Box::new(Rows::of(items, self, store, context)));
                continue;
            }
            match &mut filled.items {
                Items::Few(items) => {
                    for item in items {
                        self.settle_instance(store, item);
                    }
                }
                Items::Rows(rows) => rows.pack(self, store, context),
            }
        }
    }

    /// Whether a list is long, and those of its items are alike that are looked at.
    fn is_worth_packing(&self, store: &Store, items: &[Instance]) -> bool {
        if items.len() < MANY {
            return false;
        }
        let mut flat = Flat::default();
        let some = [0, items.len() / 2, items.len() - 1];
        let packable = some
            .iter()
            .filter(|at| flat.read(self, store, &items[**at]));
        packable.count() > 1
    }

    /// Gives the cells and numbers of an instance back that is packed.
    fn give_back(&self, store: &mut Store, instance: &Instance) {
        let shape = self.shape(instance.shape);
        for cell in shape.packing().tags() {
            let place = *store.cell(instance.cells + cell);
            drop(store.tags.take(place));
        }
        store.free_cells(instance.cells, shape.cells);
        if let Numbers::Stretches(first) = instance.numbers() {
            store.free_numbers(first, shape.stretches.len() as u32);
        }
        for filled in instance.gaps() {
            filled.items.each_open(|item| self.give_back(store, item));
        }
    }
}

/// Keeps no hashes of the texts in rows.
pub(in crate::shape) fn coarsen(instance: &mut Instance) {
    for filled in instance.gaps_mut() {
        if let Items::Rows(rows) = &mut filled.items {
            rows.coarsen();
        }
        filled.items.each_open_mut(coarsen);
    }
}

impl Rows {
    /// Closes the rows that are open and like others.
    fn pack(&mut self, cache: &Cache, store: &mut Store, context: &Context) {
        if self.pool.open.len() > self.pool.free.len() {
            self.pack_open(cache, store, context);
            self.learn_late();
        }
        let pool = &mut self.pool;
        if pool.open.len() == pool.free.len() {
            pool.open = Vec::new();
            pool.free = Vec::new();
        }
        if pool.unused > 64 + pool.cells.len() / 4 {
            self.rebuild();
        }
        if self.order.len() < self.order.capacity() / 2 {
            self.order.shrink();
        }
    }

    /// A list of many items.
    fn of(items: Vec<Instance>, cache: &Cache, store: &mut Store, context: &Context) -> Self {
        let mut rows = Self::default();
        rows.order.reserve(items.len());
        let mut packing = Bulk::new(items.len());
        for (index, instance) in items.into_iter().enumerate() {
            let open = Open {
                instance,
                place: None,
            };
            let row = match packing.pack(&mut rows.pool, (cache, store, context), open) {
                Ok(row) => row,
                Err(open) => rows.pool.add_open(open),
            };
            rows.order.push(row);
            packing.look_at(&mut rows, index, row);
        }
        if rows.order.len() >= LONG {
            rows.rebuild();
        }
        rows.order.shrink();
        rows.pool.cells.shrink_to_fit();
        rows
    }

    fn pack_open(&mut self, cache: &Cache, store: &mut Store, context: &Context) {
        let mut packing = Bulk::new(self.order.len());
        for index in 0..self.order.len() {
            if self.order.kind(index) == OPEN {
                self.pack_row(index, &mut packing, (cache, store, context));
            }
        }
        let cells = &mut self.pool.cells;
        cells.shrink_to(cells.len() + cells.len() / 8);
    }

    /// Closes an open row if it is like others, and has changed.
    pub(super) fn pack_row(&mut self, index: usize, packing: &mut Bulk, tools: Tools<'_>) {
        let mut row = self.order.row(index);
        let slot = row.base;
        let is_changed = |open: &mut Open| open.instance.is_changed;
        let Some(open) = self.pool.open[slot as usize].take_if(is_changed) else {
            return;
        };
        match packing.pack(&mut self.pool, tools, open) {
            Ok(closed) => {
                self.pool.free.push(slot);
                row = closed;
            }
            Err(mut open) => {
                (row.hash, row.key) = (open.instance.hash, open.instance.key);
                open.place = self.pool.free_room(open.place);
                self.pool.open[slot as usize] = Some(open);
            }
        }
        self.order.set(index, row);
        packing.look_at(self, index, row);
    }

    /// A list of new rows is complete, all but the last closed if they are like others. Nothing: none of them are.
    pub(in crate::shape) fn complete(&mut self) -> Option<()> {
        if self.pool.structures.is_empty() {
            return None;
        }
        if self.order.len() >= LONG {
            self.rebuild();
        }
        self.order.shrink();
        // With room for the last one.
        let cells = &mut self.pool.cells;
        cells.shrink_to(cells.len() + MANY);
        Some(())
    }

    /// The rows of a list of which none is closed.
    pub(in crate::shape) fn into_open(mut self) -> Vec<Instance> {
        let slots = (0..self.order.len()).map(|index| self.order.row(index).base as usize);
        let open = slots.filter_map(|slot| self.pool.open.get_mut(slot)?.take());
        open.map(|open| open.instance).collect()
    }

    /// Keeps no hashes of texts.
    fn coarsen(&mut self) {
        // What is common to a few rows is no more than what they are.
        self.learn_rest(1);
        for index in 0..self.order.len() {
            let mut row = self.order.row(index);
            if !row.is_open() {
                row = self.pool.coarse(row);
                self.order.set(index, row);
            }
        }
        self.rebuild();
        self.order.shrink();
        self.pool.kinds.shrink_to_fit();
        self.pool.structures.shrink_to_fit();
        self.pool.open.shrink_to_fit();
        self.pool.free.shrink_to_fit();
    }

    /// Drops hashes that no row has any more.
    fn rebuild(&mut self) {
        let mut cells = Vec::with_capacity(self.pool.cells.len().saturating_sub(self.pool.unused));
        for index in 0..self.order.len() {
            let mut row = self.order.row(index);
            let kept = if row.is_open() {
                let open = self.pool.open[row.base as usize].as_mut();
                let Some(room) = open.and_then(|open| open.place.as_mut()) else {
                    continue;
                };
                let first = std::mem::replace(&mut room.0, cells.len() as u32) as usize;
                &self.pool.cells[first..first + room.1 as usize]
            } else {
                self.pool.kept(row)
            };
            let place = cells.len() as u32;
            cells.extend_from_slice(kept);
            if !row.is_open() {
                row.place = if kept.is_empty() { 0 } else { place };
                self.order.set(index, row);
            }
        }
        self.pool.cells = cells;
        self.pool.unused = 0;
    }
}

/// Rows of a list that are packed together.
pub(super) struct Bulk {
    is_long: bool,
    flat: Flat,
    samples: Samples,
    /// The structure of a row that is to be looked at.
    sample: Option<u16>,
}

/// What rows are packed with.
pub(super) type Tools<'t> = (&'t Cache, &'t mut Store, &'t Context);

impl Bulk {
    /// For a list of so many.
    pub(super) fn new(count: usize) -> Self {
        Self {
            is_long: count >= LONG,
            flat: Flat::default(),
            samples: Samples::default(),
            sample: None,
        }
    }

    /// Closes a row if it is like others.
    fn pack(
        &mut self,
        pool: &mut Pool,
        (cache, store, context): Tools<'_>,
        mut open: Open,
    ) -> Result<Row, Open> {
        self.sample = None;
        let (instance, flat) = (&open.instance, &mut self.flat);
        let structure = if flat.read(cache, store, instance) {
            let what = (cache, &*store, context);
            pool.structure(flat, instance, what, &mut self.samples)
        } else {
            None
        };
        let Some(structure) = structure else {
            cache.settle_instance(store, &mut open.instance);
            return Err(open);
        };
        let hashes = (instance.hash, instance.key);
        cache.give_back(store, instance);
        let is_coarse = self.is_coarse(pool, structure) && open.place.is_none();
        let words = self.flat.parts();
        Ok(pool.close(words, structure, is_coarse, hashes, open.place))
    }

    /// Whether the hashes of texts are not kept of a new row.
    fn is_coarse(&mut self, pool: &mut Pool, structure: u16) -> bool {
        self.sample = self.samples.has(structure).then_some(structure);
        if self.sample.is_none() && !pool.structures[structure as usize].is_learned {
            pool.late += 1;
        }
        self.is_long && self.sample.is_none()
    }

    /// Adds a new row that is taken apart.
    pub(super) fn add(
        &mut self,
        rows: &mut Rows,
        structure: u16,
        (words, base): (&mut [u64], u32),
        hashes: (u64, u64),
    ) {
        let is_coarse = self.is_coarse(&mut rows.pool, structure);
        let fine = (!is_coarse)
            .then(|| rows.pool.add(structure, (words, base), hashes))
            .flatten();
        let row = fine.unwrap_or_else(|| {
            let pool = &mut rows.pool;
            pool.close((words, base), structure, is_coarse, hashes, None)
        });
        rows.order.push(row);
        self.look_at(rows, rows.order.len() - 1, row);
    }

    /// Looks at the row that was closed last if not enough of its structure are known.
    fn look_at(&mut self, rows: &mut Rows, index: usize, row: Row) {
        let Some(structure) = self.sample else { return };
        if let Some(mut some) = self.samples.add(structure, index, row) {
            rows.pool.learn(structure, &mut some, self.is_long);
            for (index, row) in some {
                rows.order.set(index, row);
            }
        }
    }
}
