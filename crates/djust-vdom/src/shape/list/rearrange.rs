//! Items that come to stand in another order, or are others.

use std::sync::Arc;

use super::Here;
use super::written::{Kind, New, Written};
use crate::Emit;
use crate::shape::instance::MARKUP;
use crate::shape::items::Items;
use crate::shape::matching::Plan;
use crate::shape::moving::Moving;
use crate::shape::program::Fill;
use crate::shape::recording::Range;
use crate::shape::refused::{Refused, Result};
use crate::shape::run::{Content, Insertion};
use crate::shape::walk::Walk;

/// From how many on new rows of a packed list are packed while they are made.
const SOME: usize = 8;

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Removes, moves and inserts items, and goes through all whose surroundings change.
    pub(super) fn rearrange(
        &mut self,
        here: &Here<'_>,
        olds: Items,
        written: &Written,
        had_text: bool,
    ) -> Result<Items> {
        let news = &*written.items();
        let plan = self.plan(here, &olds, news)?;
        let mut all = had_text || !written.texts.is_empty() || !olds.have_nodes();
        for (new, source) in news.iter().zip(&plan.sources) {
            if source.is_none() {
                let shape = self.shape_of(here, new)?;
                all |= shape != MARKUP && !self.cache.shape(shape).has_node();
            }
        }
        let count = news.len();
        let was = olds.len();
        let mut moving = Moving::new(olds, count);
        self.remove_unmatched(here, (&mut moving, was), &plan);
        let quiet = self.quiet_items(here, &moving, news, &plan, all)?;
        let (mut index, mut was_skipped, mut moved) = (0, false, None);
        while index < count {
            let skip = index > 0 && index + 1 < count && quiet[index] && quiet[index - 1];
            let stays = plan.stays[index];
            if was_skipped && !(skip && stays) {
                self.previous = moved.unwrap_or_else(|| self.last_node(here, &moving));
            }
            was_skipped = skip;
            moved = None;
            match plan.sources[index] {
                Some(source) if skip => {
                    self.run.owner = None;
                    // Those behind it that neither move nor change go with it.
                    let follows = |next: &usize| {
                        stays
                            && next + 1 < count
                            && quiet[*next]
                            && plan.stays[*next]
                            && plan.sources[*next] == Some(source + next - index)
                    };
                    let end = index + 1 + (index + 1..count).take_while(follows).count();
                    if !stays {
                        let nodes = self.old_tops(here, &moving, source);
                        moved = nodes.last().copied();
                        self.move_nodes(here, nodes, self.previous);
                    }
                    moving.pass(source..source + end - index);
                    index = end;
                }
                Some(source) => {
                    self.texts(written, index, here.info)?;
                    let after = self.previous;
                    let item = moving.open(source, self.cache, self.store);
                    let item = item.ok_or(Refused::Size)?;
                    self.item(here, item, &news[index])?;
                    if !stays {
                        let nodes = self.cache.tops(self.store, item, &here.info.context);
                        self.move_nodes(here, nodes, after);
                    }
                    index += 1;
                }
                None => {
                    let end = (index..count)
                        .find(|&later| plan.sources[later].is_some())
                        .unwrap_or(count);
                    self.insert_items(here, (written, news), index..end, &mut moving)?;
                    index = end;
                }
            }
        }
        self.texts(written, count, here.info)?;
        Ok(moving.finish())
    }

    /// For each item whether it is as it was and the text behind it goes on as it did: before the same
    /// item as before, or before one with the same text at its beginning.
    fn quiet_items(
        &mut self,
        here: &Here<'_>,
        olds: &Moving,
        news: &[New],
        plan: &Plan,
        all: bool,
    ) -> Result<Vec<bool>> {
        let unchanged = |index: usize| {
            let new = &news[index];
            new.kept().is_some()
                || plan.sources[index].is_some_and(|source| olds.hash(source) == new.hash)
        };
        let mut all_quiet = vec![false; plan.sources.len()];
        let last = plan.sources.len().saturating_sub(1);
        for (index, quiet) in all_quiet.iter_mut().enumerate().take(last) {
            let Some(source) = plan.sources[index].filter(|_| !all && unchanged(index)) else {
                continue;
            };
            let follows = plan.sources[index + 1] == Some(source + 1)
                && plan.stays[index]
                && plan.stays[index + 1]
                && unchanged(index + 1);
            *quiet = follows || {
                let followed = plan.followed[source];
                let old = olds.summary(source);
                let shape = if old.is_bare { old.shape } else { MARKUP };
                let next = &news[index + 1];
                shape != MARKUP
                    && followed == Some(shape)
                    && self.cache.shape(shape).has_fixed_edges()
                    && match next.kind {
                        Kind::Kept(_) => true,
                        Kind::Region(number) => {
                            self.recording.is_bare(self.recording.region(number).events)
                        }
                        _ => false,
                    }
                    && match plan.sources[index + 1] {
                        Some(next) => olds.summary(next).shape == shape,
                        None => self.shape_of(here, next)? == shape,
                    }
            };
        }
        Ok(all_quiet)
    }

    /// New items one behind the other: one insertion.
    pub(super) fn insert_items(
        &mut self,
        here: &Here<'_>,
        (written, news): (&Written, &[New]),
        range: std::ops::Range<usize>,
        items: &mut Moving,
    ) -> Result<()> {
        let after = self.previous;
        let first = items.len();
        match items {
            Moving::Rows { made, .. } if range.len() >= SOME => {
                self.new_rows(here, (written, news), range.clone(), made)?;
            }
            _ => self.new_items(here, (written, news), range.clone(), items)?,
        }
        if here.is_fresh || !self.is_inside {
            return Ok(());
        }
        let base = items.first_node(first, self.cache, self.store, &here.info.context);
        let Some(base) = base else {
            return Ok(());
        };
        let events = Range {
            start: news[range.start].events.start,
            end: news[range.end - 1].events.end,
        };
        let content = match here.covered {
            None => Content::Events(events),
            Some(covered) => {
                let mut html = self.covered_text(covered, events)?;
                html.drain(..html.find('<').unwrap_or(0));
                Content::Html(match here.info.fill {
                    Fill::Rows(_) => format!("<tbody>{html}</tbody>"),
                    _ => html,
                })
            }
        };
        self.run.insertion = Some(Insertion {
            parent: here.parent,
            after,
            base,
            content,
            known: self.run.pieces.len(),
        });
        Ok(())
    }

    fn new_items(
        &mut self,
        here: &Here<'_>,
        (written, news): (&Written, &[New]),
        range: std::ops::Range<usize>,
        items: &mut Moving,
    ) -> Result<()> {
        let mut last = None;
        for index in range {
            self.texts(written, index, here.info)?;
            let new = &news[index];
            items.push(match new.kind {
                Kind::Region(number) => {
                    self.parent = here.parent;
                    let region = self.recording.region(number);
                    let shape = self.shape_of(here, new)?;
                    let known = last.take().filter(|(number, _)| *number == shape);
                    let (_, known) =
                        known.unwrap_or_else(|| (shape, Arc::clone(self.cache.shape(shape))));
                    let made = self.fresh(region, shape, &known)?;
                    last = Some((shape, known));
                    made
                }
                _ => self.fresh_item(here, new)?,
            });
        }
        Ok(())
    }
}
