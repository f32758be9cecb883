//! The live root: the part of a page that patches change.

use crate::html::{self, Context, Quirks};
use crate::ids::{self, NodeId};
use crate::tree::walk::Scope;
use crate::tree::{Handle, Inside, Kind, Nodes, Tree};
use crate::{Error, fingerprint};

/// The subtree of a page's live root, not yet numbered.
///
/// Its top is the root element; the root's own tail is outside.
#[derive(Clone, Debug)]
pub struct Root {
    tree: Tree,
    hashes: Vec<u64>,
    /// What the root stands in; `None` when it is the document element.
    context: Option<Context>,
    quirks: Quirks,
}

impl Root {
    /// Expects a tree in preorder whose top is the root element.
    pub(crate) fn new(tree: Tree, context: Option<Context>, quirks: Quirks) -> Self {
        let hashes = fingerprint::of_subtrees(&tree);
        Self {
            tree,
            hashes,
            context,
            quirks,
        }
    }

    /// The root element and everything inside it.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// A hash of everything in the root that patches can change, the same in every process and on
    /// every platform. Equal content has equal fingerprints, whatever the order of attributes.
    ///
    /// ```
    /// use djust_vdom::html;
    /// let one = html::parse_document("<p dj-root class=a>1</p>").into_root()?;
    /// let same = html::parse_document("<P class='a' dj-root>1").into_root()?;
    /// let other = html::parse_document("<p dj-root class=a>2</p>").into_root()?;
    /// assert_eq!(one.fingerprint(), same.fingerprint());
    /// assert_ne!(one.fingerprint(), other.fingerprint());
    /// # Ok::<(), djust_vdom::Error>(())
    /// ```
    pub fn fingerprint(&self) -> u64 {
        self.hash(self.tree.top())
    }

    /// Numbers the nodes in document order, the root 0.
    pub fn number(self) -> NumberedTree {
        let mut ids = vec![NOT_NUMBERED; self.tree.len()];
        let mut next = 0;
        for node in ids::numbered(&self.tree, self.tree.top()) {
            ids[node.index()] = next;
            next += 1;
        }
        NumberedTree {
            root: self,
            ids,
            next,
        }
    }

    pub(crate) fn hash(&self, node: Handle) -> u64 {
        self.hashes[node.index()]
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }

    pub(crate) fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// The same content in the place of another root: patches change neither what is around the root nor the
    /// mode that the page's document has been in since it was loaded.
    pub(crate) fn in_place_of(self, shown: &Self) -> Self {
        Self {
            context: shown.context.clone(),
            quirks: shown.quirks,
            ..self
        }
    }

    /// Whether the root stands inside a form.
    pub(crate) fn is_inside_form(&self) -> bool {
        self.context.as_ref().is_some_and(Context::is_inside_form)
    }

    /// Takes over a tree that was changed in place.
    #[cfg(feature = "oracle")]
    pub(crate) fn with_tree(&self, tree: Tree) -> Self {
        Self::new(tree, self.context.clone(), self.quirks)
    }
}

pub(crate) const NOT_NUMBERED: u32 = u32::MAX;

/// The live root with the number of every node: what a page shows, kept between two renders.
///
/// Numbered are elements and comments. The content of a `template` and what is inside an element
/// with `dj-update` (`ignore`, `append`, `prepend`) are not.
///
/// ```
/// use djust_vdom::{NodeId, html};
///
/// let page = "<body dj-root><p>a</p><template><i></i></template><!--c--></body>";
/// let live = html::parse_document(page).into_root()?.number();
/// assert_eq!(live.count(), 4);
/// assert_eq!(live.next_id(), NodeId(4));
/// # Ok::<(), djust_vdom::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct NumberedTree {
    root: Root,
    /// By index of the node.
    ids: Vec<u32>,
    next: u32,
}

