//! Plain values in the memory of their owner.

use super::{Date, Str, Value};
use crate::context::Context;
use crate::error::Result;
use crate::render::Slot;

/// A plain value that its owner lends for the time of one `{{ }}`: text is read where it is, and nothing is allocated.
///
/// A host hands it to [`Pieces::show`](crate::Pieces::show).
///
/// ```
/// use djust_template::value::{Lent, Value};
/// assert_eq!(Value::from(Lent::Text("a")).as_str(), Some("a"));
/// assert!(Value::from(Lent::Safe("<b>")).is_safe());
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Lent<'a> {
    /// `None`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A float.
    Float(f64),
    /// `datetime.date`.
    Date(Date),
    /// A string that is not marked as safe.
    Text(&'a str),
    /// A string that is HTML already.
    Safe(&'a str),
}

impl<'a> Lent<'a> {
    /// The value in place, if it is of a plain type.
    #[inline]
    pub(crate) fn of(value: &'a Value) -> Option<Self> {
        Some(match value {
            Value::None => Self::None,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Int(number) => Self::Int(*number),
            Value::Float(number) => Self::Float(*number),
            Value::Date(date) => Self::Date(*date),
            Value::Str(text) => Self::text(text, text.is_safe()),
            _ => return None,
        })
    }

    /// A text with its mark.
    #[inline]
    pub(crate) fn text(text: &'a str, safe: bool) -> Self {
        if safe {
            Self::Safe(text)
        } else {
            Self::Text(text)
        }
    }

    /// `bool(value)`.
    #[inline]
    pub(crate) fn is_true(self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(flag) => flag,
            Self::Int(number) => number != 0,
            Self::Float(number) => number != 0.0,
            Self::Date(_) => true,
            Self::Text(text) | Self::Safe(text) => !text.is_empty(),
        }
    }

    /// Writes the value as [`Value::render`] does.
    #[inline]
    pub(crate) fn render(self, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        match self {
            Self::Text(text) => slot.text(text),
            Self::Safe(text) => slot.markup(text),
            Self::Int(number) if !context.groups_digits() => {
                slot.clean(itoa::Buffer::new().format(number));
            }
            other => Value::from(other).render(context, slot)?,
        }
        Ok(())
    }
}

impl From<Lent<'_>> for Value {
    fn from(lent: Lent<'_>) -> Self {
        match lent {
            Lent::None => Self::None,
            Lent::Bool(flag) => Self::Bool(flag),
            Lent::Int(number) => Self::Int(number),
            Lent::Float(number) => Self::Float(number),
            Lent::Date(date) => Self::Date(date),
            Lent::Text(text) => Self::Str(Str::new(text)),
            Lent::Safe(text) => Self::Str(Str::safe(text)),
        }
    }
}
