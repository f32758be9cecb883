//! Many items of one list, in arrays.
//!
//! Most rows of a list differ in a few texts only: their elements are the same, and are numbered in the same way from the
//! number of the first. What rows have in common is kept once ([`Structure`]): the shapes of a row and of the regions
//! inside it, the numbers of their nodes from the first one, the names of attributes that come and go, and the hashes that
//! are the same in most rows. A row itself is then a hash, a key, a number, and the hashes that differ.
//!
//! A row of which a render changes no more than texts and attributes is changed where it is. Any other is opened for it, as
//! an [`Instance`] with cells in the [`Store`], and packed again when all is compared. One that is not like the others stays
//! open.
//!
//! Invariants:
//! - A closed row has no text and no start tag in the store, no markup in it, and no list that is itself packed.
//! - An order has one entry for each row in each of its arrays that is not empty.

mod layout;
mod learn;
mod making;
mod order;
mod pack;
mod plain;
mod settle;

use smallvec::SmallVec;

use super::instance::{Instance, MARKUP, Tops};
use super::items::Summary;
use super::shapes::Cache;
use super::store::Store;
use crate::NodeId;
use crate::html::Context;

pub(super) use layout::{MOST, Packing};
pub(super) use making::Making;
pub(super) use order::{Order, Row};
pub(super) use plain::PlainRow;
pub(super) use settle::coarsen;

/// No run of text has this hash, nor has any region: what is not known.
pub(super) const UNKNOWN: u64 = u64::MAX;

/// The kind of a row that is open.
const OPEN: u16 = u16::MAX;

/// Rows in their order, and what they have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) order: Order,
    pub(super) pool: Pool,
}

/// What rows consist of.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    structures: Vec<Structure>,
    kinds: Vec<Kind>,
    /// The hashes in which rows differ.
    cells: Vec<u64>,
    /// How many of these no row has any more.
    unused: usize,
    /// How many rows came of structures of which not enough rows were known.
    late: u32,
    /// Rows that are open.
    open: Vec<Option<Open>>,
    free: Vec<u32>,
}

/// A row that is open.
#[derive(Clone, Debug)]
struct Open {
    instance: Instance,
    /// Where its hashes were while it was closed, and how many.
    place: Option<(u32, u8)>,
}

/// What rows of one structure have in common.
#[derive(Clone, Debug)]
struct Structure {
    /// The shapes and the numbers of the nodes, as [`layout`] writes them.
    signature: Box<[u32]>,
    /// The names of the attributes of each start tag that is kept, on a line.
    names: Box<str>,
    /// That of the row, and those of the regions in it.
    shapes: SmallVec<[u32; 4]>,
    is_bare: bool,
    /// The hashes that are the same in most of the rows, as far as there are such.
    common: Box<[u64]>,
    /// Which of the hashes these are.
    has_common: u64,
    /// Those of them that are the key of the row in most of the rows: they are kept as what makes the key of them, 0 in common.
    are_key: u64,
    /// Whether this was found out.
    is_learned: bool,
    /// Those that a coarse row does without.
    soft: u64,
    /// From the number of the first node, the nodes that are not inside others, and all nodes.
    tops: SmallVec<[u32; 2]>,
    nodes: Box<[u32]>,
}

/// Rows of one structure that differ from it in the same hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    structure: u16,
    /// Whether the soft hashes among those that differ are not known.
    is_coarse: bool,
    /// The hashes that differ.
    differs: u64,
}

impl Pool {
    fn kind(&self, row: Row) -> (Kind, &Structure) {
        let kind = self.kinds[row.kind as usize];
        (kind, &self.structures[kind.structure as usize])
    }

    fn opened(&self, row: Row) -> Option<&Instance> {
        let open = self.open.get(row.base as usize)?.as_ref();
        open.map(|open| &open.instance)
    }

    #[inline]
    pub(super) fn summary(&self, row: Row) -> Summary {
        let (shape, is_bare) = if row.is_open() {
            let open = self.opened(row);
            open.map_or((MARKUP, false), |one| (one.shape, one.is_bare))
        } else {
            let (_, structure) = self.kind(row);
            (structure.shapes[0], structure.is_bare)
        };
        Summary {
            hash: row.hash,
            key: row.key,
            shape,
            is_bare,
        }
    }

