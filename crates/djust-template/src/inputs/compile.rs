//! From the nodes of a body to the values it reads.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Body, Branches, Inputs, Origin, Outer, Read, Step};
use crate::expression::{FilterExpression, Operand};
use crate::node::{Node, NodeList};
use crate::parse::condition::{Condition, Operator};
use crate::tags::IfNode;
use crate::value::{Key, Value};

use super::test::Test;

pub(super) struct Compiler<'a> {
    name: &'a Key,
    signature: String,
    fields: Vec<Box<[Key]>>,
    outer: Vec<Outer>,
    loops: Vec<Arc<[Key]>>,
    /// Paths that are read already where the compiler is.
    seen: Vec<Arc<[Key]>>,
    is_whole: bool,
    depth: usize,
    deepest: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(name: &'a Key) -> Self {
        Self {
            name,
            signature: String::new(),
            fields: Vec::new(),
            outer: Vec::new(),
            loops: Vec::new(),
            seen: Vec::new(),
            is_whole: true,
            depth: 0,
            deepest: 0,
        }
    }

    pub(super) fn inputs(mut self, body: &NodeList) -> Option<Inputs> {
        let compiled = self.list(body)?;
        Some(Inputs {
            signature: self.signature,
            source: Arc::clone(body.source()),
            body: compiled,
            fields: self.fields,
            outer: self.outer,
            loops: self.loops,
            is_whole: self.is_whole,
            depth: self.deepest,
        })
    }

    fn list(&mut self, list: &NodeList) -> Option<Body> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let mut body = Body::default();
        for node in list.nodes() {
            match node {
                Node::Text { id, span, text } => {
                    let shown = text.text(list.source(), *span);
                    let _ = write!(self.signature, "t{}:{shown}", shown.len());
                    body.steps.push(Step::Text {
                        id: *id,
                        span: *span,
                        text: text.clone(),
                    });
                }
                Node::Variable {
                    slot,
                    expression,
                    span,
                } => {
                    let text = expression.text();
                    let _ = write!(self.signature, "v{}:{text}", text.len());
                    let (operand, filters) = expression.parts();
                    let origin = self.read(operand, &mut body)?;
                    if filters.is_empty() {
                        body.steps.push(Step::Show {
                            slot: *slot,
                            origin,
                            span: *span,
                        });
                        continue;
                    }
                    self.is_whole = false;
                    for call in filters {
                        if !call.filter.is_plain() {
                            return None;
                        }
                        if let Some(argument) = &call.argument {
                            self.read(argument, &mut body)?;
                        }
                    }
                }
                Node::Tag { node, .. } => {
                    let branches = self.branches(node.downcast_ref::<IfNode>()?)?;
                    body.steps.push(Step::If(body.branches.len()));
                    body.reads.push(Read::If(body.branches.len()));
                    body.branches.push(branches);
                }
            }
        }
        self.depth -= 1;
        Some(body)
    }

    fn branches(&mut self, node: &IfNode) -> Option<Branches> {
        let mut arms = Vec::new();
        self.signature.push('(');
        for (condition, body) in node.arms() {
            let test = match condition {
                Some(condition) => Some(self.test(condition)?),
                None => None,
            };
            let known = self.seen.len();
            self.signature.push('|');
            arms.push((test, self.list(body)?));
            self.seen.truncate(known);
        }
        self.signature.push(')');
        Some(Branches {
            block: node.block(),
            arms,
        })
    }

    fn test(&mut self, condition: &Condition) -> Option<Test> {
        Some(match condition {
            Condition::Value(value) => Test::Value(self.tested(value)?),
            Condition::Not(inner) => Test::Not(Box::new(self.test(inner)?)),
            Condition::Binary(operator @ (Operator::And | Operator::Or), sides) => {
                let sides = Box::new((self.test(&sides.0)?, self.test(&sides.1)?));
                if *operator == Operator::And {
                    Test::And(sides)
                } else {
                    Test::Or(sides)
                }
            }
            Condition::Binary(operator, sides) => {
                let (Condition::Value(left), Condition::Value(right)) = &**sides else {
                    return None;
                };
                Test::Relation(*operator, self.tested(left)?, self.tested(right)?)
            }
        })
    }

    /// Where a value that a condition tests comes from.
    fn tested(&mut self, value: &FilterExpression) -> Option<Origin> {
        if let Some(constant) = value.constant() {
            return Some(self.constant(constant));
        }
        Some(self.origin(value.shared_path()?))
    }

    /// Where an operand comes from; it is read, if it was not read before.
    fn read(&mut self, operand: &Operand, body: &mut Body) -> Option<Origin> {
        let path = match operand {
            Operand::Constant(value @ (Value::Str(_) | Value::Int(_))) => {
                return Some(self.constant(value));
            }
            Operand::Variable(path) => path,
            // How any other constant is shown depends on the language.
            Operand::Constant(_) | Operand::Translated(_) | Operand::Super(_) => return None,
        };
        let origin = self.origin(path);
        if !self.seen.contains(path) {
            self.seen.push(Arc::clone(path));
            body.reads.push(Read::Value(origin));
        }
        Some(origin)
    }

    fn origin(&mut self, path: &Arc<[Key]>) -> Origin {
        if path[0] == *self.name {
            let path = &path[1..];
            let known = self.fields.iter().position(|known| **known == *path);
            return Origin::Field(known.unwrap_or_else(|| {
                self.fields.push(path.into());
                self.fields.len() - 1
            }));
        }
        if path[0].as_str() == "forloop" {
            let known = self.loops.iter().position(|known| known == path);
            return Origin::Loop(known.unwrap_or_else(|| {
                self.loops.push(Arc::clone(path));
                self.loops.len() - 1
            }));
        }
        let is_known = |known: &Outer| matches!(known, Outer::Path(known) if known == path);
        let known = self.outer.iter().position(is_known);
        Origin::Outer(known.unwrap_or_else(|| {
            self.outer.push(Outer::Path(Arc::clone(path)));
            self.outer.len() - 1
        }))
    }

    fn constant(&mut self, value: &Value) -> Origin {
        self.outer.push(Outer::Constant(value.clone()));
        Origin::Outer(self.outer.len() - 1)
    }
}
