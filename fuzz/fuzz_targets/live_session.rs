//! A session follows its contexts: what it shows is what a fresh render shows, its operations can be
//! read, and when something fails it stays as it was.
#![no_main]

use djust_fuzz::{context, engine, parts};
use djust_live::Session;
use djust_protocol::ErrorCode;
use djust_vdom::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = engine(&parts(text)).get_template("main.html") else {
        return;
    };
    let mut session = Session::new(template);
    if session.mount(&mut context(text.len())).is_err() {
        return assert!(session.page().shown().is_none());
    }
    for seed in text.len() + 1..text.len() + 5 {
        let before = session.page().fingerprint();
        let Ok(operations) = session.update(&mut context(seed)) else {
            assert_eq!(session.page().fingerprint(), before);
            continue;
        };
        let page = session
            .template()
            .render(&mut context(seed))
            .expect("it just rendered");
        let fresh = html::parse_document(&page)
            .into_root()
            .expect("it has a root")
            .number();
        let shown = session.page().shown().expect("mounted");
        assert_eq!(shown.fingerprint(), fresh.fingerprint());
        assert_eq!(
            (shown.count(), shown.checksum()),
            (fresh.count(), fresh.checksum())
        );
        match operations.patches() {
            Ok(_) => {}
            // A node tree may be deeper than what is decoded.
            Err(error) => assert_eq!(error.code(), ErrorCode::TooDeep),
        }
    }
});
