//! Text of a region's literals: runs, the text of elements that hold nothing else, comments.

use super::Compiler;
use super::kinds::drops_line_feed;
use crate::html::strict::TextKind;
use crate::shape::program::{Begin, NONE, Step, Text, ValueKind};
use crate::shape::refused::Result;
use crate::shape::source::GAP;
use crate::tree::Handle;

/// A run of text while its parts are collected.
pub(in crate::shape) struct Run {
    pub(in crate::shape) begin: Option<Begin>,
    pub(in crate::shape) steps: Vec<Step>,
    pub(in crate::shape) has_gap: bool,
}

impl Compiler<'_> {
    pub(super) fn comment(&mut self, node: Handle) -> Result<()> {
        self.depth += 1;
        let number = self.number(node);
        self.boundary(number, false, false);
        self.parents.push((node, number));
        let data = self.tree.text(node).to_owned();
        if data.contains(GAP) {
            let parts = self.parts(&data)?;
            self.value(number, ValueKind::Comment, parts);
        }
        Ok(())
    }

    pub(super) fn raw_text(&mut self, node: Handle, number: u32, kind: TextKind) -> Result<()> {
        let text = self.tree.text(node).to_owned();
        let parts = self.parts(&text)?;
        let name = self.tree.element(node).expect("an element").name.clone();
        let kind = match kind {
            TextKind::Escapable => ValueKind::Escapable {
                drops_line_feed: text.starts_with(GAP) && drops_line_feed(&self.tree, node),
            },
            TextKind::Raw => ValueKind::Raw {
                name,
                is_script: false,
            },
            TextKind::Script => ValueKind::Raw {
                name,
                is_script: true,
            },
        };
        self.value(number, kind, parts);
        Ok(())
    }

    /// A node begins or ends, and with it a run of text.
    pub(super) fn boundary(&mut self, node: u32, is_tail: bool, drops_line_feed: bool) {
        self.flush(true);
        let is_inside = self.is_inside && self.hidden == 0;
        let parent = if is_tail {
            self.parents.last().map_or(NONE, |&(_, number)| number)
        } else {
            node
        };
        self.run.begin = Some(Begin {
            node: if is_inside { node } else { NONE },
            is_tail,
            cell: NONE,
            parent,
            drops_line_feed,
        });
    }

    /// Ends the run of text, at a node or at the end of the region.
    fn flush(&mut self, at_node: bool) {
        let (begin, has_gap) = (self.run.begin.take(), std::mem::take(&mut self.run.has_gap));
        let steps = std::mem::take(&mut self.run.steps);
        let is_trailing = !at_node && !self.is_page;
        match begin {
            None => {
                self.shape.steps.extend(steps);
                if at_node {
                    self.shape.steps.push(Step::End);
                }
            }
            Some(begin) if has_gap || is_trailing => {
                let cell = if begin.node == NONE {
                    NONE
                } else {
                    self.cell()
                };
                self.shape.steps.push(Step::Begin(Begin { cell, ..begin }));
                self.shape.steps.extend(steps);
                if at_node {
                    self.shape.steps.push(Step::End);
                }
            }
            Some(_) => {}
        }
    }

    pub(super) fn finish(&mut self) {
        self.flush(false);
    }

    /// The text inside a node or after it.
    pub(super) fn text(&mut self, node: Handle, is_tail: bool) -> Result<()> {
        let text = if is_tail {
            self.tree.tail(node)
        } else {
            self.tree.text(node)
        };
        if text.is_empty() {
            return Ok(());
        }
        let text = text.to_owned();
        for (index, piece) in text.split(GAP).enumerate() {
            if index > 0 {
                self.data_gap()?;
            }
            if !piece.is_empty() {
                let number = self.shape.texts.len() as u32;
                self.shape.texts.push(Text::new(self.recording, piece));
                self.run.steps.push(Step::Text(number));
            }
        }
        Ok(())
    }
}
