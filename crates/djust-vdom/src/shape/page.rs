//! A live page as an instance of its shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::instance::{Instance, MARKUP};
use super::items::Summary;
use super::merged::Exchanged;
use super::program::{Fill, NONE};
use super::recording::Recording;
use super::refused::{Refused, Result};
use super::rows::coarsen;
use super::shapes::{Cache, Shapes};
use super::store::Store;
use super::walk::{Place, Silent, Source, Walk};
use crate::tree::{ElementData, Kind, Tree};
use crate::{Binding, Emit, Error, NumberedTree, Root, ids};

/// Numbers that are left for one update.
const ROOM: u32 = 1 << 24;

/// How often a page is tried, each time with a larger part of it compared as a whole.
const ATTEMPTS: usize = 64;

/// What a page shows, as far as a later render can change it: hashes and numbers, no text.
///
/// ```
/// use djust_vdom::{Recording, ShapedPage, Shapes};
/// # use djust_vdom::{Emit, NodeId, Nodes};
/// # #[derive(Default)] struct Log(Vec<String>);
/// # impl Emit for Log {
/// #   fn set_text(&mut self, id: NodeId, text: &str) { self.0.push(format!("0 {id} {text}")) }
/// #   fn set_tail(&mut self, id: NodeId, text: &str) { self.0.push(format!("1 {id} {text}")) }
/// #   fn set_attribute(&mut self, id: NodeId, n: &str, v: &str) { self.0.push(format!("2 {id} {n} {v}")) }
/// #   fn remove_attribute(&mut self, id: NodeId, n: &str) { self.0.push(format!("3 {id} {n}")) }
/// #   fn insert_html(&mut self, p: NodeId, a: NodeId, b: NodeId, h: &str) { self.0.push(format!("4 {p} {a} {b} {h}")) }
/// #   fn remove(&mut self, id: NodeId, count: u32) { self.0.push(format!("5 {id} {count}")) }
/// #   fn move_node(&mut self, p: NodeId, a: NodeId, id: NodeId) { self.0.push(format!("6 {p} {a} {id}")) }
/// #   fn replace_children(&mut self, id: NodeId, b: NodeId, h: &str) { self.0.push(format!("7 {id} {b} {h}")) }
/// #   fn insert_tree(&mut self, p: NodeId, a: NodeId, b: NodeId, _: Nodes<'_>) { self.0.push(format!("8 {p} {a} {b}")) }
/// #   fn merge(&mut self, id: NodeId, h: &str) { self.0.push(format!("9 {id} {h}")) }
/// # }
///
/// // What `<ul dj-root>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>` writes.
/// let record = |names: &[&str]| {
///     let mut recording = Recording::new();
///     recording.literal((0, 0), "<ul dj-root>");
///     for name in names {
///         recording.enter();
///         recording.literal((0, 1), "<li>");
///         recording.text((0, 0), name);
///         recording.literal((0, 2), "</li>");
///         recording.leave();
///     }
///     recording.literal((0, 3), "</ul>");
///     recording
/// };
/// let shapes = Shapes::new();
/// let mut page = ShapedPage::mount(&shapes, &record(&["Ada"]))?;
/// let mut log = Log::default();
/// page.update(&shapes, &record(&["Ada", "Grace"]), &mut log)?;
/// assert_eq!(log.0, ["4 0 1 2 <li>Grace</li>"]);
/// # Ok::<(), djust_vdom::Refused>(())
/// ```
#[derive(Clone, Debug)]
pub struct ShapedPage {
    pub(super) top: Instance,
    pub(super) store: Store,
    /// The lowest number that no node had yet.
    next: u32,
    fingerprint: u64,
    /// Whether an update was refused half way.
    is_lost: bool,
    /// How many shapes had been replaced when it was found to have none of them.
    generation: usize,
    /// Changes with every update: no two states of pages have the same.
    pub(super) version: u64,
}

