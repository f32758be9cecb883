//! Branches that open and close elements apart, read as part of what is around them.
//!
//! `{% if a %}<div>{% endif %}x{% if a %}</div>{% endif %}` has no elements that begin and end in one
//! region. Where such regions are, their literals count as literals of the stretch around them: then it
//! is balanced, and another one for each combination of branches. So does a value in the name of a tag.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::outline::is_balanced;
use super::recording::{Event, Range, Recording, Region, Span};
use super::source::GAP;
use super::walk::Gaps;

/// Balances that are remembered.
const MOST: usize = 4096;

/// What stands between two gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Literal(u32),
    /// A region that is no region by itself begins.
    Enter,
    /// It ends.
    Leave,
    /// A value in the name of a tag.
    Name(Span),
}

/// The edges among some events, each with its place.
pub(super) type Edges = SmallVec<[(u32, Edge); 8]>;

/// Which regions open elements that they do not close, or close some that they did not open.
#[derive(Debug, Default)]
pub(super) struct Loose {
    /// By the hash of a region's edges.
    known: HashMap<u64, bool, FixedState>,
}

impl Loose {
    /// The edges among events that follow a text.
    pub(super) fn edges(&mut self, recording: &Recording, events: Range, before: &str) -> Edges {
        let mut edges = Edges::new();
        let mut in_name = ends_in_name(before, false);
        let mut at = events.start;
        while at < events.end {
            match recording.event(at) {
                Event::Literal(number) => {
                    in_name = ends_in_name(recording.literal_text(number), in_name);
                    edges.push((at, Edge::Literal(number)));
                }
                Event::Text(span) | Event::Markup(span)
                    if in_name && recording.value(span).bytes().all(is_of_name) =>
                {
                    edges.push((at, Edge::Name(span)));
                }
                Event::Text(_) | Event::Markup(_) => in_name = false,
                Event::Enter(number) => {
                    let region = recording.region(number);
                    if in_name || self.is_loose(recording, region) {
                        edges.push((at, Edge::Enter));
                    } else {
                        at = region.events.end;
                    }
                }
                Event::Leave => edges.push((at, Edge::Leave)),
                Event::Kept(_) => {}
            }
            at += 1;
        }
        edges
    }

    fn is_loose(&mut self, recording: &Recording, region: &Region) -> bool {
        let edges = self.edges(recording, region.events, "");
        let key = spine(recording, &edges);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let mut text = String::new();
        write(recording, region.events, &edges, &mut text);
        let is_loose = !is_balanced(&text);
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(key, is_loose);
        is_loose
    }
}

/// Hash of what tells one combination of branches from another.
pub(super) fn spine(recording: &Recording, edges: &Edges) -> u64 {
    let hasher = recording.hasher();
    edges.iter().fold(9, |hash, &(_, edge)| {
        let one = match edge {
            Edge::Literal(number) => recording.literal_hash(number),
            Edge::Enter => 1,
            Edge::Leave => 2,
            Edge::Name(span) => hasher.text(recording.value(span)) ^ 3,
        };
        hasher.with(hash, one)
    })
}

/// How many places of the template decide which combination it is: branches, and values in names.
pub(super) fn places(edges: &Edges) -> u32 {
    let (mut places, mut before) = (HashSet::new(), None);
    for &(_, edge) in edges {
        match edge {
            Edge::Literal(number) => before = Some(number),
            Edge::Enter => drop(places.insert((before, true))),
            Edge::Name(_) => drop(places.insert((before, false))),
            Edge::Leave => {}
        }
    }
    places.len() as u32
}

/// The text of the edges, with a mark for each gap between them that something was written in.
pub(super) fn write(recording: &Recording, events: Range, edges: &Edges, out: &mut String) {
    let mut start = events.start;
    for &(at, edge) in edges {
        out.extend((start < at).then_some(GAP));
        out.push_str(text_of(recording, edge));
        start = at + 1;
    }
    out.extend((start < events.end).then_some(GAP));
}

pub(super) fn text_of(recording: &Recording, edge: Edge) -> &str {
    match edge {
        Edge::Literal(number) => recording.literal_text(number),
        Edge::Enter | Edge::Leave => "",
        Edge::Name(span) => recording.value(span),
    }
}

/// What was written in each gap of a stretch: none before its first literal and behind the last.
pub(super) fn gaps(edges: &Edges, events: Range) -> Gaps {
    let none = |at| Range { start: at, end: at };
    let mut gaps = Gaps::new();
    gaps.push(none(events.start));
    let mut start = events.start;
    for &(at, _) in edges {
        gaps.push(Range { start, end: at });
        start = at + 1;
    }
    gaps.push(Range {
        start,
        end: events.end,
    });
    gaps.push(none(events.end));
    gaps
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')
}

/// Whether what follows a text is part of the name of a tag. `before` is the answer for what precedes it.
pub(super) fn ends_in_name(text: &str, before: bool) -> bool {
    let Some(last) = text.bytes().last() else {
        return before;
    };
    if !is_of_name(last) && !matches!(last, b'<' | b'/') {
        return false;
    }
    match text.rfind('<') {
        Some(at) => {
            let name = &text[at + 1..];
            let name = name.strip_prefix('/').unwrap_or(name);
            name.bytes().all(is_of_name)
        }
        None => before && text.bytes().all(is_of_name),
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, Loose, ends_in_name, spine};
    use crate::shape::recording::{Range, Recording};

    fn events(recording: &Recording) -> Range {
        recording.top().events
    }

    #[test]
    fn names_of_tags_end_where_they_do() {
        for text in ["<h", "a</h", "<", "</", "<x-"] {
            assert!(ends_in_name(text, false), "{text:?}");
        }
        for text in ["", "a", "<h ", "<h>", "a/", "<b a=\"/"] {
            assert!(!ends_in_name(text, false), "{text:?}");
        }
        assert!(ends_in_name("", true) && ends_in_name("2", true) && !ends_in_name(" ", true));
    }

    #[test]
    fn regions_that_are_not_balanced_are_none() {
        let record = |branch: Option<(&str, &str)>| {
            let mut recording = Recording::new();
            for (index, text) in branch.iter().flat_map(|(a, b)| [a, b]).enumerate() {
                recording.enter();
                recording.literal((0, 1 + index as u32), text);
                recording.leave();
                recording.text((0, index as u32), "x");
            }
            recording
        };
        let kinds = |recording: &Recording| {
            let edges = Loose::default().edges(recording, events(recording), "");
            edges.iter().map(|&(_, edge)| edge).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&record(Some(("<b>1</b>", "<br>")))), []);
        let loose = kinds(&record(Some(("<div>", "</div>"))));
        let Edge::Literal(_) = loose[1] else {
            panic!("{loose:?}")
        };
        assert_eq!(
            (loose.len(), loose[0], loose[2]),
            (6, Edge::Enter, Edge::Leave)
        );
    }

    #[test]
    fn combinations_of_branches_are_told_apart() {
        let record = |level: &str, text: &str| {
            let mut recording = Recording::new();
            recording.text((0, 0), level);
            recording.literal((0, 1), ">");
            recording.text((0, 1), text);
            recording
        };
        let hash = |recording: &Recording| {
            let edges = Loose::default().edges(recording, events(recording), "<h");
            spine(recording, &edges)
        };
        let [one, two] = ["1", "2"].map(|level| hash(&record(level, "a")));
        assert_ne!(one, two);
        assert_eq!(one, hash(&record("1", "b")));
        // What could end the name is not part of it.
        assert_eq!(hash(&record("1 x", "a")), hash(&record("<", "a")));
    }
}
