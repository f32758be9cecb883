//! Compares trees by what they are to a page, text runs joined.

use djust_vdom::html::Document;
use djust_vdom::{Handle, Tree};

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
