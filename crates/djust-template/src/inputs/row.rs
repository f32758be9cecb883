//! One item of a loop: its digest, and what the body writes for it.

use std::sync::Arc;

use super::test::Test;
use super::{Body, Branches, Inputs, Origin, Read, Step};
use crate::context::Context;
use crate::digest::Digest;
use crate::error::Result;
use crate::render::{Branch, Sink, Slot};
use crate::span::Source;
use crate::value::{Plain, Value};

/// The values around a loop, looked up once for all items.
#[derive(Default)]
pub(crate) struct Outer(Option<Vec<Option<Value>>>);

impl Outer {
    /// Forgets the values: code of the host has run, which can change anything.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    fn values(&mut self, inputs: &Inputs, context: &Context) -> &[Option<Value>] {
        self.0.get_or_insert_with(|| {
            let paths = inputs.outer.iter();
            paths.map(|path| context.plain(path)).collect()
        })
    }
}

/// The values that an item and what is around it give the body to read.
pub(super) struct Row<'r> {
    fields: &'r [Option<Plain<'r>>],
    outer: &'r [Option<Value>],
    context: &'r Context,
    written: usize,
}

impl<'r> Row<'r> {
    pub(super) fn new(
        inputs: &Inputs,
        fields: &'r [Option<Plain<'r>>],
        context: &'r Context,
        outer: &'r mut Outer,
    ) -> Self {
        Self {
            fields,
            outer: outer.values(inputs, context),
            context,
            written: 0,
        }
    }

    #[inline]
    pub(super) fn get<'a>(&self, origin: &'a Origin) -> Option<Plain<'a>>
    where
        'r: 'a,
    {
        match origin {
            Origin::Field(field) => self.fields[*field],
            Origin::Constant(value) => Some(Plain::from(value)),
            Origin::Outer(number) => self.outer[*number].as_ref().map(Plain::from),
            Origin::Loop(path) => match self.context.plain(path)? {
                Value::Int(number) => Some(Plain::Int(number)),
                Value::Bool(truth) => Some(Plain::Bool(truth)),
                _ => None,
            },
        }
    }

    /// Adds all that a body reads; `false` if that is not all plain values.
    pub(super) fn digest(&self, body: &Body, digest: &mut Digest) -> bool {
        for read in &body.reads {
            match read {
                Read::Value(Origin::Field(field)) => match &self.fields[*field] {
                    Some(value) if digest.plain(value) => {}
                    _ => return false,
                },
                Read::Value(origin) => match self.get(origin) {
                    Some(value) if digest.plain(&value) => {}
                    _ => return false,
                },
                Read::If(place) => {
                    let arms = &body.branches[*place].arms;
                    let Some(arm) = self.arm(arms) else {
                        return false;
                    };
                    digest.number(arm as i64);
                    if arms
                        .get(arm)
                        .is_some_and(|(_, body)| !self.digest(body, digest))
                    {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// The arm that is shown, or how many there are if none is; `None` if that depends on a value that is not plain.
    fn arm(&self, arms: &[(Option<Test>, Body)]) -> Option<usize> {
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

    /// Writes what a body shows; all that it reads is plain.
    pub(super) fn write(
        &mut self,
        source: &Arc<Source>,
        body: &Body,
        out: &mut dyn Sink,
    ) -> Result<()> {
        for step in &body.steps {
            match step {
                Step::Text { id, span, text } => {
                    let text = text.text(source, *span);
                    out.literal(*id, text);
                    self.count(text.len())
                        .map_err(|error| error.at(source, *span))?;
                }
                Step::Show { slot, origin, span } => {
                    let Some(value) = self.get(origin) else {
                        continue;
                    };
                    let mut slot = Slot::new(out, *slot, self.context.autoescape());
                    value.render(&mut slot);
                    let written = slot.written();
                    self.count(written)
                        .map_err(|error| error.at(source, *span))?;
                }
                Step::If(place) => {
                    let Branches { block, arms } = &body.branches[*place];
                    let arm = self.arm(arms).unwrap_or(arms.len());
                    if let Some((_, body)) = arms.get(arm) {
                        out.enter(*block, Branch::Arm(arm as u32));
                        let result = self.write(source, body, out);
                        out.leave(*block);
                        result?;
                    }
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<()> {
        self.written += bytes;
        self.context.check_output(self.written)
    }

    /// Bytes written, before escaping.
    pub(super) fn written(&self) -> usize {
        self.written
    }
}
