//! Hostile templates end in an error, in little memory and without overflowing a small stack.

use djust_template::{Context, Engine, ErrorKind, MapLoader, Result, Value};

/// Stack of the thread that runs a test: an eighth of what a program's main thread has.
const STACK: usize = 1 << 20;

/// Renders `main` in a thread with a small stack.
fn render(templates: &[(&str, String)], names: &[(&'static str, i64)]) -> Result<String> {
    let loader = MapLoader::new();
    for (name, source) in templates {
        loader.insert(*name, source.as_str());
    }
    let names: Vec<(&str, Value)> = names
        .iter()
        .map(|(name, value)| (*name, Value::from(*value)))
        .collect();
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let engine = Engine::builder().loader(loader).build();
            let mut context = Context::from_iter(names);
            engine
                .get_template("main")
                .and_then(|template| template.render(&mut context))
        })
        .expect("a thread")
        .join()
        .expect("no panic and no overflow")
}

fn kind(source: String) -> Option<ErrorKind> {
    render(&[("main", source)], &[("a", 1)])
        .err()
        .map(|error| error.kind())
}

#[test]
fn ten_thousand_nested_tags_are_refused() {
    let nested =
        |open: &str, close: &str| format!("{}x{}", open.repeat(10_000), close.repeat(10_000));
    assert_eq!(
        kind(nested("{% if a %}", "{% endif %}")),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(
        kind(nested("{% for x in 'a' %}", "{% endfor %}")),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(
        kind(nested("{% with a=a %}", "{% endwith %}")),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(kind("{% if a %}".repeat(10_000)), Some(ErrorKind::Syntax));
}

#[test]
fn as_much_nesting_as_is_allowed_renders() {
    let source = format!("{}x{}", "{% if a %}".repeat(200), "{% endif %}".repeat(200));
    assert_eq!(
        render(&[("main", source)], &[("a", 1)]).expect("within the limit"),
        "x"
    );
}

#[test]
fn long_conditions_are_refused() {
    assert_eq!(
        kind(format!(
            "{{% if a{} %}}{{% endif %}}",
            " and a".repeat(10_000)
        )),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(
        kind(format!(
            "{{% if {}a %}}{{% endif %}}",
            "not ".repeat(10_000)
        )),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(
        kind(format!(
            "{{% if {}a %}}{{% endif %}}",
            "a == ".repeat(10_000)
        )),
        Some(ErrorKind::Syntax)
    );
    assert_eq!(
        kind(format!("{{% if a{} %}}x{{% endif %}}", " or a".repeat(200))),
        None
    );
}

#[test]
fn long_expressions_are_no_problem() {
    assert_eq!(
        kind(format!("{{{{ a{} }}}}", "|upper".repeat(10_000))),
        None
    );
    assert_eq!(kind(format!("{{{{ a{} }}}}", ".b".repeat(10_000))), None);
}

#[test]
fn an_include_that_includes_itself_is_stopped() {
    let error = render(&[("main", "a{% include 'main' %}".into())], &[]).expect_err("endless");
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(error.template_name(), Some("main"));
    let ring = [
        ("main", "{% include 'b' %}".to_owned()),
        ("b", "{% if a %}{% include 'main' %}{% endif %}".into()),
    ];
    assert_eq!(
        render(&ring, &[("a", 1)]).expect_err("endless").kind(),
        ErrorKind::Limit
    );
}

#[test]
fn a_partial_that_shows_itself_is_stopped() {
    let source = "{% partialdef p inline %}{% partial p %}{% endpartialdef %}".to_owned();
    assert_eq!(kind(source), Some(ErrorKind::Limit));
}

#[test]
fn templates_that_extend_one_another_are_refused() {
    let ring = [
        ("main", "{% extends 'b' %}".to_owned()),
        ("b", "{% extends 'main' %}".into()),
    ];
    assert_eq!(
        render(&ring, &[]).expect_err("endless").kind(),
        ErrorKind::TemplateDoesNotExist
    );
    let chain: Vec<(String, String)> = (0..1000)
        .map(|index| {
            (
                if index == 0 {
                    "main".into()
                } else {
                    format!("t{index}")
                },
                format!("{{% extends 't{}' %}}", index + 1),
            )
        })
        .collect();
    let chain: Vec<(&str, String)> = chain
        .iter()
        .map(|(name, source)| (name.as_str(), source.clone()))
        .collect();
    assert_eq!(
        render(&chain, &[]).expect_err("long").kind(),
        ErrorKind::Limit
    );
}

#[test]
fn output_is_bounded() {
    for source in [
        "{{ a|ljust:999999999 }}",
        "{{ a|center:9999999999 }}",
        "{% lorem 999999999 w %}",
    ] {
        assert_eq!(kind(source.into()), Some(ErrorKind::Limit), "{source}");
    }
    // Python has no number like this for a width.
    assert_eq!(
        kind("{{ a|ljust:99999999999999999999 }}".into()),
        Some(ErrorKind::Overflow)
    );
    let doubling = format!(
        "{}{{{{ a|ljust:'1000000' }}}}{}",
        "{% for x in '0123456789' %}".repeat(5),
        "{% endfor %}".repeat(5)
    );
    assert_eq!(kind(doubling), Some(ErrorKind::Limit));
}

#[test]
fn deep_values_are_shown_or_refused() {
    let mut value = Value::from(1);
    for _ in 0..10_000 {
        value = Value::from(vec![value]);
    }
    let mut context = Context::from_iter([("a", value.clone())]);
    let template = Engine::default()
        .template_from_str("{{ a }}")
        .expect("a template");
    assert_eq!(
        template.render(&mut context).expect_err("too deep").kind(),
        ErrorKind::Limit
    );
    // Taken apart level by level, because dropping a list drops what is in it.
    drop(context);
    while let Value::List(items) = &value {
        let inner = items[0].clone();
        value = inner;
    }
}
