//! The texts of the template in a recording.

use super::{Event, Recording};

#[derive(Clone, Debug)]
pub(super) struct Literal {
    pub(super) id: (u32, u32),
    pub(super) text: Box<str>,
    pub(super) hash: u64,
    /// Whether there may be a start tag of the live root in it.
    pub(super) may_be_root: bool,
}

/// A literal by its number, and its hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) hash: u64,
}

impl Recording {
    /// A text of the template. `id` names the template and the literal in it; it always comes with
    /// the same text.
    #[inline]
    pub fn literal(&mut self, id: (u32, u32), text: &str) {
        self.slot = None;
        let Numbered { number, hash } = self.number(id, text);
        self.current.place += 1;
        self.current.spine = self.hasher.with(self.current.spine, hash);
        self.events.push(Event::Literal(number));
    }

    #[inline]
    fn number(&mut self, (template, index): (u32, u32), text: &str) -> Numbered {
        // Mostly the template is the one used last, and the literal is known.
        if let Some((known, numbers)) = self.numbers.first()
            && *known == template
            && let Some(&Some(number)) = numbers.get(index as usize)
        {
            return number;
        }
        self.find_number((template, index), text)
    }

    fn find_number(&mut self, (template, index): (u32, u32), text: &str) -> Numbered {
        let known = self.numbers.iter().position(|known| known.0 == template);
        let place = known.unwrap_or_else(|| {
            self.numbers.push((template, Vec::new()));
            self.numbers.len() - 1
        });
        // The template used last is found first.
        if place > 0 {
            self.numbers.swap(0, place);
        }
        let numbers = &mut self.numbers[0].1;
        if numbers.len() <= index as usize {
            numbers.resize(index as usize + 1, None);
        }
        *numbers[index as usize].get_or_insert_with(|| {
            let hash = self.hasher.text(text);
            self.literals.push(Literal {
                id: (template, index),
                text: text.into(),
                hash,
                may_be_root: text.contains("dj-root") || text.contains("dj-view"),
            });
            Numbered {
                number: self.literals.len() as u32 - 1,
                hash,
            }
        })
    }
}
