//! Values of one object that stand next to each other in a template, written at one go.

use std::ops::Range;
use std::{mem, slice};

use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::{Node, TagNode};
use crate::render::{BlockId, Sink, Slot};
use crate::span::Source;
use crate::tags::{Choice, IfNode};
use crate::value::{Fields, Key, Lent, Rendered, Resolved};

/// Neighbouring nodes that are text, variables below one name, or `{% if %}` tags that read nothing else.
pub(crate) struct Stretch {
    pub(crate) name: Key,
    pub(crate) nodes: Range<usize>,
    /// Whether there are tags among them.
    has_tags: bool,
}

impl Stretch {
    /// The stretches of a list of nodes, in order.
    pub(crate) fn all(nodes: &[Node]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        // Where the text began before the node that is looked at.
        let mut start = 0;
        let mut is_open = false;
        for (at, node) in nodes.iter().enumerate() {
            let (name, is_tag) = match node {
                Node::Text { .. } => continue,
                Node::Variable { expression, .. } => {
                    (expression.attribute().map(|path| &path[0]), false)
                }
                Node::Tag { node, .. } => (node.downcast_ref().and_then(IfNode::subject), true),
            };
            match (all.last_mut(), name) {
                (Some(last), Some(name)) if is_open && last.name == *name => {
                    last.nodes.end = at + 1;
                    last.has_tags |= is_tag;
                }
                (_, Some(name)) => {
                    all.push(Self {
                        name: name.clone(),
                        nodes: start..at + 1,
                        has_tags: is_tag,
                    });
                    is_open = true;
                }
                (_, None) => is_open = false,
            }
            start = at + 1;
        }
        all
    }

    /// Whether the nodes of the stretch from one on begin with a tag, apart from text.
    #[inline]
    pub(crate) fn begins_with_tag(&self, at: usize, nodes: &[Node]) -> bool {
        self.has_tags
            && nodes[at..self.nodes.end]
                .iter()
                .find(|node| !matches!(node, Node::Text { .. }))
                .is_some_and(|node| matches!(node, Node::Tag { .. }))
    }
}

