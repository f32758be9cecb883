//! Markup that comes in a value: parsed, and compared as a tree when it changes.

use super::compile::refuse_merging;
use super::instance::{Instance, MARKUP, MARKUP_CELLS, Numbers};
use super::list::{Here, Kind, New};
use super::parsed::Parsed;
use super::program::{Gap, NONE};
use super::recording::Span;
use super::refused::{Refused, Result};
use super::run::{Owner, RunText, normalised};
use super::walk::{Silent, Walk};
use crate::diff::{Row, diff_row};
use crate::html::{Context, strict};
use crate::tree::{Handle, Tree};
use crate::{Emit, NodeId, NumberedTree, Root, ids};

/// What markup of a value comes to in its place.
pub(super) enum Markup {
    Text(String),
    Nodes,
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Whether the markup of a value holds nodes, or only text.
    pub(super) fn kind_of_value(&self, span: Span, gap: &Gap) -> Result<Markup> {
        let html = self.recording.value(span);
        if html.contains('<') {
            return Ok(Markup::Nodes);
        }
        let changed = normalised(html)?;
        kind_of(changed.as_deref().unwrap_or(html), gap)
    }

    /// Markup as the input stream gives it, and its tree.
    fn parse(&self, new: &New, here: &Here<'_>) -> Result<(String, Tree)> {
        let html = match (new.kind, here.covered) {
            (Kind::Markup(span), _) => {
                let html = self.recording.value(span);
                normalised(html)?.unwrap_or_else(|| html.to_owned())
            }
            (_, Some(covered)) => self.covered_text(covered, new.events)?,
            (_, None) => return Err(Refused::Size),
        };
        let tree = parse_markup(&html, &here.info.context)?;
        if tree.children(tree.top()).next().is_none() {
            return Err(Refused::Value("markup without nodes"));
        }
        Ok((html, tree))
    }

    /// Markup that the page does not show yet.
    pub(super) fn fresh_markup(&mut self, new: &New, here: &Here<'_>) -> Result<Instance> {
        let (html, tree) = self.parse(new, here)?;
        let count = ids::numbered(&tree, tree.top()).count() as u32 - 1;
        let numbers: Vec<u32> = (0..count).map(|_| self.number()).collect();
        let parsed = Parsed { tree, numbers };
        let instance = self.shown_markup(new, &html, &parsed);
        self.pass(&instance, &parsed, true)?;
        Ok(instance)
    }

    /// Keeps markup whose nodes have numbers.
    pub(super) fn shown_markup(&mut self, new: &New, html: &str, parsed: &Parsed) -> Instance {
        let cells = self.store.add_cells(MARKUP_CELLS);
        *self.store.cell(cells + 1) = self.store.texts.add(html.into());
        let mut instance = Instance {
            hash: new.hash,
            key: 0,
            shape: MARKUP,
            base: NONE,
            cells,
            is_bare: false,
            is_changed: true,
            extra: None,
        };
        self.keep_numbers(&mut instance, &parsed.numbers);
        instance
    }

    /// Markup that the page shows, perhaps with other content.
    pub(super) fn update_markup(
        &mut self,
        instance: &mut Instance,
        new: &New,
        here: &Here<'_>,
    ) -> Result<()> {
        let hash = new.hash;
        let shown = Parsed::of(instance, self.store, &here.info.context);
        let shown = shown.ok_or(Refused::Size)?;
        if instance.hash == hash {
            return self.pass(instance, &shown, false);
        }
        let (html, tree) = self.parse(new, here)?;
        let last_before = shown.tops().last().copied();
        let parsed = self.compare_markup(shown, tree, here)?;
        let kept = *self.store.cell(instance.cells + 1);
        drop(self.store.texts.take(kept));
        *self.store.cell(instance.cells + 1) = self.store.texts.add(html.into());
        instance.hash = hash;
        self.keep_numbers(instance, &parsed.numbers);
        if parsed.tops().last().copied() != last_before {
            // No run has this hash: an empty one has 0.
            *self.store.cell(instance.cells) = u64::MAX;
        }
        self.begin_run(None);
        self.pass_tail(instance, &parsed, false);
        Ok(())
    }

