//! One item of a loop: its digest, and the branches that it takes.

use super::test::Test;
use super::{Around, Body, Origin, Read};
use crate::digest::Keys;
use crate::value::Plain;

/// The values that an item and what is around it give the body to read.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    fields: &'r [Option<Plain<'r>>],
    around: &'r Around<'r>,
}

impl<'r> Row<'r> {
    #[inline]
    pub(super) fn new(fields: &'r [Option<Plain<'r>>], around: &'r Around<'r>) -> Self {
        Self { fields, around }
    }

    /// A value, if it is plain. It is not copied: it was written a moment ago, and a copy as a whole would have to wait for
    /// its parts.
    #[inline]
    pub(super) fn get(&self, origin: Origin) -> Option<&Plain<'r>> {
        let value = match origin {
            Origin::Field(number) => &self.fields[number],
            Origin::Outer(number) => &self.around.outer[number],
            Origin::Loop(number) => &self.around.loops[number],
        };
        value.as_ref()
    }

    /// The state of a digest with all that a body reads; `None` if that is not all plain values.
    pub(super) fn digest(&self, body: &Body, keys: &Keys, mut state: u64) -> Option<u64> {
        for read in &body.reads {
            match *read {
                Read::Value(origin) => state = keys.with_plain(state, self.get(origin)?)?,
                Read::If(place) => {
                    let arms = &body.branches[place].arms;
                    let arm = self.arm(arms)?;
                    state = keys.with_number(state, arm as i64);
                    if let Some((_, body)) = arms.get(arm)
                        && !body.reads.is_empty()
                    {
                        state = self.digest(body, keys, state)?;
                    }
                }
            }
        }
        Some(state)
    }

    /// The arm that is shown, or how many there are if none is; `None` if that depends on a value that is not plain.
    pub(super) fn arm(&self, arms: &[(Option<Test>, Body)]) -> Option<usize> {
        for (index, (test, _)) in arms.iter().enumerate() {
            let holds = match test {
                None => true,
                Some(test) => self.holds(test)?,
            };
            if holds {
                return Some(index);
            }
        }
        Some(arms.len())
    }
}
