//! What is kept of a page between two events, and what a page sends of which less is kept.

mod support;

use djust_live::Session;
use djust_template::{Context, Engine, Value, value::Map};
use djust_vdom::{NumberedTree, html};
use support::apply_wire;

/// The table of the benchmarks: six fields, a key, a class and a branch.
const TABLE: &str = "<!doctype html><html><head><title>Rows</title></head><body><main dj-root>\n<p>{{ rows|length }} rows</p>\
    <table><tbody>{% for row in rows %}\n<tr dj-key=\"{{ row.id }}\" class=\"{% if row.id == selected %}selected{% endif %}\">\
    <td>{{ row.id }}</td><td>{{ row.label }}</td>\n<td>{{ row.price }}</td><td>{{ row.city }}</td><td>{{ row.stock }}</td>\
    <td>{% if row.new %}<b>new</b>{% endif %}</td></tr>\n{% endfor %}</tbody></table></main></body></html>";

/// Rows with attributes that come and go, in two of their start tags.
const TAGS: &str = "<ul dj-root>{% for row in rows %}\n<li dj-key=\"{{ row.id }}\"{% if row.id == selected %} class=\"selected\"{% endif %}>\
    <input type=\"checkbox\" dj-change=\"toggle\" data-row-id=\"{{ row.id }}\"{% if row.new %} checked{% endif %}> {{ row.label }}\
    <b>{{ row.price }}</b> <i>{{ row.city }}</i></li>\n{% endfor %}</ul>";

#[derive(Clone)]
struct Row {
    id: usize,
    label: String,
    new: bool,
}

fn rows(count: usize) -> Vec<Row> {
    let row = |id| Row {
        id,
        label: format!("Article {id}"),
        new: id % 5 == 0,
    };
    (1..=count).map(row).collect()
}

fn context(rows: &[Row], selected: i64) -> Context {
    let row = |row: &Row| -> Value {
        let fields = [
            ("id", Value::from(row.id as i64)),
            ("label", row.label.as_str().into()),
            ("price", format!("{}.50", row.id % 97).into()),
            ("city", format!("City {}", row.id % 13).into()),
            ("stock", ((row.id * 7 % 101) as i64).into()),
            ("new", row.new.into()),
        ];
        Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
    };
    Context::from_iter([
        ("rows", rows.iter().map(row).collect::<Vec<_>>().into()),
        ("selected", Value::from(selected)),
    ])
}

/// A session, and what its client shows.
struct Page {
    session: Session,
    client: NumberedTree,
}

impl Page {
    fn mount(rows: &[Row]) -> Self {
        Self::of(TABLE, rows)
    }

    fn of(source: &str, rows: &[Row]) -> Self {
        let template = Engine::default().template_from_str(source);
        let mut session = Session::new(template.expect("the template compiles"));
        let page = session.mount(&mut context(rows, 0)).expect("a live root");
        assert!(session.page().is_shaped());
        Self {
            session,
            client: shown(&page),
        }
    }

    /// The operations of an event, which lead to what a fresh load gives.
    fn update(&mut self, rows: &[Row], selected: i64) -> String {
        let operations = self.session.update(&mut context(rows, selected));
        let operations = operations.expect("the root stays");
        let applied = apply_wire(&self.client, &operations).expect("no trees");
        self.client = applied.expect("they fit");
        let template = self.session.template();
        let page = template.render(&mut context(rows, selected));
        let fresh = shown(&page.expect("the template renders"));
        assert_eq!(self.client.fingerprint(), fresh.fingerprint());
        operations.as_str().to_owned()
    }

    fn memory(&self) -> usize {
        self.session.page().memory()
    }
}

fn shown(page: &str) -> NumberedTree {
    let root = html::parse_document(page).into_root();
    root.expect("a live root").number()
}

#[test]
fn a_row_takes_what_tells_it_from_others() {
    let mut page = Page::mount(&rows(1000));
    assert!(page.memory() < 75_000, "{}", page.memory());
    page.session.hibernate();
    assert!(page.memory() < 26_000, "{}", page.memory());
}

#[test]
fn rows_that_an_event_makes_take_no_more_than_those_of_a_load() {
    for count in [1000, 5000] {
        let list = rows(count);
        let loaded = Page::mount(&list).memory();
        let mut page = Page::mount(&[]);
        page.update(&list, 0);
        assert!(page.memory() < loaded + 2_000, "{}", page.memory());
    }
    let list = rows(2000);
    let mut page = Page::mount(&list[..1000]);
    page.update(&list, 0);
    assert!(page.memory() < 150_000, "{}", page.memory());
}

#[test]
fn a_page_does_not_grow_with_the_events_it_had() {
    let mut list = rows(1000);
    let mut page = Page::mount(&list);
    for turn in 0..300 {
        let at = turn * 37 % 1000;
        list[at].label = format!("Turn {turn}");
        if turn % 3 == 0 {
            list.swap(at, (at + 500) % 1000);
        }
        page.update(&list, turn as i64 % 4);
    }
    assert!(page.memory() < 85_000, "{}", page.memory());
    page.update(&[], 0);
    assert!(page.memory() < 1_000, "{}", page.memory());
}

#[test]
fn the_first_change_of_a_row_that_was_idle_sends_its_texts() {
    let mut list = rows(100);
    let mut page = Page::mount(&list);
    page.session.hibernate();
    assert_eq!(page.update(&list, 0), "");

    list[49].label = "changed".to_owned();
    let first = page.update(&list, 0);
    assert_eq!(
        first.matches("[0,").count() + first.matches(",0,").count(),
        5,
        "{first}"
    );
    assert!(
        first.contains("\"changed\"") && first.contains("\"50.50\""),
        "{first}"
    );
    list[49].label = "again".to_owned();
    let second = page.update(&list, 0);
    assert!(
        second.contains("\"again\"") && second.len() < 20,
        "{second}"
    );
}

