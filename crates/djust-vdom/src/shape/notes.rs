//! What is said about the parts of a template that are not compared place by place.

use super::program::Covered;
use super::refused::{Note, Refused};
use super::source::{Source, Stretch, StretchKind};
use super::totals;

/// Notes kept for a template.
const MOST: usize = 64;

/// A literal and an offset in it.
type Place = Option<((u32, u32), u32)>;

#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Each with the region and the stretch that it is about.
    all: Vec<(Note, Option<(u64, Stretch)>)>,
    /// What was refused last, and where.
    last: Option<(Refused, Place)>,
}

impl Notes {
    pub(super) fn all(&self) -> impl Iterator<Item = &Note> {
        self.all.iter().map(|(note, _)| note)
    }

    /// Something was refused; what that leads to comes later.
    pub(super) fn refuse(&mut self, reason: &Refused, literal: Place) {
        if self.last.as_ref().is_none_or(|(known, _)| known != reason) {
            self.last = Some((reason.clone(), literal));
        }
    }

    /// A stretch of the region with this hash is compared as a whole, and those inside it with it.
    pub(super) fn add(
        &mut self,
        region: u64,
        reason: Refused,
        literal: Place,
        source: &Source<'_>,
        stretch: &Stretch,
    ) {
        let (reason, literal) = match self.last.take() {
            Some(last) if last.0 == reason => last,
            _ => (reason, literal),
        };
        let is_inside = |old: &Stretch| old.start >= stretch.start && old.end <= stretch.end;
        let inside = |about: &Option<(u64, Stretch)>| {
            about.is_some_and(|(other, old)| other == region && is_inside(&old))
        };
        let first = self.all.iter().find(|(_, about)| inside(about));
        let (reason, literal) = match first {
            Some((note, _)) => (note.reason.clone(), note.literal),
            None => (reason, literal.or_else(|| source.literal_at(stretch.start))),
        };
        self.all.retain(|(_, about)| !inside(about));
        if stretch.kind == StretchKind::Opaque {
            totals::count(&reason);
            let part = Some(source.excerpt(stretch));
            let note = Note {
                reason,
                literal,
                part,
            };
            self.push(note, Some((region, *stretch)));
        }
    }

    /// More combinations of the branches of a stretch were rendered than are kept.
    pub(super) fn variants(&mut self, covered: &Covered) {
        totals::count(&Refused::Variants);
        let note = Note {
            reason: Refused::Variants,
            literal: covered.name,
            part: Some(covered.excerpt()),
        };
        self.push(note, None);
    }

    /// The page is compared as a whole.
    pub(super) fn page(&mut self, reason: &Refused) {
        let literal = match self.last.take() {
            Some((known, literal)) if known == *reason => literal,
            _ => None,
        };
        let note = Note {
            reason: reason.clone(),
            literal,
            part: None,
        };
        self.push(note, None);
    }

    fn push(&mut self, note: Note, about: Option<(u64, Stretch)>) {
        if self.all.len() < MOST && !self.all().any(|known| *known == note) {
            self.all.push((note, about));
        }
    }
}
