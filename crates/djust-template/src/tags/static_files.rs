//! The library `static`.

use std::sync::Arc;

use super::output::{markup, rendered};
use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::host::Host;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value};

struct StaticNode {
    slot: SlotId,
    path: FilterExpression,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, path, rest @ ..] = bits.as_slice() else {
        let message = format!(
            "'{}' takes at least one argument (path to file)",
            token.command()
        );
        return Err(token.error(message));
    };
    let path = parser.compile_bit(path)?;
    let name = match rest {
        [.., word, name] if *word == "as" => Some(parser.key(name)),
        _ => None,
    };
    Ok(Arc::new(StaticNode {
        slot: parser.slot(),
        path,
        name,
    }))
}

impl TagNode for StaticNode {
    fn class_name(&self) -> &'static str {
        "StaticNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.path);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let path = self.path.resolve(context)?.text()?;
        let url = Value::from(context.host().static_url(&path)?);
        let url = rendered(&url, self.slot, context)?;
        match &self.name {
            Some(name) => {
                context.set(name.clone(), url);
                Ok(())
            }
            None => markup(&url.text()?, self.slot, context, out),
        }
    }
}

type Prefix = fn(&dyn Host) -> Result<String>;

struct PrefixNode {
    slot: SlotId,
    prefix: Prefix,
    name: Option<Key>,
}

fn prefix(parser: &mut Parser, token: &Token, prefix: Prefix) -> Result<Arc<dyn TagNode>> {
    let words = token.words();
    let name = match words.as_slice() {
        [] | [_] => None,
        [_, "as", name, ..] => Some(parser.key(name)),
        [tag, ..] => return Err(token.error(format!("First argument in '{tag}' must be 'as'"))),
    };
    Ok(Arc::new(PrefixNode {
        slot: parser.slot(),
        prefix,
        name,
    }))
}

pub(super) fn static_prefix(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    prefix(parser, token, |host| host.static_prefix())
}

pub(super) fn media_prefix(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    prefix(parser, token, |host| host.media_prefix())
}

impl TagNode for PrefixNode {
    fn class_name(&self) -> &'static str {
        "PrefixNode"
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let text = (self.prefix)(context.host())?;
        match &self.name {
            Some(name) => {
                context.set(name.clone(), Value::from(text));
                Ok(())
            }
            None => markup(&text, self.slot, context, out),
        }
    }
}
