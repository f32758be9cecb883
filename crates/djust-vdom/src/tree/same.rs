//! Structural equality. The order of attributes does not count.

use std::collections::HashMap;

use super::walk::Visit;
use super::{Attribute, Handle, Kind, Nodes, Tree};

/// Whether two rows of siblings are the same nodes with the same text, tails included.
pub(crate) fn same_nodes(left: Nodes<'_>, right: Nodes<'_>) -> bool {
    let mut lefts = left.visits();
    let mut rights = right.visits();
    loop {
        match (lefts.next(), rights.next()) {
            (None, None) => return true,
            (Some(Visit::Enter(a)), Some(Visit::Enter(b))) => {
                if !same_node(left.tree(), a, right.tree(), b) {
                    return false;
                }
            }
            (Some(Visit::Leave(_)), Some(Visit::Leave(_))) => {}
            _ => return false,
        }
    }
}

/// Whether two template elements have the same content.
pub(crate) fn same_contents(left: &Tree, a: Handle, right: &Tree, b: Handle) -> bool {
    match (left.template_contents(a), right.template_contents(b)) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            left.text(a) == right.text(b)
                && same_nodes(Nodes::children_of(left, a), Nodes::children_of(right, b))
        }
        _ => false,
    }
}

/// Whether two nodes agree in everything but their children.
pub(crate) fn same_node(left: &Tree, a: Handle, right: &Tree, b: Handle) -> bool {
    let (a, b) = (left.node(a), right.node(b));
    let kind = match (&a.kind, &b.kind) {
        (Kind::Element(a), Kind::Element(b)) => {
            a.name == b.name
                && a.namespace == b.namespace
                && same_attributes(&a.attributes, &b.attributes)
        }
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    };
    kind && a.text == b.text && a.tail == b.tail
}

fn same_attributes(left: &[Attribute], right: &[Attribute]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    if left == right {
        return true;
    }
    if left.len() <= 16 {
        return left.iter().all(|attribute| right.contains(attribute));
    }
    let right: HashMap<_, _> = right.iter().map(|a| (&a.name, &a.value)).collect();
    left.iter().all(|a| right.get(&a.name) == Some(&&a.value))
}
