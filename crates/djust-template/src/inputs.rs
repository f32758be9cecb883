//! What decides the output of a loop's body: the plain values it reads and the branches it takes.
//!
//! A body of text, variables and `{% if %}` writes nothing but these values between texts of the template. Where a sink
//! knows what the body wrote for the same values, it need not be written again: see [`Sink::digest`](crate::Sink::digest).
//! Reading the values for that must not be noticed: only plain values count, which are found without running any code of
//! the host. Any other, such as a number that is localised, and the body is rendered as usual.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::context::Context;
use crate::digest::Digest;
use crate::expression::{FilterExpression, Operand};
use crate::node::{Node, NodeList};
use crate::parse::condition::{Condition, Operator};
use crate::tags::IfNode;
use crate::value::{Fields, Key, Value};

/// The values that a body reads, in order.
pub(crate) struct Inputs {
    /// Tells bodies apart that write other things for the same values.
    signature: String,
    steps: Vec<Step>,
}

enum Step {
    /// A value below the name of the loop.
    Field(Arc<[Key]>),
    /// Any other.
    Outer(Arc<[Key]>),
    /// An `{% if %}`: its arms.
    If(Arc<dyn crate::node::TagNode>, Vec<Vec<Step>>),
}

/// The values around a loop, looked up once for all items.
#[derive(Default)]
pub(crate) struct Outer(Vec<(*const Key, Option<Value>)>);

impl Inputs {
    /// The inputs of a body in a loop over `name`; `None` if it does more than show plain values.
    pub(crate) fn of(body: &NodeList, name: &Key) -> Option<Self> {
        let mut compiler = Compiler {
            name,
            signature: String::new(),
            seen: Vec::new(),
        };
        let steps = compiler.list(body)?;
        Some(Self {
            signature: compiler.signature,
            steps,
        })
    }

    /// What the digests of all items begin with.
    pub(crate) fn begin(&self, key: [u64; 2], context: &Context) -> Option<Digest> {
        // What follows is the text of numbers, which must depend on nothing else.
        if context.groups_digits() {
            return None;
        }
        let mut digest = Digest::new(key);
        digest.text(&self.signature);
        digest.truth(context.autoescape());
        Some(digest)
    }

    /// Adds what an item and the context give the body to read; `false` if that is not all plain values.
    pub(crate) fn digest(
        &self,
        fields: &dyn Fields,
        name: &Key,
        context: &Context,
        outer: &mut Outer,
        digest: &mut Digest,
    ) -> bool {
        let mut reader = Reader {
            fields,
            name,
            context,
            outer,
        };
        reader.steps(&self.steps, digest)
    }
}

struct Compiler<'a> {
    name: &'a Key,
    signature: String,
    /// Paths that are read already where the compiler is.
    seen: Vec<Arc<[Key]>>,
}

impl Compiler<'_> {
    fn list(&mut self, list: &NodeList) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        for node in list.nodes() {
            match node {
                Node::Text { span, text, .. } => {
                    let text = text.text(list.source(), *span);
                    let _ = write!(self.signature, "t{}:{text}", text.len());
                }
                Node::Variable { expression, .. } => {
                    let text = expression.text();
                    let _ = write!(self.signature, "v{}:{text}", text.len());
                    let (operand, filters) = expression.parts();
                    self.read(operand, &mut steps)?;
                    for call in filters {
                        if !call.filter.is_plain() {
                            return None;
                        }
                        if let Some(argument) = &call.argument {
                            self.read(argument, &mut steps)?;
                        }
                    }
                }
                Node::Tag { node, .. } => {
                    let arms = node.downcast_ref::<IfNode>()?.arms();
                    let mut branches = Vec::new();
                    self.signature.push('(');
                    for (condition, body) in arms {
                        let mut is_plain = true;
                        if let Some(condition) = condition {
                            condition.values(&mut |value| is_plain &= is_simple(value));
                        }
                        if !is_plain {
                            return None;
                        }
                        let known = self.seen.len();
                        self.signature.push('|');
                        branches.push(self.list(body)?);
                        self.seen.truncate(known);
                    }
                    self.signature.push(')');
                    steps.push(Step::If(Arc::clone(node), branches));
                }
            }
        }
        Some(steps)
    }
}

