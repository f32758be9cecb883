//! From the renderer to a recording.

use std::sync::Arc;

use djust_template::{BlockId, Branch, LiteralId, Output, Sink, SlotId};
use djust_vdom::Recording;

use crate::adapter::Literals;
use crate::error::{Error, Result};
use crate::shared::{Place, Shared, Spare};

/// Takes a render of a page's template, piece by piece: see
/// [`TemplatePage::recorder`](crate::TemplatePage::recorder).
#[derive(Debug)]
pub struct Recorder {
    spare: Spare,
    shared: Arc<Shared>,
    /// For each block that is open whether it is a region of its own.
    open: Vec<bool>,
    /// Branches around the live root, which are no regions.
    outer: Arc<[Place]>,
    /// What each region is, where all is written.
    places: Option<Vec<Place>>,
}

impl Recorder {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            spare: shared.take_spare(),
            shared: Arc::clone(shared),
            open: Vec::new(),
            outer: shared.outer(),
            places: Some(Vec::new()),
        }
    }

    pub(crate) fn recording(&self) -> &Recording {
        &self.spare.recording
    }

    /// The recording, and its literals as JSON.
    pub(crate) fn parts(&mut self) -> (&Recording, &mut Literals) {
        (&self.spare.recording, &mut self.spare.literals)
    }

    /// Where the next update is recorded, which may leave out what the page shows.
    pub(crate) fn for_update(&mut self) -> &mut Recording {
        if self.outer.is_empty() {
            self.places = None;
        }
        &mut self.spare.recording
    }

    /// Where the live root is in a branch that is a region, the branch is none from now on: what it writes is part of what
    /// is around it. An item of a loop stays one.
    ///
    /// Where templates are compiled anew for each render, their branches are others each time.
    ///
    /// # Errors
    ///
    /// [`Error::Incomplete`] when there is such a branch, but not everything was written.
    pub(crate) fn find_root(&mut self) -> Result<()> {
        let Some(places) = self.places.take() else {
            return Ok(());
        };
        let regions = self
            .shared
            .shapes
            .regions_around_root(&self.spare.recording);
        let around = regions
            .iter()
            .filter_map(|&region| places.get(region as usize));
        let around: Vec<Place> = around.copied().collect();
        let is_item = |(_, branch): &Place| matches!(branch, Branch::Item(_));
        if around.is_empty() || around.iter().any(is_item) {
            return Ok(());
        }
        self.complete()?;
        self.shared.add_outer(&around);
        self.spare.recording.dissolve(&regions);
        Ok(())
    }

    /// The recording, if everything was written.
    pub(crate) fn complete(&self) -> Result<&Recording> {
        if self.spare.recording.is_complete() {
            Ok(&self.spare.recording)
        } else {
            Err(Error::Incomplete)
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shared.give_spare(std::mem::take(&mut self.spare));
    }
}

impl Sink for Recorder {
    fn literal(&mut self, id: LiteralId, text: &str) {
        self.spare.recording.literal((id.template, id.index), text);
    }

    fn value(&mut self, slot: SlotId, output: Output<'_>) {
        let slot = (slot.template, slot.index);
        match output {
            Output::Text(text) => self.spare.recording.text(slot, text),
            Output::Markup(html) => self.spare.recording.markup(slot, html),
        }
    }

    fn digest_key(&self) -> Option<[u64; 2]> {
        Some(self.spare.recording.key())
    }

    fn known(&mut self, digest: u64) -> bool {
        self.spare.recording.known_region(digest)
    }

    fn digest(&mut self, digest: u64) {
        self.spare.recording.digest(digest);
    }

    fn enter(&mut self, block: BlockId, branch: Branch) {
        // A block with one body is always there: its literals are those of what is around it.
        let is_region = branch != Branch::Body
            && (self.outer.is_empty() || !self.outer.contains(&(block, branch)));
        self.open.push(is_region);
        if is_region {
            self.spare.recording.enter();
            if let Some(places) = &mut self.places {
                places.push((block, branch));
            }
        } else {
            self.spare.recording.part();
        }
    }

    fn leave(&mut self, _: BlockId) {
        if self.open.pop() == Some(true) {
            self.spare.recording.leave();
        } else {
            self.spare.recording.part();
        }
    }
}
