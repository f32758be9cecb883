//! `{% with %}`

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::{NodeList, TagNode};
use crate::parse::{KeywordStyle, Parser, Token, keyword_arguments};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink};
use crate::value::{Key, Value, string_repr};

struct WithNode {
    id: BlockId,
    names: Vec<(Key, FilterExpression)>,
    body: NodeList,
}

pub(super) fn with(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut bits = token.split_contents();
    let tag = bits.remove(0);
    let names = keyword_arguments(parser, &mut bits, KeywordStyle::Legacy)?;
    let tag = string_repr(&tag);
    if names.is_empty() {
        return Err(token.error(format!("{tag} expected at least one variable assignment")));
    }
    if let Some(rest) = bits.first() {
        let message = format!("{tag} received an invalid token: {}", string_repr(rest));
        return Err(token.error_at(rest, message));
    }
    let id = parser.block();
    let body = parser.parse(&["endwith"])?;
    parser.delete_first_token();
    let names = names
        .into_iter()
        .map(|(name, value)| (parser.key(&name), value))
        .collect();
    Ok(Arc::new(WithNode { id, names, body }))
}

/// Resolves all values before any of the names is set.
pub(super) fn resolve_all(
    names: &[(Key, FilterExpression)],
    context: &mut Context,
) -> Result<Vec<(Key, Value)>> {
    names
        .iter()
        .map(|(name, value)| Ok((name.clone(), value.resolve(context)?)))
        .collect()
}

impl TagNode for WithNode {
    fn class_name(&self) -> &'static str {
        "WithNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let names = reader.assigned(&self.names);
        reader.scope(names, |reader| reader.list(&self.body));
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let values = resolve_all(&self.names, context)?;
        context.push();
        for (name, value) in values {
            context.set(name, value);
        }
        out.enter(self.id, Branch::Body);
        let result = self.body.render(context, out);
        out.leave(self.id);
        context.pop();
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
