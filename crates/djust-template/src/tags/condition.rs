//! `{% if %}`

use std::sync::Arc;

use crate::context::Context;
use crate::error::{ErrorKind, Result};
use crate::node::{NodeList, TagNode};
use crate::parse::condition::{self, Condition};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink};

pub(crate) struct IfNode {
    id: BlockId,
    arms: Vec<Arm>,
}

struct Arm {
    /// `None`: `{% else %}`
    condition: Option<Condition>,
    body: NodeList,
}

impl IfNode {
    /// Its number.
    pub(crate) fn block(&self) -> BlockId {
        self.id
    }

    /// Conditions and bodies in order; the last may have no condition.
    pub(crate) fn arms(&self) -> impl Iterator<Item = (Option<&Condition>, &NodeList)> {
        self.arms
            .iter()
            .map(|arm| (arm.condition.as_ref(), &arm.body))
    }
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let id = parser.block();
    let mut arms = Vec::new();
    let mut current = token.clone();
    loop {
        let bits = current.split_contents();
        let condition = condition::compile(parser, &current, &bits[1..])
            .map_err(|error| current.locate(error))?;
        let body = parser.parse(&["elif", "else", "endif"])?;
        arms.push(Arm {
            condition: Some(condition),
            body,
        });
        let Some(next) = parser.next_token() else {
            break;
        };
        current = next;
        if !current.contents().starts_with("elif") {
            break;
        }
    }
    if current.contents() == "else" {
        let body = parser.parse(&["endif"])?;
        arms.push(Arm {
            condition: None,
            body,
        });
        current = parser.next_token().unwrap_or(current);
    }
    if current.contents() != "endif" {
        return Err(current.error(format!(
            "Malformed template tag at line {}: \"{}\"",
            current.line(),
            current.contents()
        )));
    }
    Ok(Arc::new(IfNode { id, arms }))
}

impl TagNode for IfNode {
    fn class_name(&self) -> &'static str {
        "IfNode"
    }

    fn reads(&self, reader: &mut Reader) {
        for arm in &self.arms {
            if let Some(condition) = &arm.condition {
                condition.values(&mut |value| reader.value(value));
            }
            reader.list(&arm.body);
        }
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        for (index, arm) in self.arms.iter().enumerate() {
            let holds = match &arm.condition {
                None => true,
                Some(condition) => match condition.test(context) {
                    // Django: a variable missing in the argument of a filter counts as false.
                    Err(error) if error.kind() == ErrorKind::VariableDoesNotExist => false,
                    result => result?,
                },
            };
            if holds {
                out.enter(self.id, Branch::Arm(index as u32));
                let result = arm.body.render(context, out);
                out.leave(self.id);
                return result;
            }
        }
        Ok(())
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        self.arms
            .iter()
            .map(|arm| ("nodelist", &arm.body))
            .collect()
    }
}
