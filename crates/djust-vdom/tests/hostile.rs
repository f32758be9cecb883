//! Input nobody writes by accident: bounded time, no panic, no stack overflow.

mod support;

use std::time::{Duration, Instant};

use djust_vdom::html::{self, Context};
use support::{check, page};

/// Generous, for busy machines: a few seconds are normal, time that grows with the square of the
/// input would be hours.
const BOUND: Duration = Duration::from_secs(120);

#[test]
fn ten_thousand_nested_elements() {
    let begin = Instant::now();
    // One parse: html5ever looks through all open elements at every `div`.
    let start = page(&"<div>".repeat(10_000)).number();
    assert_eq!(start.count(), 10_001);
    let (log, _) = check(&start, page("<hr>")).expect("patches apply");
    assert_eq!(log.0, ["7 0 10001 <hr>"]);
    drop(start);
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn a_hundred_thousand_nested_elements() {
    let begin = Instant::now();
    let nested = |text: &str| format!("<svg>{}{text}", "<g>".repeat(100_000));
    let start = page(&nested("a")).number();
    assert_eq!(start.count(), 100_002);
    let (log, live) = check(&start, page(&nested("b"))).expect("patches apply");
    assert_eq!(log.0, ["0 100001 b"]);
    // Deeper than browsers parse: inserted as a tree, which no parser flattens.
    let (log, _) = check(
        &page("<hr>").number(),
        page(&format!("<hr>{}", nested("a"))),
    )
    .expect("patches apply");
    assert_eq!((log.count(8), log.0.len()), (1, 1));
    let client = live.parse_client(&live.html()).expect("it is the root");
    assert_eq!(client.checksum(), live.checksum());
    assert_eq!(client.fingerprint(), live.fingerprint());
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn a_million_siblings() {
    let begin = Instant::now();
    let start = page(&"<br>".repeat(1_000_000)).number();
    let (log, _) =
        check(&start, page(&("<hr>".to_owned() + &"<br>".repeat(999_999)))).expect("patches apply");
    assert_eq!(log.0.len(), 2);
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn a_hundred_thousand_rows_shuffled_with_duplicate_keys() {
    let begin = Instant::now();
    let rows = |order: &dyn Fn(u64) -> u64| {
        (0..100_000).fold(String::new(), |html, i| {
            html + &format!("<i id=k{}>{}</i>", order(i) % 1000, order(i) % 7)
        })
    };
    let start = page(&rows(&|i| i)).number();
    check(&start, page(&rows(&|i| i * 7919 % 100_003))).expect("patches apply");
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn a_megabyte_in_one_attribute_and_one_text() {
    let begin = Instant::now();
    let long = "&lt;\u{a0}&amp;\"".repeat(200_000);
    let html = |end: &str| format!("<p title='{long}{end}'>{long}{end}</p>");
    let (log, _) = check(&page(&html("a")).number(), page(&html("b"))).expect("patches apply");
    assert_eq!((log.count(2), log.count(0), log.0.len()), (1, 1, 2));
    let (log, _) = check(&page("").number(), page(&html("a"))).expect("patches apply");
    assert_eq!((log.count(4), log.0.len()), (1, 1));
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn five_thousand_attributes() {
    let begin = Instant::now();
    let html = |value: u32| {
        (0..5000).rev().fold("<p".to_owned(), |html, i| {
            html + &format!(" a{i}={}", i % value)
        }) + ">"
    };
    let (log, _) = check(&page(&html(2)).number(), page(&html(3))).expect("patches apply");
    assert_eq!(log.count(2), log.0.len());
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}

#[test]
fn nul_and_carriage_returns_and_controls() {
    let odd = "a\0b\r\nc\rd\u{1}\u{7f}\u{fffe}\u{feff}&#0;&#13;&#xd800;&#x110000;";
    let html =
        format!("<p title='{odd}'>{odd}<!--{odd}--><svg><desc>{odd}</desc><g>{odd}</g></svg>");
    check(&page("").number(), page(&html)).expect("patches apply");
    let (log, _) = check(&page(&html).number(), page(&html)).expect("patches apply");
    assert!(log.0.is_empty());
}

#[test]
fn every_name_as_context() {
    let html = "text<tr><td>1<li>2<option>3<p>4<table>5</table><svg><p></svg></select><frame>";
    for context in [
        "html", "head", "body", "table", "tr", "select", "option", "template", "noscript",
        "script", "textarea", "title", "frameset", "colgroup", "svg", "x-y", "",
    ] {
        let tree = html::parse_fragment(html, &Context::new(context));
        let mut written = String::new();
        html::write_children(&tree, tree.top(), &mut written);
        assert!(written.len() < 4 * html.len(), "{context}: {written}");
    }
}

#[test]
fn misnested_formatting() {
    let begin = Instant::now();
    let html = "<p><b><i><u><a>".repeat(300) + &"</b></p></a></i>".repeat(300);
    check(&page("").number(), page(&html)).expect("patches apply");
    check(&page(&html).number(), page("")).expect("patches apply");
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
}
