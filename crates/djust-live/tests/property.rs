//! The promise: operations applied one after the other give exactly what a fresh load gives.
//!
//! Templates are made of the constructs that matter to a differ: branches inside text, attributes
//! and table parts, keyed and unkeyed loops, markup from a value. Contexts follow each other at
//! random.

mod support;

use djust_live::{Adapter, LivePage, Session, TemplatePage};
use djust_protocol::{Encoder, Numbering, Operations, Patch};
use djust_template::{Context, Engine, MapLoader, Value, value::Map};
use djust_vdom::apply::difference;
use djust_vdom::{Error as PageFault, NumberedTree, Root, diff, html};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::apply_wire;

const PIECES: &[&str] = &[
    "{{ word }}",
    "\n",
    "<!--c-->",
    "<hr>",
    "static <b>text</b> ",
    "{% if flag %}text{% endif %}",
    "{% if flag %}<p>one</p>{% elif word %}<p>two</p>{% else %}{{ word }}<p>three</p>tail{% endif %}",
    "{% if flag %}{% if word %}<b>{{ word }}</b>{% endif %}{% endif %}",
    "{% for row in rows %}{{ row.text }}<br>{% endfor %}",
    "{% for row in rows %}<br>{{ row.text }}{% endfor %}{{ word }}",
    "{{ word }}{% for row in rows %}<i dj-key=\"{{ row.id }}\">{{ row.text }}</i>{% endfor %}{% if flag %}x{% endif %}",
    "{% for row in rows %}{% if row.on %}<s data-key='{{ row.id }}'>{{ row.text }}</s>{% else %}{{ row.text }}{% endif %}{% endfor %}",
    "{% for row in rows %}<div dj-key=\"{{ row.id }}\">{% for other in rows %}<u>{{ other.text }}</u>{% empty %}-{% endfor %}{{ row.text }}</div>{% endfor %}",
    "{% for row in rows %}<p id=\"r{{ row.id }}\" {% if row.on %}hidden title=\"{{ row.text }}\"{% endif %}>{{ row.text }}</p>{{ forloop.counter }}{% endfor %}",
    "{% for row in rows %}{% if row.on %}{{ markup|safe }}{% endif %}<b dj-key={{ row.id }}>{{ row.text }}</b>{% endfor %}",
    "{% for row in rows %}<li dj-key=\"{{ row.id }}\">{{ markup|safe }}</li>{% endfor %}",
    "<ul>{% for row in rows %}<li {% if row.on %}class=\"{{ word }}\"{% endif %} dj-key=\"{{ row.id }}\">{{ row.text }}<input value=\"{{ row.text }}\"></li>{% endfor %}</ul>",
    "<table><tbody>\n{% for row in rows %}<tr dj-key=\"{{ row.id }}\"><td>{{ row.text }}</td>{% if row.on %}<td>on</td>{% endif %}</tr>\n{% endfor %}</tbody></table>",
    "<table><tbody>{{ word }}<tr><td>1</td></tr></tbody></table>",
    "<dl>{% for row in rows %}<dt>{{ row.text }}</dt><dd>{{ word }}</dd>{% endfor %}</dl>",
    "<select>{% for row in rows %}<option value=\"{{ row.id }}\"{% if row.on %} selected{% endif %}>{{ row.text }}</option>{% endfor %}</select>",
    "<textarea>{{ word }}</textarea>",
    "<textarea>a{% if flag %}\nb{% endif %}{{ markup|safe }}</textarea>",
    "<script>var x = \"{{ word }}\";{% if flag %}var y;{% endif %}</script>",
    "<style>{{ markup|safe }}</style>",
    "<pre>{{ word }}\nx</pre>",
    "<pre>{% if flag %}<b>1</b>{% endif %}\nx</pre>",
    "<a href=\"?q={{ word }}&x={{ markup|safe }}\">link</a>",
    "<a href=\"?a=1&{{ word }}\">link</a>",
    "<a href={{ word }}>link</a>",
    "<div {{ markup|safe }}>x</div>",
    "<div class=\"{% if flag %}a &amp; b{% else %}{{ word }}{% endif %}\">x</div>",
    "<h{{ rows|length }}>{{ word }}</h{{ rows|length }}>",
    "{% if flag %}<div>{% endif %}{{ word }}{% if flag %}</div>{% endif %}",
    "{% if flag %}<b>{% endif %}<i>x</i>",
    "<svg><g>{% for row in rows %}<path id=\"{{ row.id }}\" d=\"{{ row.text }}\"/>{% endfor %}{{ word }}</g><title>{{ word }}</title></svg>",
    "<svg><foreignObject>{% if flag %}<p>{{ word }}</p>{% endif %}</foreignObject></svg>",
    "<template>{% if flag %}<b>1</b>{% endif %}</template>",
    "<div dj-update=\"ignore\"><p>static</p></div>",
    "{% for row in rows %}<div dj-update=\"ignore\" dj-key=\"{{ row.id }}\"><p>static</p></div>{% endfor %}",
    "{% include 'part.html' %}",
    "{% for row in rows %}{% include 'row.html' %}{% endfor %}",
    "{% include name %}",
    "{% spaceless %}<p> {{ word }} </p> <p>x</p>{% endspaceless %}",
    "{% filter upper %}<p>{{ word }}</p>{% endfilter %}",
    "{% autoescape off %}{{ word }}{{ markup }}{% endautoescape %}",
    "<p dj-key=\"{{ word }}\">keyed</p>",
    "<p id=\"{{ word }}\">id</p>",
    "{% for row in rows %}{% ifchanged row.text %}<h2>{{ row.text }}</h2>{% else %}<p>same</p>{% endifchanged %}{% endfor %}",
    "{% for row in rows %}{% cycle '<i>odd</i>' 'even' %}{% endfor %}",
    "<noscript>{{ word }}</noscript>",
    "<button>{% if flag %}<b>{{ word }}</b>{% endif %}</button>",
    "<input dj-model=\"a\" value=\"{{ word }}\">",
    "{% if flag %}<input type=\"checkbox\" dj-model.lazy=\"b\" {% if word %}checked{% endif %}>{% endif %}",
    "<textarea dj-model=\"c\">{{ word }}</textarea>",
    "{% for row in rows %}<input dj-key=\"{{ row.id }}\" dj-model=\"d\">{{ markup|safe }}{% endfor %}",
    "<select dj-model=\"e\"><option {% if flag %}selected{% endif %}>x</option></select>",
    "<input dj-model=\"{{ word }}\">",
    "plain {{ word }} text",
    "<p>{{ word }}</p>",
    "<p class=\"a {{ word }}\" title='{{ word }}'>x</p>",
    "{% if flag %}<b>yes</b>{% else %}no{% endif %}",
    "a{% if flag %}b{% endif %}c",
    "<input {% if flag %}checked{% endif %} value=\"{{ word }}\">",
    "<i {% if flag %}hidden{% endif %}>{{ word }}</i>",
    "<ul>{% for row in rows %}<li dj-key=\"{{ row.id }}\">{{ row.text }}</li>{% empty %}none{% endfor %}</ul>",
    "<ol>\n{% for row in rows %}  <li>{{ row.text }}{% if row.on %}<u>on</u>{% endif %}</li>\n{% endfor %}</ol>",
    "<table>{% for row in rows %}<tr data-key=\"{{ row.id }}\" class=\"{% if row.on %}on{% endif %}\"><td>{{ row.text }}<td>{{ forloop.counter }}{% endfor %}</table>",
    "{% for row in rows %}{{ row.text }} {% endfor %}",
    "{{ markup|safe }}",
    "<div>{{ markup|safe }}</div>",
    "<p>{{ markup|safe }}</p> tail",
    "<!-- {{ word }} -->",
    "<textarea>\n{{ word }}</textarea>",
    "<select>{% for row in rows %}<option {% if row.on %}selected{% endif %}>{{ row.text }}{% endfor %}</select>",
    "<svg viewBox='0 0 1 1'>{% if flag %}<path d='{{ word }}'/>{% endif %}</svg>",
    "<template><b>{{ word }}</b></template>",
    "<div dj-update=ignore>{{ word }}</div>",
    "<ul dj-update=append>{% for row in rows %}<li id=\"{{ row.id }}\">{{ row.text }}</li>\n{% endfor %}</ul>",
    "<pre dj-update=prepend>{{ word }}<b>{{ word }}</b>{{ markup|safe }}</pre>",
    "{% with other=word %}<pre>\n{{ other }}</pre>{% endwith %}",
    "{% if flag %}<table><tr><td>{{ word }}</table>{% endif %}",
    "<table>{% for row in rows %}<tr dj-key=\"{{ row.id }}\"><td>{{ row.text }}</td></tr>{% endfor %}</table>",
    "<table>\n{% for row in rows %}\n <tr dj-key=\"{{ row.id }}\"><td>{{ row.text }}</td></tr>\n{% endfor %}\n</table>",
    "<table><thead><tr><th>{{ word }}</th></tr></thead> {% for row in rows %} <tr><td>{{ row.text }}</td></tr>{% endfor %} <tfoot></tfoot></table>",
    "<table><caption>{{ word }}</caption>{% if flag %}<tr><td>first</td></tr>{% endif %} {% for row in rows %}{% if row.on %}\n<tr id=\"t{{ row.id }}\"><td>{{ row.text }}</td></tr> {% endif %}{% empty %} <tr><td>none</td></tr>{% endfor %}</table>{{ word }}",
    "{% for row in rows %}<table dj-key=\"{{ row.id }}\">{% if row.on %} {% for other in rows %} <tr><td>{{ other.text }}</td></tr>{% endfor %}{% endif %}\n</table>{% endfor %}",
    "<table>{% if flag %}<thead><tr><th>x</th></tr></thead>{% endif %}{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}</table>",
    "<table><col> <col>\n{% if flag %}<col span=\"2\">{% endif %}<tr><td>{{ word }}</table>",
    "<p>{{ word }}<ul>{% for row in rows %}<li>{{ row.text }}{% endfor %}</ul>{% if flag %}{{ word }}{% endif %}</p>",
    "<p><label>{{ word }}</label><span>{{ word }}<ul>{% for row in rows %}<li>{{ row.text }}</li>{% endfor %}</ul></span>{{ word }}</p>",
    "<p><span>a<hr>{{ word }}</span>{{ word }}{% if flag %}{{ word }}{% endif %}{{ word }}",
    "{% for row in rows %}{{ word }}<p><span>a<ul></ul>{{ row.text }}</span>{{ word }}</p>{{ row.text }}{% endfor %}{{ word }}",
    "<p><span title=\"{{ word }}\">{{ markup|safe }}</span> {{ word }}</p>",
    "<table>{% if flag %}<!--c-->{% endif %}{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}</table>",
    "<table><tr><th>static</th></tr>{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}</table>",
    "<table>{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}<tr><th>static</th></tr></table>",
    "<table>{% for row in rows %}<tr><td>{{ markup|safe }}</td></tr>{% endfor %}{{ markup|safe }}</table>",
    "<div class=row>{% for row in rows %}<i>{{ row.text }}</i>{% if row.on %}</div><div class=row>{% endif %}{% endfor %}</div>",
    "{% for row in rows %}{% if row.on %}<section dj-key=\"{{ row.id }}\">{% else %}<aside>{% endif %}{{ row.text }}{% if row.on %}</section>{% else %}</aside>{% endif %}{% endfor %}",
    "<ul>{% for row in rows %}<li>{{ row.text }}{% endfor %}</ul>{{ word }}",
    "<p>{{ word }}<p>{% if flag %}<b>{{ word }}</b>{% endif %}<hr>",
    "{% for row in rows %}<dl><dt>{{ row.text }}<dd>{{ word }}</dl>{% endfor %}",
    "{{ word }}{% if flag %}<u>{% endif %} {{ markup|safe }}{% if flag %}</u>{% endif %}{{ word }}",
    "<div>{% if flag %}<form>{% endif %}<input value=\"{{ word }}\" dj-model=\"f\">{% if flag %}</form>{% endif %}</div>",
    "<span {% for row in rows %} data-{{ row.id }}=\"{{ row.text }}\"{% endfor %}>{{ word }}</span>",
    "<select dj-model=\"g\">{% for row in rows %}<option value=\"{{ row.id }}\"{% if row.on %} selected{% endif %}>{{ row.text }}</option>{% endfor %}</select>",
    "<form>{% if flag %}<input name=a>{% endif %}<button>{{ word }}</button></form>",
    "{% for row in rows %}<li dj-key=\"{{ row.id }}\">{{ row.text|upper }}{{ word|default:row.text }}</li>{% endfor %}",
    "<ul>{% for row in rows %}<li>{{ row.text }}{% if row.text == word or flag and row.on %}<b>{{ word }}</b>{% elif row.id %}x{% endif %}</li> {% endfor %}{{ word }}</ul>",
    "{% for row in rows %} <p>{{ forloop.counter0 }}{{ row.id }}{% if forloop.last %}{{ row.text|safe }}{% endif %}</p>{% endfor %}",
];