pub(super) fn new_version() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl ShapedPage {
    /// The page of a render, its nodes numbered in document order, the live root 0.
    ///
    /// # Errors
    ///
    /// When the page is not certain; the refusal is counted.
    pub fn mount(shapes: &Shapes, recording: &Recording) -> Result<Self> {
        Self::begin(shapes, recording, &Source::Next(0))
    }

    /// The page of a render that a client shows already: `shown` is its tree, with the numbers that
    /// the client has for the nodes.
    ///
    /// # Errors
    ///
    /// When the page is not certain; the refusal is counted.
    pub fn adopt(shapes: &Shapes, recording: &Recording, shown: &NumberedTree) -> Result<Self> {
        let tree = shown.tree();
        let numbers: Vec<u32> = ids::numbered(tree, tree.top())
            .map(|node| shown.id(node).map_or(NONE, |id| id.0))
            .collect();
        let mut page = Self::begin(shapes, recording, &Source::Given(numbers.into_iter()))?;
        page.next = shown.next_id().0;
        let has_all = page.count_and_checksum(shapes) == (shown.count(), shown.checksum());
        debug_assert!(has_all, "shape and tree have the same nodes");
        if has_all {
            Ok(page)
        } else {
            Err(Refused::Size)
        }
    }

    fn begin(shapes: &Shapes, recording: &Recording, source: &Source) -> Result<Self> {
        let mut cache = shapes.lock();
        for _ in 0..ATTEMPTS {
            let mut trail = Vec::new();
            let made = Self::fresh(&mut cache, recording, source.clone(), &mut trail);
            let Err(refused) = made else { return made };
            if !cache.learn(recording, &trail, &refused) {
                cache.refuse(&refused);
                return Err(refused);
            }
        }
        Err(Refused::Size)
    }

    fn fresh(
        cache: &mut Cache,
        recording: &Recording,
        source: Source,
        trail: &mut Vec<Place>,
    ) -> Result<Self> {
        let number = cache.page(recording)?;
        let mut store = Store::default();
        let mut silent = Silent;
        let mut walk = Walk::new(recording, cache, &mut store, source, &mut silent);
        let shape = Arc::clone(walk.cache.shape(number));
        let top = walk.fresh(&recording.top(), number, &shape);
        trail.append(&mut walk.trail);
        let mut top = top?;
        walk.finish_run()?;
        let next = match walk.source {
            Source::Next(next) => next,
            Source::Given(_) => 0,
        };
        store.exchanged = Exchanged::default();
        cache.settle(&mut store, &mut top);
        let mut page = Self {
            fingerprint: cache.fingerprint(recording, number)?,
            top,
            store,
            next,
            is_lost: false,
            generation: cache.generation(),
            version: new_version(),
        };
        page.shrink(cache);
        Ok(page)
    }

    /// Tells a recording, before the render, what the page shows, so that [`Recording::digest`] can answer that it need
    /// not be written again. The recording is then good for the next [`update`](Self::update) of this page only.
    pub fn tell(&self, shapes: &Shapes, recording: &mut Recording) {
        recording.expect(self.version);
        if self.is_lost {
            return;
        }
        let cache = shapes.lock();
        let shape = cache.shape(self.top.shape);
        for filled in self.top.gaps() {
            let gap = &shape.gaps[filled.gap as usize];
            if !matches!(gap.fill, Fill::Plain) {
                continue;
            }
            let mut last = (NONE, false);
            let can_pass = |item: Summary| {
                if item.shape != last.0 {
                    // What is added to an element that keeps what it holds is no part of the fingerprint.
                    let can_pass = item.shape != MARKUP
                        && cache.shape(item.shape).can_pass()
                        && !cache.merges(item.shape);
                    last = (item.shape, can_pass);
                }
                last.1 && item.is_bare
            };
            recording
                .known()
                .add(gap.number, filled.items.hashes_of(can_pass));
        }
    }

    /// Whether the recording was told what the page showed before its last update.
    fn is_outdated(&self, recording: &Recording) -> bool {
        !recording.is_complete() && recording.expected() != self.version
    }

    /// Emits what turns the page into the render.
    ///
    /// # Errors
    ///
    /// When the render is not certain. What was emitted is then worth nothing, and the page is good for
    /// [`root`](Self::root) only: every later update is refused.
    pub fn update<E: Emit + ?Sized>(
        &mut self,
        shapes: &Shapes,
        recording: &Recording,
        emit: &mut E,
    ) -> Result<()> {
        let region = recording.top();
        if self.is_lost || self.is_outdated(recording) {
            return Err(Refused::Replaced);
        }
        if region.hash == self.top.hash {
            return Ok(());
        }
        let mut cache = shapes.lock();
        self.version = new_version();
        let updated = self.advance(&mut cache, recording, emit);
        if let Err(refused) = &updated {
            cache.refuse(refused);
            self.is_lost = true;
        } else {
            cache.settle(&mut self.store, &mut self.top);
            if self.store.unused() > 64 + self.store.cells.len() / 2 {
                self.shrink(&cache);
            }
        }
        updated
    }

    fn advance<E: Emit + ?Sized>(
        &mut self,
        cache: &mut Cache,
        recording: &Recording,
        emit: &mut E,
    ) -> Result<()> {
        let is_replaced = self.generation != cache.generation() && cache.is_replaced(&self.top);
        if is_replaced || cache.page(recording)? != self.top.shape {
            return Err(Refused::Replaced);
        }
        self.generation = cache.generation();
        if self.next > u32::MAX - ROOM {
            return Err(Refused::Size);
        }
        self.store.mark();
        let mut walk = Walk::new(
            recording,
            cache,
            &mut self.store,
            Source::Next(self.next),
            emit,
        );
        let updated = walk.update(&mut self.top, &recording.top());
        let trail = std::mem::take(&mut walk.trail);
        let updated = updated.and_then(|()| walk.finish_run());
        let updated = updated.and_then(|()| walk.check_exchanged());
        if let Source::Next(next) = walk.source {
            self.next = next;
        }
        if let Err(refused) = updated {
            // What is refused here is certain in a larger part, perhaps, once the client is known.
            if refused != Refused::Kept {
                cache.learn(recording, &trail, &refused);
            }
            return Err(refused);
        }
        self.fingerprint = cache.fingerprint(recording, self.top.shape)?;
        Ok(())
    }

    /// Gives unused memory back.
    fn shrink(&mut self, cache: &Cache) {
        if self.store.unused() > 0 {
            let mut store = Store::default();
            cache.compact(&mut self.top, &mut self.store, &mut store);
            self.store = store;
        }
        self.store.shrink();
    }

    /// Keeps no hashes of the texts in long lists, for a page that nothing is expected to happen to. An update is what it
    /// would have been, but that the first time a row changes all its texts are sent.
    ///
    /// ```
    /// use djust_vdom::{Recording, ShapedPage, Shapes};
    ///
    /// let mut recording = Recording::new();
    /// recording.literal((0, 0), "<ul dj-root>");
    /// for number in 0..100 {
    ///     recording.enter();
    ///     recording.literal((0, 1), "<li>");
    ///     recording.text((0, 0), &number.to_string());
    ///     recording.literal((0, 2), "</li>");
    ///     recording.leave();
    /// }
    /// recording.literal((0, 3), "</ul>");
    /// let shapes = Shapes::new();
    /// let mut page = ShapedPage::mount(&shapes, &recording)?;
    /// let before = page.memory();
    /// page.hibernate(&shapes);
    /// assert!(page.memory() < before);
    /// # Ok::<(), djust_vdom::Refused>(())
    /// ```
    pub fn hibernate(&mut self, shapes: &Shapes) {
        if self.is_lost {
            return;
        }
        let cache = shapes.lock();
        coarsen(&mut self.top);
        self.shrink(&cache);
    }

    /// The root element alone, with the lowest number that no node had yet: for
    /// [`replace`](crate::replace()) and [`NumberedTree::parse_client`].
    ///
    /// Attributes that depend on values have a value that no attribute has.
    ///
    /// # Errors
    ///
    /// [`Error::NoRoot`], never in practice: a page without a root is not mounted.
    pub fn root(&self, shapes: &Shapes) -> std::result::Result<NumberedTree, Error> {
        let cache = shapes.lock();
        let shape = cache.shape(self.top.shape);
        let root = shape.root.as_ref().ok_or(Error::NoRoot)?;
        let tree = Tree::with_top(Kind::Element(ElementData {
            name: root.name.clone(),
            namespace: root.namespace,
            attributes: root.attributes.clone(),
            contents: None,
        }));
        let root = Root::new(tree, root.context.clone(), root.quirks);
        Ok(NumberedTree::new(root, vec![0], self.next))
    }

    /// How many nodes are numbered, the root included, and the checksum of their names: see
    /// [`NumberedTree::checksum`].
    pub fn count_and_checksum(&self, shapes: &Shapes) -> (u32, u32) {
        let mut sum = ids::Checksum::default();
        let cache = shapes.lock();
        cache.sum(&self.store, &self.top, None, &mut sum);
        sum.finish()
    }

    /// A hash of everything in the root that patches can change. The same in every process that has
    /// the same [`seed`](crate::seed), for renders of the same template.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The controls that `dj-model` binds, in document order.
    pub fn bindings(&self, shapes: &Shapes) -> Vec<Binding> {
        let mut found = Vec::new();
        shapes
            .lock()
            .bindings(&self.store, &self.top, None, &mut found);
        found
    }

    /// The lowest number that no node had yet.
    pub fn next_id(&self) -> crate::NodeId {
        crate::NodeId(self.next)
    }

    /// Memory that the page takes, in bytes; the shapes, which all pages share, not counted.
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.top.bytes() + self.store.bytes()
    }
}
