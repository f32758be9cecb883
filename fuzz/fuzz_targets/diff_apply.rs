//! Patches turn the first page into the second, and into each that follows.
#![no_main]

use djust_fuzz::parts;
use djust_vdom::apply::{Applier, difference};
use djust_vdom::{Root, diff, html};
use libfuzzer_sys::fuzz_target;

fn root(page: &str) -> Option<Root> {
    html::parse_document(page).into_root().ok()
}

fuzz_target!(|text: &str| {
    let mut pages = parts(text).into_iter().filter_map(root);
    let Some(first) = pages.next() else { return };
    let mut shown = first.number();
    for next in pages {
        let fingerprint = next.fingerprint();
        let mut page = Applier::new(&shown);
        let Ok(live) = diff(&shown, next, &mut page) else {
            continue;
        };
        let applied = page.finish().expect("every operation can be applied");
        assert_eq!(difference(&applied, &live), None);
        assert_eq!(applied.fingerprint(), fingerprint);
        assert_eq!(applied.next_id(), live.next_id());
        shown = live;
    }
});
