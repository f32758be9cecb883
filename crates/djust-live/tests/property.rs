//! The promise: operations applied one after the other give exactly what a fresh load gives.
//!
//! Templates are made of the constructs that matter to a differ: branches inside text, attributes
//! and table parts, keyed and unkeyed loops, markup from a value. Contexts follow each other at
//! random.

mod support;

use djust_live::{Adapter, LivePage, Session};
use djust_protocol::{Encoder, Numbering};
use djust_template::{Context, Engine, Value, value::Map};
use djust_vdom::apply::{Applier, difference};
use djust_vdom::{Error as PageFault, NumberedTree, Root, diff, html};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::{Both, apply_wire};

const PIECES: &[&str] = &[
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
    "<form>{% if flag %}<input name=a>{% endif %}<button>{{ word }}</button></form>",
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
    "&amp;&lt;",
    "<tr><td>x",
    "<template><td>t</td></template>",
    "<b id=k>1</b><b id=k>2</b>",
    "\0\r\n",
    "<select><p>",
    "</p>",
    "<a><div><a>1</a></div></a>",
    "<ruby>a<rt>b",
    "<math><mi>x",
    "<form><form>",
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
                "<!DOCTYPE html><table><tbody dj-root class=\"{{ word }}\">",
                "</tbody></table>",
            ),
        ][..],
    );
    (frame, vec(select(PIECES), 1..6))
        .prop_map(|((begin, end), pieces)| format!("{begin}{}{end}", pieces.concat()))
}

fn parse(page: &str) -> Option<Root> {
    html::parse_document(page).into_root().ok()
}

/// Whether the page has no root any more, or another one: then the session must say so and stay.
fn is_refused(shown: &NumberedTree, page: &str) -> Option<PageFault> {
    let Some(root) = parse(page) else {
        return Some(PageFault::NoRoot);
    };
    diff(shown, root, &mut Adapter::new(&mut Encoder::new())).err()
}

/// One step of a session, checked against the oracle; the new state of the client.
fn step(
    session: &mut Session,
    client: NumberedTree,
    state: &State,
) -> Result<NumberedTree, TestCaseError> {
    let page = session
        .template()
        .render(&mut state.context())
        .expect("the template renders");
    let before = session.page().fingerprint();
    let shown = session.page().shown().expect("mounted").clone();
    if let Some(fault) = is_refused(&client, &page) {
        let error = session
            .update(&mut state.context())
            .expect_err("the root is not the same");
        prop_assert_eq!(error.to_string(), fault.to_string());
        prop_assert_eq!(session.page().fingerprint(), before);
        return Ok(client);
    }
    let operations = session
        .update(&mut state.context())
        .expect("the root is the same");

    // The same comparison again, each operation given to the encoder and to the oracle.
    let (mut encoder, mut oracle) = (Encoder::new(), Applier::new(&client));
    let root = parse(&page).expect("a live root");
    let fresh = root.clone().number();
    diff(
        &shown,
        root,
        &mut Both(Adapter::new(&mut encoder), &mut oracle),
    )
    .expect("the same root");
    prop_assert_eq!(&encoder.finish(), &operations);
    let applied = oracle
        .finish()
        .map_err(|error| TestCaseError::fail(error.to_string()))?;

    let shown = session.page().shown().expect("mounted").clone();
    prop_assert_eq!(difference(&applied, &shown), None);
    prop_assert_eq!(applied.fingerprint(), fresh.fingerprint());
    prop_assert_eq!(shown.html(), fresh.html());
    prop_assert_eq!(
        (shown.count(), shown.checksum()),
        (fresh.count(), fresh.checksum())
    );

    // What a client in another process reads from the text does the same.
    if let Some(read) = apply_wire(&client, &operations) {
        let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(difference(&read, &shown), None);
    }
    Ok(applied)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn updates_lead_to_what_a_fresh_load_gives(source in source(), states in vec(state(), 1..6)) {
        let template = Engine::default().template_from_str(&source).expect("the template compiles");
        let mut session = Session::new(template);
        let Ok(page) = session.mount(&mut states[0].context()) else {
            prop_assert!(session.page().shown().is_none());
            return Ok(());
        };
        let mut client = parse(&page).expect("a live root").number();
        prop_assert_eq!(difference(&client, session.page().shown().expect("mounted")), None);
        for state in &states[1..] {
            client = step(&mut session, client, state)?;
        }
    }

    #[test]
    fn a_resync_leads_there_from_anything_the_client_shows(
        source in source(), old in state(), new in state(), foreign in select(MARKUP),
    ) {
        let template = Engine::default().template_from_str(&source).expect("the template compiles");
        let pages = [&old, &new].map(|state| template.render(&mut state.context()).expect("renders"));
        let mut page = LivePage::new();
        if page.mount(&pages[0]).is_err() {
            return Ok(());
        }
        // A script of the page has put something at the end of the root.
        let outer = page.shown().expect("mounted").html();
        let Some(end) = outer.rfind("</") else { return Ok(()) };
        let outer = format!("{}{foreign}{}", &outer[..end], &outer[end..]);
        let Ok(client) = page.shown().expect("mounted").parse_client(&outer) else { return Ok(()) };
        for numbering in [None, Some(Numbering { count: 1, sum: 2 })] {
            let mut page = page.clone();
            let Ok(answer) = page.resync(&outer, numbering, &pages[1]) else {
                prop_assert!(is_refused(&client, &pages[1]).is_some());
                continue;
            };
            let shown = page.shown().expect("mounted");
            let fresh = parse(&pages[1]).expect("a live root").number();
            prop_assert_eq!(shown.fingerprint(), fresh.fingerprint());
            prop_assert_eq!(answer.base, shown.next_id().0);
            if let Some(read) = apply_wire(&client, &answer.operations) {
                let read = read.map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(difference(&read, shown), None);
            }
        }
    }
}
