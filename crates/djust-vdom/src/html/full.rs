//! The complete parser of the HTML standard: html5ever into [`Tree`].
//!
//! It is what [`parse_document`](super::parse_document) and
//! [`parse_fragment`](super::parse_fragment) fall back to, and what the strict parser is proven by.

use html5ever::driver::{ParseOpts, parse_document as document_parser, parse_fragment_for_element};
use html5ever::tendril::TendrilSink;
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;

use super::sink::{Shadow, Sink};
use super::{Context, Document, Quirks};
use crate::Namespace;
use crate::tree::{ElementData, Handle, Kind, Name, Tree};

/// Parses a whole page, scripting enabled (so `noscript` holds text), mode by its doctype.
///
/// Never fails: every input is a page to the standard. Differences from a browser are those of
/// html5ever, listed with the html5lib cases in `tests/html5lib/expected-failures.txt`, and nesting
/// deeper than the 512 open elements Chromium allows.
///
/// ```
/// use djust_vdom::html::{self, full};
///
/// let page = full::parse_document("<table><tr><td>1");
/// let mut written = String::new();
/// html::write_children(page.tree(), page.tree().top(), &mut written);
/// let body = "<table><tbody><tr><td>1</td></tr></tbody></table>";
/// assert_eq!(written, format!("<html><head></head><body>{body}</body></html>"));
/// ```
pub fn parse_document(html: &str) -> Document {
    let sink = Sink::new(Shadow::Attached);
    document_parser(sink, options(Quirks::No))
        .one(html.strip_prefix('\u{feff}').unwrap_or(html))
        .into_document()
}

/// Parses what is put into an element, as `innerHTML` does; its nodes are the children of the
/// result's top.
///
/// ```
/// use djust_vdom::html::{Context, full};
///
/// let tree = full::parse_fragment("<li>one<li>two", &Context::new("ul"));
/// assert_eq!(tree.children(tree.top()).count(), 2);
/// ```
pub fn parse_fragment(html: &str, context: &Context) -> Tree {
    let (mut tree, top) = parse_in(html, context);
    let mut fragment = tree.extract(top);
    let top = fragment.top();
    fragment.node_mut(top).kind = Kind::Fragment;
    fragment
}

/// Parses a fragment; the result's nodes are the children of the handle, which stands for the
/// context element. The tree also holds what the parser made and did not use.
pub(crate) fn parse_in(html: &str, context: &Context) -> (Tree, Handle) {
    let sink = Sink::new(Shadow::Kept);
    let element = sink.create(context.element());
    let form = context.is_inside_form().then(|| {
        sink.create(ElementData {
            name: Name::from("form"),
            namespace: Namespace::Html,
            attributes: Vec::new(),
            contents: None,
        })
    });
    let options = options(context.quirks());
    let tree = parse_fragment_for_element(sink, options, element, true, form)
        .one(html)
        .into_tree();
    let top = tree
        .children(tree.top())
        .find(|&node| tree.element(node).is_some());
    (
        tree,
        top.expect("a fragment parser begins with an html element"),
    )
}

fn options(quirks: Quirks) -> ParseOpts {
    ParseOpts {
        // A byte order mark is part of the bytes of a page, so `parse_document` drops it. The
        // tokenizer would drop one after each script as well.
        tokenizer: TokenizerOpts {
            discard_bom: false,
            ..Default::default()
        },
        tree_builder: TreeBuilderOpts {
            scripting_enabled: true,
            quirks_mode: match quirks {
                Quirks::No => html5ever::interface::QuirksMode::NoQuirks,
                Quirks::Limited => html5ever::interface::QuirksMode::LimitedQuirks,
                Quirks::Full => html5ever::interface::QuirksMode::Quirks,
            },
            ..Default::default()
        },
    }
}
