//! `{% extends %}`

use std::sync::{Arc, OnceLock};

use super::paths::{self, Recursion};
use crate::context::Context;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::expression::FilterExpression;
use crate::inherit::{self, Block};
use crate::node::{Node, NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;
use crate::template::Template;
use crate::value::Value;

/// The whole of a template that extends another.
pub(crate) struct ExtendsNode {
    parent: FilterExpression,
    body: NodeList,
    /// The blocks in it, found when they are first needed.
    blocks: OnceLock<Vec<Arc<Block>>>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [tag, name] = bits.as_slice() else {
        return Err(token.error(format!("'{}' takes one argument", token.command())));
    };
    let full = paths::absolute(parser.source().name(), name, Recursion::Refused)?;
    let parent = if full == name.text {
        parser.compile_bit(name)
    } else {
        parser.compile_filter(&full)
    };
    let parent = token.locate_at(name, parent)?;
    let body = parser.parse(&[])?;
    if parser.record_extends() > 1 && has_extends(&body) {
        let message = format!(
            "'{}' cannot appear more than once in the same template",
            tag.text
        );
        return Err(token.error(message));
    }
    Ok(Arc::new(ExtendsNode {
        parent,
        body,
        blocks: OnceLock::new(),
    }))
}

fn has_extends(body: &NodeList) -> bool {
    let mut found = false;
    body.walk(&mut |node, _| {
        found |=
            matches!(node, Node::Tag { node, .. } if node.downcast_ref::<ExtendsNode>().is_some());
    });
    found
}

impl ExtendsNode {
    fn blocks(&self) -> &[Arc<Block>] {
        self.blocks.get_or_init(|| inherit::collect(&self.body))
    }

    fn find_parent(&self, context: &mut Context) -> Result<Arc<Template>> {
        let parent = self.parent.resolve(context)?;
        if let Value::Object(object) = &parent
            && let Some(template) = object.as_template()
        {
            return Ok(template);
        }
        if !parent.truth()? {
            let mut message = format!(
                "Invalid template name in 'extends' tag: {}.",
                parent.repr()?
            );
            if self.parent.constant().is_none() {
                let source = format!(" Got this from the '{}' variable.", self.parent.text());
                message.push_str(&source);
            }
            return Err(Error::syntax(message));
        }
        let name = parent.text()?;
        let engine = engine(context)?;
        // Django: a chain never extends one template twice, so that a template can extend its namesake elsewhere.
        let own = self.body.source().origin();
        let history = context.state_mut().extended();
        if history.is_empty() {
            history.extend(own.cloned());
        }
        let history = history.clone();
        let template = match engine.get_template(&name) {
            Ok(template)
                if !template
                    .origin()
                    .is_some_and(|origin| history.contains(origin)) =>
            {
                template
            }
            Ok(_) => engine.find_template(&name, &history)?,
            Err(error) => return Err(error),
        };
        context
            .state_mut()
            .extended()
            .extend(template.origin().cloned());
        Ok(template)
    }
}

fn engine(context: &Context) -> Result<Engine> {
    context
        .engine()
        .cloned()
        .ok_or_else(|| Error::syntax("'extends' outside a render"))
}

impl TagNode for ExtendsNode {
    fn class_name(&self) -> &'static str {
        "ExtendsNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.template(&self.parent, |reader, parent| {
            reader.override_blocks(self.blocks());
            reader.list(parent.nodes());
        });
    }

    fn must_be_first(&self) -> bool {
        true
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let parent = self.find_parent(context)?;
        let blocks = context.state_mut().blocks_mut().get_or_insert_default();
        blocks.add(self.blocks());
        if !parent.extends() {
            blocks.add(parent.blocks());
        }
        parent.show_places(out);
        let before = context.state_mut().replace(Some(Arc::clone(&parent)));
        let engine = engine(context)?;
        let result = match engine.host().template_begins(&parent, context) {
            Ok(()) => parent.nodes().render(context, out),
            Err(error) => Err(error),
        };
        context.state_mut().replace(before);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
