//! Which part of a region is compared as a whole where something in it is not certain.
//!
//! From the place of what is refused outwards: what follows it in the same element, all that the
//! element holds, the element, and so on. The first part is taken that is certain as this render
//! wrote it, and without which the literals around are.

use super::flat::Loose;
use super::joined::{Joined, Parsed};
use super::markup::{check_branches, check_markup};
use super::outline::{Span, outline};
use super::recording::Recording;
use super::source::{GAP, Source, Stretch, StretchKind};
use crate::Namespace;
use crate::html::{Context, strict};

/// Parts that begin at one place of an element and are tried.
const PARTS: usize = 12;

pub(super) struct Widen<'w, 'r> {
    pub(super) source: &'w Source<'r>,
    pub(super) joined: &'w Joined,
    pub(super) stretches: &'w [Stretch],
    pub(super) place: Option<&'w Context>,
    pub(super) recording: &'r Recording,
}

impl Widen<'_, '_> {
    /// The stretch around an offset of the joined text: one whose branches open and close elements apart, if that is
    /// why, and the region is not one itself.
    pub(super) fn stretch(
        &self,
        loose: &mut Loose,
        is_variant: bool,
        at: usize,
    ) -> Option<Stretch> {
        if let Some(merged) = self.merged(at) {
            return Some(merged);
        }
        let unbalanced = (!is_variant).then(|| self.unbalanced(loose, at)).flatten();
        unbalanced.or_else(|| self.around(at))
    }

    /// The stretch around an offset that is compared as a whole.
    fn around(&self, mut at: usize) -> Option<Stretch> {
        let spans = outline(&self.joined.text);
        let mut level = spans
            .iter()
            .rposition(|span| !span.is_leaf && span.inner_start <= at && at <= span.inner_end);
        loop {
            let (begin, end) = match level {
                Some(span) => (spans[span].inner_start, spans[span].inner_end),
                None if self.place.is_some() => (0, self.joined.text.len()),
                None => return None,
            };
            let context = self.context(&spans, level)?;
            let units = self.units(&spans, level);
            if let Some(first) = units.iter().position(|&(_, end)| end > at) {
                let (start, _) = units[first];
                if level.is_some_and(|level| spans[level].name == "table") {
                    let rows = self.rows(&spans, level, start, end);
                    if rows.is_some() {
                        return rows;
                    }
                }
                for &(_, end) in units[first..].iter().take(PARTS) {
                    let found = self.part(start, end, StretchKind::Opaque);
                    if let Some(stretch) = found.filter(|one| self.is_certain(one, &context)) {
                        return Some(stretch);
                    }
                }
            }
            let all = self.part(begin, end, StretchKind::Opaque);
            if let Some(stretch) = all.filter(|one| self.is_certain(one, &context)) {
                return Some(stretch);
            }
            let span = level?;
            (level, at) = (spans[span].parent, spans[span].start);
        }
    }

    /// What the element that begins here holds, if it keeps that (`dj-update`).
    fn merged(&self, at: usize) -> Option<Stretch> {
        let spans = outline(&self.joined.text);
        let span = spans
            .iter()
            .find(|span| span.start == at && !span.is_leaf)?;
        let tag = &self.joined.text[span.start..span.inner_start];
        let inside = &self.joined.text[span.inner_start..span.inner_end];
        if !tag.contains("dj-update") || !inside.contains(GAP) {
            return None;
        }
        let stretch = self.part(span.inner_start, span.inner_end, StretchKind::Merged)?;
        self.leads_on(&stretch).then_some(stretch)
    }

    /// What the parts of an element stand in; nothing where no part of a page could be left out.
    pub(super) fn context(&self, spans: &[Span], level: Option<usize>) -> Option<Context> {
        let mut names = Vec::new();
        let mut next = level;
        while let Some(span) = next {
            names.push(&*spans[span].name);
            next = spans[span].parent;
        }
        let mut context = self.place.cloned();
        let mut namespace = Namespace::Html;
        for name in names.iter().rev() {
            context = match (context, *name) {
                (None, "html") => None,
                (None, name @ ("head" | "body")) => Some(Context::new(name)),
                (context, name) => {
                    let name = if name == "foreignobject" {
                        "foreignObject"
                    } else {
                        name
                    };
                    let outer = context.unwrap_or_else(|| Context::new("body"));
                    match name {
                        "svg" => namespace = Namespace::Svg,
                        "math" => namespace = Namespace::MathMl,
                        _ => {}
                    }
                    let inner = outer.inside(name).with_namespace(namespace);
                    if namespace == Namespace::Svg
                        && matches!(name, "foreignObject" | "desc" | "title")
                    {
                        namespace = Namespace::Html;
                    }
                    Some(inner)
                }
            };
        }
        context
    }

