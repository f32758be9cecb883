//! Any template renders or ends in an error, includes and inheritance included; twice the same, and
//! the context is left as it was. What it reads can be told without rendering it.
#![no_main]

use djust_fuzz::{context, engine, parts};
use djust_template::Reads;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let engine = engine(&parts(text));
    let template = match engine.get_template("main.html") {
        Ok(template) => template,
        Err(error) => return assert!(!format!("{error:#}").is_empty()),
    };
    let reads = Reads::of(&template);
    assert!(!reads.names().is_whole() && reads.names().items().is_none());
    let mut names = context(text.len());
    let scopes = names.scopes();
    match template.render(&mut names) {
        Ok(html) => assert!(html.len() <= 2 << 20),
        Err(error) => assert!(!format!("{error:#}").is_empty()),
    }
    assert_eq!(names.scopes(), scopes);
});
