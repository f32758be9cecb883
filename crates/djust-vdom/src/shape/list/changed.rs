//! Items that have changed where they are.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::Here;
use super::written::{Kind, New, Written};
use crate::shape::items::Items;
use crate::shape::program::{NONE, Shape, Step, ValueKind};
use crate::shape::recording::{Event, Range};
use crate::shape::refused::Result;
use crate::shape::rows::PlainRow;
use crate::shape::walk::Walk;
use crate::{Emit, NodeId};

/// The items of a list that have changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) items: Vec<Change>,
    /// What was written in the gaps of each, one behind the other.
    gaps: Vec<Range>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) index: usize,
    pub(super) new: New,
    /// Where its gaps are, if they are known.
    gaps: Range,
}

impl Changes {
    pub(super) fn one(new: New) -> Self {
        let mut changes = Self::default();
        changes.push(0, new);
        changes
    }

    fn push(&mut self, index: usize, new: New) {
        self.items.push(Change {
            index,
            new,
            gaps: Range::default(),
        });
    }

    /// Whether one shows what another one did: then items may have moved, even where they have no keys.
    fn have_traded_places(&self, olds: &Items) -> bool {
        if self.items.len() < 2 {
            return false;
        }
        let shown = self.items.iter().map(|change| olds.hash(change.index));
        let shown: HashSet<u64, FixedState> = shown.collect();
        let mut items = self.items.iter();
        items.any(|change| shown.contains(&change.new.hash))
    }

    /// What has changed in an item.
    pub(super) fn find(&self, index: usize) -> Option<&Change> {
        let found = self
            .items
            .binary_search_by_key(&index, |change| change.index);
        found.ok().map(|found| &self.items[found])
    }

    pub(super) fn gaps(&self, change: &Change) -> &[Range] {
        &self.gaps[change.gaps.start as usize..change.gaps.end as usize]
    }
}

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// The items that have changed, where the items are those of the last render in their order.
    pub(super) fn in_place(
        &mut self,
        here: &Here<'_>,
        olds: &Items,
        written: &Written,
    ) -> Result<Option<Changes>> {
        if olds.len() != written.count {
            return Ok(None);
        }
        let (mut changes, mut index) = (Changes::default(), 0);
        for (new, count) in &written.runs {
            match new.kept() {
                Some(kept) if kept == index => {}
                Some(_) => return Ok(None),
                None if olds.hash(index) == new.hash => {}
                None => changes.push(index, *new),
            }
            index += count;
        }
        let mut have_keys = true;
        let Changes { items, gaps } = &mut changes;
        for change in items {
            let old = olds.summary(change.index);
            let number = self.shape_of(here, &change.new)?;
            if number != old.shape {
                return Ok(None);
            }
            let mut key = 0;
            if let Kind::Region(region) = change.new.kind {
                let shape = Arc::clone(self.cache.shape(number));
                let found = self.gaps(self.recording.region(region).events, number, &shape)?;
                if !shape.key.is_empty() {
                    key = self.key(&shape, &found);
                }
                change.gaps.start = gaps.len() as u32;
                gaps.extend_from_slice(&found);
                change.gaps.end = gaps.len() as u32;
            } else if written.count > 1 {
                return Ok(None);
            }
            if key != old.key {
                return Ok(None);
            }
            have_keys &= key != 0;
        }
        let is_sure = have_keys || !changes.have_traded_places(olds);
        Ok(is_sure.then_some(changes))
    }
}

/// A cell of a row that gets another hash, and the step of the shape that says what is in it.
#[derive(Clone, Copy)]
struct Cell {
    number: u32,
    hash: u64,
    step: usize,
}

