//! Values of one object that stand next to each other in a template, written at one go.

use std::ops::Range;
use std::slice;

use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::Node;
use crate::render::{Sink, Slot};
use crate::span::Source;
use crate::value::{Key, Lent, Rendered, Resolved};

/// Neighbouring nodes that are text, or variables below one name.
pub(crate) struct Stretch {
    pub(crate) name: Key,
    pub(crate) nodes: Range<usize>,
}

impl Stretch {
    /// The stretches of a list of nodes, in order.
    pub(crate) fn all(nodes: &[Node]) -> Vec<Self> {
        let mut all = Vec::new();
        let mut start = 0;
        let mut name: Option<Key> = None;
        for (at, node) in nodes.iter().enumerate() {
            let first = match node {
                Node::Text { .. } => continue,
                Node::Variable { expression, .. } => expression.attribute().map(|path| &path[0]),
                Node::Tag { .. } => None,
            };
            if name.is_none() || first != name.as_ref() {
                if let Some(name) = name.take() {
                    all.push(Self {
                        name,
                        nodes: start..at,
                    });
                    start = at;
                }
                name = first.cloned();
                if name.is_none() {
                    start = at + 1;
                }
            }
        }
        all.extend(name.map(|name| Self {
            name,
            nodes: start..nodes.len(),
        }));
        all
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
    /// # Errors
    ///
    /// A limit on the output reached.
    #[inline]
    pub fn next_path(&mut self) -> Result<Option<&'a [Key]>> {
        for node in self.rest.by_ref() {
            self.node = Some(node);
            match node {
                Node::Text { id, span, text } => {
                    let text = text.text(self.source, *span);
                    self.out.literal(*id, text);
                    self.written += text.len();
                    if self.written > self.most {
                        return self.context.check_output(self.written).map(|()| None);
                    }
                }
                Node::Variable { expression, .. } => {
                    return Ok(expression.attribute().map(|path| &path[1..]));
                }
                Node::Tag { .. } => break,
            }
        }
        Ok(None)
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

    /// The node that is under way, and the bytes written so far.
    pub(crate) fn progress(&self) -> (Option<&'a Node>, usize) {
        (self.node, self.written)
    }
}
