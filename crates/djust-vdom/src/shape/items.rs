//! The regions in a gap, as they are kept between two renders.

use super::instance::{Instance, Tops};
use super::rows::Rows;
use super::shapes::Cache;
use super::store::Store;
use crate::html::Context;

/// The regions in a gap.
#[derive(Clone, Debug)]
pub(super) enum Items {
    Few(Vec<Instance>),
    /// Many that have much in common.
    Rows(Box<Rows>),
}

/// No regions.
pub(super) static NO_ITEMS: Items = Items::Few(Vec::new());

/// What a list is compared by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    pub(super) hash: u64,
    /// Hash of its key; 0 without one.
    pub(super) key: u64,
    pub(super) shape: u32,
    pub(super) is_bare: bool,
}

impl Default for Items {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Items {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(items) => items.len(),
            Self::Rows(rows) => rows.order.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of a few.
    pub(super) fn first(&self) -> Option<&Instance> {
        match self {
            Self::Few(items) => items.first(),
            Self::Rows(_) => None,
        }
    }

    #[inline]
    pub(super) fn hash(&self, index: usize) -> u64 {
        match self {
            Self::Few(items) => items[index].hash,
            Self::Rows(rows) => rows.order.hash(index),
        }
    }

    pub(super) fn summary(&self, index: usize) -> Summary {
        match self {
            Self::Few(items) => items[index].summary(),
            Self::Rows(rows) => rows.pool.summary(rows.order.row(index)),
        }
    }

    /// For each its hash, or 0 where a condition is not met.
    pub(super) fn hashes_of(&self, mut is_met: impl FnMut(Summary) -> bool) -> Vec<u64> {
        match self {
            Self::Few(items) => {
                let hash = |item: &Instance| is_met(item.summary()).then_some(item.hash);
                let hashes = items.iter().map(hash);
                hashes.map(Option::unwrap_or_default).collect()
            }
            Self::Rows(rows) => rows.hashes_of(is_met),
        }
    }

    /// Whether each has a node of its own, whatever is in its gaps.
    pub(super) fn have_nodes(&self) -> bool {
        match self {
            Self::Few(items) => items.iter().all(Instance::has_node),
            Self::Rows(rows) => rows.pool.open().all(Instance::has_node),
        }
    }

    /// One of them, to be changed.
    pub(super) fn open(
        &mut self,
        index: usize,
        cache: &Cache,
        store: &mut Store,
    ) -> Option<&mut Instance> {
        match self {
            Self::Few(items) => items.get_mut(index),
            Self::Rows(rows) => rows.open(index, cache, store),
        }
    }

    /// Calls `visit` with each, or with one that has the same structure: other hashes and numbers.
    pub(super) fn each_alike(&self, cache: &Cache, mut visit: impl FnMut(&Instance)) {
        match self {
            Self::Few(items) => items.iter().for_each(visit),
            Self::Rows(rows) => rows.each_alike(cache, &mut visit),
        }
    }

    /// Calls `visit` with each that may have bound controls, in their order, and with the store that its cells are in.
    pub(super) fn each_bound(
        &self,
        cache: &Cache,
        store: &Store,
        mut visit: impl FnMut(&Store, &Instance),
    ) {
        match self {
            Self::Few(items) => items.iter().for_each(|item| visit(store, item)),
            Self::Rows(rows) => rows.each_bound(cache, store, &mut visit),
        }
    }

    /// Calls `visit` with each that is not known by its structure alone.
    pub(super) fn each_open<'i>(&'i self, visit: impl FnMut(&'i Instance)) {
        match self {
            Self::Few(items) => items.iter().for_each(visit),
            Self::Rows(rows) => rows.pool.open().for_each(visit),
        }
    }

    /// As [`each_open`](Self::each_open), to be changed.
    pub(super) fn each_open_mut(&mut self, visit: impl FnMut(&mut Instance)) {
        match self {
            Self::Few(items) => items.iter_mut().for_each(visit),
            Self::Rows(rows) => rows.pool.open_mut().for_each(visit),
        }
    }

    /// Calls `visit` with each that is not known by its structure alone, to change its hash.
    pub(super) fn each_hash_mut(&mut self, visit: impl FnMut(&mut Instance)) {
        match self {
            Self::Few(items) => items.iter_mut().for_each(visit),
            Self::Rows(rows) => rows.each_hash_mut(visit),
        }
    }

    /// The nodes of one that are not inside others of it.
    pub(super) fn tops(
        &self,
        index: usize,
        cache: &Cache,
        store: &Store,
        context: &Context,
    ) -> Tops {
        match self {
            Self::Few(items) => cache.tops(store, &items[index], context),
            Self::Rows(rows) => rows.pool.tops(rows.order.row(index), cache, store, context),
        }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Few(items) => {
                items.capacity() * size_of::<Instance>()
                    + items.iter().map(Instance::bytes).sum::<usize>()
            }
            Self::Rows(rows) => size_of::<Rows>() + rows.bytes(),
        }
    }
}
