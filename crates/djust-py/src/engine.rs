//! Engines and compiled templates as Python sees them.

use std::any::Any;
use std::sync::Arc;

use djust_template::{Dialect, Engine, Error, Origin, Source};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyList, PyString, PyWeakrefReference};

use crate::annotate::annotate;
use crate::django;
use crate::errors::guarded;
use crate::host::DjangoHost;
use crate::library::Libraries;
use crate::loader::DjangoLoader;
use crate::registered::Functions;
use crate::template::Template;
use crate::template_host::{Names, TemplateHost};

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
            Ok(Some(Template::new(core, driver, self.is_debug)))
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

/// Registers the classes of this module.
///
/// # Errors
///
/// Those of adding to a module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyEngine>()?;
    Ok(())
}
