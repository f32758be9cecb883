//! Document order, without recursion.

use super::{Handle, Tree};

/// How far a walk goes inside a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Children and the contents of templates.
    Everything,
    /// Children only, as `querySelector` sees the page.
    Children,
    /// Children of numbered nodes: nothing inside a leaf.
    Numbered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    Enter(Handle),
    Leave(Handle),
}

/// Position of a walk; holds no borrow, so that the tree may be taken apart on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    top: Handle,
    scope: Scope,
    next: Option<Visit>,
}

impl Cursor {
    pub(crate) fn new(top: Handle, scope: Scope) -> Self {
        Self {
            top,
            scope,
            next: Some(Visit::Enter(top)),
        }
    }

    pub(crate) fn next(&mut self, tree: &Tree) -> Option<Visit> {
        let visit = self.next?;
        self.next = match visit {
            Visit::Enter(node) => Some(self.inside(tree, node)),
            Visit::Leave(node) if node == self.top => None,
            Visit::Leave(node) => Some(after(tree, node)),
        };
        Some(visit)
    }

    fn inside(&self, tree: &Tree, node: Handle) -> Visit {
        let first = match self.scope {
            Scope::Everything => tree.template_contents(node).or(tree.node(node).first_child),
            Scope::Numbered if tree.is_leaf(node) => None,
            Scope::Children | Scope::Numbered => tree.node(node).first_child,
        };
        first.map_or(Visit::Leave(node), Visit::Enter)
    }
}

fn after(tree: &Tree, node: Handle) -> Visit {
    let Some(parent) = tree.node(node).parent else {
        return Visit::Leave(node);
    };
    let next = if tree.template_contents(parent) == Some(node) {
        tree.node(parent).first_child
    } else {
        tree.node(node).next
    };
    next.map_or(Visit::Leave(parent), Visit::Enter)
}

impl Tree {
    pub(crate) fn walk(&self, top: Handle, scope: Scope) -> impl Iterator<Item = Visit> {
        let mut cursor = Cursor::new(top, scope);
        std::iter::from_fn(move || cursor.next(self))
    }

    /// The node and everything inside it within the scope, in document order.
    pub(crate) fn preorder(&self, top: Handle, scope: Scope) -> impl Iterator<Item = Handle> {
        self.walk(top, scope).filter_map(|visit| match visit {
            Visit::Enter(node) => Some(node),
            Visit::Leave(_) => None,
        })
    }
}
