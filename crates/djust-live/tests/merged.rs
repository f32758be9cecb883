//! Elements that keep what they hold (`dj-update`), inside branches and loops: exact operations, and when only the page can
//! say what is kept.

use std::sync::Arc;

use djust_live::{Error, Recorder, TemplatePage};
use djust_template::value::Map;
use djust_template::{Context, Engine, MapLoader, Template, Value};

/// A page whose client does all that it is told.
struct Page {
    template: Arc<Template>,
    page: TemplatePage,
}

/// The lines of a log, rooms with a number and a line, and which branch is taken.
#[derive(Clone, Copy)]
struct State<'s> {
    lines: &'s [&'s str],
    rooms: &'s [(i64, &'s str)],
    branch: &'s str,
}

const NOTHING: State<'_> = State {
    lines: &[],
    rooms: &[],
    branch: "",
};

impl State<'_> {
    fn context(&self) -> Context {
        let room = |(id, line): &(i64, &str)| -> Value {
            let fields = [("id", Value::from(*id)), ("line", (*line).into())];
            Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
        };
        let lines = self.lines.iter().map(|&line| Value::from(line));
        Context::from_iter([
            ("lines", lines.collect::<Vec<_>>().into()),
            (
                "rooms",
                self.rooms.iter().map(room).collect::<Vec<_>>().into(),
            ),
            ("branch", Value::from(self.branch)),
        ])
    }
}

impl Page {
    fn mount(source: &str, state: &State<'_>) -> Self {
        let log =
            "{% if lines or branch %}<pre dj-update=append>{{ lines|join:' ' }}</pre>{% endif %}";
        let loader = MapLoader::from([("log.html", log)]);
        let engine = Engine::builder().loader(loader).build();
        let source = format!("<!DOCTYPE html><body><main dj-root>{source}</main>");
        let template = engine
            .template_from_str(&source)
            .expect("the template compiles");
        let mut page = Self {
            page: TemplatePage::new(&template),
            template,
        };
        let render = page.render(page.page.recorder(), state);
        page.page.mount(render).expect("a live root");
        page
    }

    fn render(&self, mut recorder: Recorder, state: &State<'_>) -> Recorder {
        let rendered = self.template.render_to(&mut state.context(), &mut recorder);
        rendered.expect("the template renders");
        recorder
    }

    /// The operations of a render; "?" where the page has to say what it shows.
    fn update(&mut self, state: &State<'_>) -> String {
        assert!(
            self.page.is_shaped(),
            "{:?} {:?}",
            self.page.refusals(),
            self.page.report()
        );
        let render = self.render(self.page.update_recorder(), state);
        let operations = match self.page.try_update(render) {
            Err(Error::Incomplete) => {
                let all = self.render(self.page.recorder(), state);
                self.page.try_update(all)
            }
            operations => operations,
        };
        let operations = operations.expect("the root stays");
        operations.map_or("?".to_owned(), |operations| operations.as_str().to_owned())
    }

    /// The operations for a page that has said that it shows this.
    fn resync(&mut self, inside: &str, state: &State<'_>) -> String {
        let render = self.render(self.page.recorder(), state);
        let client = format!("<main dj-root=\"\">{inside}</main>");
        let answer = self.page.resync(&client, None, render);
        answer
            .expect("the root stays")
            .operations
            .as_str()
            .to_owned()
    }
}

const LOG: &str = "<h1>{{ branch }}</h1>{% if branch %}<div><p>{{ branch }}</p><ul dj-update=append>\
                   {% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul></div>{% endif %}";

fn log<'s>(branch: &'s str, lines: &'s [&'s str]) -> State<'s> {
    State {
        lines,
        branch,
        ..NOTHING
    }
}

