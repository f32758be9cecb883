//! The compiled form of a region's literals.

use std::sync::{Arc, OnceLock};

use super::recording::{Range, Recording};
use super::rows::Packing;
use super::source::{LiteralName, Stretch, StretchKind};
use super::straight::Straight;
use crate::Namespace;
use crate::html::{Context, Quirks};
use crate::ids::Checksum;
use crate::tree::{Attribute, Name};

/// "No such node, cell or gap."
pub(super) const NONE: u32 = u32::MAX;

/// What the literals of a region come to.
#[derive(Debug)]
pub(super) struct Shape {
    /// What to do with a render of the region, in document order.
    pub(super) steps: Vec<Step>,
    /// Texts of the template, decoded.
    pub(super) texts: Vec<Text>,
    pub(super) values: Vec<ValueCell>,
    pub(super) gaps: Vec<Gap>,
    /// The numbers of the gaps that are inside the live root.
    pub(super) inside: std::ops::Range<u32>,
    /// The first of the gaps that are inside the live root.
    pub(super) first_inside: u32,
    /// Nodes and gaps inside the live root, in document order.
    pub(super) outline: Vec<Item>,
    /// The names in the outline up to the first gap, and behind each: see [`sums`](Self::sums).
    pub(super) sums: OnceLock<(Checksum, Box<[Checksum]>)>,
    /// The way through a new region of this shape at one go: see [`straight`](Self::straight).
    pub(super) straight: OnceLock<Option<Straight>>,
    pub(super) fixed_edges: OnceLock<bool>,
    /// Number of numbered nodes up to each gap and after the last.
    pub(super) stretches: Vec<u32>,
    /// Hashes kept for each instance.
    pub(super) cells: u32,
    /// The cell of the text that is kept of it, where the region is a combination of branches.
    pub(super) text: Option<u32>,
    /// The texts of the template that separate the gaps.
    pub(super) literals: u32,
    /// The gaps that something was written in when it was compiled, opaque stretches aside.
    pub(super) holes: u32,
    /// The places that decide which shape it is, where it is a combination of branches.
    pub(super) deciding: u32,
    /// Gaps where nothing may be written.
    pub(super) closed: Vec<u32>,
    /// Stretches of literals and gaps that count as gaps; their numbers follow those of the others.
    pub(super) covered: Vec<Covered>,
    /// The parts of an item's key.
    pub(super) key: Vec<Part>,
    /// The elements whose `id` may change.
    pub(super) ids: Vec<Id>,
    /// Controls that are bound to state.
    pub(super) bound: Vec<Bound>,
    /// The live root, where the region is a whole page.
    pub(super) root: Option<RootElement>,
    /// Hash of the literals.
    pub(super) spine: u64,
    pub(super) packing: OnceLock<Packing>,
}

/// A control with `dj-model`.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) node: u32,
    /// What it is bound to.
    pub(super) name: Box<str>,
    pub(super) says: Says,
    /// Number of the gaps for regions before it.
    pub(super) gaps: u32,
}

/// An element whose `id` may change: it is another one then.
#[derive(Debug)]
pub(super) struct Id {
    /// The cell of the attribute, or of the start tag.
    pub(super) cell: u32,
    /// What is inside: values outside of runs, and gaps for regions.
    pub(super) values: std::ops::Range<u32>,
    pub(super) gaps: std::ops::Range<u32>,
}

/// Whether the markup says what a control holds.
#[derive(Debug)]
pub(super) enum Says {
    Fixed(bool),
    /// If its attributes do, which are kept as a start tag.
    Tag {
        cell: u32,
    },
    /// If it has text.
    Text {
        cell: u32,
    },
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: Box<str>,
    pub(super) hash: u64,
}

impl Text {
    pub(super) fn new(recording: &Recording, text: &str) -> Self {
        Self {
            hash: recording.hasher().text(text),
            text: text.into(),
        }
    }
}

/// One step through a render.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A run of text begins whose hash is kept.
    Begin(Begin),
    /// Text of the template.
    Text(u32),
    /// Values and regions between nodes or in text.
    Gap(u32),
    /// A node begins or ends: so does the run before it.
    End,
    /// A value that is not part of a run.
    Value(u32),
    /// The nodes that follow are children of this one; the run before it goes on up to the first.
    Inside(u32),
}

