//! The expression of `{% if %}` (`django.template.smartif`).

use super::{Bit, Parser, Token};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::value::{Ordering, Value};

/// Operators inside one another that are accepted.
const DEPTH: usize = 300;

/// A compiled condition.
pub(crate) enum Condition {
    Value(Box<FilterExpression>),
    Not(Box<Self>),
    Binary(Operator, Box<(Self, Self)>),
}

/// An operator with two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    In,
    NotIn,
    Is,
    IsNot,
    Equal,
    NotEqual,
    Ordered(Ordering),
}

impl Condition {
    /// Calls `visit` with each value that is tested or compared.
    pub(crate) fn values<'a>(&'a self, visit: &mut dyn FnMut(&'a FilterExpression)) {
        match self {
            Self::Value(value) => visit(value),
            Self::Not(condition) => condition.values(visit),
            Self::Binary(_, sides) => {
                sides.0.values(visit);
                sides.1.values(visit);
            }
        }
    }
}

impl Operator {
    /// Whether two values stand in this relation; an error of comparing them means that they do not.
    pub(crate) fn relates(self, left: &Value, right: &Value) -> bool {
        relation(self, left, right).unwrap_or(false)
    }

    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "or" => Self::Or,
            "and" => Self::And,
            "in" => Self::In,
            "not in" => Self::NotIn,
            "is" => Self::Is,
            "is not" => Self::IsNot,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Ordered(Ordering::Less),
            "<=" => Self::Ordered(Ordering::LessEqual),
            ">" => Self::Ordered(Ordering::Greater),
            ">=" => Self::Ordered(Ordering::GreaterEqual),
            _ => return None,
        })
    }

    fn power(self) -> u8 {
        match self {
            Self::Or => 6,
            Self::And => 7,
            Self::In | Self::NotIn => 9,
            _ => 10,
        }
    }
}

/// Binding power of `not`.
const NOT: u8 = 8;

/// A word of the condition; `is not` and `not in` are one.
enum Word<'a> {
    Not(Bit<'a>),
    Operator(Operator, Bit<'a>),
    Value(Box<FilterExpression>, Bit<'a>),
}

impl<'a> Word<'a> {
    fn bit(&self) -> &Bit<'a> {
        match self {
            Self::Not(bit) | Self::Operator(_, bit) | Self::Value(_, bit) => bit,
        }
    }
}

/// Compiles the words after `if` or `elif`.
pub(crate) fn compile(parser: &mut Parser, token: &Token, bits: &[Bit<'_>]) -> Result<Condition> {
    if let [bit] = bits
        && bit != "not"
        && Operator::of(bit).is_none()
    {
        return Ok(Condition::Value(Box::new(parser.compile_bit(bit)?)));
    }
    let mut words = Vec::with_capacity(bits.len());
    let mut bits = bits.iter().peekable();
    while let Some(bit) = bits.next() {
        let next = bits.peek().map(|bit| &*bit.text);
        let joined = match (&*bit.text, next) {
            ("is", Some("not")) => Some("is not"),
            ("not", Some("in")) => Some("not in"),
            _ => None,
        };
        if joined.is_some() {
            bits.next();
        }
        let bit = joined.map_or_else(|| bit.clone(), |text| bit.renamed(text));
        words.push(match Operator::of(&bit) {
            Some(operator) => Word::Operator(operator, bit),
            None if bit == "not" => Word::Not(bit),
            None => Word::Value(Box::new(parser.compile_bit(&bit)?), bit),
        });
    }
    words.reverse();
    let mut reader = Reader { words, token };
    let (condition, _) = reader.expression(0, 0)?;
    match reader.words.last() {
        None => Ok(condition),
        Some(word) => Err(token.error_at(
            word.bit(),
            format!("Unused '{}' at end of if expression.", word.bit().text),
        )),
    }
}

/// A top-down operator precedence parser.
struct Reader<'a> {
    /// Words in reverse order.
    words: Vec<Word<'a>>,
    token: &'a Token,
}

impl Reader<'_> {
    /// Reads operators that bind more tightly than `power`; also says how deep the result is.
    fn expression(&mut self, power: u8, level: usize) -> Result<(Condition, usize)> {
        self.check_depth(level)?;
        let (mut left, mut depth) = match self.words.pop() {
            None => return Err(self.token.error("Unexpected end of expression in if tag.")),
            Some(Word::Value(value, _)) => (Condition::Value(value), 0),
            Some(Word::Not(_)) => {
                let (inner, depth) = self.expression(NOT, level + 1)?;
                (Condition::Not(Box::new(inner)), depth + 1)
            }
            Some(Word::Operator(_, bit)) => {
                let message = format!("Not expecting '{}' in this position in if tag.", bit.text);
                return Err(self.token.error_at(&bit, message));
            }
        };
        loop {
            let binding = match self.words.last() {
                Some(Word::Operator(operator, _)) => operator.power(),
                // `not` binds more tightly than what it may follow, but is not an infix operator.
                Some(Word::Not(_)) => NOT,
                Some(Word::Value(..)) | None => 0,
            };
            if power >= binding {
                return Ok((left, depth));
            }
            match self.words.pop() {
                Some(Word::Operator(operator, _)) => {
                    let (right, right_depth) = self.expression(binding, level + 1)?;
                    depth = depth.max(right_depth) + 1;
                    self.check_depth(depth)?;
                    left = Condition::Binary(operator, Box::new((left, right)));
                }
                Some(word) => {
                    let text = &word.bit().text;
                    let message = format!("Not expecting '{text}' as infix operator in if tag.");
                    return Err(self.token.error_at(word.bit(), message));
                }
                None => return Ok((left, depth)),
            }
        }
    }

    fn check_depth(&self, depth: usize) -> Result<()> {
        if depth > DEPTH {
            return Err(self.token.error(format!(
                "more than {DEPTH} operators inside one another in if tag"
            )));
        }
        Ok(())
    }
}

