//! `{% translate %}`

use std::borrow::Cow;
use std::sync::Arc;

use super::output::{markup, rendered};
use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value};

struct TranslateNode {
    slot: SlotId,
    message: FilterExpression,
    /// Shown as it is, only marked for translation.
    noop: bool,
    message_context: Option<FilterExpression>,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [tag, message, rest @ ..] = bits.as_slice() else {
        return Err(token.error(format!("'{}' takes at least one argument", token.command())));
    };
    let message = parser.compile_bit(message)?;
    let (mut noop, mut message_context, mut name) = (false, None, None);
    let mut seen: Vec<&str> = Vec::new();
    let mut rest = rest.iter();
    while let Some(option) = rest.next() {
        if seen.contains(&&**option) {
            let message = format!("The '{}' option was specified more than once.", option.text);
            return Err(token.error_at(option, message));
        }
        let no_argument = || {
            token.error(format!(
                "No argument provided to the '{}' tag for the {} option.",
                tag.text, option.text
            ))
        };
        match &**option {
            "noop" => noop = true,
            "context" => {
                let value = rest.next().ok_or_else(no_argument)?;
                if *value == "as" || *value == "noop" {
                    return Err(token.error(format!(
                        "Invalid argument '{}' provided to the '{}' tag for the context option",
                        value.text, tag.text
                    )));
                }
                message_context = Some(parser.compile_bit(value)?);
            }
            "as" => name = Some(parser.key(rest.next().ok_or_else(no_argument)?)),
            other => {
                return Err(token.error_at(
                    option,
                    format!(
                        "Unknown argument for '{}' tag: '{other}'. The only options available are 'noop', \
                         'context' \"xxx\", and 'as VAR'.",
                        tag.text
                    ),
                ));
            }
        }
        seen.push(&option.text);
    }
    Ok(Arc::new(TranslateNode {
        slot: parser.slot(),
        message,
        noop,
        message_context,
        name,
    }))
}

impl TagNode for TranslateNode {
    fn class_name(&self) -> &'static str {
        "TranslateNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.message);
        reader.values(&self.message_context);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let message_context = match &self.message_context {
            Some(expression) => Some(expression.resolve(context)?.text()?),
            None => None,
        };
        let value = if self.noop {
            self.message.resolve(context)?
        } else {
            self.message
                .translated(message_context.as_deref(), context)?
        };
        let text = rendered(&value, self.slot, context)?.text()?;
        // Messages for gettext have their percent signs doubled.
        let single = match memchr::memchr(b'%', text.as_bytes()) {
            None => Cow::Borrowed(text.as_str()),
            Some(_) => Cow::Owned(text.replace("%%", "%")),
        };
        match &self.name {
            Some(name) => {
                let value = if text.is_safe() {
                    Value::safe(single)
                } else {
                    Value::from(&*single)
                };
                context.set(name.clone(), value);
                Ok(())
            }
            None => markup(&single, self.slot, context, out),
        }
    }
}
