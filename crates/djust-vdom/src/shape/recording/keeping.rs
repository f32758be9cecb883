//! What need not be written because the page shows it.

use super::{Event, Recording};
use crate::shape::hash::Sequence;
use crate::shape::known::Known;

/// Items of a list that the page shows, one behind the other, that were not written because of that.
#[derive(Clone, Copy, Debug)]
pub(in crate::shape) struct Kept {
    /// The first of them, as the page shows them.
    pub(in crate::shape) first: u32,
    pub(in crate::shape) count: u32,
    /// Of the hashes that regions with all that was written would have.
    pub(in crate::shape) hashes: Sequence,
}

impl Recording {
    /// The recording is for a page of this version.
    pub(in crate::shape) fn expect(&mut self, version: u64) {
        self.expected = version;
    }

    pub(in crate::shape) fn expected(&self) -> u64 {
        self.expected
    }

    /// The items that may be left out because the page shows them.
    pub(in crate::shape) fn known(&mut self) -> &mut Known {
        &mut self.known
    }

    /// The key of the hashes that [`digest`](Self::digest) takes.
    pub fn key(&self) -> [u64; 2] {
        self.hasher.key()
    }

    /// What the next region writes follows from this hash alone, which has the [`key`](Self::key) and is taken of that and
    /// of what tells the region's literals from those of others. `true`: the page shows just that already, so that the
    /// region is over without being entered.
    ///
    /// Only a recording that a page has been [told](crate::ShapedPage::tell) of answers `true`.
    pub fn known_region(&mut self, digest: u64) -> bool {
        if !self.open.is_empty() {
            return false;
        }
        let Some(item) = self.known.take(self.current.place, digest) else {
            return false;
        };
        self.slot = None;
        self.current.add(self.hasher, digest ^ 3);
        if let Some(Event::Kept(_)) = self.events.last()
            && let Some(run) = self.kept.last_mut()
            && run.first + run.count == item
        {
            run.count += 1;
            run.hashes = self.hasher.then(run.hashes, digest);
            return true;
        }
        self.events.push(Event::Kept(self.kept.len() as u32));
        self.kept.push(Kept {
            first: item,
            count: 1,
            hashes: self.hasher.then(Sequence::EMPTY, digest),
        });
        true
    }

    /// What the region entered last writes follows from this hash alone, as that of a [known
    /// one](Self::known_region).
    pub fn digest(&mut self, digest: u64) {
        self.current.digest = Some(digest);
    }

    /// Whether all is written: nothing was left out because the page shows it.
    pub fn is_complete(&self) -> bool {
        self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Recording};

    #[test]
    fn items_that_are_kept_one_behind_the_other_are_one_event() {
        let mut recording = Recording::new();
        recording.literal((0, 0), "<ul>");
        recording.known().add(1, vec![5, 6, 7, 8]);
        for digest in [5, 6] {
            assert!(recording.known_region(digest));
        }
        assert!(!recording.known_region(9));
        recording.enter();
        recording.leave();
        assert!(recording.known_region(8));
        assert!(!recording.is_complete());
        let kept: Vec<_> = recording
            .kept
            .iter()
            .map(|run| (run.first, run.count))
            .collect();
        assert_eq!(kept, [(0, 2), (3, 1)]);
        let events = &recording.events[1..];
        let [
            Event::Kept(0),
            Event::Enter(0),
            Event::Leave,
            Event::Kept(1),
        ] = events
        else {
            panic!("{events:?}");
        };
    }
}
