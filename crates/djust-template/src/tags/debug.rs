//! `{% debug %}`

use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::Result;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::render::{Sink, SlotId, escape};
use crate::value::{Key, Value, string_repr};

struct DebugNode(SlotId);

#[expect(
    clippy::unnecessary_wraps,
    reason = "all tags are compiled by functions of one type"
)]
pub(super) fn compile(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    Ok(Arc::new(DebugNode(parser.slot())))
}

/// The names of a scope as a dict, one to a line.
fn scope(entries: &[(Key, Value)]) -> Result<String> {
    let lines: Vec<String> = entries
        .iter()
        .map(|(name, value)| Ok(format!("{}: {}", string_repr(name.as_str()), value.repr()?)))
        .collect::<Result<_>>()?;
    Ok(format!("{{{}}}", lines.join(",\n ")))
}

/// All scopes, innermost first.
fn scopes(context: &Context) -> Result<String> {
    let mut text = String::new();
    for layer in context.layers().into_iter().rev() {
        text.push_str(&scope(layer)?);
    }
    if let Some(base) = context.base() {
        text.push_str(&scope(&base.entries()?)?);
    }
    text.push_str("{'False': False, 'None': None, 'True': True}\n\n");
    Ok(text)
}

impl TagNode for DebugNode {
    fn class_name(&self) -> &'static str {
        "DebugNode"
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        if !context.engine().is_some_and(Engine::is_debug) {
            return Ok(());
        }
        let text = match context.host().debug(context)? {
            Some(text) => text,
            None => scopes(context)?,
        };
        markup(&escape(&text), self.0, context, out)
    }
}
