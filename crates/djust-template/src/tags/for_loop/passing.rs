//! A loop for a sink that may know what an item would write.

use super::ForNode;
use crate::context::Context;
use crate::digest::Digest;
use crate::error::Result;
use crate::inputs::{Around, Inputs, Surroundings};
use crate::render::{Branch, Sink};
use crate::tags::loop_variable::ForLoop;
use crate::value::{ItemIterator, Plain};

/// What came of an item whose values were read in place.
enum Passed {
    /// It was left out or written.
    Done(Result<()>),
    /// It has to be rendered; with the digest of what it gives to read, if that is all plain values.
    Left(Option<u64>),
}

impl ForNode {
    /// Runs a loop whose items may be left out, or written from the values that were read for that.
    pub(super) fn passing(
        &self,
        inputs: &Inputs,
        begin: &Digest,
        items: &mut dyn ItemIterator,
        state: &ForLoop,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> Result<()> {
        let mut surroundings = Surroundings::default();
        let mut index = 0;
        loop {
            // Of the item that ended the pass, if its values were read.
            let mut last = None;
            let mut around = surroundings.around(inputs, context);
            items.pass(inputs.fields(), &mut |values| {
                state.advance(index);
                match self.plain_item(index, inputs, values, begin, &mut around, context, out) {
                    Passed::Done(Ok(())) => {
                        index += 1;
                        true
                    }
                    other => {
                        last = Some(other);
                        false
                    }
                }
            });
            if let Some(Passed::Done(result)) = last {
                return result;
            }
            state.advance(index);
            let Some(item) = items.next() else {
                return Ok(());
            };
            if last.is_none()
                && let Ok(item) = &item
            {
                inputs.read(item, &mut |values| {
                    let passed =
                        self.plain_item(index, inputs, values, begin, &mut around, context, out);
                    last = Some(passed);
                });
            }
            match last {
                Some(Passed::Done(result)) => result?,
                last => {
                    surroundings.forget();
                    out.enter(self.id, Branch::Item(index as u32));
                    if let Some(Passed::Left(Some(digest))) = last {
                        out.digest(digest);
                    }
                    let result = self.item(item, context, out);
                    out.leave(self.id);
                    result?;
                }
            }
            index += 1;
        }
    }

    /// Leaves an item out or writes it, if plain values decide what is written.
    #[inline]
    fn plain_item(
        &self,
        index: usize,
        inputs: &Inputs,
        values: &[Option<Plain<'_>>],
        begin: &Digest,
        around: &mut Around<'_>,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> Passed {
        around.advance(inputs, context);
        let Some(digest) = inputs.digest(values, around, begin) else {
            return Passed::Left(None);
        };
        if out.known(digest) {
            return Passed::Done(Ok(()));
        }
        if !inputs.can_write(context) {
            return Passed::Left(Some(digest));
        }
        out.enter(self.id, Branch::Item(index as u32));
        out.digest(digest);
        let result = inputs.write(values, around, context, out);
        out.leave(self.id);
        Passed::Done(result)
    }
}