impl Condition {
    /// Whether the condition holds.
    ///
    /// # Errors
    ///
    /// What an operand raises that stands outside all operators (inside, an error means `False`).
    pub(crate) fn test(&self, context: &mut Context) -> Result<bool> {
        match self {
            Self::Value(value) => value.test(context),
            Self::Not(inner) => silence(inner.test(context).map(|holds| !holds)),
            Self::Binary(Operator::And, sides) => {
                // The right side is the value of the whole then, and its own truth may raise.
                if !silence(sides.0.test(context))? {
                    return Ok(false);
                }
                match sides.1.evaluate(context) {
                    Ok(value) => value.truth(),
                    Err(error) => silence(Err(error)),
                }
            }
            Self::Binary(Operator::Or, _) => self.evaluate(context)?.truth(),
            Self::Binary(operator, sides) => silence(compare(*operator, sides, context)),
        }
    }

    fn evaluate(&self, context: &mut Context) -> Result<Value> {
        match self {
            Self::Value(value) => value.resolve_or_none(context),
            Self::Binary(operator @ (Operator::Or | Operator::And), sides) => {
                match either(*operator, sides, context) {
                    Err(error) => silence(Err(error)).map(Value::Bool),
                    result => result,
                }
            }
            _ => self.test(context).map(Value::Bool),
        }
    }
}

/// Django: an exception inside an operator makes its result `False`. What asks the program to stop goes on.
fn silence(result: Result<bool>) -> Result<bool> {
    match result {
        Err(error) if !matches!(error.kind(), ErrorKind::Limit | ErrorKind::Interrupt) => Ok(false),
        result => result,
    }
}

/// The side that decides.
fn either(
    operator: Operator,
    sides: &(Condition, Condition),
    context: &mut Context,
) -> Result<Value> {
    let left = sides.0.evaluate(context)?;
    if left.truth()? == (operator == Operator::Or) {
        Ok(left)
    } else {
        sides.1.evaluate(context)
    }
}

fn compare(
    operator: Operator,
    sides: &(Condition, Condition),
    context: &mut Context,
) -> Result<bool> {
    let left = sides.0.evaluate(context)?;
    let right = sides.1.evaluate(context)?;
    relation(operator, &left, &right)
}

fn relation(operator: Operator, left: &Value, right: &Value) -> Result<bool> {
    let answer = match operator {
        Operator::Is => Some(left.is_same(right)),
        Operator::IsNot => Some(!left.is_same(right)),
        Operator::Equal => Some(left.equals(right)?),
        Operator::NotEqual => Some(!left.equals(right)?),
        Operator::In => right.contains(left)?,
        Operator::NotIn => right.contains(left)?.map(|found| !found),
        Operator::Ordered(ordering) => left.compare(ordering, right)?,
        Operator::Or | Operator::And => None,
    };
    answer.ok_or_else(|| Error::new(ErrorKind::Type, "unsupported operand types"))
}
