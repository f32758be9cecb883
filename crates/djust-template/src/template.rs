//! A compiled template.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Result;
use crate::inherit::{self, Block};
use crate::library::{Builtin, UsedBuiltins};
use crate::node::{Node, NodeList, TagNode};
use crate::parse::{Parser, Partials};
use crate::render::Sink;
use crate::span::{Origin, Source, Span};
use crate::tags::ExtendsNode;

/// A compiled template: immutable, shared between threads.
///
/// ```
/// use djust_template::{Context, Engine};
/// let template = Engine::default().template_from_str("{{ a|upper }}")?;
/// let mut context = Context::from_iter([("a", "x")]);
/// assert_eq!(template.render(&mut context)?, "X");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub struct Template {
    engine: Engine,
    source: Arc<Source>,
    nodes: NodeList,
    partials: Option<Arc<Partials>>,
    blocks: OnceLock<Vec<Arc<Block>>>,
    builtins: UsedBuiltins,
}

/// Sources of the templates that exist, by number.
static SOURCES: Mutex<Sources> = Mutex::new(Sources {
    by_number: BTreeMap::new(),
    most: 1024,
});

struct Sources {
    by_number: BTreeMap<u32, Weak<Source>>,
    /// How many there may be before those of templates that are gone are taken out.
    most: usize,
}

/// A number for a template about to be compiled, so that the places in it are unique in the process.
pub(crate) fn next_number(source: &Source) -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    source.set_number(number);
    number
}

/// Makes a source known to [`source_of`], before a sink learns of places in it.
fn note(source: &Arc<Source>) {
    let Some(number) = source.number_to_note() else {
        return;
    };
    let mut sources = SOURCES.lock().unwrap_or_else(PoisonError::into_inner);
    if sources.by_number.len() >= sources.most {
        sources
            .by_number
            .retain(|_, source| source.strong_count() > 0);
        sources.most = 1024.max(2 * sources.by_number.len());
    }
    sources.by_number.insert(number, Arc::downgrade(source));
}

/// The source of the template with a number, as long as it exists.
pub(crate) fn source_of(number: u32) -> Option<Arc<Source>> {
    let sources = SOURCES.lock().unwrap_or_else(PoisonError::into_inner);
    sources.by_number.get(&number)?.upgrade()
}

impl Template {
    pub(crate) fn compile(engine: &Engine, source: Arc<Source>) -> Result<Self> {
        let mut parser = Parser::new(engine, Arc::clone(&source))?;
        let nodes = parser.parse(&[])?;
        let partials = parser.take_partials();
        let builtins = parser.take_builtins();
        Ok(Self {
            builtins,
            engine: engine.for_template(),
            source,
            nodes,
            partials,
            blocks: OnceLock::new(),
        })
    }

    /// A template that consists of one tag and has no text: for a [`Loader`](crate::Loader) whose host has
    /// templates of other kinds, which render themselves.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use djust_template::{Context, Engine, Output, Result, Sink, SlotId, Source, TagNode, Template};
    ///
    /// struct Greeting;
    ///
    /// impl TagNode for Greeting {
    ///     fn class_name(&self) -> &str {
    ///         "Greeting"
    ///     }
    ///
    ///     fn render(&self, _: &mut Context, out: &mut dyn Sink) -> Result<()> {
    ///         out.value(SlotId { template: 0, index: 0 }, Output::Text("hello"));
    ///         Ok(())
    ///     }
    /// }
    ///
    /// let source = Source::new("", Some("greeting"), None);
    /// let template = Arc::new(Template::of_node(&Engine::default(), source, Arc::new(Greeting)));
    /// assert_eq!(template.render(&mut Context::new())?, "hello");
    /// # Ok::<(), djust_template::Error>(())
    /// ```
    pub fn of_node(engine: &Engine, source: Source, node: Arc<dyn TagNode>) -> Self {
        let source = Arc::new(source);
        let span = Span { start: 0, end: 0 };
        Self {
            engine: engine.for_template(),
            nodes: NodeList::new(Arc::clone(&source), vec![Node::Tag { node, span }]),
            source,
            partials: None,
            blocks: OnceLock::new(),
            builtins: UsedBuiltins::default(),
        }
    }

    /// A template that consists of one partial of this one.
    pub(crate) fn partial(&self, name: &str) -> Option<Self> {
        Some(Self {
            engine: self.engine.clone(),
            source: Arc::clone(&self.source),
            nodes: self.partials.as_ref()?.get(name)?,
            partials: self.partials.clone(),
            blocks: OnceLock::new(),
            builtins: UsedBuiltins::default(),
        })
    }

    /// The tags and filters that it uses and that need no `{% load %}`, each once, with their places in
    /// [`Engine::builtin_names`].
    pub fn builtins(&self) -> impl Iterator<Item = (usize, &Builtin)> {
        let names = self.engine.builtin_names();
        let used = self.builtins.iter().map(|&place| place as usize);
        used.filter_map(|place| Some((place, names.get(place)?)))
    }

    /// All blocks of the template.
    pub(crate) fn blocks(&self) -> &[Arc<Block>] {
        self.blocks.get_or_init(|| inherit::collect(&self.nodes))
    }

    /// Whether the template extends another: its first node that is not text says so.
    pub(crate) fn extends(&self) -> bool {
        let first = self
            .nodes
            .nodes()
            .iter()
            .find(|node| !matches!(node, Node::Text { .. }));
        matches!(first, Some(Node::Tag { node, .. }) if node.downcast_ref::<ExtendsNode>().is_some())
    }

    /// The name under which the template was loaded.
    pub fn name(&self) -> Option<&str> {
        self.source.name()
    }

    /// Where the template was found.
    pub fn origin(&self) -> Option<&Origin> {
        self.source.origin()
    }

    /// The text that the template was compiled from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The engine that compiled it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The compiled nodes.
    pub fn nodes(&self) -> &NodeList {
        &self.nodes
    }

    /// Renders to a string.
    ///
    /// # Errors
    ///
    /// The first error of a tag, filter or host object.
    pub fn render(self: &Arc<Self>, context: &mut Context) -> Result<String> {
        let mut out = String::with_capacity(self.source.text().len() * 2);
        self.render_to(context, &mut out)?;
        Ok(out)
    }

    /// Renders into a sink. Inside a render under way this is an inclusion: tags start with fresh state.
    ///
    /// # Errors
    ///
    /// As [`Template::render`].
    pub fn render_to(self: &Arc<Self>, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        self.show_places(out);
        context.begin(self);
        let result = self
            .begun(context)
            .and_then(|()| self.nodes.render(context, out));
        context.end();
        result
    }

    /// Sees to it that the places of the template are found by their numbers, if the sink looks at these.
    pub(crate) fn show_places(&self, out: &dyn Sink) {
        if out.knows_places() {
            note(&self.source);
        }
    }

    /// Tells the host, unless this is the template that the render began with.
    fn begun(self: &Arc<Self>, context: &mut Context) -> Result<()> {
        if context.state().depth() < 2 {
            return Ok(());
        }
        self.engine.host().template_begins(self, context)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
