//! End tags that may be left out, where all readers agree what follows
//! ([§13.1.2.4](https://html.spec.whatwg.org/multipage/syntax.html#optional-tags)).
//!
//! Only elements at the end of the stack are closed, each by a tag that the standard lets close it; and
//! nothing that a fragment stands in. So what is inside an element that is still open never closes it,
//! and fragments compose as before.

use super::elements::Category;
use super::parser::{Open, Parser};

impl Parser<'_> {
    /// Closes the elements that a start tag here closes, if that is certain.
    pub(super) fn close_before(&mut self, child: Category, name: &str) {
        use Category as C;
        if matches!(child, C::Cell | C::Row | C::Section) {
            return self.close_in_table(child);
        }
        while let Some(current) = self.closable() {
            let closes = match current {
                // A table closes no paragraph in quirks mode; readers differ about `search` and `dialog`.
                C::Paragraph => match child {
                    C::Table => false,
                    C::Division => ["div", "address"]
                        .iter()
                        .any(|one| name.eq_ignore_ascii_case(one)),
                    _ => child.closes_paragraph(),
                },
                C::ListItem => child == C::ListItem,
                C::Definition => child == C::Definition,
                C::Option => matches!(child, C::Option | C::OptionGroup),
                _ => false,
            };
            if !closes {
                return;
            }
            self.stack.pop();
            if matches!(current, C::ListItem | C::Definition) {
                return;
            }
        }
    }

    /// A cell closes a cell, a row also its row, a part of the table also its part.
    fn close_in_table(&mut self, child: Category) {
        use Category as C;
        let contents = self
            .stack
            .iter()
            .rev()
            .take_while(|open| is_implied_end(open))
            .count();
        let cell = self.stack.len() - contents;
        let is_cell = |open: &Open<'_>| open.category == C::Cell && !open.name.is_empty();
        if self.stack[..cell].last().is_some_and(is_cell) {
            self.stack.truncate(cell - 1);
        } else if contents > 0 {
            return;
        }
        if child != C::Cell && self.closable() == Some(C::Row) {
            self.stack.pop();
        }
        // In a fragment of a table html5ever ignores a part of it in a `thead`.
        let is_whole = self.stack.len() > 1 && !self.stack[self.stack.len() - 2].name.is_empty();
        if child == C::Section && is_whole && self.closable() == Some(C::Section) {
            self.stack.pop();
        }
    }

    /// Closes the elements inside the one that the end tag of this name closes, if that is certain.
    pub(super) fn close_inside(&mut self, name: &str) {
        let is_named = |open: &Open<'_>| open.name.eq_ignore_ascii_case(name);
        let Some(place) = self.stack.iter().rposition(is_named) else {
            return;
        };
        let (outer, inside) = self.stack.split_at(place + 1);
        if outer.last().is_some_and(|open| is_certain(open, inside)) {
            self.stack.truncate(place + 1);
        }
    }

    /// The category of the current element, if it has a tag of its own or is a `tbody` without one.
    fn closable(&self) -> Option<Category> {
        let current = self.current();
        (!current.name.is_empty() || current.is_implied()).then_some(current.category)
    }
}

/// Whether "generate implied end tags" closes the element wherever it stands.
fn is_implied_end(open: &Open<'_>) -> bool {
    let category = matches!(
        open.category,
        Category::Paragraph | Category::ListItem | Category::Definition
    );
    category && !open.name.is_empty()
}

/// Whether an end tag closes its element and these inside it.
fn is_certain(outer: &Open<'_>, inside: &[Open<'_>]) -> bool {
    use Category as C;
    let categories = |allowed: &[C]| {
        let mut allowed = allowed.iter();
        let is_next = |open: &Open<'_>| allowed.any(|&one| one == open.category);
        inside.iter().all(is_next)
    };
    match outer.category {
        C::Block | C::Heading | C::Preformatted | C::Button | C::Caption | C::Cell => {
            inside.iter().all(is_implied_end)
        }
        C::Division => {
            let is_plain = ["div", "address"]
                .iter()
                .any(|one| outer.name.eq_ignore_ascii_case(one));
            is_plain && inside.iter().all(is_implied_end)
        }
        C::ListItem | C::Definition => categories(&[C::Paragraph]),
        C::Select | C::OptionGroup => categories(&[C::Option]),
        C::Table | C::Section | C::Row => {
            let parts: &[C] = match outer.category {
                C::Table => &[C::Section, C::Row, C::Cell],
                C::Section => &[C::Row, C::Cell],
                _ => &[C::Cell],
            };
            let contents = inside
                .iter()
                .rev()
                .take_while(|open| is_implied_end(open))
                .count();
            let (table, contents) = inside.split_at(inside.len() - contents);
            let is_cell = |open: &Open<'_>| open.category == C::Cell;
            let mut parts = parts.iter();
            table
                .iter()
                .all(|open| parts.any(|&one| one == open.category))
                && (contents.is_empty() || table.last().is_some_and(is_cell))
        }
        _ => false,
    }
}
