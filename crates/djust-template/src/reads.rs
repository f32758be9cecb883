//! What a template reads of its context, known without rendering it.
//!
//! A host that fetches data can look up what will be read and fetch no more and no less: see
//! [`Reads`]. The answer leans to too much: a branch that is never taken counts, and so does each
//! version of an overridden block, and so does what a name meant before a tag has set it.
//!
//! Invariants: what is known is a tree of [`Usage`]s with the context's names below node 0; a name
//! in a scope stands for a node of it, or for a value that does not come from the context.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::engine::Engine;
use crate::expression::{FilterExpression, Operand};
use crate::inherit::Block;
use crate::node::{Node, NodeList};
use crate::template::Template;
use crate::value::{Key, Value};

/// Lists of nodes inside one another, templates that include themselves among them.
const DEPTH: usize = 200;
/// Names looked up one in another.
const STEPS: usize = 32;
/// Nodes looked at in all.
const NODES: usize = 100_000;

/// What a template reads of its context.
///
/// ```
/// use djust_template::{Engine, Reads};
///
/// let source = "{% for book in books %}{{ book.title }} by {{ book.author.name }}{% endfor %}";
/// let template = Engine::default().template_from_str(source)?;
/// let reads = Reads::of(&template);
/// assert!(reads.is_complete());
///
/// let book = reads.names().attribute("books").and_then(|books| books.items()).unwrap();
/// let names: Vec<&str> = book.attributes().map(|(name, _)| name).collect();
/// assert_eq!(names, ["author", "title"]);
/// assert!(book.attribute("author").unwrap().attribute("name").unwrap().is_whole());
/// assert!(!book.is_whole());
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Debug)]
pub struct Reads {
    nodes: Vec<Usage>,
    complete: bool,
}

/// How one value is used.
#[derive(Debug, Default)]
struct Usage {
    whole: bool,
    attributes: BTreeMap<Box<str>, usize>,
    items: Option<usize>,
}

/// How one value is used: see [`Reads`].
#[derive(Clone, Copy, Debug)]
pub struct Read<'r> {
    reads: &'r Reads,
    node: usize,
}

impl Reads {
    /// Looks at a template, and at those it includes and extends by constant names.
    pub fn of(template: &Arc<Template>) -> Self {
        let mut reader = Reader {
            reads: Self {
                nodes: vec![Usage::default()],
                complete: true,
            },
            engine: template.engine().clone(),
            scopes: Vec::new(),
            isolated: false,
            blocks: HashMap::new(),
            depth: 0,
            left: NODES,
        };
        reader.list(template.nodes());
        reader.reads
    }

    /// Whether nothing can be read that is not listed: every tag is known, every included template
    /// has a constant name and could be loaded.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The context itself; its attributes are the names.
    pub fn names(&self) -> Read<'_> {
        Read {
            reads: self,
            node: 0,
        }
    }
}

impl<'r> Read<'r> {
    fn usage(self) -> &'r Usage {
        &self.reads.nodes[self.node]
    }

    fn to(self, node: usize) -> Self {
        Self { node, ..self }
    }

    /// Whether the value is used as it is: shown, compared, given to a filter.
    pub fn is_whole(self) -> bool {
        self.usage().whole
    }

    /// What is looked up in the value by name, in the order of the names.
    pub fn attributes(self) -> impl Iterator<Item = (&'r str, Self)> {
        self.usage()
            .attributes
            .iter()
            .map(move |(name, &node)| (&**name, self.to(node)))
    }

    /// What is looked up under one name.
    pub fn attribute(self, name: &str) -> Option<Self> {
        let node = *self.usage().attributes.get(name)?;
        Some(self.to(node))
    }

    /// The use of the items, when the value is iterated over or an item is taken out.
    pub fn items(self) -> Option<Self> {
        self.usage().items.map(|node| self.to(node))
    }
}

/// A value in a scope: where it comes from, if that is the context.
pub(crate) type Origin = Option<usize>;

