//! From the renderer to a recording.

use std::sync::Arc;

use djust_template::{BlockId, Branch, LiteralId, Output, Sink, SlotId};
use djust_vdom::Recording;

use crate::error::{Error, Result};
use crate::shared::Shared;

/// Takes a render of a page's template, piece by piece: see
/// [`TemplatePage::recorder`](crate::TemplatePage::recorder).
#[derive(Debug)]
pub struct Recorder {
    recording: Recording,
    shared: Arc<Shared>,
    /// For each block that is open whether it is a region of its own.
    open: Vec<bool>,
}

impl Recorder {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            recording: shared.take_recording(),
            shared: Arc::clone(shared),
            open: Vec::new(),
        }
    }

    pub(crate) fn recording(&self) -> &Recording {
        &self.recording
    }

    pub(crate) fn recording_mut(&mut self) -> &mut Recording {
        &mut self.recording
    }

    /// The recording, if everything was written.
    pub(crate) fn complete(&self) -> Result<&Recording> {
        if self.recording.is_complete() {
            Ok(&self.recording)
        } else {
            Err(Error::Incomplete)
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shared
            .give_recording(std::mem::take(&mut self.recording));
    }
}

impl Sink for Recorder {
    fn literal(&mut self, id: LiteralId, text: &str) {
        self.recording.literal((id.template, id.index), text);
    }

    fn value(&mut self, slot: SlotId, output: Output<'_>) {
        let slot = (slot.template, slot.index);
        match output {
            Output::Text(text) => self.recording.text(slot, text),
            Output::Markup(html) => self.recording.markup(slot, html),
        }
    }

    fn digest_key(&self) -> Option<[u64; 2]> {
        Some(self.recording.key())
    }

    fn digest(&mut self, digest: u64) -> bool {
        self.recording.digest(digest)
    }

    fn enter(&mut self, _: BlockId, branch: Branch) {
        // A block with one body is always there: its literals are those of what is around it.
        let is_region = branch != Branch::Body;
        self.open.push(is_region);
        if is_region {
            self.recording.enter();
        } else {
            self.recording.part();
        }
    }

    fn leave(&mut self, _: BlockId) {
        if self.open.pop() == Some(true) {
            self.recording.leave();
        } else {
            self.recording.part();
        }
    }
}
