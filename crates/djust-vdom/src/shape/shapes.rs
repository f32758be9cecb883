//! The shapes of a template, shared by all its pages.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::FixedState;

use super::compile::{Render, compile};
use super::flat::{self, Loose};
use super::instance::Instance;
use super::items::Items;
use super::merged::is_merged;
use super::notes::Notes;
use super::program::{Covered, Fill, Gap, Shape};
use super::recording::{Range, Recording, Region};
use super::refused::{Note, Refused, Result};
use super::source::Stretch;
use super::totals;
use super::walk::Place as Culprit;
use super::widen::{Widen, with};

/// How many shapes a template may have: one that includes by name in a loop could have any number.
const MOST: usize = 4096;

/// How many combinations of branches that open and close elements apart have shapes; others are compared as trees.
const VARIANTS: usize = 16;

/// The gap of a region, the hash of its literals, and its shape.
type Last = ((u32, u32), u64, u32);

/// How many shapes are found without being looked up.
const LAST: usize = 8;

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
    found: HashMap<(Place, u64), Result<u32>, FixedState>,
    /// For each shape what it was compiled from: its place, and the hash of the literals, if it has any.
    origins: Vec<(Place, Option<u64>)>,
    /// Parts of a region's literals that are compared as a whole.
    stretches: HashMap<(Place, u64), Vec<Stretch>>,
    /// The shapes of rows without a `tbody`, by the gap they are in.
    sections: HashMap<(u32, u32), u32>,
    /// The combinations of branches of stretches that have shapes, and how many places wrote something in others.
    variants: HashMap<(u32, u32), (Vec<u64>, u32)>,
    pub(super) loose: Loose,
    /// Shapes that another one has replaced.
    replaced: HashSet<u32>,
    /// Shapes with elements that keep what they hold, or with gaps where regions with such elements were found.
    merging: HashSet<u32>,
    /// These gaps.
    merging_gaps: HashSet<(u32, u32)>,
    /// Those found last, by their gap: the branches of a row follow one another.
    last: [Option<Last>; LAST],
    refusals: Vec<(Refused, u32)>,
    notes: Notes,
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

    /// The regions of a render around the live root, from the outside in, if the page has a shape only when they are
    /// [dissolved](Recording::dissolve): an example is there.
    pub fn regions_around_root(&self, recording: &Recording) -> Vec<u32> {
        let regions = recording.regions_around_root();
        // The text may only speak of a root.
        if regions.is_empty() || self.lock().page(recording).is_ok() {
            return Vec::new();
        }

        let mut without = recording.clone();
        without.dissolve(&regions);
        match self.lock().page(&without) {
            Ok(_) => regions,
            Err(_) => Vec::new(),
        }
    }

    /// What was refused so far, and how often.
    pub fn refusals(&self) -> Vec<(Refused, u32)> {
        self.lock().refusals.clone()
    }

    /// The parts of the template that are not compared place by place, and why, in the order in which they
    /// were found.
    pub fn notes(&self) -> Vec<Note> {
        self.lock().notes.all().cloned().collect()
    }

    /// How many places of the template that wrote something are compared by themselves, and how many
    /// as part of a larger whole.
    ///
    /// ```
    /// use djust_vdom::{Recording, ShapedPage, Shapes};
    ///
    /// let shapes = Shapes::new();
    /// let mut recording = Recording::new();
    /// recording.literal((0, 0), "<p dj-root>");
    /// recording.text((0, 0), "1");
    /// recording.literal((0, 1), "</p>");
    /// ShapedPage::mount(&shapes, &recording).expect("the page is certain");
    /// let coverage = shapes.coverage();
    /// assert_eq!((coverage.typed, coverage.opaque), (1, 0));
    /// ```
    pub fn coverage(&self) -> Coverage {
        let cache = self.lock();
        let mut inside: HashMap<Place, Vec<u32>> = HashMap::new();
        for (number, &(place, _)) in cache.origins.iter().enumerate() {
            let number = number as u32;
            if !cache.replaced.contains(&number) {
                inside.entry(place).or_default().push(number);
            }
        }
        let pages = inside.get(&None).into_iter().flatten();
        pages.fold(Coverage::default(), |coverage, &page| {
            coverage.and(cache.coverage(&inside, page))
        })
    }
}

/// Places of a template that write something, by how they are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Each by itself: texts, attributes, branches, lists.
    pub typed: u32,
    /// As part of markup that is kept as text and compared as a tree when it changes; also what decides which
    /// elements there are around others, or their name.
    pub opaque: u32,
}