/// What opens elements before some pieces, and what closes them behind.
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("<div>", "{{ word }}</div>"),
    (
        "{% if flag %}<div>{% endif %}",
        "{% if flag %}</div>{% endif %}",
    ),
    (
        "{% if flag %}<div class=\"{{ word }}\">{% else %}<section>{% endif %}",
        "{% if flag %}</div>{% else %}</section>{% endif %}",
    ),
    (
        "<h{{ rows|length }} title=\"{{ word }}\">",
        "</h{{ rows|length }}>",
    ),
    (
        "<{% if flag %}b{% else %}i{% endif %}>",
        "{{ word }}</{% if flag %}b{% else %}i{% endif %}>",
    ),
    ("<x-{{ word }}>", "</x-{{ word }}>{{ word }}"),
    (
        "{% for row in rows %}<div>{{ row.text }}{% endfor %}",
        "{% for row in rows %}</div>{{ row.text }}{% endfor %}",
    ),
    (
        "{% if word %}<p>{{ word }}{% endif %}",
        "{% if word %}</p>{% endif %}",
    ),
    (
        "{{ word }}{% if flag %}<details><summary>{% endif %}{{ word }}",
        "{% if flag %}</summary>{% endif %}{{ word }}{% if flag %}</details>{% endif %}{{ word }}",
    ),
    (
        "<ul>{% if flag %}<li>{% endif %}",
        "{% if flag %}</li>{% endif %}</ul>",
    ),
    (
        "{% for row in rows %}{% if row.on %}<div dj-key=\"{{ row.id }}\">{% endif %}",
        "{{ row.text }}{% if row.on %}</div>{% endif %}{% endfor %}",
    ),
    (
        "{% if flag %}<table><tr><td>{% else %}<table><tr><td>{{ word }}</td><td>{% endif %}",
        "</td></tr></table>",
    ),
    ("{% if flag %}</p><p>{% endif %}", ""),
];

