//! The tree: an arena of elements and comments, text kept in runs.
//!
//! Invariants:
//! - Text is not a node. Every element and container has `text`, the run before its first child;
//!   every node has `tail`, the run between it and its next sibling. So text that is adjacent is
//!   one run, always.
//! - Links are consistent in both directions (`debug_assert`ed where they are written).
//! - A tree made by [`Tree::extract`] is laid out in preorder, template contents included: a node
//!   comes before everything inside it.
//! - Nothing here recurses, dropping included: depth costs memory on the heap, never stack.

pub(crate) mod edit;
pub(crate) mod nodes;
pub(crate) mod same;
pub(crate) mod walk;

pub use nodes::{Element, Nodes, Step};

use std::num::NonZeroU32;

use crate::Namespace;

/// Interned name of an element or attribute.
pub(crate) type Name = html5ever::LocalName;

/// A node of one [`Tree`].
///
/// It is an index: cheap to copy, and meaningful only for the tree it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(NonZeroU32);

impl Handle {
    pub(crate) fn from_index(index: usize) -> Self {
        let number = u32::try_from(index)
            .ok()
            .and_then(|index| index.checked_add(1));
        Self(
            number
                .and_then(NonZeroU32::new)
                .expect("a tree has fewer than 2^32 - 1 nodes"),
        )
    }

    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// One attribute, its name in serialised form (`xlink:href`, `viewBox`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: Name,
    pub(crate) value: String,
}

/// What only elements have.
#[derive(Clone, Debug)]
pub(crate) struct ElementData {
    pub(crate) name: Name,
    pub(crate) namespace: Namespace,
    pub(crate) attributes: Vec<Attribute>,
    /// The content of an HTML `template` element: a fragment whose parent is the element.
    pub(crate) contents: Option<Handle>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Top of a parsed page.
    Document,
    /// Top of a parsed fragment, or the content of a template.
    Fragment,
    /// A comment; its data is the node's `text`.
    Comment,
    Element(ElementData),
}

/// What happens to the inside of an element when it is rendered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// It becomes what was rendered.
    Replace,
    /// What was rendered is added at the end, or updates what has the same key.
    Append,
    /// As `Append`, at the beginning.
    Prepend,
    /// Nothing: it belongs to the page's own code.
    Ignore,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) tail: String,
    pub(crate) parent: Option<Handle>,
    pub(crate) previous: Option<Handle>,
    pub(crate) next: Option<Handle>,
    pub(crate) first_child: Option<Handle>,
    pub(crate) last_child: Option<Handle>,
}

impl Node {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            text: String::new(),
            tail: String::new(),
            parent: None,
            previous: None,
            next: None,
            first_child: None,
            last_child: None,
        }
    }
}

/// Elements and comments with their runs of text.
///
/// ```
/// use djust_vdom::html::{self, Context};
///
/// let tree = html::parse_fragment("one <b class=x>two</b> three", &Context::new("p"));
/// let bold = tree.children(tree.top()).next().unwrap();
/// assert_eq!(tree.text(tree.top()), "one ");
/// assert_eq!(tree.name(bold), Some("b"));
/// assert_eq!(tree.attribute(bold, "class"), Some("x"));
/// assert_eq!((tree.text(bold), tree.tail(bold)), ("two", " three"));
/// ```
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    pub(crate) fn with_top(kind: Kind) -> Self {
        Self {
            nodes: vec![Node::new(kind)],
        }
    }

    /// A tree with room for some nodes.
    pub(crate) fn with_capacity(kind: Kind, nodes: usize) -> Self {
        let mut tree = Self {
            nodes: Vec::with_capacity(nodes),
        };
        tree.create(kind);
        tree
    }

    pub(crate) fn node(&self, handle: Handle) -> &Node {
        &self.nodes[handle.index()]
    }

    pub(crate) fn node_mut(&mut self, handle: Handle) -> &mut Node {
        &mut self.nodes[handle.index()]
    }

    /// Number of nodes in the arena, reachable or not.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn element(&self, handle: Handle) -> Option<&ElementData> {
        match &self.node(handle).kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The node everything else hangs below: the page, the fragment, or the live root itself.
    pub fn top(&self) -> Handle {
        Handle::from_index(0)
    }

    /// The local name of an element, in the case of its namespace (`div`, `foreignObject`);
    /// `None` for comments and for the top of a page or fragment.
    pub fn name(&self, node: Handle) -> Option<&str> {
        self.element(node).map(|element| &*element.name)
    }

    /// The namespace of an element; HTML for anything else.
    pub fn namespace(&self, node: Handle) -> Namespace {
        self.element(node)
            .map_or(Namespace::Html, |element| element.namespace)
    }

    /// Whether the node is a comment.
    pub fn is_comment(&self, node: Handle) -> bool {
        matches!(self.node(node).kind, Kind::Comment)
    }

    /// The text before the first child node; the data of a comment.
    pub fn text(&self, node: Handle) -> &str {
        &self.node(node).text
    }

    /// The text between the node and its next sibling node, or the end of its parent.
    pub fn tail(&self, node: Handle) -> &str {
        &self.node(node).tail
    }

    /// The value of an attribute, by its serialised name.
    pub fn attribute(&self, node: Handle, name: &str) -> Option<&str> {
        self.element(node)?
            .attributes
            .iter()
            .find(|attribute| &*attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// Name and value of every attribute, in source order. Names are unique.
    pub fn attributes(&self, node: Handle) -> impl Iterator<Item = (&str, &str)> {
        self.element(node)
            .into_iter()
            .flat_map(|element| &element.attributes)
            .map(|attribute| (&*attribute.name, attribute.value.as_str()))
    }

    /// The node this one is a child of. The content of a template has the template as parent.
    pub fn parent(&self, node: Handle) -> Option<Handle> {
        self.node(node).parent
    }

    /// Elements and comments directly inside the node, in order.
    pub fn children(&self, node: Handle) -> impl Iterator<Item = Handle> {
        std::iter::successors(self.node(node).first_child, |&child| self.node(child).next)
    }

    /// The content of a `template` element: a node whose children are the content's nodes.
    pub fn template_contents(&self, node: Handle) -> Option<Handle> {
        self.element(node)?.contents
    }

    /// Whether the element is an HTML `template`.
    pub(crate) fn is_template(&self, node: Handle) -> bool {
        self.template_contents(node).is_some()
    }

    /// What a new render does to the inside of an element: its `dj-update`.
    pub(crate) fn inside(&self, node: Handle) -> Inside {
        match self.attribute(node, "dj-update") {
            Some("append") => Inside::Append,
            Some("prepend") => Inside::Prepend,
            Some("ignore") => Inside::Ignore,
            _ => Inside::Replace,
        }
    }

    /// Whether what is inside has no numbers, because the page may hold other nodes there than the
    /// server rendered.
    pub(crate) fn is_leaf(&self, node: Handle) -> bool {
        self.inside(node) != Inside::Replace
    }

    /// Whether the element is an HTML element of this name.
    pub(crate) fn is_html(&self, node: Handle, name: &str) -> bool {
        self.element(node)
            .is_some_and(|element| element.namespace == Namespace::Html && &*element.name == name)
    }

    /// The nearest node that satisfies the condition, from the node itself upwards.
    pub(crate) fn closest(
        &self,
        node: Handle,
        condition: impl Fn(Handle) -> bool,
    ) -> Option<Handle> {
        std::iter::successors(Some(node), |&node| self.node(node).parent)
            .find(|&node| condition(node))
    }
}
