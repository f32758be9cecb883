//! Any text is a frame of a server, or operations, or is refused; both are written and read without
//! loss.
#![no_main]

use djust_protocol::{Operations, ServerFrame, decode_operations};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(frame) = ServerFrame::decode(text) {
        assert_eq!(ServerFrame::decode(&frame.encode()), Ok(frame));
    }
    if let Ok(patches) = decode_operations(text) {
        let operations = Operations::from_patches(&patches);
        assert_eq!(operations.patches(), Ok(patches));
    }
});
