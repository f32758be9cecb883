//! The promise: operations applied one after the other give exactly what a fresh load gives.
//!
//! Templates are made of the constructs that matter to a differ: branches inside text, attributes
//! and table parts, keyed and unkeyed loops, markup from a value. Contexts follow each other at
//! random.

mod lists;
mod merged;
mod states;
#[path = "../support/mod.rs"]
mod support;
mod templates;

use djust_live::{Adapter, Session};
use djust_protocol::{Encoder, Numbering};
use djust_template::{Engine, MapLoader};
use djust_vdom::apply::difference;
use djust_vdom::{Error as PageFault, NumberedTree, Root, diff, html};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use states::{State, source, state};
use support::apply_wire;
use templates::{MARKUP, PIECES};

fn engine() -> Engine {
    let parts = [
        (
            "part.html",
            "<p>part {{ word }}</p>{% if flag %}<hr>{% endif %}",
        ),
        (
            "row.html",
            "<em dj-key=\"{{ row.id }}\">{{ row.text }}</em> ",
        ),
        ("other.html", "<p>other</p>"),
        (
            "kept.html",
            "<p>{{ word }}</p>{% if word %}<ul dj-update=append><li>{{ word }}</li></ul>{% endif %}",
        ),
        (
            "base.html",
            "<!DOCTYPE html><html><head><title>{% block title %}{{ word }}{% endblock %}</title>{% if flag %}<meta name=a>{% endif %}</head><body><nav>{% for row in rows %}<a href=\"/{{ row.id }}\">{{ row.text }}</a>{% endfor %}</nav><main dj-root class=\"{{ word }}\">{% block main %}{% endblock %}</main></body></html>",
        ),
    ];
    Engine::builder().loader(MapLoader::from(parts)).build()
}

fn parse(page: &str) -> Option<Root> {
    html::parse_document(page).into_root().ok()
}

