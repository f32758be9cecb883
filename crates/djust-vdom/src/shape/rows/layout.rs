//! A row as a sequence of numbers and one of hashes, and back.
//!
//! The first, its signature, says which regions it consists of and how their nodes are numbered. For a region: its shape,
//! flags, the number of its first node, where each stretch of its nodes begins if that is not regular, how many attributes
//! each start tag has that is [kept](crate::shape::tags), how many gaps have regions, and for each of these the gap, how
//! many regions, and the regions themselves. Numbers of nodes count from the first node of the row. The names of the
//! attributes stand beside it.

use smallvec::SmallVec;

use super::learn::Words;
use super::pack::ones;
use super::{Pool, Row, UNKNOWN};
use crate::shape::instance::{Instance, MARKUP, Numbers};
use crate::shape::items::Items;
use crate::shape::program::{NONE, Shape, Step, ValueCell, ValueKind};
use crate::shape::shapes::Cache;
use crate::shape::store::Store;
use crate::shape::tags::{NOT_KNOWN, Tag};

const IS_BARE: u32 = 1;
const HAS_NODE: u32 = 2;
pub(super) const HAS_STRETCHES: u32 = 4;

/// How many hashes a row may have.
pub(in crate::shape) const MOST: usize = 64;

/// What decides how instances of a shape are packed.
#[derive(Clone, Copy, Debug)]
pub(in crate::shape) struct Packing {
    /// Whether they can be.
    is_possible: bool,
    /// The cells that are runs of text, but that behind the last node: to send one again changes nothing in the page. That
    /// behind the last node is compared whenever something changes beside the region.
    runs: u64,
    /// The cell of the attribute that is the key.
    key: u32,
    /// The cells of start tags that are kept.
    tags: u64,
}

impl Packing {
    /// Whether instances can be packed, as far as the shape decides it.
    pub(in crate::shape) fn is_possible(self) -> bool {
        self.is_possible
    }

    /// The cell of the attribute that is the key; [`NONE`] where there is none.
    pub(in crate::shape) fn key(self) -> u32 {
        self.key
    }

    /// The cells of start tags that are kept.
    pub(super) fn tags(self) -> impl Iterator<Item = u32> {
        ones(self.tags)
    }

    pub(in crate::shape) fn of(shape: &Shape) -> Self {
        let is_plain = |kind: &ValueKind| !matches!(kind, ValueKind::Merged(_));
        let mut runs = 0;
        let mut last = None;
        for step in &shape.steps {
            if let Step::Begin(begin) = step {
                let before = last.replace(begin.cell);
                let before = before.filter(|cell| *cell < MOST as u32);
                runs |= before.map_or(0, |cell| 1 << cell);
            }
        }
        let is_attribute = |kind: &ValueKind| matches!(kind, ValueKind::Attribute { .. });
        let is_tag = |value: &&ValueCell| {
            matches!(value.kind, ValueKind::Tag { .. }) && value.cell < MOST as u32
        };
        let tags = shape.values.iter().filter(is_tag);
        let mut values = shape.values.iter();
        let key = values.find(|value| is_attribute(&value.kind) && value.parts == shape.key);
        Self {
            is_possible: shape.text.is_none()
                && shape.cells as usize <= MOST
                && shape.values.iter().all(|value| is_plain(&value.kind)),
            runs,
            key: key.map_or(NONE, |value| value.cell),
            tags: tags.fold(0, |tags, value| tags | 1 << value.cell),
        }
    }
}

/// A row, taken apart.
pub(super) struct Flat {
    pub(super) signature: SmallVec<[u32; 32]>,
    /// The names of the attributes of each start tag that is kept, on a line.
    pub(super) names: String,
    words: [u64; MOST],
    count: usize,
    /// The hashes that a coarse row does without.
    pub(super) soft: u64,
    /// Number of its first node.
    pub(super) base: u32,
}

impl Default for Flat {
    fn default() -> Self {
        Self {
            signature: SmallVec::new(),
            names: String::new(),
            words: [0; MOST],
            count: 0,
            soft: 0,
            base: 0,
        }
    }
}

impl Flat {
    /// Takes a row apart; whether it is one that can be packed.
    pub(super) fn read(&mut self, cache: &Cache, store: &Store, row: &Instance) -> bool {
        self.signature.clear();
        self.names.clear();
        self.count = 0;
        self.soft = 0;
        self.base = row.base;
        // One without nodes is compared with every render.
        row.has_node() && self.add(cache, store, row)
    }

    /// Its hashes, and the number of its first node.
    pub(super) fn parts(&mut self) -> (&mut [u64], u32) {
        (&mut self.words[..self.count], self.base)
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words[..self.count]
    }

    #[inline]
    fn word(&mut self, word: u64) -> bool {
        let is_room = self.count < MOST;
        if is_room {
            self.words[self.count] = word;
            self.count += 1;
        }
        is_room
    }

    /// Adds a start tag.
    fn tag(&mut self, tag: &Tag) -> bool {
        self.signature.push(tag.values.len() as u32);
        self.names.push_str(&tag.names);
        self.names.push('\n');
        tag.values.iter().all(|value| self.word(*value))
    }

