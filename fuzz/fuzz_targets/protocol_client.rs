//! Any text is a frame of a client or is refused; a frame is written and read without loss.
#![no_main]

use djust_protocol::{ClientFrame, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match ClientFrame::decode(text, &Limits::default()) {
        Ok(frame) => {
            let again = ClientFrame::decode(&frame.encode(), &Limits::default());
            assert_eq!(again.as_ref(), Ok(&frame));
        }
        Err(error) => {
            assert!(error.path().starts_with('$'));
            assert!(
                error.message().len() < 1_000,
                "little of the input is shown"
            );
        }
    }
});
