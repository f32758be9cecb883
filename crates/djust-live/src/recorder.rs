//! From the renderer to a recording.

use std::sync::Arc;

use djust_template::{BlockId, Branch, LiteralId, Output, Sink, SlotId};
use djust_vdom::Recording;

use crate::adapter::Literals;
use crate::error::{Error, Result};
use crate::shared::{Shared, Spare};

/// Takes a render of a page's template, piece by piece: see
/// [`TemplatePage::recorder`](crate::TemplatePage::recorder).
#[derive(Debug)]
pub struct Recorder {
    spare: Spare,
    shared: Arc<Shared>,
    /// For each block that is open whether it is a region of its own.
    open: Vec<bool>,
}

impl Recorder {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            spare: shared.take_spare(),
            shared: Arc::clone(shared),
            open: Vec::new(),
        }
    }

    pub(crate) fn recording(&self) -> &Recording {
        &self.spare.recording
    }

    /// The recording, and its literals as JSON.
    pub(crate) fn parts(&mut self) -> (&Recording, &mut Literals) {
        (&self.spare.recording, &mut self.spare.literals)
    }

    pub(crate) fn recording_mut(&mut self) -> &mut Recording {
        &mut self.spare.recording
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

    fn enter(&mut self, _: BlockId, branch: Branch) {
        // A block with one body is always there: its literals are those of what is around it.
        let is_region = branch != Branch::Body;
        self.open.push(is_region);
        if is_region {
            self.spare.recording.enter();
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
