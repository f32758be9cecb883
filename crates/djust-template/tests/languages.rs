//! The libraries `i18n`, `l10n`, `tz` and `cache` with a host that knows one other language.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use djust_template::value::{DateTime, Str, Zone};
use djust_template::{Context, Engine, Error, ErrorKind, Host, Locale, Previous, Result, Value};

/// German and English, and a cache without an end.
#[derive(Default)]
struct Berlin {
    language: Mutex<String>,
    zone: Mutex<i32>,
    kept: Mutex<HashMap<String, String>>,
}

impl Berlin {
    fn german(&self) -> bool {
        *held(&self.language) == "de"
    }
}

/// The value in a mutex that no panic has poisoned.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no thread has panicked")
}

/// What to do to get back to the state before.
enum Before {
    Language(String),
    Zone(i32),
}

impl Host for Berlin {
    fn gettext(&self, message: &str) -> String {
        let german = match message {
            "Yes" => "Ja",
            "Save <b>" => "Sichern <b>",
            "100%%" => "hundert %%",
            "Hello %(name)s" => "Hallo %(name)s",
            "Bye %(name)s" => "Tschüs %(nam)s",
            "one line" => "eine Zeile",
            _ => message,
        };
        if self.german() { german } else { message }.to_owned()
    }

    fn pgettext(&self, context: &str, message: &str) -> String {
        match (self.german(), context, message) {
            (true, "month", "May") => "Mai".into(),
            _ => self.gettext(message),
        }
    }

    fn ngettext(&self, singular: &str, plural: &str, count: i64) -> String {
        match (self.german(), count) {
            (true, 1) => "%(n)s Treffer".into(),
            (true, _) => "%(n)s Treffer!".into(),
            (false, 1) => singular.into(),
            (false, _) => plural.into(),
        }
    }

    fn activate_language(&self, language: Option<&Value>) -> Result<Previous> {
        let language = language.map_or(Ok(Str::from("")), Value::text)?;
        let before = std::mem::replace(&mut *held(&self.language), language.to_string());
        Ok(Previous(Some(Box::new(Before::Language(before)))))
    }

    fn activate_time_zone(&self, zone: &Value) -> Result<Previous> {
        let Value::Int(hours) = zone else {
            return Err(Error::new(ErrorKind::Value, "no such time zone"));
        };
        let before = std::mem::replace(&mut *held(&self.zone), *hours as i32);
        Ok(Previous(Some(Box::new(Before::Zone(before)))))
    }

    fn restore(&self, previous: Previous) {
        match previous
            .0
            .and_then(|before| before.downcast().ok())
            .map(|before| *before)
        {
            Some(Before::Language(language)) => *held(&self.language) = language,
            Some(Before::Zone(zone)) => *held(&self.zone) = zone,
            None => {}
        }
    }

    fn language(&self) -> String {
        if self.german() {
            "de".into()
        } else {
            "en".into()
        }
    }

    fn languages(&self) -> Result<Vec<(String, String)>> {
        Ok(vec![
            ("de".into(), "German".into()),
            ("en".into(), "English".into()),
        ])
    }

    fn language_info(&self, code: &Value) -> Result<Value> {
        let named = |name: &str, value: Value| (name.to_owned(), value);
        Ok([
            named("code", code.clone()),
            named("name", "German".into()),
            named("name_local", "Deutsch".into()),
        ]
        .into_iter()
        .collect())
    }

    fn locale(&self) -> Arc<Locale> {
        let mut locale = Locale::default();
        if self.german() {
            locale.decimal_separator = ",".into();
            locale.thousand_separator = ".".into();
            locale.use_thousand_separator = true;
        }
        Arc::new(locale)
    }

    fn local_time(&self, moment: &DateTime, _: &Context) -> Result<DateTime> {
        let zone = Zone {
            offset: *held(&self.zone) * 3600,
            ..Zone::utc()
        };
        Ok(DateTime::from_timestamp(moment.timestamp(), 0, Some(zone)))
    }

