//! Shared by the targets: inputs are text, in parts that a line of three dashes ends.

use djust_protocol::Operations;
use djust_template::value::Map;
use djust_template::{Context, Engine, Limits, MapLoader, Value};
use djust_vdom::NumberedTree;

#[path = "../../crates/djust-live/tests/support/mod.rs"]
mod support;

/// What a client shows once it has applied operations; `None` when they hold a tree, which the oracle
/// does not read from text.
pub fn apply(client: &NumberedTree, operations: &Operations) -> Option<NumberedTree> {
    operations.patches().ok()?;
    let applied = support::apply_wire(client, operations)?;
    Some(applied.expect("every operation can be applied"))
}

/// The parts of an input: at least one.
pub fn parts(text: &str) -> Vec<&str> {
    text.split("\n---\n").collect()
}

/// An engine whose limits keep one run short, with the templates that an input brings.
///
/// Part 1 is the template itself, parts 2 and 3 are `a.html` and `b.html`.
pub fn engine(parts: &[&str]) -> Engine {
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let loader = MapLoader::from([
        ("main.html", part(0)),
        ("a.html", part(1)),
        ("b.html", part(2)),
    ]);
    let mut limits = Limits::default();
    limits.output = 1 << 20;
    Engine::builder().loader(loader).limits(limits).build()
}

/// Names that templates of the corpus use. `seed` varies the values.
pub fn context(seed: usize) -> Context {
    let row = |id: usize| -> Value {
        let fields = [
            ("id", Value::from((id * 7 + seed) as i64 % 5)),
            (
                "text",
                Value::from(["", "a", "<b>", "x y", "&"][(id + seed) % 5]),
            ),
            ("on", Value::from((id + seed) % 2 == 0)),
        ];
        Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
    };
    let rows: Vec<Value> = (0..seed % 6).map(row).collect();
    Context::from_iter([
        ("n", Value::from(seed as i64 - 2)),
        ("f", Value::from(seed as f64 / 3.0)),
        (
            "s",
            Value::from(["one two", "", "<i>é", "\0\r\n"][seed % 4]),
        ),
        (
            "safe",
            Value::safe(["<p>a<p>b", "<a>x<a>y</a></a>", "text", "</div><li>"][seed % 4]),
        ),
        ("flag", Value::from(seed % 2 == 1)),
        ("none", Value::None),
        ("rows", rows.into()),
    ])
}
