//! The strict parser beside the full one.
//!
//! `STRICT_CASES` sets how many accepted inputs each comparison takes; `STRICT_SEED` where the
//! generator begins. Ten million: `STRICT_CASES=10000000 cargo test --release --test strict`.

mod compare;
mod generate;
mod random;
mod refusals;
mod samples;
mod sequences;
#[rustfmt::skip]
mod words;

use std::collections::BTreeMap;

use compare::{compose, same, same_page};
use djust_vdom::html::strict::Reason;
use djust_vdom::html::{full, strict};
use generate::{Generator, context};
use words::PLACES;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// The share that has to be accepted, so that the comparison is about something.
fn is_enough(accepted: u64, made: u64) -> bool {
    accepted * 2 > made
}

#[test]
fn accepted_fragments_have_the_tree_of_the_full_parser() {
    let (wanted, seed) = (setting("STRICT_CASES", 160_000), setting("STRICT_SEED", 1));
    let (mut accepted, mut made, mut large) = (0, 0, 0);
    let mut refused: BTreeMap<Reason, u64> = BTreeMap::new();
    while accepted < wanted {
        let mut generator = Generator::new(seed ^ (made << 1));
        made += 1;
        let place = generator.random.pick(PLACES);
        let context = context(place);
        let html = generator.fragment(place);
        match strict::parse_fragment(&html, &context) {
            Ok(tree) => {
                let expected = full::parse_fragment(&html, &context);
                assert!(
                    same(&tree, tree.top(), &expected, expected.top()),
                    "in {place:?}: {html:?}"
                );
                accepted += 1;
                large += u64::from(html.matches('<').count() > 16);
            }
            Err(refusal) => {
                assert!(refusal.at <= html.len(), "{refusal} in {html:?}");
                *refused.entry(refusal.reason).or_default() += 1;
            }
        }
    }
    println!("fragments: {made} made, {accepted} accepted, {large} of them large; {refused:?}");
    assert!(
        is_enough(accepted, made),
        "{accepted} of {made}; {refused:?}"
    );
}

#[test]
fn accepted_pages_have_the_tree_of_the_full_parser() {
    let (wanted, seed) = (
        setting("STRICT_CASES", 160_000) / 4,
        setting("STRICT_SEED", 1),
    );
    let (mut accepted, mut made) = (0, 0);
    while accepted < wanted {
        let html = Generator::new(seed ^ (made << 1 | 1)).page();
        made += 1;
        if let Ok(page) = strict::parse_document(&html) {
            assert!(same_page(&page, &full::parse_document(&html)), "{html:?}");
            accepted += 1;
        }
    }
    println!("pages: {made} made, {accepted} accepted");
    assert!(is_enough(accepted, made), "{accepted} of {made}");
}

/// Fragments accepted in a context, one after the other in a page that has it open, are parsed as
/// they were alone, and the page is accepted too.
#[test]
fn accepted_fragments_compose() {
    let (wanted, seed) = (
        setting("STRICT_CASES", 160_000) / 4,
        setting("STRICT_SEED", 1),
    );
    let (mut accepted, mut made) = (0, 0);
    while accepted < wanted {
        let mut generator = Generator::new(seed.rotate_left(32) ^ made);
        made += 1;
        let place = generator.random.pick(PLACES);
        let parts: Vec<_> = (0..3).map(|_| generator.fragment(place)).collect();
        if !compose(place, &parts) {
            continue;
        }
        accepted += 1;
    }
    println!("compositions: {made} made, {accepted} accepted");
    assert!(accepted * 4 > made, "{accepted} of {made}");
}

#[test]
fn nesting_is_bounded_and_nothing_recurses() {
    let nested = |depth: usize| "<div>".repeat(depth) + &"</div>".repeat(depth);
    let context = context(&[]);
    assert!(strict::parse_fragment(&nested(499), &context).is_ok());
    let refusal = strict::parse_fragment(&nested(500), &context).unwrap_err();
    assert_eq!((refusal.reason, refusal.at), (Reason::Depth, 499 * 5));
    let refusal = strict::parse_fragment(&nested(1_000_000), &context).unwrap_err();
    assert_eq!(refusal.reason, Reason::Depth);
}

/// Each would take minutes if any part of it cost more than its length.
#[test]
fn hostile_input_costs_its_length() {
    let context = context(&[]);
    let many = 1_000_000;
    let accepted = [
        "<br>".repeat(many),
        format!("<a title=\"{}\"></a>", "&amp;x".repeat(many)),
        format!("<script>{}</script>", "</scrip".repeat(many)),
        format!("<textarea>{}</textarea>", "<".repeat(many)),
        format!("<!--{}-->", "- ".repeat(many)),
        "<b></b>".repeat(many),
    ];
    for html in accepted {
        assert_eq!(strict::parse_fragment(&html, &context).err(), None);
    }
    let refused = [
        (
            format!("<a {}>", "x ".repeat(many)),
            Reason::DuplicateAttribute,
        ),
        (format!("<a {}>", numbered(many)), Reason::TooManyAttributes),
        ("<script>".repeat(many), Reason::RawText),
        ("<!--".repeat(many), Reason::Comment),
        ("&".repeat(many), Reason::CharacterReference),
        ("<table>".repeat(many), Reason::Table),
        (format!("<{}", "a".repeat(many)), Reason::TagName),
        (
            format!("&{};", "a".repeat(many)),
            Reason::CharacterReference,
        ),
    ];
    for (html, reason) in refused {
        assert_eq!(
            strict::parse_fragment(&html, &context).unwrap_err().reason,
            reason
        );
    }
}

/// Attributes with different names.
fn numbered(many: usize) -> String {
    (0..many).fold(String::new(), |all, number| all + &format!("x{number} "))
}
