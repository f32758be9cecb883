//! What all pages of a template share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use djust_template::Template;
use djust_vdom::{Recording, Shapes};

use crate::adapter::Literals;

/// Recordings kept for the next render of a template.
const SPARE: usize = 4;

/// A recording, and what is prepared for its literals.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    pub(crate) recording: Recording,
    pub(crate) literals: Literals,
}

/// The shapes of a template, and memory for recordings.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) shapes: Shapes,
    spare: Mutex<Vec<Spare>>,
}

/// The templates that have live pages just now.
static SHARED: Mutex<Vec<(Weak<Template>, Arc<Shared>)>> = Mutex::new(Vec::new());

impl Shared {
    /// What the pages of this template share.
    pub(crate) fn of(template: &Arc<Template>) -> Arc<Self> {
        let mut all = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(template, _)| template.strong_count() > 0);
        let known = all
            .iter()
            .find(|(known, _)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(template)));
        if let Some((_, shared)) = known {
            return Arc::clone(shared);
        }
        let shared = Arc::new(Self::default());
        all.push((Arc::downgrade(template), Arc::clone(&shared)));
        shared
    }

    pub(crate) fn take_spare(&self) -> Spare {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    pub(crate) fn give_spare(&self, mut used: Spare) {
        used.recording.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE {
            spare.push(used);
        }
    }
}
