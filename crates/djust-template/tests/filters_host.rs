//! What filters leave to the host, and the limits that they keep.

use std::sync::{Arc, Mutex};

use djust_template::value::{Date, DateTime, Object, Str, Time, Value, Zone};
use djust_template::{Context, Engine, ErrorKind, Host, Result};

/// A host that notes which filters it is asked for, and answers them all alike.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Host for Recorder {
    fn filter(
        &self,
        name: &str,
        _: &Value,
        argument: Option<&Value>,
        _: &Context,
    ) -> Result<Option<Value>> {
        let argument = argument.map(Value::text).transpose()?;
        let call = match argument {
            Some(argument) => format!("{name}:{argument}"),
            None => name.to_owned(),
        };
        self.0.lock().expect("no panic while locked").push(call);
        Ok(Some(Value::from("host")))
    }
}

/// Renders one expression with a value, and gives the filters that the host was asked for.
fn asked(value: impl Into<Value>, expression: &str) -> (String, Vec<String>) {
    let host = Recorder::default();
    let engine = Engine::builder().host(host.clone()).build();
    let template = engine.template_from_str(&format!("{{{{ value|{expression} }}}}"));
    let mut context = Context::new();
    context.set("value", value);
    let text = template
        .expect("a valid template")
        .render(&mut context)
        .expect("rendered");
    let calls = host.0.lock().expect("no panic while locked").clone();
    (text, calls)
}

/// The error of one expression, without a host.
fn error(value: impl Into<Value>, expression: &str) -> ErrorKind {
    let engine = Engine::default();
    let template = engine.template_from_str(&format!("{{{{ value|{expression} }}}}"));
    let mut context = Context::new();
    context.set("value", value);
    let result = template.expect("a valid template").render(&mut context);
    result.expect_err("an error").kind()
}

/// An object of which the engine knows nothing.
struct Opaque;

impl Object for Opaque {
    fn type_name(&self) -> &'static str {
        "Opaque"
    }
}

/// A number in the guise of an object.
struct Money;

impl Object for Money {
    fn type_name(&self) -> &'static str {
        "Money"
    }

    fn native(&self) -> Result<Option<Value>> {
        Ok(Some(Value::Decimal("2.50".into())))
    }

    fn text(&self) -> Result<Str> {
        Ok(Str::new("2.50"))
    }
}

#[test]
fn unknown_objects_are_declined() {
    for filter in [
        "add:1",
        "date",
        "divisibleby:2",
        "filesizeformat",
        "first",
        "json_script",
        "pluralize",
        "pprint",
        "random",
        "slice:\":2\"",
        "timesince",
        "stringformat:\"d\"",
    ] {
        let (text, calls) = asked(Value::object(Opaque), filter);
        assert_eq!(text, "host", "{filter}");
        assert_eq!(calls, [filter.replace('"', "")], "{filter}");
    }
}

#[test]
fn numbers_in_disguise_are_read_as_numbers() {
    for (filter, expected) in [
        ("add:1", "3"),
        ("floatformat:1", "2.5"),
        ("pluralize", "s"),
        ("stringformat:\".1f\"", "2.5"),
        ("divisibleby:2", "True"),
    ] {
        let (text, calls) = asked(Value::object(Money), filter);
        assert_eq!(text, expected, "{filter}");
        assert!(calls.is_empty(), "{filter}: {calls:?}");
    }
}

#[test]
fn broken_markup_is_read_by_the_host() {
    for (text, filter) in [
        ("<b>a < b", "striptags"),
        ("<script>x</script>", "striptags"),
        ("<p>AT&T", "striptags"),
        ("<p class=\"a", "truncatechars_html:5"),
        ("one <!doctype x> two", "truncatewords_html:1"),
        ("fish &chips", "truncatechars_html:50"),
        ("http://[x]/", "urlize"),
    ] {
        assert_eq!(
            asked(text, filter),
            ("host".to_owned(), vec![filter.to_owned()]),
            "{text}"
        );
    }
}

#[test]
fn the_default_zone_is_the_hosts() {
    let naive = DateTime {
        date: Date {
            year: 2026,
            month: 7,
            day: 1,
        },
        time: Time::default(),
        zone: None,
    };
    let aware = DateTime {
        zone: Some(Zone::utc()),
        ..naive.clone()
    };
    assert_eq!(asked(naive.clone(), "date:\"H:i T\"").1, ["date:H:i T"]);
    assert_eq!(
        asked(aware, "date:\"H:i T\""),
        ("00:00 UTC".to_owned(), Vec::new())
    );
    assert_eq!(
        asked(naive, "date:\"H:i\""),
        ("00:00".to_owned(), Vec::new())
    );
}

#[test]
fn results_are_bounded() {
    for filter in [
        "ljust:999999999",
        "rjust:\"9999999999\"",
        "center:999999999",
        "stringformat:\"999999999d\"",
        "stringformat:\".999999999f\"",
        "floatformat:999999999",
        "floatformat:\"-999999999\"",
    ] {
        assert_eq!(error(1.5, filter), ErrorKind::Limit, "{filter}");
    }
    // Python has no width like this.
    assert_eq!(
        error(1.5, "rjust:\"99999999999999999999\""),
        ErrorKind::Overflow
    );
}

#[test]
fn nesting_is_bounded() {
    let mut nested = Value::from("x");
    for _ in 0..1000 {
        nested = Value::from(vec![Value::from("y"), nested]);
    }
    for filter in ["unordered_list", "json_script", "pprint"] {
        assert_eq!(error(nested.clone(), filter), ErrorKind::Limit, "{filter}");
    }
}

#[test]
fn huge_numbers_stay_short() {
    let text = |value: Value, filter| asked(value, filter).0;
    assert_eq!(
        text(Value::Decimal("1E+999999".into()), "floatformat:2"),
        "1E+999999"
    );
    assert_eq!(
        text(Value::Decimal("1E-999999".into()), "floatformat"),
        "1E-999999"
    );
    assert_eq!(text(Value::from("1e400"), "floatformat"), "1e400");
}

/// A host whose clock has no zone, as Django's with `USE_TZ = False`.
struct WithoutZones;

impl Host for WithoutZones {
    fn now(&self) -> DateTime {
        DateTime::from_timestamp(0, 0, None)
    }

    fn filter(
        &self,
        name: &str,
        _: &Value,
        _: Option<&Value>,
        _: &Context,
    ) -> Result<Option<Value>> {
        Ok(Some(Value::from(format!("host's {name}"))))
    }
}

#[test]
fn a_clock_without_zone_leaves_moments_with_one_to_the_host() {
    let engine = Engine::builder().host(WithoutZones).build();
    let template = engine.template_from_str("{{ aware|timeuntil }} {{ naive|timeuntil }}");
    let mut context = Context::new();
    context.set(
        "aware",
        DateTime::from_timestamp(3600, 0, Some(Zone::utc())),
    );
    context.set("naive", DateTime::from_timestamp(3600, 0, None));
    let text = template
        .expect("a valid template")
        .render(&mut context)
        .expect("rendered");
    assert_eq!(
        text,
        "host\u{27}s timeuntil 1\u{a0}hour".replace('\'', "&#x27;")
    );
}
