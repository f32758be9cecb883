//! Tags that stand for plain text: `{% comment %}`, `{% verbatim %}`, `{% templatetag %}`.

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::lex::TokenKind;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Output, Sink, SlotId};

/// Text that does not change.
struct FixedNode {
    class: &'static str,
    slot: SlotId,
    text: String,
}

impl TagNode for FixedNode {
    fn class_name(&self) -> &'static str {
        self.class
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        out.value(self.slot, Output::Markup(&self.text));
        context.count_output(self.text.len())
    }
}

/// A node that shows nothing, for tags that only do something while the template is compiled.
pub(super) fn nothing(parser: &mut Parser, class: &'static str) -> Arc<dyn TagNode> {
    Arc::new(FixedNode {
        class,
        slot: parser.slot(),
        text: String::new(),
    })
}

pub(super) fn comment(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    parser.skip_past("endcomment")?;
    Ok(nothing(parser, "CommentNode"))
}

/// The lexer has turned everything up to the end tag into text.
pub(super) fn verbatim(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    let mut text = String::new();
    while let Some(token) = parser.next_token() {
        if token.kind() == TokenKind::Text {
            text.push_str(token.contents());
        } else {
            let slot = parser.slot();
            return Ok(Arc::new(FixedNode {
                class: "VerbatimNode",
                slot,
                text,
            }));
        }
    }
    Err(parser.unclosed(&["endverbatim"]))
}

const BITS: [(&str, &str); 8] = [
    ("openblock", "{%"),
    ("closeblock", "%}"),
    ("openvariable", "{{"),
    ("closevariable", "}}"),
    ("openbrace", "{"),
    ("closebrace", "}"),
    ("opencomment", "{#"),
    ("closecomment", "#}"),
];

pub(super) fn template_tag(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let words = token.words();
    let &[_, name] = words.as_slice() else {
        return Err(token.error("'templatetag' statement takes one argument"));
    };
    let Some((_, text)) = BITS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<String> = BITS.iter().map(|(name, _)| format!("'{name}'")).collect();
        return Err(token.error(format!(
            "Invalid templatetag argument: '{name}'. Must be one of: [{}]",
            known.join(", ")
        )));
    };
    Ok(Arc::new(FixedNode {
        class: "TemplateTagNode",
        slot: parser.slot(),
        text: (*text).to_owned(),
    }))
}