const MARKUP: &[&str] = &[
    "",
    "text",
    "<b>bold</b>",
    "<p>one<p>two",
    "<a>x<a>y</a></a>",
    "</div>",
    "<li>item",
    "<!--c-->",
    "<table><td>1",
    "<p><table></p></table>",
    "<svg><p>",
    "<i>un<b>closed",
    "<p><input dj-model='m' value=''></p>",
    "&amp;&lt;",
    "<tr><td>x",
    "<template><td>t</td></template>",
    "<b id=k>1</b><b id=k>2</b>",
    "\0\r\n",
    "<select><p>",
    "</p>",
    "<a><div><a>1</a></div></a>",
    "<ruby>a<rt>b",
    "<p>a<span>b<ul><li>c</ul></span></p>",
    "a</span>b",
    "<math><mi>x",
    "<form><form>",
    "<ul><li>item</ul>",
];

#[derive(Clone, Debug)]
struct State {
    word: String,
    flag: bool,
    markup: &'static str,
    rows: Vec<(u8, String, bool)>,
}

impl State {
    fn context(&self) -> Context {
        let row = |(id, text, on): &(u8, String, bool)| -> Value {
            let fields = [
                ("id", Value::from(i64::from(*id))),
                ("text", text.as_str().into()),
                ("on", (*on).into()),
            ];
            Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
        };
        Context::from_iter([
            ("word", Value::from(self.word.as_str())),
            ("flag", self.flag.into()),
            ("markup", self.markup.into()),
            (
                "name",
                if self.flag { "part.html" } else { "other.html" }.into(),
            ),
            ("rows", self.rows.iter().map(row).collect::<Vec<_>>().into()),
        ])
    }
}

