//! What is emitted for which change.

mod support;

use djust_vdom::apply::{Applier, difference};
use djust_vdom::{diff, html};
use support::{check, operations, page};

#[test]
fn equal_content_emits_nothing() {
    assert!(operations("<p class=a id=b>x<br>y", "<P ID='b' CLASS='a'>x<br>y</P>").is_empty());
}

#[test]
fn one_text_is_one_operation() {
    assert_eq!(
        operations("<p>a<b>b</b>c</p>", "<p>z<b>b</b>c</p>"),
        ["0 1 z"]
    );
    assert_eq!(
        operations("<p>a<b>b</b>c</p>", "<p>a<b>b</b>z</p>"),
        ["1 2 z"]
    );
    assert_eq!(
        operations("<p>a<b>b</b>c</p>", "<p>a<b></b>c</p>"),
        ["0 2 "]
    );
    assert_eq!(operations("<!--a-->", "<!--b-->"), ["0 1 b"]);
}

#[test]
fn attributes_are_set_and_removed_one_by_one() {
    assert_eq!(
        operations(
            "<input value=a class=x disabled>",
            "<input class=y value=a required>"
        ),
        ["3 1 disabled", "2 1 class y", "2 1 required "]
    );
    assert_eq!(
        operations(
            "<svg><use xlink:href=#a /></svg>",
            "<svg viewbox='0 0 1 1'><use xlink:href=#b />"
        ),
        ["2 1 viewBox 0 0 1 1", "2 2 xlink:href #b"]
    );
}

#[test]
fn prepend_append_and_insert_are_one_operation() {
    let li = "<li>a<b>1</b></li>\n<li>b<b>2</b></li>\n";
    assert_eq!(
        operations(
            &format!("<ul>\n{li}</ul>"),
            &format!("<ul>\n<li>n<b>3</b></li>\n{li}</ul>")
        ),
        ["4 1 0 6 <li>n<b>3</b></li>\n"]
    );
    assert_eq!(
        operations(
            &format!("<ul>\n{li}</ul>"),
            &format!("<ul>\n{li}<li>n<b>3</b></li>\n</ul>")
        ),
        ["4 1 4 6 <li>n<b>3</b></li>\n"]
    );
    assert_eq!(
        operations("<p>a<p>b", "<p>a<i>x</i><i>y</i></p><hr>t<p>b"),
        ["4 0 1 3 <hr>t", "4 1 0 4 <i>x</i><i>y</i>"]
    );
}

#[test]
fn removed_siblings_are_counted() {
    assert_eq!(operations("<p>a<p>b<p>c<p>d", "<p>a<p>d"), ["5 2 2"]);
    assert_eq!(
        operations("<p>a<p>b<p>c<p>d<p>e", "<p>a<p>c<p>e"),
        ["5 2 1", "5 4 1"]
    );
}

#[test]
fn sliding_window_without_keys_is_two_operations() {
    assert_eq!(
        operations("<p>a<p>b<p>c<p>d<p>e", "<p>b<p>c<p>d<p>e<p>f"),
        ["5 1 1", "4 0 5 6 <p>f</p>"]
    );
}

#[test]
fn cells_of_the_same_shape_change_in_place() {
    assert_eq!(
        operations("<i>3</i><i>1</i><i>4</i>", "<i>1</i><i>5</i><i>3</i>"),
        ["0 1 1", "0 2 5", "0 3 3"]
    );
}