    /// Ends the run before markup, and sends what makes other markup of it. What it shows behind its last node is
    /// left open.
    pub(super) fn compare_markup(
        &mut self,
        mut shown: Parsed,
        tree: Tree,
        here: &Here<'_>,
    ) -> Result<Parsed> {
        let context = &here.info.context;
        self.push_owned(tree.text(tree.top()).to_owned());
        self.finish_run()?;
        if let Some(last) = last_child(&shown.tree) {
            // What the page shows behind the last node is not known from the markup alone.
            "\0".clone_into(&mut shown.tree.node_mut(last).tail);
        }
        let root = |tree| Root::new(tree, Some(context.clone()), context.quirks());
        let mut numbers = vec![self.parent.0];
        numbers.extend(&shown.numbers);
        let old = numbered(root(shown.tree), &numbers);
        let new = root(tree);
        let row = Row {
            context,
            after: self.previous,
        };
        let first = self.next_number()?;
        let (all, next) = if self.is_inside {
            diff_row(&old, &new, row, first, self.emit)
        } else {
            diff_row(&old, &new, row, first, &mut Silent)
        };
        self.set_next(next);
        let numbers = ids::numbered(new.tree(), new.tree().top())
            .skip(1)
            .map(|node| all[node.index()])
            .collect();
        Ok(Parsed {
            tree: new.into_tree(),
            numbers,
        })
    }

    fn keep_numbers(&mut self, instance: &mut Instance, numbers: &[u32]) {
        let base = numbers.first().copied().unwrap_or(NONE);
        instance.base = base;
        let is_regular = numbers
            .iter()
            .enumerate()
            .all(|(index, &number)| number.checked_sub(index as u32) == Some(base));
        instance.set_numbers(if is_regular {
            Numbers::Regular
        } else {
            let first = self.store.numbers.len() as u32;
            self.store.numbers.push(numbers.len() as u32);
            self.store.numbers.extend(numbers);
            Numbers::Nodes(first)
        });
    }

    /// Goes past the nodes of markup: the text before them ends a run, the text behind begins one.
    fn pass(&mut self, instance: &Instance, parsed: &Parsed, is_fresh: bool) -> Result<()> {
        let top = parsed.tree.top();
        self.push_owned(parsed.tree.text(top).to_owned());
        self.finish_run()?;
        self.pass_tail(instance, parsed, is_fresh);
        Ok(())
    }

    pub(super) fn pass_tail(&mut self, instance: &Instance, parsed: &Parsed, is_fresh: bool) {
        let last = parsed.tops().last().copied().unwrap_or(NodeId::ROOT);
        self.previous = last;
        self.begin_run(self.is_inside.then_some(Owner {
            id: last,
            is_tail: true,
            cell: instance.cells,
            is_fresh,
            drops_line_feed: false,
            text: RunText::Kept,
        }));
        let tail = last_child(&parsed.tree).map_or("", |last| parsed.tree.tail(last));
        self.push_owned(tail.to_owned());
    }
}

/// Whether markup holds nodes, or only text.
pub(super) fn kind_of(html: &str, gap: &Gap) -> Result<Markup> {
    if html.contains('<') {
        return Ok(Markup::Nodes);
    }
    let text = strict::decode(html, 0, false)?;
    if gap.is_blank
        && !text
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\x0c'))
    {
        return Err(Refused::Value("text in a part of a table or in the head"));
    }
    Ok(Markup::Text(text))
}

/// Parses markup that is compared as a tree.
pub(super) fn parse_markup(html: &str, context: &Context) -> Result<Tree> {
    let tree = parse_without_root(html, context)?;
    for node in ids::numbered(&tree, tree.top()) {
        refuse_merging(&tree, node)?;
    }
    Ok(tree)
}

fn parse_without_root(html: &str, context: &Context) -> Result<Tree> {
    let tree = strict::parse_fragment(html, context)?;
    for node in ids::numbered(&tree, tree.top()) {
        let is_root = |name: &&str| tree.attribute(node, name).is_some();
        if ["dj-root", "dj-view"].iter().any(is_root) {
            return Err(Refused::Root);
        }
    }
    Ok(tree)
}

/// Whether markup can be a region: its elements may keep what they hold.
pub(super) fn check_branches(html: &str, context: &Context) -> Result<()> {
    let changed = normalised(html)?;
    parse_without_root(changed.as_deref().unwrap_or(html), context).map(drop)
}

/// Whether markup can be compared as a tree, or is text.
pub(super) fn check_markup(html: &str, context: &Context) -> Result<()> {
    let changed = normalised(html)?;
    let html = changed.as_deref().unwrap_or(html);
    if html.contains('<') {
        parse_markup(html, context).map(drop)
    } else {
        strict::decode(html, 0, false).map(drop).map_err(Into::into)
    }
}

fn last_child(tree: &Tree) -> Option<Handle> {
    tree.node(tree.top()).last_child
}

/// A tree with the numbers that the page has for its nodes.
fn numbered(root: Root, numbers: &[u32]) -> NumberedTree {
    let tree = root.tree();
    let mut all = vec![crate::root::NOT_NUMBERED; tree.len()];
    for (node, &number) in ids::numbered(tree, tree.top()).zip(numbers) {
        all[node.index()] = number;
    }
    NumberedTree::new(root, all, 0)
}
