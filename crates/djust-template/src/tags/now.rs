//! `{% now %}`

use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::error::Result;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value};

struct NowNode {
    slot: SlotId,
    format: String,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut bits = token.split_contents();
    let mut name = None;
    if bits.len() == 4 && bits[2] == "as" {
        name = Some(parser.key(&bits[3]));
        bits.truncate(2);
    }
    let [_, format] = bits.as_slice() else {
        return Err(token.error("'now' statement takes one argument"));
    };
    // Django: the first and the last character are dropped, whatever they are.
    let mut characters = format.chars();
    characters.next();
    characters.next_back();
    let format = characters.as_str().to_owned();
    Ok(Arc::new(NowNode {
        slot: parser.slot(),
        format,
        name,
    }))
}

impl TagNode for NowNode {
    fn class_name(&self) -> &'static str {
        "NowNode"
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let now = Value::from(context.host().now());
        let text = crate::filters::date(&now, &self.format, context)?;
        match &self.name {
            Some(name) => {
                context.set(name.clone(), text);
                Ok(())
            }
            None => markup(&text, self.slot, context, out),
        }
    }
}
