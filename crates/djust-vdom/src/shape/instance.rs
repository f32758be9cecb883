//! What is kept of a page between two renders.

use smallvec::SmallVec;

use super::items::{Items, NO_ITEMS, Summary};
use super::merged;
use super::parsed::Parsed;
use super::program::{NONE, Shape, ValueKind};
use super::shapes::Cache;
use super::store::Store;
use crate::NodeId;
use crate::html::Context;
use crate::ids::Checksum;

/// A region as the page shows it.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// Hash of what was written.
    pub(super) hash: u64,
    /// Hash of its key; 0 without one.
    pub(super) key: u64,
    /// Number of its shape, or [`MARKUP`].
    pub(super) shape: u32,
    /// Number of its first node, or [`NONE`].
    pub(super) base: u32,
    /// Its first cell.
    pub(super) cells: u32,
    /// Whether it begins and ends with text of the template.
    pub(super) is_bare: bool,
    /// Whether a render has gone through it since all was packed.
    pub(super) is_changed: bool,
    /// What most instances do not have.
    pub(super) extra: Option<Box<Extra>>,
}

/// What an instance has beside its cells and the number of its first node.
#[derive(Clone, Debug, Default)]
pub(super) struct Extra {
    numbers: Numbers,
    /// The regions in its gaps, where there are any.
    gaps: Vec<Filled>,
}

/// Numbers of nodes that are siblings.
pub(super) type Tops = SmallVec<[NodeId; 2]>;

/// Stands for the shape of markup that came in a value.
pub(super) const MARKUP: u32 = u32::MAX;

/// How its nodes are numbered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Numbers {
    /// One after the other from the base.
    #[default]
    Regular,
    /// Each stretch from a number of its own, kept from this place on.
    Stretches(u32),
    /// Each node by itself, kept from this place on. For markup their count comes first.
    Nodes(u32),
}

/// The regions in a gap.
#[derive(Clone, Debug)]
pub(super) struct Filled {
    /// The gap, by its number among those for regions.
    pub(super) gap: u32,
    /// Whether there is text beside the regions.
    pub(super) has_text: bool,
    pub(super) items: Items,
}

/// What a cell is the place of.
#[derive(Clone, Copy)]
enum Kept {
    Text,
    Tag,
    /// The next one is the place of a text.
    Merged,
}

/// Cells of markup from a value: the hash of the run behind it, and its text.
pub(super) const MARKUP_CELLS: u32 = 2;

impl Cache {
    /// The numbers of an instance's nodes that are not inside others of it.
    pub(super) fn tops(&self, store: &Store, instance: &Instance, context: &Context) -> Tops {
        let mut tops = Tops::new();
        self.collect_tops(store, instance, context, &mut tops);
        tops
    }

    fn collect_tops(&self, store: &Store, instance: &Instance, context: &Context, tops: &mut Tops) {
        if instance.shape == MARKUP {
            tops.extend(
                Parsed::of(instance, store, context)
                    .iter()
                    .flat_map(Parsed::tops),
            );
            return;
        }
        let shape = self.shape(instance.shape);
        if let [first, rest @ ..] = shape.outline.as_slice()
            && first.name.is_some()
            && !rest.iter().any(|item| item.is_top)
        {
            tops.push(instance.node(shape, store, 0));
            return;
        }
        let (mut node, mut gap) = (0, 0);
        for item in &shape.outline {
            if item.name.is_some() {
                if item.is_top {
                    tops.push(instance.node(shape, store, node));
                }
                node += 1;
            } else {
                if item.is_top {
                    let context = &shape.gaps[gap as usize].context;
                    let items = instance.items(gap);
                    for index in 0..items.len() {
                        tops.extend(items.tops(index, self, store, context));
                    }
                }
                gap += 1;
            }
        }
    }

    /// Adds every numbered node to a sum, in document order.
    pub(super) fn sum(
        &self,
        store: &Store,
        instance: &Instance,
        context: Option<&Context>,
        sum: &mut Checksum,
    ) {
        if instance.shape == MARKUP {
            if let Some(parsed) = context.and_then(|context| Parsed::of(instance, store, context)) {
                parsed.names().for_each(|name| sum.add(name));
            }
            return;
        }
        let shape = self.shape(instance.shape);
        let (first, behind) = shape.sums();
        sum.append(*first);
        for (gap, between) in (shape.first_inside..).zip(behind) {
            let context = &shape.gaps[gap as usize].context;
            let items = instance.items(gap);
            items.each_alike(self, |inside| self.sum(store, inside, Some(context), sum));
            sum.append(*between);
        }
    }

    /// Gives back what an instance has in the arrays.
    pub(super) fn release(&self, store: &mut Store, instance: &Instance) {
        self.each_kept(instance, |cell, kept| {
            let place = *store.cell(cell);
            match kept {
                Kept::Text => drop(store.texts.take(place)),
                Kept::Tag => drop(store.tags.take(place)),
                Kept::Merged => merged::release(store, cell),
            }
        });
        if instance.shape == MARKUP {
            store.free_cells(instance.cells, MARKUP_CELLS);
            return;
        }
        store.free_cells(instance.cells, self.shape(instance.shape).cells);
        for filled in instance.gaps() {
            filled.items.each_open(|item| self.release(store, item));
        }
    }

    /// Calls `visit` with each cell of an instance that is the place of something.
    fn each_kept(&self, instance: &Instance, mut visit: impl FnMut(u32, Kept)) {
        let mut visit = |cell, kept| visit(instance.cells + cell, kept);
        if instance.shape == MARKUP {
            return visit(1, Kept::Text);
        }
        let shape = self.shape(instance.shape);
        if let Some(cell) = shape.text {
            visit(cell, Kept::Text);
        }
        for value in &shape.values {
            match value.kind {
                ValueKind::Tag { .. } => visit(value.cell, Kept::Tag),
                ValueKind::Merged(_) => visit(value.cell, Kept::Merged),
                _ => {}
            }
        }
    }

