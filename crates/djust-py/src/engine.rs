//! Engines and compiled templates as Python sees them.

use std::any::Any;
use std::sync::{Arc, Mutex};

use djust_template::{
    Context, Dialect, Engine, Error, Origin, Read, Reads, Sink, Source, Template as CoreTemplate,
};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::types::{PyDict, PyList, PyString, PyWeakrefReference};

use crate::django;
use crate::errors::{guarded, to_python};
use crate::host::DjangoHost;
use crate::lend::read_flags;
use crate::library::Libraries;
use crate::loader::DjangoLoader;
use crate::lookup::Classes;
use crate::nodes::CompiledNodes;
use crate::output::{Literals, Pieces};
use crate::parser::Driver;
use crate::registered::Functions;
use crate::scope::Scope;
use crate::template_host::{Names, TemplateHost};

/// The compiled template of a Python template of ours, or of a backend's template around one.
pub(crate) fn compiled_template(object: &Bound<'_, PyAny>) -> Option<Arc<CoreTemplate>> {
    let py = object.py();
    let class = django::template_class(py).ok()?;
    let template = if object.is_instance(class).ok()? {
        object.clone()
    } else {
        let inner = object.getattr_opt(intern!(py, "template")).ok()??;
        if !inner.is_instance(class).ok()? {
            return None;
        }
        inner
    };
    let compiled = template.getattr_opt(intern!(py, "compiled")).ok()??;
    Some(Arc::clone(&compiled.cast::<Template>().ok()?.get().core))
}

/// The Python object behind a weak reference.
///
/// # Errors
///
/// `EngineError` when the engine is gone.
pub(crate) fn alive<'py>(
    reference: &Bound<'py, PyWeakrefReference>,
) -> PyResult<Bound<'py, PyAny>> {
    match reference.upgrade() {
        Some(object) => Ok(object),
        None => Err(PyErr::from_type(
            django::engine_error(reference.py())?.clone(),
            "the template engine no longer exists",
        )),
    }
}

/// The compiler and renderer behind one `djust.template.Engine`.
#[pyclass(frozen, name = "Engine", module = "djust._djust")]
pub(crate) struct PyEngine {
    core: Engine,
    is_debug: bool,
    libraries: Libraries,
    /// What the names of tags and filters that need no `{% load %}` stood for.
    functions: Functions,
    /// Name and loader of a template that was made of a text.
    unknown: (Arc<str>, Arc<str>),
}

#[pymethods]
impl PyEngine {
    #[new]
    fn new(engine: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = engine.py();
        guarded(py, || {
            let reference = PyWeakrefReference::new(engine)?;
            let libraries = Libraries::new(reference.clone().unbind());
            let (builtins, mut functions) = libraries.builtins(engine)?;
            let autoescape = engine.getattr(intern!(py, "autoescape"))?.is_truthy()?;
            let invalid = engine.getattr(intern!(py, "string_if_invalid"))?.str()?;
            let is_debug = engine.getattr(intern!(py, "debug"))?.is_truthy()?;
            let core = Engine::builder()
                .without_libraries()
                .builtins(builtins)
                .loader(DjangoLoader {
                    engine: reference.unbind(),
                })
                .host(DjangoHost::new(libraries.clone_ref(py)))
                .autoescape(autoescape)
                .string_if_invalid(invalid.to_str()?)
                .debug(is_debug)
                .dialect(dialect(py)?)
                .cache(false)
                .build();
            functions.number(py, core.builtin_names());
            Ok(Self {
                core,
                is_debug,
                libraries,
                functions,
                unknown: ("<unknown source>".into(), "".into()),
            })
        })
    }

