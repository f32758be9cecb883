//! Blocks along a chain of templates that extend one another.

use std::collections::HashMap;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::node::{Node, NodeList};
use crate::render::{BlockId, Branch, Sink};
use crate::tags::BlockNode;
use crate::value::{Key, Object, Str, Value};

/// One `{% block %}` of one template.
pub(crate) struct Block {
    pub(crate) id: BlockId,
    pub(crate) name: Arc<str>,
    pub(crate) body: NodeList,
    /// The key under which templates see the block.
    pub(crate) key: Key,
}

/// For each name the blocks that the templates of a chain give it, the outermost child's last
/// (`django.template.loader_tags.BlockContext`).
#[derive(Default)]
pub(crate) struct Blocks(HashMap<Arc<str>, Vec<Arc<Block>>>);

impl Blocks {
    /// Adds the blocks of a parent, to be used where no child has one.
    pub(crate) fn add(&mut self, blocks: &[Arc<Block>]) {
        for block in blocks {
            self.0
                .entry(Arc::clone(&block.name))
                .or_default()
                .insert(0, Arc::clone(block));
        }
    }

    fn pop(&mut self, name: &str) -> Option<Arc<Block>> {
        self.0.get_mut(name)?.pop()
    }

    fn push(&mut self, block: Arc<Block>) {
        self.0
            .entry(Arc::clone(&block.name))
            .or_default()
            .push(block);
    }

    fn contains(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|blocks| !blocks.is_empty())
    }
}

/// The blocks of a template, nested ones included; of blocks with one name the last.
pub(crate) fn collect(nodes: &NodeList) -> Vec<Arc<Block>> {
    let mut found: Vec<Arc<Block>> = Vec::new();
    nodes.walk(&mut |node, _| {
        if let Node::Tag { node, .. } = node
            && let Some(block) = node.downcast_ref::<BlockNode>()
        {
            found.retain(|known| known.name != block.block().name);
            found.push(Arc::clone(block.block()));
        }
    });
    found
}

/// Renders a block: the one of the outermost child, or the given one where nothing overrides it.
pub(crate) fn render(block: &Arc<Block>, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
    let chain = context.state_mut().blocks_mut();
    let extended = chain.is_some();
    let popped = chain.as_mut().and_then(|blocks| blocks.pop(&block.name));
    let shown = Arc::clone(popped.as_ref().unwrap_or(block));
    context.push();
    context.set(
        shown.key.clone(),
        Value::object(BlockObject {
            block: Arc::clone(&shown),
            extended,
        }),
    );
    out.enter(shown.id, Branch::Body);
    let result = shown.body.render(context, out);
    out.leave(shown.id);
    context.pop();
    if let (Some(block), Some(blocks)) = (popped, context.state_mut().blocks_mut()) {
        blocks.push(block);
    }
    result
}

/// The variable `block` inside a block.
pub(crate) struct BlockObject {
    block: Arc<Block>,
    extended: bool,
}

impl BlockObject {
    /// `{{ block.super }}`: the same block of the parent.
    pub(crate) fn parent(&self, context: &mut Context) -> Result<Value> {
        let mut text = String::new();
        self.render_parent(context, &mut text)?;
        Ok(Value::safe(text))
    }

    /// Renders the same block of the parent in place.
    pub(crate) fn render_parent(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        if !self.extended {
            return Err(Error::syntax(
                "'BlockNode' object has no attribute 'context'. Did you use {{ block.super }} in a base template?",
            ));
        }
        if !context
            .state()
            .blocks()
            .is_some_and(|blocks| blocks.contains(&self.block.name))
        {
            return Ok(());
        }
        render(&self.block, context, out)
    }
}

impl Object for BlockObject {
    fn type_name(&self) -> &'static str {
        "BlockNode"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok((key.as_str() == "name").then(|| Value::from(Arc::clone(&self.block.name))))
    }

    fn text(&self) -> Result<Str> {
        self.repr().map(Str::from)
    }

    fn repr(&self) -> Result<String> {
        let contents: Vec<&str> = self
            .block
            .body
            .nodes()
            .iter()
            .map(Node::class_name)
            .collect();
        Ok(format!(
            "<Block Node: {}. Contents: [{}]>",
            self.block.name,
            contents.join(", ")
        ))
    }
}