    pub(super) fn tops(&self, row: Row, cache: &Cache, store: &Store, context: &Context) -> Tops {
        if row.is_open() {
            let open = self.opened(row);
            return open.map_or_else(Tops::new, |open| cache.tops(store, open, context));
        }
        let tops = &self.kind(row).1.tops;
        tops.iter()
            .map(|top| NodeId(row.base.wrapping_add(*top)))
            .collect()
    }

    /// The hashes that are kept of a closed row.
    fn kept(&self, row: Row) -> &[u64] {
        let (kind, structure) = self.kind(row);
        let count = kind.kept(structure).count_ones() as usize;
        &self.cells[row.place as usize..row.place as usize + count]
    }

    /// Opens a row, to be changed; its entry in an order.
    pub(super) fn open_row(&mut self, row: Row, cache: &Cache, store: &mut Store) -> Row {
        if row.is_open() {
            return row;
        }
        let instance = self.build(row, cache, store);
        let room = self.kept(row).len() as u8;
        self.add_open(Open {
            instance,
            place: Some((row.place, room)),
        })
    }

    /// A row that is open, to be changed.
    pub(super) fn opened_mut(&mut self, row: Row) -> Option<&mut Instance> {
        let open = self.open.get_mut(row.base as usize)?.as_mut()?;
        open.instance.is_changed = true;
        Some(&mut open.instance)
    }

    /// Removes a row.
    pub(super) fn remove(&mut self, row: Row, cache: &Cache, store: &mut Store) {
        if !row.is_open() {
            self.unused += self.kept(row).len();
        } else if let Some(open) = self.open.get_mut(row.base as usize).and_then(Option::take) {
            cache.release(store, &open.instance);
            self.free_room(open.place);
            self.free.push(row.base);
        }
    }

    /// Gives the place back where hashes were.
    fn free_room(&mut self, room: Option<(u32, u8)>) -> Option<(u32, u8)> {
        self.unused += room.map_or(0, |(_, count)| count as usize);
        None
    }

    /// Keeps a row open; its entry in an order.
    fn add_open(&mut self, open: Open) -> Row {
        let row = Row {
            hash: open.instance.hash,
            key: open.instance.key,
            base: self.free.pop().unwrap_or(self.open.len() as u32),
            kind: OPEN,
            place: 0,
        };
        if row.base as usize == self.open.len() {
            self.open.push(Some(open));
        } else {
            self.open[row.base as usize] = Some(open);
        }
        row
    }

    /// The rows that are open.
    pub(super) fn open(&self) -> impl Iterator<Item = &Instance> {
        self.open.iter().flatten().map(|open| &open.instance)
    }

    pub(super) fn open_mut(&mut self) -> impl Iterator<Item = &mut Instance> {
        let open = self.open.iter_mut().flatten();
        open.map(|open| &mut open.instance)
    }
}

impl Kind {
    /// The hashes that are kept of a row of this kind.
    fn kept(self, structure: &Structure) -> u64 {
        if self.is_coarse {
            self.differs & !structure.soft
        } else {
            self.differs
        }
    }
}

impl Rows {
    /// A row to be changed.
    pub(super) fn open(
        &mut self,
        index: usize,
        cache: &Cache,
        store: &mut Store,
    ) -> Option<&mut Instance> {
        let mut row = self.order.row(index);
        if !row.is_open() {
            row = self.pool.open_row(row, cache, store);
            self.order.set(index, row);
        }
        self.pool.opened_mut(row)
    }

    /// Adds a row.
    pub(super) fn push(&mut self, instance: Instance) {
        let place = None;
        let row = self.pool.add_open(Open { instance, place });
        self.order.push(row);
    }

    /// For each row its hash, or 0 where a condition is not met that depends on its shape and on whether it is bare.
    pub(super) fn hashes_of(&self, mut is_met: impl FnMut(Summary) -> bool) -> Vec<u64> {
        let met = |kind: &Kind| {
            let structure = &self.pool.structures[kind.structure as usize];
            is_met(Summary {
                hash: 0,
                key: 0,
                shape: structure.shapes[0],
                is_bare: structure.is_bare,
            })
        };
        let met: Vec<bool> = self.pool.kinds.iter().map(met).collect();
        let mut hashes = self.order.hashes().to_vec();
        if self.pool.open().next().is_some() || met.contains(&false) {
            for (index, hash) in hashes.iter_mut().enumerate() {
                let row = self.order.row(index);
                let is_met = if row.is_open() {
                    is_met(self.pool.summary(row))
                } else {
                    met[row.kind as usize]
                };
                if !is_met {
                    *hash = 0;
                }
            }
        }
        hashes
    }

