//! A value on its way through a chain of filters, without a value made for each step.

use crate::context::Context;
use crate::error::Result;
use crate::render::Slot;
use crate::value::{Lent, Str, Value};

/// Memory in which the text of one expression is changed in place. A render keeps it from one expression to the next.
#[derive(Debug, Default)]
pub(crate) struct Room(String);

/// Where the value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Held<'a> {
    /// With its owner.
    Lent(Lent<'a>),
    /// A text in the room.
    Own {
        /// Whether it is marked as safe.
        safe: bool,
    },
}

impl Room {
    /// An empty room.
    #[inline]
    pub(super) fn emptied(&mut self) -> &mut String {
        self.0.clear();
        &mut self.0
    }

    /// The text.
    #[inline]
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.0
    }

    /// Changes the bytes of a text, which must be a text afterwards.
    #[inline]
    pub(super) fn edit(&mut self, work: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        work(&mut bytes);
        self.0 = String::from_utf8(bytes).unwrap_or_default();
    }
}

impl Held<'_> {
    /// The text that the value is, and whether it is safe.
    #[inline]
    pub(super) fn text<'r>(&'r self, room: &'r Room) -> Option<(&'r str, bool)> {
        match self {
            Self::Own { safe } => Some((&room.0, *safe)),
            Self::Lent(Lent::Text(text)) => Some((text, false)),
            Self::Lent(Lent::Safe(text)) => Some((text, true)),
            Self::Lent(_) => None,
        }
    }

    /// Brings the value into the room as a text, as a filter on strings does, and tells whether it is safe.
    #[inline]
    pub(super) fn enter(self, room: &mut Room) -> Option<bool> {
        let safe = match self {
            Self::Own { safe } => return Some(safe),
            Self::Lent(Lent::Text(text)) => {
                room.emptied().push_str(text);
                false
            }
            Self::Lent(Lent::Safe(text)) => {
                room.emptied().push_str(text);
                true
            }
            Self::Lent(Lent::Int(number)) => {
                room.emptied().push_str(itoa::Buffer::new().format(number));
                false
            }
            Self::Lent(_) => return None,
        };
        Some(safe)
    }

    /// The value by itself.
    pub(crate) fn value(self, room: &Room) -> Value {
        match self {
            Self::Lent(lent) => lent.into(),
            Self::Own { safe: true } => Value::Str(Str::safe(&room.0)),
            Self::Own { safe: false } => Value::Str(Str::new(&room.0)),
        }
    }

    /// Writes the value as `{{ }}` does.
    #[inline]
    pub(crate) fn render(self, room: &Room, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        match self {
            Self::Lent(lent) => return lent.render(context, slot),
            Self::Own { safe: true } => slot.markup(&room.0),
            Self::Own { safe: false } => slot.text(&room.0),
        }
        Ok(())
    }
}