fn state() -> impl Strategy<Value = State> {
    let word = prop_oneof![
        "[a-c]{0,2}",
        select(&["", " ", "\n", "<b>", "&amp;", "\"q\"", "é😀", "\0", "\r"][..])
            .prop_map(str::to_owned),
    ];
    let row = (0u8..8, "[a-b ]{0,2}", any::<bool>());
    (word, any::<bool>(), select(MARKUP), vec(row, 0..7)).prop_map(|(word, flag, markup, rows)| {
        State {
            word,
            flag,
            markup,
            rows,
        }
    })
}

fn source() -> impl Strategy<Value = String> {
    let frame = select(
        &[
            (
                "<!DOCTYPE html><body><main dj-root>",
                "</main><footer>{{ word }}</footer>",
            ),
            ("<div dj-view=x>", "</div>"),
            ("<!DOCTYPE html><html><body dj-root>", ""),
            (
                "{% extends 'base.html' %}{% block main %}",
                "{% endblock %}",
            ),
            (
                "<!DOCTYPE html><html><head><title>x</title></head><body>{% if flag %}<p>{{ word }}</p>{% endif %}<div dj-root>",
                "</div>{{ word }}</body></html>",
            ),
            (
                "<!DOCTYPE html><body>{% if flag or word or True %}<main dj-root>",
                "</main>{{ word }}{% endif %}",
            ),
            (
                "<!DOCTYPE html>\n<body>{{ word }}\n{% for x in 'x' %}<main dj-root class=\"{{ word }}\">",
                "</main>{% endfor %}",
            ),
            (
                "<!DOCTYPE html><body>{% if flag %}<main dj-root class=a>{% else %}<main dj-root>{% endif %}",
                "</main>",
            ),
            (
                "<!DOCTYPE html><body>{% if flag %}<div>{% endif %}<main dj-root>",
                "</main>{% if flag %}</div>{% endif %}",
            ),
            (
                "<!DOCTYPE html><table><tbody dj-root class=\"{{ word }}\">",
                "</tbody></table>",
            ),
        ][..],
    );
    let pieces = vec(select(PIECES), 1..4).prop_map(|pieces| pieces.concat());
    let around = |pieces: BoxedStrategy<String>| {
        (select(AROUND), pieces).prop_map(|((begin, end), pieces)| format!("{begin}{pieces}{end}"))
    };
    let inner = around(pieces.boxed()).boxed();
    let parts = vec(prop_oneof![3 => inner.clone(), 1 => around(inner)], 1..4);
    (frame, parts, 0..8).prop_map(|((begin, end), parts, line_feeds)| {
        let source = format!("{begin}{}{end}", parts.concat());
        match line_feeds {
            0 => source.replace('\n', "\r\n"),
            1 => source.replace('\n', "\r"),
            _ => source,
        }
    })
}

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

