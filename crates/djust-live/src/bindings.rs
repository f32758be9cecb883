//! Which controls of a page are bound to state.

use djust_vdom::{Namespace, NodeId, NumberedTree};

const ATTRIBUTE: &str = "dj-model";

/// A control with `dj-model`, with or without a modifier (`dj-model.lazy`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Number of the control; `None` where nodes have no numbers.
    pub node: Option<NodeId>,
    /// What it is bound to: the value of the attribute.
    pub name: String,
    /// Whether the markup itself says what the control holds.
    pub says_value: bool,
}

/// The bound controls of what a client shows, in document order.
pub(crate) fn bindings(shown: &NumberedTree) -> Vec<Binding> {
    let tree = shown.tree();
    let mut found = Vec::new();
    let mut waiting = vec![tree.top()];
    while let Some(node) = waiting.pop() {
        let name = tree
            .attributes(node)
            .find(|(name, _)| is_model(name))
            .map(|(_, value)| value.to_owned());
        if let Some(name) = name {
            found.push(Binding {
                node: shown.id(node),
                name,
                says_value: says_value(shown, node),
            });
        }
        let first = waiting.len();
        waiting.extend(tree.children(node));
        waiting[first..].reverse();
    }
    found
}

fn is_model(attribute: &str) -> bool {
    attribute
        .strip_prefix(ATTRIBUTE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A `value` on a text field, text in a `textarea`, a box that is checked or an option that is selected.
fn says_value(shown: &NumberedTree, control: djust_vdom::Handle) -> bool {
    let tree = shown.tree();
    if tree.namespace(control) != Namespace::Html {
        return false;
    }
    match tree.name(control) {
        Some("textarea") => !tree.text(control).is_empty(),
        Some("select") => {
            let mut waiting: Vec<_> = tree.children(control).collect();
            while let Some(node) = waiting.pop() {
                if tree.attribute(node, "selected").is_some() {
                    return true;
                }
                waiting.extend(tree.children(node));
            }
            false
        }
        _ => match tree.attribute(control, "type") {
            Some("checkbox" | "radio") => tree.attribute(control, "checked").is_some(),
            _ => tree.attribute(control, "value").is_some(),
        },
    }
}