/// Values of one object that a template shows one after the other, with the text between them.
///
/// An object is asked for all of them at once, so that a host enters its interpreter once: see
/// [`Object::render_pieces`](crate::value::Object::render_pieces).
pub struct Pieces<'a> {
    rest: slice::Iter<'a, Node>,
    /// The node under way.
    node: Option<&'a Node>,
    /// The `{% if %}` in whose arm the node is, and the nodes after that.
    outer: Option<(BlockId, slice::Iter<'a, Node>)>,
    /// How many nodes are left after a tag that the object could not decide.
    undecided: Option<usize>,
    source: &'a Source,
    context: &'a Context,
    autoescape: bool,
    out: &'a mut dyn Sink,
    written: usize,
    /// What `written` may come to.
    most: usize,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(
        nodes: &'a [Node],
        source: &'a Source,
        context: &'a Context,
        out: &'a mut dyn Sink,
    ) -> Self {
        Self {
            rest: nodes.iter(),
            node: None,
            outer: None,
            undecided: None,
            source,
            context,
            autoescape: context.autoescape(),
            out,
            written: 0,
            most: context.output_left(),
        }
    }

    /// The context of the render.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// Writes the text before the next value, and tells the path that leads to that from the object;
    /// `None` at the end.
    ///
    /// `fields` are the plain values of the object, if it has such: `{% if %}` tags are decided by them, where they can be,
    /// and not after the object is left.
    ///
    /// # Errors
    ///
    /// A limit on the output reached.
    #[inline]
    pub fn next_path(&mut self, fields: Option<&dyn Fields>) -> Result<Option<&'a [Key]>> {
        loop {
            match self.rest.next() {
                Some(node @ Node::Text { id, span, text }) => {
                    let text = text.text(self.source, *span);
                    self.out.literal(*id, text);
                    self.written += text.len();
                    if self.written > self.most {
                        self.node = Some(node);
                        return self.context.check_output(self.written).map(|()| None);
                    }
                }
                Some(node @ Node::Variable { expression, .. }) => {
                    self.node = Some(node);
                    return Ok(expression.attribute().map(|path| &path[1..]));
                }
                Some(Node::Tag { node, .. }) if !self.choose(&**node, fields) => {
                    self.undecided = Some(self.rest.len());
                    return Ok(None);
                }
                None if !self.leave_arm() => return Ok(None),
                Some(Node::Tag { .. }) | None => {}
            }
        }
    }

    /// Goes on after the tag in whose arm the nodes were; `false`: it was none.
    fn leave_arm(&mut self) -> bool {
        let Some((tag, rest)) = self.outer.take() else {
            return false;
        };
        self.out.leave(tag);
        self.rest = rest;
        true
    }

    /// Goes into the arm of an `{% if %}` that the fields choose; `false`: they do not tell.
    #[inline(never)]
    fn choose(&mut self, node: &'a dyn TagNode, fields: Option<&dyn Fields>) -> bool {
        let (Some(fields), Some(tag)) = (fields, node.downcast_ref::<IfNode>()) else {
            return false;
        };
        // The arm is a list of its own, which the limit on nesting counts.
        if !self.context.has_depth(1) {
            return false;
        }
        match tag.choose(fields) {
            Choice::Unknown => return false,
            Choice::Nothing => {}
            Choice::Arm(branch, body) => {
                self.out.enter(tag.id(), branch);
                let rest = mem::replace(&mut self.rest, body.nodes().iter());
                self.outer = Some((tag.id(), rest));
            }
        }
        true
    }

    /// Whether filters of the template change the next value, so that it is to be given to [`show`](Self::show) or
    /// [`show_resolved`](Self::show_resolved) and not to be written.
    #[inline]
    pub fn is_filtered(&self) -> bool {
        match self.node {
            Some(Node::Variable { expression, .. }) => expression.is_filtered(),
            _ => false,
        }
    }

    /// Shows the plain value to which [`next_path`](Self::next_path) told the path, with its filters.
    ///
    /// # Errors
    ///
    /// Those of filters and of the host; a limit on the output reached.
    #[inline]
    pub fn show(&mut self, lent: Lent<'_>) -> Result<()> {
        self.put(|expression, context, slot| expression.show(lent, context, slot))
    }

    /// Shows any value, or what stands for none, with its filters.
    ///
    /// # Errors
    ///
    /// Those of filters and of the host; a limit on the output reached.
    pub fn show_resolved(&mut self, resolved: Resolved) -> Result<()> {
        self.put(|expression, context, slot| expression.show_resolved(resolved, context, slot))
    }

    /// Has the value written to which [`next_path`](Self::next_path) told the path, if it has no filters.
    ///
    /// # Errors
    ///
    /// Those of `write`; a limit on the output reached.
    #[inline]
    pub fn write(&mut self, write: impl FnOnce(&mut Slot<'_>) -> Result<Rendered>) -> Result<()> {
        self.put(|expression, context, slot| {
            let rendered = write(slot)?;
            expression.settle(&rendered, context, slot)
        })
    }

    #[inline]
    fn put(
        &mut self,
        write: impl FnOnce(&FilterExpression, &Context, &mut Slot<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(Node::Variable {
            slot, expression, ..
        }) = self.node
        else {
            return Ok(());
        };
        let mut slot = Slot::new(&mut *self.out, *slot, self.autoescape);
        write(expression, self.context, &mut slot)?;
        self.written += slot.written();
        if self.written > self.most {
            return self.context.check_output(self.written);
        }
        Ok(())
    }

    /// Ends the walk, also one that failed: says which node is under way, what was written, and how many nodes are left to
    /// be rendered, beginning with a tag that the object could not decide.
    pub(crate) fn finish(mut self) -> (Option<&'a Node>, usize, usize) {
        self.leave_arm();
        let left = self.undecided.map_or(0, |left| left + 1);
        (self.node, self.written, left)
    }
}
