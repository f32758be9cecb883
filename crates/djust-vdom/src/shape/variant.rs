//! A stretch whose branches open and close elements apart: a region of its own, with one shape for each
//! combination of branches.
//!
//! As long as the combination is the same, each place in it is compared by itself. Its text is kept, too:
//! when another combination comes, the two are compared as trees, so that an element that is in both
//! stays, with its focus and what was typed. A long one is replaced instead.

use std::sync::Arc;

use super::flat;
use super::instance::{Instance, MARKUP};
use super::items::Items;
use super::list::{Here, Kind, New};
use super::markup::parse_markup;
use super::parsed::Parsed;
use super::program::{Covered, NONE, Step};
use super::recording::Range;
use super::refused::{Refused, Result};
use super::shapes::Cache;
use super::store::Store;
use super::walk::{Gaps, Source, Walk, complete};
use crate::html::{Context, strict};
use crate::{Emit, ids};

/// Bytes up to which the text of a combination of branches is kept.
const LONGEST: usize = 1 << 15;

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// What a stretch is with the branches of this render.
    pub(super) fn kind_of_variant(
        &mut self,
        here: &Here<'_>,
        events: Range,
        old: Option<&Instance>,
        hash: u64,
    ) -> Result<Kind> {
        // The same text is the same combination.
        let number = match old.filter(|old| old.hash == hash) {
            Some(old) => (old.shape != MARKUP).then_some(old.shape),
            None => self
                .cache
                .variant(self.recording, events, (here.shape, here.gap))?,
        };
        Ok(number.map_or(Kind::Opaque, Kind::Variant))
    }

    fn variant_gaps(&mut self, number: u32, covered: &Covered, events: Range) -> Result<Gaps> {
        let loose = &mut self.cache.loose;
        let edges = loose.edges(self.recording, events, &covered.head);
        let shape = Arc::clone(self.cache.shape(number));
        let mut gaps = flat::gaps(&edges, events);
        let completed = complete(&mut gaps, &shape);
        if completed.is_err() {
            self.gap_refused(shape.filled(&gaps));
        }
        self.trailed(completed, number, events)?;
        Ok(gaps)
    }

    /// A combination of branches where the page shows nothing yet.
    pub(super) fn fresh_variant(
        &mut self,
        here: &Here<'_>,
        new: &New,
        number: u32,
    ) -> Result<Instance> {
        let covered = here.covered.ok_or(Refused::Size)?;
        let gaps = self.variant_gaps(number, covered, new.events)?;
        let shape = Arc::clone(self.cache.shape(number));
        let mut instance = self.instance((number, &shape), &gaps, new.hash, false);
        let made = self.fresh_nested(&mut instance, &shape, &gaps);
        self.trailed(made, number, new.events)?;
        let text = self.covered_text(covered, new.events)?;
        self.keep_text(&mut instance, &text);
        Ok(instance)
    }

    /// Whether what is rendered in a stretch can be made of what the page shows there.
    pub(super) fn can_become(
        &mut self,
        here: &Here<'_>,
        old: &Instance,
        new: &New,
    ) -> Result<bool> {
        if self.stays(here, old, new)? {
            return Ok(true);
        }
        let covered = here.covered.ok_or(Refused::Size)?;
        let has_nodes = |text: &str| text.contains('<');
        let shown = self.cache.text_cell(old);
        let shown = shown.is_some_and(|cell| has_nodes(self.store.text(self.store.cells[cell])));
        Ok(shown && has_nodes(&self.covered_text(covered, new.events)?))
    }

    /// Whether each place of it can be compared by itself.
    fn stays(&mut self, here: &Here<'_>, old: &Instance, new: &New) -> Result<bool> {
        let number = match new.kind {
            Kind::Variant(number) => number,
            _ => MARKUP,
        };
        if old.hash == new.hash || old.shape != number || number == MARKUP {
            return Ok(old.hash == new.hash);
        }
        let shape = Arc::clone(self.cache.shape(number));
        if shape.key.is_empty() {
            return Ok(true);
        }
        let covered = here.covered.ok_or(Refused::Size)?;
        let gaps = self.variant_gaps(number, covered, new.events)?;
        Ok(self.key(&shape, &gaps) == old.key)
    }

    /// A stretch that the page shows.
    pub(super) fn update_variant(
        &mut self,
        instance: &mut Instance,
        new: &New,
        here: &Here<'_>,
    ) -> Result<()> {
        match new.kind {
            Kind::Opaque if instance.shape == MARKUP => {
                return self.update_markup(instance, new, here);
            }
            _ if !self.stays(here, instance, new)? => {
                return self.change_variant(instance, new, here);
            }
            _ => {}
        }
        let covered = here.covered.ok_or(Refused::Size)?;
        let number = instance.shape;
        let gaps = self.variant_gaps(number, covered, new.events)?;
        let shape = Arc::clone(self.cache.shape(number));
        let is_same = std::mem::replace(&mut instance.hash, new.hash) == new.hash;
        instance.is_changed = true;
        let updated = self.steps(instance, &shape, &gaps, None);
        self.trailed(updated, number, new.events)?;
        if !is_same {
            let text = self.covered_text(covered, new.events)?;
            self.keep_text(instance, &text);
        }
        Ok(())
    }

    /// Another combination of branches, compared as a tree.
    fn change_variant(
        &mut self,
        instance: &mut Instance,
        new: &New,
        here: &Here<'_>,
    ) -> Result<()> {
        if self.cache.gap_merges((here.shape, here.gap)) {
            return Err(Refused::Kept);
        }
        let covered = here.covered.ok_or(Refused::Size)?;
        let html = self.covered_text(covered, new.events)?;
        let tree = parse_markup(&html, &here.info.context)?;
        let shown = self.shown(instance, &here.info.context);
        let shown = shown.ok_or(Refused::Size)?;
        let last = shown.tops().last().copied();
        let tail = self.cache.last_tail(instance);
        let tail = tail.map_or(u64::MAX, |cell| self.store.cells[cell]);
        let parsed = self.compare_markup(shown, tree, here)?;
        self.cache.release(self.store, instance);
        self.begin_run(None);
        if let Kind::Variant(number) = new.kind {
            *instance = self.given_variant(parsed.numbers, here, new, number)?;
        } else {
            *instance = self.shown_markup(new, &html, &parsed);
            self.pass_tail(instance, &parsed, false);
        }
        // The text behind the last node is not compared yet. What the page shows behind another node is not known.
        if let Some(owner) = &mut self.run.owner {
            owner.is_fresh = false;
            let is_same = last == Some(owner.id);
            *self.store.cell(owner.cell) = if is_same { tail } else { u64::MAX };
        }
        Ok(())
    }

    /// A combination of branches whose nodes have numbers.
    fn given_variant(
        &mut self,
        numbers: Vec<u32>,
        here: &Here<'_>,
        new: &New,
        number: u32,
    ) -> Result<Instance> {
        let count = numbers.len();
        let given = Source::Given(numbers.into_iter());
        let source = std::mem::replace(&mut self.source, given);
        let made = self.fresh_variant(here, new, number);
        let left = match std::mem::replace(&mut self.source, source) {
            Source::Given(numbers) => numbers.len(),
            Source::Next(_) => count,
        };
        if self.is_inside && left > 0 {
            return Err(Refused::Size);
        }
        made
    }

    /// The tree of what the page shows in a stretch, with its numbers.
    fn shown(&self, instance: &Instance, context: &Context) -> Option<Parsed> {
        if instance.shape == MARKUP {
            return Parsed::of(instance, self.store, context);
        }
        let cell = self.cache.text_cell(instance)?;
        let text = self.store.text(self.store.cells[cell]);
        let tree = strict::parse_fragment(text, context).ok()?;
        let mut numbers = Vec::new();
        self.cache
            .numbers(self.store, instance, context, &mut numbers);
        let count = ids::numbered(&tree, tree.top()).count() - 1;
        (count == numbers.len()).then_some(Parsed { tree, numbers })
    }

    fn keep_text(&mut self, instance: &mut Instance, text: &str) {
        let Some(cell) = self.cache.text_cell(instance) else {
            return;
        };
        drop(self.store.texts.take(self.store.cells[cell]));
        self.store.cells[cell] = if text.len() <= LONGEST {
            self.store.texts.add(text.into())
        } else {
            0
        };
    }
}

