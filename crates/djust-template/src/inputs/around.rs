//! The values around a loop, and of the loop itself.

use super::{Inputs, Outer};
use crate::context::Context;
use crate::value::{Plain, Value};

/// The values that are the same for all items of a loop, looked up once.
#[derive(Default)]
pub(crate) struct Surroundings(Option<Vec<Option<Value>>>);

impl Surroundings {
    /// Forgets the values: code of the host has run, which can change anything.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    /// The values, those that are plain.
    pub(crate) fn around(&mut self, inputs: &Inputs, context: &Context) -> Around<'_> {
        let values = self.0.get_or_insert_with(|| {
            let values = inputs.outer.iter().map(|value| match value {
                Outer::Constant(value) => Some(value.clone()),
                Outer::Path(path) => context.plain(path),
            });
            values.collect()
        });
        let plain = values.iter().map(|value| value.as_ref().map(Plain::from));
        Around {
            outer: plain.collect(),
            loops: Vec::new(),
        }
    }
}

/// What an item does not give itself.
pub(crate) struct Around<'o> {
    pub(super) outer: Vec<Option<Plain<'o>>>,
    pub(super) loops: Vec<Option<Plain<'static>>>,
}

impl Around<'_> {
    /// Looks at `forloop` for the next item.
    #[inline]
    pub(crate) fn advance(&mut self, inputs: &Inputs, context: &Context) {
        if inputs.loops.is_empty() {
            return;
        }
        self.loops.clear();
        for path in &inputs.loops {
            self.loops.push(match context.plain(path) {
                Some(Value::Int(number)) => Some(Plain::Int(number)),
                Some(Value::Bool(truth)) => Some(Plain::Bool(truth)),
                _ => None,
            });
        }
    }
}
