//! `{% spaceless %}`

use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::error::Result;
use crate::lex::{is_space, strip};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};

struct SpacelessNode {
    slot: SlotId,
    body: NodeList,
}

pub(super) fn compile(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    let slot = parser.slot();
    let body = parser.parse(&["endspaceless"])?;
    parser.delete_first_token();
    Ok(Arc::new(SpacelessNode { slot, body }))
}

/// Removes white space that stands between `>` and `<` (`django.utils.html.strip_spaces_between_tags`).
fn between_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('>') {
        let (before, after) = rest.split_at(at + 1);
        out.push_str(before);
        let trimmed = after.trim_start_matches(is_space);
        rest = if trimmed.starts_with('<') {
            trimmed
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

impl TagNode for SpacelessNode {
    fn class_name(&self) -> &'static str {
        "SpacelessNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let text = self.body.render_to_string(context)?;
        markup(&between_tags(strip(&text)), self.slot, context, out)
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
