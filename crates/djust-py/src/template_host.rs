//! What the engine keeps of the Python template that a source belongs to.

use std::sync::{Arc, Mutex, PoisonError};

use djust_template::{NodeList, Source, Span, Template};
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
    /// `template.origin`
    pub(crate) origin: Py<PyAny>,
    /// The Python template; weak, because it owns the compiled one.
    template: Py<PyWeakrefReference>,
    /// The parser that tag functions of this template drove, if there were any.
    driver: Mutex<Option<Arc<Driver>>>,
    /// Contents of the `{% load %}` tags met before there was such a parser.
    loads: Mutex<Vec<String>>,
    partials: Mutex<Vec<Partial>>,
}

impl TemplateHost {
    /// What belongs to the source of `template`.
    ///
    /// # Errors
    ///
    /// A template of a class without weak references.
    pub(crate) fn new(template: &Bound<'_, PyAny>, origin: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            origin: origin.clone().unbind(),
            template: PyWeakrefReference::new(template)?.unbind(),
            driver: Mutex::default(),
            loads: Mutex::default(),
            partials: Mutex::default(),
        })
    }

    /// What belongs to a source, if Python made it.
    pub(crate) fn of(source: &Source) -> Option<&Self> {
        source.origin()?.host.as_ref()?.downcast_ref()
    }

    /// The parser of tag functions.
    pub(crate) fn driver(&self) -> Option<Arc<Driver>> {
        self.driver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps the parser of tag functions.
    pub(crate) fn set_driver(&self, driver: Arc<Driver>) {
        *self.driver.lock().unwrap_or_else(PoisonError::into_inner) = Some(driver);
    }

    /// Keeps the contents of a `{% load %}` for a parser made later.
    pub(crate) fn remember_load(&self, contents: &str) {
        self.loads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(contents.to_owned());
    }

    /// The contents kept.
    pub(crate) fn loads(&self) -> Vec<String> {
        self.loads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps a partial for `template.extra_data`.
    pub(crate) fn remember_partial(&self, partial: Partial) {
        self.partials
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(partial);
    }

    /// Takes the partials kept.
    pub(crate) fn take_partials(&self) -> Vec<Partial> {
        std::mem::take(&mut *self.partials.lock().unwrap_or_else(PoisonError::into_inner))
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
