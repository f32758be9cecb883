//! Tag libraries of Django as libraries of the engine.
//!
//! Django's own tags and filters become the engine's; everything else stays a Python function.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use djust_template::value::Value;
use djust_template::{
    CompileTag, Context, Engine, Filter, Filtered, Library, NodeList, Parser, Span, TagNode, Token,
};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyWeakrefReference};

use crate::convert::{raised, to_python, to_value};
use crate::engine::alive;
use crate::parser::{Driver, EngineReference, compile_with};
use crate::registered::{Functions, Registered};
use crate::signature::FunctionTag;
use crate::template_host::{Names, Partial, TemplateHost};
use crate::{django, nodes};

/// The libraries of one Python engine.
pub(crate) struct Libraries(Arc<Inner>);

/// A Python library and what it became.
struct Converted {
    /// Kept alive, so that its address is its own.
    _library: Py<PyAny>,
    registered: Registered,
    made: Arc<Library>,
}

struct Inner {
    engine: EngineReference,
    /// The engine's own tags and filters by the names of Django's libraries; "" has those that need no `{% load %}`.
    native: HashMap<&'static str, Arc<Library>>,
    /// What the libraries that need no `{% load %}` had registered when they were converted.
    registered: OnceLock<Registered>,
    /// Libraries converted so far, by address of the Python library, which is kept alive.
    converted: Mutex<HashMap<usize, Arc<Converted>>>,
}

impl Libraries {
    /// The libraries of the engine behind a weak reference.
    pub(crate) fn new(engine: EngineReference) -> Self {
        Self(Arc::new(Inner {
            engine,
            native: native(),
            registered: OnceLock::new(),
            converted: Mutex::default(),
        }))
    }