    /// Compiles the source of a `djust.template.Template`, if the libraries of its engine have the same tags and filters as
    /// when this was made; else nothing, and another engine has to be made. A template without an origin was made of a text.
    ///
    /// Of `builtins`, the libraries that need no `{% load %}`, only the names that the template uses are looked at, and
    /// afterwards, where no Python code can run in between. Before such code runs, all of them are looked at: see
    /// [`Libraries::check_names`]. Without `builtins` nothing is looked at: this was made just now.
    fn compile<'py>(
        &self,
        template: &Bound<'py, PyAny>,
        source: Bound<'py, PyString>,
        origin: Option<&Bound<'py, PyAny>>,
        builtins: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Template>> {
        let py = template.py();
        guarded(py, || {
            let host = Arc::new(TemplateHost::new(template, origin)?);
            if builtins.is_none() {
                host.set_names(Names::Current);
            }
            let source = self.source(source, &host, origin)?;
            let compiled = self.core.compile(source);
            let driver = host.driver();
            if let Some(driver) = &driver {
                driver.close(py)?;
            }
            let libraries = builtins.and_then(|builtins| builtins.cast_exact::<PyList>().ok());
            let is_current = match (host.names(), &compiled, libraries) {
                (Names::Current, _, _) => true,
                (Names::Changed, _, _) => false,
                (Names::Unknown, Ok(compiled), Some(libraries)) => {
                    let places = compiled.builtins().map(|(place, _)| place);
                    self.functions.are_current(places, libraries)?
                }
                // Another state may have no error.
                (Names::Unknown, _, _) => self.is_current(py)?,
            };
            if !is_current {
                return Ok(None);
            }
            let core = compiled.map_err(|error| self.annotated(py, error))?;
            Ok(Some(Template {
                core,
                driver,
                is_debug: self.is_debug,
                spare: Mutex::default(),
                literals: Literals::default(),
            }))
        })
    }

    /// Forgets what was kept of templates.
    fn reset(&self) {
        self.core.reset();
    }
}

impl PyEngine {
    fn is_current(&self, py: Python<'_>) -> PyResult<bool> {
        self.libraries
            .are_current(&alive(self.libraries.engine(py))?)
    }

    /// The text of a template, which is Python's own, with what belongs to it.
    fn source(
        &self,
        text: Bound<'_, PyString>,
        host: &Arc<TemplateHost>,
        origin: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Source> {
        let py = text.py();
        let text = PyBackedStr::try_from(text)?;
        let host = Some(Arc::clone(host) as Arc<dyn Any + Send + Sync>);
        let Some(python) = origin else {
            let (name, loader) = &self.unknown;
            let origin = Origin {
                name: Arc::clone(name),
                loader: Arc::clone(loader),
                host,
            };
            return Ok(Source::shared(text, None, Some(origin)));
        };
        let name: Option<String> = python.getattr(intern!(py, "template_name"))?.extract()?;
        let origin = core_origin(python, host)?;
        Ok(Source::shared(text, name.as_deref(), Some(origin)))
    }
}

/// The version of the language that the installed Django speaks.
fn dialect(py: Python<'_>) -> PyResult<Dialect> {
    let version = py
        .import(intern!(py, "django"))?
        .getattr(intern!(py, "VERSION"))?;
    let major: u32 = version.get_item(0)?.extract()?;
    let minor: u32 = version.get_item(1)?.extract()?;
    Ok(match (major, minor) {
        (..=4, _) | (5, 0) => Dialect::Django4,
        (5, _) => Dialect::Django5,
        _ => Dialect::Django6,
    })
}

impl PyEngine {
    fn annotated(&self, py: Python<'_>, error: Error) -> PyErr {
        annotate(py, error, self.is_debug)
    }
}

/// Puts the partials of a template where Django's engine looks for them.
fn add_partials(
    template: &Bound<'_, PyAny>,
    host: &TemplateHost,
    engine: &Engine,
    extra_data: &Bound<'_, PyDict>,
) -> PyResult<()> {
    let py = template.py();
    let partials = host.take_partials();
    if partials.is_empty() {
        return Ok(());
    }
    let made = PyDict::new(py);
    let text = host_text(template)?;
    for partial in partials {
        let place = |offset: u32| {
            text.get(..offset as usize)
                .map_or(0, |text| text.chars().count())
        };
        let span = (place(partial.span.start), place(partial.span.end));
        let nodes = CompiledNodes::new(partial.body, engine.clone());
        let arguments = (template, &partial.name, nodes, span.0, span.1);
        let object = django::support(py)?.call_method1(intern!(py, "make_partial"), arguments)?;
        made.set_item(partial.name, object)?;
    }
    extra_data.set_item(intern!(py, "partials"), made)
}

fn host_text(template: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(template
        .getattr(intern!(template.py(), "source"))?
        .str()?
        .to_str()?
        .to_owned())
}

/// An engine's origin for one of Django's, equal when Django's are.
fn core_origin(
    origin: &Bound<'_, PyAny>,
    host: Option<Arc<dyn Any + Send + Sync>>,
) -> PyResult<Origin> {
    let py = origin.py();
    let name = origin.getattr(intern!(py, "name"))?.str()?;
    let loader = origin.getattr(intern!(py, "loader"))?;
    let identity = if loader.is_none() {
        String::new()
    } else {
        format!("{:p}", loader.as_ptr())
    };
    let mut made = Origin::new(name.to_str()?, &identity);
    made.host = host;
    Ok(made)
}

/// The exception for an error, with `template_debug` where the engine is in debug mode.
pub(crate) fn annotate(py: Python<'_>, error: Error, is_debug: bool) -> PyErr {
    let place = place(py, &error);
    let exception = to_python(py, error);
    if is_debug && let Some((template, start, end)) = place {
        let arguments = (exception.value(py), template, start, end);
        let annotated =
            django::support(py).and_then(|support| support.call_method1("annotate", arguments));
        if let Err(failure) = annotated {
            return failure;
        }
    }
    exception
}

/// The Python template in which an error happened, and the characters that it is about.
fn place<'py>(py: Python<'py>, error: &Error) -> Option<(Bound<'py, PyAny>, usize, usize)> {
    let span = error.span()?;
    let source = error.source_text()?;
    let template = TemplateHost::of(source)?.template(py)?;
    let text = source.text();
    let start = text.get(..span.start as usize)?.chars().count();
    let length = source.slice(span).chars().count();
    Some((template, start, start + length))
}

