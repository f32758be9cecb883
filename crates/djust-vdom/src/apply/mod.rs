//! The reference applier: the ten operations done to a tree, as a page has to do them.
//!
//! It decides what a patch means. It is strict: an operation that cannot be carried out exactly is
//! an error, never ignored and never repaired.

mod difference;
mod error;
mod merge;

pub use difference::difference;
pub use error::{ApplyError, Reason};

use std::collections::{HashMap, HashSet};

use crate::html::{self, Context};
use crate::tree::walk::Scope;
use crate::tree::{Attribute, ElementData, Handle, Kind, Name, Nodes, Step, Tree};
use crate::{Emit, NodeId, NumberedTree, Root, ids, root};

/// Applies operations to a numbered tree.
///
/// The first operation that fails is kept as the error; those after it are not applied.
///
/// ```
/// use djust_vdom::apply::{Applier, Reason};
/// use djust_vdom::{Emit, NodeId, html};
///
/// let live = html::parse_document("<p dj-root>a<b>b</b></p>").into_root()?.number();
/// let mut page = Applier::new(&live);
/// page.set_text(NodeId(1), "new");
/// assert_eq!(page.finish().unwrap().html(), r#"<p dj-root="">a<b>new</b></p>"#);
///
/// let mut page = Applier::new(&live);
/// page.set_text(NodeId(2), "new");
/// assert_eq!(page.finish().unwrap_err().reason, Reason::Unknown(NodeId(2)));
/// # Ok::<(), djust_vdom::Error>(())
/// ```
#[derive(Debug)]
pub struct Applier {
    root: Root,
    tree: Tree,
    nodes: HashMap<NodeId, Handle>,
    next: u32,
    operations: usize,
    error: Option<ApplyError>,
}

impl Applier {
    /// Begins with what a page shows.
    pub fn new(page: &NumberedTree) -> Self {
        let tree = page.tree().clone();
        let nodes = ids::numbered(&tree, tree.top())
            .filter_map(|node| page.id(node).map(|id| (id, node)))
            .collect();
        let next = page.next_id().0;
        Self {
            root: page.root().clone(),
            tree,
            nodes,
            next,
            operations: 0,
            error: None,
        }
    }