    /// Another handle.
    pub(crate) fn clone_ref(&self, _: Python<'_>) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// The Python engine.
    pub(crate) fn engine<'a, 'py>(&'a self, py: Python<'py>) -> &'a Bound<'py, PyWeakrefReference> {
        self.0.engine.bind(py)
    }

    /// Tags and filters that need no `{% load %}`, and what they were read from. Asked for once.
    ///
    /// # Errors
    ///
    /// What inspecting the functions raises.
    pub(crate) fn builtins(&self, engine: &Bound<'_, PyAny>) -> PyResult<(Library, Functions)> {
        let mut all = Library::new();
        let mut registered = Registered::default();
        let mut functions = Functions::default();
        for library in template_builtins(engine)? {
            let library = library?;
            registered.add(&library)?;
            functions.add(&library)?;
            all.extend(&self.convert(&library)?);
        }
        let _ = self.0.registered.set(registered);
        Ok((all, functions))
    }

    /// Whether the libraries that need no `{% load %}` have the same tags and filters as when they were converted.
    ///
    /// # Errors
    ///
    /// When an object among them is no library.
    pub(crate) fn are_current(&self, engine: &Bound<'_, PyAny>) -> PyResult<bool> {
        match self.0.registered.get() {
            Some(registered) => registered.is_all_of(template_builtins(engine)?),
            None => Ok(false),
        }
    }

    /// Sees to it that a template is compiled with the tags and filters of now, before code of Python runs that may change
    /// what its libraries have registered: what that changes comes too late for the template.
    ///
    /// # Errors
    ///
    /// They have changed since this engine was made: its caller makes another.
    pub(crate) fn check_names(&self, py: Python<'_>, host: &TemplateHost) -> PyResult<()> {
        if host.names() == Names::Unknown {
            let is_current = self.are_current(&alive(self.engine(py))?)?;
            host.set_names(if is_current {
                Names::Current
            } else {
                Names::Changed
            });
        }
        match host.names() {
            Names::Changed => Err(PyRuntimeError::new_err("tags or filters have changed")),
            _ => Ok(()),
        }
    }

    /// The library that `{% load name %}` means in this engine.
    ///
    /// # Errors
    ///
    /// What inspecting its functions raises.
    pub(crate) fn find(&self, py: Python<'_>, name: &str) -> PyResult<Option<Arc<Library>>> {
        let engine = alive(self.engine(py))?;
        let libraries = engine.getattr(intern!(py, "template_libraries"))?;
        let Ok(library) = libraries.get_item(name) else {
            return Ok(None);
        };
        if let Some(known) = self.known(&library)? {
            return Ok(Some(known));
        }
        let address = library.as_ptr() as usize;
        let mut registered = Registered::default();
        registered.add(&library)?;
        let made = Arc::new(self.convert(&library)?);
        let converted = Converted {
            _library: library.unbind(),
            registered,
            made: Arc::clone(&made),
        };
        let replaced = self.converted().insert(address, Arc::new(converted));
        drop(replaced);
        Ok(Some(made))
    }

    /// The library that `{% load name %}` means, if it was converted before and no code of Python runs to find it.
    fn find_known(&self, py: Python<'_>, name: &str) -> PyResult<Option<Arc<Library>>> {
        let engine = alive(self.engine(py))?;
        let libraries = engine.getattr(intern!(py, "template_libraries"))?;
        match libraries.cast_exact::<PyDict>() {
            Ok(libraries) => match libraries.get_item(name)? {
                Some(library) => self.known(&library),
                None => Ok(None),
            },
            Err(_) => Ok(None),
        }
    }

    /// What a library was converted to, if it has the same tags and filters as then.
    fn known(&self, library: &Bound<'_, PyAny>) -> PyResult<Option<Arc<Library>>> {
        let address = library.as_ptr() as usize;
        // Python is not asked while the lock is held: another thread may wait for it.
        let known = self.converted().get(&address).cloned();
        let Some(known) = known else {
            return Ok(None);
        };
        let libraries = std::iter::once(Ok(library.clone()));
        let is_current = known.registered.is_all_of(libraries)?;
        Ok(is_current.then(|| Arc::clone(&known.made)))
    }

    fn converted(&self) -> MutexGuard<'_, HashMap<usize, Arc<Converted>>> {
        self.0
            .converted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The names that `{% load %}` knows.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub(crate) fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let engine = alive(self.engine(py))?;
        let libraries = engine.getattr(intern!(py, "template_libraries"))?;
        libraries.try_iter()?.map(|name| name?.extract()).collect()
    }

    /// A `django.template.Library` as the engine's.
    ///
    /// # Errors
    ///
    /// What inspecting its functions raises.
    pub(crate) fn convert(&self, library: &Bound<'_, PyAny>) -> PyResult<Library> {
        let py = library.py();
        let mut made = Library::new();
        let native = django::native_functions(py)?
            .call0()?
            .cast_into::<PyDict>()?;
        let tags = library
            .getattr(intern!(py, "tags"))?
            .cast_into::<PyDict>()?;
        for (name, function) in tags.iter() {
            let name: String = name.extract()?;
            let tag = match self.native_library(&native, &function)? {
                Some((library, own)) if own == "load" => {
                    library.tag(&own).map(|native| self.load_tag(py, native))
                }
                Some((library, own)) if own == "partialdef" => library.tag(&own).map(partial_tag),
                Some((library, own)) => library.tag(&own).cloned(),
                None => None,
            };
            let tag = match tag {
                Some(tag) => tag,
                None => Arc::new(PyTag {
                    made_of: FunctionTag::of(&function)?,
                    function: function.unbind(),
                    libraries: self.clone_ref(py),
                }),
            };
            made.add_tag(&name, tag);
        }
        let filters = library
            .getattr(intern!(py, "filters"))?
            .cast_into::<PyDict>()?;
        for (name, function) in filters.iter() {
            let name: String = name.extract()?;
            let native = match self.native_library(&native, &function)? {
                Some((library, own)) => library.filter(&own).cloned(),
                None => None,
            };
            let filter = match native {
                Some(filter) => with_arity_of(filter, &function)?,
                None => Arc::new(python_filter(&name, &function)?),
            };
            made.add_filter(&name, filter);
        }
        Ok(made)
    }

