//! Django as the engine's host.

use std::sync::{Arc, Mutex, PoisonError};

use djust_template::value::{DateTime, Key, Str, Value};
use djust_template::{Context, Error, ErrorKind, Library, Previous, Result, Sink, Template};
use djust_template::{Host, Locale};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict, PyList};

use crate::ambient::{ambient, is_tracked};
use crate::convert::{moment_to_native, raised, string, to_python, to_value};
use crate::django;
use crate::errors::from_python;
use crate::foreign_template;
use crate::lend::lend;
use crate::library::Libraries;
use crate::memo::{Memo, Route};
use crate::scope::Scope;
use crate::template_host::python_template;

/// Django's services for templates.
pub(crate) struct DjangoHost {
    libraries: Libraries,
    /// The conventions read last, with the dictionary that Django's side gave for them.
    locale: Mutex<Option<(Py<PyAny>, Arc<Locale>)>>,
    messages: Memo<Box<str>>,
    routes: Memo<Route>,
}

impl DjangoHost {
    /// The host of an engine with these libraries.
    pub(crate) fn new(libraries: Libraries) -> Self {
        Self {
            libraries,
            locale: Mutex::default(),
            messages: Memo::default(),
            routes: Memo::default(),
        }
    }
}

impl DjangoHost {
    /// Conventions of the active language, kept for as long as it is active.
    fn conventions(&self, py: Python<'_>) -> PyResult<Arc<Locale>> {
        if !is_tracked(py)? {
            return self.read_conventions(py);
        }
        let ambient = ambient(py)?;
        if let Some(known) = ambient.locale.get() {
            return Ok(Arc::clone(known));
        }
        let read = self.read_conventions(py)?;
        Ok(Arc::clone(ambient.locale.get_or_init(|| read)))
    }

    fn read_conventions(&self, py: Python<'_>) -> PyResult<Arc<Locale>> {
        let known = django::read_locale(py)?.call0()?;
        let mut last = self.locale.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((dict, locale)) = &*last
            && known.is(dict)
        {
            return Ok(Arc::clone(locale));
        }
        let locale = locale_of(&known)?;
        *last = Some((known.unbind(), Arc::clone(&locale)));
        Ok(locale)
    }

    /// A translated message, kept for its catalog.
    fn message<'py>(
        &self,
        py: Python<'py>,
        question: &str,
        ask: impl FnOnce() -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<String> {
        let ambient = ambient(py)?;
        let catalog = ambient.catalog.as_ref().map(|catalog| catalog.bind(py));
        if let Some(known) = catalog.and_then(|catalog| self.messages.get(catalog, question)) {
            return Ok(known.as_str().to_owned());
        }
        let answer = ask()?.str()?.to_str()?.to_owned();
        if let Some(catalog) = catalog {
            self.messages
                .keep(catalog, question.into(), answer.as_str().into());
        }
        Ok(answer)
    }

    /// Address of a view, kept where it depends on nothing but texts and numbers.
    fn address(
        &self,
        py: Python<'_>,
        view: &Value,
        arguments: &[Value],
        keywords: &[(Key, Value)],
        context: &Context,
    ) -> PyResult<Str> {
        let request = match Scope::of(context) {
            Some(scope) => scope.request(py)?,
            None => None,
        };
        let current_app = match &request {
            Some(request) => current_app(request)?,
            None => py.None().into_bound(py),
        };
        let ambient = ambient(py)?;
        let question = current_app
            .extract()
            .ok()
            .and_then(|app| Route::new(view, arguments, keywords, app, &ambient));
        let resolver = django::get_resolver(py)?.call1((ambient.urlconf.bind(py),))?;
        if let Some(question) = &question
            && let Some(known) = self.routes.get(&resolver, question)
        {
            return Ok(known);
        }
        let positional = PyList::empty(py);
        for argument in arguments {
            positional.append(to_python(py, argument)?)?;
        }
        let named = PyDict::new(py);
        for (name, value) in keywords {
            named.set_item(name.as_str(), to_python(py, value)?)?;
        }
        let view = to_python(py, view)?;
        let address = string(&support(
            py,
            "reverse",
            (view, positional, named, current_app),
        )?)?;
        if let Some(question) = question
            && (question.is_bare()
                || django::is_plain_resolver(py)?
                    .call1((&resolver,))?
                    .is_truthy()?)
        {
            self.routes.keep(&resolver, question, address.clone());
        }
        Ok(address)
    }
}