    fn cached(&self, cache: Option<&str>, fragment: &str, vary_on: &[Str]) -> Result<Option<Str>> {
        if cache == Some("none") {
            return Err(Error::new(ErrorKind::Configuration, "no such cache"));
        }
        let kept = held(&self.kept);
        Ok(kept
            .get(&format!("{fragment}{vary_on:?}"))
            .map(|text| Str::safe(text.as_str())))
    }

    fn keep(
        &self,
        _: Option<&str>,
        fragment: &str,
        vary_on: &[Str],
        _: Option<i64>,
        text: &str,
    ) -> Result<()> {
        held(&self.kept).insert(format!("{fragment}{vary_on:?}"), text.into());
        Ok(())
    }
}

fn engine() -> Engine {
    Engine::builder()
        .host(Berlin::default())
        .library("i18n", djust_template::i18n())
        .library("l10n", djust_template::l10n())
        .library("tz", djust_template::tz())
        .library("cache", djust_template::cache())
        .build()
}

fn try_render(engine: &Engine, source: &str, names: &[(&str, Value)]) -> Result<String> {
    let source = format!("{{% load i18n l10n tz cache %}}{source}");
    let mut context: Context = names.iter().cloned().collect();
    engine.template_from_str(&source)?.render(&mut context)
}

/// Renders in German.
fn german(source: &str, names: &[(&str, Value)]) -> String {
    try_render(
        &engine(),
        &format!("{{% language 'de' %}}{source}{{% endlanguage %}}"),
        names,
    )
    .expect("the template renders")
}

#[test]
fn messages_are_translated() {
    assert_eq!(
        german(
            "{% translate 'Yes' %}{% trans 'Yes' noop %}{{ _('Yes') }}",
            &[]
        ),
        "JaYesJa"
    );
    assert_eq!(
        german("{% translate 'May' context 'month' as m %}{{ m }}", &[]),
        "Mai"
    );
    assert_eq!(
        german(
            "{% translate x|lower %}{% translate none %}",
            &[("x", "Yes".into())]
        ),
        "ja"
    );
    assert_eq!(
        german(
            "{% translate 'Save <b>' %}{% translate x %}",
            &[("x", "Save <b>".into())]
        ),
        "Sichern <b>Sichern &lt;b&gt;"
    );
    assert_eq!(german("{% translate '100%' %}", &[]), "hundert %");
}

#[test]
fn blocks_of_text_are_translated() {
    let name = [("name", Value::from("<A>")), ("x", "B".into())];
    assert_eq!(
        german(
            "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
            &name
        ),
        "Hallo &lt;A&gt;"
    );
    assert_eq!(
        german(
            "{% blocktrans with name=x|lower %}Hello {{ name }}{% endblocktrans %}{{ name }}",
            &name
        ),
        "Hallo b&lt;A&gt;"
    );
    assert_eq!(
        german(
            "{% blocktranslate trimmed asvar t %}\n one\n line \n{% endblocktranslate %}[{{ t }}]",
            &[]
        ),
        "[eine Zeile]"
    );
    let plural =
        "{% blocktranslate count n=k %}{{ n }} hit{% plural %}{{ n }} hits{% endblocktranslate %}";
    assert_eq!(german(plural, &[("k", 1.into())]), "1 Treffer");
    assert_eq!(
        try_render(&engine(), plural, &[("k", 3.into())]).unwrap(),
        "3 hits"
    );
    let error = try_render(&engine(), plural, &[("k", "x".into())]).unwrap_err();
    assert_eq!(
        error.message(),
        "'n' argument to 'blocktranslate' tag must be a number."
    );
}

#[test]
fn a_translation_that_does_not_fit_gives_way_to_the_message() {
    assert_eq!(
        german(
            "{% blocktranslate %}Bye {{ name }}{% endblocktranslate %}{% translate 'Yes' %}",
            &[("name", "A".into())]
        ),
        "Bye AJa"
    );
}

