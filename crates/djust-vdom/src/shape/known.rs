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
    /// For each item its hash; 0 for one that has to be written.
    hashes: Vec<u64>,
    /// The item behind the one given out last: mostly the next one asked for.
    next: usize,
    /// Where each hash is that was not given out yet, once something else than the next was asked for.
    others: Option<HashMap<u64, Vec<u32>, FixedState>>,
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
            others: None,
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
        let item = if self.hashes.get(self.next) == Some(&hash) {
            self.next
        } else {
            self.find(hash)?
        };
        self.hashes[item] = 0;
        self.next = item + 1;
        Some(item as u32)
    }

    fn find(&mut self, hash: u64) -> Option<usize> {
        let hashes = &self.hashes;
        let others = self.others.get_or_insert_with(|| {
            let mut others: HashMap<u64, Vec<u32>, FixedState> = HashMap::default();
            for (item, &hash) in hashes.iter().enumerate().rev() {
                if hash != 0 {
                    others.entry(hash).or_default().push(item as u32);
                }
            }
            others
        });
        let items = others.get_mut(&hash)?;
        // Those given out as the next one are still there.
        while let Some(item) = items.pop() {
            if hashes[item as usize] == hash {
                return Some(item as usize);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn each_item_is_given_out_once() {
        let mut known = Known::default();
        known.add(1, vec![5, 6, 0, 5, 7]);
        let taken = [
            (1, 5),
            (1, 7),
            (1, 5),
            (1, 5),
            (1, 6),
            (1, 0),
            (2, 6),
            (1, 6),
        ]
        .map(|(place, hash)| known.take(place, hash));
        assert_eq!(
            taken,
            [Some(0), Some(4), Some(3), None, Some(1), None, None, None]
        );
    }
}
