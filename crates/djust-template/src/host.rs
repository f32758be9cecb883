//! Services of the surrounding framework.

use std::any::Any;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::library::Library;
use crate::render::Sink;
use crate::template::Template;
use crate::value::{DateTime, Key, Str, Value, Zone};

/// Conventions of a language for numbers and dates; the defaults are Django's for `en-us`.
///
/// Format strings are those of Django's `date` filter. Names of months and days are not here: they are messages,
/// translated by [`Host::gettext`] and [`Host::pgettext`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Locale {
    /// Language code, such as `en-us`.
    pub language: String,
    /// `DECIMAL_SEPARATOR`.
    pub decimal_separator: String,
    /// `THOUSAND_SEPARATOR`.
    pub thousand_separator: String,
    /// `NUMBER_GROUPING`: sizes of groups from the right; the last repeats, 0 ends grouping.
    pub grouping: Vec<u32>,
    /// `USE_THOUSAND_SEPARATOR`.
    pub use_thousand_separator: bool,
    /// `FIRST_DAY_OF_WEEK`, Sunday = 0.
    pub first_day_of_week: u8,
    /// `DATE_FORMAT`.
    pub date_format: String,
    /// `TIME_FORMAT`.
    pub time_format: String,
    /// `DATETIME_FORMAT`.
    pub datetime_format: String,
    /// `YEAR_MONTH_FORMAT`.
    pub year_month_format: String,
    /// `MONTH_DAY_FORMAT`.
    pub month_day_format: String,
    /// `SHORT_DATE_FORMAT`.
    pub short_date_format: String,
    /// `SHORT_DATETIME_FORMAT`.
    pub short_datetime_format: String,
}

impl Default for Locale {
    fn default() -> Self {
        Self {
            language: "en-us".into(),
            decimal_separator: ".".into(),
            thousand_separator: ",".into(),
            grouping: vec![3],
            use_thousand_separator: false,
            first_day_of_week: 0,
            date_format: "N j, Y".into(),
            time_format: "P".into(),
            datetime_format: "N j, Y, P".into(),
            year_month_format: "F Y".into(),
            month_day_format: "F j".into(),
            short_date_format: "m/d/Y".into(),
            short_datetime_format: "m/d/Y P".into(),
        }
    }
}

/// What was active before a language or a time zone was activated; the host knows what is in it.
#[derive(Default)]
pub struct Previous(pub Option<Box<dyn Any + Send>>);

/// What the engine asks of the framework around it. Every method has a default for a program without one.
#[expect(unused_variables, reason = "the defaults ignore what they are given")]
pub trait Host: Send + Sync {
    /// Address of a named route, for `{% url %}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoReverseMatch`] if there is no such route.
    fn reverse(
        &self,
        view: &Value,
        arguments: &[Value],
        keywords: &[(Key, Value)],
        context: &Context,
    ) -> Result<Str> {
        Err(Error::new(
            ErrorKind::NoReverseMatch,
            format!(
                "Reverse for '{}' not found. No routes are configured.",
                view.text()?
            ),
        ))
    }