    /// The elements and gaps directly in an element.
    fn units(&self, spans: &[Span], level: Option<usize>) -> Vec<(usize, usize)> {
        let (mut at, end) = level.map_or((0, self.joined.text.len()), |level| {
            (spans[level].inner_start, spans[level].inner_end)
        });
        let mut units = Vec::new();
        let gaps = |from: usize, to: usize, units: &mut Vec<_>| {
            let found = self.joined.text[from..to].match_indices(GAP);
            units.extend(found.map(|(at, _)| (from + at, from + at + 1)));
        };
        for span in spans.iter().filter(|span| span.parent == level) {
            if span.start >= at && span.end <= end {
                gaps(at, span.start, &mut units);
                units.push((span.start, span.end));
                at = span.end;
            }
        }
        gaps(at, end.max(at), &mut units);
        units
    }

    /// The rows of a table up to its next part or its end, if the first is in a gap.
    fn rows(&self, spans: &[Span], level: Option<usize>, at: usize, end: usize) -> Option<Stretch> {
        let beside = || spans.iter().filter(|span| span.parent == level);
        let next = beside().find(|span| span.start >= at);
        let is_row = |span: &Span| matches!(&*span.name, "tr" | "td" | "th");
        if next.is_some_and(is_row) || beside().take_while(|span| span.start < at).any(is_row) {
            return None;
        }
        let end = next.map_or(end, |span| span.start);
        let between = self.joined.text.get(at..end)?;
        if !between.starts_with(GAP) || !between.bytes().all(|byte| b" \n\t\x0c\0".contains(&byte))
        {
            return None;
        }
        let stretch = self.part(at, end, StretchKind::Rows)?;
        let text = self.source.text_of(&stretch, self.recording);
        let tag = &text[text.find('<')?..];
        let is_plain = self.source.is_plain(&stretch);
        let is_row = tag
            .get(..3)
            .is_some_and(|tag| tag.eq_ignore_ascii_case("<tr"));
        (is_row && is_plain && self.leads_on(&stretch)).then_some(stretch)
    }

    /// A part of the joined text as a stretch, if it is not one already.
    fn part(&self, begin: usize, end: usize, kind: StretchKind) -> Option<Stretch> {
        if begin >= end {
            return None;
        }
        let start = match self.joined.hole_at(begin) {
            Some(hole) => self.source.ends_of(hole, self.stretches).0,
            None => self.joined.origin(begin),
        };
        let end = if let Some(hole) = self.joined.hole_at(end - 1) {
            self.source.ends_of(hole, self.stretches).1
        } else {
            let mut last = self.joined.origin(end - 1);
            last.byte += 1;
            last
        };
        let stretch = Stretch { start, end, kind };
        let is_old = |old: &Stretch| old.start <= start && old.end >= end;
        let is_new = !self.stretches.iter().any(|old| {
            is_old(old)
                && (old.start < start
                    || old.end > end
                    || old.kind == StretchKind::Opaque
                    || old.kind == kind)
        });
        is_new.then_some(stretch)
    }

    /// Whether what this render wrote there is certain by itself, and the rest without it.
    pub(super) fn is_certain(&self, stretch: &Stretch, context: &Context) -> bool {
        let text = self.source.text_of(stretch, self.recording);
        check_markup(&text, context).is_ok() && self.leads_on(stretch)
    }

    /// The same for a region, which may have elements that keep what they hold.
    pub(super) fn can_be_region(&self, stretch: &Stretch, context: &Context) -> bool {
        let text = self.source.text_of(stretch, self.recording);
        check_branches(&text, context).is_ok() && self.leads_on(stretch)
    }

    /// Whether the literals are certain at least up to the end of a stretch.
    fn leads_on(&self, stretch: &Stretch) -> bool {
        let stretches = with(self.stretches, *stretch);
        let number = stretches.iter().position(|one| one == stretch);
        let joined = self.source.joined(&stretches);
        match Parsed::new(&joined.text, self.place) {
            Ok(_) => true,
            Err(refusal) => number
                .and_then(|number| joined.mark(self.source.gaps() + number as u32))
                .is_some_and(|mark| {
                    refusal.at > mark && refusal.reason != strict::Reason::LeftOpen
                }),
        }
    }
}

/// Adds a stretch, in place of those inside it.
pub(super) fn with(stretches: &[Stretch], new: Stretch) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = stretches
        .iter()
        .filter(|old| old.end <= new.start || old.start >= new.end)
        .copied()
        .collect();
    all.push(new);
    all.sort_by_key(|stretch| stretch.start);
    all
}
