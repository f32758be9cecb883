//! What a sink hears of the blocks of a template.

use djust_template::{
    BlockId, Branch, Context, Engine, LiteralId, MapLoader, Output, Sink, SlotId, Value,
};

/// Notes every branch, with a bar when it ends.
#[derive(Default)]
struct Branches(Vec<String>);

impl Sink for Branches {
    fn literal(&mut self, _: LiteralId, _: &str) {}

    fn value(&mut self, _: SlotId, _: Output<'_>) {}

    fn enter(&mut self, _: BlockId, branch: Branch) {
        self.0.push(format!("{branch:?}"));
    }

    fn leave(&mut self, _: BlockId) {
        self.0.push("|".into());
    }
}

fn branches(source: &str) -> String {
    let loader = MapLoader::from([
        ("part.html", "part"),
        ("base.html", "{% block b %}{% endblock %}"),
    ]);
    let engine = Engine::builder().loader(loader).build();
    let template = engine
        .template_from_str(source)
        .expect("the template compiles");
    let mut context = Context::from_iter([("yes", Value::from(1)), ("pair", vec![1, 2].into())]);
    let mut noted = Branches::default();
    template
        .render_to(&mut context, &mut noted)
        .expect("the template renders");
    noted.0.join(" ")
}

#[test]
fn blocks_say_which_part_they_show() {
    for (source, expected) in [
        (
            "{% if no %}a{% elif yes %}b{% else %}c{% endif %}",
            "Arm(1) |",
        ),
        ("{% if no %}a{% endif %}", ""),
        (
            "{% for x in pair %}a{% empty %}b{% endfor %}",
            "Item(0) | Item(1) |",
        ),
        ("{% for x in no %}a{% empty %}b{% endfor %}", "Empty |"),
        (
            "{% for x in pair %}{% ifchanged yes %}a{% else %}b{% endifchanged %}{% endfor %}",
            "Item(0) Arm(0) | | Item(1) Arm(1) | |",
        ),
        ("{% include 'part.html' %}", "Body |"),
        (
            "{% extends 'base.html' %}{% block b %}{% if yes %}{% endif %}{% endblock %}",
            "Body Arm(0) | |",
        ),
        ("{% with a=yes %}{{ a }}{% endwith %}", "Body |"),
        (
            "{% partialdef p inline %}a{% endpartialdef %}{% partial p %}",
            "Body | Body |",
        ),
        ("{% autoescape off %}{{ yes }}{% endautoescape %}", ""),
    ] {
        assert_eq!(branches(source), expected, "{source}");
    }
}

#[test]
fn an_error_leaves_what_was_entered() {
    let source =
        "{% for x in pair %}{% with a=x %}{% include 'none.html' %}{% endwith %}{% endfor %}";
    let template = Engine::default()
        .template_from_str(source)
        .expect("the template compiles");
    let mut context = Context::from_iter([("pair", Value::from(vec![1, 2]))]);
    let mut noted = Branches::default();
    assert!(template.render_to(&mut context, &mut noted).is_err());
    assert_eq!(noted.0.join(" "), "Item(0) Body | |");
}

/// Collects what is known to need no escaping apart from other values.
#[derive(Default)]
struct Clean(Vec<String>, Vec<String>);

impl Sink for Clean {
    fn literal(&mut self, _: LiteralId, _: &str) {}

    fn value(&mut self, _: SlotId, output: Output<'_>) {
        self.1.push(format!("{output:?}"));
    }

    fn clean(&mut self, _: SlotId, text: &str) {
        self.0.push(text.into());
    }
}

/// Leaves it to the trait what becomes of clean values.
#[derive(Default)]
struct Values(Vec<String>);

impl Sink for Values {
    fn literal(&mut self, _: LiteralId, _: &str) {}

    fn value(&mut self, _: SlotId, output: Output<'_>) {
        self.0.push(format!("{output:?}"));
    }
}

#[test]
fn values_without_special_characters_come_apart_for_a_sink_that_wants_it() {
    let source = "{{ n }}{{ t }}{% for x in pair %}{{ forloop.counter }}{{ forloop.last }}{% endfor %}\
                  {% autoescape off %}{{ n }}{% endautoescape %}";
    let template = Engine::default()
        .template_from_str(source)
        .expect("the template compiles");
    let mut context = Context::from_iter([
        ("n", Value::from(-12)),
        ("t", "<".into()),
        ("pair", vec![1, 2].into()),
    ]);
    let mut clean = Clean::default();
    template
        .render_to(&mut context, &mut clean)
        .expect("the template renders");
    assert_eq!(clean.0.join(" "), "-12 1 False 2 True");
    assert_eq!(clean.1, ["Text(\"<\")", "Markup(\"-12\")"]);

    let mut values = Values::default();
    template
        .render_to(&mut context, &mut values)
        .expect("the template renders");
    assert_eq!(
        values.0[..3],
        ["Text(\"-12\")", "Text(\"<\")", "Text(\"1\")"]
    );
}

/// Keeps the literals of a render, and may ask for their places.
struct Places {
    knows: bool,
    literals: Vec<LiteralId>,
}

impl Sink for Places {
    fn literal(&mut self, id: LiteralId, _: &str) {
        self.literals.push(id);
    }

    fn value(&mut self, _: SlotId, _: Output<'_>) {}

    fn knows_places(&self) -> bool {
        self.knows
    }
}

#[test]
fn literals_are_found_in_parents_and_included_templates() {
    let files = MapLoader::from([
        ("base", "<base>{% block a %}{% endblock %}</base>"),
        ("part", "<part>"),
    ]);
    let engine = Engine::builder().loader(files).build();
    let source = "{% extends 'base' %}{% block a %}<own>{% include 'part' %}{% endblock %}";
    let template = engine
        .template_from_str(source)
        .expect("the template compiles");
    let places = |knows| {
        let mut out = Places {
            knows,
            literals: Vec::new(),
        };
        template
            .render_to(&mut Context::new(), &mut out)
            .expect("the template renders");
        let found = |id: &LiteralId| {
            let (source, offset) = id.origin()?;
            Some(source.text()[offset as usize..].to_owned())
        };
        out.literals.iter().map(found).collect::<Vec<_>>()
    };
    assert_eq!(places(false), vec![None; 4]);
    let found: Vec<_> = places(true).into_iter().flatten().collect();
    assert_eq!(
        found,
        [
            "<base>{% block a %}{% endblock %}</base>",
            &source[source.find("<own>").expect("it is there")..],
            "<part>",
            "</base>"
        ]
    );
}