    /// Calls `visit` with each row, or with one of the same structure.
    pub(super) fn each_alike(&self, cache: &Cache, visit: &mut impl FnMut(&Instance)) {
        let mut built: Vec<Option<Instance>> = vec![None; self.pool.structures.len()];
        for index in 0..self.order.len() {
            let row = self.order.row(index);
            if row.is_open() {
                self.pool.opened(row).into_iter().for_each(&mut *visit);
                continue;
            }
            let (kind, _) = self.pool.kind(row);
            let alike = built[kind.structure as usize]
                .get_or_insert_with(|| self.pool.build(row, cache, &mut Store::default()));
            visit(alike);
        }
    }

    /// Calls `visit` with each row that may have bound controls, and with the store that its cells are in.
    pub(super) fn each_bound(
        &self,
        cache: &Cache,
        store: &Store,
        visit: &mut impl FnMut(&Store, &Instance),
    ) {
        let is_bound = |shape: &u32| !cache.shape(*shape).bound.is_empty();
        let bound = |one: &Structure| one.shapes.iter().any(is_bound);
        let bound: Vec<bool> = self.pool.structures.iter().map(bound).collect();
        if !bound.contains(&true) && self.pool.open().next().is_none() {
            return;
        }
        for index in 0..self.order.len() {
            let row = self.order.row(index);
            if row.is_open() {
                if let Some(open) = self.pool.opened(row) {
                    visit(store, open);
                }
            } else if bound[self.pool.kind(row).0.structure as usize] {
                let mut store = Store::default();
                let row = self.pool.build(row, cache, &mut store);
                visit(&store, &row);
            }
        }
    }

    /// Calls `visit` with the rows that are open, and `closed` with the numbers of the nodes of others.
    pub(super) fn each_number(&self, mut visit: impl FnMut(Result<&Instance, u32>)) {
        for index in 0..self.order.len() {
            let row = self.order.row(index);
            if row.is_open() {
                self.pool
                    .opened(row)
                    .into_iter()
                    .for_each(|open| visit(Ok(open)));
            } else {
                let nodes = self.pool.kind(row).1.nodes.iter();
                nodes.for_each(|node| visit(Err(row.base.wrapping_add(*node))));
            }
        }
    }

    /// Calls `visit` with the rows that are open, to change their hashes.
    pub(super) fn each_hash_mut(&mut self, mut visit: impl FnMut(&mut Instance)) {
        for index in 0..self.order.len() {
            let mut row = self.order.row(index);
            if row.is_open()
                && let Some(Some(open)) = self.pool.open.get_mut(row.base as usize)
            {
                visit(&mut open.instance);
                row.hash = open.instance.hash;
                self.order.set(index, row);
            }
        }
    }

    /// Whether a row has a shape of which something is true.
    pub(super) fn has_shape(&self, is_met: impl Fn(u32) -> bool) -> bool {
        let structures = self.pool.structures.iter();
        let met: Vec<bool> = structures
            .map(|one| one.shapes.iter().any(|shape| is_met(*shape)))
            .collect();
        let mut rows = (0..self.order.len()).map(|index| self.order.row(index));
        met.contains(&true)
            && rows.any(|row| {
                !row.is_open() && met[self.pool.kinds[row.kind as usize].structure as usize]
            })
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let pool = &self.pool;
        let structure = |one: &Structure| {
            size_of_val(&*one.signature)
                + one.names.len()
                + size_of_val(&*one.common)
                + size_of_val(&*one.nodes)
                + if one.tops.spilled() {
                    one.tops.capacity() * 4
                } else {
                    0
                }
        };
        self.order.bytes()
            + pool.structures.capacity() * size_of::<Structure>()
            + pool.structures.iter().map(structure).sum::<usize>()
            + pool.kinds.capacity() * size_of::<Kind>()
            + pool.cells.capacity() * 8
            + pool.open.capacity() * size_of::<Option<Open>>()
            + pool.open().map(Instance::bytes).sum::<usize>()
            + pool.free.capacity() * 4
    }
}
