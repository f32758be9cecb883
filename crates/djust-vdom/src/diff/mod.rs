//! From one render to the next: the operations that turn the page's nodes into the new tree.
//!
//! Invariants:
//! - Operations are emitted so that each is valid when those before it have been applied.
//! - Two elements are the same one, updated in place, only with equal name, namespace, key and
//!   `dj-update`, and equal template content.
//! - Nodes never move to another parent.
//! - The result numbers every node of the new tree as the page does afterwards
//!   (property `patches_turn_the_old_tree_into_the_new_one`).

mod attributes;
mod children;
pub(crate) mod identity;
mod insert;
mod lis;
mod matching;
mod merge;
mod row;

pub(crate) use identity::Positions;
pub(crate) use lis::longest_increasing;
pub(crate) use merge::added;
pub(crate) use row::{Row, diff_row};

use crate::root::NOT_NUMBERED;
use crate::tree::same::same_contents;
use crate::tree::{Handle, Inside};
use crate::{Emit, Error, NodeId, NumberedTree, Root};

/// Emits what turns the page `old` into `new` and returns `new` with the page's numbers.
///
/// Children are matched by key (`dj-key`, `data-key`, else `id`; equal keys in order), then by
/// equal content, then by name in the gaps between. The number of moves is the least possible for
/// the matches. Runs of new siblings are one insertion, runs of gone ones one removal.
///
/// Nothing is emitted when nothing differs. Elements with `dj-update="ignore"` keep what is inside
/// them, whatever the new tree has there; their attributes are patched. Into elements with
/// `dj-update="append"` or `"prepend"` goes what the new tree has there and the old one has not;
/// what they hold stays.
///
/// # Errors
///
/// [`Error::RootReplaced`] when the root element itself cannot be updated in place; nothing has
/// been emitted then.
///
/// ```
/// # use djust_vdom::{Emit, NodeId, Nodes};
/// # #[derive(Default)] struct Log(Vec<String>);
/// # impl Emit for Log {
/// #   fn set_text(&mut self, id: NodeId, text: &str) { self.0.push(format!("0 {id} {text}")) }
/// #   fn set_tail(&mut self, id: NodeId, text: &str) { self.0.push(format!("1 {id} {text}")) }
/// #   fn set_attribute(&mut self, id: NodeId, n: &str, v: &str) { self.0.push(format!("2 {id} {n} {v}")) }
/// #   fn remove_attribute(&mut self, id: NodeId, n: &str) { self.0.push(format!("3 {id} {n}")) }
/// #   fn insert_html(&mut self, p: NodeId, a: NodeId, b: NodeId, h: &str) { self.0.push(format!("4 {p} {a} {b} {h}")) }
/// #   fn remove(&mut self, id: NodeId, count: u32) { self.0.push(format!("5 {id} {count}")) }
/// #   fn move_node(&mut self, p: NodeId, a: NodeId, id: NodeId) { self.0.push(format!("6 {p} {a} {id}")) }
/// #   fn replace_children(&mut self, id: NodeId, b: NodeId, h: &str) { self.0.push(format!("7 {id} {b} {h}")) }
/// #   fn insert_tree(&mut self, p: NodeId, a: NodeId, b: NodeId, _: Nodes<'_>) { self.0.push(format!("8 {p} {a} {b}")) }
/// #   fn merge(&mut self, id: NodeId, h: &str) { self.0.push(format!("9 {id} {h}")) }
/// # }
/// use djust_vdom::{diff, html};
///
/// let old = html::parse_document("<ul dj-root><li>a<li>b</ul>").into_root()?.number();
/// let new = html::parse_document("<ul dj-root><li>new<li>a<li>b</ul>").into_root()?;
/// let mut log = Log::default();
/// let live = diff(&old, new, &mut log)?;
/// assert_eq!(log.0, ["4 0 0 3 <li>new</li>"]);
/// assert_eq!(live.next_id(), NodeId(4));
/// # Ok::<(), djust_vdom::Error>(())
/// ```
pub fn diff<E: Emit + ?Sized>(
    old: &NumberedTree,
    new: Root,
    emit: &mut E,
) -> Result<NumberedTree, Error> {
    if old
        .next_id()
        .0
        .checked_add(new.tree().len() as u32)
        .is_none()
    {
        return replace(old, new, emit);
    }
    check_root(old, &new)?;
    let new = new.in_place_of(old.root());
    let mut differ = Differ::new(old, &new, old.next_id().0, emit);
    differ.update(old.tree().top(), new.tree().top());
    let (ids, next) = differ.finish();
    Ok(NumberedTree::new(new, ids, next))
}

