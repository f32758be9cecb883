//! New rows of a long list, one behind the other.

use std::ops::Range;
use std::sync::Arc;

use super::Here;
use super::written::{Kind, New, Written};
use crate::shape::instance::MARKUP;
use crate::shape::items::Items;
use crate::shape::moving::Moving;
use crate::shape::program::Shape;
use crate::shape::recording::Region;
use crate::shape::refused::Result;
use crate::shape::rows::{MOST, Making, Rows};
use crate::shape::straight::Made;
use crate::shape::walk::{Source, Walk};
use crate::{Emit, NodeId};

/// From how many items on a new list is packed while it is made. So many are never part of a row that is packed itself.
const MANY: usize = MOST / 2 + 1;

impl<E: Emit + ?Sized> Walk<'_, E> {
    /// A list to which new items are added, where there were none.
    pub(super) fn new_list(
        &mut self,
        here: &Here<'_>,
        written: &Written,
        news: &[New],
    ) -> Result<Moving> {
        let count = news.len();
        Ok(
            if written.texts.is_empty() && self.is_for_rows(here, news)? {
                Moving::rows(count)
            } else {
                Moving::new(Items::default(), count)
            },
        )
    }

    /// Whether a list is long, and those of its items are alike that are looked at.
    fn is_for_rows(&mut self, here: &Here<'_>, items: &[New]) -> Result<bool> {
        let is_new = self.is_inside && matches!(self.source, Source::Next(_));
        if items.len() < MANY || !is_new {
            return Ok(false);
        }
        let Kind::Region(first) = items[0].kind else {
            return Ok(false);
        };
        let number = self.shape_of(here, &items[0])?;
        let shape = Arc::clone(self.cache.shape(number));
        let Some(straight) = shape.straight() else {
            return Ok(false);
        };
        let spine = self.recording.region(first).spine;
        let mut made = Made::for_row();
        let some = [0, items.len() / 2, items.len() - 1];
        let alike = some.iter().filter(|index| {
            let Kind::Region(region) = items[**index].kind else {
                return false;
            };
            let region = self.recording.region(region);
            // Of others than the first nothing is known yet.
            let made = (region.spine == spine)
                .then(|| self.make(region, (number, &shape), straight, &mut made));
            made.flatten().is_some()
        });
        Ok(alike.count() > 1)
    }

    /// Adds new items to rows.
    pub(super) fn new_rows(
        &mut self,
        here: &Here<'_>,
        (written, news): (&Written, &[New]),
        range: Range<usize>,
        rows: &mut Rows,
    ) -> Result<()> {
        let mut making = Making::new(rows, news.len());
        // For the run behind a row that waits.
        let cell = self.store.add_cells(1);
        self.store.free_cells(cell, 1);
        let mut last: Option<(u32, Arc<Shape>)> = None;
        for index in range {
            self.texts(written, index, here.info)?;
            let new = &news[index];
            let mut is_made = false;
            let instance = if let Kind::Region(number) = new.kind {
                self.parent = here.parent;
                let region = self.recording.region(number);
                let number = self.shape_of(here, new)?;
                last = last.filter(|(known, _)| *known == number);
                let (_, shape) =
                    last.get_or_insert_with(|| (number, Arc::clone(self.cache.shape(number))));
                let straight = shape.straight().filter(|straight| straight.has_edges());
                is_made = straight.is_some_and(|straight| {
                    let now = making.now();
                    self.make(region, (number, shape), straight, now).is_some()
                });
                if is_made && let Some(structure) = making.structure() {
                    let shape = (number, &**shape);
                    self.new_row(here, region, shape, (&mut making, structure, cell), rows)?;
                    continue;
                }
                self.open_last(&mut making, rows);
                self.fresh(region, number, shape)?
            } else {
                self.open_last(&mut making, rows);
                self.fresh_item(here, new)?
            };
            if instance.shape != MARKUP && instance.has_node() {
                let tools = (&*self.cache, &mut *self.store, &here.info.context);
                making.end_run(rows, tools, 0);
            }
            making.push(rows, instance, is_made);
        }
        self.open_last(&mut making, rows);
        Ok(())
    }

    /// Adds a row that is taken apart.
    fn new_row(
        &mut self,
        here: &Here<'_>,
        region: &Region,
        (number, shape): (u32, &Shape),
        (making, structure, cell): (&mut Making, u16, u32),
        rows: &mut Rows,
    ) -> Result<()> {
        let Some(straight) = shape.straight() else {
            return Ok(());
        };
        let base = making.now().base;
        self.number_made(making.now());
        let head = self.head(number, straight);
        self.trailed(head, number, region.events)?;
        let before = *self.store.cell(cell);
        let tools = (&*self.cache, &mut *self.store, &here.info.context);
        making.end_run(rows, tools, before);
        let last = NodeId(base.wrapping_add(rows.last_top(structure)));
        self.tail(number, straight, last, cell);
        making.wait(structure);
        Ok(())
    }

    /// Opens the last row, if it waits: others than rows that are taken apart follow.
    fn open_last(&mut self, making: &mut Making, rows: &mut Rows) {
        if let Some(cell) = making.open(rows, self.cache, self.store)
            && let Some(owner) = &mut self.run.owner
        {
            owner.cell = cell;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::shape::items::Items;
    use crate::shape::walk::Silent;
    use crate::{Recording, ShapedPage, Shapes};

    /// A list of rows, each as `row` writes it.
    fn list(count: usize, row: impl Fn(&mut Recording, usize)) -> Recording {
        let mut recording = Recording::new();
        recording.literal((0, 0), "<ul dj-root>\n");
        for number in 0..count {
            recording.enter();
            row(&mut recording, number);
            recording.leave();
        }
        recording.literal((0, 1), "</ul>");
        recording
    }

    /// How many hashes of rows there have been in the store when these rows have come, and how many of the rows are open.
    fn came(row: impl Fn(&mut Recording, usize)) -> (usize, usize) {
        let shapes = Shapes::new();
        let mut page = ShapedPage::mount(&shapes, &list(0, &row)).expect("certain");
        page.update(&shapes, &list(400, &row), &mut Silent)
            .expect("certain");
        let Items::Rows(rows) = &page.top.gaps()[0].items else {
            panic!("rows are kept together");
        };
        (page.store.cells.capacity(), rows.pool.open().count())
    }

    #[test]
    fn rows_of_texts_attributes_and_branches_are_taken_apart() {
        let (cells, open) = came(|recording, number| {
            recording.literal((0, 2), "<li dj-key=\"");
            recording.text((0, 0), &number.to_string());
            recording.literal((0, 3), "\" class=\"a ");
            if number % 3 == 0 {
                recording.enter();
                recording.literal((0, 4), "on");
                recording.leave();
            }
            recording.literal((0, 5), "\">");
            recording.text((0, 1), "a <b> & c");
            recording.literal((0, 6), ": ");
            if number % 5 == 0 {
                recording.enter();
                recording.literal((0, 7), "<b>");
                recording.text((0, 2), "new");
                recording.literal((0, 8), "</b>");
                recording.leave();
            }
            recording.literal((0, 9), "</li>\n");
        });
        assert!(cells < 100 && open == 0, "{cells}, {open}");
    }

    #[test]
    fn rows_of_something_else_stand_between_them() {
        let (cells, open) = came(|recording, number| {
            if number % 100 == 99 {
                recording.markup((0, 9), "<i>x</i>");
            }
            recording.literal((0, 2), "<li>");
            recording.text((0, 0), "a");
            recording.literal((0, 3), "</li>\n");
        });
        assert!(cells < 100 && open == 4, "{cells}, {open}");
    }
}
