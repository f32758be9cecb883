//! A live root inside of a branch.

use std::sync::Arc;

use djust_live::{Error, Recorder, TemplatePage};
use djust_template::{Context, Engine, MapLoader, Template, Value};
use djust_vdom::Error as PageFault;

struct Page {
    template: Arc<Template>,
    page: TemplatePage,
}

impl Page {
    fn new(template: &Arc<Template>) -> Self {
        Self {
            page: TemplatePage::new(template),
            template: Arc::clone(template),
        }
    }

    fn render(&self, mut recorder: Recorder, user: &str, names: &[&str]) -> Recorder {
        let names: Vec<Value> = names.iter().map(|&name| name.into()).collect();
        let mut context =
            Context::from_iter([("user", Value::from(user)), ("names", names.into())]);
        let rendered = self.template.render_to(&mut context, &mut recorder);
        rendered.expect("the template renders");
        recorder
    }

    fn mount(&mut self, user: &str, names: &[&str]) -> String {
        let render = self.render(self.page.recorder(), user, names);
        self.page.mount(render).expect("a live root")
    }

    /// The operations of a render; "?" where the page has to say what it shows.
    fn update(&mut self, user: &str, names: &[&str]) -> Result<String, Error> {
        let render = self.render(self.page.update_recorder(), user, names);
        let operations = match self.page.try_update(render) {
            Err(Error::Incomplete) => {
                let render = self.render(self.page.recorder(), user, names);
                self.page.try_update(render)
            }
            operations => operations,
        }?;
        Ok(operations.map_or("?".to_owned(), |operations| operations.as_str().to_owned()))
    }

    fn resync(&mut self, client: &str, user: &str) -> String {
        let render = self.render(self.page.recorder(), user, &[]);
        let answer = self.page.resync(client, None, render);
        answer
            .expect("the root stays")
            .operations
            .as_str()
            .to_owned()
    }
}

fn template(source: &str) -> Arc<Template> {
    let parts = [
        (
            "base.html",
            "<!DOCTYPE html><html><head><title>{{ user }}</title></head><body>{% if user %}<nav></nav>{% block main %}{% endblock %}{% endif %}</body></html>",
        ),
        (
            "live.html",
            "<div dj-view=x><h1>{{ user }}</h1>{% for name in names %}<p>{{ name }}</p>{% endfor %}</div>",
        ),
    ];
    let engine = Engine::builder().loader(MapLoader::from(parts)).build();
    engine
        .template_from_str(source)
        .expect("the template compiles")
}

const LOGIN: &str = "<!DOCTYPE html><body>{% if user %}<p>{{ user }}</p>{% if user != 'Eve' %}<main dj-root><b>{{ user }}</b>\
                     {% for name in names %}<i>{{ name }}</i>{% endfor %}</main>{% endif %}{{ user }}{% else %}<p>Log in</p>{% endif %}";

#[test]
fn what_is_inside_is_compared_place_by_place() {
    for source in [
        LOGIN,
        "{% extends 'base.html' %}{% block main %}{% include 'live.html' %}{% endblock %}",
        "<!DOCTYPE html><body>{% if user %}{% if names %}{% include 'live.html' %}{% endif %}{% endif %}",
    ] {
        let template = template(source);
        // The second page knows from the first one where the root is.
        for _ in 0..2 {
            let mut page = Page::new(&template);
            page.mount("Ada", &["a", "b"]);
            assert!(page.page.is_shaped(), "{source}");
            assert_eq!(
                page.update("Ada", &["a", "b"]).expect("the root stays"),
                "",
                "{source} {:?}",
                page.page.refusals()
            );
            assert_eq!(
                page.update("Bob", &["a", "c", "d"])
                    .expect("the root stays"),
                if source == LOGIN {
                    r#"[0,1,"Bob",0,3,"c",4,0,3,4,"<i>d</i>"]"#
                } else {
                    r#"[0,1,"Bob",0,3,"c",4,0,3,4,"<p>d</p>"]"#
                }
            );
            assert_eq!(page.page.refusals(), []);
            assert_eq!(page.page.report(), [""; 0]);
        }
    }
}

/// Rows that the page shows as they are need not be written there, either.
#[test]
fn rows_are_left_out() {
    let template = template(LOGIN);
    let mut page = Page::new(&template);
    let names: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    page.mount("Ada", &names);
    names[30] = "x";
    let render = page.render(page.page.update_recorder(), "Ada", &names);
    let operations = page.page.try_update(render).expect("the root stays");
    assert_eq!(operations.expect("it is certain").as_str(), r#"[0,32,"x"]"#);
    // A page that is written in part only has no HTML.
    names[30] = "y";
    let render = page.render(page.page.update_recorder(), "Ada", &names);
    let other = Page::new(&template).page.mount(render);
    assert!(matches!(other, Err(Error::Incomplete)), "{other:?}");
}

#[test]
fn a_root_that_goes_is_an_error_and_may_come_back() {
    let template = template(LOGIN);
    let mut page = Page::new(&template);
    page.mount("Ada", &[]);
    for user in ["", "Eve"] {
        let gone = page.update(user, &[]);
        assert!(
            matches!(gone, Err(Error::Page(PageFault::NoRoot))),
            "{gone:?}"
        );
    }
    assert_eq!(page.update("Bob", &[]).expect("the root is back"), "?");
    assert_eq!(
        page.resync("<main dj-root><b>Ada</b></main>", "Bob"),
        r#"[0,1,"Bob"]"#
    );
    assert!(page.page.is_shaped());
    assert_eq!(
        page.update("Cy", &[]).expect("the root stays"),
        r#"[0,1,"Cy"]"#
    );
}

#[test]
fn a_root_in_each_of_two_branches_is_the_same_root() {
    let template = template(
        "<!DOCTYPE html><body>{% if user == 'Ada' %}<main dj-root class=a>{% else %}<main dj-root>{% endif %}{{ user }}</main>",
    );
    let mut page = Page::new(&template);
    page.mount("Ada", &[]);
    assert!(page.page.is_shaped());
    assert_eq!(page.update("Bob", &[]).expect("the root stays"), "?");
    assert_eq!(
        page.resync("<main dj-root=\"\" class=a>Ada</main>", "Bob"),
        r#"[3,0,"class",0,0,"Bob"]"#
    );
    assert!(page.page.is_shaped());
    assert_eq!(
        page.update("Cy", &[]).expect("the root stays"),
        r#"[0,0,"Cy"]"#
    );
}

#[test]
fn a_root_in_a_loop_is_compared_as_a_tree() {
    let template = template(
        "<!DOCTYPE html><body>{% for name in names %}<main dj-root>{{ name }}</main>{% endfor %}",
    );
    let mut page = Page::new(&template);
    page.mount("", &["a"]);
    assert!(!page.page.is_shaped());
    assert_eq!(
        page.update("", &["b"]).expect("the root stays"),
        r#"[0,0,"b"]"#
    );
    let report = page.page.report();
    assert!(
        report[0].contains("the live root is inside a loop"),
        "{report:?}"
    );
}

/// A text that only speaks of a root is none.
#[test]
fn only_an_element_is_a_root() {
    let template = template(
        "<!DOCTYPE html><body>{% if user %}<p>dj-root</p>{% endif %}<main dj-root>{{ user }}</main>",
    );
    let mut page = Page::new(&template);
    page.mount("Ada", &[]);
    assert!(page.page.is_shaped());
    assert_eq!(
        page.update("Bob", &[]).expect("the root stays"),
        r#"[0,0,"Bob"]"#
    );
}
