//! The element a fragment is parsed inside.

use super::strict::{self, Flags};
use crate::Namespace;
use crate::tree::{Attribute, ElementData, Handle, Name, Tree};

/// How a document's doctype makes a browser parse it.
///
/// For the tree only [`Quirks::Full`] differs: there a table does not close an open `p`
/// ([§13.2.6.4.7](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quirks {
    /// Standards mode.
    #[default]
    No,
    /// Limited quirks mode: as standards mode for the tree.
    Limited,
    /// Quirks mode: no doctype, or an ancient one.
    Full,
}

/// The context element of the fragment parsing algorithm
/// ([§13.4](https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments)).
///
/// ```
/// use djust_vdom::html::{self, Context};
/// use djust_vdom::Nodes;
///
/// let mut rows = String::new();
/// let tree = html::parse_fragment("<tr><td>1", &Context::new("tbody"));
/// html::write(Nodes::children_of(&tree, tree.top()), &mut rows);
/// assert_eq!(rows, "<tr><td>1</td></tr>");
///
/// let mut text = String::new();
/// let tree = html::parse_fragment("<tr><td>1", &Context::new("div"));
/// html::write_children(&tree, tree.top(), &mut text);
/// assert_eq!(text, "1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    name: Name,
    namespace: Namespace,
    /// `encoding` of a `math` element's `annotation-xml`: decides whether it holds HTML.
    encoding: Option<String>,
    quirks: Quirks,
    inside_form: bool,
    /// What is open around the element, as far as the page says.
    flags: Flags,
}

impl Context {
    /// An HTML element of this name, in standards mode, outside any form.
    pub fn new(name: &str) -> Self {
        Self {
            name: Name::from(name),
            namespace: Namespace::Html,
            encoding: None,
            quirks: Quirks::No,
            inside_form: false,
            flags: Flags::default(),
        }
    }

    /// An HTML element of this name inside this context, in the same document.
    ///
    /// The fragment parsing algorithm looks at the context element only. What is inserted into a
    /// page by its text, before that is parsed, also meets the elements around; the strict parser
    /// respects those a context was made with.
    ///
    /// ```
    /// use djust_vdom::html::{Context, strict};
    ///
    /// let context = Context::new("body").inside("a").inside("span");
    /// assert!(strict::parse_fragment("<b>1</b>", &context).is_ok());
    /// assert!(strict::parse_fragment("<a>1</a>", &context).is_err());
    /// ```
    #[must_use]
    pub fn inside(&self, name: &str) -> Self {
        Self {
            name: Name::from(name),
            namespace: Namespace::Html,
            encoding: None,
            quirks: self.quirks,
            inside_form: self.inside_form
                || (self.namespace == Namespace::Html && &*self.name == "form"),
            flags: strict::flags_inside(self),
        }
    }

    /// The same context with an element of another namespace.
    #[must_use]
    pub fn with_namespace(self, namespace: Namespace) -> Self {
        Self { namespace, ..self }
    }

    /// The same context in a document of another mode.
    #[must_use]
    pub fn with_quirks(self, quirks: Quirks) -> Self {
        Self { quirks, ..self }
    }

    /// The same context inside a `form` element: the parser drops `form` tags there.
    #[must_use]
    pub fn inside_form(self) -> Self {
        Self {
            inside_form: true,
            ..self
        }
    }

    /// The context an element of a tree is for what is put into it.
    pub(crate) fn of(tree: &Tree, element: Handle, quirks: Quirks) -> Self {
        let name = tree
            .element(element)
            .map_or_else(|| Name::from("body"), |e| e.name.clone());
        Self {
            name,
            namespace: tree.namespace(element),
            encoding: tree.attribute(element, "encoding").map(str::to_owned),
            quirks,
            inside_form: tree
                .closest(element, |node| tree.is_html(node, "form"))
                .is_some(),
            flags: Flags::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn namespace(&self) -> Namespace {
        self.namespace
    }

    pub(super) fn flags(&self) -> Flags {
        self.flags
    }

    pub(crate) fn quirks(&self) -> Quirks {
        self.quirks
    }

    pub(crate) fn is_inside_form(&self) -> bool {
        self.inside_form
    }

    /// The context element itself.
    pub(crate) fn element(&self) -> ElementData {
        let attributes = self.encoding.iter().map(|encoding| Attribute {
            name: Name::from("encoding"),
            value: encoding.clone(),
        });
        ElementData {
            name: self.name.clone(),
            namespace: self.namespace,
            attributes: attributes.collect(),
            contents: None,
        }
    }
}