const MERGED: &[&str] = &[
    "<ul dj-update=append>{% for row in rows %}<li id=\"{{ row.id }}\">{{ row.text }}</li>\n{% endfor %}</ul>",
    "<pre dj-update=\"prepend\">\n{{ word }}<b>{{ word }}</b>{{ word }}</pre>{{ word }}",
    "{{ word }}<div class=\"{{ word }}\" dj-update=append>\n<i>static</i> {% if flag %}<b>{{ word }}</b>{% endif %}</div>",
    "<table><tbody dj-update=prepend>{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}</tbody></table>",
    "<p>{{ word }}</p><ol dj-update=append>{{ word }}{% for row in rows %}{{ row.text }}<li>{{ row.id }}{% endfor %}</ol>",
];

proptest! {
    #![proptest_config(cases(800))]

    /// What is sent into elements that keep what they hold is what a comparison of trees sends.
    #[test]
    fn merges_are_those_of_trees(
        parts in vec(select(MERGED), 1..3), states in vec((state(), any::<bool>()), 2..7),
    ) {
        let source = format!("<!DOCTYPE html><body><main dj-root>{}</main>", parts.concat());
        let template = engine().template_from_str(&source).expect("the template compiles");
        let render = |state: &State| template.render(&mut state.context()).expect("renders");
        let mut page = TemplatePage::new(&template);
        let record = |page: &TemplatePage, state: &State| {
            let mut recorder = page.update_recorder();
            template.render_to(&mut state.context(), &mut recorder).expect("renders");
            recorder
        };
        let mut tree = LivePage::new();
        page.mount(record(&page, &states[0].0)).map_err(failure)?;
        tree.mount(&render(&states[0].0)).map_err(failure)?;
        for (state, forgets) in &states[1..] {
            if !page.is_shaped() {
                return Ok(());
            }
            if *forgets {
                page.forget_merged();
                tree.forget_merged();
            }
            let Some(operations) = page.try_update(record(&page, state)).map_err(failure)? else {
                return Ok(());
            };
            let expected = tree.update(&render(state)).map_err(failure)?;
            prop_assert_eq!(merges(&operations), merges(&expected));
        }
    }
}

