//! Changing a tree: what the tree builder of the HTML standard and the reference applier need.
//!
//! Text moves as in the DOM: a node that is detached or moved leaves the text after it where it
//! is, so its `tail` joins the run before it. Operations that carry the tail along say so.

use super::{ElementData, Handle, Kind, Node, Tree};

impl Tree {
    pub(crate) fn create(&mut self, kind: Kind) -> Handle {
        let handle = Handle::from_index(self.len());
        self.nodes.push(Node::new(kind));
        handle
    }

    /// Creates an element; an HTML `template` gets its content fragment.
    pub(crate) fn create_element(&mut self, element: ElementData) -> Handle {
        let template = element.namespace == crate::Namespace::Html && &*element.name == "template";
        let handle = self.create(Kind::Element(ElementData {
            contents: None,
            ..element
        }));
        if template {
            let contents = self.create(Kind::Fragment);
            self.node_mut(contents).parent = Some(handle);
            if let Kind::Element(element) = &mut self.node_mut(handle).kind {
                element.contents = Some(contents);
            }
        }
        handle
    }

    /// Appends a node that has no parent; its tail comes along.
    pub(crate) fn append(&mut self, parent: Handle, child: Handle) {
        let last = self.node(parent).last_child;
        self.link(parent, last, child);
    }

    /// Puts a node that has no parent directly before `sibling`, behind the text there.
    pub(crate) fn insert_before(&mut self, sibling: Handle, child: Handle) {
        let Some(parent) = self.node(sibling).parent else {
            return;
        };
        let previous = self.node(sibling).previous;
        self.link(parent, previous, child);
    }

