//! Gaps of a region's literals: their numbers, and what they stand in.

use std::sync::Arc;

use super::compile::Compiler;
use super::program::{Fill, Gap, Item, Part, Step};
use super::refused::{Refused, Result};
use super::source::{GAP, StretchKind};
use crate::html::{Context, strict};

impl Compiler<'_> {
    /// The next gap.
    pub(super) fn gap(&mut self) -> Result<u32> {
        if self.sealed > 0 {
            return Err(Refused::Leaf);
        }
        let number = self.open.get(self.met).copied().ok_or(Refused::Size)?;
        self.met += 1;
        if self.is_inside {
            let gaps = match number.checked_sub(self.plain) {
                Some(covered) => self.covered[covered as usize].gaps.clone(),
                None => number..number + 1,
            };
            let inside = &mut self.shape.inside;
            if inside.start >= inside.end {
                *inside = gaps;
            } else if gaps.start < gaps.end {
                inside.end = gaps.end;
            }
        }
        Ok(number)
    }

    /// The next gap, where no part of the literals can be left out.
    fn plain_gap(&mut self) -> Result<u32> {
        let number = self.gap()?;
        if number < self.plain {
            Ok(number)
        } else {
            Err(Refused::Size)
        }
    }

    pub(super) fn parts(&mut self, text: &str) -> Result<Vec<Part>> {
        let numbers: Vec<u32> = text
            .matches(GAP)
            .map(|_| self.plain_gap())
            .collect::<Result<_>>()?;
        Ok(split(text, numbers.into_iter()))
    }

    pub(super) fn data_gap(&mut self) -> Result<()> {
        let number = self.gap()?;
        let context = self.context()?;
        let is_inside = self.is_inside;
        if is_inside {
            self.shape.outline.push(Item {
                name: None,
                is_top: self.parents.is_empty(),
            });
            let count = *self.shape.stretches.last().expect("there is always one");
            self.shape.stretches.push(count);
        }
        if !is_inside && self.shape.root.is_none() {
            self.shape.first_inside += 1;
        }
        self.run.has_gap = true;
        self.run.steps.push(Step::Gap(self.shape.gaps.len() as u32));
        let fill = match number.checked_sub(self.plain) {
            None => Fill::Plain,
            Some(covered) => {
                let covered = &self.covered[covered as usize];
                match covered.stretch.kind {
                    StretchKind::Opaque => Fill::Opaque,
                    StretchKind::Variants => Fill::Variants,
                    StretchKind::Merged => return Err(Refused::Leaf),
                    StretchKind::Rows => Fill::Rows(Arc::new(self.section(covered, &context)?)),
                }
            }
        };
        self.shape.gaps.push(Gap {
            number,
            is_blank: !strict::takes_text(&context),
            context,
            is_inside,
            fill,
        });
        Ok(())
    }

    /// What a gap here stands in.
    pub(super) fn context(&self) -> Result<Context> {
        let mut context = self.place.cloned();
        for &(node, _) in &self.parents {
            let name = self.tree.name(node).unwrap_or_default();
            context = match context {
                Some(context) => Some(
                    context
                        .inside(name)
                        .with_namespace(self.tree.namespace(node)),
                ),
                None if name == "html" => None,
                None => Some(Context::new(name).with_quirks(self.quirks)),
            };
        }
        context.ok_or(Refused::Size)
    }
}

pub(super) fn split(text: &str, mut numbers: impl Iterator<Item = u32>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, piece) in text.split(GAP).enumerate() {
        if index > 0
            && let Some(number) = numbers.next()
        {
            parts.push(Part::Gap(number));
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece.into()));
        }
    }
    parts
}
