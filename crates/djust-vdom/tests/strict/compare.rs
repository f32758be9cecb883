//! Compares trees by what they are to a page, text runs joined.

use djust_vdom::html::{Document, full, strict};
use djust_vdom::{Handle, Tree};

use crate::generate::context;

/// One step through a tree.
#[derive(Debug, PartialEq)]
pub(crate) enum Event<'t> {
    Open(u8, &'t str, Vec<(&'t str, &'t str)>),
    Content,
    Comment(&'t str),
    Text(String),
    Close,
}

/// Everything inside a node.
pub(crate) fn events<'t>(tree: &'t Tree, inside: Handle, out: &mut Vec<Event<'t>>) {
    text(tree.text(inside), out);
    for child in tree.children(inside) {
        if let Some(name) = tree.name(child) {
            let attributes = tree.attributes(child).collect();
            out.push(Event::Open(tree.namespace(child) as u8, name, attributes));
            if let Some(contents) = tree.template_contents(child) {
                out.push(Event::Content);
                events(tree, contents, out);
                out.push(Event::Close);
            }
            events(tree, child, out);
            out.push(Event::Close);
        } else {
            out.push(Event::Comment(tree.text(child)));
        }
        text(tree.tail(child), out);
    }
}

fn text(text: &str, out: &mut Vec<Event<'_>>) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Event::Text(before)) => before.push_str(text),
        _ => out.push(Event::Text(text.to_owned())),
    }
}

/// Whether two nodes hold the same, down to the run each text belongs to.
pub(crate) fn same(left: &Tree, a: Handle, right: &Tree, b: Handle) -> bool {
    if left.text(a) != right.text(b) {
        return false;
    }
    let (mut lefts, mut rights) = (left.children(a), right.children(b));
    loop {
        match (lefts.next(), rights.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) => {
                let contents = match (left.template_contents(a), right.template_contents(b)) {
                    (None, None) => true,
                    (Some(a), Some(b)) => same(left, a, right, b),
                    _ => false,
                };
                let equal = contents
                    && left.name(a) == right.name(b)
                    && left.namespace(a) == right.namespace(b)
                    && left.is_comment(a) == right.is_comment(b)
                    && left.tail(a) == right.tail(b)
                    && left.attributes(a).eq(right.attributes(b))
                    && same(left, a, right, b);
                if !equal {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Asserts that fragments, one after the other in a page that has the place open, are parsed as alone and are accepted
/// there. False if one of them is not accepted alone.
pub(crate) fn compose(place: &[&str], parts: &[String]) -> bool {
    let context = context(place);
    let trees: Result<Vec<_>, _> = parts
        .iter()
        .map(|part| strict::parse_fragment(part, &context))
        .collect();
    let Ok(trees) = trees else { return false };
    let around = |html, name: &&str| format!("<{name}>{html}</{name}>");
    let inside = place.iter().rev().fold(parts.concat(), around);
    let page = format!("<!doctype html><body>{inside}</body>");
    if let Err(refusal) = strict::parse_document(&page) {
        panic!("{refusal} of {page:?}");
    }
    let page = full::parse_document(&page);
    let tree = page.tree();
    let mut hole = tree.children(tree.top()).last().expect("html");
    hole = tree.children(hole).last().expect("body");
    for _ in place {
        hole = tree.children(hole).next().expect("the place is there");
        hole = tree.template_contents(hole).unwrap_or(hole);
    }
    let (mut expected, mut found): (Vec<Event<'_>>, Vec<Event<'_>>) = (Vec::new(), Vec::new());
    for tree in &trees {
        events(tree, tree.top(), &mut expected);
    }
    events(tree, hole, &mut found);
    assert_eq!(found, expected, "in {place:?}: {parts:?}");
    true
}

pub(crate) fn same_page(left: &Document, right: &Document) -> bool {
    let doctype = |page: &Document| {
        let doctype = page.doctype()?;
        let before = page.tree().children(page.tree().top());
        let comments = doctype.after.map_or(0, |after| {
            before.take_while(|&node| node != after).count() + 1
        });
        Some((
            doctype.name.clone(),
            doctype.public_id.clone(),
            doctype.system_id.clone(),
            comments,
        ))
    };
    left.quirks() == right.quirks()
        && doctype(left) == doctype(right)
        && same(
            left.tree(),
            left.tree().top(),
            right.tree(),
            right.tree().top(),
        )
}
