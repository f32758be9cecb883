//! Filters that are applied to plain values in place give what the filters give.
//!
//! An argument that is looked up cannot be known when the template is compiled, so that the whole chain goes the long way.

use djust_template::value::{Date, Key, Object};
use djust_template::{Context, Engine, Result as Rendering, Value};
use proptest::prelude::*;

/// A filter and its argument, as a template writes it and as a value.
type Call = (&'static str, Option<(String, Value)>);

fn integer(name: &'static str, range: std::ops::Range<i64>) -> BoxedStrategy<Call> {
    range
        .prop_map(move |number| (name, Some((number.to_string(), Value::Int(number)))))
        .boxed()
}

fn text(name: &'static str, texts: &[&'static str]) -> BoxedStrategy<Call> {
    prop::sample::select(texts.to_vec())
        .prop_map(move |text| (name, Some((format!("\"{text}\""), Value::safe(text)))))
        .boxed()
}

fn calls() -> BoxedStrategy<Call> {
    let bare = prop::sample::select(vec![
        "lower",
        "upper",
        "capfirst",
        "title",
        "slugify",
        "safe",
        "escape",
        "force_escape",
        "length",
        "pluralize",
        "floatformat",
        "wordcount",
    ])
    .prop_map(|name| (name, None));
    let formats = [
        "Y-m-d",
        "D d M y",
        "jS F",
        "H:i",
        "\\Yn",
        "r",
        "",
        "SHORT_DATE_FORMAT",
        "é Y",
    ];
    prop_oneof![
        8 => bare,
        1 => text("cut", &["a", ";", "", "An", "é", " ", "<"]),
        2 => text("default", &["", "none", "<b>"]),
        1 => integer("default", -1..2),
        1 => text("default_if_none", &["", "none"]),
        1 => integer("add", -3..3),
        1 => text("add", &["x", "3"]),
        1 => integer("divisibleby", -2..3),
        1 => integer("ljust", -1..30),
        1 => integer("rjust", -1..30),
        1 => integer("center", -1..30),
        1 => integer("truncatechars", -1..20),
        1 => text("pluralize", &["es", "y,ies", "a,b,c", ""]),
        1 => text("yesno", &["on,off", "a,b,c", "one", "a,b,c,d"]),
        2 => text("stringformat", &["05d", "d", "+d", "-6d|", "x", "s", ".3d", " i", "%d", "5", "f"]),
        1 => integer("floatformat", -3..20),
        1 => text("floatformat", &["2", "2g", "-1", "u", "x", ""]),
        1 => text("date", &formats),
    ]
    .boxed()
}

fn values() -> BoxedStrategy<Value> {
    let text = prop_oneof![
        "[a-zA-Z0-9_ '-]{0,30}",
        "[a-zA-Z&<>\"'; é\u{df}\u{130}\u{1c6}😀_-]{0,30}",
        Just(String::new()),
        Just("an example".to_owned()),
    ];
    prop_oneof![
        4 => text.clone().prop_map(Value::from),
        2 => text.prop_map(Value::safe),
        1 => Just(Value::None),
        1 => any::<bool>().prop_map(Value::from),
        3 => (-2i64..4).prop_map(Value::from),
        1 => (-5i64..200).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => (-1e6..1e6).prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => (1i32..9999, 1u8..13, 1u8..29).prop_map(|(year, month, day)| Date { year, month, day }.into()),
    ]
    .boxed()
}

/// An object whose attributes are all the same.
struct Row(Value);

impl Object for Row {
    fn type_name(&self) -> &'static str {
        "Row"
    }

    fn attribute(&self, key: &Key) -> Rendering<Option<Value>> {
        Ok((key.as_str() != "no").then(|| self.0.clone()))
    }
}

/// What a template gives, or what is wrong.
fn rendered(source: &str, value: &Value, calls: &[Call]) -> Result<String, String> {
    let template = Engine::default()
        .template_from_str(source)
        .map_err(|error| error.to_string())?;
    let mut context = Context::new();
    context.set("nothing", Value::None);
    context.set("a", value.clone());
    context.set("row", Value::object(Row(value.clone())));
    for (at, (_, argument)) in calls.iter().enumerate() {
        if let Some((_, value)) = argument {
            context.set(format!("x{at}").as_str(), value.clone());
        }
    }
    template
        .render(&mut context)
        .map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_chain_in_place_gives_what_its_filters_give(
        value in values(),
        calls in prop::collection::vec(calls(), 1..5),
        autoescape in any::<bool>(),
    ) {
        let (mut short, mut long) = (String::new(), String::new());
        for (at, (name, argument)) in calls.iter().enumerate() {
            let (written, looked_up) = match argument {
                None => (String::new(), String::new()),
                Some((written, _)) => (format!(":{written}"), format!(":x{at}")),
            };
            short.extend(["|", name, &written]);
            long.extend(["|", name, &looked_up]);
        }
        let [on, off] = if autoescape { ["", ""] } else { ["{% autoescape off %}", "{% endautoescape %}"] };
        let expected = rendered(&format!("{on}{{{{ a{long}|default_if_none:nothing }}}}{off}"), &value, &calls);
        let variable = rendered(&format!("{on}{{{{ a{short} }}}}{off}"), &value, &calls);
        prop_assert_eq!(&variable, &expected, "{}", short);
        let attribute = rendered(&format!("{on}{{{{ row.a{short} }}}}{off}"), &value, &calls);
        prop_assert_eq!(&attribute, &expected, "{}", short);
    }
}

#[test]
fn a_variable_that_does_not_exist_goes_through_filters_as_a_text() {
    let render = |invalid: &str, source: &str| {
        let engine = Engine::builder().string_if_invalid(invalid).build();
        let template = engine.template_from_str(source).expect("it compiles");
        let mut context = Context::from_iter([("row", Value::object(Row(1.into())))]);
        template.render(&mut context).expect("it renders")
    };
    let source =
        "{{ no|default:'x' }};{{ row.a|add:1 }};{{ row.no|default:'x' }};{{ row.no|length }}";
    assert_eq!(render("", source), "x;2;x;0");
    assert_eq!(render("?%s", source), "?no;2;?row.no;?row.no");
}
