//! `{% cache %}`

use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Str, Value, string_repr};

struct CacheNode {
    slot: SlotId,
    seconds: FilterExpression,
    fragment: String,
    vary_on: Vec<FilterExpression>,
    cache: Option<FilterExpression>,
    body: NodeList,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let body = parser.parse(&["endcache"])?;
    parser.delete_first_token();
    let bits = token.split_contents();
    let [_, seconds, fragment, vary_on @ ..] = bits.as_slice() else {
        let tag = string_repr(token.command());
        return Err(token.error(format!("'{tag}' tag requires at least 2 arguments.")));
    };
    let (vary_on, cache) = match vary_on {
        [vary_on @ .., last] if last.starts_with("using=") => (
            vary_on,
            Some(parser.compile_bit(&last.part("using=".len()..last.len()))?),
        ),
        _ => (vary_on, None),
    };
    let seconds = parser.compile_bit(seconds)?;
    let vary_on = vary_on
        .iter()
        .map(|bit| parser.compile_bit(bit))
        .collect::<Result<_>>()?;
    let (slot, fragment) = (parser.slot(), fragment.to_string());
    Ok(Arc::new(CacheNode {
        slot,
        seconds,
        fragment,
        vary_on,
        cache,
        body,
    }))
}

/// The value of a required argument.
fn known(expression: &FilterExpression, context: &mut Context) -> Result<Value> {
    expression
        .resolve(context)
        .map_err(|error| match error.kind() {
            ErrorKind::VariableDoesNotExist => Error::syntax(format!(
                "\"cache\" tag got an unknown variable: {}",
                string_repr(expression.text())
            )),
            _ => error,
        })
}

impl TagNode for CacheNode {
    fn class_name(&self) -> &'static str {
        "CacheNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.seconds);
        reader.values(&self.vary_on);
        reader.values(&self.cache);
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let seconds = known(&self.seconds, context)?;
        let seconds = match (&seconds, seconds.to_int()?) {
            (Value::None, _) => None,
            (_, Some(seconds)) => Some(seconds),
            (value, None) => {
                let message = format!(
                    "\"cache\" tag got a non-integer timeout value: {}",
                    value.repr()?
                );
                return Err(Error::syntax(message));
            }
        };
        let cache = match &self.cache {
            Some(cache) => Some(known(cache, context)?.text()?),
            None => None,
        };
        let vary_on: Vec<Str> = self
            .vary_on
            .iter()
            .map(|value| value.resolve(context)?.text())
            .collect::<Result<_>>()?;
        let cache = cache.as_deref();
        let kept = context
            .host()
            .cached(cache, &self.fragment, &vary_on)
            .map_err(|error| match (error.kind(), cache) {
                (ErrorKind::Configuration, Some(name)) => Error::syntax(format!(
                    "Invalid cache name specified for cache tag: {}",
                    string_repr(name)
                )),
                _ => error,
            })?;
        if let Some(text) = kept {
            return markup(&text, self.slot, context, out);
        }
        let text = self.body.render_to_string(context)?;
        context
            .host()
            .keep(cache, &self.fragment, &vary_on, seconds, &text)?;
        markup(&text, self.slot, context, out)
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
