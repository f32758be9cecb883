//! The way through a new region at one go: through what was written, piece by piece, without looking for its gaps first.
//!
//! Most rows of a table are such regions: they have texts and attributes in their gaps, and regions of which the same is
//! true. Of the runs only those at the edges of the row, which go on in what is around it, are gone through step by step.

mod made;
mod pieces;
mod through;

use super::program::{Begin, NONE, Part, Shape, Step, ValueCell, ValueKind};
pub(super) use made::{Made, Path};

/// What to do with the pieces of a region, in their order.
#[derive(Debug)]
enum Pass {
    /// A run that is one gap: its cell, and the gap as in [`Gap`](Self::Gap).
    Run(u32, u32),
    /// A run begins: its cell.
    Begin(u32),
    /// Text of the template: its hash.
    Text(u64),
    /// Texts, and regions if it is a place for them: see [`Shape::gaps`].
    Gap(u32),
    /// The same where only white space may be written.
    Blank(u32),
    /// Nothing may be written here.
    Closed,
    /// A run ends.
    End,
    /// An attribute whose value is one gap: its cell.
    Attribute(u32),
    /// Another attribute: see [`Shape::values`].
    Value(u32),
}

/// The way through a region of a shape.
#[derive(Debug)]
pub(super) struct Straight {
    passes: Box<[Pass]>,
    /// Where it can be gone through by itself, its edges.
    edges: Option<Edges>,
}

/// The runs at the edges of a region.
#[derive(Debug)]
struct Edges {
    /// The passes between them.
    inside: std::ops::Range<usize>,
    /// How many gaps there are before these, and behind.
    gaps: [usize; 2],
    /// Texts of the template before the first node, and behind the last, with their hashes.
    head: Box<[(u32, u64)]>,
    tail: Box<[(u32, u64)]>,
    /// The cell of the run behind the last node.
    cell: u32,
    node: u32,
    /// The first of the gaps at the edges.
    gap: Option<u32>,
}

impl Straight {
    /// The way through a shape, if there is one.
    pub(super) fn of(shape: &Shape) -> Option<Self> {
        let is_attribute = |value: &ValueCell| {
            matches!(value.kind, ValueKind::Attribute { .. }) && value.node != NONE
        };
        let packing = shape.packing();
        let has_key = shape.key.is_empty() || packing.key() != NONE;
        let is_plain = packing.is_possible() && shape.root.is_none() && shape.covered.is_empty();
        if !is_plain || !has_key || !shape.values.iter().all(is_attribute) {
            return None;
        }
        let mut passes = Passes::default();
        let mut places = Vec::with_capacity(shape.steps.len());
        let mut steps = shape.steps.as_slice();
        while let [step, rest @ ..] = steps {
            places.push(passes.list.len());
            steps = rest;
            match *step {
                Step::Begin(begin) if begin.cell == NONE || begin.drops_line_feed => return None,
                Step::Begin(begin) => match rest {
                    [Step::Gap(gap), Step::End, rest @ ..] if shape.is_for_text(*gap) => {
                        passes.gap(
                            shape.gaps[*gap as usize].number,
                            Pass::Run(begin.cell, *gap),
                        )?;
                        places.extend([passes.list.len(); 2]);
                        steps = rest;
                    }
                    _ => passes.list.push(Pass::Begin(begin.cell)),
                },
                Step::Text(number) => {
                    let text = &shape.texts[number as usize];
                    passes.list.push(Pass::Text(text.hash));
                }
                Step::Gap(gap) => {
                    let info = &shape.gaps[gap as usize];
                    let pass = if info.is_blank {
                        Pass::Blank
                    } else {
                        Pass::Gap
                    };
                    passes.gap(info.number, pass(gap))?;
                    if !info.is_inside {
                        return None;
                    }
                }
                Step::End => passes.list.push(Pass::End),
                Step::Value(number) => {
                    let value = &shape.values[number as usize];
                    match *value.parts {
                        [Part::Gap(gap)] => passes.gap(gap, Pass::Attribute(value.cell))?,
                        _ => passes.value(number, &value.parts)?,
                    }
                }
                // What has numbers in it has them from what it is in.
                Step::Inside(_) => {}
            }
        }
        passes.close(shape.literals + 1);
        let edges = Edges::of(shape, &places, &passes.list);
        Some(Self {
            passes: passes.list.into(),
            edges,
        })
    }

