//! Elements that are there without a start tag of their own.

use super::elements::{Category, Content};
use super::flags::Flags;
use super::parser::{CONTEXT, Open, Parser};
use super::refusal::{Reason, Refusal};
use super::tokens::Result;
use crate::Namespace;
use crate::tree::{ElementData, Name};

impl Parser<'_> {
    /// The `tbody` that a row directly in a table gets
    /// ([§13.2.6.4.9](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-intable)).
    pub(super) fn imply_section(&mut self, at: usize) -> Result<()> {
        let kind = (Category::Section, Content::Section);
        self.imply("tbody", kind, Reason::TablePart, at)
    }

    /// The `colgroup` that a `col` directly in a table gets, with all up to the next other tag in it.
    pub(super) fn imply_columns(&mut self, at: usize) -> Result<()> {
        let kind = (Category::ColumnGroup, Content::ColumnGroup);
        self.imply("colgroup", kind, Reason::Table, at)
    }

    /// Opens a part of a table that has no tags. In a fragment what is around it may belong to the same part.
    fn imply(
        &mut self,
        name: &'static str,
        (category, content): (Category, Content),
        reason: Reason,
        at: usize,
    ) -> Result<()> {
        let table = *self.current();
        if table.name.is_empty() {
            return Err(Refusal::new(reason, at));
        }
        let inside = self.insert(implied(name));
        self.open(Open {
            inside,
            name: "",
            at,
            category,
            content,
            flags: table.flags,
        })
    }

    /// Closes a `colgroup` without tags.
    pub(super) fn end_columns(&mut self) {
        let current = self.current();
        let is_group = current.category == Category::ColumnGroup;
        if is_group && current.name.is_empty() && current.at != CONTEXT {
            self.stack.pop();
        }
    }

    /// Whether the end tag of a `p` makes an empty one here: none is open in button scope, here and wherever the
    /// context of a fragment stands. In a template the tag would be ignored, and SVG and `MathML` have rules of their own.
    pub(super) fn makes_paragraph(&self) -> bool {
        use Category as C;
        let current = self.current();
        let is_certain = matches!(
            current.category,
            C::Block | C::Division | C::ListItem | C::Definition | C::Cell | C::Form
        ) || (current.category == C::Page && current.content == Content::Flow);
        is_certain && !current.flags.contains(Flags::PARAGRAPH)
    }
}

/// An element that the standard inserts without a start tag.
pub(super) fn implied(name: &'static str) -> ElementData {
    ElementData {
        name: Name::from(name),
        namespace: Namespace::Html,
        attributes: Vec::new(),
        contents: None,
    }
}
