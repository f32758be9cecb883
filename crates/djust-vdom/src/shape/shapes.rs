//! The shapes of a template, shared by all its pages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compile::compile;
use super::program::Shape;
use super::recording::{Recording, Region};
use super::refused::{Refused, Result};

/// How many shapes a template may have: one that includes by name in a loop could have any number.
const MOST: usize = 4096;

/// The shapes that a template's renders have had, compiled when first met.
///
/// Shared by all pages of the template, in all threads.
///
/// ```
/// use djust_vdom::{Recording, ShapedPage, Shapes};
///
/// let shapes = Shapes::new();
/// let mut recording = Recording::new();
/// recording.literal((0, 0), "<p dj-root>");
/// recording.text((0, 0), "1");
/// recording.literal((0, 1), "</p>");
/// let page = ShapedPage::mount(&shapes, &recording).expect("the page is certain");
/// assert_eq!(page.count_and_checksum(&shapes).0, 1);
/// ```
#[derive(Debug, Default)]
pub struct Shapes(Mutex<Cache>);

/// A gap of a shape, or nothing for a page.
type Place = Option<(u32, u32)>;

#[derive(Debug, Default)]
pub(super) struct Cache {
    list: Vec<Arc<Shape>>,
    /// By the region's place and the hash of its literals.
    found: HashMap<(Place, u64), Result<u32>>,
    /// The one found last.
    last: Option<((u32, u32), u64, u32)>,
    refusals: Vec<(Refused, u32)>,
}

impl Shapes {
    /// No shapes yet.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Cache> {
        // Shapes are only added, each in one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was refused so far, and how often.
    pub fn refusals(&self) -> Vec<(Refused, u32)> {
        self.lock().refusals.clone()
    }

    /// How many gaps of the template's regions are compiled to holes of their own kind.
    pub fn typed(&self) -> usize {
        let cache = self.lock();
        let holes = |shape: &Arc<Shape>| shape.gaps.len() + shape.values.len();
        cache.list.iter().map(holes).sum()
    }
}

impl Cache {
    pub(super) fn shape(&self, number: u32) -> &Arc<Shape> {
        &self.list[number as usize]
    }

    /// The shape of a whole page.
    pub(super) fn page(&mut self, recording: &Recording) -> Result<u32> {
        if !recording.is_small() {
            return Err(Refused::Size);
        }
        self.find(recording, &recording.top(), None)
    }

    /// The shape of a region in a gap of a shape.
    pub(super) fn region(
        &mut self,
        recording: &Recording,
        region: &Region,
        place: (u32, u32),
    ) -> Result<u32> {
        if let Some((last, spine, number)) = self.last
            && last == place
            && spine == region.spine
        {
            return Ok(number);
        }
        let number = self.find(recording, region, Some(place))?;
        self.last = Some((place, region.spine, number));
        Ok(number)
    }

    fn find(&mut self, recording: &Recording, region: &Region, place: Place) -> Result<u32> {
        let key = (place, region.spine);
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        if self.list.len() >= MOST || self.found.len() >= 2 * MOST {
            return Err(Refused::Size);
        }
        let made = match place {
            None => compile(recording, region.events, region.spine, None),
            Some((shape, gap)) => {
                let outer = Arc::clone(self.shape(shape));
                let context = &outer.gaps[gap as usize].context;
                compile(recording, region.events, region.spine, Some(context))
            }
        };
        let made = made.map(|shape| {
            self.list.push(Arc::new(shape));
            self.list.len() as u32 - 1
        });
        self.found.insert(key, made.clone());
        made
    }

    /// Counts a refusal.
    pub(super) fn refuse(&mut self, refused: &Refused) {
        if let Some((_, count)) = self.refusals.iter_mut().find(|(known, _)| known == refused) {
            *count = count.saturating_add(1);
        } else if self.refusals.len() < 64 {
            self.refusals.push((refused.clone(), 1));
        }
    }
}
