//! What all pages of a template share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use djust_template::{BlockId, Branch, Template};
use djust_vdom::{Recording, Shapes};

use crate::adapter::Literals;

/// Recordings kept for the next render of a template.
const SPARE: usize = 4;

/// Branches around the live root that are known: those found last.
const OUTER: usize = 32;

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
    /// Branches around the live root, which are no regions.
    outer: Mutex<Arc<[Place]>>,
}

/// A branch of a template.
pub(crate) type Place = (BlockId, Branch);

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

    /// The branches around the live root.
    pub(crate) fn outer(&self) -> Arc<[Place]> {
        Arc::clone(&self.outer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds branches around the live root.
    pub(crate) fn add_outer(&self, places: &[Place]) {
        let mut outer = self.outer.lock().unwrap_or_else(PoisonError::into_inner);
        let known = outer.iter().filter(|place| !places.contains(place));
        let known: Vec<Place> = known.copied().collect();
        let first = (known.len() + places.len()).saturating_sub(OUTER);
        let all = known.iter().chain(places).skip(first);
        *outer = all.copied().collect();
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
