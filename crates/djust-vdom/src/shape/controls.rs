//! The controls of a page that are bound to state.

use super::instance::{Instance, MARKUP};
use super::parsed::Parsed;
use super::program::Says;
use super::shapes::Cache;
use super::store::Store;
use crate::bindings::{attribute_says_value, bindings};
use crate::html::Context;
use crate::{Binding, NodeId, ids};

impl Cache {
    /// Adds the bound controls of an instance, in document order.
    pub(super) fn bindings(
        &self,
        store: &Store,
        instance: &Instance,
        context: Option<&Context>,
        found: &mut Vec<Binding>,
    ) {
        if instance.shape == MARKUP {
            let Some(parsed) = context.and_then(|context| Parsed::of(instance, store, context))
            else {
                return;
            };
            let tree = &parsed.tree;
            let nodes: Vec<_> = ids::numbered(tree, tree.top()).skip(1).collect();
            found.extend(bindings(tree, tree.top(), |node| {
                let place = nodes.iter().position(|&one| one == node)?;
                parsed.numbers.get(place).copied().map(NodeId)
            }));
            return;
        }
        let shape = self.shape(instance.shape);
        let mut bound = shape.bound.iter().peekable();
        for gap in 0..=shape.gaps.len() as u32 {
            while let Some(control) = bound.next_if(|control| control.gaps <= gap) {
                found.push(Binding {
                    node: (control.node != super::program::NONE)
                        .then(|| instance.node(shape, store, control.node)),
                    name: control.name.to_string(),
                    says_value: says_value(store, instance, &control.says),
                });
            }
            let Some(info) = shape.gaps.get(gap as usize) else {
                continue;
            };
            if info.is_inside {
                let items = instance.items(gap);
                items.each_bound(self, store, |store, item| {
                    self.bindings(store, item, Some(&info.context), found);
                });
            }
        }
    }
}

fn says_value(store: &Store, instance: &Instance, says: &Says) -> bool {
    let cell = |cell: u32| store.cells[(instance.cells + cell) as usize];
    match says {
        Says::Fixed(says) => *says,
        Says::Text { cell: text } => cell(*text) != 1,
        Says::Tag { cell: tag } => {
            let Some(tag) = store.tags.get(cell(*tag)) else {
                return false;
            };
            let names: Vec<&str> = tag.attributes().map(|one| one.0).collect();
            attribute_says_value(tag.box_type(), &names)
        }
    }
}
