//! From the literals of a region to its shape.

use super::program::{
    Begin, Gap, Item, NONE, Part, RootElement, Shape, Step, Text, ValueCell, ValueKind,
};
use super::recording::{Range, Recording};
use super::refused::{Refused, Result};
use super::source::{GAP, Parsed, Source};
use crate::Namespace;
use crate::html::strict::{self, Category, TAG, TextKind};
use crate::html::{Context, Quirks};
use crate::tree::walk::{Scope, Visit};
use crate::tree::{Attribute, Handle, Inside, Kind, Tree};

/// Nodes inside one another, over all regions; browsers flatten what is nested deeper than 512.
pub(super) const DEEPEST: usize = 400;

/// Compiles the literals of one render of a region.
pub(super) fn compile(
    recording: &Recording,
    events: Range,
    spine: u64,
    place: Option<&Context>,
) -> Result<Shape> {
    let mut source = Source::new(recording, events)?;
    let parsed = source.parse(place)?;
    let mut compiler = Compiler::new(recording, &source, parsed, place);
    compiler.compile()?;
    let mut shape = compiler.shape;
    shape.spine = spine;
    Ok(shape)
}

/// A run of text while its parts are collected.
struct Run {
    begin: Option<Begin>,
    steps: Vec<Step>,
    has_gap: bool,
}

pub(super) struct Compiler<'r> {
    recording: &'r Recording,
    pub(super) place: Option<&'r Context>,
    pub(super) tree: Tree,
    pub(super) quirks: Quirks,
    pub(super) is_page: bool,
    /// The numbers of the open gaps, in order; the next one to be met.
    open: Vec<u32>,
    met: usize,
    root: Option<Handle>,
    /// Whether the walk is inside the live root.
    pub(super) is_inside: bool,
    /// Elements that the walk is inside of and whose inside has no numbers.
    hidden: usize,
    /// Elements that the walk is inside of and that are compared as a whole.
    sealed: usize,
    depth: usize,
    /// Number of each node that is open, [`NONE`] where it has none.
    parents: Vec<(Handle, u32)>,
    run: Run,
    has_key: bool,
    pub(super) shape: Shape,
}

impl<'r> Compiler<'r> {
    fn new(
        recording: &'r Recording,
        source: &Source<'r>,
        parsed: Parsed,
        place: Option<&'r Context>,
    ) -> Self {
        let gaps = |open: bool| -> Vec<u32> {
            (0..source.open.len() as u32)
                .filter(|&gap| source.open[gap as usize] == open)
                .collect()
        };
        Self {
            recording,
            place,
            root: parsed
                .is_page
                .then(|| crate::html::live_root(&parsed.tree, parsed.tree.top()))
                .flatten(),
            tree: parsed.tree,
            quirks: parsed.quirks,
            is_page: parsed.is_page,
            open: gaps(true),
            met: 0,
            is_inside: !parsed.is_page,
            hidden: 0,
            sealed: 0,
            depth: 0,
            parents: Vec::new(),
            run: Run {
                begin: None,
                steps: Vec::new(),
                has_gap: false,
            },
            has_key: false,
            shape: Shape {
                steps: Vec::new(),
                texts: Vec::new(),
                values: Vec::new(),
                gaps: Vec::new(),
                first_inside: 0,
                inside: 0..0,
                outline: Vec::new(),
                stretches: vec![0],
                cells: 0,
                literals: source.literals.len() as u32,
                closed: gaps(false),
                key: Vec::new(),
                bound: Vec::new(),
                root: None,
                spine: 0,
            },
        }
    }

    fn compile(&mut self) -> Result<()> {
        if self.is_page && self.root.is_none() {
            return Err(Refused::Root);
        }
        let visits: Vec<Visit> = self.tree.walk(self.tree.top(), Scope::Everything).collect();
        for visit in visits {
            match visit {
                Visit::Enter(node) => self.enter(node)?,
                Visit::Leave(node) => self.leave(node)?,
            }
        }
        self.finish();
        if self.met != self.open.len() {
            return Err(Refused::Size);
        }
        Ok(())
    }

    fn enter(&mut self, node: Handle) -> Result<()> {
        if node == self.tree.top() {
            return self.text(node, false);
        }
        match self.tree.node(node).kind.clone() {
            Kind::Element(element) => self.element(node, &element.attributes),
            Kind::Comment => self.comment(node),
            // The content of a template.
            Kind::Fragment | Kind::Document => self.text(node, false),
        }
    }

    fn leave(&mut self, node: Handle) -> Result<()> {
        if node == self.tree.top()
            || self.tree.element(node).is_none() && !self.tree.is_comment(node)
        {
            return Ok(());
        }
        let number = match self.parents.pop() {
            Some((_, number)) => number,
            None => NONE,
        };
        self.depth -= 1;
        self.sealed -= usize::from(is_sealed(&self.tree, node));
        self.hidden -= usize::from(is_leaf(&self.tree, node));
        if Some(node) == self.root {
            self.is_inside = false;
        }
        let owner = if self.is_inside { number } else { NONE };
        self.boundary(owner, true, false);
        self.text(node, true)
    }