/// The application that a request belongs to (`URLNode.render`).
fn current_app<'py>(request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = request.py();
    if let Some(app) = request.getattr_opt(intern!(py, "current_app"))? {
        return Ok(app);
    }
    let namespace = match request.getattr_opt(intern!(py, "resolver_match"))? {
        Some(found) => found.getattr_opt(intern!(py, "namespace"))?,
        None => None,
    };
    Ok(namespace.unwrap_or_else(|| py.None().into_bound(py)))
}

/// Calls a function of `djust.template.support`.
pub(crate) fn support<'py, A>(
    py: Python<'py>,
    name: &str,
    arguments: A,
) -> PyResult<Bound<'py, PyAny>>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    django::support(py)?.call_method1(name, arguments)
}

/// Calls a function of `djust.template.support` that returns a string.
fn ask<'py, A>(py: Python<'py>, name: &str, arguments: A) -> Result<String>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    raised(support(py, name, arguments).and_then(|answer| Ok(answer.str()?.to_str()?.to_owned())))
}

impl Host for DjangoHost {
    fn reverse(
        &self,
        view: &Value,
        arguments: &[Value],
        keywords: &[(Key, Value)],
        context: &Context,
    ) -> Result<Str> {
        Python::attach(|py| raised(self.address(py, view, arguments, keywords, context)))
    }

    fn query_string(
        &self,
        mappings: &[Value],
        parameters: &[(Key, Value)],
        context: &Context,
    ) -> Result<Option<String>> {
        Python::attach(|py| {
            raised((|| {
                let positional = PyList::empty(py);
                for mapping in mappings {
                    positional.append(to_python(py, mapping)?)?;
                }
                let named = PyDict::new(py);
                for (name, value) in parameters {
                    named.set_item(name.as_str(), to_python(py, value)?)?;
                }
                let request = match Scope::of(context) {
                    Some(scope) => scope.request(py)?,
                    None => None,
                };
                let text = support(py, "query_string", (request, positional, named))?;
                Ok(Some(text.str()?.to_str()?.to_owned()))
            })())
        })
    }

    fn static_url(&self, path: &str) -> Result<String> {
        Python::attach(|py| ask(py, "static_url", (path,)))
    }

    fn static_prefix(&self) -> Result<String> {
        Python::attach(|py| ask(py, "prefix", ("STATIC_URL",)))
    }

    fn media_prefix(&self) -> Result<String> {
        Python::attach(|py| ask(py, "prefix", ("MEDIA_URL",)))
    }

    fn now(&self) -> DateTime {
        let now = Python::attach(|py| {
            let now = support(py, "now", ())?;
            moment_to_native(now.cast::<PyDateTime>()?)
        });
        now.unwrap_or_else(|_| djust_template::NoHost.now())
    }

    fn local_time(&self, moment: &DateTime, context: &Context) -> Result<DateTime> {
        Python::attach(|py| {
            raised((|| {
                let moment = to_python(py, &Value::DateTime(Arc::new(moment.clone())))?;
                let local = django::template_localtime(py)?.call1((moment, context.use_tz()))?;
                moment_to_native(local.cast::<PyDateTime>()?)
            })())
        })
    }

    fn locale(&self) -> Arc<Locale> {
        Python::attach(|py| self.conventions(py).unwrap_or_default())
    }

    fn groups_digits(&self) -> bool {
        Python::attach(|py| {
            let separates = django::setting(py, intern!(py, "USE_THOUSAND_SEPARATOR"));
            let read = separates.and_then(|it| it.map_or(Ok(false), |it| it.is_truthy()));
            read.unwrap_or_default()
        })
    }

    fn gettext(&self, message: &str) -> String {
        Python::attach(|py| {
            self.message(py, message, || support(py, "gettext", (message,)))
                .unwrap_or_else(|_| message.to_owned())
        })
    }