    fn add(&mut self, cache: &Cache, store: &Store, instance: &Instance) -> bool {
        if instance.shape == MARKUP {
            return false;
        }
        let shape = cache.shape(instance.shape);
        let packing = shape.packing();
        let cells = shape.cells as usize;
        if !packing.is_possible || self.count + cells > MOST {
            return false;
        }
        let stretches = match instance.numbers() {
            Numbers::Regular => &[][..],
            Numbers::Stretches(first) => {
                &store.numbers[first as usize..first as usize + shape.stretches.len()]
            }
            Numbers::Nodes(_) => return false,
        };
        let flag = |is_set: bool, flag: u32| if is_set { flag } else { 0 };
        let base = self.base;
        let from_first = |number: u32| number.wrapping_sub(base);
        let first_node = instance.has_node().then_some(instance.base);
        self.signature.extend_from_slice(&[
            instance.shape,
            flag(instance.is_bare, IS_BARE)
                | flag(instance.has_node(), HAS_NODE)
                | flag(!stretches.is_empty(), HAS_STRETCHES),
            first_node.map_or(0, from_first),
        ]);
        if !stretches.is_empty() {
            let stretches = stretches.iter().map(|number| from_first(*number));
            self.signature.extend(stretches);
        }
        let (from, first) = (self.count, instance.cells as usize);
        self.words[from..from + cells].copy_from_slice(&store.cells[first..first + cells]);
        if packing.key != NONE {
            self.words[from + packing.key as usize] ^= instance.key;
        }
        if cells > 0 {
            self.soft |= packing.runs << from;
        }
        self.count += cells;
        for cell in packing.tags() {
            let place = std::mem::take(&mut self.words[from + cell as usize]);
            if !store.tags.get(place).is_some_and(|tag| self.tag(tag)) {
                return false;
            }
        }
        let gaps = instance.gaps();
        self.signature.push(gaps.len() as u32);
        for filled in gaps {
            let Items::Few(items) = &filled.items else {
                return false;
            };
            self.signature
                .push(filled.gap << 1 | u32::from(filled.has_text));
            self.signature.push(items.len() as u32);
            for item in items {
                // One alone is found without its hash.
                if items.len() == 1 && self.count < MOST {
                    self.soft |= 1 << self.count;
                }
                if !self.word(item.hash) || !self.word(item.key) || !self.add(cache, store, item) {
                    return false;
                }
            }
        }
        true
    }
}

/// Adds the shapes of a row and of the regions in it.
pub(super) fn add_shapes(instance: &Instance, shapes: &mut SmallVec<[u32; 4]>) {
    shapes.push(instance.shape);
    for filled in instance.gaps() {
        if let Items::Few(items) = &filled.items {
            for item in items {
                add_shapes(item, shapes);
            }
        }
    }
}

/// A row that is put together.
struct Building<'b> {
    cache: &'b Cache,
    store: &'b mut Store,
    signature: std::slice::Iter<'b, u32>,
    names: std::str::Split<'b, char>,
    words: Words<'b>,
    base: u32,
}

impl Pool {
    /// Puts a row of a structure together of all its hashes, with cells in a store.
    pub(super) fn build_of(
        &self,
        structure: u16,
        (words, base): (&[u64], u32),
        (hash, key): (u64, u64),
        cache: &Cache,
        store: &mut Store,
    ) -> Instance {
        let info = &self.structures[structure as usize];
        let mut building = Building {
            cache,
            store,
            signature: info.signature.iter(),
            names: info.names.split('\n'),
            words: Words::all(words),
            base,
        };
        building.instance(hash, key)
    }

    /// Puts a closed row together, with cells in a store.
    pub(super) fn build(&self, row: Row, cache: &Cache, store: &mut Store) -> Instance {
        let (_, structure) = self.kind(row);
        let mut building = Building {
            cache,
            store,
            signature: structure.signature.iter(),
            words: self.words(row),
            names: structure.names.split('\n'),
            base: row.base,
        };
        building.instance(row.hash, row.key)
    }
}

impl Building<'_> {
    fn number(&mut self) -> u32 {
        self.signature.next().copied().unwrap_or(0)
    }

    fn word(&mut self) -> u64 {
        self.words.next().unwrap_or(UNKNOWN)
    }

    fn instance(&mut self, hash: u64, key: u64) -> Instance {
        let (shape, flags, base) = (self.number(), self.number(), self.number());
        let info = self.cache.shape(shape);
        let mut instance = Instance {
            hash,
            key,
            shape,
            base: if flags & HAS_NODE == 0 {
                NONE
            } else {
                self.base.wrapping_add(base)
            },
            cells: self.store.add_cells(info.cells),
            is_bare: flags & IS_BARE != 0,
            is_changed: true,
            extra: None,
        };
        if flags & HAS_STRETCHES != 0 {
            let first = self.store.numbers.len() as u32;
            for _ in &info.stretches {
                let number = self.base.wrapping_add(self.number());
                self.store.numbers.push(number);
            }
            instance.set_numbers(Numbers::Stretches(first));
        }
        let key_cell = info.packing().key;
        for cell in 0..info.cells {
            let word = self.word();
            let is_key = cell == key_cell;
            *self.store.cell(instance.cells + cell) = if is_key { word ^ key } else { word };
        }
        for cell in info.packing().tags() {
            let values = 0..self.number();
            let tag = Tag {
                hash: NOT_KNOWN,
                names: self.names.next().unwrap_or_default().into(),
                values: values.map(|_| self.word()).collect(),
            };
            *self.store.cell(instance.cells + cell) = self.store.tags.add(tag);
        }
        for _ in 0..self.number() {
            let (gap, count) = (self.number(), self.number());
            let items = (0..count).map(|_| {
                let (hash, key) = (self.word(), self.word());
                self.instance(hash, key)
            });
            let items = Items::Few(items.collect());
            instance.put_items(gap >> 1, items, gap & 1 == 1);
        }
        instance
    }
}
