//! Where the strict parser accepts a text, its tree is that of the full parser; it always ends, and
//! names a place in the text where it refuses.
#![no_main]

use djust_vdom::html::{self, Context, full, strict};
use djust_vdom::{Namespace, Tree};
use libfuzzer_sys::fuzz_target;

fn written(tree: &Tree) -> String {
    let mut out = format!("{:?}", tree.children(tree.top()).count());
    html::write_children(tree, tree.top(), &mut out);
    out
}

fuzz_target!(|text: &str| {
    match strict::parse_document(text) {
        Ok(page) => {
            let expected = full::parse_document(text);
            assert_eq!(written(page.tree()), written(expected.tree()));
            assert_eq!(page.quirks(), expected.quirks());
        }
        Err(refusal) => assert!(refusal.at <= text.len()),
    }
    let html = ["body", "p", "li", "table", "tbody", "tr", "select", "template", "title", "script"];
    let svg = Context::new("svg").with_namespace(Namespace::Svg);
    for context in html.map(Context::new).into_iter().chain([svg]) {
        match strict::parse_fragment(text, &context) {
            Ok(tree) => {
                assert_eq!(written(&tree), written(&full::parse_fragment(text, &context)));
            }
            Err(refusal) => assert!(refusal.at <= text.len()),
        }
    }
});