    fn pgettext(&self, context: &str, message: &str) -> String {
        Python::attach(|py| {
            // As gettext itself tells the two apart.
            let question = format!("{context}\u{4}{message}");
            self.message(py, &question, || {
                support(py, "pgettext", (context, message))
            })
            .unwrap_or_else(|_| message.to_owned())
        })
    }

    fn ngettext(&self, singular: &str, plural: &str, count: i64) -> String {
        Python::attach(|py| {
            ask(py, "ngettext", (singular, plural, count)).unwrap_or_else(|_| plural.to_owned())
        })
    }

    fn npgettext(&self, context: &str, singular: &str, plural: &str, count: i64) -> String {
        Python::attach(|py| {
            let arguments = (context, singular, plural, count);
            ask(py, "npgettext", arguments).unwrap_or_else(|_| plural.to_owned())
        })
    }

    fn activate_language(&self, language: Option<&Value>) -> Result<Previous> {
        Python::attach(|py| {
            let language = language.map(|language| to_python(py, language));
            enter(py, "override_language", raised(language.transpose())?)
        })
    }

    fn activate_time_zone(&self, zone: &Value) -> Result<Previous> {
        Python::attach(|py| {
            let zone = raised(to_python(py, zone))?;
            enter(py, "override_time_zone", Some(zone))
        })
    }

    fn restore(&self, previous: Previous) {
        let Some(manager) = previous.0.and_then(|it| it.downcast::<Py<PyAny>>().ok()) else {
            return;
        };
        // Leaving an override of Django's raises nothing.
        Python::attach(|py| {
            let nothing = (py.None(), py.None(), py.None());
            drop(
                manager
                    .bind(py)
                    .call_method1(intern!(py, "__exit__"), nothing),
            );
        });
    }

    fn language(&self) -> String {
        Python::attach(|py| ask(py, "language", ()).unwrap_or_default())
    }

    fn language_is_bidi(&self) -> bool {
        Python::attach(|py| {
            support(py, "language_is_bidi", ())
                .and_then(|it| it.is_truthy())
                .unwrap_or_default()
        })
    }

    fn languages(&self) -> Result<Vec<(String, String)>> {
        Python::attach(|py| raised(support(py, "languages", ()).and_then(|it| it.extract())))
    }

    fn language_info(&self, code: &Value) -> Result<Value> {
        Python::attach(|py| {
            raised(
                to_python(py, code)
                    .and_then(|code| support(py, "language_info", (code,)))
                    .and_then(|info| to_value(&info)),
            )
        })
    }

    fn time_zone_name(&self) -> String {
        Python::attach(|py| ask(py, "time_zone_name", ()).unwrap_or_default())
    }

    fn cached(&self, cache: Option<&str>, fragment: &str, vary_on: &[Str]) -> Result<Option<Str>> {
        Python::attach(|py| {
            let arguments = (cache, fragment, texts(vary_on));
            let found = support(py, "cached_fragment", arguments);
            let found = found.map_err(|error| missing_cache(py, cache, error))?;
            if found.is_none() {
                return Ok(None);
            }
            raised(string(&found)).map(|text| Some(text.mark_safe()))
        })
    }

    fn keep(
        &self,
        cache: Option<&str>,
        fragment: &str,
        vary_on: &[Str],
        seconds: Option<i64>,
        text: &str,
    ) -> Result<()> {
        Python::attach(|py| {
            let text = raised(django::safe_string(py, text))?;
            let arguments = (cache, fragment, texts(vary_on), seconds, text);
            raised(support(py, "keep_fragment", arguments).map(drop))
        })
    }