impl Compiler<'_> {
    /// Adds what an operand reads, if that was not read before.
    fn read(&mut self, operand: &Operand, steps: &mut Vec<Step>) -> Option<()> {
        let path = match operand {
            Operand::Constant(Value::Str(_) | Value::Int(_)) => return Some(()),
            Operand::Variable(path) => path,
            // How any other constant is shown depends on the language.
            Operand::Constant(_) | Operand::Translated(_) | Operand::Super(_) => return None,
        };
        if !self.seen.contains(path) {
            self.seen.push(Arc::clone(path));
            steps.push(if path[0] == *self.name {
                Step::Field(path[1..].into())
            } else {
                Step::Outer(Arc::clone(path))
            });
        }
        Some(())
    }
}

fn is_simple(value: &FilterExpression) -> bool {
    value.constant().is_some() || value.shared_path().is_some()
}

struct Reader<'a> {
    fields: &'a dyn Fields,
    name: &'a Key,
    context: &'a Context,
    outer: &'a mut Outer,
}

impl Reader<'_> {
    fn steps(&mut self, steps: &[Step], digest: &mut Digest) -> bool {
        steps.iter().all(|step| match step {
            Step::Field(path) => self.fields.digest(path, digest),
            Step::Outer(path) => self.outer(path).is_some_and(|value| digest.value(&value)),
            Step::If(node, branches) => self.branch(node, branches, digest).is_some(),
        })
    }

    fn branch(
        &mut self,
        node: &Arc<dyn crate::node::TagNode>,
        branches: &[Vec<Step>],
        digest: &mut Digest,
    ) -> Option<()> {
        let arms = node.downcast_ref::<IfNode>()?.arms();
        for (index, ((condition, _), steps)) in arms.zip(branches).enumerate() {
            let holds = match condition {
                None => true,
                Some(condition) => self.holds(condition)?,
            };
            if holds {
                digest.number(index as i64);
                return self.steps(steps, digest).then_some(());
            }
        }
        digest.number(-1);
        Some(())
    }

    fn holds(&mut self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Value(value) => match self.field(value) {
                Some(path) => self.fields.truth(path),
                None => self.value(value)?.truth().ok(),
            },
            Condition::Not(inner) => self.holds(inner).map(|holds| !holds),
            Condition::Binary(Operator::And, sides) => {
                Some(self.holds(&sides.0)? && self.holds(&sides.1)?)
            }
            Condition::Binary(Operator::Or, sides) => {
                Some(self.holds(&sides.0)? || self.holds(&sides.1)?)
            }
            Condition::Binary(operator, sides) => {
                let (Condition::Value(left), Condition::Value(right)) = &**sides else {
                    return None;
                };
                let is_equal = *operator == Operator::Equal;
                if (is_equal || *operator == Operator::NotEqual)
                    && let Some(path) = self.field(left)
                {
                    let fields = self.fields;
                    let right = self.value(right)?;
                    return Some(fields.equals(path, &right)? == is_equal);
                }
                let left = self.value(left)?.into_owned();
                let right = self.value(right)?;
                Some(operator.relates(&left, &right))
            }
        }
    }

    /// The path of a value below the name of the loop.
    fn field<'p>(&self, value: &'p FilterExpression) -> Option<&'p [Key]> {
        let path = value.shared_path()?;
        (path[0] == *self.name).then(|| &path[1..])
    }

    fn value<'v>(&'v mut self, value: &'v FilterExpression) -> Option<Cow<'v, Value>> {
        if let Some(constant) = value.constant() {
            return Some(Cow::Borrowed(constant));
        }
        match self.field(value) {
            Some(path) => self.fields.plain(path).map(Cow::Owned),
            None => self.outer(value.shared_path()?),
        }
    }

    fn outer(&mut self, path: &Arc<[Key]>) -> Option<Cow<'_, Value>> {
        // What belongs to the loop changes from item to item.
        if path[0].as_str() == "forloop" {
            return self.context.plain(path).map(Cow::Owned);
        }
        let known = self
            .outer
            .0
            .iter()
            .position(|(known, _)| *known == path.as_ptr());
        let at = known.unwrap_or_else(|| {
            self.outer.0.push((path.as_ptr(), self.context.plain(path)));
            self.outer.0.len() - 1
        });
        self.outer.0[at].1.as_ref().map(Cow::Borrowed)
    }
}

impl Fields for Value {
    fn plain(&self, path: &[Key]) -> Option<Value> {
        self.plain(path)
    }
}
