//! An object that has plain values decides `{% if %}` tags on them in place: the output, and what a sink hears, stay the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use djust_template::value::{Fields, Key, Object};
use djust_template::{
    BlockId, Branch, Context, Engine, Error, ErrorKind, Limits, LiteralId, Output, Pieces, Result,
    Sink, SlotId, Value,
};

/// A row, with or without plain values.
struct Row {
    is_plain: bool,
    /// How often the rules of a path were followed.
    followed: AtomicUsize,
}

impl Row {
    fn field(path: &[Key]) -> Option<Value> {
        let [key] = path else {
            return None;
        };
        Some(match key.as_str() {
            "name" => "<a>".into(),
            "empty" => "".into(),
            "one" => 1.into(),
            "two" => 2.into(),
            "no" => false.into(),
            "nothing" => Value::None,
            _ => return None,
        })
    }
}

impl Fields for Row {
    fn plain(&self, path: &[Key]) -> Option<Value> {
        Self::field(path)
    }
}

impl Object for Row {
    fn type_name(&self) -> &'static str {
        "Row"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        self.followed.fetch_add(1, Relaxed);
        match key.as_str() {
            "broken" => Err(Error::new(ErrorKind::Value, "broken")),
            "list" => Ok(Some(vec![1].into())),
            _ => Ok(Self::field(std::slice::from_ref(key))),
        }
    }

    fn has_fields(&self) -> bool {
        self.is_plain
    }

    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        let context = pieces.context();
        let fields = self.is_plain.then_some(self as &dyn Fields);
        while let Some(path) = pieces.next_path(fields)? {
            if pieces.is_filtered() {
                let resolved = self.resolve(path, context)?;
                pieces.show_resolved(resolved)?;
            } else {
                pieces.write(|slot| self.render_path(path, context, slot))?;
            }
        }
        Ok(())
    }
}

/// Notes all that a sink hears.
#[derive(Default)]
struct Noted(Vec<String>);

impl Sink for Noted {
    fn literal(&mut self, _: LiteralId, text: &str) {
        self.0.push(text.into());
    }

    fn value(&mut self, _: SlotId, output: Output<'_>) {
        self.0.push(format!("{output:?}"));
    }

    fn enter(&mut self, _: BlockId, branch: Branch) {
        self.0.push(format!("{branch:?}("));
    }

    fn leave(&mut self, _: BlockId) {
        self.0.push(")".into());
    }
}

/// What a sink hears, and how often paths were followed.
fn heard(engine: &Engine, source: &str, is_plain: bool) -> (Vec<String>, Option<String>, usize) {
    let template = engine
        .template_from_str(source)
        .expect("the template compiles");
    let row = Arc::new(Row {
        is_plain,
        followed: AtomicUsize::new(0),
    });
    let object = Value::Object(Arc::clone(&row) as Arc<dyn Object>);
    let mut context = Context::from_iter([("row", object), ("other", Value::from(3))]);
    let mut noted = Noted::default();
    let result = template.render_to(&mut context, &mut noted);
    let error = result.err().map(|error| format!("{error:#}"));
    (noted.0, error, row.followed.load(Relaxed))
}

#[test]
fn tags_that_are_decided_in_place_give_what_they_give() {
    for source in [
        "a{% if row.name %}b{{ row.name }}c{% endif %}d{{ row.one }}",
        "{% if row.empty %}b{% elif row.one %}{{ row.two }}{% else %}c{% endif %}",
        "{% if row.no %}b{% else %}c{% endif %}{{ row.name }}{% if row.no %}d{% endif %}",
        "{{ row.name }}{% if row.missing %}b{% else %}c{% endif %}{{ row.name|upper }}",
        "{% if row.one == 1 and row.two > row.one %}b{% endif %}{% if not row.no or row.list %}c{% endif %}",
        "{% if row.one != '1' %}b{% endif %}{% if row.name in 'x<a>' %}c{% endif %}{% if row.one is None %}d{% endif %}",
        "{% if row.list %}a{{ row.name }}{% endif %}{% if row.one %}b{% endif %}{% if row.list %}c{% endif %}d",
        "{% if row.one and other %}a{% endif %}{% if row.one %}{{ other }}{% endif %}{% if row.name|length > 2 %}b{% endif %}",
        "{% if row.one %}{% if row.two %}a{% endif %}{% endif %}{% if row %}b{% endif %}{{ row.name }}",
        "{% if row.one %}{{ row.broken }}{% endif %}a",
        "a{% if row.broken %}b{% endif %}c",
        "{% for x in 'ab' %}{% if forloop.first %}{{ forloop.counter }}{% elif forloop.last %}z{% endif %}{% if row.one %}y{% endif %}{% endfor %}",
        "{% for x in 'ab' %}{% for y in 'cd' %}{% if forloop.parentloop.first %}{{ y }}{% endif %}{% if forloop.parentloop %}z{% endif %}{% endfor %}{% if forloop.parentloop %}y{% else %}x{% endif %}{% endfor %}",
        "{% if 1 %}a{{ row.one }}{% endif %}{% if row.nothing %}b{% endif %}",
    ] {
        let engine = Engine::default();
        let (plain, plain_error, _) = heard(&engine, source, true);
        let (other, other_error, _) = heard(&engine, source, false);
        assert_eq!(plain, other, "{source}");
        assert_eq!(plain_error, other_error, "{source}");
    }
}

#[test]
fn tags_on_plain_values_follow_no_path() {
    let source = "{% if row.one %}a{% endif %}{% if row.empty or row.two == 3 %}b{% endif %}c";
    let (noted, _, followed) = heard(&Engine::default(), source, true);
    assert_eq!(noted.concat(), "Arm(0)(a)c");
    assert_eq!(followed, 0);
}

#[test]
fn the_limit_on_nesting_counts_their_arms() {
    let source = "{% if row.one %}a{% endif %}";
    for (depth, is_refused) in [(1, true), (2, false)] {
        let mut limits = Limits::default();
        limits.render_depth = depth;
        let engine = Engine::builder().limits(limits).build();
        let (_, plain, _) = heard(&engine, source, true);
        let (_, other, _) = heard(&engine, source, false);
        assert_eq!(plain, other);
        assert_eq!(
            plain.is_some_and(|error| error.contains("levels deep")),
            is_refused
        );
    }
}
