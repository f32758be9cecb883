//! From the literals of a region to its shape.

mod kinds;
mod text;

pub(super) use self::kinds::refuse_merging;
use self::kinds::{drops_line_feed, is_leaf, is_merging, is_sealed, raw_text};
use self::text::Run;
use super::elements::keys;
use super::flat::{self, Loose};
use super::joined::{Joined, Parsed};
use super::notes::Notes;
use super::outline::outline;
use super::program::{
    Covered, Item, Merged, NONE, Part, RootElement, Shape, Step, ValueCell, ValueKind,
};
use super::recording::{Range, Recording};
use super::refused::{Refused, Result};
use super::source::{GAP, Source, Stretch, StretchKind, is_covered};
use super::widen::{Widen, with};
use crate::html::strict::TAG;
use crate::html::{Context, Quirks};
use crate::tree::walk::{Scope, Visit};
use crate::tree::{Attribute, Handle, Kind, Tree};

/// Nodes inside one another, over all regions; browsers flatten what is nested deeper than 512.
pub(super) const DEEPEST: usize = 400;

/// Rounds in which stretches of a region's literals are widened until it is certain.
const ROUNDS: usize = 64;

/// One render of a region, to be compiled.
#[derive(Clone, Copy)]
pub(super) struct Render<'r> {
    pub(super) recording: &'r Recording,
    pub(super) events: Range,
    pub(super) spine: u64,
    /// What it stands in; nothing for a page.
    pub(super) place: Option<&'r Context>,
    /// Where it is one combination of the branches of a stretch, that stretch.
    pub(super) covered: Option<&'r Covered>,
}

impl<'r> Render<'r> {
    pub(super) fn source(&self, loose: &mut Loose) -> Result<Source<'r>> {
        match self.covered {
            Some(covered) => Source::flat(self.recording, self.events, covered, loose),
            None => Source::new(self.recording, self.events),
        }
    }
}

/// Compiles the literals of one render of a region. What is not certain by itself is added to the
/// stretches that are compared as a whole.
pub(super) fn compile(
    render: Render<'_>,
    stretches: &mut Vec<Stretch>,
    loose: &mut Loose,
    notes: &mut Notes,
) -> Result<Shape> {
    let Render {
        recording,
        spine,
        place,
        ..
    } = render;
    let mut source = render.source(loose)?;
    let mut rounds = 0;
    loop {
        let (joined, refused, at) = match source.parse(stretches, place) {
            Ok((joined, parsed)) => {
                let mut compiler =
                    Compiler::new(recording, &source, &joined, stretches, parsed, place);
                match compiler.compile() {
                    Ok(()) => {
                        let mut shape = compiler.shape;
                        shape.spine = spine;
                        if let Some(covered) = render.covered {
                            let edges = loose.edges(recording, render.events, &covered.head);
                            shape.deciding = flat::places(&edges);
                            shape.text = Some(shape.cells);
                            shape.cells += 1;
                        }
                        return Ok(shape);
                    }
                    Err(refused) => {
                        let at = compiler.fault(&joined);
                        (joined, refused, at)
                    }
                }
            }
            Err((joined, refusal)) => {
                let refused = joined.refused(refusal);
                (joined, refused, Some(refusal.at))
            }
        };
        rounds += 1;
        let widen = Widen {
            source: &source,
            joined: &joined,
            stretches,
            place,
            recording,
        };
        let literal = at.and_then(|at| joined.literal(&source, at));
        let stretch = at
            .filter(|_| rounds < ROUNDS)
            .and_then(|at| widen.stretch(loose, render.covered.is_some(), at));
        let Some(stretch) = stretch else {
            notes.refuse(&refused, literal);
            return Err(refused);
        };
        notes.add(spine, refused, literal, &source, &stretch);
        *stretches = with(stretches, stretch);
    }
}

pub(super) struct Compiler<'r> {
    pub(super) recording: &'r Recording,
    pub(super) place: Option<&'r Context>,
    pub(super) tree: Tree,
    pub(super) quirks: Quirks,
    pub(super) is_page: bool,
    /// The numbers of the open gaps, in order; the next one to be met.
    pub(super) open: Vec<u32>,
    pub(super) met: usize,
    /// Number of the gaps that are no stretches.
    pub(super) plain: u32,
    pub(super) covered: Vec<Covered>,
    /// The node that is compiled just now.
    at: Option<Handle>,
    root: Option<Handle>,
    /// Whether the walk is inside the live root.
    pub(super) is_inside: bool,
    /// Elements that the walk is inside of and whose inside has no numbers.
    hidden: usize,
    /// Elements that the walk is inside of and that are compared as a whole.
    pub(super) sealed: usize,
    depth: usize,
    /// Number of each node that is open, [`NONE`] where it has none.
    pub(super) parents: Vec<(Handle, u32)>,
    pub(super) run: Run,
    /// Elements that the walk is inside of and whose `id` may change.
    pub(super) open_ids: Vec<(Handle, usize)>,
    has_key: bool,
    pub(super) shape: Shape,
}

