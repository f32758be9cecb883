//! End tags that may be left out, where all readers agree what follows
//! ([§13.1.2.4](https://html.spec.whatwg.org/multipage/syntax.html#optional-tags)).
//!
//! Only elements at the end of the stack are closed, each by a tag that the standard lets close it; and
//! nothing that a fragment stands in. So what is inside an element that is still open never closes it,
//! and fragments compose as before.

use super::elements::{Category, Content};
use super::parser::{Open, Parser};
use crate::tree::Handle;

impl Parser<'_> {
    /// Closes the elements that a start tag here closes, if that is certain.
    pub(super) fn close_before(&mut self, child: Category, name: &str) {
        use Category as C;
        if matches!(child, C::Cell | C::Row | C::Section) {
            return self.close_in_table(child);
        }
        // A table closes no paragraph in quirks mode; readers differ about `search` and `dialog`.
        let closes_paragraph = match child {
            C::Table => false,
            C::Division => is_division(name),
            _ => child.closes_paragraph(),
        };
        if closes_paragraph {
            self.close_phrases();
        }
        while let Some(current) = self.closable() {
            let closes = match current {
                C::Paragraph => closes_paragraph,
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

    /// Closes what a paragraph that is about to be closed takes along: `<p><span><ul>`.
    fn close_phrases(&mut self) {
        let phrases = self
            .stack
            .iter()
            .rev()
            .take_while(|open| is_phrase(open.name));
        let (outer, inner) = self.stack.split_at(self.stack.len() - phrases.count());
        let [.., parent, paragraph] = outer else {
            return;
        };
        if paragraph.category == Category::Paragraph && !paragraph.name.is_empty() {
            let names = inner.iter().map(|open| (parent.inside, open.name));
            self.taken.extend(names);
            self.stack.truncate(outer.len());
        }
    }

    /// Whether an end tag is ignored: its element was closed with a paragraph in the same place, and none of its name is
    /// open up to the next `special` element, which is the current one.
    pub(super) fn ignores_end(&mut self, name: &str) -> bool {
        let parent = self.current().inside;
        let is_taken =
            |&(place, taken): &(Handle, &str)| place == parent && taken.eq_ignore_ascii_case(name);
        let taken = self.taken.iter().rposition(is_taken);
        let Some(taken) = taken.filter(|_| self.is_in_special()) else {
            return false;
        };
        self.taken.swap_remove(taken);
        true
    }

    /// Whether the current element is `special` in every reading of the standard, with the rules "in body".
    fn is_in_special(&self) -> bool {
        use Category as C;
        let current = self.current();
        match current.category {
            C::Block | C::ListItem | C::Definition | C::Cell | C::Form => true,
            C::Division => current.name.is_empty() || is_division(current.name),
            C::Page => current.content == Content::Flow,
            _ => false,
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

/// Whether elements of this name have no rule of their own in any reading: neither `special` nor formatting.
fn is_phrase(name: &str) -> bool {
    const PHRASES: [&str; 18] = [
        "span", "label", "abbr", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "mark",
        "q", "samp", "sub", "sup", "time", "var",
    ];
    PHRASES.iter().any(|one| name.eq_ignore_ascii_case(one))
}

/// `div` and `address`, about which all readers agree.
pub(super) fn is_division(name: &str) -> bool {
    ["div", "address"]
        .iter()
        .any(|one| name.eq_ignore_ascii_case(one))
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
        C::Division => is_division(outer.name) && inside.iter().all(is_implied_end),
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
