//! New nodes: as HTML where a browser makes exactly these nodes of it, else as a tree.

use super::Differ;
use crate::html::{self, Context};
use crate::tree::same::same_nodes;
use crate::tree::walk::{Scope, Visit};
use crate::tree::{Handle, Nodes, Tree};
use crate::{Emit, NodeId, ids};

/// Nesting up to which inserted HTML is trusted. Chromium's parser makes siblings of what is nested
/// deeper than 512 open elements.
const DEEPEST_HTML: usize = 500;

impl<E: Emit + ?Sized> Differ<'_, E> {
    /// Inserts new siblings and numbers them.
    pub(super) fn insert(&mut self, parent: Handle, after: NodeId, nodes: Nodes<'_>) {
        let parent_id = self.id(parent);
        let base = self.number(nodes);
        match self.survives(parent, "", nodes) {
            Some(html) => self.emit.insert_html(parent_id, after, base, &html),
            None => self.emit.insert_tree(parent_id, after, base, nodes),
        }
    }

    /// Replaces text and children of an element whose old children are all gone. Emits nothing
    /// and returns `false` when HTML cannot express the new ones.
    pub(super) fn replace_children(&mut self, parent: Handle) -> bool {
        let tree = self.new.tree();
        let nodes = Nodes::children_of(tree, parent);
        let Some(html) = self.survives(parent, tree.text(parent), nodes) else {
            return false;
        };
        let base = self.number(nodes);
        self.emit.replace_children(self.id(parent), base, &html);
        true
    }

    /// Replaces text and children of an element whatever the page has there.
    pub(super) fn replace_unknown_children(&mut self, parent: Handle) {
        if self.replace_children(parent) {
            return;
        }
        let tree = self.new.tree();
        let (id, base) = (self.id(parent), NodeId(self.next));
        self.emit.replace_children(id, base, "");
        if !tree.text(parent).is_empty() {
            self.emit.set_text(id, tree.text(parent));
        }
        if tree.node(parent).first_child.is_some() {
            let nodes = Nodes::children_of(tree, parent);
            let base = self.number(nodes);
            self.emit.insert_tree(id, NodeId::ROOT, base, nodes);
        }
    }

    /// Numbers new nodes in document order; returns the first number.
    fn number(&mut self, nodes: Nodes<'_>) -> NodeId {
        let base = NodeId(self.next);
        for top in nodes.handles() {
            for node in ids::numbered(self.new.tree(), top) {
                self.ids[node.index()] = self.next;
                self.next += 1;
            }
        }
        base
    }

    /// The HTML of text and nodes, if parsing it inside the parent gives them back.
    fn survives(&self, parent: Handle, text: &str, nodes: Nodes<'_>) -> Option<String> {
        let tree = self.new.tree();
        // In the context of `html` browsers disagree about `head` and `body`.
        if tree.is_html(parent, "html") {
            return None;
        }
        let survey = survey(nodes);
        if survey.depth > DEEPEST_HTML || (survey.has_form && self.is_in_form(parent)) {
            return None;
        }
        let mut html = String::new();
        if text.is_empty() {
            html::write(nodes, &mut html);
        } else {
            html::write_children(tree, parent, &mut html);
        }
        let context = match self.row.filter(|_| parent == tree.top()) {
            Some(row) => row.context.clone(),
            None => Context::of(tree, parent, self.new.quirks()),
        };
        let (parsed, top) = html::parse_in(&html, &context);
        let same = parsed.text(top) == text && same_nodes(Nodes::children_of(&parsed, top), nodes);
        same.then_some(html)
    }

    /// Whether a form element inside the parent would be nested in another one: the fragment
    /// parser may or may not know of that one, depending on how the page parses.
    fn is_in_form(&self, parent: Handle) -> bool {
        let tree = self.new.tree();
        self.new.is_inside_form()
            || tree
                .closest(parent, |node| tree.is_html(node, "form"))
                .is_some()
    }
}

struct Survey {
    depth: usize,
    has_form: bool,
}

fn survey(nodes: Nodes<'_>) -> Survey {
    let tree: &Tree = nodes.tree();
    let mut survey = Survey {
        depth: 0,
        has_form: false,
    };
    for top in nodes.handles() {
        let mut depth = 0;
        for visit in tree.walk(top, Scope::Everything) {
            match visit {
                Visit::Enter(node) => {
                    depth += 1;
                    survey.depth = survey.depth.max(depth);
                    survey.has_form |= tree.is_html(node, "form");
                }
                Visit::Leave(_) => depth -= 1,
            }
        }
    }
    survey
}