/// Collects what nodes read: handed to [`TagNode::reads`](crate::TagNode::reads).
pub struct Reader {
    reads: Reads,
    engine: Engine,
    scopes: Vec<HashMap<Box<str>, Origin>>,
    /// Whether names outside the scopes are out of sight.
    isolated: bool,
    blocks: HashMap<Arc<str>, Vec<NodeList>>,
    depth: usize,
    left: usize,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Anything may be read here that nobody knows of.
    pub fn anything(&mut self) {
        self.reads.complete = false;
    }

    /// A list of nodes that is rendered with the names in sight.
    pub fn list(&mut self, list: &NodeList) {
        if self.depth == DEPTH {
            return self.anything();
        }
        self.depth += 1;
        for node in list.nodes() {
            if self.left == 0 {
                self.anything();
                break;
            }
            self.left -= 1;
            match node {
                Node::Text { .. } => {}
                Node::Variable { expression, .. } => self.value(expression),
                Node::Tag { node, .. } => node.reads(self),
            }
        }
        self.depth -= 1;
    }

    /// A value that is used as it is.
    pub fn value(&mut self, expression: &FilterExpression) {
        if let Some(node) = self.trace(expression) {
            self.reads.nodes[node].whole = true;
        }
    }

    /// Values that are used as they are.
    pub fn values<'e>(&mut self, expressions: impl IntoIterator<Item = &'e FilterExpression>) {
        for expression in expressions {
            self.value(expression);
        }
    }

    /// Names whose values are used as they are.
    pub fn names(&mut self, names: &[Key]) {
        for name in names {
            let origin = self.path(std::slice::from_ref(name));
            self.whole(origin);
        }
    }

    /// A name that means something else from here on, if the node is rendered. When it means
    /// something already, nobody knows which of the two it is.
    pub(crate) fn set(&mut self, name: &str, origin: Origin) {
        if self.scopes.iter().any(|scope| scope.contains_key(name)) {
            self.anything();
        }
        if self.scopes.is_empty() {
            self.scopes.push(HashMap::new());
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.into(), origin);
        }
    }

    /// Nodes that see more names.
    pub(crate) fn scope(&mut self, names: Vec<(Key, Origin)>, inside: impl FnOnce(&mut Self)) {
        let names = names
            .into_iter()
            .map(|(name, origin)| (name.as_str().into(), origin));
        self.scopes.push(names.collect());
        inside(self);
        self.scopes.pop();
    }

    /// Nodes that see these names only.
    pub(crate) fn isolate(&mut self, names: Vec<(Key, Origin)>, inside: impl FnOnce(&mut Self)) {
        let scopes = std::mem::take(&mut self.scopes);
        let isolated = std::mem::replace(&mut self.isolated, true);
        self.scope(names, inside);
        (self.scopes, self.isolated) = (scopes, isolated);
    }

    /// Names with the values they get.
    pub(crate) fn assigned(&mut self, names: &[(Key, FilterExpression)]) -> Vec<(Key, Origin)> {
        names
            .iter()
            .map(|(name, value)| (name.clone(), self.trace(value)))
            .collect()
    }

    /// Where a value comes from. Not used yet: the caller says how.
    pub(crate) fn trace(&mut self, expression: &FilterExpression) -> Origin {
        let (operand, filters) = expression.parts();
        let mut origin = match operand {
            Operand::Variable(path) | Operand::Super(path) => self.path(path),
            Operand::Constant(_) | Operand::Translated(_) => None,
        };
        for call in filters {
            let argument = call.argument.as_ref();
            if let Some(Operand::Variable(path) | Operand::Super(path)) = argument
                && let Some(node) = self.path(path)
            {
                self.reads.nodes[node].whole = true;
            }
            origin = self.filtered(origin, call.filter.name(), argument);
        }
        origin
    }

    /// What the items of a value are.
    pub(crate) fn items(&mut self, origin: Origin) -> Origin {
        let node = origin?;
        if let Some(items) = self.reads.nodes[node].items {
            return Some(items);
        }
        let items = self.add();
        self.reads.nodes[node].items = Some(items);
        Some(items)
    }

    pub(crate) fn whole(&mut self, origin: Origin) {
        if let Some(node) = origin {
            self.reads.nodes[node].whole = true;
        }
    }

    /// A list of `{grouper, list}` whose lists hold items of a value.
    pub(crate) fn groups(&mut self, list: Origin, grouper: Origin) -> usize {
        let (groups, group) = (self.add(), self.add());
        self.reads.nodes[groups].items = Some(group);
        for (name, origin) in [("grouper", grouper), ("list", list)] {
            if let Some(node) = origin {
                self.reads.nodes[group].attributes.insert(name.into(), node);
            }
        }
        groups
    }

    /// A template that is rendered here.
    pub(crate) fn template(
        &mut self,
        name: &FilterExpression,
        inside: impl FnOnce(&mut Self, &Arc<Template>),
    ) {
        self.value(name);
        let found = match name.constant() {
            Some(Value::Str(name)) => self.engine.get_template(name).ok(),
            _ => None,
        };
        match found {
            Some(template) => inside(self, &template),
            None => self.anything(),
        }
    }

    /// Nodes with blocks of their own: those of the templates around are out of sight.
    pub(crate) fn included(&mut self, template: &Arc<Template>) {
        let blocks = std::mem::take(&mut self.blocks);
        self.list(template.nodes());
        self.blocks = blocks;
    }

    pub(crate) fn override_blocks(&mut self, blocks: &[Arc<Block>]) {
        for block in blocks {
            let versions = self.blocks.entry(Arc::clone(&block.name)).or_default();
            versions.push(block.body.clone());
        }
    }

    /// A block: each version of it, since each may show the one below.
    pub(crate) fn block(&mut self, block: &Block) {
        let versions = self.blocks.get(&block.name).cloned().unwrap_or_default();
        self.scope(vec![(block.key.clone(), None)], |reader| {
            reader.list(&block.body);
            for version in &versions {
                reader.list(version);
            }
        });
    }

    fn add(&mut self) -> usize {
        self.reads.nodes.push(Usage::default());
        self.reads.nodes.len() - 1
    }

    fn path(&mut self, path: &[Key]) -> Origin {
        let (first, rest) = path.split_first()?;
        let known = self
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.get(first.as_str()));
        let mut node = match known {
            Some(origin) => (*origin)?,
            None if self.isolated => return None,
            None => self.attribute(0, first.as_str()),
        };
        for (step, key) in rest.iter().enumerate() {
            if step == STEPS {
                self.whole(Some(node));
                return None;
            }
            node = if key.index().is_some() {
                self.items(Some(node))?
            } else {
                self.attribute(node, key.as_str())
            };
        }
        Some(node)
    }

    fn attribute(&mut self, node: usize, name: &str) -> usize {
        if let Some(&found) = self.reads.nodes[node].attributes.get(name) {
            return found;
        }
        let new = self.add();
        self.reads.nodes[node].attributes.insert(name.into(), new);
        new
    }

    fn filtered(&mut self, origin: Origin, filter: &str, argument: Option<&Operand>) -> Origin {
        match filter {
            "slice" | "default" | "default_if_none" => origin,
            "first" | "last" | "random" => self.items(origin),
            "length" => None,
            "dictsort" | "dictsortreversed" => {
                let item = self.items(origin);
                match (item, argument) {
                    (Some(item), Some(Operand::Constant(Value::Str(path)))) => {
                        let node = path
                            .split('.')
                            .fold(item, |node, name| self.attribute(node, name));
                        self.reads.nodes[node].whole = true;
                    }
                    _ => self.whole(item),
                }
                origin
            }
            _ => {
                self.whole(origin);
                None
            }
        }
    }
}
