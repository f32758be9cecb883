//! Digests of loop bodies: the same for what writes the same, another for all that could write something else.

use djust_template::value::Map;
use djust_template::{
    BlockId, Branch, Context, Engine, LiteralId, Output, Sink, SlotId, Template, Value,
};

/// For each iteration its digest, and what it wrote.
#[derive(Default)]
struct Digests {
    found: Vec<(Option<u64>, String)>,
}

impl Sink for Digests {
    fn literal(&mut self, _: LiteralId, text: &str) {
        if let Some((_, written)) = self.found.last_mut() {
            written.push_str(text);
        }
    }

    fn value(&mut self, slot: SlotId, output: Output<'_>) {
        if let Some((_, written)) = self.found.last_mut() {
            written.value(slot, output);
        }
    }

    fn enter(&mut self, _: BlockId, branch: Branch) {
        if let Branch::Item(_) = branch {
            self.found.push((None, String::new()));
        }
    }

    fn digest_key(&self) -> Option<[u64; 2]> {
        Some([0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344])
    }

    fn digest(&mut self, digest: u64) {
        if let Some((found, _)) = self.found.last_mut() {
            *found = Some(digest);
        }
    }
}

fn digests(body: &str, rows: Vec<Value>) -> Vec<(Option<u64>, String)> {
    let source = format!("{{% for row in rows %}}{body}{{% endfor %}}");
    let template: std::sync::Arc<Template> = Engine::default()
        .template_from_str(&source)
        .expect("the template compiles");
    let mut context = Context::from_iter([
        ("rows", Value::from(rows)),
        ("word", Value::from("w")),
        ("one", Value::from(1)),
    ]);
    let mut digests = Digests::default();
    template
        .render_to(&mut context, &mut digests)
        .expect("the template renders");
    digests.found
}

fn row(value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    Map::from_iter([("a".into(), value), ("b".into(), Value::from("b"))]).into()
}

/// Values of all kinds, some of which read the same.
fn values() -> Vec<Value> {
    vec![
        Value::None,
        Value::Bool(true),
        Value::Bool(false),
        Value::from(0),
        Value::from(1),
        Value::from("1"),
        Value::from("None"),
        Value::from(""),
        Value::from("<b>"),
        Value::safe("<b>"),
        Value::safe("1"),
    ]
}

#[test]
fn equal_digests_mean_equal_output() {
    let bodies = [
        "{{ row.a }}",
        "<p title=\"{{ row.a }}\">{{ row.b }}{{ row.a }}</p>",
        "{% if row.a %}x{% endif %}",
        "{% if row.a %}{{ row.a }}{% elif row.b == word %}y{% else %}{{ word }}{% endif %}",
        "{% if row.a == one %}x{% endif %}{% if not row.a and row.b %}z{% endif %}{{ row.a }}",
        "{% if row.a is None or row.a == '1' %}{{ row.b }}{% endif %}{{ forloop.counter }}",
        "{{ row.a|default:word|upper }}{{ row.b|add:one|ljust:9 }}",
        "{{ row.a|safe }}{{ row.a|escape }}{{ row.b|default_if_none:row.a|length }}",
        "{% if row.a < one %}{{ row.a }}{% endif %}{% if row.a in word %}{{ word }}{% endif %}",
    ];
    let mut all: Vec<(u64, String)> = Vec::new();
    for body in bodies {
        for (digest, written) in digests(body, values().into_iter().map(row).collect()) {
            let digest = digest.expect("all is plain");
            all.push((digest, format!("{body}: {written}")));
        }
    }
    for (digest, written) in &all {
        for (other, also) in &all {
            assert!(digest != other || written == also, "{written} and {also}");
        }
    }
}

/// What a template writes, piece by piece.
#[derive(Default, Debug, PartialEq)]
struct Pieces(Vec<String>);

impl Sink for Pieces {
    fn literal(&mut self, id: LiteralId, text: &str) {
        self.0.push(format!("literal {} {text}", id.index));
    }

    fn value(&mut self, slot: SlotId, output: Output<'_>) {
        self.0.push(format!("value {} {output:?}", slot.index));
    }

    fn enter(&mut self, block: BlockId, branch: Branch) {
        self.0.push(format!("enter {} {branch:?}", block.index));
    }

    fn leave(&mut self, block: BlockId) {
        self.0.push(format!("leave {}", block.index));
    }
}

