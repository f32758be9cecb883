//! What a body writes for an item.

use std::sync::Arc;

use super::row::Row;
use super::{Body, Branches, Step};
use crate::context::Context;
use crate::error::Result;
use crate::render::{Branch, Sink, Slot};
use crate::span::{Source, Span};

/// Writes a body for one item; all that it reads is plain.
pub(super) struct Writer<'w> {
    row: &'w Row<'w>,
    context: &'w Context,
    source: &'w Arc<Source>,
    out: &'w mut dyn Sink,
    written: usize,
    /// What `written` may come to.
    most: usize,
}

impl<'w> Writer<'w> {
    pub(super) fn new(
        row: &'w Row<'w>,
        context: &'w Context,
        source: &'w Arc<Source>,
        out: &'w mut dyn Sink,
    ) -> Self {
        Self {
            row,
            context,
            source,
            out,
            written: 0,
            most: context.output_left(),
        }
    }

    pub(super) fn body(&mut self, body: &Body) -> Result<()> {
        for step in &body.steps {
            match step {
                Step::Text { id, span, text } => {
                    let text = text.text(self.source, *span);
                    self.out.literal(*id, text);
                    self.count(text.len(), *span)?;
                }
                Step::Show { slot, origin, span } => {
                    let mut slot = Slot::new(self.out, *slot, self.context.autoescape());
                    if let Some(value) = self.row.get(*origin) {
                        value.render(&mut slot);
                    }
                    let written = slot.written();
                    self.count(written, *span)?;
                }
                Step::If(place) => {
                    let Branches { block, arms } = &body.branches[*place];
                    let arm = self.row.arm(arms).unwrap_or(arms.len());
                    if let Some((_, body)) = arms.get(arm) {
                        self.out.enter(*block, Branch::Arm(arm as u32));
                        let result = self.body(body);
                        self.out.leave(*block);
                        result?;
                    }
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn count(&mut self, bytes: usize, span: Span) -> Result<()> {
        self.written += bytes;
        if self.written <= self.most {
            return Ok(());
        }
        let checked = self.context.check_output(self.written);
        checked.map_err(|error| error.at(self.source, span))
    }

    /// Bytes written, before escaping.
    pub(super) fn written(&self) -> usize {
        self.written
    }
}
