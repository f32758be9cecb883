//! Plain values shown through filters without a value made for each of them.

use super::{FilterExpression, invalid, string_if_invalid};
use crate::context::Context;
use crate::error::Result;
use crate::filters::Held;
use crate::render::Slot;
use crate::value::{Lent, Resolved, Value};

impl FilterExpression {
    /// Writes a plain value, taken through the filters, which look nothing up.
    ///
    /// # Errors
    ///
    /// What a filter or the host raises.
    pub(crate) fn show(
        &self,
        lent: Lent<'_>,
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<()> {
        if self.filters.is_empty() {
            return lent.render(context, slot);
        }
        let Ok(mut room) = context.room().try_borrow_mut() else {
            return self.show_value(lent.into(), 0, context, slot);
        };
        let mut held = Held::Lent(lent);
        for (at, call) in self.filters.iter().enumerate() {
            let step = call.step.as_ref();
            let Some(next) = step.and_then(|step| step.apply(held, &mut room, context)) else {
                let value = held.value(&room);
                drop(room);
                return self.show_value(value, at, context, slot);
            };
            held = next;
        }
        held.render(&room, context, slot)
    }

    /// Writes a value, taken through the filters from the one at that place on, which look nothing up.
    fn show_value(
        &self,
        value: Value,
        from: usize,
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<()> {
        let mut value = value;
        for call in &self.filters[from..] {
            value = call.apply_steady(&value, context)?;
        }
        value.render(context, slot)
    }

    /// Whether anything is done with what is looked up.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.filters.is_empty()
    }

    /// Writes what a path led to, taken through the filters, which look nothing up.
    ///
    /// # Errors
    ///
    /// What a filter or the host raises.
    pub(crate) fn show_resolved(
        &self,
        resolved: Resolved,
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<()> {
        match resolved {
            Resolved::Value(value) => match Lent::of(&value) {
                Some(lent) => self.show(lent, context, slot),
                None => self.show_value(value, 0, context, slot),
            },
            Resolved::Invalid | Resolved::Itself => {
                self.show(Lent::Text(string_if_invalid(context)), context, slot)
            }
            Resolved::Missing { .. } => match invalid(context, &self.operand) {
                // Django: only an empty `string_if_invalid` goes through the filters.
                Some(text) => text.render(context, slot),
                None => self.show(Lent::Text(""), context, slot),
            },
        }
    }
}