    /// What the page shows after all operations.
    ///
    /// # Errors
    ///
    /// The first operation that could not be applied.
    pub fn finish(mut self) -> Result<NumberedTree, ApplyError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let numbers: HashMap<Handle, u32> =
            self.nodes.iter().map(|(id, &node)| (node, id.0)).collect();
        let top = self.tree.top();
        let in_order: Vec<u32> = self
            .tree
            .preorder(top, Scope::Everything)
            .map(|node| numbers.get(&node).copied().unwrap_or(root::NOT_NUMBERED))
            .collect();
        let tree = self.tree.extract(top);
        Ok(NumberedTree::new(
            self.root.with_tree(tree),
            in_order,
            self.next,
        ))
    }

    fn operation(&mut self, apply: impl FnOnce(&mut Self) -> Result<(), Reason>) {
        if self.error.is_none()
            && let Err(reason) = apply(self)
        {
            self.error = Some(ApplyError {
                operation: self.operations,
                reason,
            });
        }
        self.operations += 1;
    }

    fn find(&self, id: NodeId) -> Result<Handle, Reason> {
        self.nodes.get(&id).copied().ok_or(Reason::Unknown(id))
    }

    fn find_below_root(&self, id: NodeId) -> Result<Handle, Reason> {
        let node = self.find(id)?;
        if node == self.tree.top() {
            Err(Reason::Root)
        } else {
            Ok(node)
        }
    }

    fn element(&mut self, id: NodeId) -> Result<&mut ElementData, Reason> {
        let node = self.find(id)?;
        match &mut self.tree.node_mut(node).kind {
            Kind::Element(element) => Ok(element),
            _ => Err(Reason::NotAnElement(id)),
        }
    }

    /// An element whose inside is the server's to change.
    fn find_parent(&self, id: NodeId) -> Result<Handle, Reason> {
        let node = self.find(id)?;
        if self.tree.element(node).is_none() {
            return Err(Reason::NotAnElement(id));
        }
        self.check_inside(id, node)?;
        Ok(node)
    }

    fn check_inside(&self, id: NodeId, node: Handle) -> Result<(), Reason> {
        if self.tree.is_leaf(node) || self.tree.is_template(node) {
            return Err(Reason::Leaf(id));
        }
        Ok(())
    }

    /// The sibling to put a node behind: `None` for the front.
    fn find_after(
        &self,
        parent_id: NodeId,
        parent: Handle,
        after: NodeId,
    ) -> Result<Option<Handle>, Reason> {
        if after == NodeId::ROOT {
            return Ok(None);
        }
        let node = self.find(after)?;
        if self.tree.parent(node) != Some(parent) {
            return Err(Reason::NotAChild {
                node: after,
                parent: parent_id,
            });
        }
        Ok(Some(node))
    }

    /// Parses as the page does: in the context of the parent.
    fn parse(&self, parent: Handle, html: &str) -> (Tree, Handle) {
        let mut context = Context::of(&self.tree, parent, self.root.quirks());
        if self.root.is_inside_form() {
            context = context.inside_form();
        }
        html::parse_in(html, &context)
    }

    /// Moves parsed nodes into the page and numbers them.
    fn adopt(
        &mut self,
        parent: Handle,
        mut after: Option<Handle>,
        base: NodeId,
        (mut parsed, top): (Tree, Handle),
    ) -> Result<(), Reason> {
        if base.0 < self.next {
            return Err(Reason::InUse(base));
        }
        let handles: Vec<Handle> = parsed.children(top).collect();
        let mut number = base;
        for node in handles {
            let moved = parsed.take_into(node, &mut self.tree);
            self.tree.link(parent, after, moved);
            number = self.number(moved, number)?;
            after = Some(moved);
        }
        Ok(())
    }

    fn number(&mut self, top: Handle, base: NodeId) -> Result<NodeId, Reason> {
        let mut number = base.0;
        for node in ids::numbered(&self.tree, top) {
            if self.nodes.insert(NodeId(number), node).is_some() {
                return Err(Reason::InUse(NodeId(number)));
            }
            number += 1;
        }
        self.next = self.next.max(number);
        Ok(NodeId(number))
    }

    fn forget(&mut self, nodes: &[Handle]) {
        let gone: HashSet<Handle> = nodes
            .iter()
            .flat_map(|&node| self.tree.preorder(node, Scope::Everything))
            .collect();
        self.nodes.retain(|_, node| !gone.contains(node));
        for &node in nodes {
            self.tree.unlink(node);
        }
    }
}

impl Emit for Applier {
    fn set_text(&mut self, id: NodeId, text: &str) {
        self.operation(|page| {
            let node = page.find(id)?;
            page.check_inside(id, node)?;
            text.clone_into(&mut page.tree.node_mut(node).text);
            Ok(())
        });
    }

    fn set_tail(&mut self, id: NodeId, text: &str) {
        self.operation(|page| {
            let node = page.find_below_root(id)?;
            text.clone_into(&mut page.tree.node_mut(node).tail);
            Ok(())
        });
    }

    fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.operation(|page| {
            let attributes = &mut page.element(id)?.attributes;
            match attributes
                .iter_mut()
                .find(|attribute| &*attribute.name == name)
            {
                Some(attribute) => value.clone_into(&mut attribute.value),
                None => {
                    attributes.push(Attribute {
                        name: Name::from(name),
                        value: value.to_owned(),
                    });
                }
            }
            Ok(())
        });
    }

    fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.operation(|page| {
            let attributes = &mut page.element(id)?.attributes;
            let found = attributes
                .iter()
                .position(|attribute| &*attribute.name == name);
            attributes.remove(found.ok_or_else(|| Reason::NoAttribute(id, name.to_owned()))?);
            Ok(())
        });
    }

    fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str) {
        self.operation(|page| {
            let element = page.find_parent(parent)?;
            let after = page.find_after(parent, element, after)?;
            let (parsed, top) = page.parse(element, html);
            if !parsed.text(top).is_empty() || parsed.children(top).next().is_none() {
                return Err(Reason::NoLeadingNode);
            }
            page.adopt(element, after, base, (parsed, top))
        });
    }

    fn remove(&mut self, id: NodeId, count: u32) {
        self.operation(|page| {
            let first = page.find_below_root(id)?;
            let siblings = std::iter::successors(Some(first), |&node| page.tree.node(node).next);
            let gone: Vec<Handle> = siblings.take(count as usize).collect();
            if gone.is_empty() || gone.len() != count as usize {
                return Err(Reason::TooFewSiblings { first: id, count });
            }
            page.forget(&gone);
            Ok(())
        });
    }

    fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId) {
        self.operation(|page| {
            let element = page.find_parent(parent)?;
            let node = page.find_below_root(id)?;
            if page.tree.parent(node) != Some(element) || after == id {
                return Err(Reason::NotAChild { node: id, parent });
            }
            let after = page.find_after(parent, element, after)?;
            page.tree.unlink(node);
            page.tree.link(element, after, node);
            Ok(())
        });
    }

    fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str) {
        self.operation(|page| {
            let element = page.find_parent(id)?;
            let gone: Vec<Handle> = page.tree.children(element).collect();
            page.forget(&gone);
            // Nothing is left but the root: numbers may start again.
            if id == NodeId::ROOT && base.0 > 0 {
                page.next = base.0;
            }
            let (parsed, top) = page.parse(element, html);
            parsed
                .text(top)
                .clone_into(&mut page.tree.node_mut(element).text);
            page.adopt(element, None, base, (parsed, top))
        });
    }

    fn merge(&mut self, id: NodeId, html: &str) {
        self.operation(|page| {
            let node = page.find(id)?;
            let place = merge::Place::of(&page.tree, node).ok_or(Reason::NotMerged(id))?;
            let parsed = page.parse(node, html);
            merge::merge(&mut page.tree, node, place, parsed);
            Ok(())
        });
    }

    fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId, nodes: Nodes<'_>) {
        self.operation(|page| {
            let element = page.find_parent(parent)?;
            let after = page.find_after(parent, element, after)?;
            let mut copy = Tree::with_top(Kind::Fragment);
            build(nodes, &mut copy);
            if copy.children(copy.top()).next().is_none() {
                return Err(Reason::NoLeadingNode);
            }
            let top = copy.top();
            page.adopt(element, after, base, (copy, top))
        });
    }
}

/// Builds nodes from their steps, as a page builds the tree of operation 8.
fn build(nodes: Nodes<'_>, target: &mut Tree) {
    let mut parents = vec![target.top()];
    let put = |target: &mut Tree, parents: &[Handle], node: Handle, tail: &str| {
        tail.clone_into(&mut target.node_mut(node).tail);
        if let Some(&parent) = parents.last() {
            target.append(parent, node);
        }
    };
    for step in nodes.steps() {
        match step {
            Step::Open(element) => {
                let attribute = |(name, value): (&str, &str)| Attribute {
                    name: Name::from(name),
                    value: value.to_owned(),
                };
                let node = target.create_element(ElementData {
                    name: Name::from(element.name()),
                    namespace: element.namespace(),
                    attributes: element.attributes().map(attribute).collect(),
                    contents: None,
                });
                put(target, &parents, node, element.tail());
                let inside = target.template_contents(node).unwrap_or(node);
                element.text().clone_into(&mut target.node_mut(inside).text);
                parents.push(inside);
            }
            Step::Close(_) => {
                parents.pop();
            }
            Step::Comment { data, tail } => {
                let node = target.create(Kind::Comment);
                data.clone_into(&mut target.node_mut(node).text);
                put(target, &parents, node, tail);
            }
        }
    }
}
