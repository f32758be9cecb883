//! A session from outside: exact operations for small templates, and what happens when things fail.

use djust_live::{Error, LivePage, Recorder, Session, TemplatePage};
use djust_protocol::Numbering;
use djust_template::{Context, Engine, ErrorKind, MapLoader, Value};
use djust_vdom::Error as PageFault;

fn session(source: &str) -> Session {
    Session::new(
        Engine::default()
            .template_from_str(source)
            .expect("the template compiles"),
    )
}

fn names(list: &[&str]) -> Context {
    Context::from_iter([(
        "names",
        list.iter()
            .map(|&name| Value::from(name))
            .collect::<Vec<_>>(),
    )])
}

const KEYED: &str = "<ul dj-root>{% for name in names %}<li dj-key=\"{{ name }}\">{{ name }}</li>\
                     {% endfor %}</ul>";

#[test]
fn keyed_rows_give_the_smallest_operations() {
    let steps: [(&[&str], &str); 8] = [
        (&["a", "b", "c", "d"], ""),
        (&["d", "b", "c", "a"], "[6,0,0,4,6,0,3,1]"),
        (
            &["d", "b", "c", "a", "e"],
            r#"[4,0,1,5,"<li dj-key=\"e\">e</li>"]"#,
        ),
        (
            &["f", "d", "b", "c", "a", "e"],
            r#"[4,0,0,6,"<li dj-key=\"f\">f</li>"]"#,
        ),
        (&["f", "a", "e"], "[5,4,3]"),
        (&["a", "e", "f"], "[6,0,5,6]"),
        (
            &["a", "<&\">", "f"],
            r#"[5,5,1,4,0,1,7,"<li dj-key=\"&lt;&amp;&quot;&gt;\">&lt;&amp;&quot;&gt;</li>"]"#,
        ),
        (&[], "[5,1,3]"),
    ];
    let mut session = session(KEYED);
    session
        .mount(&mut names(steps[0].0))
        .expect("the page has a root");
    for (list, wire) in steps {
        let operations = session.update(&mut names(list)).expect("the root stays");
        assert_eq!(operations.as_str(), wire, "{list:?}");
    }
}

/// Texts of which the first and last eight bytes are the same, or differ as their lengths do.
#[test]
fn no_change_of_a_value_goes_unseen() {
    let count = |count: i64| Context::from_iter([("count", count)]);
    let mut counter = session("<p dj-root>{{ count }}</p>");
    counter
        .mount(&mut count(10_000_000))
        .expect("the page has a root");
    for shown in [100_000_000, 1_000_000_000, 1_000_000_001] {
        let operations = counter.update(&mut count(shown)).expect("the root stays");
        assert_eq!(operations.as_str(), format!("[0,0,\"{shown}\"]"));
    }
    let mut list =
        session("<ul dj-root>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>");
    let shown = ["01111111", "011111111", "aaaaaaaaa", "aaaaaaaaaa"];
    list.mount(&mut names(&shown[..1]))
        .expect("the page has a root");
    for name in &shown[1..] {
        let operations = list.update(&mut names(&[name])).expect("the root stays");
        assert_eq!(operations.as_str(), format!("[0,1,\"{name}\"]"));
    }
}

