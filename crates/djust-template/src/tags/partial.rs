//! `{% partialdef %}` and `{% partial %}` (Django 6.0)

use std::sync::{Arc, Weak};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Partials, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink};

struct PartialDefNode {
    id: BlockId,
    inline: bool,
    body: NodeList,
}

pub(super) fn definition(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let bits: Vec<&str> = bits.iter().map(|bit| &*bit.text).collect();
    let (name, inline) = match bits.as_slice() {
        [_, name, "inline"] => (*name, true),
        [_, name] => (*name, false),
        [_, _, _] => {
            return Err(token.error(
                "The 'inline' argument does not have any parameters; either use 'inline' or remove it completely.",
            ));
        }
        [_] => return Err(token.error("'partialdef' tag requires a name")),
        _ => return Err(token.error("'partialdef' tag takes at most 2 arguments")),
    };
    let id = parser.block();
    let named = format!("endpartialdef {name}");
    let ends = ["endpartialdef", named.as_str()];
    let body = parser.parse(&ends)?;
    if let Some(end) = parser.next_token()
        && !ends.contains(&end.contents())
    {
        return Err(parser.invalid_tag(&end, "endpartialdef", &ends));
    }
    let origin = parser.source().origin().map_or_else(
        || "<unknown source>".into(),
        |origin| Arc::clone(&origin.name),
    );
    if !parser.partials().insert(name, body.clone()) {
        return Err(token.error(format!(
            "Partial '{name}' is already defined in the '{origin}' template."
        )));
    }
    Ok(Arc::new(PartialDefNode { id, inline, body }))
}

impl TagNode for PartialDefNode {
    fn class_name(&self) -> &'static str {
        "PartialDefNode"
    }

    fn reads(&self, reader: &mut Reader) {
        if self.inline {
            reader.list(&self.body);
        }
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        if !self.inline {
            return Ok(());
        }
        out.enter(self.id, Branch::Body);
        let result = self.body.render(context, out);
        out.leave(self.id);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

/// Looks its partial up when it renders: the definition may come later in the template.
struct PartialNode {
    id: BlockId,
    name: String,
    /// Weak, because a partial may mention itself.
    partials: Weak<Partials>,
}

pub(super) fn partial(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, name] = bits.as_slice() else {
        return Err(token.error("'partial' tag requires a single argument"));
    };
    let (id, partials) = (parser.block(), Arc::downgrade(parser.partials()));
    Ok(Arc::new(PartialNode {
        id,
        name: name.to_string(),
        partials,
    }))
}

impl TagNode for PartialNode {
    fn class_name(&self) -> &'static str {
        "PartialNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let partials = self.partials.upgrade();
        match partials.and_then(|partials| partials.get(&self.name)) {
            Some(body) => reader.list(&body),
            None => reader.anything(),
        }
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let Some(body) = self
            .partials
            .upgrade()
            .and_then(|partials| partials.get(&self.name))
        else {
            return Err(Error::syntax(format!(
                "Partial '{}' is not defined in the current template.",
                self.name
            )));
        };
        context.begin_partial();
        out.enter(self.id, Branch::Body);
        let result = body.render(context, out);
        out.leave(self.id);
        context.end();
        result
    }
}
