//! Any text is a document and a fragment; what is written of it and read again stays the same from
//! then on, numbers included.
#![no_main]

use djust_vdom::html::{self, Context};
use djust_vdom::{NodeId, Nodes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for name in ["div", "tbody", "select", "svg", "template"] {
        let tree = html::parse_fragment(text, &Context::new(name));
        let mut written = String::new();
        html::write(Nodes::children_of(&tree, tree.top()), &mut written);
    }
    let Ok(root) = html::parse_document(text).into_root() else {
        return;
    };
    let shown = root.number();
    assert!(shown.count() > 0);
    assert_eq!(shown.next_id(), NodeId(shown.count()));
    if let Ok(client) = shown.parse_client(&shown.html()) {
        let again = client.parse_client(&client.html());
        if let Ok(again) = again
            && client.html() == again.html()
        {
            assert_eq!(client.fingerprint(), again.fingerprint());
            assert_eq!(
                (client.count(), client.checksum()),
                (again.count(), again.checksum())
            );
        }
    }
});
