//! Compiled templates as Python sees them.

use std::any::Any;
use std::sync::{Arc, Mutex};

use djust_template::{Context, Engine, Read, Reads, Sink, Template as CoreTemplate};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::types::PyDict;

use crate::annotate::annotate;
use crate::django;
use crate::errors::guarded;
use crate::lend::read_flags;
use crate::lookup::Classes;
use crate::nodes::CompiledNodes;
use crate::output::{Literals, Pieces};
use crate::parser::Driver;
use crate::scope::Scope;
use crate::template_host::TemplateHost;

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

impl Template {
    pub(crate) fn new(
        core: Arc<CoreTemplate>,
        driver: Option<Arc<Driver>>,
        is_debug: bool,
    ) -> Self {
        Self {
            core,
            driver,
            is_debug,
            spare: Mutex::default(),
            literals: Literals::default(),
        }
    }

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
    module.add_class::<Template>()?;
    Ok(())
}