    /// Gives a node its number.
    fn number(&mut self, node: Handle) -> u32 {
        let name = self.tree.element(node).map(|element| element.name.clone());
        if !self.is_inside || self.hidden > 0 {
            return NONE;
        }
        let is_top = self.parents.is_empty();
        self.shape.outline.push(Item {
            name: Some(name.unwrap_or_else(|| "#comment".into())),
            is_top,
        });
        let last = self
            .shape
            .stretches
            .last_mut()
            .expect("there is always one");
        *last += 1;
        *last - 1
    }

    fn element(&mut self, node: Handle, attributes: &[Attribute]) -> Result<()> {
        if Some(node) == self.root {
            self.is_inside = true;
            self.root_element(node, attributes)?;
        } else if !self.is_page
            && attributes
                .iter()
                .any(|one| matches!(&*one.name, "dj-root" | "dj-view"))
        {
            return Err(Refused::Root);
        }
        refuse_merging(&self.tree, node)?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refused::Size);
        }
        let number = self.number(node);
        let is_first = self.parents.is_empty() && !self.has_key;
        self.boundary(number, false, drops_line_feed(&self.tree, node));
        self.parents.push((node, number));
        let found = self.attributes(node, number, attributes)?;
        if !self.is_page {
            self.key(is_first, attributes, found);
            self.has_key |= is_first;
        }
        let values = self.shape.values.len();
        self.bound(node, number, attributes)?;
        self.sealed += usize::from(is_sealed(&self.tree, node));
        self.hidden += usize::from(is_leaf(&self.tree, node));
        match raw_text(&self.tree, node) {
            Some(kind) if self.tree.text(node).contains(GAP) => {
                self.raw_text(node, number, kind)?;
                self.bound_text(values);
                Ok(())
            }
            _ => self.text(node, false),
        }
    }

    fn root_element(&mut self, node: Handle, attributes: &[Attribute]) -> Result<()> {
        // Nothing replaces the children of `html`.
        let is_html = self.tree.is_html(node, "html");
        if is_html || self.hidden > 0 || attributes.iter().any(|one| &*one.name == TAG) {
            return Err(Refused::Root);
        }
        let parent = self
            .tree
            .parent(node)
            .filter(|&parent| self.tree.element(parent).is_some());
        self.shape.root = self.tree.element(node).map(|element| RootElement {
            name: element.name.clone(),
            namespace: element.namespace,
            attributes: attributes.to_vec(),
            quirks: self.quirks,
            context: parent.map(|parent| Context::of(&self.tree, parent, self.quirks)),
        });
        Ok(())
    }

    fn comment(&mut self, node: Handle) -> Result<()> {
        self.depth += 1;
        let number = self.number(node);
        self.boundary(number, false, false);
        self.parents.push((node, number));
        let data = self.tree.text(node).to_owned();
        if data.contains(GAP) {
            let parts = self.parts(&data)?;
            self.value(number, ValueKind::Comment, parts);
        }
        Ok(())
    }

    fn raw_text(&mut self, node: Handle, number: u32, kind: TextKind) -> Result<()> {
        let text = self.tree.text(node).to_owned();
        let parts = self.parts(&text)?;
        let name = self.tree.element(node).expect("an element").name.clone();
        let kind = match kind {
            TextKind::Escapable => ValueKind::Escapable {
                drops_line_feed: text.starts_with(GAP) && drops_line_feed(&self.tree, node),
            },
            TextKind::Raw => ValueKind::Raw {
                name,
                is_script: false,
            },
            TextKind::Script => ValueKind::Raw {
                name,
                is_script: true,
            },
        };
        self.value(number, kind, parts);
        Ok(())
    }

    pub(super) fn value(&mut self, node: u32, kind: ValueKind, parts: Vec<Part>) {
        let index = self.shape.values.len() as u32;
        let cell = self.cell();
        self.shape.values.push(ValueCell {
            node,
            cell,
            kind,
            parts,
        });
        self.shape.steps.push(Step::Value(index));
    }

    fn cell(&mut self) -> u32 {
        self.shape.cells += 1;
        self.shape.cells - 1
    }

    /// The next gap.
    pub(super) fn gap(&mut self) -> Result<u32> {
        if self.sealed > 0 {
            return Err(Refused::Leaf);
        }
        let number = self.open.get(self.met).copied().ok_or(Refused::Size)?;
        self.met += 1;
        if self.is_inside {
            let inside = &mut self.shape.inside;
            let first = if inside.start == inside.end {
                number
            } else {
                inside.start
            };
            *inside = first..number + 1;
        }
        Ok(number)
    }

    pub(super) fn parts(&mut self, text: &str) -> Result<Vec<Part>> {
        let numbers: Vec<u32> = text
            .matches(GAP)
            .map(|_| self.gap())
            .collect::<Result<_>>()?;
        Ok(split(text, numbers.into_iter()))
    }

    /// A node begins or ends, and with it a run of text.
    fn boundary(&mut self, node: u32, is_tail: bool, drops_line_feed: bool) {
        self.flush(true);
        let is_inside = self.is_inside && self.hidden == 0;
        let parent = if is_tail {
            self.parents.last().map_or(NONE, |&(_, number)| number)
        } else {
            node
        };
        self.run.begin = Some(Begin {
            node: if is_inside { node } else { NONE },
            is_tail,
            cell: NONE,
            parent,
            drops_line_feed,
        });
    }

    /// Ends the run of text, at a node or at the end of the region.
    fn flush(&mut self, at_node: bool) {
        let (begin, has_gap) = (self.run.begin.take(), std::mem::take(&mut self.run.has_gap));
        let steps = std::mem::take(&mut self.run.steps);
        let is_trailing = !at_node && !self.is_page;
        match begin {
            None => {
                self.shape.steps.extend(steps);
                if at_node {
                    self.shape.steps.push(Step::End);
                }
            }
            Some(begin) if has_gap || is_trailing => {
                let cell = if begin.node == NONE {
                    NONE
                } else {
                    self.cell()
                };
                self.shape.steps.push(Step::Begin(Begin { cell, ..begin }));
                self.shape.steps.extend(steps);
                if at_node {
                    self.shape.steps.push(Step::End);
                }
            }
            Some(_) => {}
        }
    }

    fn finish(&mut self) {
        self.flush(false);
    }

    /// The text inside a node or after it.
    fn text(&mut self, node: Handle, is_tail: bool) -> Result<()> {
        let text = if is_tail {
            self.tree.tail(node)
        } else {
            self.tree.text(node)
        };
        if text.is_empty() {
            return Ok(());
        }
        let text = text.to_owned();
        for (index, piece) in text.split(GAP).enumerate() {
            if index > 0 {
                self.data_gap()?;
            }
            if !piece.is_empty() {
                let number = self.shape.texts.len() as u32;
                self.shape.texts.push(Text {
                    hash: self.recording.hasher().text(piece),
                    text: piece.into(),
                });
                self.run.steps.push(Step::Text(number));
            }
        }
        Ok(())
    }

    fn data_gap(&mut self) -> Result<()> {
        let number = self.gap()?;
        let context = self.context()?;
        let is_inside = self.is_inside;
        if is_inside {
            self.shape.outline.push(Item {
                name: None,
                is_top: self.parents.is_empty(),
            });
            let count = *self.shape.stretches.last().expect("there is always one");
            self.shape.stretches.push(count);
        }
        if !is_inside && self.shape.root.is_none() {
            self.shape.first_inside += 1;
        }
        self.run.has_gap = true;
        self.run.steps.push(Step::Gap(self.shape.gaps.len() as u32));
        self.shape.gaps.push(Gap {
            number,
            is_blank: !strict::takes_text(&context),
            context,
            is_inside,
        });
        Ok(())
    }

    /// What a gap here stands in.
    fn context(&self) -> Result<Context> {
        let mut context = self.place.cloned();
        for &(node, _) in &self.parents {
            let name = self.tree.name(node).unwrap_or_default();
            context = match context {
                Some(context) => Some(
                    context
                        .inside(name)
                        .with_namespace(self.tree.namespace(node)),
                ),
                None if name == "html" => None,
                None => Some(Context::new(name).with_quirks(self.quirks)),
            };
        }
        context.ok_or(Refused::Size)
    }
}

