//! The state of one render: names, flags, limits.
//!
//! Invariants: `frames` is sorted and its last entry is at most `names.len()`; every push has its pop, so that a
//! render leaves the context as it found it, names set at the top level aside.

mod convert;
mod lookup;
mod services;
mod state;

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use self::lookup::constant;
use self::services::Messages;
pub use self::state::RenderState;
use crate::engine::Engine;
use crate::error::Result;
use crate::filters::Room;
use crate::host::{Host, Locale};
use crate::inherit::BlockObject;
use crate::template::Template;
use crate::value::{Key, Names, Value};

static NO_HOST: crate::host::NoHost = crate::host::NoHost;

/// The names that a template sees, innermost scope first, and the state of its render.
///
/// A context owns everything it needs and is cheap to move: a host tag takes it out (`std::mem::take`), lends it to
/// the host's language and puts it back.
///
/// ```
/// use djust_template::{Context, Engine};
/// let mut context = Context::new();
/// context.set("name", "Ada");
/// let template = Engine::default().template_from_str("Hello {{ name }}")?;
/// assert_eq!(template.render(&mut context)?, "Hello Ada");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Default)]
pub struct Context {
    base: Option<Arc<dyn Names>>,
    names: Vec<(Key, Value)>,
    frames: Vec<usize>,
    flags: Flags,
    engine: Option<Engine>,
    state: RenderState,
    extension: Option<Arc<dyn Any + Send + Sync>>,
    locale: OnceCell<Arc<Locale>>,
    groups_digits: OnceCell<bool>,
    depth: usize,
    output: usize,
    /// What `depth` and `output` may come to.
    bounds: Bounds,
    messages: Messages,
    /// Where the filters of an expression change its text.
    room: RefCell<Room>,
}

/// Bounds of a render. Without an engine there are none.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    depth: usize,
    output: usize,
}

impl Bounds {
    fn of(engine: &Engine) -> Self {
        let limits = engine.limits();
        Self {
            depth: limits.render_depth,
            output: limits.output,
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            depth: usize::MAX,
            output: usize::MAX,
        }
    }
}

/// Whether values are escaped and localised.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    autoescape: Option<bool>,
    localize: Option<bool>,
    time_zones: Option<bool>,
}

impl Context {
    /// An empty context.
    pub fn new() -> Self {
        Self::default()
    }

    /// A context that starts with the names of a host mapping, read in place.
    pub fn from_names(names: Arc<dyn Names>) -> Self {
        Self {
            base: Some(names),
            ..Self::default()
        }
    }

    /// The mapping that lies below all scopes.
    pub fn base(&self) -> Option<&Arc<dyn Names>> {
        self.base.as_ref()
    }

    /// Opens a scope (`context.push()`).
    pub fn push(&mut self) {
        self.frames.push(self.names.len());
    }

    /// Closes the scope opened last; `false` if there is none (Django: `ContextPopException`).
    pub fn pop(&mut self) -> bool {
        match self.frames.pop() {
            Some(start) => {
                self.names.truncate(start);
                true
            }
            None => false,
        }
    }

    /// Number of open scopes.
    pub fn scopes(&self) -> usize {
        self.frames.len()
    }

    /// Sets a name in the innermost scope (`context[name] = value`).
    pub fn set(&mut self, name: impl Into<Key>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        let start = self.frames.last().copied().unwrap_or(0);
        match self.names[start..].iter_mut().find(|(key, _)| *key == name) {
            Some(entry) => entry.1 = value,
            None => self.names.push((name, value)),
        }
    }

    /// [`Context::set`] for names that are set again and again, such as those of a loop.
    pub(crate) fn put(&mut self, name: &Key, value: Value) {
        *self.place(name) = value;
    }

    /// Where the innermost scope keeps the value of a name, which becomes `None` if it is new.
    #[inline]
    pub(crate) fn place(&mut self, name: &Key) -> &mut Value {
        let start = self.frames.last().copied().unwrap_or(0);
        let known = self.names[start..].iter().position(|(key, _)| key == name);
        let at = known.map_or_else(|| self.add(name), |at| start + at);
        &mut self.names[at].1
    }