fn merges(operations: &Operations) -> Vec<(u32, String)> {
    let patches = operations.patches().expect("the text of an encoder");
    let merges = patches.iter().filter_map(|patch| match patch {
        Patch::Merge { id, html } => Some((id.0, html.to_string())),
        _ => None,
    });
    merges.collect()
}

const LISTS: &[&str] = &[
    "<ul>{% for row in rows %}<li dj-key=\"{{ row.id }}\">{{ row.text }}</li>{% endfor %}</ul>",
    "<ul>\n{% for row in rows %} <li dj-key=\"{{ row.id }}\">{{ row.text }}</li> <br> {% endfor %}{{ word }}</ul>",
    "{% for row in rows %}{{ row.text }}<b dj-key=\"{{ row.id }}\">x</b>{% endfor %}",
    "{% for row in rows %}<b dj-key=\"{{ row.id }}\">x</b>{{ row.text }}{% endfor %}",
    "{% for row in rows %}a<p>{{ row.text }}</p>{% if row.on %}<hr>{% endif %}{% endfor %}",
    "{% for row in rows %}{% if row.on %}<i dj-key=\"{{ row.id }}\">on</i>{% endif %}{% endfor %}{% if flag %}<b>1</b>{% endif %}",
];

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn long_lists_follow_every_order(
        list in select(LISTS),
        steps in vec((vec((0u8..40, "[ab]?", any::<bool>()), 0..30), any::<bool>()), 2..6),
    ) {
        let source = format!("<main dj-root>{list}</main>");
        let template = engine().template_from_str(&source).expect("the template compiles");
        let mut session = Session::new(template);
        let states = steps.into_iter().map(|(rows, flag)| State {
            word: "w".to_owned(),
            flag,
            markup: "",
            rows,
        });
        let mut client = None;
        for state in states {
            client = match client {
                None => {
                    let page = session.mount(&mut state.context()).map_err(failure)?;
                    prop_assert!(session.page().is_shaped());
                    Some(parse(&page).expect("a live root").number())
                }
                Some(shown) => step(&mut session, &shown, &state)?,
            };
        }
    }
}