#[test]
fn plain_values_are_written_as_rendering_the_body_writes_them() {
    let bodies = [
        "{{ row.a }}",
        "<p title=\"{{ row.a }}\">{{ row.b }}{{ row.a }}</p>{{ word }}",
        "{% if row.a %}x{{ row.a }}{% if one %}{{ row.b }}{% endif %}{% endif %}",
        "{% if row.a == one %}x{% elif row.a != '1' and row.a %}{{ row.a }}{% else %}z{% endif %}",
        "{% if row.a is None or not row.b %}{{ 'c<' }}{{ 7 }}{% endif %}{{ forloop.counter }}",
        "{% if row.a < one %}{{ row.a }}{% endif %}{% if row.a in word %}{{ word }}{% endif %}",
    ];
    let render = |source: &str| {
        let template: std::sync::Arc<Template> = Engine::default()
            .template_from_str(source)
            .expect("the template compiles");
        let rows: Vec<Value> = values().into_iter().map(row).collect();
        let mut context = Context::from_iter([
            ("rows", Value::from(rows)),
            ("word", Value::from("w1")),
            ("one", Value::from(1)),
        ]);
        let mut pieces = Pieces::default();
        let rendered = template.render_to(&mut context, &mut pieces);
        rendered.expect("the template renders");
        pieces
    };
    for body in bodies {
        for escape in ["on", "off"] {
            let list = |tag: &str| {
                format!(
                    "{{% autoescape {escape} %}}{{% for row in rows %}}{body}{tag}{{% endfor %}}{{% endautoescape %}}"
                )
            };
            // A tag that writes nothing keeps the body from being read as plain values.
            let rendered = render(&list("{% comment %}{% endcomment %}"));
            assert_eq!(render(&list("")), rendered, "{body}");
        }
    }
}

#[test]
fn equal_rows_have_equal_digests_wherever_they_stand() {
    let rows = vec![row(1), row(2), row(1)];
    let found = digests("<p>{{ row.a }}{% if row.a == one %}x{% endif %}</p>", rows);
    assert_eq!(found[0].0, found[2].0);
    assert_ne!(found[0].0, found[1].0);
    let rows = vec![row(1), row(1)];
    let found = digests("{{ row.a }}{% if forloop.first %}x{% endif %}", rows);
    assert_ne!(found[0].0, found[1].0);
}

#[test]
fn items_that_are_values_themselves_have_digests() {
    let found = digests("<p>{{ row }}</p>", vec!["a".into(), "b".into(), "a".into()]);
    assert!(found[0].0.is_some());
    assert_eq!(found[0].0, found[2].0);
    assert_ne!(found[0].0, found[1].0);
}

#[test]
fn whatever_depends_on_more_than_plain_values_has_none() {
    let bodies = [
        "{{ row.a|truncatechars:3 }}",
        "{{ row.a|yesno }}",
        "{{ row.a|floatformat }}",
        "{{ row.a|random }}",
        "{{ row.a|default:1.5 }}",
        "{{ row.a }}{{ 1.5 }}",
        "{{ row.a|default:_('x') }}",
        "{{ row.missing }}",
        "{% if row.missing %}x{% endif %}",
        "{% if row.a|length == 1 %}x{% endif %}",
        "{% cycle 'a' 'b' %}",
        "{% ifchanged %}{{ row.a }}{% endifchanged %}",
        "{% now 'Y' %}",
        "{{ row }}",
    ];
    for body in bodies {
        for (digest, _) in digests(body, vec![row("x"), row("y")]) {
            assert_eq!(digest, None, "{body}");
        }
    }
    let found = digests("{{ row.a }}", vec![row(1.5), row("x")]);
    assert!(found[0].0.is_none() && found[1].0.is_some());
}

#[test]
fn bodies_that_write_other_things_for_the_same_values_differ() {
    let bodies = [
        "{% if row.a %}x{% endif %}y",
        "{% if row.a %}xy{% endif %}",
        "{% if row.a %}x{% else %}y{% endif %}",
        "x{{ row.a }}",
        "{{ row.a }}x",
        "{{ row.a }}{{ row.a }}",
    ];
    let mut seen = std::collections::HashSet::new();
    for body in bodies {
        let found = digests(body, vec![row("a")]);
        assert!(seen.insert(found[0].0), "{body}");
    }
}