    fn filter(
        &self,
        name: &str,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> Result<Option<Value>> {
        Python::attach(|py| {
            raised((|| {
                let Some(function) = builtin_filter(py, name)? else {
                    return Ok(None);
                };
                let filter = crate::library::PyFilter::new(&function)?;
                filter.apply(py, value, argument, context).map(Some)
            })())
        })
    }

    fn attribute(&self, value: &Value, key: &Key) -> Result<Option<Value>> {
        Python::attach(|py| {
            raised((|| {
                let object = to_python(py, value)?;
                let found = crate::lookup::step(&object, key, None)?;
                found.map(|found| to_value(&found)).transpose()
            })())
        })
    }

    fn library(&self, name: &str) -> Result<Option<Arc<Library>>> {
        Python::attach(|py| raised(self.libraries.find(py, name)))
    }

    fn library_names(&self) -> Vec<String> {
        Python::attach(|py| self.libraries.names(py).unwrap_or_default())
    }

    fn is_template(&self, object: &Value) -> Result<bool> {
        Python::attach(|py| {
            raised(to_python(py, object).and_then(|object| {
                let render = object.getattr_opt(intern!(py, "render"))?;
                Ok(render.is_some_and(|render| render.is_callable()))
            }))
        })
    }

    fn include(&self, object: &Value, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        Python::attach(|py| foreign_template::render(&raised(to_python(py, object))?, context, out))
    }

    fn template_begins(&self, template: &Arc<Template>, context: &mut Context) -> Result<()> {
        if !Scope::of(context).is_some_and(Scope::is_observed) {
            return Ok(());
        }
        Python::attach(|py| {
            raised((|| {
                let Some(template) = python_template(py, template) else {
                    return Ok(());
                };
                lend(context, py, |python| {
                    support(py, "send_rendered", (template, python)).map(drop)
                })
            })())
        })
    }

    fn warn(&self, message: &str) {
        // A warning that the project turned into an exception has nowhere to go from here.
        Python::attach(|py| drop(support(py, "warn", (message,))));
    }
}

/// Enters an override of Django's, and keeps it to be left again.
fn enter(py: Python<'_>, name: &str, argument: Option<Bound<'_, PyAny>>) -> Result<Previous> {
    raised((|| {
        let manager = support(py, name, (argument,))?;
        manager.call_method0(intern!(py, "__enter__"))?;
        Ok(Previous(Some(Box::new(manager.unbind()))))
    })())
}

fn texts(strings: &[Str]) -> Vec<&str> {
    strings.iter().map(Str::as_str).collect()
}

/// The engine's error for a cache that is not configured.
fn missing_cache(py: Python<'_>, cache: Option<&str>, error: PyErr) -> Error {
    let is_missing = django::invalid_cache_backend(py).is_ok_and(|it| error.is_instance(py, it));
    match cache {
        Some(cache) if is_missing => Error::new(ErrorKind::Configuration, cache),
        _ => from_python(error),
    }
}

/// Django's function for one of its own filters.
fn builtin_filter<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let function = support(py, "builtin_filter", (name,))?;
    Ok(if function.is_none() {
        None
    } else {
        Some(function)
    })
}

/// The conventions that a dictionary of Django's formats says.
fn locale_of(known: &Bound<'_, PyAny>) -> PyResult<Arc<Locale>> {
    let read =
        |name: &str| -> PyResult<String> { Ok(known.get_item(name)?.str()?.to_str()?.to_owned()) };
    let mut locale = Locale::default();
    locale.language = read("language")?;
    locale.decimal_separator = read("DECIMAL_SEPARATOR")?;
    locale.thousand_separator = read("THOUSAND_SEPARATOR")?;
    locale.grouping = known.get_item("grouping")?.extract()?;
    locale.use_thousand_separator = known.get_item("use_thousand_separator")?.is_truthy()?;
    locale.first_day_of_week = known.get_item("FIRST_DAY_OF_WEEK")?.extract()?;
    locale.date_format = read("DATE_FORMAT")?;
    locale.time_format = read("TIME_FORMAT")?;
    locale.datetime_format = read("DATETIME_FORMAT")?;
    locale.year_month_format = read("YEAR_MONTH_FORMAT")?;
    locale.month_day_format = read("MONTH_DAY_FORMAT")?;
    locale.short_date_format = read("SHORT_DATE_FORMAT")?;
    locale.short_datetime_format = read("SHORT_DATETIME_FORMAT")?;
    Ok(Arc::new(locale))
}