const ROWS: &[&str] = &[
    "<li dj-key=\"{{ row.id }}\" class=\"{% if row.on %}on{% endif %}\"><b>{{ row.text }}</b> {{ word }}</li>\n",
    "<li dj-key=\"{{ row.id }}\">{{ row.text }}{% if row.on %}<b>{{ row.text }}</b>{% endif %}<i>{{ row.id }}</i></li>",
    "<li>{{ row.text }}<i>{% if row.on %}<b title=\"{{ row.text }}\">{{ row.id }}</b>{% else %}<u>{{ word }}</u>{% endif %}</i></li>",
    "<li id=\"r{{ row.id }}\">{% if row.on %}<p>on</p>{% endif %}{% if flag %}<p>{{ row.text }}</p>{% endif %}</li> ",
    "{{ row.text }}<li>{{ row.text }}</li>{{ word }}",
    "{% if row.on %}<li dj-key=\"{{ row.id }}\">{{ row.text }}</li>{% else %}<li>off</li>{{ row.text }}{% endif %}",
    "<li><input dj-model=\"m\" value=\"{{ row.text }}\">{{ row.text }}</li>",
    "<li>{{ row.text }}<textarea>{{ row.text }}</textarea><!--{{ row.id }}--></li>",
    "<li {% if row.on %}hidden{% endif %}>{{ row.text }}</li>",
    "<li dj-key=\"{{ row.id }}\">{% if row.on %}{% for other in rows %}<u>{{ other.text }}</u>{% endfor %}{% endif %}{{ row.text }}</li>",
    "<li dj-key=\"{{ row.id }}\"><em data-key=\"{{ row.text }}\">{{ row.text }}</em></li>",
    "<li>{{ row.text }}{% if row.on %}{{ markup|safe }}{% endif %}</li>",
];

/// One thing that happens to a list.
#[derive(Clone, Debug)]
enum Change {
    Text(usize, String),
    Toggle(usize),
    Remove(usize),
    Insert(usize, u8),
    Swap(usize, usize),
    Reverse,
    Word(String),
    Flag,
    Idle,
}

impl Change {
    fn apply(&self, state: &mut State) {
        let count = state.rows.len();
        let at = |place: &usize| place % count.max(1);
        match self {
            Self::Text(place, text) if count > 0 => state.rows[at(place)].1.clone_from(text),
            Self::Toggle(place) if count > 0 => state.rows[at(place)].2 ^= true,
            Self::Remove(place) if count > 0 => drop(state.rows.remove(at(place))),
            Self::Insert(place, id) => {
                state
                    .rows
                    .insert(at(place), (*id, "new".to_owned(), *id > 100));
            }
            Self::Swap(one, other) if count > 0 => state.rows.swap(at(one), at(other)),
            Self::Reverse => state.rows.reverse(),
            Self::Word(word) => state.word.clone_from(word),
            Self::Flag => state.flag ^= true,
            _ => {}
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0usize..60, "[a-c]{0,2}").prop_map(|(place, text)| Change::Text(place, text)),
        3 => (0usize..60).prop_map(Change::Toggle),
        1 => (0usize..60).prop_map(Change::Remove),
        1 => (0usize..60, any::<u8>()).prop_map(|(place, id)| Change::Insert(place, id)),
        1 => (0usize..60, 0usize..60).prop_map(|(one, other)| Change::Swap(one, other)),
        1 => Just(Change::Reverse),
        1 => "[a-b]?".prop_map(Change::Word),
        1 => Just(Change::Flag),
        3 => Just(Change::Idle),
    ]
}

proptest! {
    #![proptest_config(cases(500))]

    /// Rows that are kept together, with and without the hashes of their texts, follow every change.
    #[test]
    fn idle_sessions_go_on_as_if_nothing_had_happened(
        row in select(ROWS),
        end in select(&["", "{{ word }}", "<p>{{ word }}</p>"][..]),
        rows in vec((any::<u8>(), "[ab]?", any::<bool>()), 0..60),
        turns in vec(vec(change(), 1..4), 1..8),
    ) {
        let source = format!("<ul dj-root>\n{{% for row in rows %}}{row}{{% endfor %}}{end}</ul>");
        let template = engine().template_from_str(&source).expect("the template compiles");
        let mut session = Session::new(template);
        let mut state = State { word: "w".to_owned(), flag: false, markup: "<b>m</b>", rows };
        let page = session.mount(&mut state.context()).map_err(failure)?;
        prop_assert!(session.page().is_shaped());
        let mut client = parse(&page).expect("a live root").number();
        for turn in turns {
            for change in &turn {
                change.apply(&mut state);
                if matches!(change, Change::Idle) {
                    let before = session.page().memory();
                    session.hibernate();
                    prop_assert!(session.page().memory() <= before);
                }
            }
            match step(&mut session, &client, &state)? {
                Some(next) => client = next,
                None => return Ok(()),
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
