//! Shared by the tests: pages, a log of operations, the comparison with the oracle.
#![allow(dead_code)]

pub(crate) mod generate;

use djust_vdom::apply::{Applier, difference};
use djust_vdom::{Emit, NodeId, Nodes, NumberedTree, Root, diff, html};

/// As many cases as a test asks for, or as `PROPTEST_CASES` says.
pub(crate) fn cases(number: u32) -> proptest::test_runner::Config {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|number| number.parse().ok());
    proptest::test_runner::Config::with_cases(asked.unwrap_or(number))
}

/// A page with doctype whose live root holds the HTML.
pub(crate) fn page(inside: &str) -> Root {
    root(&format!("<!doctype html><body><div dj-root>{inside}</div>"))
}

pub(crate) fn root(page: &str) -> Root {
    html::parse_document(page)
        .into_root()
        .expect("the page has a live root")
}

/// Operations in writing, one each.
#[derive(Debug, Default)]
pub(crate) struct Log(pub(crate) Vec<String>);

impl Log {
    /// How many operations of a kind, by their number.
    pub(crate) fn count(&self, operation: u8) -> usize {
        self.0
            .iter()
            .filter(|line| line.starts_with(&format!("{operation} ")))
            .count()
    }
}

impl Emit for Log {
    fn set_text(&mut self, id: NodeId, text: &str) {
        self.0.push(format!("0 {id} {text}"));
    }
    fn set_tail(&mut self, id: NodeId, text: &str) {
        self.0.push(format!("1 {id} {text}"));
    }
    fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.0.push(format!("2 {id} {name} {value}"));
    }
    fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.0.push(format!("3 {id} {name}"));
    }
    fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str) {
        self.0.push(format!("4 {parent} {after} {base} {html}"));
    }
    fn remove(&mut self, id: NodeId, count: u32) {
        self.0.push(format!("5 {id} {count}"));
    }
    fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId) {
        self.0.push(format!("6 {parent} {after} {id}"));
    }
    fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str) {
        self.0.push(format!("7 {id} {base} {html}"));
    }
    fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId, nodes: Nodes<'_>) {
        let mut html = String::new();
        html::write(nodes, &mut html);
        self.0.push(format!("8 {parent} {after} {base} {html}"));
    }
    fn merge(&mut self, id: NodeId, html: &str) {
        self.0.push(format!("9 {id} {html}"));
    }
}

/// Sends every operation to both.
struct Both<'a>(&'a mut Log, &'a mut Applier);

impl Emit for Both<'_> {
    fn set_text(&mut self, id: NodeId, text: &str) {
        self.0.set_text(id, text);
        self.1.set_text(id, text);
    }
    fn set_tail(&mut self, id: NodeId, text: &str) {
        self.0.set_tail(id, text);
        self.1.set_tail(id, text);
    }
    fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.0.set_attribute(id, name, value);
        self.1.set_attribute(id, name, value);
    }
    fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.0.remove_attribute(id, name);
        self.1.remove_attribute(id, name);
    }
    fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str) {
        self.0.insert_html(parent, after, base, html);
        self.1.insert_html(parent, after, base, html);
    }
    fn remove(&mut self, id: NodeId, count: u32) {
        self.0.remove(id, count);
        self.1.remove(id, count);
    }
    fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId) {
        self.0.move_node(parent, after, id);
        self.1.move_node(parent, after, id);
    }
    fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str) {
        self.0.replace_children(id, base, html);
        self.1.replace_children(id, base, html);
    }
    fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId, nodes: Nodes<'_>) {
        self.0.insert_tree(parent, after, base, nodes);
        self.1.insert_tree(parent, after, base, nodes);
    }
    fn merge(&mut self, id: NodeId, html: &str) {
        self.0.merge(id, html);
        self.1.merge(id, html);
    }
}

/// Diffs, applies, and returns the operations and the new state, or what went wrong.
pub(crate) fn check(old: &NumberedTree, new: Root) -> Result<(Log, NumberedTree), String> {
    let fingerprint = new.fingerprint();
    let mut log = Log::default();
    let mut page = Applier::new(old);
    let live = diff(old, new, &mut Both(&mut log, &mut page)).map_err(|error| error.to_string())?;
    let applied = page
        .finish()
        .map_err(|error| format!("{error}\n{log:#?}"))?;
    if let Some(difference) = difference(&applied, &live) {
        return Err(format!("{difference}\nafter {log:#?}"));
    }
    if applied.fingerprint() != fingerprint || applied.next_id() != live.next_id() {
        return Err(format!("fingerprint or next id differ after {log:#?}"));
    }
    // What elements with `dj-update` hold is no part of the fingerprint.
    if old.fingerprint() == fingerprint && log.0.len() > log.count(9) {
        return Err(format!("operations for equal content: {log:#?}"));
    }
    Ok((log, live))
}

/// The operations from one inside of the live root to another, proven by the oracle.
pub(crate) fn operations(old: &str, new: &str) -> Vec<String> {
    check(&page(old).number(), page(new))
        .expect("patches apply")
        .0
        .0
}
