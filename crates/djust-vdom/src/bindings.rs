//! Which controls of a page are bound to state.

use crate::tree::{Handle, Tree};
use crate::{Namespace, NodeId, NumberedTree};

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

impl NumberedTree {
    /// The bound controls, in document order.
    ///
    /// ```
    /// use djust_vdom::html;
    ///
    /// let page = "<form dj-root><input dj-model=name value=Ada></form>";
    /// let live = html::parse_document(page).into_root()?.number();
    /// assert_eq!(live.bindings()[0].name, "name");
    /// assert!(live.bindings()[0].says_value);
    /// # Ok::<(), djust_vdom::Error>(())
    /// ```
    pub fn bindings(&self) -> Vec<Binding> {
        let tree = self.tree();
        bindings(tree, tree.top(), |node| self.id(node))
    }
}

/// The bound controls of a tree, in document order.
pub(crate) fn bindings(
    tree: &Tree,
    top: Handle,
    number: impl Fn(Handle) -> Option<NodeId>,
) -> Vec<Binding> {
    let mut found = Vec::new();
    let mut waiting = vec![top];
    while let Some(node) = waiting.pop() {
        let name = tree
            .attributes(node)
            .find(|(name, _)| is_model(name))
            .map(|(_, value)| value.to_owned());
        if let Some(name) = name {
            found.push(Binding {
                node: number(node),
                name,
                says_value: says_value(tree, node),
            });
        }
        let first = waiting.len();
        waiting.extend(tree.children(node));
        waiting[first..].reverse();
    }
    found
}

/// Whether an attribute binds a control.
pub(crate) fn is_model(attribute: &str) -> bool {
    attribute
        .strip_prefix(ATTRIBUTE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A `value` on a text field, text in a `textarea`, a box that is checked or an option that is selected.
fn says_value(tree: &Tree, control: Handle) -> bool {
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
        _ => {
            let names: Vec<_> = tree.attributes(control).map(|(name, _)| name).collect();
            attribute_says_value(tree.attribute(control, "type"), &names)
        }
    }
}

/// Whether the attributes of an `input` of this type say what it holds.
pub(crate) fn attribute_says_value(kind: Option<&str>, names: &[&str]) -> bool {
    match kind {
        Some("checkbox" | "radio") => names.contains(&"checked"),
        _ => names.contains(&"value"),
    }
}
