//! `{% cycle %}` and `{% resetcycle %}`

use std::sync::Arc;

use super::output::show;
use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, string_repr};

struct CycleNode {
    /// Also the key of the position during a render.
    slot: SlotId,
    values: Vec<FilterExpression>,
    name: Option<Key>,
    silent: bool,
}

/// A later mention of a named cycle.
struct AgainNode(Arc<dyn TagNode>);

/// Where a cycle stands: the value to come next.
#[derive(Default)]
struct Position(usize);

pub(super) fn cycle(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let bits = match bits.as_slice() {
        [] | [_] => return Err(token.error("'cycle' tag requires at least two arguments")),
        [_, name] => return again(parser, token, name),
        [_, rest @ ..] => rest,
    };
    // Django: fewer than four words after the tag are values, whatever they say.
    let (values, name, silent) = match bits {
        [values @ .., word, name, flag] if bits.len() > 3 && *word == "as" => {
            if *flag != "silent" {
                let message = format!(
                    "Only 'silent' flag is allowed after cycle's name, not '{}'.",
                    flag.text
                );
                return Err(token.error_at(flag, message));
            }
            (values, Some(name), true)
        }
        [values @ .., word, name] if bits.len() > 3 && *word == "as" => (values, Some(name), false),
        _ => (bits, None, false),
    };
    let values = values
        .iter()
        .map(|bit| parser.compile_bit(bit))
        .collect::<Result<_>>()?;
    let key = name.map(|name| parser.key(name));
    let node: Arc<dyn TagNode> = Arc::new(CycleNode {
        slot: parser.slot(),
        values,
        name: key,
        silent,
    });
    parser.record_cycle(name.map(|name| &**name), &node);
    Ok(node)
}

fn again(parser: &Parser, token: &Token, name: &str) -> Result<Arc<dyn TagNode>> {
    match parser.named_cycle(name) {
        Some(node) => Ok(Arc::new(AgainNode(Arc::clone(node)))),
        None if parser.has_named_cycles() => {
            Err(token.error(format!("Named cycle '{name}' does not exist")))
        }
        None => Err(token.error(format!(
            "No named cycles in template. '{name}' is not defined"
        ))),
    }
}

impl TagNode for CycleNode {
    fn class_name(&self) -> &'static str {
        "CycleNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.values(&self.values);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let position = context.state_mut().get::<Position>(self.slot);
        let index = position.0;
        position.0 = (index + 1) % self.values.len().max(1);
        let Some(expression) = self.values.get(index) else {
            return Ok(());
        };
        let value = expression.resolve(context)?;
        if let Some(name) = &self.name {
            context.set_upward(name.clone(), value.clone())?;
        }
        if self.silent {
            Ok(())
        } else {
            show(&value, self.slot, context, out)
        }
    }
}

impl TagNode for AgainNode {
    fn class_name(&self) -> &'static str {
        "CycleNode"
    }

    fn reads(&self, reader: &mut Reader) {
        self.0.reads(reader);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        self.0.render(context, out)
    }
}

struct ResetCycleNode(SlotId);

pub(super) fn reset(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let cycle = match bits.as_slice() {
        [_, name] => match parser.named_cycle(name) {
            Some(cycle) => cycle,
            None => return Err(token.error(format!("Named cycle '{}' does not exist.", name.text))),
        },
        [_] => match parser.last_cycle() {
            Some(cycle) => cycle,
            None => return Err(token.error("No cycles in template.")),
        },
        _ => {
            let tag = string_repr(token.command());
            return Err(token.error(format!("{tag} tag accepts at most one argument.")));
        }
    };
    match cycle.downcast_ref::<CycleNode>() {
        Some(cycle) => Ok(Arc::new(ResetCycleNode(cycle.slot))),
        None => Err(token.error("No cycles in template.")),
    }
}

impl TagNode for ResetCycleNode {
    fn class_name(&self) -> &'static str {
        "ResetCycleNode"
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, _: &mut dyn Sink) -> Result<()> {
        context.state_mut().get::<Position>(self.0).0 = 0;
        Ok(())
    }
}
