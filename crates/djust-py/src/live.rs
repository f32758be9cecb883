//! The diff side of one live page.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, TryLockError};

use djust_live::{Binding, Error, Recorder, TemplatePage};
use djust_protocol::{Numbering, Operations};
use djust_vdom::Error as PageFault;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass::{PyTraverseError, PyVisit};
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyModule, PyType};

use crate::django;
use crate::errors::guarded;
use crate::template::Template;

/// `djust._djust.PageError`.
fn page_error(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let doc = c"A rendered page cannot be live.\n\n\
            ``code`` is \"no-root\" when it has no element with dj-root or dj-view, and\n\
            \"root-replaced\" when that element is another one than before.";
        let base = py.get_type::<PyValueError>();
        PyErr::new_type(py, c"djust._djust.PageError", Some(doc), Some(&base), None)
    })?;
    Ok(class.bind(py))
}

fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    let code = match error {
        Error::Page(PageFault::NoRoot) => "no-root",
        Error::Page(PageFault::RootReplaced) => "root-replaced",
        Error::NotMounted => return PyRuntimeError::new_err(error.to_string()),
        _ => {
            return match django::engine_error(py) {
                Ok(class) => PyErr::from_type(class.clone(), error.to_string()),
                Err(error) => error,
            };
        }
    };
    let made = page_error(py).and_then(|class| {
        let exception = class.call1((error.to_string(),))?;
        exception.setattr(intern!(py, "code"), code)?;
        Ok(exception)
    });
    made.map_or_else(|error| error, PyErr::from_value)
}

/// The diff side of one live page: renders a template, keeps what the client shows, and says what
/// changed. Methods that fail leave it as it was.
///
/// A session is used by one thread at a time, and not from within its own render.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct Session {
    template: Py<Template>,
    page: Mutex<TemplatePage>,
}

impl Session {
    /// The page, for as long as one method runs: rendering included, so that a value of the context
    /// that renders its own page meets the error and not a half-made state.
    fn lock(&self) -> PyResult<MutexGuard<'_, TemplatePage>> {
        match self.page.try_lock() {
            Ok(page) => Ok(page),
            // What is shown is replaced as the last step, so that a panic leaves a sound page.
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(PyRuntimeError::new_err(
                "this live page is being rendered: a value of its context renders it again, \
                 or another thread uses it",
            )),
        }
    }
}

impl Session {
    fn render(&self, page: &TemplatePage, context: &Bound<'_, PyAny>) -> PyResult<Recorder> {
        self.render_into(page.recorder(), context)
    }

    fn render_into(
        &self,
        mut recorder: Recorder,
        context: &Bound<'_, PyAny>,
    ) -> PyResult<Recorder> {
        self.template.get().render_to(context, &mut recorder)?;
        Ok(recorder)
    }
}

#[pymethods]
impl Session {
    #[new]
    fn new(template: Py<Template>) -> Self {
        let page = TemplatePage::new(template.get().core());
        Self {
            template,
            page: Mutex::new(page),
        }
    }

    /// The template.
    #[getter]
    fn template(&self, py: Python<'_>) -> Py<Template> {
        self.template.clone_ref(py)
    }

    /// Renders the whole page and keeps its live root as what the client shows.
    fn mount(&self, py: Python<'_>, context: &Bound<'_, PyAny>) -> PyResult<String> {
        guarded(py, || {
            let mut page = self.lock()?;
            let shown = &mut *page;
            let render = self.render(shown, context)?;
            py.detach(|| shown.mount(render))
                .map_err(|error| to_python(py, &error))
        })
    }