impl Coverage {
    fn and(self, other: Self) -> Self {
        Self {
            typed: self.typed + other.typed,
            opaque: self.opaque + other.opaque,
        }
    }
}

impl Cache {
    /// How the places of a shape and of the regions in it are compared. Combinations of the same branches are the same
    /// places of the template: the one with most of them counts.
    fn coverage(&self, inside: &HashMap<Place, Vec<u32>>, number: u32) -> Coverage {
        let shape = self.shape(number);
        let mut coverage = Coverage {
            typed: shape.holes,
            opaque: shape.opaque_holes(),
        };
        for (gap, info) in shape.gaps.iter().enumerate() {
            let place = (number, gap as u32);
            let all = inside.get(&Some(place)).into_iter().flatten();
            let all = all.map(|&number| self.coverage(inside, number));
            coverage = coverage.and(if info.fill.is_variants() {
                let most = all.max_by_key(|one| one.typed + one.opaque);
                let most = most.unwrap_or_default();
                let others = self.variants.get(&place).map_or(0, |(_, others)| *others);
                Coverage {
                    opaque: most.opaque + others,
                    ..most
                }
            } else {
                all.fold(Coverage::default(), Coverage::and)
            });
        }
        coverage
    }

    pub(super) fn shape(&self, number: u32) -> &Arc<Shape> {
        &self.list[number as usize]
    }

    /// The shape of a whole page.
    pub(super) fn page(&mut self, recording: &Recording) -> Result<u32> {
        if !recording.is_small() {
            return Err(Refused::Size);
        }
        let top = recording.top();
        self.find(recording, top.events, top.spine, None)
    }

    /// The shape of a region in a gap of a shape.
    pub(super) fn region(
        &mut self,
        recording: &Recording,
        region: &Region,
        place: (u32, u32),
    ) -> Result<u32> {
        let slot = (place.0.wrapping_add(place.1)) as usize % LAST;
        if let Some((last, spine, number)) = self.last[slot]
            && last == place
            && spine == region.spine
        {
            return Ok(number);
        }
        let number = self.find(recording, region.events, region.spine, Some(place))?;
        self.last[slot] = Some((place, region.spine, number));
        Ok(number)
    }

    /// The shape of a combination of branches of a stretch; nothing where there are too many of them.
    pub(super) fn variant(
        &mut self,
        recording: &Recording,
        events: Range,
        place: (u32, u32),
    ) -> Result<Option<u32>> {
        let outer = Arc::clone(self.shape(place.0));
        let covered = outer
            .covered(outer.gaps[place.1 as usize].number)
            .ok_or(Refused::Size)?;
        let edges = self.loose.edges(recording, events, &covered.head);
        let spine = flat::spine(recording, &edges);
        let (known, others) = self.variants.entry(place).or_default();
        if !known.contains(&spine) {
            if known.len() >= VARIANTS {
                *others = (*others).max(recording.holes(events));
                self.notes.variants(covered);
                return Ok(None);
            }
            known.push(spine);
        }
        self.find(recording, events, spine, Some(place)).map(Some)
    }

    fn find(
        &mut self,
        recording: &Recording,
        events: Range,
        spine: u64,
        place: Place,
    ) -> Result<u32> {
        let key = (place, spine);
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        if self.list.len() >= MOST || self.found.len() >= 2 * MOST {
            return Err(Refused::Size);
        }
        let mut stretches = self.stretches.get(&key).cloned().unwrap_or_default();
        let outer = place.map(|(shape, gap)| (Arc::clone(self.shape(shape)), gap));
        let render = render(recording, events, spine, outer.as_ref());
        let made = compile(render, &mut stretches, &mut self.loose, &mut self.notes);
        if !stretches.is_empty() {
            self.stretches.insert(key, stretches);
        }
        let made = made.map(|mut shape| {
            shape.drop_idle_steps();
            let merges = shape.values.iter().any(is_merged);
            let number = self.add(Arc::new(shape), place, Some(spine));
            if merges {
                self.add_merging(number);
            }
            number
        });
        self.found.insert(key, made.clone());
        made
    }

    fn add(&mut self, shape: Arc<Shape>, place: Place, spine: Option<u64>) -> u32 {
        self.list.push(shape);
        self.origins.push((place, spine));
        self.list.len() as u32 - 1
    }

    /// Notes a shape with an element that keeps what it holds, and all that it is inside of.
    fn add_merging(&mut self, mut number: u32) {
        while self.merging.insert(number)
            && let Some(&(Some(place), _)) = self.origins.get(number as usize)
        {
            self.merging_gaps.insert(place);
            number = place.0;
        }
    }

