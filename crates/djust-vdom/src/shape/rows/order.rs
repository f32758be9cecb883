//! The rows of a list one behind the other, in arrays.

use std::ops::Range;

use super::OPEN;

/// A row as it stands in an [`Order`].
#[derive(Clone, Copy, Debug)]
pub(in crate::shape) struct Row {
    /// Hash of what was written.
    pub(in crate::shape) hash: u64,
    /// Hash of its key; 0 without one.
    pub(in crate::shape) key: u64,
    /// Number of its first node; of an open row its place among those.
    pub(super) base: u32,
    pub(super) kind: u16,
    /// Where the hashes are in which it differs from others.
    pub(super) place: u32,
}

impl Row {
    pub(super) fn is_open(&self) -> bool {
        self.kind == OPEN
    }
}

/// Rows, field by field.
#[derive(Clone, Debug, Default)]
pub(in crate::shape) struct Order {
    hashes: Vec<u64>,
    /// Empty as long as no row has a key.
    keys: Vec<u64>,
    bases: Vec<u32>,
    kinds: Vec<u16>,
    /// Empty as long as all are 0.
    places: Vec<u32>,
}

impl Order {
    pub(in crate::shape) fn with_capacity(count: usize) -> Self {
        Self {
            hashes: Vec::with_capacity(count),
            keys: Vec::new(),
            bases: Vec::with_capacity(count),
            kinds: Vec::with_capacity(count),
            places: Vec::new(),
        }
    }

    pub(super) fn reserve(&mut self, count: usize) {
        self.hashes.reserve_exact(count);
        self.bases.reserve_exact(count);
        self.kinds.reserve_exact(count);
    }

    pub(super) fn capacity(&self) -> usize {
        self.hashes.capacity()
    }

    pub(in crate::shape) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(in crate::shape) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    #[inline]
    pub(in crate::shape) fn hash(&self, index: usize) -> u64 {
        self.hashes[index]
    }

    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    #[inline]
    pub(in crate::shape) fn row(&self, index: usize) -> Row {
        Row {
            hash: self.hashes[index],
            key: self.keys.get(index).copied().unwrap_or(0),
            base: self.bases[index],
            kind: self.kinds[index],
            place: self.places.get(index).copied().unwrap_or(0),
        }
    }

    pub(in crate::shape) fn push(&mut self, row: Row) {
        self.hashes.push(row.hash);
        self.bases.push(row.base);
        self.kinds.push(row.kind);
        let index = self.hashes.len() - 1;
        put(&mut self.keys, index, &self.hashes, row.key);
        put(&mut self.places, index, &self.hashes, row.place);
    }

    /// Adds rows of another order.
    pub(in crate::shape) fn extend(&mut self, other: &Self, range: Range<usize>) {
        if range.len() == 1 {
            return self.push(other.row(range.start));
        }
        let before = self.len();
        self.hashes.extend_from_slice(&other.hashes[range.clone()]);
        self.bases.extend_from_slice(&other.bases[range.clone()]);
        self.kinds.extend_from_slice(&other.kinds[range.clone()]);
        extend(&mut self.keys, before, &self.hashes, &other.keys, &range);
        extend(
            &mut self.places,
            before,
            &self.hashes,
            &other.places,
            &range,
        );
    }

    pub(super) fn set(&mut self, index: usize, row: Row) {
        self.hashes[index] = row.hash;
        self.bases[index] = row.base;
        self.kinds[index] = row.kind;
        put(&mut self.keys, index, &self.hashes, row.key);
        put(&mut self.places, index, &self.hashes, row.place);
    }

    pub(super) fn kind(&self, index: usize) -> u16 {
        self.kinds[index]
    }

    /// Drops an array of which nothing is left, and memory that is not used.
    pub(super) fn shrink(&mut self) {
        if self.keys.iter().all(|key| *key == 0) {
            self.keys = Vec::new();
        }
        if self.places.iter().all(|place| *place == 0) {
            self.places = Vec::new();
        }
        self.hashes.shrink_to_fit();
        self.keys.shrink_to_fit();
        self.bases.shrink_to_fit();
        self.kinds.shrink_to_fit();
        self.places.shrink_to_fit();
    }

    pub(super) fn bytes(&self) -> usize {
        (self.hashes.capacity() + self.keys.capacity()) * 8
            + (self.bases.capacity() + self.places.capacity()) * 4
            + self.kinds.capacity() * 2
    }
}

/// Adds values to an array that is empty as long as all its values are 0, or has one for each row.
fn extend<T: Copy + Default>(
    array: &mut Vec<T>,
    before: usize,
    rows: &Vec<u64>,
    other: &[T],
    range: &Range<usize>,
) {
    if array.is_empty() && !other.is_empty() {
        array.reserve_exact(rows.capacity());
        array.resize(before, T::default());
    }
    match other.get(range.clone()) {
        Some(values) if !other.is_empty() => array.extend_from_slice(values),
        _ if array.is_empty() => {}
        _ => array.resize(rows.len(), T::default()),
    }
}

/// Sets a value in an array that is empty as long as all its values are 0, or has one for each row.
#[inline]
fn put<T: Copy + Default + PartialEq>(array: &mut Vec<T>, index: usize, rows: &Vec<u64>, value: T) {
    if array.is_empty() {
        if value == T::default() {
            return;
        }
        array.reserve_exact(rows.capacity());
    }
    if array.len() == index && rows.len() == index + 1 {
        array.push(value);
        return;
    }
    if array.len() < rows.len() {
        array.resize(rows.len(), T::default());
    }
    array[index] = value;
}

#[cfg(test)]
mod tests {
    use super::{Order, Row};

    fn row(hash: u64, key: u64, place: u32) -> Row {
        Row {
            hash,
            key,
            base: 7,
            kind: 0,
            place,
        }
    }

    fn all(order: &Order) -> Vec<(u64, u64, u32)> {
        let rows = (0..order.len()).map(|index| order.row(index));
        rows.map(|row| (row.hash, row.key, row.place)).collect()
    }

    #[test]
    fn arrays_that_begin_late_have_an_entry_for_each_row() {
        let mut order = Order::default();
        (1..4).for_each(|hash| order.push(row(hash, 0, 0)));
        order.set(0, row(1, 0, 5));
        order.set(2, row(3, 9, 0));
        assert_eq!(all(&order), [(1, 0, 5), (2, 0, 0), (3, 9, 0)]);
        let mut other = Order::default();
        other.push(row(4, 0, 0));
        other.extend(&order, 0..3);
        other.push(row(5, 0, 0));
        other.extend(&order, 1..2);
        let expected = [
            (4, 0, 0),
            (1, 0, 5),
            (2, 0, 0),
            (3, 9, 0),
            (5, 0, 0),
            (2, 0, 0),
        ];
        assert_eq!(all(&other), expected);
    }

    #[test]
    fn rows_without_keys_take_no_room_for_them() {
        let mut order = Order::default();
        (1..9).for_each(|hash| order.push(row(hash, 0, 0)));
        order.shrink();
        assert_eq!(order.bytes(), 8 * (8 + 4 + 2));
        let mut other = Order::with_capacity(8);
        other.extend(&order, 0..8);
        assert_eq!(other.bytes(), order.bytes());
    }
}