    /// Moves what an instance has in one store to another, which has no unused places.
    pub(super) fn compact(&self, instance: &mut Instance, from: &mut Store, to: &mut Store) {
        let (cells, numbers) = if instance.shape == MARKUP {
            let numbers = match instance.numbers() {
                Numbers::Nodes(kept) => from.numbers[kept as usize] + 1,
                _ => 0,
            };
            (MARKUP_CELLS, numbers)
        } else {
            let shape = self.shape(instance.shape);
            let numbers = match instance.numbers() {
                Numbers::Stretches(_) => shape.stretches.len() as u32,
                _ => shape.stretches.last().copied().unwrap_or_default(),
            };
            (shape.cells, numbers)
        };
        let first = if cells == 0 { 0 } else { to.cells.len() as u32 };
        let range = instance.cells as usize..(instance.cells + cells) as usize;
        to.cells.extend_from_slice(&from.cells[range]);
        instance.cells = first;
        self.each_kept(instance, |cell, kept| {
            let cell = cell + u32::from(matches!(kept, Kept::Merged));
            let place = *to.cell(cell);
            *to.cell(cell) = match kept {
                Kept::Text | Kept::Merged => from.texts.move_to(place, &mut to.texts),
                Kept::Tag => from.tags.move_to(place, &mut to.tags),
            };
        });
        let Some(extra) = &mut instance.extra else {
            return;
        };
        if let Numbers::Stretches(kept) | Numbers::Nodes(kept) = &mut extra.numbers {
            let first = to.numbers.len() as u32;
            let range = *kept as usize..(*kept + numbers) as usize;
            to.numbers.extend_from_slice(&from.numbers[range]);
            *kept = first;
        }
        for filled in &mut extra.gaps {
            filled
                .items
                .each_open_mut(|item| self.compact(item, from, to));
        }
    }
}

impl Instance {
    /// Whether it has a node of its own, whatever is in its gaps.
    pub(super) fn has_node(&self) -> bool {
        self.base != NONE
    }

    /// The number of a node of its shape.
    pub(super) fn node(&self, shape: &Shape, store: &Store, node: u32) -> NodeId {
        NodeId(match self.numbers() {
            Numbers::Regular => self.base + node,
            Numbers::Nodes(first) => store.numbers[(first + node) as usize],
            Numbers::Stretches(first) => {
                let stretch = shape.stretches.partition_point(|&end| end <= node);
                let begin = stretch
                    .checked_sub(1)
                    .map_or(0, |before| shape.stretches[before]);
                store.numbers[first as usize + stretch] + node - begin
            }
        })
    }

    /// How its nodes are numbered.
    pub(super) fn numbers(&self) -> Numbers {
        self.extra
            .as_ref()
            .map_or(Numbers::Regular, |extra| extra.numbers)
    }

    pub(super) fn set_numbers(&mut self, numbers: Numbers) {
        if numbers != self.numbers() {
            self.extra.get_or_insert_default().numbers = numbers;
        }
    }

    /// The gaps with regions in them.
    pub(super) fn gaps(&self) -> &[Filled] {
        self.extra.as_ref().map_or(&[], |extra| &extra.gaps)
    }

    pub(super) fn gaps_mut(&mut self) -> &mut [Filled] {
        self.extra.as_mut().map_or(&mut [], |extra| &mut extra.gaps)
    }

    /// What a list is compared by.
    pub(super) fn summary(&self) -> Summary {
        Summary {
            hash: self.hash,
            key: self.key,
            shape: self.shape,
            is_bare: self.is_bare,
        }
    }

    /// The regions in a gap.
    pub(super) fn items(&self, gap: u32) -> &Items {
        let gaps = self.gaps();
        match gaps.binary_search_by_key(&gap, |filled| filled.gap) {
            Ok(place) => &gaps[place].items,
            Err(_) => &NO_ITEMS,
        }
    }

    /// Takes the regions of a gap out, and whether there was text beside them.
    pub(super) fn take_items(&mut self, gap: u32) -> (Items, bool) {
        let gaps = self.gaps_mut();
        match gaps.binary_search_by_key(&gap, |filled| filled.gap) {
            Ok(place) => {
                let filled = &mut gaps[place];
                (std::mem::take(&mut filled.items), filled.has_text)
            }
            Err(_) => (Items::default(), false),
        }
    }

    /// Puts the regions of a gap in.
    pub(super) fn put_items(&mut self, gap: u32, items: Items, has_text: bool) {
        if items.is_empty() && self.extra.is_none() {
            return;
        }
        let filled = Filled {
            gap,
            has_text,
            items,
        };
        let extra = self.extra.get_or_insert_default();
        let gaps = &mut extra.gaps;
        match gaps.binary_search_by_key(&gap, |filled| filled.gap) {
            Ok(place) if filled.items.is_empty() => drop(gaps.remove(place)),
            Ok(place) => gaps[place] = filled,
            Err(_) if filled.items.is_empty() => {}
            Err(place) => {
                gaps.reserve_exact(1);
                gaps.insert(place, filled);
            }
        }
        if extra.gaps.is_empty() && extra.numbers == Numbers::Regular {
            self.extra = None;
        }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let Some(extra) = &self.extra else {
            return 0;
        };
        size_of::<Extra>()
            + extra.gaps.capacity() * size_of::<Filled>()
            + extra
                .gaps
                .iter()
                .map(|one| one.items.bytes())
                .sum::<usize>()
    }
}