/// As [`diff`], but trusts only the root element of `old`, not what is inside it: the children are
/// replaced as a whole.
///
/// For a page that no longer has the nodes the server thinks it has. Numbers begin at
/// [`NumberedTree::next_id`], or at 1 when fewer are left than the new tree needs.
///
/// # Errors
///
/// [`Error::RootReplaced`], as [`diff`]; also when the root is the `html` element, whose children
/// the parser makes even of nothing.
pub fn replace<E: Emit + ?Sized>(
    old: &NumberedTree,
    new: Root,
    emit: &mut E,
) -> Result<NumberedTree, Error> {
    check_root(old, &new)?;
    let new = new.in_place_of(old.root());
    if new.tree().is_html(new.tree().top(), "html") {
        return Err(Error::RootReplaced);
    }
    let next = old.next_id().0;
    let base = if next.checked_add(new.tree().len() as u32).is_some() {
        next
    } else {
        1
    };
    let mut differ = Differ::new(old, &new, base, emit);
    let (old_top, new_top) = (old.tree().top(), new.tree().top());
    differ.adopt(old_top, new_top);
    differ.attributes(old_top, new_top);
    if !new.tree().is_leaf(new_top) {
        differ.replace_unknown_children(new_top);
    }
    let (ids, next) = differ.finish();
    Ok(NumberedTree::new(new, ids, next))
}

fn check_root(old: &NumberedTree, new: &Root) -> Result<(), Error> {
    let tops = (old.tree().top(), new.tree().top());
    if compatible(old, tops.0, new, tops.1) {
        Ok(())
    } else {
        Err(Error::RootReplaced)
    }
}

/// Whether a node can become another one by patches, keys aside.
fn compatible(old: &NumberedTree, a: Handle, new: &Root, b: Handle) -> bool {
    let (left, right) = (old.tree(), new.tree());
    match (left.element(a), right.element(b)) {
        (Some(x), Some(y)) => {
            x.name == y.name
                && x.namespace == y.namespace
                && left.inside(a) == right.inside(b)
                && same_contents(left, a, right, b)
        }
        (None, None) => true,
        _ => false,
    }
}

/// One run of the diff.
struct Differ<'a, E: ?Sized> {
    old: &'a NumberedTree,
    new: &'a Root,
    /// Numbers of the new tree's nodes, by index.
    ids: Vec<u32>,
    next: u32,
    /// Pairs of nodes still to be compared, in reverse document order.
    pairs: Vec<(Handle, Handle)>,
    /// What the top stands for, if it is a row of siblings and not the root element.
    row: Option<Row<'a>>,
    emit: &'a mut E,
}

impl<'a, E: Emit + ?Sized> Differ<'a, E> {
    fn new(old: &'a NumberedTree, new: &'a Root, next: u32, emit: &'a mut E) -> Self {
        let ids = vec![NOT_NUMBERED; new.tree().len()];
        Self {
            old,
            new,
            ids,
            next,
            pairs: Vec::new(),
            row: None,
            emit,
        }
    }

    fn finish(self) -> (Vec<u32>, u32) {
        (self.ids, self.next)
    }

    /// Updates the root and everything inside it, without recursion.
    fn update(&mut self, old_top: Handle, new_top: Handle) {
        self.adopt(old_top, new_top);
        self.inside(old_top, new_top);
        while let Some((old, new)) = self.pairs.pop() {
            let tail = self.new.tree().tail(new);
            if self.old.tree().tail(old) != tail {
                self.emit.set_tail(self.id(new), tail);
            }
            self.inside(old, new);
        }
    }

    /// Gives the new node the number of the old one.
    fn adopt(&mut self, old: Handle, new: Handle) {
        self.ids[new.index()] = self.old.id(old).map_or(NOT_NUMBERED, |id| id.0);
    }

    /// The number of a node that has been matched or inserted.
    fn id(&self, new: Handle) -> NodeId {
        debug_assert_ne!(self.ids[new.index()], NOT_NUMBERED);
        NodeId(self.ids[new.index()])
    }

    fn inside(&mut self, old: Handle, new: Handle) {
        if self.new.tree().element(new).is_none() {
            self.text(old, new);
            return;
        }
        self.attributes(old, new);
        match self.new.tree().inside(new) {
            Inside::Replace => self.children(old, new),
            Inside::Append | Inside::Prepend => self.merge(old, new),
            Inside::Ignore => {}
        }
    }

    fn text(&mut self, old: Handle, new: Handle) {
        let text = self.new.tree().text(new);
        if self.old.tree().text(old) != text {
            self.emit.set_text(self.id(new), text);
        }
    }
}