#[test]
fn tags_inside_a_block_of_text_are_refused() {
    let error = try_render(
        &engine(),
        "{% blocktranslate %}a{% if %}{% endblocktranslate %}",
        &[],
    )
    .unwrap_err();
    assert_eq!(
        error.message(),
        "'blocktranslate' doesn't allow other block tags (seen 'if') inside it"
    );
    let error = try_render(&engine(), "{% translate %}", &[]).unwrap_err();
    assert_eq!(error.message(), "'translate' takes at least one argument");
}

#[test]
fn languages_can_be_asked_for() {
    assert_eq!(
        german(
            "{% get_current_language as l %}{{ l }}{{ 'de'|language_name_local }}",
            &[]
        ),
        "deDeutsch"
    );
    let source = "{% get_available_languages as all %}{% for code, name in all %}{{ code }}={{ name }};{% endfor %}";
    assert_eq!(german(source, &[]), "de=German;en=English;");
    assert_eq!(
        german("{% get_language_info for 'de' as i %}{{ i.name }}", &[]),
        "German"
    );
    let source = "{% language 'de' %}{% get_current_language as l %}{% endlanguage %}{% get_current_language as m %}{{ l }}{{ m }}";
    assert_eq!(try_render(&engine(), source, &[]).unwrap(), "deen");
}

#[test]
fn numbers_follow_the_language_and_the_tags() {
    let names = [("x", Value::from(1234.5)), ("n", 9876.into())];
    assert_eq!(german("{{ x }} {{ n }}", &names), "1.234,5 9.876");
    assert_eq!(
        german(
            "{% localize off %}{{ x }} {{ n }}{% endlocalize %} {{ x|unlocalize }}",
            &names
        ),
        "1234.5 9876 1234.5"
    );
    assert_eq!(
        german(
            "{% localize off %}{{ x|localize }}{% endlocalize %}",
            &names
        ),
        "1.234,5"
    );
    assert_eq!(
        try_render(&engine(), "{{ x }} {{ n }}", &names).unwrap(),
        "1234.5 9876"
    );
}

#[test]
fn moments_are_told_in_the_active_zone() {
    let names = [(
        "t",
        Value::from(DateTime::from_timestamp(0, 0, Some(Zone::utc()))),
    )];
    let source = "{% timezone 2 %}{{ t|time:'H:i' }}{% localtime off %} {{ t|time:'H:i' }}{% endlocaltime %}{% endtimezone %}{{ t|time:' H:i' }}";
    assert_eq!(
        try_render(&engine(), source, &names).unwrap(),
        "02:00 00:00 00:00"
    );
    assert_eq!(
        try_render(&engine(), "{% timezone 'x' %}{% endtimezone %}", &[])
            .unwrap_err()
            .message(),
        "no such time zone"
    );
}

#[test]
fn pieces_are_kept_by_name_and_values() {
    let engine = engine();
    let source = "{% cache 60 menu user %}{{ x }}{% endcache %}";
    let render = |user: &str, x: i64| {
        try_render(&engine, source, &[("user", user.into()), ("x", x.into())]).unwrap()
    };
    assert_eq!(
        [render("a", 1), render("a", 2), render("b", 3)],
        ["1", "1", "3"]
    );
    let error = |source| {
        try_render(&engine, source, &[])
            .unwrap_err()
            .message()
            .to_owned()
    };
    assert_eq!(
        error("{% cache 'x' menu %}{% endcache %}"),
        "\"cache\" tag got a non-integer timeout value: 'x'"
    );
    assert_eq!(
        error("{% cache 1 menu using='none' %}{% endcache %}"),
        "Invalid cache name specified for cache tag: 'none'"
    );
    assert_eq!(
        error("{% cache 1 %}{% endcache %}"),
        "''cache'' tag requires at least 2 arguments."
    );
}
