//! Tags that put something out: `{% csrf_token %}`, `{% firstof %}`, `{% filter %}`.

use std::sync::Arc;

use crate::context::Context;
use crate::engine::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Output, Sink, Slot, SlotId, escape};
use crate::value::{Key, Value};

/// Renders a value to a string of its own, as `{{ }}` would show it.
pub(super) fn rendered(value: &Value, slot: SlotId, context: &Context) -> Result<Value> {
    // Safe text stays so, even where nothing is escaped.
    if value.is_safe() {
        return Ok(value.clone());
    }
    let mut text = String::new();
    value.render(
        context,
        &mut Slot::new(&mut text, slot, context.autoescape()),
    )?;
    Ok(if context.autoescape() {
        Value::safe(text)
    } else {
        Value::from(text)
    })
}

/// Writes a value to a slot, as `{{ }}` would.
pub(super) fn show(
    value: &Value,
    slot: SlotId,
    context: &mut Context,
    out: &mut dyn Sink,
) -> Result<()> {
    let mut slot = Slot::new(out, slot, context.autoescape());
    value.render(context, &mut slot)?;
    let written = slot.written();
    context.count_output(written)
}

/// Writes text that is not to be escaped.
pub(super) fn markup(
    text: &str,
    slot: SlotId,
    context: &mut Context,
    out: &mut dyn Sink,
) -> Result<()> {
    out.value(slot, Output::Markup(text));
    context.count_output(text.len())
}

struct CsrfTokenNode {
    slot: SlotId,
    key: Key,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "all tags are compiled by functions of one type"
)]
pub(super) fn csrf_token(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    Ok(Arc::new(CsrfTokenNode {
        slot: parser.slot(),
        key: parser.key("csrf_token"),
    }))
}

impl TagNode for CsrfTokenNode {
    fn class_name(&self) -> &'static str {
        "CsrfTokenNode"
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let token = context.get(&self.key)?.unwrap_or_default();
        if !token.truth()? {
            context.host().warn(
                "A {% csrf_token %} was used in a template, but the context did not provide the value. \
                 This is usually caused by not using RequestContext.",
            );
            return Ok(());
        }
        let token = token.text()?;
        if token.as_str() == "NOTPROVIDED" {
            return Ok(());
        }
        let token = if token.is_safe() {
            token.to_string()
        } else {
            escape(&token)
        };
        let field =
            format!("<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{token}\">");
        markup(&field, self.slot, context, out)
    }
}

struct FirstOfNode {
    slot: SlotId,
    values: Vec<FilterExpression>,
    name: Option<Key>,
}

pub(super) fn first_of(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut bits = token.split_contents();
    bits.remove(0);
    if bits.is_empty() {
        return Err(token.error("'firstof' statement requires at least one argument"));
    }
    let mut name = None;
    if bits.len() >= 2 && bits[bits.len() - 2] == "as" {
        name = Some(parser.key(&bits[bits.len() - 1]));
        bits.truncate(bits.len() - 2);
    }
    let values = bits
        .iter()
        .map(|bit| parser.compile_bit(bit))
        .collect::<Result<_>>()?;
    Ok(Arc::new(FirstOfNode {
        slot: parser.slot(),
        values,
        name,
    }))
}

impl TagNode for FirstOfNode {
    fn class_name(&self) -> &'static str {
        "FirstOfNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.values(&self.values);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let mut first = None;
        for value in &self.values {
            let value = value.resolve_or_none(context)?;
            if value.truth()? {
                first = Some(value);
                break;
            }
        }
        match (&self.name, first) {
            (Some(name), Some(value)) => {
                let text = rendered(&value, self.slot, context)?;
                context.set(name.clone(), text);
                Ok(())
            }
            (Some(name), None) => {
                context.set(name.clone(), Value::empty());
                Ok(())
            }
            (None, Some(value)) => show(&value, self.slot, context, out),
            (None, None) => Ok(()),
        }
    }
}

struct FilterNode {
    slot: SlotId,
    key: Key,
    filters: FilterExpression,
    body: NodeList,
}

pub(super) fn filter(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let contents = token.contents();
    let rest = contents[token.command().len()..].trim_start_matches(crate::lex::is_space);
    let filters = parser.compile_filter(&format!("var|{rest}"))?;
    for name in filters.filter_names() {
        if name == "escape" || name == "safe" {
            // Django 5 has two spaces in its message.
            let space = match parser.engine().dialect() {
                Dialect::Django4 | Dialect::Django5 => "  ",
                Dialect::Django6 => " ",
            };
            return Err(token.error(format!(
                "\"filter {name}\" is not permitted.{space}Use the \"autoescape\" tag instead."
            )));
        }
    }
    let body = parser.parse(&["endfilter"])?;
    parser.delete_first_token();
    Ok(Arc::new(FilterNode {
        slot: parser.slot(),
        key: parser.key("var"),
        filters,
        body,
    }))
}

impl TagNode for FilterNode {
    fn class_name(&self) -> &'static str {
        "FilterNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.list(&self.body);
        reader.scope(vec![(self.key.clone(), None)], |reader| {
            reader.value(&self.filters);
        });
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let text = self.body.render_to_string(context)?;
        context.push();
        context.set(self.key.clone(), Value::safe(text));
        let value = self.filters.resolve(context);
        context.pop();
        // What the filters give is joined into the output as it is, without escaping.
        let value = value?;
        if value.native()?.as_str().is_none() {
            // Django: joining the node list fails; it also says which item of the list it was.
            let message = format!(
                "sequence item 0: expected str instance, {} found",
                value.type_name()
            );
            return Err(Error::new(ErrorKind::Type, message));
        }
        markup(&value.text()?, self.slot, context, out)
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}
