//! `{% ifchanged %}`

use std::sync::Arc;

use super::loop_variable::ForLoop;
use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Output, Sink, SlotId};
use crate::value::{Key, Value};

struct IfChangedNode {
    id: BlockId,
    slot: SlotId,
    forloop: Key,
    values: Vec<FilterExpression>,
    body: NodeList,
    otherwise: Option<NodeList>,
}

/// What a tag outside all loops saw last.
#[derive(Default)]
struct Seen(Option<Vec<Value>>);

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let (id, slot) = (parser.block(), parser.slot());
    let body = parser.parse(&["else", "endifchanged"])?;
    let otherwise = match parser.next_token() {
        Some(next) if next.contents() == "else" => {
            let otherwise = parser.parse(&["endifchanged"])?;
            parser.delete_first_token();
            Some(otherwise)
        }
        _ => None,
    };
    let values = bits[1..]
        .iter()
        .map(|bit| parser.compile_bit(bit))
        .collect::<Result<_>>()?;
    Ok(Arc::new(IfChangedNode {
        id,
        slot,
        forloop: parser.engine().common_keys().forloop.clone(),
        values,
        body,
        otherwise,
    }))
}

impl IfChangedNode {
    /// Remembers `seen` for the innermost loop (or the template) and says whether it differs from what was there.
    fn changed(&self, seen: Vec<Value>, context: &mut Context) -> Result<bool> {
        if let Some(Value::Object(object)) = context.get(&self.forloop)?
            && let Some(forloop) = object.downcast_ref::<ForLoop>()
        {
            let changed = differs(forloop.seen(self.slot).as_deref(), &seen)?;
            if changed {
                forloop.remember(self.slot, seen.into());
            }
            return Ok(changed);
        }
        let state = context.state_mut().get::<Seen>(self.slot);
        let changed = differs(state.0.as_deref(), &seen)?;
        if changed {
            state.0 = Some(seen);
        }
        Ok(changed)
    }
}

fn differs(before: Option<&[Value]>, seen: &[Value]) -> Result<bool> {
    let Some(before) = before else {
        return Ok(true);
    };
    for (before, seen) in before.iter().zip(seen) {
        if !before.is_same(seen) && !before.equals(seen)? {
            return Ok(true);
        }
    }
    Ok(before.len() != seen.len())
}

impl TagNode for IfChangedNode {
    fn class_name(&self) -> &'static str {
        "IfChangedNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.values(&self.values);
        reader.list(&self.body);
        if let Some(otherwise) = &self.otherwise {
            reader.list(otherwise);
        }
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let mut rendered = None;
        let seen = if self.values.is_empty() {
            let text = self.body.render_to_string(context)?;
            rendered = Some(text.clone());
            vec![Value::from(text)]
        } else {
            self.values
                .iter()
                .map(|value| value.resolve_or_none(context))
                .collect::<Result<_>>()?
        };
        let (arm, body) = match (self.changed(seen, context)?, &self.otherwise) {
            (true, _) => (0, &self.body),
            (false, Some(otherwise)) => (1, otherwise),
            (false, None) => return Ok(()),
        };
        out.enter(self.id, Branch::Arm(arm));
        let result = match rendered.filter(|text| arm == 0 && !text.is_empty()) {
            Some(text) => {
                out.value(self.slot, Output::Markup(&text));
                Ok(())
            }
            None => body.render(context, out),
        };
        out.leave(self.id);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        let mut children = vec![("nodelist_true", &self.body)];
        children.extend(self.otherwise.as_ref().map(|list| ("nodelist_false", list)));
        children
    }
}