/// A compiled template.
#[pyclass(frozen, name = "Template", module = "djust._djust")]
pub(crate) struct Template {
    core: Arc<CoreTemplate>,
    driver: Option<Arc<Driver>>,
    is_debug: bool,
    /// Memory of the last render, for the next.
    spare: Mutex<String>,
    literals: Literals,
}

/// Memory that is kept between renders at most; a longer text gives its memory back.
const SPARE_BYTES: usize = 4 << 20;

#[pymethods]
impl Template {
    /// The name under which the template was loaded.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.core.name()
    }

    /// The text that the template was compiled from.
    #[getter]
    fn source(&self) -> &str {
        self.core.source().text()
    }

    /// The parser that tag functions of libraries drove, if the template has such tags.
    #[getter]
    fn parser<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.driver.as_ref().map(|driver| driver.facade(py).clone())
    }

    /// What tags left in `parser.extra_data`, and the partials, for the Python template that this was compiled for. Asked for
    /// once.
    fn extra_data<'py>(&self, template: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = template.py();
        guarded(py, || {
            let extra_data = match &self.driver {
                Some(driver) => driver.extra_data(py)?,
                None => PyDict::new(py),
            };
            if let Some(host) = TemplateHost::of(self.core.source()) {
                add_partials(template, host, self.core.engine(), &extra_data)?;
            }
            Ok(extra_data)
        })
    }

    /// The origin leads to the loader, the engine and the template again.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match TemplateHost::of(self.core.source()) {
            Some(host) => visit.call(host.kept_origin()),
            None => Ok(()),
        }
    }

    /// What the template reads of its context, and whether that is all.
    ///
    /// A dict of the names; each value is a dict of what is looked up in it, with the use of its
    /// items under `None`, and with `True` under `True` when it is used as it is.
    fn reads<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyDict>, bool)> {
        guarded(py, || {
            let reads = Reads::of(&self.core);
            Ok((usage(py, reads.names())?, reads.is_complete()))
        })
    }

    /// Renders with a Django context (or, given a mapping, with its names) to a safe string.
    fn render<'py>(&self, context: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = context.py();
        guarded(py, || {
            let (scope, mut render) = begin(context)?;
            self.safe_string(py, &scope, &mut render)
        })
    }

    /// Renders as the backend does, for a view: with the view's names and, for a request, with those of the context
    /// processors. A Django context is made only if Python code asks for it.
    fn render_view<'py>(
        &self,
        py: Python<'py>,
        names: Option<Bound<'py, PyDict>>,
        processed: Option<Bound<'py, PyDict>>,
        request: Option<Bound<'py, PyAny>>,
        autoescape: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let names = match (names, &processed) {
                (None, None) => Some(PyDict::new(py)),
                // Django: a context with a request has a copy of the view's names, and none of an empty dictionary.
                (Some(names), Some(_)) if names.is_empty() => None,
                (Some(names), Some(_)) => Some(names.copy()?),
                (names, _) => names,
            };
            let dicts = processed.into_iter().chain(names).map(Bound::into_any);
            // The backend has seen that nobody observes renders before it calls this.
            let scope = Scope::of_names(py, dicts, request, false)?;
            let mut render = Context::from_names(scope.names(py));
            render.set_autoescape(autoescape);
            let rendered = self.safe_string(py, &scope, &mut render);
            scope.unbind_template(py)?;
            rendered
        })
    }
}