/// Rows that the page shows are left out of the render: also where rows look alike, and beside rows that change.
#[test]
fn rows_left_out_stay_what_they_are() {
    let steps: [(&[&str], &str); 6] = [
        (&["a", "a", "b"], ""),
        (&["b", "a", "a"], "[6,0,0,3]"),
        (&["a", "a"], "[5,3,1]"),
        (
            &["a", "c", "a", "a"],
            r#"[4,0,1,4,"<i>c</i> ",4,0,2,5,"<i>a</i> "]"#,
        ),
        (&["d", "c", "a", "a"], r#"[0,1,"d"]"#),
        (&["c", "d", "a", "a"], "[6,0,0,4]"),
    ];
    let mut session =
        session("<p dj-root>{% for name in names %}<i>{{ name }}</i> {% endfor %}</p>");
    session
        .mount(&mut names(steps[0].0))
        .expect("the page has a root");
    for (list, wire) in steps {
        let operations = session.update(&mut names(list)).expect("the root stays");
        assert_eq!(operations.as_str(), wire, "{list:?}");
    }
}

/// A render that leaves rows out cannot replace the page: it is repeated.
#[test]
fn a_refused_render_is_repeated_with_all_rows() {
    let source =
        "<p dj-root>{% for name in names %}<i>{{ name }}</i>{% endfor %}{{ end|safe }}</p>";
    let mut session = session(source);
    let context = |end: &'static str| {
        let mut context = names(&["a", "b"]);
        context.set("end", end);
        context
    };
    session
        .mount(&mut context(""))
        .expect("the page has a root");
    let operations = session
        .update(&mut context("<b>x"))
        .expect("the root stays");
    let wire = r#"[7,0,3,"<i>a</i><i>b</i><b>x</b>"]"#;
    assert_eq!(operations.as_str(), wire);
    let operations = session
        .update(&mut context("<b>y"))
        .expect("the root stays");
    assert_eq!(operations.as_str(), r#"[0,5,"y"]"#);
}

/// What a page that has moved on was told earlier is worth nothing.
#[test]
fn a_render_for_an_earlier_state_is_refused() {
    let template = Engine::default()
        .template_from_str(KEYED)
        .expect("the template compiles");
    let mut page = TemplatePage::new(&template);
    let render = |mut recorder: Recorder, list: &[&str]| {
        let rendered = template.render_to(&mut names(list), &mut recorder);
        rendered.expect("the template renders");
        recorder
    };
    page.mount(render(page.recorder(), &["a", "b"]))
        .expect("the page has a root");
    let early = render(page.update_recorder(), &["a", "b"]);
    let recorder = page.update_recorder();
    page.update(render(recorder, &["b"]))
        .expect("the root stays");
    assert!(matches!(page.update(early), Err(Error::Incomplete)));
}

#[test]
fn branches_and_text_runs_give_single_operations() {
    let mut session = session(
        "<p dj-root class=\"x{% if n > 1 %} many{% endif %}\">a{% if n %}b{% endif %}c\
         <b {% if n > 2 %}hidden{% endif %}>{{ n }}</b> of {{ n }}</p>",
    );
    let context = |n: i32| Context::from_iter([("n", n)]);
    session.mount(&mut context(0)).expect("the page has a root");
    for (n, wire) in [
        (1, r#"[0,0,"abc",0,1,"1",1,1," of 1"]"#),
        (2, r#"[2,0,"class","x many",0,1,"2",1,1," of 2"]"#),
        (3, r#"[2,1,"hidden","",0,1,"3",1,1," of 3"]"#),
        (2, r#"[3,1,"hidden",0,1,"2",1,1," of 2"]"#),
        (2, ""),
    ] {
        assert_eq!(
            session
                .update(&mut context(n))
                .expect("the root stays")
                .as_str(),
            wire
        );
    }
}

#[test]
fn what_html_cannot_say_travels_as_a_tree() {
    let mut page = LivePage::new();
    page.mount("<div dj-root><p>x</p></div>").expect("a root");
    let misnested = "<div dj-root><p>x</p><form><i></form><form>y";
    let operations = page.update(misnested).expect("the root stays");
    assert_eq!(
        operations.as_str().get(..3),
        Some("[8,"),
        "{}",
        operations.as_str()
    );
    assert!(page.update(misnested).expect("the root stays").is_empty());
}

#[test]
fn a_failed_render_changes_nothing() {
    let loader = MapLoader::from([("part", "<i>part</i>")]);
    let engine = Engine::builder().loader(loader).build();
    let template = engine
        .template_from_str("<p dj-root>{{ n }}{% include name %}</p>")
        .expect("the template compiles");
    let context = |n: i32, name: &str| {
        Context::from_iter([("n", Value::from(n)), ("name", Value::from(name))])
    };
    let mut session = Session::new(template);
    session
        .mount(&mut context(1, "part"))
        .expect("the page has a root");
    let before = session.page().fingerprint();

    let error = session
        .update(&mut context(2, "missing"))
        .expect_err("no such template");
    let Error::Render(error) = error else {
        panic!("a render failed")
    };
    assert_eq!(error.kind(), ErrorKind::TemplateDoesNotExist);
    assert!(
        session
            .resync("<p dj-root></p>", None, &mut context(2, "missing"))
            .is_err()
    );
    assert_eq!(session.page().fingerprint(), before);

    let operations = session
        .update(&mut context(3, "part"))
        .expect("it renders again");
    assert_eq!(operations.as_str(), r#"[0,0,"3"]"#);
}

#[test]
fn a_page_without_its_root_changes_nothing() {
    let mut page = LivePage::new();
    assert!(matches!(page.update("<p dj-root>"), Err(Error::NotMounted)));
    assert!(matches!(
        page.resync("<p dj-root>", None, "<p dj-root>"),
        Err(Error::NotMounted)
    ));
    assert!(matches!(
        page.mount("<p>"),
        Err(Error::Page(PageFault::NoRoot))
    ));
    assert_eq!((page.numbering(), page.fingerprint()), (None, None));

    page.mount("<p dj-root>1</p>").expect("a root");
    let before = page.fingerprint();
    assert!(matches!(
        page.update("<p>2</p>"),
        Err(Error::Page(PageFault::NoRoot))
    ));
    assert!(matches!(
        page.update("<i dj-root>2</i>"),
        Err(Error::Page(PageFault::RootReplaced))
    ));
    assert!(matches!(
        page.mount("<p>2</p>"),
        Err(Error::Page(PageFault::NoRoot))
    ));
    let answer = page.resync("text", None, "<p dj-root>2</p>");
    assert!(matches!(answer, Err(Error::Page(PageFault::NoRoot))));
    assert_eq!(page.fingerprint(), before);
    assert_eq!(
        page.update("<p dj-root>2</p>").expect("a root").as_str(),
        r#"[0,0,"2"]"#
    );
}

#[test]
fn a_client_whose_html_lies_gets_everything_anew() {
    // A script has put a paragraph into a paragraph: what the client shows are three nodes, what its
    // HTML says are four.
    let html = r#"<div dj-root=""><p>1<p>2</p></p></div>"#;
    let mut page = LivePage::new();
    page.mount("<div dj-root><p>1</p></div>").expect("a root");
    let answer = page
        .resync(
            html,
            Some(Numbering { count: 3, sum: 1 }),
            "<div dj-root><p>2</p></div>",
        )
        .expect("a root");
    assert_eq!(answer.operations.as_str(), r#"[7,0,4,"<p>2</p>"]"#);
    assert_eq!(answer.base, 5);
}

#[test]
fn hostile_pages_are_only_pages() {
    let page = |inside: &str| format!("<!DOCTYPE html><div dj-root>{inside}</div>");
    let deep = "<div>".repeat(3_000);
    let wide = "<i></i>".repeat(20_000);
    let long = format!("<p title=\"{}\">x</p>", "x".repeat(1 << 20));
    let twice = "<b dj-key=1>x</b>".repeat(1_000);
    let mut live = LivePage::new();
    live.mount(&page("")).expect("a root");
    for inside in [
        &deep,
        &wide,
        &long,
        &twice,
        "\0\u{FEFF}</div></body>\r",
        "<plaintext></div>",
    ] {
        let html = page(inside);
        let fresh = {
            let mut fresh = LivePage::new();
            fresh.mount(&html).expect("a root");
            fresh.fingerprint()
        };
        assert!(!live.update(&html).expect("the same root").is_empty());
        assert_eq!(live.fingerprint(), fresh);
    }
}

#[test]
fn a_render_that_is_not_certain_replaces_the_page_once() {
    let mut session = session("<main dj-root>{{ text }}<div>{{ markup|safe }}</div></main>");
    let context =
        |text: &str, markup: &str| Context::from_iter([("text", text), ("markup", markup)]);
    session
        .mount(&mut context("a", "<b>1</b>"))
        .expect("a live root");
    assert!(session.page().is_shaped() && session.page().refusals().is_empty());
    for (text, markup, wire) in [
        ("b", "<b>1</b>", r#"[0,0,"b"]"#),
        ("b", "<b>2</b>", r#"[0,2,"2"]"#),
        ("b", "<p>3<p>4", r#"[7,0,3,"b<div><p>3</p><p>4</p></div>"]"#),
        ("c", "<p>3<p>4", r#"[0,0,"c"]"#),
        ("c", "<p>3</p><p>5</p>", r#"[0,5,"5"]"#),
    ] {
        let operations = session
            .update(&mut context(text, markup))
            .expect("the root stays");
        assert_eq!(operations.as_str(), wire);
    }
    // From then on the element is compared as a whole.
    assert!(session.page().is_shaped() && session.page().coverage().opaque > 0);
    let [(refused, 1)] = &session.page().refusals()[..] else {
        panic!("one refusal")
    };
    assert_eq!(refused.to_string(), "LeftOpen in the markup of a value");
}

#[test]
fn fingerprints_tell_whether_pages_show_the_same() {
    let source = "<ul dj-root>{% for name in names %}<li dj-key=\"{{ name }}\">{{ name }}</li>{% endfor %}{{ names|length }}</ul>";
    let template = Engine::default()
        .template_from_str(source)
        .expect("the template compiles");
    let shown = |steps: &[&[&str]]| {
        let mut session = Session::new(template.clone());
        session.mount(&mut names(steps[0])).expect("a live root");
        for step in &steps[1..] {
            session.update(&mut names(step)).expect("the root stays");
        }
        session.page().fingerprint()
    };
    assert_eq!(
        shown(&[&["a", "b"]]),
        shown(&[&[], &["b", "c"], &["a", "b"]])
    );
    assert_ne!(shown(&[&["a", "b"]]), shown(&[&["b", "a"]]));
    assert_ne!(shown(&[&["a"]]), shown(&[&["a", ""]]));
}

#[test]
fn rows_directly_in_a_table_share_a_tbody_that_comes_and_goes() {
    let mut session = session(
        "<table dj-root><caption>x</caption>{% for name in names %}\n<tr dj-key=\"{{ name }}\"><td>{{ name }}</td></tr>\
         {% endfor %} </table>",
    );
    session.mount(&mut names(&["a", "b"])).expect("a live root");
    assert!(session.page().is_shaped());
    let steps: [(&[&str], &str); 6] = [
        (&["b", "a"], r#"[6,2,0,5,1,5,"\n",1,3," "]"#),
        (&["a"], r"[5,5,1]"),
        (&[], r#"[5,2,1,1,1," "]"#),
        (
            &["c"],
            r#"[1,1,"\n",4,0,1,7,"<tbody><tr dj-key=\"c\"><td>c</td></tr> </tbody>"]"#,
        ),
        (
            &["d", "c"],
            r#"[4,7,0,10,"<tr dj-key=\"d\"><td>d</td></tr>\n"]"#,
        ),
        (&["d", "c"], ""),
    ];
    for (list, wire) in steps {
        let operations = session.update(&mut names(list)).expect("the root stays");
        assert_eq!(operations.as_str(), wire, "{list:?}");
    }
}

#[test]
fn what_only_together_is_certain_is_compared_together() {
    let mut session = session(
        "<main dj-root><p>{{ n }}</p><div>{% if open %}<section>{% endif %}{{ n }}{% if open %}</section>{% endif %}\
         </div><b>{{ n }}</b></main>",
    );
    let context = |n: i32, open: bool| {
        Context::from_iter([("n", Value::from(n)), ("open", Value::from(open))])
    };
    session.mount(&mut context(1, true)).expect("a live root");
    assert!(session.page().is_shaped() && session.page().refusals().is_empty());
    let coverage = session.page().coverage();
    assert_eq!((coverage.typed, coverage.opaque), (3, 2));
    for (n, open, wire) in [
        (2, true, r#"[0,1,"2",0,3,"2",0,4,"2"]"#),
        (2, false, r#"[5,3,1,0,2,"2"]"#),
        (2, true, r#"[0,2,"",4,2,0,5,"<section>2</section>"]"#),
    ] {
        let operations = session
            .update(&mut context(n, open))
            .expect("the root stays");
        assert_eq!(operations.as_str(), wire);
    }
}

#[test]
fn what_one_page_finds_out_holds_for_all_pages_of_the_template() {
    let template = Engine::default()
        .template_from_str("<main dj-root>{% if open %}<i>{% endif %}x{{ n }}y{% if open %}</i>{% endif %}<hr></main>")
        .expect("the template compiles");
    let context = |n: i32, open: bool| {
        Context::from_iter([("n", Value::from(n)), ("open", Value::from(open))])
    };
    let mut first = Session::new(template.clone());
    first.mount(&mut context(1, false)).expect("a live root");
    assert_eq!(first.page().coverage().opaque, 0);

    let mut second = Session::new(template);
    second.mount(&mut context(1, true)).expect("a live root");
    assert!(second.page().is_shaped());
    assert_eq!(second.page().coverage().opaque, 2);

    // The shape that the first page has is out of date: it is compared as a whole, once.
    let operations = first
        .update(&mut context(2, false))
        .expect("the root stays");
    assert_eq!(operations.as_str(), r#"[7,0,2,"x2y<hr>"]"#);
    let operations = second
        .update(&mut context(2, true))
        .expect("the root stays");
    assert_eq!(operations.as_str(), r#"[0,1,"x2y"]"#);
}

#[test]
fn values_without_quotes_are_compared_by_themselves() {
    let mut session = session(
        "<ul dj-root>{% for name in names %}<li dj-key={{ name }}>{{ name }}</li>{% endfor %}</ul>",
    );
    session.mount(&mut names(&["a", "b"])).expect("a live root");
    assert_eq!(session.page().coverage().opaque, 0);
    let operations = session
        .update(&mut names(&["b", "a"]))
        .expect("the root stays");
    assert_eq!(operations.as_str(), "[6,0,0,2]");
}

#[test]
fn line_feeds_of_any_form_are_those_of_the_page() {
    let source = "<main dj-root>\r\n<pre>\r\n{{ a }}\r\nb</pre>\r\n<table>\r\n{% if a %}<tr>\r\n<td>{{ a }}</td></tr>\r\n{% endif %}\
                  </table>\r<textarea title='x\r\ny'>\r\n{{ a }}\r\n</textarea>\r\n<i>\r\n{% if a %}\r\n{{ a }}</i>{% else %}</i>{% endif %}</main>";
    let mut session = session(source);
    let context = |a: &str| Context::from_iter([("a", Value::from(a))]);
    let html = session.mount(&mut context("1")).expect("a live root");
    assert!(html.contains("<pre>\r\n1\r\nb</pre>"));
    assert!(session.page().is_shaped() && session.page().refusals().is_empty());
    let operations = session.update(&mut context("2")).expect("the root stays");
    assert_eq!(
        operations.as_str(),
        r#"[0,1,"2\nb",0,5,"2",0,6,"2\n",0,7,"\n\n2"]"#
    );
    let fresh = djust_vdom::html::parse_document(&html.replace('1', "2"));
    let fresh = fresh.into_root().expect("a live root").number();
    let numbering = session.page().numbering().expect("mounted");
    assert_eq!(
        (numbering.count, numbering.sum),
        (fresh.count(), fresh.checksum())
    );

    let mut session = crate::session("<main dj-root>\r\n\r\n<template>{{ a }}</template></main>");
    session.mount(&mut context("1")).expect("a live root");
    let report = session.page().report();
    assert!(report[0].starts_with("a template:3:"), "{report:?}");
}

/// The part that is compared as a whole ends in a line feed of the template, written as CR LF.
#[test]
fn a_carriage_return_before_a_line_feed_is_one_of_its_own() {
    let mut page = session("<!DOCTYPE html><main dj-root><pre>{{ word }}\r\nx</pre></main>");
    let word = |word: &str| Context::from_iter([("word", word)]);
    page.mount(&mut word("")).expect("a live root");
    let operations = page.update(&mut word("\r")).expect("the root stays");
    assert_eq!(operations.as_str(), r#"[7,0,2,"<pre>\n\nx</pre>"]"#);
    let operations = page.update(&mut word("")).expect("the root stays");
    assert_eq!(operations.as_str(), r#"[0,2,"x"]"#);
}