type Cells = SmallVec<[Cell; 8]>;

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// Sends what has changed in a row, without opening it: where it has nothing but texts in its gaps, and the text at its
    /// edges is the template's. `false`: the row has to be gone through, and nothing is done.
    ///
    /// An `id` may change without being [asked](Self::check_id) about: a row that holds an element with `dj-update` is never
    /// closed.
    pub(super) fn change_closed(
        &mut self,
        items: &mut Items,
        change: &Change,
        gaps: &[Range],
    ) -> Result<bool> {
        let Items::Rows(rows) = items else {
            return Ok(false);
        };
        let Some(row) = rows.plain(change.index).filter(|_| self.is_inside) else {
            return Ok(false);
        };
        let shape = Arc::clone(self.cache.shape(row.shape));
        let Some(cells) = self.changed_cells(&row, &shape, gaps) else {
            return Ok(false);
        };
        for cell in &cells {
            match shape.steps[cell.step] {
                Step::Begin(begin) => {
                    let gap = shape.steps.get(cell.step + 1);
                    let Some(Step::Gap(gap)) = gap else { continue };
                    let events = gaps[shape.gaps[*gap as usize].number as usize];
                    self.send_text(NodeId(row.node(begin.node)), begin.is_tail, events);
                }
                Step::Value(value) => {
                    let value = &shape.values[value as usize];
                    let text = self.value_text(value, gaps)?;
                    if let ValueKind::Attribute { name, .. } = &value.kind {
                        let id = NodeId(row.node(value.node));
                        self.emit.set_attribute(id, name, &text);
                    }
                }
                _ => {}
            }
        }
        let cells = cells.iter().map(|cell| (cell.number, cell.hash));
        rows.replace(change.index, &row, change.new.hash, cells);
        Ok(true)
    }

    /// The cells that get other hashes; `None` if the row has to be gone through.
    fn changed_cells(&self, row: &PlainRow, shape: &Shape, gaps: &[Range]) -> Option<Cells> {
        if gaps.len() != shape.literals as usize + 1 {
            return None;
        }
        let steps = shape.steps.as_slice();
        let first = steps.iter().position(|step| matches!(step, Step::End))?;
        let last = steps
            .iter()
            .rposition(|step| matches!(step, Step::Begin(_)))?;
        let is_template = |step: &Step| match step {
            Step::Text(_) => true,
            Step::Gap(gap) => {
                let events = gaps[shape.gaps[*gap as usize].number as usize];
                events.start == events.end
            }
            _ => false,
        };
        let (head, behind) = (&steps[..first], &steps[last + 1..]);
        let is_at_end =
            matches!(steps[last], Step::Begin(begin) if begin.is_tail && begin.parent == NONE);
        if first > last || !is_at_end || !head.iter().chain(behind).all(is_template) {
            return None;
        }
        let mut cells = Cells::new();
        let mut at = first + 1;
        while at < last {
            match steps[at..last] {
                [Step::Begin(begin), Step::Gap(gap), Step::End, ..] => {
                    let gap = shape.text_gap(begin, gap)?;
                    let hash = self.plain_text(gaps[gap as usize])?;
                    if row.cell(shape, begin.cell) != hash {
                        cells.push(Cell {
                            number: begin.cell,
                            hash,
                            step: at,
                        });
                    }
                    at += 3;
                }
                [Step::Value(value), ..] => {
                    let value = &shape.values[value as usize];
                    let ValueKind::Attribute { is_key, .. } = value.kind else {
                        return None;
                    };
                    let hash = self.parts_hash(&value.parts, gaps);
                    if row.cell(shape, value.cell) != hash {
                        let is_sent = !is_key && value.node != NONE;
                        if !is_sent || !self.is_certain(value, gaps) {
                            return None;
                        }
                        cells.push(Cell {
                            number: value.cell,
                            hash,
                            step: at,
                        });
                    }
                    at += 1;
                }
                _ => return None,
            }
        }
        Some(cells)
    }

    /// Sends the text of a run that is no more than this.
    fn send_text(&mut self, id: NodeId, is_tail: bool, events: Range) {
        let pieces = self.recording.events(events).iter();
        let mut pieces = pieces.filter_map(|event| match event {
            Event::Text(span) => Some(self.recording.value(*span)),
            _ => None,
        });
        let (first, second) = (pieces.next().unwrap_or_default(), pieces.next());
        let text = match second {
            None => Cow::Borrowed(first),
            Some(second) => [first, second].into_iter().chain(pieces).collect(),
        };
        if is_tail {
            self.emit.set_tail(id, &text);
        } else {
            self.emit.set_text(id, &text);
        }
    }
}