impl NumberedTree {
    pub(crate) fn new(root: Root, ids: Vec<u32>, next: u32) -> Self {
        debug_assert_eq!(root.tree.len(), ids.len());
        Self { root, ids, next }
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// The root element and everything inside it.
    pub fn tree(&self) -> &Tree {
        &self.root.tree
    }

    /// The number of a node.
    pub fn id(&self, node: Handle) -> Option<NodeId> {
        self.ids
            .get(node.index())
            .copied()
            .filter(|&id| id != NOT_NUMBERED)
            .map(NodeId)
    }

    /// The lowest number never given away: the base of the next insertion.
    pub fn next_id(&self) -> NodeId {
        NodeId(self.next)
    }

    /// The same page with numbers used up below `next`: for tests of long sessions.
    #[cfg(feature = "oracle")]
    #[must_use]
    pub fn with_next_id(self, next: NodeId) -> Self {
        Self {
            next: self.next.max(next.0),
            ..self
        }
    }

    /// How many nodes are numbered, the root included.
    pub fn count(&self) -> u32 {
        ids::count_and_checksum(&self.root.tree, self.root.tree.top()).0
    }

    /// Checksum of the names of the numbered nodes in document order, `#comment` for comments: from 0 on, for each node the sum
    /// before it times `0x01000193`, plus the 32-bit FNV-1a hash of its name, modulo 2³².
    ///
    /// ```
    /// use djust_vdom::html;
    /// let live = html::parse_document("<p dj-root></p>").into_root()?.number();
    /// assert_eq!(live.checksum(), 0xf50c_43ef); // FNV-1a of "p"
    /// # Ok::<(), djust_vdom::Error>(())
    /// ```
    pub fn checksum(&self) -> u32 {
        ids::count_and_checksum(&self.root.tree, self.root.tree.top()).1
    }

    /// Forgets what was rendered inside elements with `dj-update` append or prepend, so that the next
    /// [`diff`](crate::diff()) sends all that is rendered there then.
    ///
    /// For a server that renders only what is to be added.
    ///
    /// ```
    /// use djust_vdom::html;
    ///
    /// let page = "<ul dj-root dj-update=append><li>1</li></ul>";
    /// let mut live = html::parse_document(page).into_root()?.number();
    /// live.forget_merged();
    /// assert_eq!(live.html(), r#"<ul dj-root="" dj-update="append"></ul>"#);
    /// # Ok::<(), djust_vdom::Error>(())
    /// ```
    pub fn forget_merged(&mut self) {
        let tree = &mut self.root.tree;
        let holders: Vec<Handle> = ids::numbered(tree, tree.top())
            .filter(|&node| matches!(tree.inside(node), Inside::Append | Inside::Prepend))
            .filter(|&node| tree.node(node).first_child.is_some() || !tree.text(node).is_empty())
            .collect();
        if holders.is_empty() {
            return;
        }
        for holder in holders {
            tree.node_mut(holder).text.clear();
            while let Some(child) = tree.node(holder).first_child {
                tree.unlink(child);
            }
        }
        let top = tree.top();
        self.ids = tree
            .preorder(top, Scope::Everything)
            .map(|node| self.ids[node.index()])
            .collect();
        let tree = tree.extract(top);
        self.root = Root::new(tree, self.root.context.take(), self.root.quirks);
    }

    /// See [`Root::fingerprint`].
    pub fn fingerprint(&self) -> u64 {
        self.root.fingerprint()
    }

    /// The root element as HTML, exactly what `outerHTML` gives in a browser: for comparison and
    /// [`parse_client`](Self::parse_client), not for parsing (browsers write a `pre` that begins with
    /// a line feed so that parsing loses it).
    pub fn html(&self) -> String {
        let mut out = String::new();
        let top = self.root.tree.top();
        html::write_as_browsers(Nodes::new(&self.root.tree, top, top), &mut out);
        out
    }

    /// Parses the root's `outerHTML` as the page has it now, numbered in document order.
    ///
    /// The page numbers its root the same way when it sends its HTML. HTML cannot express every
    /// tree a page can hold (a foreign script may have nested a `p` in a `p`): when the count and
    /// checksum the page sends with it differ from the result's, use [`replace`](crate::replace).
    ///
    /// # Errors
    ///
    /// [`Error::NoRoot`] when the HTML does not begin with the root.
    pub fn parse_client(&self, outer_html: &str) -> Result<Self, Error> {
        let outer_html = &*html::repeat_line_feeds(outer_html);
        match &self.root.context {
            Some(context) if !self.is_part_of_every_page() => {
                let (mut tree, inside) = html::parse_in(outer_html, context);
                let first = tree.node(inside).first_child.ok_or(Error::NoRoot)?;
                if !matches!(tree.node(first).kind, Kind::Element(_)) {
                    return Err(Error::NoRoot);
                }
                let tree = tree.extract(first);
                Ok(Root::new(tree, Some(context.clone()), self.root.quirks).number())
            }
            _ => {
                let doctype = match self.root.quirks {
                    Quirks::No | Quirks::Limited => "<!DOCTYPE html>",
                    Quirks::Full => "",
                };
                let mut page = html::parse_document(&format!("{doctype}{outer_html}"));
                page.set_quirks(self.root.quirks);
                Ok(page.into_root()?.number())
            }
        }
    }

    /// Whether the root is an element the parser makes by itself, so that its tag means something
    /// in a page only.
    fn is_part_of_every_page(&self) -> bool {
        let (tree, top) = (&self.root.tree, self.root.tree.top());
        ["html", "head", "body"]
            .iter()
            .any(|name| tree.is_html(top, name))
    }
}
