//! Values outside of runs: attributes, raw text, comments.

use super::instance::Instance;
use super::program::{Part, Shape, ValueCell, ValueKind};
use super::recording::{Event, Range, escape};
use super::refused::{Refused, Result};
use super::run::{needs_normalising, normalised};
use super::walk::Walk;
use crate::Emit;
use crate::html::strict;

/// How what is written in a gap is read there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As text with character references.
    Decoded,
    /// As it is in the source.
    Source,
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    pub(super) fn value(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        value: &ValueCell,
        gaps: &[Range],
        is_fresh: bool,
    ) -> Result<()> {
        let cell = instance.cells + value.cell;
        if let ValueKind::Tag { .. } = value.kind {
            return self.tag(instance, shape, value, gaps, is_fresh);
        }
        if let ValueKind::Merged(merged) = &value.kind {
            return self.merged(instance, shape, (value, merged), gaps, is_fresh);
        }
        // The key of a new item is the hash of the attribute that it comes from.
        let is_key = is_fresh && instance.key != 0 && value.cell == shape.packing().key();
        let hash = if is_key {
            instance.key
        } else {
            self.parts_hash(&value.parts, gaps)
        };
        if !is_fresh && *self.store.cell(cell) == hash {
            return Ok(());
        }
        if is_fresh
            && matches!(value.kind, ValueKind::Attribute { .. })
            && self.is_certain(value, gaps)
        {
            *self.store.cell(cell) = hash;
            return Ok(());
        }
        let text = self.value_text(value, gaps)?;
        *self.store.cell(cell) = hash;
        if is_fresh || !self.is_inside {
            return Ok(());
        }
        let id = instance.node(shape, self.store, value.node);
        match &value.kind {
            ValueKind::Attribute { is_key: true, .. } => return Err(Refused::Key),
            ValueKind::Attribute { name, .. } => {
                self.check_id(instance, shape, value.cell)?;
                self.emit.set_attribute(id, name, &text);
            }
            _ => self.emit.set_text(id, &text),
        }
        Ok(())
    }

    /// Whether an attribute's value is nothing but texts that the browser reads as they are.
    pub(super) fn is_certain(&self, value: &ValueCell, gaps: &[Range]) -> bool {
        value.parts.iter().all(|part| {
            let Part::Gap(gap) = part else { return true };
            let events = gaps[*gap as usize];
            (events.start..events.end).all(|at| match self.recording.event(at) {
                Event::Text(span) => !needs_normalising(self.recording.value(span)),
                Event::Enter(_) | Event::Leave | Event::Kept(_) => true,
                Event::Literal(_) | Event::Markup(_) => false,
            })
        })
    }

    /// The value as the tree has it, checked for what its place demands.
    pub(super) fn value_text(&self, value: &ValueCell, gaps: &[Range]) -> Result<String> {
        let reading = match value.kind {
            ValueKind::Attribute { .. } | ValueKind::Escapable { .. } => Reading::Decoded,
            _ => Reading::Source,
        };
        let is_attribute = matches!(value.kind, ValueKind::Attribute { .. });
        let text = self.parts_text(&value.parts, gaps, (reading, is_attribute))?;
        let fault = match &value.kind {
            ValueKind::Escapable {
                drops_line_feed: true,
            } if text.starts_with('\n') => Some("a line feed that the browser drops"),
            ValueKind::Raw { name, is_script } => {
                let lower = text.to_ascii_lowercase();
                (lower.contains(&format!("</{}", &**name))
                    || (*is_script && lower.contains("<!--")))
                .then_some("the end of a script or style in a value")
            }
            ValueKind::Comment => {
                let ends = text.starts_with('>')
                    || text.starts_with("->")
                    || text.contains("--")
                    || text.ends_with('-')
                    || text.ends_with("<!");
                ends.then_some("the end of a comment in a value")
            }
            _ => None,
        };
        match fault {
            Some(fault) => Err(Refused::Value(fault)),
            None => Ok(text),
        }
    }

    /// The value of an attribute.
    pub(super) fn attribute_text(&self, parts: &[Part], gaps: &[Range]) -> Result<String> {
        self.parts_text(parts, gaps, (Reading::Decoded, true))
    }

    fn parts_text(
        &self,
        parts: &[Part],
        gaps: &[Range],
        (reading, is_attribute): (Reading, bool),
    ) -> Result<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Gap(gap) => {
                    self.read(gaps[*gap as usize], reading, is_attribute, &mut text)?;
                }
            }
        }
        Ok(text)
    }

    /// Appends what was written in a gap.
    fn read(
        &self,
        events: Range,
        reading: Reading,
        is_attribute: bool,
        out: &mut String,
    ) -> Result<()> {
        for at in events.start..events.end {
            let (text, is_markup) = match self.recording.event(at) {
                Event::Literal(number) => (self.recording.literal_text(number), true),
                Event::Text(span) => (self.recording.value(span), false),
                Event::Markup(span) => (self.recording.value(span), true),
                Event::Enter(_) | Event::Leave | Event::Kept(_) => continue,
            };
            let changed = normalised(text)?;
            let text = changed.as_deref().unwrap_or(text);
            match (reading, is_markup) {
                (Reading::Decoded, false) | (Reading::Source, true) => out.push_str(text),
                (Reading::Source, false) => escape(text, out),
                (Reading::Decoded, true) => {
                    let ends = if is_attribute {
                        text.contains(['"', '\''])
                    } else {
                        text.contains('<')
                    };
                    if ends {
                        return Err(Refused::Value(
                            "a quote or tag in markup that is read as text",
                        ));
                    }
                    out.push_str(&strict::decode(text, 0, false)?);
                }
            }
        }
        Ok(())
    }

    /// Hash of what was written in the gaps of a value.
    pub(super) fn parts_hash(&self, parts: &[Part], gaps: &[Range]) -> u64 {
        let hasher = self.recording.hasher();
        let mut hash = 1;
        for part in parts {
            let Part::Gap(gap) = part else {
                hash = hasher.with(hash, 7);
                continue;
            };
            let events = gaps[*gap as usize];
            for at in events.start..events.end {
                let one = match self.recording.event(at) {
                    Event::Literal(number) => self.recording.literal_hash(number) ^ 5,
                    Event::Text(span) => hasher.text(self.recording.value(span)),
                    Event::Markup(span) => hasher.text(self.recording.value(span)) ^ 1,
                    Event::Enter(_) | Event::Leave | Event::Kept(_) => continue,
                };
                hash = hasher.with(hash, one);
            }
        }
        hash
    }
}
