//! Comparison of what two pages show.

use crate::NumberedTree;
use crate::tree::same::{same_contents, same_node};
use crate::tree::walk::{Scope, Visit};
use crate::tree::{Handle, Tree};

/// The first difference between two pages, `None` when they show the same nodes with the same
/// numbers. What is inside elements with `dj-update` does not count.
///
/// ```
/// use djust_vdom::{apply::difference, html};
/// let one = html::parse_document("<p dj-root>a").into_root()?.number();
/// let two = html::parse_document("<p dj-root>b").into_root()?.number();
/// assert_eq!(difference(&one, &one), None);
/// assert!(difference(&one, &two).is_some());
/// # Ok::<(), djust_vdom::Error>(())
/// ```
pub fn difference(left: &NumberedTree, right: &NumberedTree) -> Option<String> {
    let (a, b) = (left.tree(), right.tree());
    let mut lefts = a.walk(a.top(), Scope::Numbered);
    let mut rights = b.walk(b.top(), Scope::Numbered);
    loop {
        match (lefts.next(), rights.next()) {
            (None, None) => return None,
            (Some(Visit::Enter(x)), Some(Visit::Enter(y))) => {
                let numbers = (left.id(x), right.id(y));
                if numbers.0 != numbers.1 {
                    return Some(format!("numbers differ: {numbers:?}"));
                }
                let leaf = a.is_leaf(x) && b.is_leaf(y);
                let same = if leaf {
                    same_shell(a, x, b, y)
                } else {
                    same_node(a, x, b, y)
                };
                if !same || !same_contents(a, x, b, y) {
                    return Some(format!("{:#?}\ndiffers from\n{:#?}", a.node(x), b.node(y)));
                }
            }
            (Some(Visit::Leave(_)), Some(Visit::Leave(_))) => {}
            (x, y) => return Some(format!("shapes differ at {x:?}, {y:?}")),
        }
    }
}

/// [`same_node`] for a leaf, whose text is not compared.
fn same_shell(left: &Tree, a: Handle, right: &Tree, b: Handle) -> bool {
    let mut sorted: [Vec<(&str, &str)>; 2] =
        [left.attributes(a).collect(), right.attributes(b).collect()];
    for attributes in &mut sorted {
        attributes.sort_unstable();
    }
    left.name(a) == right.name(b)
        && left.namespace(a) == right.namespace(b)
        && left.tail(a) == right.tail(b)
        && sorted[0] == sorted[1]
}
