//! Long lists: every order, and pages of which less is kept.

use djust_live::{Session, TemplatePage};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::states::State;
use crate::{cases, engine, failure, parse, step};

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
    "\n<li dj-key=\"{{ row.id }}\" class=\"a {% if row.on %}on{% endif %}\">{% if row.on %}<b>new</b>{% endif %}</li>",
    "<li dj-key=\"{{ row.id }}\">{{ row.id }}: {{ row.text }}{% if row.on %} (on){% endif %}</li>\n<li>{{ row.text }}</li> ",
    "<li title=\"{{ row.text }}{% if row.on %}&amp;{% endif %}\"><b>a</b>{% if row.on %}{{ row.text }}{% endif %}</li>",
    "<li dj-key=\"{{ row.id }}\" class=\"{% if row.on %}on{% endif %}\"><b>{{ row.text }}</b> {{ word }}</li>\n",
    "<li dj-key=\"{{ row.id }}\">{{ row.text }}{% if row.on %}<b>{{ row.text }}</b>{% endif %}<i>{{ row.id }}</i></li>",
    "<li>{{ row.text }}<i>{% if row.on %}<b title=\"{{ row.text }}\">{{ row.id }}</b>{% else %}<u>{{ word }}</u>{% endif %}</i></li>",
    "<li id=\"r{{ row.id }}\">{% if row.on %}<p>on</p>{% endif %}{% if flag %}<p>{{ row.text }}</p>{% endif %}</li> ",
    "{{ row.text }}<li>{{ row.text }}</li>{{ word }}",
    "{% if row.on %}<li dj-key=\"{{ row.id }}\">{{ row.text }}</li>{% else %}<li>off</li>{{ row.text }}{% endif %}",
    "<li><input dj-model=\"m\" value=\"{{ row.text }}\">{{ row.text }}</li>",
    "<li>{{ row.text }}<input type=\"checkbox\" dj-model=\"m\" value=\"{{ row.id }}\"{% if row.on %} checked{% endif %}></li>",
    "<li dj-key=\"{{ row.id }}\">{% if row.on %}<textarea dj-model=\"t\">{{ row.text }}</textarea>{% endif %}<i>{{ row.id }}</i></li>",
    "<li>{{ row.text }}<textarea>{{ row.text }}</textarea><!--{{ row.id }}--></li>",
    "<li {% if row.on %}hidden{% endif %}>{{ row.text }}</li>",
    "<li dj-key=\"{{ row.id }}\"{% if row.on %} class=\"on\"{% endif %}>{{ row.text }}<input data-id=\"{{ row.id }}\"{% if flag %} checked{% endif %}></li>\n",
    "<li{% if row.on %} title=\"{{ row.text }}\" hidden{% else %} class=\"{{ word }}\" {{ row.text }}{% endif %} id=\"r{{ row.id }}\"><b>{{ row.text }}</b></li>",
    "<li>{% if row.on %}<b id=\"{{ row.id }}\"{% if flag %} title=\"{{ row.text }}\"{% endif %}>{{ word }}</b>{% endif %}<i{% if word %} lang=\"{{ word }}\"{% endif %}>{{ row.text }}</i></li>",
    "{{ row.text }}<li dj-key=\"{{ row.id }}\" {{ word }}>{{ row.text }}</li>{{ word }}",
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
    /// So many rows at once, or instead of all.
    Many(usize, Vec<Row>),
    Others(Vec<Row>),
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
            Self::Many(place, rows) => {
                let at = at(place);
                state.rows.splice(at..at, rows.iter().cloned());
            }
            Self::Others(rows) => state.rows.clone_from(rows),
            Self::Swap(one, other) if count > 0 => state.rows.swap(at(one), at(other)),
            Self::Reverse => state.rows.reverse(),
            Self::Word(word) => state.word.clone_from(word),
            Self::Flag => state.flag ^= true,
            _ => {}
        }
    }
}

type Row = (u8, String, bool);

/// Texts of which most are not certain somewhere, the first almost everywhere.
const TEXTS: &[&str] = &["\r", "\n", "<b>", "&amp;", "'", "é😀 and a long text"];

fn rows(
    count: std::ops::Range<usize>,
    texts: &'static [&'static str],
) -> impl Strategy<Value = Vec<Row>> {
    let text = prop_oneof![9 => "[ab]?", 1 => select(texts).prop_map(str::to_owned)];
    vec((any::<u8>(), text, any::<bool>()), count)
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0usize..60, "[a-c]{0,2}").prop_map(|(place, text)| Change::Text(place, text)),
        3 => (0usize..60).prop_map(Change::Toggle),
        1 => (0usize..60).prop_map(Change::Remove),
        1 => (0usize..60, any::<u8>()).prop_map(|(place, id)| Change::Insert(place, id)),
        1 => (0usize..60, rows(0..50, TEXTS)).prop_map(|(place, rows)| Change::Many(place, rows)),
        1 => rows(0..60, TEXTS).prop_map(Change::Others),
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
        rows in rows(0..60, &[""]),
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

proptest! {
    #![proptest_config(cases(300))]

    /// Rows that come together are kept as those that come one after the other: what is sent is the same from then on.
    #[test]
    fn many_new_rows_are_kept_as_few(
        row in select(ROWS), rows in rows(33..60, &TEXTS[1..]), turns in vec(vec(change(), 1..4), 1..6),
    ) {
        let source = format!("<ul dj-root>\n{{% for row in rows %}}{row}{{% endfor %}}</ul>");
        if row.contains("in rows") {
            // What a row shows is not the same while others come.
            return Ok(());
        }
        // Pages of one template learn from one another.
        let session = || {
            Session::new(engine().template_from_str(&source).expect("the template compiles"))
        };
        let mut state = State { word: "w".to_owned(), flag: false, markup: "<b>m</b>", rows };
        let (mut together, mut apart) = (session(), session());
        together.mount(&mut state.context()).map_err(failure)?;
        let all = state.rows.clone();
        for count in (30..all.len()).step_by(5).chain([all.len()]) {
            state.rows = all[..count].to_vec();
            if count == 30 {
                apart.mount(&mut state.context()).map_err(failure)?;
            } else {
                apart.update(&mut state.context()).map_err(failure)?;
            }
        }
        for turn in turns {
            for change in &turn {
                change.apply(&mut state);
            }
            let pages = [together.page(), apart.page()];
            let [next, other] = pages.map(TemplatePage::next_id);
            if next != other || !pages.iter().all(|page| page.is_shaped()) {
                // What is not certain has been found out at different times.
                return Ok(());
            }
            let operations = together.update(&mut state.context()).map_err(failure)?;
            let others = apart.update(&mut state.context()).map_err(failure)?;
            prop_assert_eq!(operations.as_str(), others.as_str());
        }
    }
}
