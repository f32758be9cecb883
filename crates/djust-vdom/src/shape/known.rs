//! Items of lists that the page shows, by the hash of what they show.
//!
//! A render that comes to an item which writes the same as one that is there need not write it. Only lists in the
//! outermost region take part: each is always the same list. Each item is given out once, so that no two new ones are the
//! same old one.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// The items of all lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Vec<List>);

#[derive(Clone, Debug)]
struct List {
    /// Number of the literals before it.
    place: u32,
    /// For each item its hash; 0 for one that has to be written, or was given out.
    hashes: Vec<u64>,
    /// The item that is asked for next if nothing was added, removed or moved.
    next: usize,
    /// How often something else was asked for lately.
    surprise: u32,
    /// Where each hash is, once there was too much surprise.
    places: Option<Places>,
}

/// A row that has changed where it is, or two that have changed places, are not worth a table of all rows.
const SURPRISE: u32 = 64;

/// By its hash the first item, and for each item the next one with the same hash.
#[derive(Clone, Debug)]
struct Places {
    first: HashMap<u64, u32, FixedState>,
    following: Vec<u32>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds a list.
    pub(super) fn add(&mut self, place: u32, hashes: Vec<u64>) {
        self.0.push(List {
            place,
            hashes,
            next: 0,
            surprise: 0,
            places: None,
        });
    }

    /// The item of the list at a place that shows this, if it was not given out before.
    pub(super) fn take(&mut self, place: u32, hash: u64) -> Option<u32> {
        let list = self.0.iter_mut().find(|list| list.place == place)?;
        list.take(hash)
    }
}

impl List {
    fn take(&mut self, hash: u64) -> Option<u32> {
        if hash == 0 {
            return None;
        }
        if self.hashes.get(self.next) == Some(&hash) {
            self.surprise = self.surprise.saturating_sub(1);
        } else {
            self.surprise += 8;
            // One was removed, or the last one was added.
            let near = [self.next + 1, self.next.wrapping_sub(1)];
            let near = near
                .into_iter()
                .find(|&at| self.hashes.get(at) == Some(&hash));
            let Some(found) = near.or_else(|| self.find(hash)) else {
                self.next += 1;
                return None;
            };
            self.next = found;
        }
        // Of equal ones the first: then fewer have to move.
        while self.next > 0 && self.hashes[self.next - 1] == hash {
            self.next -= 1;
        }
        self.hashes[self.next] = 0;
        self.next += 1;
        Some(self.next as u32 - 1)
    }

    fn find(&mut self, hash: u64) -> Option<usize> {
        if self.surprise < SURPRISE && self.places.is_none() {
            return None;
        }
        let places = self.places.get_or_insert_with(|| Places::of(&self.hashes));
        let first = places.first.get_mut(&hash)?;
        // Those given out without being looked up are still there.
        while let Some(&known) = self.hashes.get(*first as usize) {
            let found = std::mem::replace(first, places.following[*first as usize]);
            if known == hash {
                return Some(found as usize);
            }
        }
        None
    }
}

impl Places {
    fn of(hashes: &[u64]) -> Self {
        let mut places = Self {
            first: HashMap::with_capacity_and_hasher(hashes.len(), FixedState::default()),
            following: vec![u32::MAX; hashes.len()],
        };
        for (item, &hash) in hashes.iter().enumerate().rev() {
            if hash != 0
                && let Some(next) = places.first.insert(hash, item as u32)
            {
                places.following[item] = next;
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    fn taken(hashes: &[u64], asked: impl IntoIterator<Item = u64>) -> Vec<Option<u32>> {
        let mut known = Known::default();
        known.add(1, hashes.to_vec());
        assert_eq!(known.take(2, 5), None, "another list");
        asked.into_iter().map(|hash| known.take(1, hash)).collect()
    }

    #[test]
    fn each_item_is_given_out_once() {
        let found = taken(&[5, 6, 0, 5, 7], [5, 5, 5, 6, 7, 0, 6]);
        assert_eq!(found.iter().flatten().count(), 2 + 1, "{found:?}");
        let mut all: Vec<_> = found.into_iter().flatten().collect();
        all.dedup();
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn what_is_added_removed_or_changed_hides_nothing_else() {
        assert_eq!(
            taken(&[5, 6, 7], [9, 5, 6, 7]),
            [None, Some(0), Some(1), Some(2)]
        );
        assert_eq!(taken(&[5, 6, 7], [5, 7]), [Some(0), Some(2)]);
        assert_eq!(taken(&[5, 6, 7], [5, 9, 7]), [Some(0), None, Some(2)]);
    }

    #[test]
    fn many_that_have_moved_are_found() {
        let hashes: Vec<u64> = (1..=100).collect();
        let found = taken(&hashes, hashes.iter().copied().rev());
        assert!(found.iter().flatten().count() > 90);
        let twice: Vec<u64> = hashes.iter().chain(&hashes).copied().collect();
        let found = taken(&twice, twice.iter().copied().rev());
        let mut all: Vec<u32> = found.iter().flatten().copied().collect();
        let count = all.len();
        assert!(count > 190);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
