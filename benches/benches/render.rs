//! What the engine takes by itself, by what a template is made of.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use djust_template::{Context, Engine, MapLoader, Value};

/// Rows of the loops.
const ROWS: usize = 1_000;

/// Name and source.
const PATTERNS: [(&str, &str); 7] = [
    (
        "variables",
        "{% for row in rows %}<td>{{ row.name }}</td><td>{{ row.id }}</td>{% endfor %}",
    ),
    (
        "conditions",
        "{% for row in rows %}{% if row.id > 500 and row.name %}a{% else %}b{% endif %}{% endfor %}",
    ),
    (
        "nested loops",
        "{% for row in rows %}{% for x in few %}{% if forloop.first %}{{ forloop.parentloop.counter }}{% endif %}{{ x }}{% endfor %}{% endfor %}",
    ),
    (
        "text filters",
        "{% for row in rows %}{{ row.name|lower|capfirst|truncatechars:20 }}{{ row.name|title|slugify }}{% endfor %}",
    ),
    (
        "number filters",
        "{% for row in rows %}{{ row.score|floatformat:2 }}{{ row.id|add:5|stringformat:'05d' }}{% endfor %}",
    ),
    (
        "escaping",
        "{% for row in rows %}{{ row.markup }}{% endfor %}",
    ),
    (
        "includes",
        "{% for row in rows %}{% include 'row.html' %}{% endfor %}",
    ),
];

fn context() -> Context {
    let rows: Vec<Value> = (0..ROWS)
        .map(|id| {
            [
                ("id", Value::from(id)),
                ("name", format!("Name {id}").into()),
                ("score", (id as f64 * 1.37).into()),
                ("markup", "<b>a & b's</b> and some words ".repeat(4).into()),
            ]
            .into_iter()
            .collect()
        })
        .collect();
    Context::from_iter([
        ("rows", Value::from(rows)),
        ("few", Value::from(vec![1, 2, 3])),
    ])
}

fn patterns(criterion: &mut Criterion) {
    let loader = MapLoader::from([("row.html", "<li>{{ row.name }}</li>")]);
    let engine = Engine::builder().loader(loader).build();
    let mut group = criterion.benchmark_group("render");
    for (name, source) in PATTERNS {
        let template = engine
            .template_from_str(source)
            .expect("the template compiles");
        let mut names = context();
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter(|| {
                template
                    .render(&mut names)
                    .expect("the template renders")
                    .len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, patterns);
criterion_main!(benches);