impl Cache {
    /// The cell of the text that is kept of an instance.
    pub(super) fn text_cell(&self, instance: &Instance) -> Option<usize> {
        let cell = match instance.shape {
            MARKUP => Some(1),
            number => self.shape(number).text,
        };
        cell.map(|cell| (instance.cells + cell) as usize)
    }

    /// The cell of the run behind the last node of an instance, if that is known from its shape.
    fn last_tail(&self, instance: &Instance) -> Option<usize> {
        if instance.shape == MARKUP {
            return Some(instance.cells as usize);
        }
        for step in self.shape(instance.shape).steps.iter().rev() {
            match *step {
                Step::Gap(gap) => {
                    match instance.items(gap) {
                        Items::Few(items) => {
                            if let Some(item) = items.last() {
                                return self.last_tail(item);
                            }
                        }
                        // Its cells are elsewhere.
                        Items::Rows(_) => return None,
                    }
                }
                Step::Begin(begin) if begin.is_tail && begin.cell != NONE => {
                    return Some((instance.cells + begin.cell) as usize);
                }
                Step::Text(_) => {}
                _ => return None,
            }
        }
        None
    }

    /// The numbers of an instance's nodes, in document order.
    pub(super) fn numbers(
        &self,
        store: &Store,
        instance: &Instance,
        context: &Context,
        found: &mut Vec<u32>,
    ) {
        if instance.shape == MARKUP {
            let parsed = Parsed::of(instance, store, context);
            found.extend(parsed.into_iter().flat_map(|parsed| parsed.numbers));
            return;
        }
        let shape = self.shape(instance.shape);
        let (mut node, mut gap) = (0, shape.first_inside);
        for item in &shape.outline {
            if item.name.is_some() {
                found.push(instance.node(shape, store, node).0);
                node += 1;
            } else {
                let context = &shape.gaps[gap as usize].context;
                match instance.items(gap) {
                    Items::Few(items) => {
                        for inside in items {
                            self.numbers(store, inside, context, found);
                        }
                    }
                    Items::Rows(rows) => rows.each_number(|row| match row {
                        Ok(open) => self.numbers(store, open, context, found),
                        Err(number) => found.push(number),
                    }),
                }
                gap += 1;
            }
        }
    }
}
