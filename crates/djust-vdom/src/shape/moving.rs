//! A list on its way from one order of items to another.

use std::ops::Range;

use super::instance::{Instance, MARKUP, Tops};
use super::items::{Items, Summary};
use super::rows::{Order, Rows};
use super::shapes::Cache;
use super::store::Store;
use crate::NodeId;
use crate::html::Context;

/// Regions that come to stand in another order.
pub(super) enum Moving {
    Few {
        olds: Vec<Option<Instance>>,
        made: Vec<Instance>,
    },
    Rows {
        olds: Order,
        made: Box<Rows>,
    },
}

impl Moving {
    /// From the ones there are to a list of this length.
    pub(super) fn new(olds: Items, count: usize) -> Self {
        match olds {
            Items::Few(olds) => Self::Few {
                olds: olds.into_iter().map(Some).collect(),
                made: Vec::with_capacity(count),
            },
            Items::Rows(mut made) => Self::Rows {
                olds: std::mem::replace(&mut made.order, Order::with_capacity(count)),
                made,
            },
        }
    }

    /// From none to a long list of rows that are alike.
    pub(super) fn rows(count: usize) -> Self {
        Self::Rows {
            olds: Order::default(),
            made: Box::new(Rows {
                order: Order::with_capacity(count),
                ..Rows::default()
            }),
        }
    }

    pub(super) fn hash(&self, index: usize) -> u64 {
        match self {
            Self::Few { olds, .. } => olds[index].as_ref().map_or(0, |old| old.hash),
            Self::Rows { olds, .. } => olds.hash(index),
        }
    }

    /// One of the old ones that was not taken.
    pub(super) fn summary(&self, index: usize) -> Summary {
        match self {
            Self::Few { olds, .. } => olds[index].as_ref().map_or(
                Summary {
                    hash: 0,
                    key: 0,
                    shape: MARKUP,
                    is_bare: false,
                },
                Instance::summary,
            ),
            Self::Rows { olds, made } => made.pool.summary(olds.row(index)),
        }
    }

    /// Takes one of the old ones into the new list, to be changed.
    pub(super) fn open(
        &mut self,
        index: usize,
        cache: &Cache,
        store: &mut Store,
    ) -> Option<&mut Instance> {
        match self {
            Self::Few { olds, made } => {
                made.push(olds[index].take()?);
                made.last_mut()
            }
            Self::Rows { olds, made } => {
                let row = made.pool.open_row(olds.row(index), cache, store);
                made.order.push(row);
                made.pool.opened_mut(row)
            }
        }
    }

    /// Takes some of the old ones into the new list, as they are.
    pub(super) fn pass(&mut self, range: Range<usize>) {
        match self {
            Self::Few { olds, made } => {
                made.extend(olds[range].iter_mut().filter_map(Option::take));
            }
            Self::Rows { olds, made } => made.order.extend(olds, range),
        }
    }

    /// Adds one to the new list.
    pub(super) fn push(&mut self, item: Instance) {
        match self {
            Self::Few { made, .. } => made.push(item),
            Self::Rows { made, .. } => made.push(item),
        }
    }

    /// Removes one of the old ones.
    pub(super) fn remove(&mut self, index: usize, cache: &Cache, store: &mut Store) {
        match self {
            Self::Few { olds, .. } => {
                if let Some(old) = olds[index].take() {
                    cache.release(store, &old);
                }
            }
            Self::Rows { olds, made } => made.pool.remove(olds.row(index), cache, store),
        }
    }

    /// The nodes of an old one that are not inside others of it.
    pub(super) fn old_tops(
        &self,
        index: usize,
        cache: &Cache,
        store: &Store,
        context: &Context,
    ) -> Tops {
        match self {
            Self::Few { olds, .. } => olds[index]
                .as_ref()
                .map_or_else(Tops::new, |old| cache.tops(store, old, context)),
            Self::Rows { olds, made } => made.pool.tops(olds.row(index), cache, store, context),
        }
    }

    /// The first node of the new list from a place on.
    pub(super) fn first_node(
        &self,
        from: usize,
        cache: &Cache,
        store: &Store,
        context: &Context,
    ) -> Option<NodeId> {
        (from..self.len()).find_map(|index| {
            self.made_tops(index, cache, store, context)
                .first()
                .copied()
        })
    }

    /// The last node of the last one in the new list.
    pub(super) fn last_node(
        &self,
        cache: &Cache,
        store: &Store,
        context: &Context,
    ) -> Option<NodeId> {
        let last = self.len().checked_sub(1)?;
        self.made_tops(last, cache, store, context).last().copied()
    }

    fn made_tops(&self, index: usize, cache: &Cache, store: &Store, context: &Context) -> Tops {
        match self {
            Self::Few { made, .. } => cache.tops(store, &made[index], context),
            Self::Rows { made, .. } => made.pool.tops(made.order.row(index), cache, store, context),
        }
    }

    /// How many the new list has so far.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few { made, .. } => made.len(),
            Self::Rows { made, .. } => made.order.len(),
        }
    }

    pub(super) fn finish(self) -> Items {
        match self {
            Self::Few { made, .. } => Items::Few(made),
            Self::Rows { made, .. } if made.order.is_empty() => Items::default(),
            Self::Rows { olds, mut made } => {
                if olds.is_empty() && made.complete().is_none() {
                    return Items::Few(made.into_open());
                }
                Items::Rows(made)
            }
        }
    }
}