/// Where a run of text begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin {
    /// The node that owns it; [`NONE`] outside of the live root.
    pub(super) node: u32,
    /// Whether it is the text after the node, or inside it.
    pub(super) is_tail: bool,
    pub(super) cell: u32,
    /// The node that children put here have as parent; [`NONE`] for that of the region.
    pub(super) parent: u32,
    /// Whether a line feed at its beginning would be dropped.
    pub(super) drops_line_feed: bool,
}

impl Shape {
    /// A shape of no literals, for nothing.
    pub(super) fn empty() -> Self {
        Self {
            steps: Vec::new(),
            texts: Vec::new(),
            values: Vec::new(),
            gaps: Vec::new(),
            inside: 0..0,
            first_inside: 0,
            outline: Vec::new(),
            sums: OnceLock::new(),
            straight: OnceLock::new(),
            fixed_edges: OnceLock::new(),
            stretches: vec![0],
            cells: 0,
            text: None,
            literals: 0,
            holes: 0,
            deciding: 0,
            closed: Vec::new(),
            covered: Vec::new(),
            key: Vec::new(),
            ids: Vec::new(),
            bound: Vec::new(),
            root: None,
            spine: 0,
            packing: OnceLock::new(),
        }
    }

    /// Sums of the numbered nodes up to the first gap inside the live root, and behind each.
    pub(super) fn sums(&self) -> &(Checksum, Box<[Checksum]>) {
        self.sums.get_or_init(|| {
            let mut parts = self.outline.split(|item| item.name.is_none()).map(|items| {
                let mut sum = Checksum::default();
                items
                    .iter()
                    .flat_map(|item| &item.name)
                    .for_each(|name| sum.add(name));
                sum
            });
            (parts.next().unwrap_or_default(), parts.collect())
        })
    }

    /// The way through a new region at one go, if there is one.
    pub(super) fn straight(&self) -> Option<&Straight> {
        let straight = self.straight.get_or_init(|| Straight::of(self));
        straight.as_ref()
    }

    /// How items of this shape are packed.
    pub(super) fn packing(&self) -> Packing {
        *self.packing.get_or_init(|| Packing::of(self))
    }

    /// Drops steps between the end of a run and the beginning of the next: nobody asks for the text there.
    pub(super) fn drop_idle_steps(&mut self) {
        let mut is_idle = false;
        self.steps.retain(|step| match step {
            Step::End => !std::mem::replace(&mut is_idle, true),
            Step::Text(_) => !is_idle,
            Step::Value(_) => true,
            Step::Begin(_) | Step::Gap(_) | Step::Inside(_) => {
                is_idle = false;
                true
            }
        });
    }

    /// Whether, with nothing before the first literal and behind the last, the text before the first
    /// node and behind the last is the template's own, so that an item of this shape fits to any other
    /// in the same way.
    pub(super) fn has_fixed_edges(&self) -> bool {
        *self.fixed_edges.get_or_init(|| self.find_fixed_edges())
    }

    fn find_fixed_edges(&self) -> bool {
        let is_fixed = |step: &&Step, outer: u32| match step {
            Step::Text(_) => true,
            Step::Gap(gap) => self.gaps[*gap as usize].number == outer,
            _ => false,
        };
        let is_edge = |step: Option<&Step>| matches!(step, Some(Step::End | Step::Begin(_)));
        let (first, last) = (0, self.literals);
        self.has_node()
            && is_edge(self.steps.iter().find(|step| !is_fixed(step, first)))
            && is_edge(self.steps.iter().rev().find(|step| !is_fixed(step, last)))
    }

    /// How many places that wrote something are in opaque stretches, or decide which shape it is.
    pub(super) fn opaque_holes(&self) -> u32 {
        let opaque = self
            .covered
            .iter()
            .filter(|one| matches!(one.stretch.kind, StretchKind::Opaque | StretchKind::Merged));
        self.deciding + opaque.map(|one| one.holes).sum::<u32>()
    }

    /// The stretch that a gap stands for.
    pub(super) fn covered(&self, gap: u32) -> Option<&Covered> {
        let place = gap.checked_sub(self.literals + 1)?;
        self.covered.get(place as usize)
    }

    /// A gap in which something was written where nothing may be.
    pub(super) fn filled(&self, gaps: &[Range]) -> Option<u32> {
        let is_filled = |gap: &u32| {
            let written = gaps.get(*gap as usize);
            written.is_none_or(|written| written.start < written.end)
        };
        self.closed.iter().copied().find(is_filled)
    }