#[test]
fn another_key_is_another_node() {
    assert_eq!(
        operations("<p id=a>x</p><hr>", "<p id=b>x</p><hr>"),
        ["5 1 1", r#"4 0 0 3 <p id="b">x</p>"#]
    );
    assert_eq!(
        operations("<p dj-key=a id=1>x</p><hr>", "<p dj-key=a id=2>x</p><hr>"),
        ["2 1 id 2"]
    );
    assert_eq!(
        operations(
            "<p data-key=a id=1>x</p><hr>",
            "<p data-key=a id=2>x</p><hr>"
        ),
        ["2 1 id 2"]
    );
}

#[test]
fn everything_new_replaces_the_children() {
    assert_eq!(
        operations("<p>a<p>b", "new <hr>text"),
        ["7 0 3 new <hr>text"]
    );
    assert_eq!(operations("a", "b"), ["0 0 b"]);
    assert_eq!(operations("<hr>", ""), ["5 1 1"]);
    assert_eq!(operations("", "<hr>"), ["4 0 0 1 <hr>"]);
    assert_eq!(operations("<hr>", "text"), ["7 0 2 text"]);
}

#[test]
fn template_with_other_content_is_replaced() {
    assert_eq!(
        operations(
            "<template><i>a</i></template>t",
            "<template><i>b</i></template>t"
        ),
        ["7 0 2 <template><i>b</i></template>t"]
    );
    assert_eq!(
        operations(
            "<template a=1>x<i>a</i></template>",
            "<template a=2>x<i>a</i></template>"
        ),
        ["2 1 a 2"]
    );
}

#[test]
fn inside_of_ignored_elements_is_left_alone() {
    let ignored = |class: &str, inside: &str| {
        format!("<div dj-update=ignore class={class}>{inside}</div><p>end</p>")
    };
    assert!(operations(&ignored("a", "<i>1</i>"), &ignored("a", "<b>2</b>more")).is_empty());
    assert_eq!(
        operations(&ignored("a", "<i>1</i>"), &ignored("b", "2")),
        ["2 1 class b"]
    );
    // The page keeps the inside it has, and its numbers stay those of a leaf.
    let (_, live) = check(
        &page(&ignored("a", "<i>1</i>")).number(),
        page(&ignored("a", "2")),
    )
    .expect("patches apply");
    assert_eq!(live.count(), 3);
}

#[test]
fn an_element_that_becomes_ignored_is_mounted_anew() {
    assert_eq!(
        operations("<div>a</div>", "<div dj-update=ignore>b</div>"),
        [r#"7 0 2 <div dj-update="ignore">b</div>"#]
    );
}

#[test]
fn what_html_cannot_express_is_inserted_as_a_tree() {
    // A table in a paragraph exists in quirks mode only; a form in a form only after misnesting;
    // a carriage return never survives.
    assert_eq!(
        operations("<hr>", "<hr><p>a&#13;b</p>"),
        ["8 0 1 2 <p>a\rb</p>"]
    );
    let nested = "<form><div></form><form></form></div>";
    assert_eq!(
        operations("<hr>", &format!("<hr>{nested}")),
        ["8 0 1 2 <form><div><form></form></div></form>"]
    );
    assert_eq!(
        operations(
            "<form><p>x</p></form>",
            "<form><p>x</p><div></form><form></form></div>"
        ),
        ["8 1 2 3 <div><form></form></div>"]
    );
    assert_eq!(
        operations("<hr>", "a&#13;<b>b</b>"),
        ["0 0 a\r", "5 1 1", "4 0 0 2 <b>b</b>"]
    );
}

#[test]
fn the_page_stays_in_the_mode_it_was_loaded_in() {
    // Without a doctype a table may stand in a paragraph. A page that was loaded with one cannot be told so by HTML.
    let old = html::parse_document("<!doctype html><div dj-root>").into_root();
    let new = html::parse_document("<div dj-root><p>a<table></table>").into_root();
    let (old, new) = (old.unwrap().number(), new.unwrap());
    let mut page = Applier::new(&old);
    let live = diff(&old, new, &mut page).unwrap();
    let applied = page.finish().unwrap();
    assert_eq!(difference(&applied, &live), None);

    // What is known of the page afterwards is still its mode.
    let next = html::parse_document("<div dj-root><p>b<table></table><p>a<table></table>");
    let mut page = Applier::new(&live);
    let live = diff(&live, next.into_root().unwrap(), &mut page).unwrap();
    assert_eq!(difference(&page.finish().unwrap(), &live), None);
}

#[test]
fn table_parts_are_parsed_in_their_context() {
    let row = |n: u32| format!("<tr><td>{n}</td></tr>");
    assert_eq!(
        operations(
            &format!("<table>{}", row(1)),
            &format!("<table>{}{}", row(1), row(2))
        ),
        [format!("4 2 3 5 {}", row(2))]
    );
    assert_eq!(
        operations(
            "<select><option>a</select>",
            "<select><option>a<option>b</select>"
        ),
        ["4 1 2 3 <option>b</option>"]
    );
    assert_eq!(
        operations(
            "<svg><g></g></svg>",
            "<svg><g><foreignObject><p>x</p></foreignObject></g></svg>"
        ),
        ["4 2 0 3 <foreignObject><p>x</p></foreignObject>"]
    );
}

#[test]
fn duplicate_keys_are_matched_in_order() {
    assert_eq!(
        operations("<p id=a>1<p id=a>2<p id=b>3", "<p id=b>3<p id=a>1<p id=a>2"),
        ["6 0 0 3"]
    );
    assert_eq!(operations("<p id=a>1<p id=a>2", "<p id=a>1"), ["5 2 1"]);
}

#[test]
fn numbers_start_again_before_they_run_out() {
    use djust_vdom::NodeId;
    let mut live = page("<p>0").number();
    let almost = u32::MAX - 4;
    live = live.with_next_id(NodeId(almost));
    let (log, live) = check(&live, page("<p>0<p>1<p>2<p>3")).expect("patches apply");
    assert_eq!(log.0, ["7 0 1 <p>0</p><p>1</p><p>2</p><p>3</p>"]);
    assert!(live.next_id() < NodeId(almost));
}