pub(super) fn split(text: &str, mut numbers: impl Iterator<Item = u32>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, piece) in text.split(GAP).enumerate() {
        if index > 0
            && let Some(number) = numbers.next()
        {
            parts.push(Part::Gap(number));
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece.into()));
        }
    }
    parts
}

/// Refuses elements that keep what they hold.
pub(super) fn refuse_merging(tree: &Tree, node: Handle) -> Result<()> {
    match tree.inside(node) {
        Inside::Append | Inside::Prepend => Err(Refused::Leaf),
        Inside::Replace | Inside::Ignore => Ok(()),
    }
}

/// Whether what is inside has no numbers.
fn is_leaf(tree: &Tree, node: Handle) -> bool {
    tree.is_template(node) || tree.is_leaf(node)
}

/// Whether what is inside is compared as a whole, or by rules of its own.
fn is_sealed(tree: &Tree, node: Handle) -> bool {
    tree.is_template(node) || tree.attribute(node, "dj-update").is_some()
}

fn drops_line_feed(tree: &Tree, node: Handle) -> bool {
    let name = tree.name(node).unwrap_or_default();
    let is_html = tree.namespace(node) == Namespace::Html;
    is_html && Category::of(name.as_bytes()).drops_line_feed() && tree.text(node).starts_with(GAP)
}

fn raw_text(tree: &Tree, node: Handle) -> Option<TextKind> {
    let name = tree.name(node)?;
    let is_html = tree.namespace(node) == Namespace::Html;
    is_html
        .then(|| Category::of(name.as_bytes()).text())
        .flatten()
}
