//! `{% url %}`

use std::sync::Arc;

use super::output::show;
use crate::context::Context;
use crate::error::{ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token, split_keyword};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value};

struct UrlNode {
    slot: SlotId,
    view: FilterExpression,
    arguments: Vec<FilterExpression>,
    keywords: Vec<(Key, FilterExpression)>,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, view, rest @ ..] = bits.as_slice() else {
        let message = format!(
            "'{}' takes at least one argument, a URL pattern name.",
            token.command()
        );
        return Err(token.error(message));
    };
    let view = parser.compile_bit(view)?;
    let (rest, name) = match rest {
        [rest @ .., word, name] if *word == "as" => (rest, Some(parser.key(name))),
        _ => (rest, None),
    };
    let mut arguments = Vec::new();
    let mut keywords: Vec<(Key, FilterExpression)> = Vec::new();
    for bit in rest {
        match split_keyword(bit) {
            Some((keyword, value)) => {
                let (keyword, value) = (parser.key(keyword), parser.compile_bit(&value)?);
                keywords.retain(|(known, _)| *known != keyword);
                keywords.push((keyword, value));
            }
            None => arguments.push(parser.compile_bit(bit)?),
        }
    }
    Ok(Arc::new(UrlNode {
        slot: parser.slot(),
        view,
        arguments,
        keywords,
        name,
    }))
}

impl TagNode for UrlNode {
    fn class_name(&self) -> &'static str {
        "URLNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.view);
        reader.values(&self.arguments);
        reader.values(self.keywords.iter().map(|(_, value)| value));
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let arguments: Vec<Value> = self
            .arguments
            .iter()
            .map(|value| value.resolve(context))
            .collect::<Result<_>>()?;
        let keywords: Vec<(Key, Value)> = self
            .keywords
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.resolve(context)?)))
            .collect::<Result<_>>()?;
        let view = self.view.resolve(context)?;
        let url = match context
            .host()
            .reverse(&view, &arguments, &keywords, context)
        {
            Ok(url) => Value::Str(url),
            Err(error) if error.kind() == ErrorKind::NoReverseMatch && self.name.is_some() => {
                Value::empty()
            }
            Err(error) => return Err(error),
        };
        match &self.name {
            Some(name) => {
                context.set(name.clone(), url);
                Ok(())
            }
            None => show(&url, self.slot, context, out),
        }
    }
}