    /// The engine's library that has a function of Django's, and the function's name there.
    fn native_library(
        &self,
        native: &Bound<'_, PyDict>,
        function: &Bound<'_, PyAny>,
    ) -> PyResult<Option<(Arc<Library>, String)>> {
        let Some(place) = native.get_item(function)? else {
            return Ok(None);
        };
        let (library, name): (String, String) = place.extract()?;
        let found = self.0.native.get(&*library).cloned();
        Ok(found.map(|library| (library, name)))
    }
}

/// The libraries of an engine that need no `{% load %}`.
///
/// # Errors
///
/// When the engine has none that can be iterated.
pub(crate) fn template_builtins<'py>(
    engine: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyIterator>> {
    engine
        .getattr(intern!(engine.py(), "template_builtins"))?
        .try_iter()
}

fn native() -> HashMap<&'static str, Arc<Library>> {
    let engine = Engine::default();
    let mut libraries = HashMap::from([
        ("", Arc::new(engine.builtins().clone())),
        ("cache", Arc::new(djust_template::cache())),
        ("humanize", Arc::new(djust_template::humanize())),
        ("i18n", Arc::new(djust_template::i18n())),
        ("l10n", Arc::new(djust_template::l10n())),
        ("tz", Arc::new(djust_template::tz())),
    ]);
    if let Ok(Some(library)) = engine.find_library("static") {
        libraries.insert("static", library);
    }
    libraries
}

/// `{% load %}`: the engine's own, which also tells the Python parser of the template, if it has one.
struct LoadTag {
    native: Arc<dyn CompileTag>,
    libraries: Libraries,
}

impl LoadTag {
    /// The libraries that a tag names, if all of them are known.
    fn known(&self, py: Python<'_>, token: &Token) -> PyResult<Option<Vec<Arc<Library>>>> {
        let names = token.words();
        if names.contains(&"from") {
            return Ok(None);
        }
        let names = names.iter().skip(1);
        names
            .map(|name| self.libraries.find_known(py, name))
            .collect()
    }

    fn load(
        &self,
        py: Python<'_>,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        if let Some(libraries) = raised(self.known(py, token))? {
            return Ok(parser.load(libraries));
        }
        if let Some(host) = TemplateHost::of(&Arc::clone(parser.source())) {
            raised(self.libraries.check_names(py, host))?;
        }
        self.native.compile(parser, token)
    }
}

impl Libraries {
    fn load_tag(&self, py: Python<'_>, native: &Arc<dyn CompileTag>) -> Arc<dyn CompileTag> {
        Arc::new(LoadTag {
            native: Arc::clone(native),
            libraries: self.clone_ref(py),
        })
    }
}

impl CompileTag for LoadTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        Python::attach(|py| {
            let node = self.load(py, parser, token)?;
            raised(Driver::loaded(py, parser, token))?;
            Ok(node)
        })
    }
}

/// `{% partialdef %}`: the engine's own, which also notes the partial for `template.extra_data`.
struct PartialTag {
    native: Arc<dyn CompileTag>,
}

fn partial_tag(native: &Arc<dyn CompileTag>) -> Arc<dyn CompileTag> {
    Arc::new(PartialTag {
        native: Arc::clone(native),
    })
}

impl CompileTag for PartialTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        let node = self.native.compile(parser, token)?;
        let source = Arc::clone(parser.source());
        let end = match parser.next_token() {
            Some(next) => {
                let start = next.span().start;
                parser.prepend_token(next);
                start
            }
            None => source.text().len() as u32,
        };
        if let (Some(host), Some((_, body)), Some(name)) = (
            TemplateHost::of(&source),
            node.children().first(),
            token.split_contents().get(1),
        ) {
            host.remember_partial(Partial {
                name: name.to_string(),
                body: NodeList::clone(body),
                span: Span {
                    start: token.span().start,
                    end,
                },
            });
        }
        Ok(node)
    }
}