    /// The operations that bring the client to what the template gives now; "" when nothing changed.
    ///
    /// None when they are not certain: then only the client can say what it shows, and until its
    /// resync every update gives None.
    fn update(&self, py: Python<'_>, context: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        guarded(py, || {
            let mut page = self.lock()?;
            let shown = &mut *page;
            let render = self.render_into(shown.update_recorder(), context)?;
            let mut operations = py.detach(|| shown.try_update(render));
            if let Err(Error::Incomplete) = operations {
                let render = self.render(shown, context)?;
                operations = py.detach(|| shown.try_update(render));
            }
            let operations = operations.map_err(|error| to_python(py, &error))?;
            Ok(operations.map(Operations::into_string))
        })
    }

    /// Forgets what was rendered inside elements with `dj-update` append or prepend: the next render
    /// adds all it has there.
    fn forget_merged(&self) -> PyResult<()> {
        self.lock()?.forget_merged();
        Ok(())
    }

    /// Keeps as little as it can of what the client shows, for a page that nothing is expected to happen to soon. Nothing
    /// is done while it is used.
    fn hibernate(&self) {
        // Short enough to keep the interpreter: then no other thread meets a page that is locked.
        if let Ok(mut page) = self.page.try_lock() {
            page.hibernate();
        }
    }

    /// The operations against a client that has numbered its page afresh, and the next free number.
    ///
    /// `client_html` is the outer HTML of the client's root; `count` and `checksum` are what the
    /// client's fresh numbers come to, if it said so.
    #[pyo3(signature = (client_html, context, count=None, checksum=None))]
    fn resync(
        &self,
        py: Python<'_>,
        client_html: &str,
        context: &Bound<'_, PyAny>,
        count: Option<u32>,
        checksum: Option<u32>,
    ) -> PyResult<(String, u32)> {
        guarded(py, || {
            let numbering = count
                .zip(checksum)
                .map(|(count, sum)| Numbering { count, sum });
            let mut page = self.lock()?;
            let shown = &mut *page;
            let render = self.render(shown, context)?;
            let answer = py
                .detach(|| shown.resync(client_html, numbering, render))
                .map_err(|error| to_python(py, &error))?;
            Ok((answer.operations.into_string(), answer.base))
        })
    }

    /// Number of numbered nodes of what the client shows; 0 before the mount.
    #[getter]
    fn count(&self) -> PyResult<u32> {
        Ok(self
            .lock()?
            .numbering()
            .map_or(0, |numbering| numbering.count))
    }

    /// Checksum of their names; 0 before the mount.
    #[getter]
    fn checksum(&self) -> PyResult<u32> {
        Ok(self
            .lock()?
            .numbering()
            .map_or(0, |numbering| numbering.sum))
    }

    /// Hash of what the client shows, the same in every process with one ``seed``; 0 before the mount.
    #[getter]
    fn fingerprint(&self) -> PyResult<u64> {
        Ok(self.lock()?.fingerprint().unwrap_or(0))
    }

    /// The controls that `dj-model` binds in what the client shows, in document order: number of the
    /// node (-1 where nodes have none), name, and whether the markup says what the control holds.
    fn bindings(&self) -> PyResult<Vec<(i64, String, bool)>> {
        let row = |bound: Binding| {
            let node = bound.node.map_or(-1, |node| i64::from(node.0));
            (node, bound.name, bound.says_value)
        };
        Ok(self.lock()?.bindings().into_iter().map(row).collect())
    }

    /// Whether the page is kept as the shape of its template, so that an update costs what changes.
    #[getter]
    fn is_shaped(&self) -> PyResult<bool> {
        Ok(self.lock()?.is_shaped())
    }

    /// Why renders of the template, on any page, had no certain shape and were compared as trees:
    /// pairs of a reason and how often.
    fn refusals(&self) -> PyResult<Vec<(String, u32)>> {
        let refusals = self.lock()?.refusals();
        Ok(refusals
            .into_iter()
            .map(|(refused, count)| (refused.to_string(), count))
            .collect())
    }

    /// A line for each part of the template, on any page, that is not compared place by place: where it is,
    /// why, and what to change.
    fn report(&self) -> PyResult<Vec<String>> {
        Ok(self.lock()?.report())
    }

    /// How many places of the template, on any page, are compared by themselves, and how many as part of
    /// a larger whole.
    fn coverage(&self) -> PyResult<(u32, u32)> {
        let coverage = self.lock()?.coverage();
        Ok((coverage.typed, coverage.opaque))
    }

    /// Bytes kept for what the client shows; 0 where it is kept as a tree.
    #[getter]
    fn memory(&self) -> PyResult<usize> {
        Ok(self.lock()?.memory())
    }

    fn __repr__(&self) -> String {
        match self.page.try_lock() {
            Ok(page) => match page.numbering() {
                Some(numbering) => format!("<djust Session, {} nodes>", numbering.count),
                None => "<djust Session, not mounted>".to_owned(),
            },
            Err(_) => "<djust Session, in use>".to_owned(),
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.template)
    }
}

/// Sets the key of all content hashes: 16 bytes that whoever writes content does not know. Processes
/// with one key agree on fingerprints. Returns whether it is the key now; the first page fixes it.
#[pyfunction]
fn seed(key: [u8; 16]) -> bool {
    let half = |at: usize| {
        key[at..at + 8]
            .iter()
            .fold(0, |half, &byte| half << 8 | u64::from(byte))
    };
    djust_vdom::seed([half(0), half(8)])
}

/// How often something of a template was refused in this process, over all templates, by kind: a part that is compared
/// as a whole from then on, or a page that is compared as a tree.
#[pyfunction]
fn refusals() -> BTreeMap<String, u64> {
    djust_vdom::refusals().into_iter().collect()
}

/// Adds the class and the exception to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Session>()?;
    module.add_function(wrap_pyfunction!(seed, module)?)?;
    module.add_function(wrap_pyfunction!(refusals, module)?)?;
    module.add("PageError", page_error(module.py())?)
}
