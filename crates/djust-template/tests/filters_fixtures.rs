//! Every filter against what Django's own filters gave for the same inputs.
//!
//! The cases are data, written by `tests/fixtures/generate.py`.

use std::path::PathBuf;
use std::sync::Arc;

use djust_template::value::{Date, DateTime, Duration, Map, Time, Value, Zone};
use djust_template::{Context, Dialect, Engine, Host, Locale, Result, humanize};
use serde_json::Value as Json;

/// A host with the conventions of one language.
struct Language(Arc<Locale>);

impl Host for Language {
    fn locale(&self) -> Arc<Locale> {
        Arc::clone(&self.0)
    }

    /// The clock stands where that of the generator does.
    fn now(&self) -> DateTime {
        DateTime::from_timestamp(1_782_907_200, 0, Some(Zone::utc()))
    }
}

/// The conventions that a case is rendered with.
fn locale(options: &Json) -> Arc<Locale> {
    let mut locale = Locale::default();
    if options["language"] == "de" {
        locale.decimal_separator = ",".into();
        locale.thousand_separator = ".".into();
    }
    locale.use_thousand_separator = options["grouping"] == true;
    Arc::new(locale)
}

/// A value from its JSON form.
fn decode(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => Value::Int(number.as_i64().expect("an integer of 64 bits")),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(decode).collect()),
        Json::Object(entry) => {
            let (kind, content) = entry.iter().next().expect("one entry");
            decode_entry(kind, content)
        }
    }
}

fn decode_entry(kind: &str, content: &Json) -> Value {
    let text = content.as_str().unwrap_or_default();
    let number = |at: usize| content[at].as_i64().expect("a number");
    let time = |at: usize| Time {
        hour: number(at) as u8,
        minute: number(at + 1) as u8,
        second: number(at + 2) as u8,
        microsecond: number(at + 3) as u32,
        offset: None,
    };
    let date = || Date {
        year: number(0) as i32,
        month: number(1) as u8,
        day: number(2) as u8,
    };
    match kind {
        "safe" => Value::safe(text),
        "int" => Value::BigInt(text.into()),
        "float" => Value::Float(text.parse().expect("a float")),
        "decimal" => Value::Decimal(text.into()),
        "tuple" => Value::Tuple(
            content
                .as_array()
                .expect("items")
                .iter()
                .map(decode)
                .collect(),
        ),
        "dict" => {
            let entries = content.as_array().expect("entries").iter();
            let entry = |pair: &Json| (pair[0].as_str().expect("a key").into(), decode(&pair[1]));
            Value::from(entries.map(entry).collect::<Map>())
        }
        "date" => Value::Date(date()),
        "time" => Value::Time(time(0)),
        "datetime" => {
            let zone = &content[7];
            let zone = zone.is_array().then(|| Zone {
                offset: zone[0].as_i64().expect("seconds") as i32,
                abbreviation: zone[1].as_str().expect("a name").into(),
                name: zone[2].as_str().expect("a name").into(),
                daylight: zone[3].as_bool(),
            });
            Value::from(DateTime {
                date: date(),
                time: time(3),
                zone,
            })
        }
        "duration" => Value::Duration(Duration {
            days: number(0),
            seconds: number(1) as u32,
            microseconds: number(2) as u32,
        }),
        _ => panic!("unknown kind {kind}"),
    }
}

/// Renders one case.
fn render(filter: &str, case: &Json, dialect: Dialect) -> Result<String> {
    let options = &case[2];
    let engine = Engine::builder()
        .host(Language(locale(options)))
        .dialect(dialect)
        .library("humanize", humanize())
        .build();
    let argument = if case[1]["missing"] == true {
        ""
    } else {
        ":argument"
    };
    let mut source = format!("{{{{ value|{filter}{argument} }}}}");
    if options["autoescape"] == false {
        source = format!("{{% autoescape off %}}{source}{{% endautoescape %}}");
    }
    let source = format!("{{% load humanize %}}{source}");
    let mut context = Context::new();
    context.set("value", decode(&case[0]));
    if !argument.is_empty() {
        context.set("argument", decode(&case[1]));
    }
    engine.template_from_str(&source)?.render(&mut context)
}

fn read(path: &str) -> Vec<Json> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/filters")
        .join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).expect("valid JSON"),
        Err(_) => Vec::new(),
    }
}

/// Tells whether the outcome is the expected one.
fn agrees(outcome: &Result<String>, expected: &Json) -> bool {
    match outcome {
        Ok(text) => expected == text,
        Err(error) => match expected["error"].as_str() {
            None => false,
            Some("ValueError") => format!("{:?}", error.kind()) == "Value",
            Some("OverflowError") => format!("{:?}", error.kind()) == "Overflow",
            // Python has more kinds of exceptions than this crate.
            Some(_) => true,
        },
    }
}

/// Compares all cases of a filter.
fn check(filter: &str) {
    let cases = read(&format!("{filter}.json"));
    assert!(!cases.is_empty(), "no cases for {filter}");
    let newer = read(&format!("django-6.0/{filter}.json"));
    let mut failures = Vec::new();
    let mut compare = |case: &Json, dialect: Dialect| {
        let outcome = render(filter, case, dialect);
        if !agrees(&outcome, &case[3]) {
            let outcome = outcome.map_err(|error| format!("{error:?}"));
            let [value, argument, options, expected] = [0, 1, 2, 3].map(|at| &case[at]);
            failures.push(format!(
                "{value} | {filter}:{argument} {options} ({dialect:?})\n  Django {expected}\n  ours   {outcome:?}"
            ));
        }
    };
    for case in &cases {
        compare(case, Dialect::Django5);
        let same = |other: &&Json| (0..3).all(|at| case[at] == other[at]);
        compare(newer.iter().find(same).unwrap_or(case), Dialect::Django6);
    }
    let shown = failures
        .iter()
        .take(12)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        failures.is_empty(),
        "{} of {} differ:\n{shown}",
        failures.len(),
        cases.len() * 2
    );
}

macro_rules! fixtures {
    ($($filter:ident)*) => {$(
        #[test]
        fn $filter() {
            check(stringify!($filter));
        }
    )*};
}

fixtures! {
    add addslashes capfirst center cut date default default_if_none dictsort dictsortreversed
    divisibleby escape escapejs escapeseq filesizeformat first floatformat force_escape get_digit
    iriencode join json_script last length linebreaks linebreaksbr linenumbers ljust lower
    make_list phone2numeric pluralize pprint random rjust safe safeseq slice slugify stringformat
    striptags time timesince timeuntil title truncatechars truncatechars_html truncatewords
    truncatewords_html unordered_list upper urlencode urlize urlizetrunc wordcount wordwrap yesno
    apnumber intcomma intword naturalday naturaltime ordinal
}

#[test]
fn every_file_of_cases_is_used() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/filters");
    let source = include_str!("filters_fixtures.rs");
    for entry in std::fs::read_dir(directory).expect("the directory of the cases") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let name = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .expect("a name")
                .to_owned();
            assert!(
                source.split_whitespace().any(|word| word == name),
                "{name} is not tested"
            );
        }
    }
}