/// Recurses as deep as the template's longest path, which parsing bounds.
fn usage<'py>(py: Python<'py>, read: Read<'_>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, inside) in read.attributes() {
        dict.set_item(name, usage(py, inside)?)?;
    }
    if let Some(items) = read.items() {
        dict.set_item(py.None(), usage(py, items)?)?;
    }
    if read.is_whole() {
        dict.set_item(true, true)?;
    }
    Ok(dict)
}

/// What a render of a Django context, or of a mapping, starts with.
fn begin(context: &Bound<'_, PyAny>) -> PyResult<(Arc<Scope>, Context)> {
    let py = context.py();
    if context.is_instance(django::base_context_class(py)?)? {
        let scope = Scope::of_context(context, Arc::new(Classes::default()), 1)?;
        let mut render = Context::from_names(scope.names(py));
        read_flags(context, &mut render)?;
        return Ok((scope, render));
    }
    let scope = Scope::of_mapping(context)?;
    let render = Context::from_names(scope.names(py));
    Ok((scope, render))
}

impl Template {
    /// The compiled template itself.
    pub(crate) fn core(&self) -> &Arc<CoreTemplate> {
        &self.core
    }

    /// Renders with a Django context or a mapping of names.
    ///
    /// # Errors
    ///
    /// What the template's tags, filters and values raise.
    pub(crate) fn render_to(&self, context: &Bound<'_, PyAny>, out: &mut dyn Sink) -> PyResult<()> {
        let (scope, mut render) = begin(context)?;
        self.render_scope(context.py(), &scope, &mut render, out)
    }

    fn safe_string<'py>(
        &self,
        py: Python<'py>,
        scope: &Arc<Scope>,
        render: &mut Context,
    ) -> PyResult<Bound<'py, PyAny>> {
        let memory = match self.spare.try_lock() {
            Ok(mut spare) => std::mem::take(&mut *spare),
            Err(_) => String::new(),
        };
        let mut pieces = Pieces::new(py, &self.literals, memory);
        self.render_scope(py, scope, render, &mut pieces)?;
        let (rendered, memory) = pieces.finish()?;
        self.keep_spare(memory);
        Ok(rendered)
    }

    fn render_scope(
        &self,
        py: Python<'_>,
        scope: &Arc<Scope>,
        render: &mut Context,
        out: &mut dyn Sink,
    ) -> PyResult<()> {
        render.set_extension(Some(Arc::clone(scope) as Arc<dyn Any + Send + Sync>));
        let result = self.core.render_to(render, out);
        scope.keep_top(py, render)?;
        scope.trim(py)?;
        result.map_err(|error| annotate(py, error, self.is_debug))
    }

    /// Keeps the memory of a text that is done with.
    fn keep_spare(&self, memory: String) {
        if memory.capacity() <= SPARE_BYTES
            && let Ok(mut spare) = self.spare.try_lock()
        {
            *spare = memory;
        }
    }
}

/// Registers the classes of this module.
///
/// # Errors
///
/// Those of adding to a module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyEngine>()?;
    module.add_class::<Template>()?;
    Ok(())
}