#[test]
fn what_is_new_is_added_inside_a_branch() {
    let mut page = Page::mount(LOG, &log("a", &["1"]));
    assert_eq!(page.update(&log("a", &["1", "2"])), r#"[9,4,"<li>2</li>"]"#);
    // The rest of the branch is compared place by place.
    assert_eq!(
        page.update(&log("b", &["2", "3"])),
        r#"[0,1,"b",0,3,"b",9,4,"<li>3</li>"]"#
    );
    assert_eq!(page.update(&log("b", &[])), "");
    assert_eq!(page.page.report(), [""; 0]);
}

#[test]
fn a_branch_that_comes_back_begins_anew() {
    let mut page = Page::mount(LOG, &log("a", &["1"]));
    let memory = page.page.memory();
    assert_eq!(page.update(&log("", &["1"])), r#"[0,1,"",5,2,1]"#);
    let without = page.page.memory();
    assert!(without < memory, "{without} {memory}");
    assert_eq!(
        page.update(&log("a", &["1"])),
        "[0,1,\"a\",4,0,1,5,\"<div><p>a</p><ul dj-update=append><li>1</li></ul></div>\"]"
    );
    assert_eq!(page.update(&log("a", &["2"])), r#"[9,7,"<li>2</li>"]"#);
    // No text is left of what is gone.
    let long = "x".repeat(1000);
    for _ in 0..10 {
        page.update(&log("a", &[&long]));
        page.update(&log("", &[]));
    }
    assert!(page.page.memory() < 3000, "{}", page.page.memory());
}

#[test]
fn what_was_rendered_is_forgotten_wherever_it_is() {
    let source = "{% for room in rooms %}<div dj-key=\"{{ room.id }}\"><ul dj-update=prepend>{% if room.line %}\
                  <li>{{ room.line }}</li>{% endif %}</ul></div>{% endfor %}{% include 'log.html' %}";
    let rooms: Vec<(i64, &str)> = (1..40).map(|id| (id, "x")).collect();
    let state = State {
        lines: &["y"],
        rooms: &rooms,
        ..NOTHING
    };
    let mut page = Page::mount(source, &state);
    assert_eq!(page.update(&state), "");
    page.page.forget_merged();
    let mut expected: Vec<String> = (1..40)
        .map(|id| format!("9,{},\"<li>x</li>\"", 2 * id))
        .collect();
    expected.push("9,79,\"y\"".to_owned());
    assert_eq!(page.update(&state), format!("[{}]", expected.join(",")));
    assert_eq!(page.update(&state), "");
}

#[test]
fn rows_with_keys_take_what_they_hold_with_them() {
    let source = "{% for room in rooms %}<div dj-key=\"{{ room.id }}\"><pre dj-update=append>{{ room.line }}</pre></div>\
                  {% endfor %}";
    let rooms = |rooms| State { rooms, ..NOTHING };
    let mut page = Page::mount(source, &rooms(&[(1, "a"), (2, "b")]));
    assert_eq!(
        page.update(&rooms(&[(2, "c"), (1, "a")])),
        r#"[9,4,"c",6,0,0,3]"#
    );
    assert_eq!(page.update(&rooms(&[(1, "d")])), r#"[5,3,1,9,2,"d"]"#);
    // One that goes and one that comes with another key are two; that is not known of what is inside of them.
    assert_eq!(page.update(&rooms(&[(5, "d")])), "?");
    assert_eq!(
        page.resync(
            "<div dj-key=\"1\"><pre dj-update=\"append\">ad</pre></div>",
            &rooms(&[(5, "d")])
        ),
        r#"[7,0,3,"<div dj-key=\"5\"><pre dj-update=\"append\">d</pre></div>"]"#
    );
    assert_eq!(page.update(&rooms(&[(5, "e")])), r#"[9,4,"e"]"#);
}

#[test]
fn rows_without_keys_are_compared_as_a_tree() {
    let source = "{% for room in rooms %}<pre dj-update=append>{{ room.line }}</pre>{% endfor %}";
    let rooms = |rooms| State { rooms, ..NOTHING };
    let mut page = Page::mount(source, &rooms(&[(1, "a")]));
    assert_eq!(page.update(&rooms(&[(1, "b")])), r#"[9,1,"b"]"#);
    assert_eq!(page.update(&rooms(&[(1, "b"), (2, "c")])), "?");
    page.resync(
        "<pre dj-update=\"append\">ab</pre>",
        &rooms(&[(1, "b"), (2, "c")]),
    );
    assert!(!page.page.is_shaped());
    assert!(
        !Page::mount(source, &rooms(&[(1, "a"), (2, "b")]))
            .page
            .is_shaped()
    );
}

#[test]
fn only_the_page_knows_what_an_element_keeps_that_is_in_two_branches() {
    let source = "{% if branch == 'a' %}<ul id=log dj-update=append><li>{{ branch }}</li></ul>{% else %}<hr>\
                  <ul id=log dj-update=append><li>{{ branch }}</li></ul>{% endif %}";
    let mut page = Page::mount(source, &log("a", &[]));
    assert_eq!(page.update(&log("b", &[])), "?");
    assert_eq!(
        page.resync(
            "<ul id=\"log\" dj-update=\"append\"><li>x</li><li>a</li></ul>",
            &log("b", &[])
        ),
        r#"[4,0,0,2,"<hr>",9,1,"<li>b</li>"]"#
    );
    assert_eq!(page.update(&log("c", &[])), r#"[9,1,"<li>c</li>"]"#);

    // Others are others by their name or key.
    let source = "{% if branch == 'a' %}<ul id=a dj-update=append><li>{{ branch }}</li></ul>{% else %}\
                  <ul id=b dj-update=append><li>{{ branch }}</li></ul><ol dj-update=append>{{ branch }}</ol>{% endif %}";
    let mut page = Page::mount(source, &log("a", &[]));
    assert_eq!(
        page.update(&log("b", &[])),
        "[5,1,1,4,0,0,2,\"<ul id=b dj-update=append><li>b</li></ul><ol dj-update=append>b</ol>\"]"
    );
}

#[test]
fn another_id_is_another_element() {
    for source in [
        "<ul id=\"room-{{ branch }}\" dj-update=append><li>{{ branch }}</li></ul>",
        "{% if branch %}<p></p><div id=\"{{ branch }}\"><ul dj-update=append><li>{{ branch }}</li></ul></div>{% endif %}",
        "<div id=\"{{ branch }}\">{% include 'log.html' %}</div>",
        "<div {% if branch == 'b' %}id=b{% endif %}><pre dj-update=append>{{ branch }}</pre></div>",
    ] {
        let mut page = Page::mount(source, &log("a", &[]));
        assert_eq!(page.update(&log("a", &["1"])).matches('?').count(), 0);
        assert_eq!(page.update(&log("b", &["1"])), "?", "{source}");
        page.resync("", &log("b", &["1"]));
        assert!(page.page.is_shaped(), "{source}");
    }
    // One beside it may change.
    let source = "<p id=\"{{ branch }}\"></p>{% include 'log.html' %}";
    let mut page = Page::mount(source, &log("a", &["1"]));
    assert_eq!(page.update(&log("b", &["1"])), r#"[2,1,"id","b"]"#);
}

#[test]
fn branches_that_open_elements_around_it_may_change_while_they_are_the_same() {
    let source = "{% if branch == 'a' %}<div>{% endif %}<pre dj-update=append>{{ lines|join:' ' }}</pre>\
                  {% if branch == 'a' %}</div>{% endif %}";
    let mut page = Page::mount(source, &log("a", &["1"]));
    assert_eq!(page.update(&log("a", &["2"])), r#"[9,2,"2"]"#);
    assert_eq!(page.update(&log("b", &["3"])), "?");
}

/// What was rendered last is not what the page keeps, so that it does not tell one page from another.
#[test]
fn what_is_added_is_no_part_of_the_fingerprint() {
    let source = "{% for room in rooms %}<div dj-key=\"{{ room.id }}\">{% if branch %}{% include 'log.html' %}{% endif %}\
                  </div>{% endfor %}{% include 'log.html' %}";
    let rooms = [(1, "a"), (2, "b")];
    let state = |branch, lines| State {
        lines,
        rooms: &rooms,
        branch,
    };
    let mut page = Page::mount(source, &state("b", &["1"]));
    let fingerprint = page.page.fingerprint();
    assert!(page.update(&state("b", &["2"])).contains("9,"));
    assert_eq!(page.page.fingerprint(), fingerprint);
    assert_eq!(
        Page::mount(source, &state("b", &[])).page.fingerprint(),
        fingerprint
    );
    assert_ne!(
        Page::mount(source, &state("", &["1"])).page.fingerprint(),
        fingerprint
    );
    // It does not depend on what another page of the template has shown.
    let mut other = Page::mount(source, &state("", &[]));
    let without = other.page.fingerprint();
    other.update(&state("b", &["1"]));
    other.update(&state("", &[]));
    assert_eq!(other.page.fingerprint(), without);
}
