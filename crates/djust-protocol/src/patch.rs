//! What can be changed in a page.

use std::borrow::Cow;

/// Number of an element or comment of the live page.
///
/// Both sides count in document order from the root, which is 0; inserted nodes get numbers from a
/// base that the server names. Text has no number: it is the `text` of an element (before its first
/// numbered child) or the `tail` of a node (after it, up to the next numbered sibling).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Operation numbers on the wire.
pub(crate) mod operation {
    pub(crate) const SET_TEXT: u8 = 0;
    pub(crate) const SET_TAIL: u8 = 1;
    pub(crate) const SET_ATTRIBUTE: u8 = 2;
    pub(crate) const REMOVE_ATTRIBUTE: u8 = 3;
    pub(crate) const INSERT_HTML: u8 = 4;
    pub(crate) const REMOVE: u8 = 5;
    pub(crate) const MOVE: u8 = 6;
    pub(crate) const REPLACE_CHILDREN: u8 = 7;
    pub(crate) const INSERT_TREE: u8 = 8;
    pub(crate) const MERGE: u8 = 9;
    pub(crate) const MOVE_ALL: u8 = 10;
}

/// Name that marks a comment in a node tree.
pub(crate) const COMMENT_NAME: &str = "#comment";
/// Name of the only element that has content beside its children.
pub(crate) const TEMPLATE_NAME: &str = "template";

/// One change of the page.
///
/// ```
/// use djust_protocol::{Encoder, NodeId, Patch};
///
/// let mut encoder = Encoder::new();
/// encoder.patch(&Patch::Remove { id: NodeId(4), count: 2 });
/// assert_eq!(encoder.as_str(), "[5,4,2]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Patch<'a> {
    /// Sets the text of an element before its first numbered child, or the data of a comment.
    SetText {
        /// Element or comment.
        id: NodeId,
        /// The whole run.
        text: Cow<'a, str>,
    },
    /// Sets the text after a node, up to its next numbered sibling.
    SetTail {
        /// Element or comment.
        id: NodeId,
        /// The whole run.
        text: Cow<'a, str>,
    },
    /// Sets an attribute.
    SetAttribute {
        /// Element.
        id: NodeId,
        /// Name as serialised HTML writes it.
        name: Cow<'a, str>,
        /// New value.
        value: Cow<'a, str>,
    },
    /// Removes an attribute.
    RemoveAttribute {
        /// Element.
        id: NodeId,
        /// Name as serialised HTML writes it.
        name: Cow<'a, str>,
    },
    /// Inserts HTML as children of `parent`.
    InsertHtml {
        /// Element that gets the children.
        parent: NodeId,
        /// Sibling after whose tail they go; 0 for the first place, after the parent's text.
        after: NodeId,
        /// Number of the first inserted node.
        base: NodeId,
        /// One or more nodes with their tails.
        html: Cow<'a, str>,
    },
    /// Removes a node and the numbered siblings that follow it, each with its tail.
    Remove {
        /// First node.
        id: NodeId,
        /// How many nodes, at least 1.
        count: u32,
    },
    /// Moves a node with its tail inside its parent.
    ///
    /// Several that move one behind the other are one operation on the wire.
    Move {
        /// Parent before and after.
        parent: NodeId,
        /// Sibling after whose tail it goes; 0 for the first place, after the parent's text.
        after: NodeId,
        /// The node.
        id: NodeId,
    },
    /// Replaces the text and all children of an element.
    ReplaceChildren {
        /// Element.
        id: NodeId,
        /// Number of the first new node.
        base: NodeId,
        /// New content.
        html: Cow<'a, str>,
    },
    /// Inserts a tree of nodes, for content that HTML cannot write down exactly.
    InsertTree {
        /// Element that gets the children.
        parent: NodeId,
        /// Sibling after whose tail they go; 0 for the first place, after the parent's text.
        after: NodeId,
        /// Number of the first inserted node.
        base: NodeId,
        /// One or more nodes with their tails.
        nodes: Vec<TreeNode<'a>>,
    },
    /// Adds to what an element with `dj-update` append or prepend holds.
    Merge {
        /// Element.
        id: NodeId,
        /// Nodes, which take the place of those with their keys or join them.
        html: Cow<'a, str>,
    },
}

/// Namespace of an element in a node tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// `http://www.w3.org/1999/xhtml`
    Html = 0,
    /// `http://www.w3.org/2000/svg`
    Svg = 1,
    /// `http://www.w3.org/1998/Math/MathML`
    MathMl = 2,
}

/// A node of [`Patch::InsertTree`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeNode<'a> {
    /// An element with everything in it.
    Element {
        /// Local name.
        name: Cow<'a, str>,
        /// Namespace.
        namespace: Namespace,
        /// Attributes in order.
        attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
        /// Text before the first child.
        text: Cow<'a, str>,
        /// Children with their tails.
        children: Vec<TreeNode<'a>>,
        /// Text after the element.
        tail: Cow<'a, str>,
    },
    /// An HTML `template` with everything in its content.
    Template {
        /// Attributes in order.
        attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
        /// Text before the first node of the content.
        text: Cow<'a, str>,
        /// Nodes of the content with their tails.
        content: Vec<TreeNode<'a>>,
        /// Text after the element.
        tail: Cow<'a, str>,
    },
    /// A comment.
    Comment {
        /// What stands between `<!--` and `-->`.
        data: Cow<'a, str>,
        /// Text after the comment.
        tail: Cow<'a, str>,
    },
}