/// Whether the page has no root any more, or another one: then the session must say so.
fn is_refused(shown: &NumberedTree, page: &str) -> Option<PageFault> {
    let Some(root) = parse(page) else {
        return Some(PageFault::NoRoot);
    };
    diff(shown, root, &mut Adapter::new(&mut Encoder::new())).err()
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn failure(error: impl ToString) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// What the client shows, checked against a fresh load and what the session says of it.
fn check(session: &Session, applied: &NumberedTree, page: &str) -> Result<(), TestCaseError> {
    let fresh = parse(page).expect("a live root").number();
    // The order of attributes does not count.
    prop_assert_eq!(
        applied.fingerprint(),
        fresh.fingerprint(),
        "\n{}\n{}",
        applied.html(),
        fresh.html()
    );
    let numbering = session.page().numbering().expect("mounted");
    prop_assert_eq!(
        (numbering.count, numbering.sum),
        (fresh.count(), fresh.checksum())
    );
    prop_assert_eq!(session.page().next_id(), applied.next_id().0);
    if session.page().is_shaped() {
        prop_assert_eq!(session.page().bindings(), applied.bindings());
    }
    if let Some(shown) = session.page().shown() {
        prop_assert_eq!(difference(applied, shown), None);
    }
    Ok(())
}

/// One step of a session, checked against the oracle; the new state of the client, or nothing when
/// its operations hold a tree, which the oracle does not read from text.
fn step(
    session: &mut Session,
    client: &NumberedTree,
    state: &State,
) -> Result<Option<NumberedTree>, TestCaseError> {
    let page = session
        .template()
        .render(&mut state.context())
        .expect("the template renders");
    if is_refused(client, &page).is_some() {
        prop_assert!(session.update(&mut state.context()).is_err());
        return Ok(None);
    }
    let operations = session.update(&mut state.context()).map_err(failure)?;
    let Some(applied) = apply_wire(client, &operations) else {
        return Ok(session.page().shown().cloned());
    };
    let applied = applied.map_err(|error| failure(format!("{error}: {}", operations.as_str())))?;
    check(session, &applied, &page)?;

    // Another render of the same changes nothing.
    let again = session.update(&mut state.context()).map_err(failure)?;
    prop_assert_eq!(again.as_str(), "");
    Ok(Some(applied))
}

/// Cases of each property: set `DJUST_PROPERTY_CASES` for a longer run.
fn cases(few: u32) -> ProptestConfig {
    let cases = std::env::var("DJUST_PROPERTY_CASES").ok();
    ProptestConfig::with_cases(cases.and_then(|text| text.parse().ok()).unwrap_or(few))
}

proptest! {
    #![proptest_config(cases(5000))]

    #[test]
    fn updates_lead_to_what_a_fresh_load_gives(
        source in source(), states in vec((state(), any::<bool>()), 1..8),
    ) {
        let template = engine().template_from_str(&source).expect("the template compiles");
        let mut session = Session::new(template);
        let first = &states[0].0;
        let html = session.template().render(&mut first.context()).expect("renders");
        let Ok(page) = session.mount(&mut first.context()) else {
            prop_assert!(session.page().numbering().is_none() && parse(&html).is_none());
            return Ok(());
        };
        prop_assert_eq!(&page, &html);
        let mut client = parse(&page).expect("a live root").number();
        check(&session, &client, &page)?;
        for (state, is_idle) in &states[1..] {
            if *is_idle {
                session.hibernate();
            }
            match step(&mut session, &client, state)? {
                Some(next) => client = next,
                None => return Ok(()),
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_resync_leads_there_from_anything_the_client_shows(
        source in source(), old in state(), new in state(), later in state(), foreign in select(MARKUP),
    ) {
        let template = engine().template_from_str(&source).expect("the template compiles");
        let pages = [&old, &new].map(|state| template.render(&mut state.context()).expect("renders"));
        let mut session = Session::new(template);
        if session.mount(&mut old.context()).is_err() {
            return Ok(());
        }
        // A script of the page has put something at the end of the root.
        let shown = parse(&pages[0]).expect("a live root").number();
        let outer = shown.html();
        let Some(end) = outer.rfind("</") else { return Ok(()) };
        let outer = format!("{}{foreign}{}", &outer[..end], &outer[end..]);
        let Ok(client) = shown.parse_client(&outer) else { return Ok(()) };
        for numbering in [None, Some(Numbering { count: 1, sum: 2 })] {
            let mut session = session.clone();
            let Ok(answer) = session.resync(&outer, numbering, &mut new.context()) else {
                prop_assert!(is_refused(&client, &pages[1]).is_some());
                continue;
            };
            prop_assert_eq!(answer.base, session.page().next_id());
            if let Some(read) = apply_wire(&client, &answer.operations) {
                let read = read.map_err(failure)?;
                check(&session, &read, &pages[1])?;
                step(&mut session, &read, &later)?;
            }
        }
    }
}

/// Which constructs have no certain shape, with the reason, and which are compared in a larger whole: a
/// list to be reviewed when it changes.
#[test]
fn refused_constructs_are_the_known_ones() {
    let rows = vec![(1, "a".to_owned(), true), (2, "b".to_owned(), false)];
    let state = State {
        word: "w".to_owned(),
        flag: true,
        markup: "<b>bold</b>",
        rows,
    };
    let (mut refused, mut opaque) = (String::new(), String::new());
    for piece in PIECES {
        let source = format!("<!DOCTYPE html><body><main dj-root>{piece}</main></body>");
        let template = engine()
            .template_from_str(&source)
            .expect("the template compiles");
        let mut session = Session::new(template);
        session.mount(&mut state.context()).expect("a live root");
        let piece = piece.escape_default();
        let coverage = session.page().coverage();
        if let Some((reason, _)) = session.page().refusals().first() {
            refused.extend([&*piece.to_string(), "\n    ", &reason.to_string(), "\n"]);
        } else {
            assert!(session.page().is_shaped());
            if coverage.opaque > 0 {
                let share = format!(
                    "{} of {}",
                    coverage.opaque,
                    coverage.typed + coverage.opaque
                );
                opaque.extend([&*piece.to_string(), "\n    ", &share, "\n"]);
            }
        }
    }
    let found = format!("# Refused\n\n{refused}\n# Compared in a larger whole\n\n{opaque}");
    let known = include_str!("refused.txt");
    assert_eq!(found, known, "\n{found}");
}
