//! A parsed page and its live root.

use super::{Context, How, Quirks};
use crate::tree::walk::Scope;
use crate::tree::{Handle, Tree};
use crate::{Error, Root};

/// The document type declaration of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doctype {
    /// Usually `html`.
    pub name: String,
    /// Public identifier, empty when absent.
    pub public_id: String,
    /// System identifier, empty when absent.
    pub system_id: String,
    /// The comment the declaration follows, if any comes before it.
    pub after: Option<Handle>,
}

/// A page as a browser parses it.
///
/// ```
/// use djust_vdom::html::{self, Quirks};
///
/// let page = html::parse_document("<!doctype html><main dj-view=shop.Cart>0</main>");
/// assert_eq!(page.quirks(), Quirks::No);
/// let root = page.live_root().unwrap();
/// assert_eq!(page.tree().name(root), Some("main"));
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) tree: Tree,
    pub(super) quirks: Quirks,
    pub(super) doctype: Option<Doctype>,
    pub(super) how: How,
}

impl Document {
    /// The whole page; its top holds the `html` element and comments beside it.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The mode the doctype selects.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// The document type declaration.
    pub fn doctype(&self) -> Option<&Doctype> {
        self.doctype.as_ref()
    }

    /// Which parser made it.
    pub fn how(&self) -> How {
        self.how
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }

    pub(crate) fn set_quirks(&mut self, quirks: Quirks) {
        self.quirks = quirks;
    }

    /// The first element in document order with the attribute `dj-root`, else with `dj-view`.
    ///
    /// The content of templates is not looked at, as `querySelector` does not.
    pub fn live_root(&self) -> Option<Handle> {
        live_root(&self.tree, self.tree.top())
    }

    /// Cuts the live root's subtree out of the page and drops the rest.
    ///
    /// # Errors
    ///
    /// [`Error::NoRoot`] when no element has `dj-root` or `dj-view`.
    pub fn into_root(mut self) -> Result<Root, Error> {
        let root = self.live_root().ok_or(Error::NoRoot)?;
        let context = self
            .tree
            .parent(root)
            .filter(|&parent| self.tree.element(parent).is_some())
            .map(|parent| Context::of(&self.tree, parent, self.quirks));
        Ok(Root::new(self.tree.extract(root), context, self.quirks))
    }
}

pub(crate) fn live_root(tree: &Tree, top: Handle) -> Option<Handle> {
    let mut view = None;
    for node in tree.preorder(top, Scope::Children) {
        if tree.attribute(node, "dj-root").is_some() {
            return Some(node);
        }
        if view.is_none() && tree.attribute(node, "dj-view").is_some() {
            view = Some(node);
        }
    }
    view
}
