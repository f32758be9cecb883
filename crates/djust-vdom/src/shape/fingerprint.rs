//! A hash of all that a render wrote.

use std::sync::Arc;

use super::recording::Recording;
use super::refused::Result;
use super::shapes::Cache;
use super::walk::gaps;

impl Cache {
    /// Hash of what a render of a page of this shape wrote inside the live root.
    pub(super) fn fingerprint(&mut self, recording: &Recording, number: u32) -> Result<u64> {
        let shape = Arc::clone(self.shape(number));
        let gaps = gaps(recording, recording.top().events, &shape)?;
        let inside = shape.inside.clone();
        let (hash, _) = self.hash_of_gaps(recording, (number, &shape), &gaps, inside)?;
        Ok(hash)
    }
}
