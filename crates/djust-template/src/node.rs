//! The compiled form of a template.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::pieces::{Pieces, Stretch};
use crate::reads::Reader;
use crate::render::{LiteralId, Sink, SlotId};
use crate::span::{Source, Span};
use crate::value::Value;

/// What a tag compiled to. Built-in tags and those of hosts are the same to the engine.
pub trait TagNode: Any + Send + Sync {
    /// Name of the node class as Django calls it (`IfNode`).
    fn class_name(&self) -> &str;

    /// Renders the tag.
    ///
    /// Text of the tag's own goes to a slot that its compile function took from the parser
    /// ([`Parser::slot`](crate::Parser::slot)). Scopes pushed on the context must be popped, also on an error.
    ///
    /// # Errors
    ///
    /// What its expressions, its children or the host raise.
    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()>;

    /// Whether the tag may only stand before all other tags and variables (`{% extends %}`).
    fn must_be_first(&self) -> bool {
        false
    }

    /// The node lists inside the tag with Django's attribute names (`nodelist`, `nodelist_true`).
    fn children(&self) -> Vec<(&str, &NodeList)> {
        Vec::new()
    }

    /// Tells what rendering it reads of the context: see [`Reads`](crate::Reads). By default
    /// anything, and what its children read.
    fn reads(&self, reader: &mut Reader) {
        reader.anything();
        for (_, list) in self.children() {
            reader.list(list);
        }
    }
}

impl dyn TagNode {
    /// The node as its own type.
    pub fn downcast_ref<T: TagNode>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

/// One node.
#[derive(Clone)]
#[non_exhaustive]
pub enum Node {
    /// Text between tags.
    Text {
        /// Its number.
        id: LiteralId,
        /// Its place in the source.
        span: Span,
        /// The text itself.
        text: Literal,
    },
    /// `{{ … }}`
    Variable {
        /// Where its value goes.
        slot: SlotId,
        /// The expression between the braces.
        expression: Arc<FilterExpression>,
        /// The whole token.
        span: Span,
    },
    /// `{% … %}` with all that belongs to it.
    Tag {
        /// The compiled tag.
        node: Arc<dyn TagNode>,
        /// The opening token.
        span: Span,
    },
}

/// The text of a [`Node::Text`]: a short one is kept beside the node from its first render on, a long one is looked up in
/// the source.
#[derive(Clone, Default)]
pub struct Literal(OnceLock<Box<str>>);

/// A text of this many bytes takes so long to copy that looking it up does not count.
const LONG_LITERAL: usize = 1024;

impl Literal {
    /// The text of the node, which stands at `span` of `source`.
    #[inline]
    pub(crate) fn text<'a>(&'a self, source: &'a Source, span: Span) -> &'a str {
        match self.0.get() {
            Some(text) => text,
            None => self.look_up(source, span),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up<'a>(&'a self, source: &'a Source, span: Span) -> &'a str {
        let text = source.slice(span);
        if text.len() < LONG_LITERAL {
            return self.0.get_or_init(|| text.into());
        }
        text
    }
}

impl Node {
    /// Place of the node (for a tag, of its opening token) in the source.
    pub fn span(&self) -> Span {
        match self {
            Self::Text { span, .. } | Self::Variable { span, .. } | Self::Tag { span, .. } => *span,
        }
    }

    /// Name of Django's class: `TextNode`, `VariableNode`, or the tag's own.
    pub fn class_name(&self) -> &str {
        match self {
            Self::Text { .. } => "TextNode",
            Self::Variable { .. } => "VariableNode",
            Self::Tag { node, .. } => node.class_name(),
        }
    }

    /// The tag node, if it is one.
    pub fn tag(&self) -> Option<&Arc<dyn TagNode>> {
        match self {
            Self::Tag { node, .. } => Some(node),
            _ => None,
        }
    }
}

/// A sequence of nodes of one template. Cloning copies a pointer.
#[derive(Clone)]
pub struct NodeList(Arc<Nodes>);

struct Nodes {
    source: Arc<Source>,
    list: Vec<Node>,
    contains_nontext: bool,
    stretches: Vec<Stretch>,
}

impl NodeList {
    /// A list of nodes that all come from `source`.
    pub fn new(source: Arc<Source>, nodes: Vec<Node>) -> Self {
        let contains_nontext = nodes.iter().any(|node| !matches!(node, Node::Text { .. }));
        Self(Arc::new(Nodes {
            source,
            stretches: Stretch::all(&nodes),
            list: nodes,
            contains_nontext,
        }))
    }

    /// The nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.0.list
    }

    /// The source that the nodes' spans refer to.
    pub fn source(&self) -> &Arc<Source> {
        &self.0.source
    }

    /// Whether there is anything but text.
    pub fn contains_nontext(&self) -> bool {
        self.0.contains_nontext
    }

    /// Renders the nodes in order.
    ///
    /// # Errors
    ///
    /// The first error of a node, with the node's place if it had none; a limit reached.
    pub fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        context
            .enter_depth()
            .map_err(|error| match self.0.list.first() {
                Some(node) => error.at(&self.0.source, node.span()),
                None => error,
            })?;
        let result = self.render_nodes(context, out);
        context.leave_depth();
        result
    }

