//! Markup that is added to what an element with `dj-update` append or prepend keeps.
//!
//! What was rendered there last is kept as text: only nodes that are new since are sent. What the page shows there is
//! not known, and has no numbers.

use std::sync::Arc;

use super::instance::Instance;
use super::page::{ShapedPage, new_version};
use super::program::{Part, Shape, ValueCell, ValueKind};
use super::recording::Range;
use super::refused::{Refused, Result};
use super::shapes::Shapes;
use super::walk::Walk;
use crate::bindings::is_model;
use crate::diff::added;
use crate::html::{Context, strict};
use crate::tree::walk::Scope;
use crate::{Emit, Root};

/// No hash of what was written is this one.
const NOTHING: u64 = u64::MAX;

impl<E: Emit + ?Sized> Walk<'_, E> {
    pub(super) fn merged(
        &mut self,
        instance: &Instance,
        shape: &Shape,
        (value, context): (&ValueCell, &Context),
        gaps: &[Range],
        is_fresh: bool,
    ) -> Result<()> {
        let hash = self.parts_hash(&value.parts, gaps);
        let cell = instance.cells + value.cell;
        if !is_fresh && *self.store.cell(cell) == hash {
            return Ok(());
        }
        let Some(Part::Gap(gap)) = value.parts.first() else {
            return Err(Refused::Size);
        };
        let covered = shape.covered(*gap).ok_or(Refused::Size)?;
        let text = self.covered_text(covered, gaps[*gap as usize])?;
        let new = parse(&text, context)?;
        let kept = *self.store.cell(cell + 1);
        if !is_fresh && self.is_inside {
            let old = parse(self.store.text(kept), context)?;
            let html = added((&old, old.tree().top()), (&new, new.tree().top()));
            if !html.is_empty() {
                let id = instance.node(shape, self.store, value.node);
                self.emit.merge(id, &html);
            }
        }
        self.store.remove_text(kept);
        *self.store.cell(cell + 1) = self.store.add_text(&text);
        *self.store.cell(cell) = hash;
        Ok(())
    }
}

fn parse(html: &str, context: &Context) -> Result<Root> {
    let tree = strict::parse_fragment(html, context)?;
    let mut nodes = tree.preorder(tree.top(), Scope::Everything);
    let is_bound = nodes.any(|node| {
        let element = tree.element(node);
        element.is_some_and(|element| element.attributes.iter().any(|one| is_model(&one.name)))
    });
    drop(nodes);
    if is_bound {
        // Controls without a number are found in trees only.
        return Err(Refused::Control);
    }
    Ok(Root::new(tree, Some(context.clone()), context.quirks()))
}

impl ShapedPage {
    /// Forgets what was rendered inside elements with `dj-update` append or prepend: see
    /// [`NumberedTree::forget_merged`](crate::NumberedTree::forget_merged).
    pub fn forget_merged(&mut self, shapes: &Shapes) {
        let shape = Arc::clone(shapes.lock().shape(self.top.shape));
        for value in &shape.values {
            if matches!(value.kind, ValueKind::Merged { .. }) {
                let cell = self.top.cells + value.cell;
                let kept = std::mem::take(self.store.cell(cell + 1));
                self.store.remove_text(kept);
                *self.store.cell(cell) = NOTHING;
                // The same render again sends something.
                self.top.hash = NOTHING;
                self.version = new_version();
            }
        }
    }
}
