//! Conditions on plain values.

use super::Origin;
use super::row::Row;
use crate::parse::condition::Operator;
use crate::value::{Plain, Value};

/// A condition over values that are read in place.
pub(super) enum Test {
    Value(Origin),
    Not(Box<Self>),
    And(Box<(Self, Self)>),
    Or(Box<(Self, Self)>),
    Relation(Operator, Origin, Origin),
}

impl Row<'_> {
    /// Whether a condition holds; `None` if it needs a value that is not plain.
    #[inline]
    pub(super) fn holds(&self, test: &Test) -> Option<bool> {
        match test {
            Test::Value(origin) => match self.get(*origin)? {
                Plain::Bool(truth) => Some(*truth),
                Plain::Int(number) => Some(*number != 0),
                Plain::Text(text) => Some(!text.is_empty()),
                Plain::None => Some(false),
                Plain::Value(value) => value.truth().ok(),
            },
            Test::Relation(operator, left, right) => {
                Some(relates(*operator, self.get(*left)?, self.get(*right)?))
            }
            compound => self.compound(compound),
        }
    }

    fn compound(&self, test: &Test) -> Option<bool> {
        match test {
            Test::Not(inner) => self.holds(inner).map(|holds| !holds),
            Test::And(sides) => Some(self.holds(&sides.0)? && self.holds(&sides.1)?),
            Test::Or(sides) => Some(self.holds(&sides.0)? || self.holds(&sides.1)?),
            simple => self.holds(simple),
        }
    }
}

#[inline]
fn relates(operator: Operator, left: &Plain<'_>, right: &Plain<'_>) -> bool {
    let is_same = match (left, right) {
        (Plain::Int(left), Plain::Int(right)) => left == right,
        (Plain::Text(left), Plain::Text(right)) => left == right,
        _ => return relates_as_values(operator, left, right),
    };
    match operator {
        Operator::Equal => is_same,
        Operator::NotEqual => !is_same,
        _ => relates_as_values(operator, left, right),
    }
}

fn relates_as_values(operator: Operator, left: &Plain<'_>, right: &Plain<'_>) -> bool {
    operator.relates(&Value::from(*left), &Value::from(*right))
}
