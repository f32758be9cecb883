//! From a page to its live root and back from the client.

mod support;

use djust_vdom::apply::difference;
use djust_vdom::html::{self, Context, Quirks};
use djust_vdom::{Error, Namespace, Nodes, NumberedTree, Tree};
use support::{check, root};

fn written(tree: &Tree) -> String {
    let mut out = String::new();
    html::write_children(tree, tree.top(), &mut out);
    out
}

fn from_client(page: &str, outer_html: &str) -> NumberedTree {
    root(page)
        .number()
        .parse_client(outer_html)
        .expect("it is the root")
}

#[test]
fn first_root_wins_over_earlier_view() {
    let html = "<div dj-view=a></div><main dj-root>1</main><p dj-root>2</p>";
    assert_eq!(root(html).number().html(), r#"<main dj-root="">1</main>"#);
    let html = "<template><i dj-root></i></template><div dj-view=a>x</div><div dj-view=b></div>";
    assert_eq!(root(html).number().html(), r#"<div dj-view="a">x</div>"#);
    let html = "<noscript><div dj-root></div></noscript>";
    assert_eq!(
        html::parse_document(html).into_root().unwrap_err(),
        Error::NoRoot
    );
}

#[test]
fn quirks_follow_the_doctype_into_fragments() {
    let quirky = "<body dj-root><p>a<table></table></body>";
    assert_eq!(
        root(quirky).number().html(),
        r#"<body dj-root=""><p>a<table></table></p></body>"#
    );
    let strict = format!("<!doctype html>{quirky}");
    assert_eq!(
        root(&strict).number().html(),
        r#"<body dj-root=""><p>a</p><table></table></body>"#
    );
    assert_eq!(html::parse_document(quirky).quirks(), Quirks::Full);
    let start = root("<body dj-root><hr>").number();
    let (log, _) = check(&start, root("<body dj-root><hr><p>a<table></table>")).unwrap();
    assert_eq!(log.0, ["4 0 1 2 <p>a<table></table></p>"]);
    let limited = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"x\"><p>";
    assert_eq!(html::parse_document(limited).quirks(), Quirks::Limited);
}

#[test]
fn client_html_is_read_in_the_context_of_the_root() {
    let cases = [
        "<!doctype html><div dj-root>a<p>b</p>c</div>",
        "<!doctype html><html dj-root><head><title>t</title></head><body class=x>a</body></html>",
        "<!doctype html><html><body dj-root class=a>text<!--c--><b>x</b></body></html>",
        "<body dj-root><p>a<table></table></body>",
        "<!doctype html><table><tbody dj-root><tr><td>1</table>",
        "<!doctype html><svg><g dj-root><path/><foreignObject><p>x</foreignObject></g></svg>",
        "<!doctype html><select><optgroup dj-root><option>a</select>",
        "<!doctype html><form><div dj-root><input></div></form>",
        "<!doctype html><head dj-root><title>x</title></head>",
        "<!doctype html><div dj-root><pre>\n\na</pre><textarea>\n\n\nb</textarea><pre>\nc</pre>",
    ];
    for page in cases {
        let live = root(page).number();
        let client = from_client(page, &live.html());
        assert_eq!(difference(&live, &client), None, "{page}");
        assert_eq!(live.fingerprint(), client.fingerprint(), "{page}");
        let (log, _) = check(&client, root(page)).unwrap();
        assert!(log.0.is_empty(), "{page}: {log:?}");
    }
}

#[test]
fn patches_after_a_resync_use_the_clients_numbers() {
    let page = "<!doctype html><ul dj-root><li>a<li>b<li>c</ul>";
    let client = from_client(
        page,
        r#"<ul dj-root="" class="x"><li>a</li><li>c</li></ul>"#,
    );
    let (log, live) = check(&client, root(page)).unwrap();
    assert_eq!(log.0, ["3 0 class", "4 0 1 3 <li>b</li>"]);
    assert_eq!(live.next_id().0, 4);
}

#[test]
fn line_feeds_a_browser_writes_are_text() {
    let page = |text: &str| format!("<!doctype html><div dj-root><pre>{text}</pre></div>");
    let live = root(&page("\n\na")).number();
    assert_eq!(live.html(), "<div dj-root=\"\"><pre>\na</pre></div>");
    let client = live.parse_client(&live.html()).unwrap();
    let (log, _) = check(&client, root(&page("a"))).unwrap();
    assert_eq!(log.0, ["0 1 a"]);
}

#[test]
fn client_html_without_root_is_refused() {
    let live = root("<div dj-root></div>").number();
    for html in ["", "text", "<!--c--><div dj-root></div>"] {
        assert_eq!(
            live.parse_client(html).unwrap_err(),
            Error::NoRoot,
            "{html}"
        );
    }
}

#[test]
fn another_root_element_asks_for_a_reload() {
    let pages = [
        "<div dj-root>a</div>",
        "<main dj-root>a</main>",
        "<div dj-root dj-update=ignore>a</div>",
        "<div dj-root dj-update=append>a</div>",
        "<div dj-root dj-update=prepend>a</div>",
        "<svg dj-root></svg>",
    ];
    for (i, old) in pages.iter().enumerate() {
        for (j, new) in pages.iter().enumerate() {
            let result = check(&root(old).number(), root(new));
            assert_eq!(result.is_ok(), i == j, "{old} to {new}");
        }
    }
}

#[test]
fn root_attributes_are_patched() {
    let start = root("<div dj-root class=a id=x>t</div>").number();
    let (log, _) = check(&start, root("<div dj-root id=y>t</div>")).unwrap();
    assert_eq!(log.0, ["3 0 class", "2 0 id y"]);
}

#[test]
fn declarative_shadow_roots_are_not_in_the_tree() {
    let page = "<div dj-root><div><template shadowrootmode=open><i>s</i></template><b>l</b></div>\
                <template shadowrootmode=bad>t</template></div>";
    assert_eq!(
        root(page).number().html(),
        "<div dj-root=\"\"><div><b>l</b></div>\
         <template shadowrootmode=\"bad\">t</template></div>"
    );
    let fragment = html::parse_fragment(
        "<div><template shadowrootmode=open><i>s</i></template></div>",
        &Context::new("div"),
    );
    assert_eq!(
        written(&fragment),
        "<div><template shadowrootmode=\"open\"><i>s</i></template></div>"
    );
}

#[test]
fn serialisation_survives_parsing_where_html_can_say_it() {
    let cases = [
        ("div", "a &amp; b &lt;c&gt; \"q\" &nbsp;"),
        ("div", "<p title=\"&amp;&lt;&gt;&quot;&nbsp;'\">x</p>"),
        (
            "div",
            "<pre>\n\nx</pre><textarea>\n\ny</textarea><listing>\n\nz</listing>",
        ),
        (
            "div",
            "<script>if (a < b && c) {}</script><style>a > b {}</style>",
        ),
        (
            "div",
            "<iframe><b>&amp;</iframe><noscript><p>&</noscript><xmp><i></xmp>",
        ),
        (
            "div",
            "<!--a--b--><br><input value=\"\"><template>t<td>1</td></template>",
        ),
        ("tbody", "\n<tr>\n<td>1</td>\n</tr>\n"),
        ("pre", "\nfirst line feed is text here"),
        ("svg", "<path d=\"M0 0\"></path><title>t<b>u</b></title>"),
        (
            "math",
            "<mi>x</mi><annotation-xml encoding=\"text/html\"><p>h</p></annotation-xml>",
        ),
    ];
    for (name, html) in cases {
        let namespace = match name {
            "svg" => Namespace::Svg,
            "math" => Namespace::MathMl,
            _ => Namespace::Html,
        };
        let context = Context::new(name).with_namespace(namespace);
        let tree = html::parse_fragment(html, &context);
        assert_eq!(written(&tree), html);
    }
}

#[test]
fn raw_text_in_its_own_context_is_not_escaped() {
    for name in ["script", "style", "noscript", "iframe"] {
        let page = format!("<!doctype html><div dj-root><{name}>a < b && c</{name}></div>");
        let (log, live) = check(&root(&page).number(), root(&page.replace("a <", "z <"))).unwrap();
        assert_eq!(log.0, ["0 1 z < b && c"]);
        assert!(live.html().contains("z < b && c"));
    }
}

#[test]
fn text_runs_join_over_what_is_removed() {
    let page = |inside: &str| root(&format!("<p dj-root>{inside}</p>"));
    let (log, _) = check(&page("a<b>x</b>b<i>y</i>c").number(), page("ab<i>y</i>c")).unwrap();
    assert_eq!(log.0, ["0 0 ab", "5 1 1"]);
}

#[test]
fn steps_tell_everything_about_a_tree() {
    use djust_vdom::Step;
    let html = "<svg viewBox=\"0\"><a xlink:href=\"#\">t</a></svg>x<!--c-->y<template>l<i>m</i>n</template>z";
    let tree = html::parse_fragment(html, &Context::new("div"));
    let mut seen = Vec::new();
    for step in Nodes::children_of(&tree, tree.top()).steps() {
        seen.push(match step {
            Step::Open(e) => format!(
                "{}{} {:?} {:?} {:?} {}",
                e.namespace() as u8,
                e.name(),
                e.attributes().collect::<Vec<_>>(),
                e.text(),
                e.tail(),
                e.is_template()
            ),
            Step::Close(e) => format!("/{}", e.name()),
            Step::Comment { data, tail } => format!("#{data} {tail:?}"),
            _ => unreachable!("no other step exists"),
        });
    }
    assert_eq!(
        seen,
        [
            r#"1svg [("viewBox", "0")] "" "x" false"#,
            r##"1a [("xlink:href", "#")] "t" "" false"##,
            "/a",
            "/svg",
            r#"#c "y""#,
            r#"0template [] "l" "z" true"#,
            r#"0i [] "m" "n" false"#,
            "/i",
            "/template",
        ]
    );
}

#[test]
fn trees_can_cross_threads() {
    fn cross<T: Send + Sync + 'static>() {}
    cross::<NumberedTree>();
    cross::<djust_vdom::Root>();
    cross::<Tree>();
}

#[test]
fn ignored_elements_in_templates_are_content() {
    let page = |inside: &str| {
        root(&format!(
            "<div dj-root><template><p dj-update=ignore>{inside}</template></div>"
        ))
    };
    assert_ne!(page("a").fingerprint(), page("b").fingerprint());
    let (log, _) = check(&page("a").number(), page("b")).unwrap();
    assert_eq!(log.0.len(), 1);
}

#[test]
fn fingerprints_are_the_same_in_every_process() {
    let page = "<!doctype html><div dj-root class=a>text<b>x</b><!--c--><svg><g/></svg></div>";
    assert_eq!(root(page).fingerprint(), 13_391_415_017_856_756_887);
}

#[test]
fn only_the_first_character_is_a_byte_order_mark() {
    let html = "\u{feff}<!doctype html><meta charset=utf-8>\u{feff}<p><script></script>\u{feff}a";
    let page = html::full::parse_document(html);
    assert_eq!(page.quirks(), Quirks::No);
    assert_eq!(
        written(page.tree()),
        "<html><head><meta charset=\"utf-8\"></head><body>\u{feff}\
         <p><script></script>\u{feff}a</p></body></html>"
    );
}