    #[cold]
    fn add(&mut self, name: &Key) -> usize {
        self.names.push((name.clone(), Value::None));
        self.names.len() - 1
    }

    /// Sets a name in the innermost scope that has it, or else in the innermost (`context.set_upward`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn set_upward(&mut self, name: impl Into<Key>, value: impl Into<Value>) -> Result<()> {
        let (name, value) = (name.into(), value.into());
        if let Some(entry) = self.names.iter_mut().rev().find(|(key, _)| *key == name) {
            entry.1 = value;
            return Ok(());
        }
        let in_base = match &self.base {
            Some(base) => base.get(&name)?.is_some(),
            None => false,
        };
        if in_base {
            // The base is not written to: the name goes directly above it.
            let bottom = self.frames.first().copied().unwrap_or(self.names.len());
            self.names.insert(bottom, (name, value));
            self.frames.iter_mut().for_each(|start| *start += 1);
        } else {
            self.set(name, value);
        }
        Ok(())
    }

    /// Removes a name from the innermost scope (`del context[name]`); `false` if it is not there.
    pub fn remove(&mut self, name: &str) -> bool {
        let start = self.frames.last().copied().unwrap_or(0);
        match self.names[start..]
            .iter()
            .position(|(key, _)| key.as_str() == name)
        {
            Some(at) => {
                self.names.remove(start + at);
                true
            }
            None => false,
        }
    }

    /// The value of a name, not called; the constants `True`, `False` and `None` included.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn get(&self, key: &Key) -> Result<Option<Value>> {
        if let Some(value) = self.local(key) {
            return Ok(Some(value.clone()));
        }
        if let Some(base) = &self.base
            && let Some(value) = base.get(key)?
        {
            return Ok(Some(value));
        }
        Ok(constant(key))
    }

    /// The value of a name set above the base.
    #[inline]
    pub(crate) fn local(&self, key: &Key) -> Option<&Value> {
        self.names
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Every scope above the base, outermost first, each with its names in the order in which they were set.
    pub fn layers(&self) -> Vec<&[(Key, Value)]> {
        let mut layers = Vec::with_capacity(self.frames.len() + 1);
        let mut start = 0;
        for &end in self.frames.iter().chain(std::iter::once(&self.names.len())) {
            layers.push(&self.names[start..end]);
            start = end;
        }
        layers
    }

    /// All names with the values that a template would see (`context.flatten()`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn flatten(&self) -> Result<Vec<(Key, Value)>> {
        let mut all: indexmap::IndexMap<Key, Value> = [
            ("True", true.into()),
            ("False", false.into()),
            ("None", Value::None),
        ]
        .map(|(name, value)| (Key::new(name), value))
        .into_iter()
        .collect();
        if let Some(base) = &self.base {
            all.extend(base.entries()?);
        }
        all.extend(self.names.iter().cloned());
        Ok(all.into_iter().collect())
    }

    /// Whether values are escaped at this point.
    pub fn autoescape(&self) -> bool {
        self.flags.autoescape.unwrap_or(true)
    }

    /// Switches escaping, and returns what it was.
    pub fn set_autoescape(&mut self, on: bool) -> bool {
        self.flags.autoescape.replace(on).unwrap_or(true)
    }

    /// Whether numbers and dates are localised: `None` as the host is configured (`context.use_l10n`).
    pub fn use_l10n(&self) -> Option<bool> {
        self.flags.localize
    }

    /// Switches localisation, and returns what it was.
    pub fn set_use_l10n(&mut self, on: Option<bool>) -> Option<bool> {
        std::mem::replace(&mut self.flags.localize, on)
    }

    /// Whether aware moments are told in local time: `None` as the host is configured (`context.use_tz`).
    pub fn use_tz(&self) -> Option<bool> {
        self.flags.time_zones
    }

    /// Switches conversion to local time, and returns what it was.
    pub fn set_use_tz(&mut self, on: Option<bool>) -> Option<bool> {
        std::mem::replace(&mut self.flags.time_zones, on)
    }

    /// The parent's text of a `block` variable, as `{{ block.super }}` gives it; `None` if the value is not such a
    /// variable. For hosts whose tags call it.
    ///
    /// # Errors
    ///
    /// As rendering the parent's block.
    pub fn super_block(&mut self, block: &Value) -> Option<Result<Value>> {
        match block {
            Value::Object(object) => {
                let object = Arc::clone(object);
                object
                    .downcast_ref::<BlockObject>()
                    .map(|block| block.parent(self))
            }
            _ => None,
        }
    }

    /// The engine of the render under way.
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// The host of the engine; without a render, one that has only defaults.
    pub fn host(&self) -> &dyn Host {
        self.engine
            .as_ref()
            .map_or(&NO_HOST, |engine| engine.host())
    }

    /// State that tags keep for the duration of one render (`context.render_context`), and the templates being rendered.
    pub fn state(&self) -> &RenderState {
        &self.state
    }

    /// The same, to be changed.
    pub fn state_mut(&mut self) -> &mut RenderState {
        &mut self.state
    }

    /// A value that the host hangs on the context, such as its own context object.
    pub fn extension(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.extension.as_ref()
    }

    /// Hangs a value of the host on the context.
    pub fn set_extension(&mut self, extension: Option<Arc<dyn Any + Send + Sync>>) {
        self.extension = extension;
    }

    /// Gives a context that renders a node list by itself its engine, with host and limits.
    pub fn set_engine(&mut self, engine: &Engine) {
        self.engine = Some(engine.clone());
        self.bounds = Bounds::of(engine);
        self.language_changed();
    }

    /// Begins a template: the outermost one decides about the engine.
    pub(crate) fn begin(&mut self, template: &Arc<Template>) {
        if self.state.template().is_none() {
            self.flags
                .autoescape
                .get_or_insert(template.engine().autoescape());
            self.engine = Some(template.engine().clone());
            self.bounds = Bounds::of(template.engine());
            self.language_changed();
            self.output = 0;
        }
        self.state.push(Arc::clone(template));
    }

    /// Begins a partial of the template under way, with fresh state.
    pub(crate) fn begin_partial(&mut self) {
        if let Some(template) = self.state.template().cloned() {
            self.state.push(template);
        }
    }

    /// Ends the template begun last.
    pub(crate) fn end(&mut self) {
        self.state.pop();
    }

    /// A context without names, for `{% include … only %}` and the like: flags, state and limits go on.
    ///
    /// Give it back with [`Context::restore`].
    pub(crate) fn isolate(&mut self) -> Isolated {
        Isolated {
            base: self.base.take(),
            names: std::mem::take(&mut self.names),
            frames: std::mem::take(&mut self.frames),
        }
    }

    /// Runs `work` with other names: `base` alone, and no scopes. Flags, state and limits go on.
    pub fn with_names<R>(
        &mut self,
        base: Option<Arc<dyn Names>>,
        work: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = self.isolate();
        self.base = base;
        let result = work(self);
        self.restore(outer);
        result
    }

    /// Takes the names away that were set outside of any scope.
    pub fn take_top(&mut self) -> Vec<(Key, Value)> {
        let end = self.frames.first().copied().unwrap_or(self.names.len());
        for frame in &mut self.frames {
            *frame -= end;
        }
        self.names.drain(..end).collect()
    }

    /// Puts the names back that [`Context::isolate`] took away.
    pub(crate) fn restore(&mut self, names: Isolated) {
        self.base = names.base;
        self.names = names.names;
        self.frames = names.frames;
    }
}

/// What an isolated stretch of a render keeps aside.
pub(crate) struct Isolated {
    base: Option<Arc<dyn Names>>,
    names: Vec<(Key, Value)>,
    frames: Vec<usize>,
}
