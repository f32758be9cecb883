//! Elements that keep what they hold: `dj-update` append and prepend.

mod support;

use djust_vdom::apply::{Applier, Reason};
use djust_vdom::{Emit, NodeId, NumberedTree};
use support::{check, operations, page};

fn list(how: &str, inside: &str) -> String {
    format!("<ul dj-update={how}>{inside}</ul><p>end</p>")
}

/// What a page shows after HTML was merged into its first element.
fn merged(how: &str, held: &str, html: &str) -> String {
    let mut client = Applier::new(&page(&list(how, held)).number());
    client.merge(NodeId(1), html);
    let shown: NumberedTree = client.finish().expect("it holds what is added");
    let shown = shown.html();
    let (_, list) = shown.split_once("<ul").expect("the list");
    let (_, rest) = list.split_once('>').expect("its tag");
    let (inside, _) = rest.split_once("</ul>").expect("its end");
    inside.to_owned()
}

#[test]
fn only_what_was_not_rendered_before_is_sent() {
    for how in ["append", "prepend"] {
        let change = |old: &str, new: &str| operations(&list(how, old), &list(how, new));
        let one = "\n  <li id=a>1</li>\n";
        assert!(change(one, one).is_empty());
        assert!(change(one, "").is_empty());
        assert!(change(one, "  \n ").is_empty());
        assert_eq!(
            change("", "<li id=a>1</li>\n"),
            ["9 1 <li id=\"a\">1</li>\n"]
        );
        assert_eq!(
            change(one, "<li id=a>1</li><li id=b>2</li>"),
            [r#"9 1 <li id="b">2</li>"#]
        );
        assert_eq!(
            change(one, "<li id=a>other</li>"),
            [r#"9 1 <li id="a">other</li>"#]
        );
        assert_eq!(
            change("<li>x</li>", "<li>x</li><li>x</li>"),
            ["9 1 <li>x</li>"]
        );
        assert_eq!(change("", "a &lt; b<!--c-->"), ["9 1 a &lt; b<!--c-->"]);
    }
}

#[test]
fn what_is_held_has_no_numbers_and_no_part_in_the_fingerprint() {
    let held = page(&list("append", "<li>1<i>2</i>")).number();
    assert_eq!((held.count(), held.fingerprint()), {
        let empty = page(&list("append", "")).number();
        (empty.count(), empty.fingerprint())
    });
    let (log, live) = check(&held, page(&list("append", "<li>3"))).expect("patches apply");
    assert_eq!(log.0, ["9 1 <li>3</li>"]);
    assert_eq!(live.next_id(), held.next_id());
}

#[test]
fn other_changes_go_their_way_in_the_same_step() {
    let old = "<ul dj-update=append class=a><li id=1>1</ul><p>old</p>";
    let new = "<ul dj-update=append class=b><li id=2>2</ul><p>new</p>";
    assert_eq!(
        operations(old, new),
        ["2 1 class b", "9 1 <li id=\"2\">2</li>", "0 2 new"]
    );
}

#[test]
fn an_element_that_holds_otherwise_is_another_one() {
    for (one, other) in [
        ("append", "prepend"),
        ("append", "replace"),
        ("ignore", "append"),
    ] {
        assert_eq!(
            operations(&list(one, "<li>1"), &list(other, "<li>2")),
            [
                "5 1 1".to_owned(),
                format!("4 0 0 3 <ul dj-update=\"{other}\"><li>2</li></ul>")
            ]
        );
    }
}

#[test]
fn forgotten_content_is_sent_again() {
    let mut live = page(&list("append", "<li>x</li>")).number();
    live.forget_merged();
    assert_eq!(live.html(), page(&list("append", "")).number().html());
    let (log, mut live) = check(&live, page(&list("append", "<li>x</li>"))).expect("patches apply");
    assert_eq!(log.0, ["9 1 <li>x</li>"]);
    live.forget_merged();
    // The numbers of the rest are what they were.
    let (log, _) =
        check(&live, page("<ul dj-update=append></ul><p>new</p>")).expect("patches apply");
    assert_eq!(log.0, ["0 2 new"]);
}

#[test]
fn nodes_join_at_the_end_or_the_beginning_or_take_the_place_of_their_key() {
    let held = "\n<li id=a>1</li>\n<li data-key=b>2</li>\n";
    assert_eq!(
        merged("append", held, "<li id=c>3</li>\n<li id=d>4</li>"),
        "\n<li id=\"a\">1</li>\n<li data-key=\"b\">2</li>\n<li id=\"c\">3</li>\n<li id=\"d\">4</li>"
    );
    assert_eq!(
        merged("prepend", held, "<li id=c>3</li>\n<li id=d>4</li>"),
        "<li id=\"c\">3</li>\n<li id=\"d\">4</li>\n<li id=\"a\">1</li>\n<li data-key=\"b\">2</li>\n"
    );
    for how in ["append", "prepend"] {
        assert_eq!(
            merged(how, held, "<li data-key=b>new</li>tail<li id=a>1</li>"),
            "\n<li id=\"a\">1</li>\n<li data-key=\"b\">new</li>\n"
        );
        // The same key twice is the same node.
        assert_eq!(
            merged(how, "", "<li id=a>1</li><li id=a>2</li>"),
            "<li id=\"a\">2</li>"
        );
    }
    assert_eq!(
        merged("append", "a<b>b</b>c", "d<b>e</b>f"),
        "a<b>b</b>cd<b>e</b>f"
    );
    assert_eq!(
        merged("prepend", "a<b>b</b>c", "d<b>e</b>f"),
        "d<b>e</b>fa<b>b</b>c"
    );
    assert_eq!(merged("append", "a", "b"), "ab");
    assert_eq!(merged("prepend", "a", "b"), "ba");
}

#[test]
fn nothing_is_merged_into_other_elements() {
    for how in ["ignore", "replace", ""] {
        let mut client = Applier::new(&page(&list(how, "")).number());
        client.merge(NodeId(1), "<li>");
        assert_eq!(
            client.finish().expect_err("it is refused").reason,
            Reason::NotMerged(NodeId(1))
        );
    }
    let mut client = Applier::new(&page(&list("append", "")).number());
    client.set_text(NodeId(1), "x");
    assert_eq!(
        client.finish().expect_err("it is refused").reason,
        Reason::Leaf(NodeId(1))
    );
}