    /// Puts a node that has no parent after `previous` and its tail, or first for `None`.
    pub(crate) fn link(&mut self, parent: Handle, previous: Option<Handle>, child: Handle) {
        debug_assert!(self.node(child).parent.is_none() && self.node(child).next.is_none());
        let next = match previous {
            Some(previous) => self.node(previous).next,
            None => self.node(parent).first_child,
        };
        let node = self.node_mut(child);
        (node.parent, node.previous, node.next) = (Some(parent), previous, next);
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(child),
            None => self.node_mut(parent).first_child = Some(child),
        }
        match next {
            Some(next) => self.node_mut(next).previous = Some(child),
            None => self.node_mut(parent).last_child = Some(child),
        }
    }

    /// Takes a node out of its parent together with its tail.
    pub(crate) fn unlink(&mut self, child: Handle) {
        let node = self.node_mut(child);
        let (previous, next) = (node.previous.take(), node.next.take());
        let Some(parent) = node.parent.take() else {
            return;
        };
        match previous {
            Some(previous) => self.node_mut(previous).next = next,
            None => self.node_mut(parent).first_child = next,
        }
        match next {
            Some(next) => self.node_mut(next).previous = previous,
            None => self.node_mut(parent).last_child = previous,
        }
    }

    /// Takes a node out of its parent and leaves the text after it there, as the DOM does.
    pub(crate) fn detach(&mut self, child: Handle) {
        let tail = std::mem::take(&mut self.node_mut(child).tail);
        self.run_before(child).push_str(&tail);
        self.unlink(child);
    }

    /// Appends text to the last run inside a node.
    pub(crate) fn append_text(&mut self, parent: Handle, text: &str) {
        let run = match self.node(parent).last_child {
            Some(last) => &mut self.node_mut(last).tail,
            None => &mut self.node_mut(parent).text,
        };
        run.push_str(text);
    }

    /// Appends text to the run directly before a node.
    pub(crate) fn insert_text_before(&mut self, sibling: Handle, text: &str) {
        self.run_before(sibling).push_str(text);
    }

    /// Moves all children and the text of `node` to the end of `parent`.
    pub(crate) fn reparent_children(&mut self, node: Handle, parent: Handle) {
        let text = std::mem::take(&mut self.node_mut(node).text);
        self.append_text(parent, &text);
        while let Some(child) = self.node(node).first_child {
            self.unlink(child);
            self.append(parent, child);
        }
    }

    /// The run of text a node stands behind. For a node without parent: its own, now empty, tail.
    fn run_before(&mut self, node: Handle) -> &mut String {
        match (self.node(node).previous, self.node(node).parent) {
            (Some(previous), _) => &mut self.node_mut(previous).tail,
            (None, Some(parent)) => &mut self.node_mut(parent).text,
            (None, None) => &mut self.node_mut(node).tail,
        }
    }

    /// Moves the subtree of `node` into a tree of its own, laid out in preorder, without its tail.
    ///
    /// What is left here has the shape it had, but no text and no attributes.
    pub(crate) fn extract(&mut self, node: Handle) -> Tree {
        let mut extracted = Tree { nodes: Vec::new() };
        self.take_into(node, &mut extracted);
        extracted.node_mut(extracted.top()).tail.clear();
        extracted
    }

    /// Moves the subtree of `node`, with its tail, to the end of another arena. The result has
    /// no parent there.
    pub(crate) fn take_into(&mut self, node: Handle, target: &mut Tree) -> Handle {
        let mut parents: Vec<Handle> = Vec::new();
        let mut cursor = super::walk::Cursor::new(node, super::walk::Scope::Everything);
        let mut top = None;
        while let Some(visit) = cursor.next(self) {
            match visit {
                super::walk::Visit::Enter(source) => {
                    let moved = self.move_node(source, target);
                    match parents.last() {
                        Some(&parent) if matches!(target.node(moved).kind, Kind::Fragment) => {
                            target.adopt_contents(parent, moved);
                        }
                        Some(&parent) => target.append(parent, moved),
                        None => top = Some(moved),
                    }
                    parents.push(moved);
                }
                super::walk::Visit::Leave(_) => {
                    parents.pop();
                }
            }
        }
        top.expect("the walk enters at least the node itself")
    }

    /// Moves one node without its links; the content link stays behind for the walk.
    fn move_node(&mut self, source: Handle, target: &mut Tree) -> Handle {
        let node = self.node_mut(source);
        let kind = match &mut node.kind {
            Kind::Element(element) => Kind::Element(ElementData {
                name: element.name.clone(),
                namespace: element.namespace,
                attributes: std::mem::take(&mut element.attributes),
                contents: None,
            }),
            other => other.clone(),
        };
        let (text, tail) = (
            std::mem::take(&mut node.text),
            std::mem::take(&mut node.tail),
        );
        let handle = target.create(kind);
        let moved = target.node_mut(handle);
        (moved.text, moved.tail) = (text, tail);
        handle
    }

    pub(crate) fn adopt_contents(&mut self, template: Handle, contents: Handle) {
        self.node_mut(contents).parent = Some(template);
        if let Kind::Element(element) = &mut self.node_mut(template).kind {
            element.contents = Some(contents);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::html::{self, Context};
    use crate::tree::{Handle, Tree};

    fn fragment(html: &str) -> (Tree, Vec<Handle>) {
        let tree = html::parse_fragment(html, &Context::new("div"));
        let children = tree.children(tree.top()).collect();
        (tree, children)
    }

    fn written(tree: &Tree) -> String {
        let mut out = String::new();
        html::write_children(tree, tree.top(), &mut out);
        out
    }

    #[test]
    fn detached_nodes_leave_their_tail_behind() {
        let (mut tree, nodes) = fragment("a<b>1</b>b<i>2</i>c");
        tree.detach(nodes[1]);
        assert_eq!(written(&tree), "a<b>1</b>bc");
        tree.detach(nodes[0]);
        assert_eq!(written(&tree), "abc");
        tree.append(tree.top(), nodes[1]);
        tree.insert_before(nodes[1], nodes[0]);
        tree.insert_text_before(nodes[0], "d");
        tree.append_text(tree.top(), "e");
        assert_eq!(written(&tree), "abcd<b>1</b><i>2</i>e");
    }

    #[test]
    fn unlinked_nodes_take_their_tail_along() {
        let (mut tree, nodes) = fragment("a<b>1</b>b<i>2</i>c<!--3-->d");
        tree.unlink(nodes[0]);
        tree.link(tree.top(), Some(nodes[1]), nodes[0]);
        assert_eq!(written(&tree), "a<i>2</i>c<b>1</b>b<!--3-->d");
        tree.unlink(nodes[2]);
        tree.link(tree.top(), None, nodes[2]);
        assert_eq!(written(&tree), "a<!--3-->d<i>2</i>c<b>1</b>b");
    }

    #[test]
    fn children_move_with_all_their_text() {
        let (mut tree, nodes) = fragment("<b>x<i>1</i>y<u>2</u>z</b>t<p>s<br>r</p>q");
        tree.reparent_children(nodes[0], nodes[1]);
        assert_eq!(written(&tree), "<b></b>t<p>s<br>rx<i>1</i>y<u>2</u>z</p>q");
    }

    #[test]
    fn extraction_is_in_preorder_and_drops_the_outer_tail() {
        let (mut tree, nodes) = fragment("<p>a<template>t<b>c</b></template>d<i>e</i></p>tail");
        let extracted = tree.extract(nodes[0]);
        assert_eq!(
            written(&extracted),
            "a<template>t<b>c</b></template>d<i>e</i>"
        );
        assert_eq!((extracted.len(), extracted.tail(extracted.top())), (5, ""));
        let names: Vec<_> = (0..5)
            .map(|index| extracted.name(Handle::from_index(index)))
            .collect();
        assert_eq!(
            names,
            [Some("p"), Some("template"), None, Some("b"), Some("i")]
        );
    }
}
