//! A row of siblings, and the steps by which it is written without recursion.

use super::walk::{Scope, Visit};
use super::{Handle, Kind, Tree};
use crate::Namespace;

/// Consecutive siblings of one tree, each with its tail.
#[derive(Clone, Copy, Debug)]
pub struct Nodes<'t> {
    tree: &'t Tree,
    first: Option<Handle>,
    last: Option<Handle>,
}

/// One step through [`Nodes`] in document order.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Step<'t> {
    /// An element begins; the steps up to its [`Step::Close`] are its children, or the content
    /// of a template.
    Open(Element<'t>),
    /// A comment.
    Comment {
        /// Its data.
        data: &'t str,
        /// The text after it.
        tail: &'t str,
    },
    /// The element ends.
    Close(Element<'t>),
}

/// An element met in a [`Step`].
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree,
    node: Handle,
}

impl<'t> Nodes<'t> {
    pub(crate) fn new(tree: &'t Tree, first: Handle, last: Handle) -> Self {
        debug_assert_eq!(tree.parent(first), tree.parent(last));
        Self {
            tree,
            first: Some(first),
            last: Some(last),
        }
    }

    /// All children of a node.
    pub fn children_of(tree: &'t Tree, parent: Handle) -> Self {
        let node = tree.node(parent);
        Self {
            tree,
            first: node.first_child,
            last: node.last_child,
        }
    }

    /// The tree the nodes belong to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The siblings, in order.
    pub fn handles(self) -> impl Iterator<Item = Handle> + use<'t> {
        let Self { tree, first, last } = self;
        std::iter::successors(first, move |&node| {
            if Some(node) == last {
                None
            } else {
                tree.node(node).next
            }
        })
    }

    /// Everything in the nodes in document order: what a writer of any notation needs.
    ///
    /// ```
    /// use djust_vdom::html::{self, Context};
    /// use djust_vdom::{Nodes, Step};
    ///
    /// let tree = html::parse_fragment("<ul><li>one</ul><!--end-->", &Context::new("div"));
    /// let mut written = String::new();
    /// for step in Nodes::children_of(&tree, tree.top()).steps() {
    ///     match step {
    ///         Step::Open(element) => written += &format!("({}{}", element.name(), element.text()),
    ///         Step::Close(_) => written += ")",
    ///         Step::Comment { data, .. } => written += &format!("#{data}"),
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!(written, "(ul(lione))#end");
    /// ```
    pub fn steps(self) -> impl Iterator<Item = Step<'t>> {
        let tree = self.tree;
        self.visits().filter_map(move |visit| match visit {
            Visit::Enter(node) => match &tree.node(node).kind {
                Kind::Element(_) => Some(Step::Open(Element { tree, node })),
                Kind::Comment => Some(Step::Comment {
                    data: tree.text(node),
                    tail: tree.tail(node),
                }),
                Kind::Document | Kind::Fragment => None,
            },
            Visit::Leave(node) => tree
                .element(node)
                .map(|_| Step::Close(Element { tree, node })),
        })
    }

    pub(crate) fn visits(self) -> impl Iterator<Item = Visit> + use<'t> {
        let tree = self.tree;
        self.handles()
            .flat_map(move |node| tree.walk(node, Scope::Everything))
    }
}

impl<'t> Element<'t> {
    /// The local name.
    pub fn name(self) -> &'t str {
        self.tree.name(self.node).unwrap_or_default()
    }

    /// The namespace.
    pub fn namespace(self) -> Namespace {
        self.tree.namespace(self.node)
    }

    /// Serialised name and value of every attribute.
    pub fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.tree.attributes(self.node)
    }

    /// The text before the first child; for a template, before the first node of its content.
    pub fn text(self) -> &'t str {
        match self.tree.template_contents(self.node) {
            Some(contents) => self.tree.text(contents),
            None => self.tree.text(self.node),
        }
    }

    /// The text after the element.
    pub fn tail(self) -> &'t str {
        self.tree.tail(self.node)
    }

    /// Whether this is an HTML `template`: what is between its steps is its content.
    pub fn is_template(self) -> bool {
        self.tree.is_template(self.node)
    }
}