#[test]
fn attributes_and_moves_of_idle_rows_are_sent_alone() {
    let mut list = rows(100);
    let mut page = Page::mount(&list);
    page.session.hibernate();
    list.swap(1, 98);
    let moved = page.update(&list, 0);
    assert!(moved.starts_with("[6,") && !moved.contains('"'), "{moved}");
    page.session.hibernate();
    // The class alone would be one operation; the texts beside it are not known.
    let selected = page.update(&list, 50);
    assert!(selected.contains(r#""class","selected""#), "{selected}");
    page.session.hibernate();
    list.remove(10);
    let removed = page.update(&list, 50);
    assert!(removed.contains(r#"[0,1,"99 rows",5,"#), "{removed}");
    page.session.hibernate();
    list[30].new = !list[30].new;
    page.update(&list, 50);
    list[30].new = !list[30].new;
    page.update(&list, 50);
}

#[test]
fn very_long_lists_keep_no_hashes_of_new_texts() {
    let mut list = rows(5000);
    let mut page = Page::mount(&list);
    assert!(page.memory() < 5000 * 26, "{}", page.memory());
    list[2500].label = "changed".to_owned();
    assert!(page.update(&list, 0).len() > 60);
    list[2500].label = "again".to_owned();
    assert!(page.update(&list, 0).len() < 24);
}

#[test]
fn attributes_that_come_and_go_take_no_more() {
    let tag = r#" class="{% if row.id == selected %}selected{% endif %}""#;
    let conditional = r#"{% if row.id == selected %} class="selected"{% endif %}"#;
    let mut page = Page::of(&TABLE.replace(tag, conditional), &rows(1000));
    let mut same = Page::mount(&rows(1000));
    assert!(page.memory() < same.memory() + 200, "{}", page.memory());
    page.session.hibernate();
    same.session.hibernate();
    assert!(page.memory() < same.memory() + 200, "{}", page.memory());

    let mut list = rows(1000);
    let mut page = Page::of(TAGS, &list);
    assert!(page.memory() < 60_000, "{}", page.memory());
    for turn in 0..200 {
        list[turn * 37 % 1000].new ^= true;
        page.update(&list, turn as i64);
    }
    assert!(page.memory() < 72_000, "{}", page.memory());
    page.session.hibernate();
    assert!(page.memory() < 26_000, "{}", page.memory());
}

#[test]
fn of_attributes_that_come_and_go_those_are_sent_that_changed() {
    let mut list = rows(100);
    let mut page = Page::of(TAGS, &list);
    assert_eq!(page.update(&list, 50), r#"[2,197,"class","selected"]"#);
    let moved = page.update(&list, 51);
    assert_eq!(moved, r#"[3,197,"class",2,201,"class","selected"]"#);
    list[20].new ^= true;
    assert_eq!(page.update(&list, 51), r#"[2,82,"checked",""]"#);
    list[20].new ^= true;
    assert_eq!(page.update(&list, 51), r#"[3,82,"checked"]"#);
    // What is common to all rows of a structure is kept while they are idle, so all of the only one.
    page.session.hibernate();
    assert_eq!(page.update(&list, 0), r#"[3,201,"class"]"#);
    // Of another row the texts are sent, too, but no other attribute.
    page.session.hibernate();
    let selected = page.update(&list, 51);
    let texts = r#"1,202," Article 51",0,203,"51.50",0,204,"City 12""#;
    assert_eq!(selected, format!(r#"[2,201,"class","selected",{texts}]"#));
    page.session.hibernate();
    list.swap(50, 60);
    assert_eq!(page.update(&list, 51), "[6,0,197,241,6,0,237,201]");
}

#[test]
fn attributes_that_are_the_key_of_the_row_take_nothing() {
    let source = "<ul dj-root>{% for row in rows %}\n<li dj-key=\"{{ row.id }}\" title=\"{{ row.label }}\">{{ row.city }}</li>\n\
        {% endfor %}</ul>";
    let mut list = rows(1000);
    for row in &mut list {
        row.label = row.id.to_string();
    }
    let mut page = Page::of(source, &list);
    let without = Page::of(&source.replace(" title=\"{{ row.label }}\"", ""), &list);
    assert!(page.memory() < without.memory() + 100, "{}", page.memory());
    for label in ["a", "b", "51", "51", "52"] {
        let before = std::mem::replace(&mut list[50].label, label.to_owned());
        let expected = if before == label {
            String::new()
        } else {
            format!(r#"[2,51,"title","{label}"]"#)
        };
        assert_eq!(page.update(&list, 0), expected);
    }
    page.session.hibernate();
    list[50].label = "51".to_owned();
    assert!(page.update(&list, 0).starts_with(r#"[2,51,"title","51""#));
}

#[test]
fn rows_with_bound_controls_take_no_more() {
    let source = TAGS.replace(" dj-change=\"toggle\"", " dj-model=\"chosen\"");
    let mut list = rows(1000);
    let mut page = Page::of(&source, &list);
    let same = Page::of(TAGS, &list);
    assert!(page.memory() < same.memory() + 100, "{}", page.memory());
    page.session.hibernate();
    for turn in [4, 5, 500, 999] {
        list[turn].new ^= true;
        let operations = page.update(&list, 0);
        assert_eq!(operations.matches("checked").count(), 1, "{operations}");
        let bindings = page.session.page().bindings();
        assert_eq!(bindings, page.client.bindings());
        let says_value = bindings.iter().map(|one| one.says_value);
        assert!(says_value.eq(list.iter().map(|row| row.new)));
    }
}
