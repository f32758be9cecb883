//! What all pages of a template share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use djust_template::{BlockId, Branch, Template};
use djust_vdom::{Recording, Shapes};

use crate::adapter::Literals;

/// Recordings kept for the next render of a template.
const SPARE: usize = 4;

/// Bytes up to which one is kept: enough for some ten thousand rows. More is wanted by larger pages, and in the long run by
/// templates that are compiled anew for each render, whose literals are others each time.
const LARGE: usize = 8 << 20;

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
        if used.recording.memory() > LARGE {
            return;
        }
        used.recording.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE {
            spare.push(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Shared, Spare};

    #[test]
    fn what_grows_with_every_render_is_not_kept() {
        let shared = Shared::default();
        // A template that is another one each time, with the same text of some kilobytes.
        let text = "<p>text</p>".repeat(400);
        let mut most = 0;
        for template in 0..6000 {
            let mut spare: Spare = shared.take_spare();
            spare.recording.literal((template, 0), &text);
            most = most.max(spare.recording.memory());
            shared.give_spare(spare);
        }
        assert!((4 << 20..10 << 20).contains(&most), "{most}");
    }
}
