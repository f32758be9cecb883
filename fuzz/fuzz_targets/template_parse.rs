//! Any text compiles or ends in an error that can be shown, with a place inside the text.
#![no_main]

use djust_template::Engine;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if let Err(error) = Engine::default().template_from_str(source) {
        assert!(!error.to_string().is_empty());
        assert!(!format!("{error:#}").is_empty());
        if let Some(span) = error.span() {
            assert!(
                source.get(span.start as usize..span.end as usize).is_some(),
                "the place is inside the text"
            );
        }
    }
});