    /// Whether regions of a shape may have an element that keeps what it holds, by what was rendered so far.
    pub(super) fn merges(&self, shape: u32) -> bool {
        self.merging.contains(&shape)
    }

    /// Whether regions in a gap of a shape may have one.
    pub(super) fn gap_merges(&self, place: (u32, u32)) -> bool {
        self.merging_gaps.contains(&place)
    }

    /// The shape of the `tbody` around rows.
    pub(super) fn section(&mut self, place: (u32, u32)) -> Result<u32> {
        if let Some(&number) = self.sections.get(&place) {
            return Ok(number);
        }
        let Fill::Rows(shape) = &self.shape(place.0).gaps[place.1 as usize].fill else {
            return Err(Refused::Size);
        };
        let number = self.add(Arc::clone(shape), Some(place), None);
        self.sections.insert(place, number);
        Ok(number)
    }

    /// Takes a larger part of the template as a whole where something was refused, from the inside out.
    /// Returns whether another attempt has a chance.
    pub(super) fn learn(
        &mut self,
        recording: &Recording,
        trail: &[Culprit],
        refused: &Refused,
    ) -> bool {
        trail
            .iter()
            .any(|culprit| self.learn_at(recording, culprit, refused).is_some())
    }

    fn learn_at(
        &mut self,
        recording: &Recording,
        culprit: &Culprit,
        refused: &Refused,
    ) -> Option<()> {
        if self.list.len() >= MOST {
            return None;
        }
        let &(place, spine) = self.origins.get(culprit.shape as usize)?;
        let key = (place, spine?);
        let shape = Arc::clone(self.shape(culprit.shape));
        let stretches: Vec<Stretch> = shape.covered.iter().map(|one| one.stretch).collect();
        let outer = place.map(|(shape, gap)| (Arc::clone(self.shape(shape)), gap));
        let render = render(recording, culprit.events, key.1, outer.as_ref());
        let mut source = render.source(&mut self.loose).ok()?;
        for &gap in &shape.closed {
            *source.open.get_mut(gap as usize)? = false;
        }
        let joined = source.joined(&stretches);
        let at = joined
            .mark(culprit.gap)
            .unwrap_or_else(|| joined.offset_of(&source, culprit.gap));
        let widen = Widen {
            source: &source,
            joined: &joined,
            stretches: &stretches,
            place: render.place,
            recording,
        };
        let literal = joined.literal(&source, at);
        let is_variant = render.covered.is_some();
        let Some(stretch) = widen.stretch(&mut self.loose, is_variant, at) else {
            self.notes.refuse(refused, literal);
            return None;
        };
        self.notes
            .add(key.1, refused.clone(), literal, &source, &stretch);
        self.stretches.insert(key, with(&stretches, stretch));
        self.found.remove(&key);
        self.last = [None; LAST];
        self.replaced.insert(culprit.shape);
        Some(())
    }

    /// How many shapes have been replaced by others.
    pub(super) fn generation(&self) -> usize {
        self.replaced.len()
    }

    /// Whether an instance has a shape that another one has replaced.
    pub(super) fn is_replaced(&self, instance: &Instance) -> bool {
        let is_inside = |items: &Items| {
            let mut found = false;
            items.each_open(|one| found = found || self.is_replaced(one));
            found
                || matches!(items, Items::Rows(rows) if rows.has_shape(|shape| self.replaced.contains(&shape)))
        };
        let mut gaps = instance.gaps().iter();
        self.replaced.contains(&instance.shape) || gaps.any(|gap| is_inside(&gap.items))
    }

    /// Counts a refusal.
    pub(super) fn refuse(&mut self, refused: &Refused) {
        totals::count(refused);
        self.notes.page(refused);
        if let Some((_, count)) = self.refusals.iter_mut().find(|(known, _)| known == refused) {
            *count = count.saturating_add(1);
        } else if self.refusals.len() < 64 {
            self.refusals.push((refused.clone(), 1));
        }
    }
}

/// A render of a region in a gap of a shape.
fn render<'r>(
    recording: &'r Recording,
    events: Range,
    spine: u64,
    outer: Option<&'r (Arc<Shape>, u32)>,
) -> Render<'r> {
    let gap = outer.map(|(shape, gap)| (shape, &shape.gaps[*gap as usize]));
    let covered = |(shape, gap): (&'r Arc<Shape>, &Gap)| -> Option<&'r Covered> {
        matches!(gap.fill, Fill::Variants)
            .then(|| shape.covered(gap.number))
            .flatten()
    };
    Render {
        recording,
        events,
        spine,
        place: gap.map(|(_, gap)| &gap.context),
        covered: gap.and_then(covered),
    }
}
