//! A session follows its contexts: operations applied to what the client shows give what a fresh load
//! gives.
#![no_main]

use djust_fuzz::{apply, context, engine, parts};
use djust_live::Session;
use djust_vdom::html;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = engine(&parts(text)).get_template("main.html") else {
        return;
    };
    let mut session = Session::new(template);
    let Ok(page) = session.mount(&mut context(text.len())) else {
        return assert!(session.page().numbering().is_none());
    };
    let mut client = html::parse_document(&page)
        .into_root()
        .expect("it has a root")
        .number();
    for seed in text.len() + 1..text.len() + 5 {
        if seed % 2 == 0 {
            session.hibernate();
        }
        let Ok(operations) = session.update(&mut context(seed)) else {
            return;
        };
        let page = session
            .template()
            .render(&mut context(seed))
            .expect("it just rendered");
        let fresh = html::parse_document(&page)
            .into_root()
            .expect("it has a root")
            .number();
        match apply(&client, &operations) {
            Some(applied) => client = applied,
            None => match session.page().shown() {
                Some(shown) => client = shown.clone(),
                None => return,
            },
        }
        assert_eq!(client.fingerprint(), fresh.fingerprint());
        let numbering = session.page().numbering().expect("mounted");
        assert_eq!(
            (numbering.count, numbering.sum),
            (fresh.count(), fresh.checksum())
        );
    }
});
