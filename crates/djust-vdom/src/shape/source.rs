//! The literals of a region as markup with gaps.

use super::recording::{Event, Range, Recording};
use super::refused::{Refused, Result};
use crate::html::strict::{self, Refusal};
use crate::html::{Context, Quirks};
use crate::tree::Tree;

/// Stands for a gap in the markup that is parsed.
pub(super) const GAP: char = '\0';

/// The literals with a gap before, between and behind them.
pub(super) struct Source<'r> {
    pub(super) literals: Vec<&'r str>,
    /// For each gap whether this render wrote something there.
    filled: Vec<bool>,
    /// For each gap whether anything may be written there.
    pub(super) open: Vec<bool>,
}

impl<'r> Source<'r> {
    pub(super) fn new(recording: &'r Recording, events: Range) -> Result<Self> {
        let (mut literals, mut filled) = (Vec::new(), vec![false]);
        let mut at = events.start;
        while at < events.end {
            match recording.event(at) {
                Event::Literal(number) => {
                    literals.push(recording.literal_text(number));
                    filled.push(false);
                }
                Event::Enter(region) => {
                    at = recording.region(region).events.end;
                    filled[literals.len()] = true;
                }
                _ => filled[literals.len()] = true,
            }
            at += 1;
        }
        if literals.iter().any(|text| text.contains([GAP, '\r'])) {
            return Err(Refused::Value(
                "a carriage return or U+0000 in the template",
            ));
        }
        let mut open = vec![true; filled.len()];
        for (gap, text) in literals.iter().enumerate() {
            if ends_in_reference(text) {
                open[gap + 1] = false;
            }
        }
        Ok(Self {
            literals,
            filled,
            open,
        })
    }

    fn joined(&self) -> String {
        let mut joined = String::new();
        for (gap, &open) in self.open.iter().enumerate() {
            if open {
                joined.push(GAP);
            }
            joined.push_str(self.literals.get(gap).copied().unwrap_or_default());
        }
        joined
    }

    /// Parses with as many gaps as possible: where one is refused and nothing was written, it is closed.
    pub(super) fn parse(&mut self, place: Option<&Context>) -> Result<Parsed> {
        loop {
            let joined = self.joined();
            let refusal = match (self.closed_but_filled(), Parsed::new(&joined, place)) {
                (false, Ok(parsed)) => return Ok(parsed),
                (false, Err(refusal)) => refusal,
                (true, _) => Refusal {
                    reason: strict::Reason::CharacterReference,
                    at: joined.len(),
                },
            };
            if !self.close(&joined, refusal.at) {
                return Err(refused(&joined, refusal));
            }
        }
    }

    fn closed_but_filled(&self) -> bool {
        self.open
            .iter()
            .zip(&self.filled)
            .any(|(&open, &filled)| filled && !open)
    }

    /// Closes the first open gap at or behind an offset, if nothing was written there.
    fn close(&mut self, joined: &str, at: usize) -> bool {
        let bytes = joined.as_bytes();
        let Some(ahead) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|&byte| byte == 0))
        else {
            return false;
        };
        let before = joined[..at + ahead].matches(GAP).count();
        let mut open = (0..self.open.len()).filter(|&gap| self.open[gap]);
        match open.nth(before) {
            Some(gap) if !self.filled[gap] => {
                self.open[gap] = false;
                true
            }
            _ => false,
        }
    }
}

/// Whether what follows could be read as part of a character reference.
fn ends_in_reference(text: &str) -> bool {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    rest.ends_with('&')
}

fn refused(joined: &str, refusal: Refusal) -> Refused {
    let at = (0..=refusal.at.min(joined.len()))
        .rev()
        .find(|&at| joined.is_char_boundary(at))
        .unwrap_or(0);
    let near: String = joined[at..].chars().take(40).collect();
    Refused::Literals {
        reason: refusal.reason,
        near: near.replace(GAP, "…"),
    }
}

/// The tree of the literals, with gaps in it.
pub(super) struct Parsed {
    pub(super) tree: Tree,
    pub(super) quirks: Quirks,
    pub(super) is_page: bool,
}

impl Parsed {
    fn new(joined: &str, place: Option<&Context>) -> std::result::Result<Self, Refusal> {
        match place {
            None => {
                let document = strict::parse_document_with_gaps(joined)?;
                Ok(Self {
                    quirks: document.quirks(),
                    tree: document.into_tree(),
                    is_page: true,
                })
            }
            Some(context) => Ok(Self {
                tree: strict::parse_fragment_with_gaps(joined, context)?,
                quirks: context.quirks(),
                is_page: false,
            }),
        }
    }
}
