//! Values of one object that stand next to each other in a template, written at one go.

use std::ops::Range;

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
    nodes: &'a [Node],
    source: &'a Source,
    context: &'a Context,
    out: &'a mut dyn Sink,
    at: usize,
    written: usize,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(
        nodes: &'a [Node],
        source: &'a Source,
        context: &'a Context,
        out: &'a mut dyn Sink,
    ) -> Self {
        Self {
            nodes,
            source,
            context,
            out,
            at: 0,
            written: 0,
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
        while let Some(node) = self.nodes.get(self.at) {
            match node {
                Node::Text { id, span, text } => {
                    let text = text.text(self.source, *span);
                    self.out.literal(*id, text);
                    self.count(text.len())?;
                    self.at += 1;
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
        match self.nodes.get(self.at) {
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
        }) = self.nodes.get(self.at)
        else {
            return Ok(());
        };
        let mut slot = Slot::new(&mut *self.out, *slot, self.context.autoescape());
        write(expression, self.context, &mut slot)?;
        let written = slot.written();
        self.count(written)?;
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn count(&mut self, bytes: usize) -> Result<()> {
        self.written += bytes;
        self.context.check_output(self.written)
    }

    /// The node that is under way, and the bytes written so far.
    pub(crate) fn progress(&self) -> (Option<&'a Node>, usize) {
        (self.nodes.get(self.at), self.written)
    }
}
