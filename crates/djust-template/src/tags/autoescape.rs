//! `{% autoescape on|off %}`

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;

struct AutoEscapeNode {
    on: bool,
    body: NodeList,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut words = token
        .contents()
        .split(crate::lex::is_space)
        .filter(|word| !word.is_empty())
        .skip(1);
    let (Some(setting), None) = (words.next(), words.next()) else {
        return Err(token.error("'autoescape' tag requires exactly one argument."));
    };
    let on = match setting {
        "on" => true,
        "off" => false,
        _ => return Err(token.error("'autoescape' argument should be 'on' or 'off'")),
    };
    let body = parser.parse(&["endautoescape"])?;
    parser.delete_first_token();
    Ok(Arc::new(AutoEscapeNode { on, body }))
}

impl TagNode for AutoEscapeNode {
    fn class_name(&self) -> &'static str {
        "AutoEscapeControlNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let before = context.set_autoescape(self.on);
        let result = self.body.render(context, out);
        context.set_autoescape(before);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
