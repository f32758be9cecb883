//! `==`, `<`, `in` and `is` by Python's rules.

use std::cmp::Ordering as Order;

use super::number::{self, Compared};
use super::{DateTime, Ordering, Value};
use crate::error::Result;

impl Value {
    /// `self == other`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn equals(&self, other: &Self) -> Result<bool> {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => Ok(left == right),
            (Self::Int(left), Self::Int(right)) => Ok(left == right),
            (Self::Object(object), other) | (other, Self::Object(object)) => object.equals(other),
            (Self::None, Self::None) => Ok(true),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (left, right) in left.iter().zip(right.iter()) {
                    if !left.equals(right)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Self::Map(left), Self::Map(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (name, value) in left.iter() {
                    match right.get(name) {
                        Some(other) if value.equals(other)? => {}
                        _ => return Ok(false),
                    }
                }
                Ok(true)
            }
            (Self::DateTime(left), Self::DateTime(right)) => {
                Ok(compare_moments(left, right) == Some(Order::Equal))
            }
            (Self::Time(left), Self::Time(right)) => Ok(left == right),
            (Self::Date(left), Self::Date(right)) => Ok(left == right),
            (Self::Duration(left), Self::Duration(right)) => Ok(left == right),
            _ => Ok(number::compare(self, other) == Compared::Ordered(Order::Equal)),
        }
    }

    /// `self < other` and so on; `None` where Python raises `TypeError`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn compare(&self, ordering: Ordering, other: &Self) -> Result<Option<bool>> {
        let order = match (self, other) {
            (Self::Object(object), other) => return object.compare(ordering, other),
            (other, Self::Object(object)) => return object.compare(ordering.swapped(), other),
            (Self::Str(left), Self::Str(right)) => left.as_str().cmp(right.as_str()),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                for (left, right) in left.iter().zip(right.iter()) {
                    if !left.equals(right)? {
                        return left.compare(ordering, right);
                    }
                }
                left.len().cmp(&right.len())
            }
            (Self::Date(left), Self::Date(right)) => left.cmp(right),
            (Self::Time(left), Self::Time(right))
                if left.offset.is_some() == right.offset.is_some() =>
            {
                left.cmp(right)
            }
            (Self::Duration(left), Self::Duration(right)) => left.cmp(right),
            (Self::DateTime(left), Self::DateTime(right)) => match compare_moments(left, right) {
                Some(order) => order,
                None => return Ok(None),
            },
            _ => match number::compare(self, other) {
                Compared::NotNumbers => return Ok(None),
                // Python: comparisons with nan are false.
                Compared::Unordered => return Ok(Some(false)),
                Compared::Ordered(order) => order,
            },
        };
        Ok(Some(match ordering {
            Ordering::Less => order.is_lt(),
            Ordering::LessEqual => order.is_le(),
            Ordering::Greater => order.is_gt(),
            Ordering::GreaterEqual => order.is_ge(),
        }))
    }

    /// `item in self`; `None` where Python raises `TypeError`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn contains(&self, item: &Self) -> Result<Option<bool>> {
        match self {
            Self::Object(object) => object.contains(item),
            Self::Str(text) => match item {
                Self::Str(part) => Ok(Some(text.contains(part.as_str()))),
                Self::Object(object) => match object.native()? {
                    Some(Self::Str(part)) => Ok(Some(text.contains(part.as_str()))),
                    _ => Ok(None),
                },
                _ => Ok(None),
            },
            Self::List(items) | Self::Tuple(items) => {
                for candidate in items.iter() {
                    if candidate.is_same(item) || candidate.equals(item)? {
                        return Ok(Some(true));
                    }
                }
                Ok(Some(false))
            }
            Self::Map(map) => match item {
                Self::List(_) | Self::Map(_) => Ok(None),
                Self::Str(name) => Ok(Some(map.contains_key(name.as_str()))),
                _ => Ok(Some(false)),
            },
            _ => Ok(None),
        }
    }

    /// `self is other`, as far as it can be told of values that have no identity: equal strings and small numbers are
    /// the same, as they usually are in Python.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Str(left), Self::Str(right)) => {
                left == right && left.is_safe() == right.is_safe()
            }
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                std::sync::Arc::ptr_eq(left, right)
            }
            (Self::Map(left), Self::Map(right)) => std::sync::Arc::ptr_eq(left, right),
            (Self::Object(object), other) | (other, Self::Object(object)) => object.is_same(other),
            _ => false,
        }
    }
}

/// Moments in order; `None` if one has a zone and the other has none.
fn compare_moments(left: &DateTime, right: &DateTime) -> Option<Order> {
    if left.zone.is_some() != right.zone.is_some() {
        return None;
    }
    let key = |moment: &DateTime| (moment.timestamp(), moment.time.microsecond);
    Some(key(left).cmp(&key(right)))
}