    fn render_nodes(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let Nodes {
            source,
            list: nodes,
            stretches,
            ..
        } = &*self.0;
        let mut stretches = stretches.iter();
        let mut stretch = stretches.next();
        let mut at = 0;
        while at < nodes.len() {
            if let Some(here) = stretch
                && here.nodes.start <= at
            {
                let end = here.nodes.end;
                match self.render_stretch(here, at, context, out) {
                    Some(rendered) => {
                        at = rendered?;
                        if at + 1 >= end {
                            stretch = stretches.next();
                        }
                        if at == end {
                            continue;
                        }
                    }
                    None => stretch = stretches.next(),
                }
            }
            let node = &nodes[at];
            at += 1;
            let result = match node {
                Node::Text { id, span, text } => {
                    let text = text.text(source, *span);
                    out.literal(*id, text);
                    context.count_output(text.len())
                }
                Node::Variable {
                    slot, expression, ..
                } => expression.render(context, *slot, out),
                Node::Tag { node, .. } => node.render(context, out),
            };
            if let Err(error) = result {
                return Err(error.at(source, node.span()));
            }
        }
        Ok(())
    }

    /// Has an object of the host write what a stretch shows of it, and says where to go on: after the stretch or at a tag
    /// that the object could not decide. `None` if the name is no such object.
    fn render_stretch(
        &self,
        stretch: &Stretch,
        at: usize,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> Option<Result<usize>> {
        let Some(Value::Object(object)) = context.local(&stretch.name) else {
            return None;
        };
        let Nodes { source, list, .. } = &*self.0;
        if stretch.begins_with_tag(at, list) && !object.has_fields() {
            return Some(Ok(at));
        }
        let end = stretch.nodes.end;
        let mut pieces = Pieces::new(&list[at..end], source, context, out);
        let result = object.render_pieces(&mut pieces);
        let (node, written, left) = pieces.finish();
        Some(match (result, node) {
            (Err(error), Some(node)) => Err(error.at(source, node.span())),
            (result, _) => result
                .and_then(|()| context.count_output(written))
                .map(|()| end - left),
        })
    }

    /// Renders the nodes to a string of their own.
    ///
    /// # Errors
    ///
    /// As [`NodeList::render`].
    pub fn render_to_string(&self, context: &mut Context) -> Result<String> {
        let mut text = String::new();
        self.render(context, &mut text)?;
        Ok(text)
    }

    /// Calls `visit` for every node in the list and below it, parents first.
    pub fn walk(&self, visit: &mut dyn FnMut(&Node, &Arc<Source>)) {
        for node in &self.0.list {
            visit(node, &self.0.source);
            if let Node::Tag { node, .. } = node {
                for (_, list) in node.children() {
                    list.walk(visit);
                }
            }
        }
    }
}
