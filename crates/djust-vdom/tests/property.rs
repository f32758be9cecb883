//! `apply(diff(a, b), a) == b` over arbitrary HTML, and what follows from it.

mod support;

use djust_vdom::apply::{Applier, difference};
use djust_vdom::html::{self, Context};
use djust_vdom::{Error, Nodes, Root, replace};
use proptest::prelude::*;
use support::check;
use support::generate::{frame, html, html_and_variation};

/// The page's root, or nothing where the generated HTML breaks out of it or makes it another one.
fn root(frame: (&str, &str), inside: &str) -> Option<Root> {
    html::parse_document(&format!("{}{inside}{}", frame.0, frame.1))
        .into_root()
        .ok()
}

/// Patches the first page into the second and back into the first.
fn there_and_back(frame: (&str, &str), one: &str, two: &str) -> Result<(), TestCaseError> {
    let (Some(first), Some(second)) = (root(frame, one), root(frame, two)) else {
        return Ok(());
    };
    let start = first.clone().number();
    match check(&start, second) {
        Ok((_, live)) => {
            check(&live, first).map_err(|error| TestCaseError::fail(format!("back: {error}")))?;
        }
        Err(error) if error == Error::RootReplaced.to_string() => {}
        Err(error) => return Err(TestCaseError::fail(error)),
    }
    Ok(())
}

proptest! {
    #![proptest_config(support::cases(2000))]

    #[test]
    fn patches_turn_the_old_tree_into_the_new_one(frame in frame(), one in html(), two in html()) {
        there_and_back(frame, &one, &two)?;
    }

    #[test]
    fn patches_of_small_changes_are_right(frame in frame(), (one, two) in html_and_variation()) {
        there_and_back(frame, &one, &two)?;
    }

    #[test]
    fn equal_trees_have_equal_fingerprints_and_no_patches(frame in frame(), one in html()) {
        if let (Some(first), Some(second)) = (root(frame, &one), root(frame, &one)) {
            prop_assert_eq!(first.fingerprint(), second.fingerprint());
            let start = first.number();
            let (log, live) = check(&start, second).map_err(TestCaseError::fail)?;
            prop_assert!(log.0.is_empty());
            prop_assert_eq!(start.next_id(), live.next_id());
        }
    }

    #[test]
    fn replacing_needs_nothing_but_the_root(frame in frame(), one in html(), two in html()) {
        let pages = (root(frame, &one), root(frame, &two));
        if let (Some(first), Some(second)) = pages {
            let start = first.number();
            let mut page = Applier::new(&start);
            if let Ok(live) = replace(&start, second, &mut page) {
                let applied = page.finish().map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert_eq!(difference(&applied, &live), None);
            }
        }
    }

    #[test]
    fn what_survives_serialisation_comes_back_from_the_client(frame in frame(), one in html()) {
        if let Some(first) = root(frame, &one) {
            let start = first.number();
            // Trees that HTML cannot express are written as HTML that means another tree: compared
            // is what that one comes to.
            if let Ok(client) = start.parse_client(&start.html())
                && let Ok(again) = client.parse_client(&client.html())
                && client.html() == again.html()
            {
                prop_assert_eq!(difference(&client, &again), None);
                prop_assert_eq!(client.count(), again.count());
                prop_assert_eq!(client.checksum(), again.checksum());
                prop_assert_eq!(client.fingerprint(), again.fingerprint());
            }
        }
    }

    #[test]
    fn fragments_of_any_context_are_trees(inside in html(), context in "[a-z]{1,8}|select|template|tr|frameset|html|svg") {
        let tree = html::parse_fragment(&inside, &Context::new(&context));
        let mut written = String::new();
        html::write(Nodes::children_of(&tree, tree.top()), &mut written);
        prop_assert!(written.len() <= 64 + inside.len() * 200);
    }
}