    /// Whether the text behind the last node is a run of its own, so that a walk can go past the region by its edges.
    pub(super) fn ends_in_tail(&self) -> bool {
        let is_edge = |step: &&Step| matches!(step, Step::End | Step::Begin(_));
        let last = self.steps.iter().rev().find(is_edge);
        matches!(last, Some(Step::Begin(begin)) if begin.is_tail)
    }

    /// Whether a walk can go past an item of this shape by its edges, if it is bare and has not changed.
    pub(super) fn can_pass(&self) -> bool {
        self.has_fixed_edges() && self.ends_in_tail()
    }

    /// Whether the literals have a node.
    pub(super) fn has_node(&self) -> bool {
        self.stretches.last().is_some_and(|&count| count > 0)
    }
}

/// A place for values and regions.
#[derive(Debug)]
pub(super) struct Gap {
    /// Its number among all gaps of the region.
    pub(super) number: u32,
    /// What it stands in.
    pub(super) context: Context,
    /// Whether text must be white space.
    pub(super) is_blank: bool,
    /// Whether it is inside the live root.
    pub(super) is_inside: bool,
    pub(super) fill: Fill,
}

/// What a gap is.
#[derive(Debug)]
pub(super) enum Fill {
    /// Values and regions.
    Plain,
    /// A stretch that is compared as text, and parsed when it changes.
    Opaque,
    /// The rows of a table in a `tbody` without tags, which is there when they are.
    Rows(Arc<Shape>),
    /// A stretch that is a region, one for each combination of its branches.
    Variants,
}

impl Fill {
    pub(super) fn is_variants(&self) -> bool {
        matches!(self, Self::Variants)
    }
}

/// A stretch of literals and gaps that counts as one gap.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    /// The literals' text before its first gap and behind the last.
    pub(super) head: Box<str>,
    pub(super) tail: Box<str>,
    /// The literals' text behind each gap.
    pub(super) behind: Vec<Box<str>>,
    /// The gaps in it.
    pub(super) gaps: std::ops::Range<u32>,
    pub(super) stretch: Stretch,
    /// Where it begins in the template.
    pub(super) name: Option<LiteralName>,
    /// How many values and regions were in it when it was found.
    pub(super) holes: u32,
}

impl Covered {
    /// Its beginning, an ellipsis for the first gap.
    pub(super) fn excerpt(&self) -> String {
        format!("{}…", self.head.chars().take(40).collect::<String>())
    }
}

/// A node or gap in document order.
#[derive(Debug)]
pub(super) struct Item {
    /// The node's name; `None` for a gap.
    pub(super) name: Option<Name>,
    /// Whether it is at the top of the region.
    pub(super) is_top: bool,
}

/// A value outside of the runs of text.
#[derive(Debug)]
pub(super) struct ValueCell {
    pub(super) node: u32,
    pub(super) cell: u32,
    pub(super) kind: ValueKind,
    pub(super) parts: Vec<Part>,
}

#[derive(Debug)]
pub(super) enum ValueKind {
    Attribute {
        name: Name,
        /// Whether it decides which element this is.
        is_key: bool,
    },
    /// A start tag with gaps between its attributes; the parts are all that follows the name.
    Tag {
        /// Attributes of the template's own, which may also hold gaps.
        known: Vec<Attribute>,
        self_closing: bool,
    },
    /// Text with character references, in an element that holds nothing else.
    Escapable {
        drops_line_feed: bool,
    },
    /// Text without, up to the end tag of this name.
    Raw {
        name: Name,
        is_script: bool,
    },
    Comment,
    /// Markup that is added to what an element keeps.
    Merged(Merged),
}

/// An element that keeps what it holds. Its text is in the cell behind that of the hash, and behind that a hash of what
/// makes it itself.
#[derive(Debug)]
pub(super) struct Merged {
    /// What is inside stands in this.
    pub(super) context: Context,
    /// Hash of its name and of the way it keeps what it holds.
    pub(super) kind: u64,
    /// The attributes that may be its key, the strongest first.
    pub(super) keys: Vec<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(Box<str>),
    /// A gap by its number among all gaps of the region.
    Gap(u32),
}

/// The root element, as far as it does not depend on values.
#[derive(Debug)]
pub(super) struct RootElement {
    pub(super) name: Name,
    pub(super) namespace: Namespace,
    pub(super) attributes: Vec<Attribute>,
    pub(super) context: Option<Context>,
    pub(super) quirks: Quirks,
}
