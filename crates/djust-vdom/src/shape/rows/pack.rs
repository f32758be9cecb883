//! From an open row to a closed one.

use super::layout::{Flat, add_shapes};
use super::learn::Samples;
use super::{Kind, OPEN, Pool, Row, Structure};
use crate::html::Context;
use crate::shape::instance::Instance;
use crate::shape::shapes::Cache;
use crate::shape::store::Store;

/// How many structures the rows of a list may have; others stay open.
const STRUCTURES: usize = 64;

/// How many kinds they may have; others keep all of their hashes.
const KINDS: usize = 512;

impl Pool {
    /// The structure of a row that was taken apart.
    pub(super) fn structure(
        &mut self,
        flat: &Flat,
        row: &Instance,
        (cache, store, context): (&Cache, &Store, &Context),
        samples: &mut Samples,
    ) -> Option<u16> {
        let is_same =
            |one: &Structure| *one.signature == *flat.signature && *one.names == *flat.names;
        if let Some(found) = self.structures.iter().position(is_same) {
            return Some(found as u16);
        }
        if self.structures.len() == STRUCTURES {
            return None;
        }
        let mut shapes = smallvec::SmallVec::new();
        add_shapes(row, &mut shapes);
        let tops = cache.tops(store, row, context);
        let mut nodes = Vec::new();
        cache.numbers(store, row, context, &mut nodes);
        let from_first = |number: u32| number.wrapping_sub(flat.base);
        self.structures.push(Structure {
            signature: flat.signature.as_slice().into(),
            names: flat.names.as_str().into(),
            shapes,
            is_bare: row.is_bare,
            common: vec![0; flat.words().len()].into(),
            has_common: 0,
            are_key: 0,
            is_learned: false,
            // Others are compared whenever one beside them changes.
            soft: if row.is_bare && cache.shape(row.shape).can_pass() {
                flat.soft
            } else {
                0
            },
            tops: tops.iter().map(|top| from_first(top.0)).collect(),
            nodes: nodes.into_iter().map(from_first).collect(),
        });
        let made = self.structures.len() as u16 - 1;
        samples.begin(made);
        Some(made)
    }

    /// Keeps a row of a structure, its hashes where they were if there is room for them.
    pub(super) fn close(
        &mut self,
        (words, base): (&mut [u64], u32),
        structure: u16,
        is_coarse: bool,
        (hash, key): (u64, u64),
        room: Option<(u32, u8)>,
    ) -> Row {
        let info = &self.structures[structure as usize];
        for place in ones(info.are_key) {
            words[place as usize] ^= key;
        }
        let mut differs = 0;
        for (place, (word, common)) in words.iter().zip(&info.common).enumerate() {
            differs |= u64::from(word != common) << place;
        }
        differs |= all(info.common.len()) & !info.has_common;
        let kind = self.find_kind(Kind {
            structure,
            is_coarse,
            differs,
        });
        let kept = self.kinds[kind as usize].kept(&self.structures[structure as usize]);
        let words = ones(kept).map(|place| words[place as usize]);
        let count = kept.count_ones();
        let place = match room {
            Some((place, room)) if u32::from(room) == count => {
                let cells = &mut self.cells[place as usize..(place + count) as usize];
                cells
                    .iter_mut()
                    .zip(words)
                    .for_each(|(cell, word)| *cell = word);
                place
            }
            room => {
                let place = self.cells.len();
                if self.cells.capacity() < place + count as usize {
                    self.cells.reserve_exact(place / 8 + count as usize);
                }
                self.cells.extend(words);
                self.free_room(room);
                if count == 0 { 0 } else { place as u32 }
            }
        };
        Row {
            hash,
            key,
            base,
            kind,
            place,
        }
    }

    /// A row without the hashes of its texts.
    pub(super) fn coarse(&mut self, row: Row) -> Row {
        let (kind, structure) = self.kind(row);
        if kind.is_coarse {
            return row;
        }
        let (fine, soft) = (kind.differs, structure.soft);
        let mut place = row.place as usize;
        let mut left = place;
        for word in ones(fine) {
            if soft >> word & 1 == 0 {
                self.cells[left] = self.cells[place];
                left += 1;
            }
            place += 1;
        }
        self.unused += place - left;
        Row {
            kind: self.find_kind(Kind {
                is_coarse: true,
                ..kind
            }),
            ..row
        }
    }

    pub(super) fn find_kind(&mut self, mut kind: Kind) -> u16 {
        if let Some(found) = self.kinds.iter().position(|one| *one == kind) {
            return found as u16;
        }
        if self.kinds.len() >= KINDS {
            // There are at most two such kinds for each structure.
            kind.differs = all(self.structures[kind.structure as usize].common.len());
            if let Some(found) = self.kinds.iter().position(|one| *one == kind) {
                return found as u16;
            }
        }
        self.kinds.push(kind);
        debug_assert!(self.kinds.len() < OPEN as usize, "kinds have numbers");
        self.kinds.len() as u16 - 1
    }
}

/// The places of the bits that are set.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (place < u64::BITS).then_some(place)
    })
}

/// As many hashes.
fn all(count: usize) -> u64 {
    u64::MAX.checked_shr(64 - count as u32).unwrap_or(0)
}
