//! `{% widthratio %}`

use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value};

struct WidthRatioNode {
    slot: SlotId,
    value: FilterExpression,
    most: FilterExpression,
    width: FilterExpression,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let (value, most, width, name) = match bits.as_slice() {
        [_, value, most, width] => (value, most, width, None),
        [_, value, most, width, word, name] => {
            if *word != "as" {
                let message = "Invalid syntax in widthratio tag. Expecting 'as' keyword";
                return Err(token.error_at(word, message));
            }
            (value, most, width, Some(parser.key(name)))
        }
        _ => return Err(token.error("widthratio takes at least three arguments")),
    };
    let value = parser.compile_bit(value)?;
    let most = parser.compile_bit(most)?;
    let width = parser.compile_bit(width)?;
    Ok(Arc::new(WidthRatioNode {
        slot: parser.slot(),
        value,
        most,
        width,
        name,
    }))
}

fn not_a_number() -> Error {
    Error::syntax("widthratio final argument must be a number")
}

impl WidthRatioNode {
    fn ratio(&self, context: &mut Context) -> Result<Option<String>> {
        let resolved = (|| {
            Ok((
                self.value.resolve(context)?,
                self.most.resolve(context)?,
                self.width.resolve(context)?,
            ))
        })();
        let (value, most, width) = match resolved {
            Err(error) => {
                let error: Error = error;
                return match error.kind() {
                    ErrorKind::VariableDoesNotExist => Ok(None),
                    // Django takes what a filter raises for the conversion's own exception.
                    ErrorKind::Type | ErrorKind::Value => Err(not_a_number()),
                    _ => Err(error),
                };
            }
            Ok(resolved) => resolved,
        };
        let Some(width) = width.to_int()? else {
            return Err(not_a_number());
        };
        let (Some(value), Some(most)) = (value.to_float()?, most.to_float()?) else {
            return Ok(Some(String::new()));
        };
        if most == 0.0 {
            return Ok(Some("0".to_owned()));
        }
        let ratio = (value / most) * width as f64;
        if !ratio.is_finite() {
            return Ok(Some(String::new()));
        }
        // Python rounds halves to the even number.
        let rounded = ratio.round_ties_even();
        Ok(Some(if rounded == 0.0 {
            "0".to_owned()
        } else {
            format!("{rounded:.0}")
        }))
    }
}

impl TagNode for WidthRatioNode {
    fn class_name(&self) -> &'static str {
        "WidthRatioNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.values([&self.value, &self.most, &self.width]);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let Some(text) = self.ratio(context)? else {
            return Ok(());
        };
        match &self.name {
            Some(name) => {
                context.set(name.clone(), Value::from(text));
                Ok(())
            }
            None => markup(&text, self.slot, context, out),
        }
    }
}