impl<'r> Compiler<'r> {
    fn new(
        recording: &'r Recording,
        source: &Source<'r>,
        joined: &Joined,
        stretches: &[Stretch],
        parsed: Parsed,
        place: Option<&'r Context>,
    ) -> Self {
        let closed = (0..source.gaps())
            .filter(|&gap| !source.open[gap as usize] && !is_covered(gap, stretches));
        let covered: Vec<Covered> = stretches
            .iter()
            .map(|stretch| {
                let (head, tail) = source.edges(stretch);
                Covered {
                    head: head.into(),
                    tail: tail.into(),
                    behind: source.behind_gaps(stretch),
                    gaps: stretch.start.literal..stretch.end.literal,
                    stretch: *stretch,
                    name: source.literal_at(stretch.start),
                    holes: recording.holes(source.inside(stretch)),
                }
            })
            .collect();
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
            open: joined.holes.clone(),
            met: 0,
            plain: source.gaps(),
            at: None,
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
            open_ids: Vec::new(),
            has_key: false,
            covered: covered.clone(),
            shape: Shape {
                literals: source.gaps() - 1,
                holes: source.typed_holes(stretches),
                closed: closed.collect(),
                covered,
                ..Shape::empty()
            },
        }
    }

    fn compile(&mut self) -> Result<()> {
        if self.is_page && self.root.is_none() {
            return Err(Refused::Root);
        }
        let visits: Vec<Visit> = self.tree.walk(self.tree.top(), Scope::Everything).collect();
        for visit in visits {
            let (Visit::Enter(node) | Visit::Leave(node)) = visit;
            self.at = Some(node);
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

    /// Where in the joined text the element begins that could not be compiled.
    fn fault(&self, joined: &Joined) -> Option<usize> {
        let mut node = self.at.filter(|&node| node != self.tree.top())?;
        if self.sealed > 0 {
            let sealed = self
                .parents
                .iter()
                .find(|&&(node, _)| is_sealed(&self.tree, node));
            node = sealed.map_or(node, |&(node, _)| node);
        }
        let name = self.tree.name(node)?.to_ascii_lowercase();
        let is_named = |&one: &Handle| {
            self.tree
                .name(one)
                .is_some_and(|other| other.eq_ignore_ascii_case(&name))
        };
        let all = self.tree.preorder(self.tree.top(), Scope::Everything);
        let place = all.filter(is_named).position(|one| one == node)?;
        let spans = outline(&joined.text);
        let mut named = spans.iter().filter(|span| span.name == name);
        named.nth(place).map(|span| span.start)
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
        self.leave_id(node);
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
        let is_merged = self.is_merged(node, attributes)?;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refused::Size);
        }
        let number = self.number(node);
        let is_first = self.parents.is_empty() && !self.has_key;
        self.boundary(number, false, drops_line_feed(&self.tree, node));
        self.parents.push((node, number));
        let cells = self.shape.cells;
        let found = self.attributes(node, number, attributes)?;
        self.id(node, cells, attributes, &found);
        let keys = is_merged.then(|| keys(attributes, &found));
        if !self.is_page {
            self.key(is_first, attributes, found);
            self.has_key |= is_first;
        }
        let values = self.shape.values.len();
        self.bound(node, number, attributes)?;
        if let Some(keys) = keys {
            self.merged(node, number, keys)?;
        }
        self.sealed += usize::from(is_sealed(&self.tree, node));
        self.hidden += usize::from(is_leaf(&self.tree, node));
        match raw_text(&self.tree, node) {
            Some(kind) if self.tree.text(node).contains(GAP) => {
                self.raw_text(node, number, kind)?;
                self.bound_text(values);
                Ok(())
            }
            _ if is_merged => Ok(()),
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

    /// Whether what is in the element is markup that changes and is added to what it keeps.
    fn is_merged(&self, node: Handle, attributes: &[Attribute]) -> Result<bool> {
        if !is_merging(&self.tree, node) || !self.has_gap(node) {
            return Ok(false);
        }
        // Those in the start tag come first.
        let before = attributes.iter().map(|one| one.value.matches(GAP).count());
        let next = self.open.get(self.met + before.sum::<usize>()).copied();
        let covered = next.and_then(|gap| self.covered.get(gap.checked_sub(self.plain)? as usize));
        let is_whole = covered.is_some_and(|one| one.stretch.kind == StretchKind::Merged)
            && self.tree.text(node).chars().eq([GAP])
            && self.tree.children(node).next().is_none();
        if self.is_inside && self.hidden == 0 && is_whole {
            Ok(true)
        } else {
            Err(Refused::Leaf)
        }
    }

    /// Whether anything in an element may change.
    fn has_gap(&self, node: Handle) -> bool {
        let is_open = |one: Handle| {
            let tag = self.tree.element(one).filter(|_| one != node);
            let mut attributes = tag.iter().flat_map(|element| &element.attributes);
            self.tree.text(one).contains(GAP)
                || (one != node && self.tree.tail(one).contains(GAP))
                || attributes.any(|one| one.value.contains(GAP))
        };
        self.tree.preorder(node, Scope::Everything).any(is_open)
    }

    fn merged(&mut self, node: Handle, number: u32, keys: Vec<Vec<Part>>) -> Result<()> {
        let gap = self.gap()?;
        let name = self.tree.name(node).unwrap_or_default();
        let kind = (self.tree.namespace(node), self.tree.inside(node));
        let merged = Merged {
            context: self.context()?,
            kind: self.recording.hasher().text(&format!("{name} {kind:?}")),
            keys,
        };
        self.value(number, ValueKind::Merged(merged), vec![Part::Gap(gap)]);
        // For the text, and for what makes the element itself.
        self.cell();
        self.cell();
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
}