    /// Whether a region can be gone through by itself.
    pub(super) fn has_edges(&self) -> bool {
        self.edges.is_some()
    }
}

/// The way through a shape while it is put together.
#[derive(Default)]
struct Passes {
    list: Vec<Pass>,
    /// The gap that comes next.
    next: u32,
}

impl Passes {
    /// Nothing may be written in the gaps before this one.
    fn close(&mut self, gap: u32) {
        for _ in self.next..gap {
            self.list.push(Pass::Closed);
        }
        self.next = self.next.max(gap);
    }

    fn gap(&mut self, gap: u32, pass: Pass) -> Option<()> {
        self.close(gap);
        self.list.push(pass);
        self.next += 1;
        (self.next == gap + 1).then_some(())
    }

    fn value(&mut self, number: u32, parts: &[Part]) -> Option<()> {
        let mut gaps = parts.iter().filter_map(|part| match part {
            Part::Gap(gap) => Some(*gap),
            Part::Text(_) => None,
        });
        self.gap(gaps.next()?, Pass::Value(number))?;
        gaps.all(|gap| std::mem::replace(&mut self.next, gap + 1) == gap)
            .then_some(())
    }
}

impl Edges {
    /// The edges of a shape. `places`: for each of its steps the first of its passes.
    fn of(shape: &Shape, places: &[usize], passes: &[Pass]) -> Option<Self> {
        let is_end = |step: &Step| matches!(step, Step::End);
        let is_begin = |step: &Step| matches!(step, Step::Begin(_));
        let first = shape.steps.iter().position(is_end)?;
        let last = shape.steps.iter().rposition(is_begin)?;
        let (head, tail) = (&shape.steps[..first], &shape.steps[last + 1..]);
        let Step::Begin(begin) = shape.steps[last] else {
            return None;
        };
        let is_text = |step: &Step| matches!(step, Step::Text(_) | Step::Gap(_));
        let is_edge = head.iter().chain(tail).all(is_text);
        if first > last || !begin.is_tail || begin.parent != NONE || !is_edge || !shape.has_node() {
            return None;
        }
        let texts = |steps: &[Step]| {
            let texts = steps.iter().filter_map(|step| match step {
                Step::Text(text) => Some((*text, shape.texts[*text as usize].hash)),
                _ => None,
            });
            texts.collect()
        };
        let inside = places[first] + 1..places[last];
        let is_gap = |pass: &&Pass| matches!(pass, Pass::Gap(_) | Pass::Blank(_) | Pass::Closed);
        let gaps = [&passes[..inside.start], &passes[inside.end..]];
        Some(Self {
            inside,
            gaps: gaps.map(|passes| passes.iter().filter(is_gap).count()),
            head: texts(head),
            tail: texts(tail),
            cell: begin.cell,
            node: begin.node,
            gap: head.iter().chain(tail).find_map(|step| match step {
                Step::Gap(gap) => Some(shape.gaps[*gap as usize].number),
                _ => None,
            }),
        })
    }
}

impl Shape {
    /// The number of a gap that is all there is in a run inside a node, where any text can stand in it.
    #[inline]
    pub(super) fn text_gap(&self, begin: Begin, gap: u32) -> Option<u32> {
        let is_inside = begin.node != NONE && begin.parent != NONE;
        let is_text = is_inside && !begin.drops_line_feed && self.is_for_text(gap);
        let number = self.gaps[gap as usize].number;
        (is_text && self.covered(number).is_none()).then_some(number)
    }

    fn is_for_text(&self, gap: u32) -> bool {
        let info = &self.gaps[gap as usize];
        info.is_inside && !info.is_blank
    }
}