    /// Text of `{% querystring %}`, with its question mark and not escaped; `None` lets the engine build it from plain
    /// dicts and the variable `request.GET`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn query_string(
        &self,
        mappings: &[Value],
        parameters: &[(Key, Value)],
        context: &Context,
    ) -> Result<Option<String>> {
        Ok(None)
    }

    /// Address of a static file, for `{% static %}`. The default puts [`Host::static_prefix`] before the path, quoted
    /// for a URL.
    ///
    /// # Errors
    ///
    /// Whatever the storage raises, such as a missing manifest entry.
    fn static_url(&self, path: &str) -> Result<String> {
        Ok(format!("{}{}", self.static_prefix()?, quote_path(path)))
    }

    /// For `{% get_static_prefix %}`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn static_prefix(&self) -> Result<String> {
        Ok("/static/".into())
    }

    /// For `{% get_media_prefix %}`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn media_prefix(&self) -> Result<String> {
        Ok("/media/".into())
    }

    /// The present moment in the current time zone (naive where time zones are off). The default is UTC.
    fn now(&self) -> DateTime {
        let elapsed = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        DateTime::from_timestamp(
            elapsed.as_secs() as i64,
            elapsed.subsec_micros(),
            Some(Zone::utc()),
        )
    }

    /// An aware moment told in the current time zone; the same moment where time zones are off.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn local_time(&self, moment: &DateTime, context: &Context) -> Result<DateTime> {
        Ok(moment.clone())
    }

    /// Conventions of the active language.
    fn locale(&self) -> Arc<Locale> {
        Arc::default()
    }

    /// Whether integers are shown with separators: [`Locale::use_thousand_separator`], for a host that knows it without
    /// the rest.
    fn groups_digits(&self) -> bool {
        self.locale().use_thousand_separator
    }

    /// Translation of a message into the active language; the message itself if there is none.
    fn gettext(&self, message: &str) -> String {
        message.to_owned()
    }

    /// Translation of a message that needs a context to be clear.
    fn pgettext(&self, context: &str, message: &str) -> String {
        self.gettext(message)
    }

    /// Translation of a message with a plural form. The default follows English.
    fn ngettext(&self, singular: &str, plural: &str, count: i64) -> String {
        self.gettext(if count == 1 { singular } else { plural })
    }

    /// Translation of a message with a plural form that needs a context to be clear.
    fn npgettext(&self, context: &str, singular: &str, plural: &str, count: i64) -> String {
        self.ngettext(singular, plural, count)
    }

    /// Makes a language active (`None`: none, messages stay as they are) and returns what [`Host::restore`] needs to
    /// undo that. For `{% language %}`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn activate_language(&self, language: Option<&Value>) -> Result<Previous> {
        Ok(Previous::default())
    }

    /// Makes a time zone active, for `{% timezone %}`; as [`Host::activate_language`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Value`] for something that is no time zone; exceptions of the host.
    fn activate_time_zone(&self, zone: &Value) -> Result<Previous> {
        Ok(Previous::default())
    }

    /// Makes active again what was active before.
    fn restore(&self, previous: Previous) {}

    /// Code of the active language.
    fn language(&self) -> String {
        self.locale().language.clone()
    }

    /// Whether the active language is written from right to left.
    fn language_is_bidi(&self) -> bool {
        false
    }

    /// Codes and names of all languages on offer, names in the active language.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn languages(&self) -> Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    /// What is known of a language: a dict with `code`, `name`, `name_local`, `name_translated` and `bidi`.
    ///
    /// # Errors
    ///
    /// An unknown code (Django: `KeyError`), or a value that is no code.
    fn language_info(&self, code: &Value) -> Result<Value> {
        Err(Error::new(
            ErrorKind::Value,
            format!("Unknown language code {}.", code.text()?.as_str()),
        ))
    }

    /// Name of the active time zone.
    fn time_zone_name(&self) -> String {
        "UTC".into()
    }

    /// A piece of output kept by `{% cache %}`. `None`: not there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if there is no cache called `cache`; exceptions of the host.
    fn cached(&self, cache: Option<&str>, fragment: &str, vary_on: &[Str]) -> Result<Option<Str>> {
        Ok(None)
    }

    /// Keeps a piece of output for some seconds (`None`: for ever).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn keep(
        &self,
        cache: Option<&str>,
        fragment: &str,
        vary_on: &[Str],
        seconds: Option<i64>,
        text: &str,
    ) -> Result<()> {
        Ok(())
    }

    /// A value as the host shows it, for values that the engine would localise (numbers, dates); `None` leaves it to
    /// the engine and [`Host::locale`].
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn localize(&self, value: &Value, context: &Context) -> Result<Option<Str>> {
        Ok(None)
    }

    /// The host's own form of a built-in filter, asked when the built-in one declines its input (an object of the
    /// host that it does not understand). `None`: the host has none.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn filter(
        &self,
        name: &str,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> Result<Option<Value>> {
        Ok(None)
    }

    /// An attribute or method of a plain value that the engine does not know (`{{ text.casefold }}`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn attribute(&self, value: &Value, key: &Key) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The library that `{% load name %}` asks for, when the engine has none of that name.
    ///
    /// # Errors
    ///
    /// Exceptions of the host, such as a library that cannot be imported.
    fn library(&self, name: &str) -> Result<Option<Arc<Library>>> {
        Ok(None)
    }

    /// Names of the libraries that [`Host::library`] would find, for messages.
    fn library_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether an object given to `{% include %}` is a template of another engine (it has a `render` method).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn is_template(&self, object: &Value) -> Result<bool> {
        Ok(false)
    }

    /// Renders an object for which [`Host::is_template`] is true.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn include(&self, object: &Value, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        Ok(())
    }

    /// Text of `{% debug %}`, not escaped; `None` shows the context's names. Only asked when the engine is in debug mode.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn debug(&self, context: &Context) -> Result<Option<String>> {
        Ok(None)
    }

    /// Called when a template begins inside a render under way: an included one, or the parent of one.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn template_begins(&self, template: &Arc<Template>, context: &mut Context) -> Result<()> {
        Ok(())
    }

    /// A message for the developer that is not an error (a missing CSRF token). Whether it is shown is the host's
    /// affair; Django shows it where `settings.DEBUG` is on.
    fn warn(&self, message: &str) {}
}

/// Python's `urllib.parse.quote`.
fn quote_path(path: &str) -> String {
    let mut quoted = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~/".contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            let _ = write!(quoted, "%{byte:02X}");
        }
    }
    quoted
}

/// The host of a program that has none: the defaults of [`Host`].
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}
