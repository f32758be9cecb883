//! What the engine keeps of the Python template that a source belongs to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use djust_template::{NodeList, Source, Span, Template};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyWeakrefReference;

use crate::parser::Driver;

/// A partial that a template defines.
pub(crate) struct Partial {
    pub(crate) name: String,
    pub(crate) body: NodeList,
    /// From the opening tag to the end tag.
    pub(crate) span: Span,
}

/// What the engine keeps of the Python template that a source belongs to.
pub(crate) struct TemplateHost {
    /// `template.origin`, unless the template makes it when it is asked for.
    origin: Option<Py<PyAny>>,
    /// The Python template; weak, because it owns the compiled one.
    template: Py<PyWeakrefReference>,
    compiling: Mutex<Compiling>,
}

/// What compiling a template leaves.
#[derive(Default)]
struct Compiling {
    /// The parser that tag functions of this template drove, if there were any.
    driver: Option<Arc<Driver>>,
    /// Contents of the `{% load %}` tags met before there was such a parser.
    loads: Vec<String>,
    partials: Vec<Partial>,
    names: Names,
}

/// Whether the tags and filters that need no `{% load %}` are what the engine was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Names {
    /// That is found out when the template is compiled, for those that it uses.
    #[default]
    Unknown,
    /// They were when the first code of Python ran that might change them.
    Current,
    /// They were not.
    Changed,
}

impl TemplateHost {
    /// What belongs to the source of `template`. A template made of a text has its origin made when somebody asks for it.
    ///
    /// # Errors
    ///
    /// A template of a class without weak references.
    pub(crate) fn new(
        template: &Bound<'_, PyAny>,
        origin: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            origin: origin.map(|origin| origin.clone().unbind()),
            template: PyWeakrefReference::new(template)?.unbind(),
            compiling: Mutex::default(),
        })
    }

    /// What belongs to a source, if Python made it.
    pub(crate) fn of(source: &Source) -> Option<&Self> {
        source.origin()?.host.as_ref()?.downcast_ref()
    }

    fn compiling(&self) -> MutexGuard<'_, Compiling> {
        self.compiling
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// `template.origin`, if that is kept here.
    pub(crate) fn kept_origin(&self) -> Option<&Py<PyAny>> {
        self.origin.as_ref()
    }

    /// `template.origin`; nothing once a template that makes it when asked for is gone.
    pub(crate) fn origin<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Some(origin) = &self.origin {
            return Ok(Some(origin.bind(py).clone()));
        }
        let template = self.template(py);
        template
            .map(|template| template.getattr(intern!(py, "origin")))
            .transpose()
    }

    /// What is known of the names that need no `{% load %}`.
    pub(crate) fn names(&self) -> Names {
        self.compiling().names
    }

    /// Keeps what was found out about them.
    pub(crate) fn set_names(&self, names: Names) {
        self.compiling().names = names;
    }

    /// The parser of tag functions.
    pub(crate) fn driver(&self) -> Option<Arc<Driver>> {
        self.compiling().driver.clone()
    }

    /// Keeps the parser of tag functions.
    pub(crate) fn set_driver(&self, driver: Arc<Driver>) {
        self.compiling().driver = Some(driver);
    }

    /// Keeps the contents of a `{% load %}` for a parser made later.
    pub(crate) fn remember_load(&self, contents: &str) {
        self.compiling().loads.push(contents.to_owned());
    }

    /// The contents kept.
    pub(crate) fn loads(&self) -> Vec<String> {
        self.compiling().loads.clone()
    }

    /// Keeps a partial for `template.extra_data`.
    pub(crate) fn remember_partial(&self, partial: Partial) {
        self.compiling().partials.push(partial);
    }

    /// Takes the partials kept.
    pub(crate) fn take_partials(&self) -> Vec<Partial> {
        std::mem::take(&mut self.compiling().partials)
    }

    /// The Python template, while it exists.
    pub(crate) fn template<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.template.bind(py).upgrade()
    }
}

/// The Python template that a compiled one belongs to.
pub(crate) fn python_template<'py>(
    py: Python<'py>,
    template: &Arc<Template>,
) -> Option<Bound<'py, PyAny>> {
    TemplateHost::of(template.source()).and_then(|host| host.template(py))
}
