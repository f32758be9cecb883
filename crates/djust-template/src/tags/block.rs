//! `{% block %}`

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::inherit::{self, Block};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;

/// A block of a template; what it shows is decided by the chain of templates under way.
pub(crate) struct BlockNode(Arc<Block>);

impl BlockNode {
    pub(crate) fn block(&self) -> &Arc<Block> {
        &self.0
    }
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let words = token.words();
    let &[tag, name] = words.as_slice() else {
        return Err(token.error(format!("'{}' tag takes only one argument", token.command())));
    };
    let name: Arc<str> = name.into();
    if !parser.record_block(&name) {
        return Err(token.error(format!(
            "'{tag}' tag with name '{name}' appears more than once"
        )));
    }
    let id = parser.block();
    let body = parser.parse(&["endblock"])?;
    let is_end = |contents: &str| {
        contents
            .strip_prefix("endblock")
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(' ') == Some(&*name))
    };
    if let Some(end) = parser.next_token()
        && !is_end(end.contents())
    {
        let named = format!("endblock {name}");
        return Err(parser.invalid_tag(&end, "endblock", &["endblock", &named]));
    }
    let key = parser.engine().common_keys().block.clone();
    Ok(Arc::new(BlockNode(Arc::new(Block {
        id,
        name,
        body,
        key,
    }))))
}

impl TagNode for BlockNode {
    fn class_name(&self) -> &'static str {
        "BlockNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.block(&self.0);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        inherit::render(&self.0, context, out)
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.0.body)]
    }
}
