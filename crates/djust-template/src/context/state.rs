//! What tags keep for the duration of one render.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::inherit::Blocks;
use crate::render::SlotId;
use crate::span::Origin;
use crate::template::Template;

/// State by the tag that owns it. The engine gives the numbers, so that nobody can choose them to collide.
type States = HashMap<SlotId, Box<dyn Any + Send>, FixedState>;

/// The stack of templates under way, each with the state of its tags (`context.render_context`).
///
/// An included template starts with fresh state; a parent template shares the state of the one that extends it.
#[derive(Default)]
pub struct RenderState {
    frames: Vec<Frame>,
    shared: States,
    /// Templates that tags include by literals.
    included: HashMap<SlotId, Arc<Template>, FixedState>,
    /// The one that was asked for last: a loop asks for one again and again.
    included_last: Option<(SlotId, Arc<Template>)>,
    root: Option<Arc<Template>>,
}

#[derive(Default)]
struct Frame {
    template: Option<Arc<Template>>,
    /// Made when a tag first keeps something: most templates that are included have none.
    kept: Option<Box<Kept>>,
}

/// What is kept for one template.
#[derive(Default)]
struct Kept {
    values: States,
    blocks: Option<Blocks>,
    extended: Vec<Origin>,
    extension: Option<Arc<dyn Any + Send + Sync>>,
}

impl RenderState {
    /// The template being rendered (`context.render_context.template`).
    pub fn template(&self) -> Option<&Arc<Template>> {
        self.frames.last().and_then(|frame| frame.template.as_ref())
    }

    /// Number of templates under way, includes counted, parents not.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The template that the render began with (`context.template`).
    pub fn root(&self) -> Option<&Arc<Template>> {
        self.root.as_ref()
    }

    /// Begins a template with fresh state.
    pub(crate) fn push(&mut self, template: Arc<Template>) {
        if self.frames.is_empty() {
            self.root = Some(Arc::clone(&template));
        }
        self.frames.push(Frame {
            template: Some(template),
            kept: None,
        });
    }

    /// Ends the template begun last.
    pub(crate) fn pop(&mut self) {
        self.frames.pop();
        if self.frames.is_empty() {
            self.root = None;
            self.shared.clear();
            self.included.clear();
            self.included_last = None;
        }
    }

    /// Continues with another template in the same state (a parent), and returns the one before.
    pub(crate) fn replace(&mut self, template: Option<Arc<Template>>) -> Option<Arc<Template>> {
        let frame = self.frames.last_mut()?;
        std::mem::replace(&mut frame.template, template)
    }

    fn top(&mut self) -> &mut Kept {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        self.frames[last].kept.get_or_insert_default()
    }

    fn kept(&self) -> Option<&Kept> {
        self.frames.last()?.kept.as_deref()
    }

    /// The state of the tag that owns `slot`, made by `Default` when first asked for.
    ///
    /// A slot holds state of one type: asking for another type replaces what was there.
    pub fn get<T: Any + Send + Default>(&mut self, slot: SlotId) -> &mut T {
        let value = self
            .top()
            .values
            .entry(slot)
            .or_insert_with(|| Box::<T>::default());
        if !value.is::<T>() {
            *value = Box::<T>::default();
        }
        value.downcast_mut().expect("the type was checked above")
    }

    /// State as [`RenderState::get`] gives it, but shared by all templates of the render.
    pub(crate) fn get_shared<T: Any + Send + Default>(&mut self, slot: SlotId) -> &mut T {
        let value = self
            .shared
            .entry(slot)
            .or_insert_with(|| Box::<T>::default());
        if !value.is::<T>() {
            *value = Box::<T>::default();
        }
        value.downcast_mut().expect("the type was checked above")
    }

    /// The template that the tag that owns `slot` has included in this render by a literal.
    #[inline]
    pub(crate) fn included(&mut self, slot: SlotId) -> Option<Arc<Template>> {
        match &self.included_last {
            Some((last, template)) if *last == slot => Some(Arc::clone(template)),
            _ => self.included_before(slot),
        }
    }

    fn included_before(&mut self, slot: SlotId) -> Option<Arc<Template>> {
        let template = self.included.get(&slot)?;
        self.included_last = Some((slot, Arc::clone(template)));
        Some(Arc::clone(template))
    }

    /// Remembers what a tag has included.
    pub(crate) fn keep_included(&mut self, slot: SlotId, template: &Arc<Template>) {
        self.included.insert(slot, Arc::clone(template));
        self.included_last = Some((slot, Arc::clone(template)));
    }

    /// Whether the tag that owns `slot` has state.
    pub fn contains(&self, slot: SlotId) -> bool {
        self.kept()
            .is_some_and(|kept| kept.values.contains_key(&slot))
    }

    /// Forgets the state of the tag that owns `slot`.
    pub fn remove(&mut self, slot: SlotId) {
        self.top().values.remove(&slot);
    }

    /// The value that the host hangs on the template under way (its own `render_context` entries).
    pub fn extension(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.kept().and_then(|kept| kept.extension.as_ref())
    }

    /// Hangs a value of the host on the template under way.
    pub fn set_extension(&mut self, extension: Option<Arc<dyn Any + Send + Sync>>) {
        self.top().extension = extension;
    }

    /// Origins of the templates that the template under way has extended so far, its own first.
    pub(crate) fn extended(&mut self) -> &mut Vec<Origin> {
        &mut self.top().extended
    }

    pub(crate) fn blocks(&self) -> Option<&Blocks> {
        self.kept().and_then(|kept| kept.blocks.as_ref())
    }

    pub(crate) fn blocks_mut(&mut self) -> &mut Option<Blocks> {
        &mut self.top().blocks
    }
}
