//! Parts that are accepted in a context, put one after the other into a page that has the context
//! open, become what they were alone.
#![no_main]

use djust_fuzz::parts;
use djust_vdom::html::{self, Context, full, strict};
use libfuzzer_sys::fuzz_target;

const PLACES: [&[&str]; 9] = [
    &["div"],
    &["p", "span"],
    &["ul", "li"],
    &["a", "button"],
    &["table", "tbody"],
    &["table", "tbody", "tr", "td"],
    &["form", "pre"],
    &["select"],
    &["textarea"],
];

fuzz_target!(|text: &str| {
    let parts = parts(text);
    'places: for place in PLACES {
        let context = place
            .iter()
            .fold(Context::new("body"), |context, name| context.inside(name));
        let mut alone = String::new();
        for part in &parts {
            let Ok(tree) = strict::parse_fragment(part, &context) else { continue 'places };
            let mut one = String::new();
            html::write_children(&tree, tree.top(), &mut one);
            alone += &one;
        }
        let around = |html: String, name: &&str| format!("<{name}>{html}</{name}>");
        let inside = place.iter().rev().fold(parts.concat(), around);
        let page = format!("<!doctype html><body>{inside}</body>");
        strict::parse_document(&page).expect("a page of accepted parts is accepted");
        let page = full::parse_document(&page);
        let tree = page.tree();
        let mut hole = tree.children(tree.top()).last().expect("html");
        hole = tree.children(hole).last().expect("body");
        for _ in place {
            hole = tree.children(hole).next().expect("the place is there");
        }
        let mut together = String::new();
        html::write_children(tree, hole, &mut together);
        assert_eq!(together, alone);
    }
});
