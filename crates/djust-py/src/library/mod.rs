//! Tag libraries of Django as libraries of the engine.
//!
//! Django's own tags and filters become the engine's; everything else stays a Python function.

mod filters;
mod tags;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use djust_template::{Engine, Library};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyWeakrefReference};

pub(crate) use self::filters::PyFilter;
use self::filters::{python_filter, with_arity_of};
use self::tags::{PyTag, partial_tag};
use crate::django;
use crate::engine::alive;
use crate::parser::EngineReference;
use crate::registered::{Functions, Registered};
use crate::signature::FunctionTag;
use crate::template_host::{Names, TemplateHost};

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