/// A tag whose compile function is Python's.
struct PyTag {
    /// What `simple_tag` or `inclusion_tag` made it of.
    made_of: Option<FunctionTag>,
    function: Py<PyAny>,
    libraries: Libraries,
}

impl CompileTag for PyTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        Python::attach(|py| {
            if let Some(made_of) = &self.made_of
                && let Some(node) = made_of.compile(py, parser, token)?
            {
                return Ok(node);
            }
            let node = compile_with(self.function.bind(py), parser, token, &self.libraries)?;
            nodes::adopt(node.bind(py), parser)
        })
    }
}

/// A filter whose function is Python's, with the flags that its decorators set.
pub(crate) struct PyFilter {
    function: Py<PyAny>,
    needs_autoescape: bool,
    expects_local_time: bool,
    is_safe: bool,
}

/// A filter of the engine that takes as many arguments as Django's function: of one that has `autoescape` as its second
/// parameter Django lets an argument pass, and the call fails.
fn with_arity_of(filter: Arc<Filter>, function: &Bound<'_, PyAny>) -> PyResult<Arc<Filter>> {
    let arity = arity(function)?;
    if filter.arity() == arity {
        return Ok(filter);
    }
    let most = filter.arity().1;
    let name = filter.name().to_owned();
    let apply = move |value: &Value, argument: Option<&Value>, context: &Context| {
        if argument.is_some() && most == 0 {
            return Ok(Filtered::Declined);
        }
        filter.apply(value, argument, context).map(Filtered::Value)
    };
    Ok(Arc::new(
        Filter::new(&name, apply).arguments(arity.0, arity.1),
    ))
}

fn arity(function: &Bound<'_, PyAny>) -> PyResult<(u8, u8)> {
    let py = function.py();
    django::support(py)?
        .call_method1(intern!(py, "filter_arity"), (function,))?
        .extract()
}

fn python_filter(name: &str, function: &Bound<'_, PyAny>) -> PyResult<Filter> {
    let (least, most) = arity(function)?;
    let filter = PyFilter::new(function)?;
    let apply = move |value: &Value, argument: Option<&Value>, context: &Context| {
        Python::attach(|py| raised(filter.apply(py, value, argument, context)).map(Filtered::Value))
    };
    Ok(Filter::new(name, apply).arguments(least, most))
}

impl PyFilter {
    /// A filter function with its flags.
    ///
    /// # Errors
    ///
    /// What reading its attributes raises.
    pub(crate) fn new(function: &Bound<'_, PyAny>) -> PyResult<Self> {
        let flag = |name: &str| -> PyResult<bool> {
            function
                .getattr_opt(name)?
                .map_or(Ok(false), |flag| flag.is_truthy())
        };
        Ok(Self {
            needs_autoescape: flag("needs_autoescape")?,
            expects_local_time: flag("expects_localtime")?,
            is_safe: flag("is_safe")?,
            function: function.clone().unbind(),
        })
    }

    /// The filtered value, by the rules of `FilterExpression.resolve`.
    ///
    /// # Errors
    ///
    /// What the function raises.
    pub(crate) fn apply(
        &self,
        py: Python<'_>,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> PyResult<Value> {
        let mut input = to_python(py, value)?;
        if self.expects_local_time {
            input = django::template_localtime(py)?.call1((input, context.use_tz()))?;
        }
        let keywords = if self.needs_autoescape {
            Some(PyDict::new(py))
        } else {
            None
        };
        if let Some(keywords) = &keywords {
            keywords.set_item(intern!(py, "autoescape"), context.autoescape())?;
        }
        let function = self.function.bind(py);
        let output = match argument {
            Some(argument) => {
                function.call((&input, to_python(py, argument)?), keywords.as_ref())?
            }
            None => function.call((&input,), keywords.as_ref())?,
        };
        if self.is_safe && input.is_instance(django::safe_data_class(py)?)? {
            return to_value(&django::mark_safe(py)?.call1((output,))?);
        }
        to_value(&output)
    }
}
