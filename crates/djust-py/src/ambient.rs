//! What a thread has active outside of the template: language, URL configuration, script prefix.
//!
//! Invariant: what was read is used again only while the thread's context variables, and the objects that Django
//! exchanges when settings change, are the ones that it was read from.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use djust_template::Locale;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

use crate::django;

/// What is active.
pub(crate) struct Ambient {
    /// The object that translates messages, where it is of Django's own class.
    pub(crate) catalog: Option<Py<PyAny>>,
    /// The URL configuration set for the thread, or `None`.
    pub(crate) urlconf: Py<PyAny>,
    /// The script prefix.
    pub(crate) prefix: String,
    /// The language's code.
    pub(crate) language: Option<String>,
    /// The language's conventions, once they have been asked for.
    pub(crate) locale: OnceCell<Arc<Locale>>,
}

struct Seen {
    /// `contextvars.copy_context()`
    variables: Py<PyAny>,
    sources: Py<PyTuple>,
    ambient: Rc<Ambient>,
}

thread_local! {
    static SEEN: RefCell<Option<Rc<Seen>>> = const { RefCell::new(None) };
}

/// What is active in this thread now.
///
/// # Errors
///
/// What Django raises.
pub(crate) fn ambient(py: Python<'_>) -> PyResult<Rc<Ambient>> {
    let variables = django::copy_context(py)?.call0()?;
    let sources = django::ambient_sources(py)?
        .call0()?
        .cast_into::<PyTuple>()?;
    let seen = SEEN.with(|seen| seen.borrow().clone());
    if let Some(seen) = seen
        && is_tracked(py)?
        && is_same(&sources, seen.sources.bind(py))
        // Variables of other libraries may refuse to be compared.
        && variables.eq(seen.variables.bind(py)).unwrap_or(false)
    {
        return Ok(Rc::clone(&seen.ambient));
    }
    let read = django::read_ambient(py)?.call0()?;
    let (catalog, urlconf, prefix, language) = read.extract()?;
    let ambient = Rc::new(Ambient {
        catalog,
        urlconf,
        prefix,
        language,
        locale: OnceCell::new(),
    });
    // Reading may have loaded the default catalog.
    let sources = django::ambient_sources(py)?
        .call0()?
        .cast_into::<PyTuple>()?;
    let now = Rc::new(Seen {
        variables: variables.unbind(),
        sources: sources.unbind(),
        ambient: Rc::clone(&ambient),
    });
    let before = SEEN.with(|seen| seen.borrow_mut().replace(now));
    drop(before);
    Ok(ambient)
}

/// Whether what was read is kept at all.
///
/// # Errors
///
/// What Django raises.
pub(crate) fn is_tracked(py: Python<'_>) -> PyResult<bool> {
    static TRACKED: PyOnceLock<bool> = PyOnceLock::new();
    TRACKED
        .get_or_try_init(py, || django::is_ambient_tracked(py)?.call0()?.is_truthy())
        .copied()
}

fn is_same(one: &Bound<'_, PyTuple>, other: &Bound<'_, PyTuple>) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other.iter())
            .all(|(one, other)| one.is(&other))
}
