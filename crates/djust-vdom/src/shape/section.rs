//! Rows directly in a table: the `tbody` around them has no tags, and is there when a row is.
//!
//! The text before the first row stays in the table, whichever row is the first
//! ([§13.2.6.4.9](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-intable)); the
//! text behind it, up to the next part of the table, is in the `tbody`.

use std::sync::Arc;

use super::compile::Compiler;
use super::instance::Instance;
use super::list::{Here, New};
use super::program::{Begin, Covered, Fill, Gap, Item, NONE, Shape, Step, Text};
use super::recording::{Event, Range};
use super::refused::{Refused, Result};
use super::run::normalised;
use super::walk::{Walk, all_gaps};
use crate::Emit;
use crate::html::Context;

const NOT_A_ROW: Refused = Refused::Value("a table that begins with something other than a row");

impl Compiler<'_> {
    /// The shape of a `tbody` with these gaps in it.
    pub(super) fn section(&self, covered: &Covered, table: &Context) -> Result<Shape> {
        let is_table = self
            .parents
            .last()
            .is_some_and(|&(node, _)| self.tree.is_html(node, "table"));
        if !covered.head.is_empty() || !is_table {
            return Err(Refused::Size);
        }
        let mut shape = Shape::empty();
        shape.steps.push(Step::Inside(0));
        shape.outline.push(Item {
            name: Some("tbody".into()),
            is_top: true,
        });
        shape.stretches = vec![1];
        for (number, literal) in covered.behind.iter().enumerate() {
            shape.steps.push(Step::Gap(number as u32));
            shape.gaps.push(Gap {
                number: number as u32,
                context: table.inside("tbody"),
                is_blank: true,
                is_inside: self.is_inside,
                fill: Fill::Plain,
            });
            shape.outline.push(Item {
                name: None,
                is_top: false,
            });
            shape.stretches.push(1);
            if !literal.is_empty() {
                shape.steps.push(Step::Text(shape.texts.len() as u32));
                shape.texts.push(Text::new(self.recording, literal));
            }
        }
        shape.steps.push(Step::End);
        shape.steps.push(Step::Begin(Begin {
            node: if self.is_inside { 0 } else { NONE },
            is_tail: true,
            cell: 0,
            parent: NONE,
            drops_line_feed: false,
        }));
        shape.cells = 1;
        Ok(shape)
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Whether there is a row in what was written for the rows of a table.
    pub(super) fn has_row(&self, events: Range) -> Result<bool> {
        for at in events.start..events.end {
            let text = match self.recording.event(at) {
                Event::Literal(number) => self.recording.literal_text(number),
                Event::Markup(span) => self.recording.value(span),
                _ => continue,
            };
            let Some(tag) = text.find('<') else { continue };
            let name = text[tag + 1..].get(..2);
            let is_row = name.is_some_and(|name| name.eq_ignore_ascii_case("tr"));
            return is_row.then_some(true).ok_or(NOT_A_ROW);
        }
        Ok(false)
    }

    /// Goes through a `tbody` without tags that the page shows.
    pub(super) fn section(&mut self, instance: &mut Instance, new: &New) -> Result<()> {
        let shape = Arc::clone(self.cache.shape(instance.shape));
        let gaps = all_gaps(self.recording, new.events);
        instance.hash = new.hash;
        instance.is_changed = true;
        self.steps(instance, &shape, &gaps, None)
    }

    /// Goes through a `tbody` without tags that the page does not show yet.
    pub(super) fn fresh_section(&mut self, here: &Here<'_>, new: &New) -> Result<Instance> {
        let number = self.cache.section((here.shape, here.gap))?;
        let shape = Arc::clone(self.cache.shape(number));
        let gaps = all_gaps(self.recording, new.events);
        let mut instance = self.instance((number, &shape), &gaps, new.hash, false);
        self.fresh_nested(&mut instance, &shape, &gaps)?;
        Ok(instance)
    }

    /// What was written in a stretch, as the input stream gives it.
    pub(super) fn covered_text(&self, covered: &Covered, events: Range) -> Result<String> {
        let mut text = String::from(&*covered.head);
        self.recording.write(events, &mut text);
        // In the template the line feed may be a CR LF of its own, which this would take the half of.
        if text.ends_with('\r') && covered.tail.starts_with('\n') {
            return Err(Refused::Value("a carriage return at the end of a value"));
        }
        text.push_str(&covered.tail);
        Ok(normalised(&text)?.unwrap_or(text))
    }
}
