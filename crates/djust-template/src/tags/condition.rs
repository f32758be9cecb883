//! `{% if %}`

use std::borrow::Cow;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::{Node, NodeList, TagNode};
use crate::parse::condition::{self, Condition, Operator};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink};
use crate::value::{Fields, Key, Value};

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

    /// The block that the tag is for a sink.
    pub(crate) fn id(&self) -> BlockId {
        self.id
    }

    /// The name of which the tag tests and shows attributes, if it does nothing else.
    pub(crate) fn subject(&self) -> Option<&Key> {
        let mut subject = None;
        let mut is_only = true;
        for arm in &self.arms {
            if let Some(condition) = &arm.condition {
                condition.values(&mut |value| {
                    let is_attribute = value
                        .attribute()
                        .is_some_and(|path| !value.is_filtered() && subject_is(&mut subject, path));
                    is_only &= is_attribute || value.constant().is_some();
                });
            }
        }
        let subject = subject.filter(|_| is_only)?;
        let shows_only = self
            .arms
            .iter()
            .flat_map(|arm| arm.body.nodes())
            .all(|node| match node {
                Node::Text { .. } => true,
                Node::Variable { expression, .. } => expression
                    .attribute()
                    .is_some_and(|path| path[0] == *subject),
                Node::Tag { .. } => false,
            });
        shows_only.then_some(subject)
    }

    /// The arm that plain values of the [`subject`](Self::subject) choose.
    pub(crate) fn choose(&self, fields: &dyn Fields) -> Choice<'_> {
        for (index, arm) in self.arms.iter().enumerate() {
            let is_chosen = match &arm.condition {
                None => Some(true),
                Some(condition) => holds(condition, fields),
            };
            match is_chosen {
                Some(true) => return Choice::Arm(Branch::Arm(index as u32), &arm.body),
                Some(false) => {}
                None => return Choice::Unknown,
            }
        }
        Choice::Nothing
    }
}

/// What plain values choose to be shown.
pub(crate) enum Choice<'a> {
    Arm(Branch, &'a NodeList),
    Nothing,
    /// The values do not tell.
    Unknown,
}

/// Whether a path begins with the name that the others begin with.
fn subject_is<'a>(subject: &mut Option<&'a Key>, path: &'a [Key]) -> bool {
    *subject.get_or_insert(&path[0]) == &path[0]
}

/// Whether a condition on plain values of the subject holds; `None`: they do not tell.
fn holds(condition: &Condition, fields: &dyn Fields) -> Option<bool> {
    match condition {
        Condition::Value(value) => match value.attribute() {
            Some(path) => fields.truth(&path[1..]),
            None => value.constant()?.truth().ok(),
        },
        Condition::Not(inner) => holds(inner, fields).map(|holds| !holds),
        Condition::Binary(Operator::And, sides) => {
            Some(holds(&sides.0, fields)? && holds(&sides.1, fields)?)
        }
        Condition::Binary(Operator::Or, sides) => {
            Some(holds(&sides.0, fields)? || holds(&sides.1, fields)?)
        }
        Condition::Binary(operator, sides) => {
            let (Condition::Value(left), Condition::Value(right)) = &**sides else {
                return None;
            };
            let is_equal = *operator == Operator::Equal;
            if (is_equal || *operator == Operator::NotEqual)
                && let (Some(path), Some(right)) = (left.attribute(), right.constant())
            {
                return Some(fields.equals(&path[1..], right)? == is_equal);
            }
            let (left, right) = (plain(left, fields)?, plain(right, fields)?);
            Some(operator.relates(&left, &right))
        }
    }
}

fn plain<'a>(value: &'a FilterExpression, fields: &dyn Fields) -> Option<Cow<'a, Value>> {
    match value.attribute() {
        Some(path) => fields.plain(&path[1..]).map(Cow::Owned),
        None => value.constant().map(Cow::Borrowed),
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
