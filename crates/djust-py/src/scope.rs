//! The Django context that a render belongs to.
//!
//! Templates without Python tags never need one: names are read from the dictionaries of the caller and scopes are kept
//! in Rust. The context is made when Python code first asks for it (see [`crate::lend`]).
//!
//! Invariants: outside of `lend`, `dicts` holds the `base` dictionaries that the engine reads as the bottom of its
//! context, and whatever lies above them is stale; while a context is lent, it is in `lent` and nowhere else.

use std::any::Any;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use djust_template::Context;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

use crate::convert::to_python;
use crate::django;
use crate::lookup::{Classes, name};
use crate::names::PyNames;
use crate::template_host::python_template;

/// One Django context and the stretch of a render that it belongs to.
pub(crate) struct Scope {
    classes: OnceLock<Arc<Classes>>,
    context: Mutex<Option<Py<PyAny>>>,
    dicts: Py<PyList>,
    base: usize,
    /// Templates under way when this stretch began.
    depth: usize,
    /// What a context made later belongs to; a Django context that exists knows that itself.
    owner: Owner,
    is_observed: bool,
    lent: Mutex<Option<Context>>,
}

/// Where a context that is made when Python code asks for it comes from.
pub(crate) enum Owner {
    /// A render for a request, or for none.
    Request(Option<Py<PyAny>>),
    /// An inclusion tag in a render: its context is a copy of the render's with other names.
    Outer(Arc<Scope>),
}

/// What a Django context carries while it is lent: the way back to the render under way.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct LentScope {
    pub(crate) scope: Arc<Scope>,
}

impl Scope {
    /// A scope over the dictionaries of a Django context.
    ///
    /// # Errors
    ///
    /// The object has no list `dicts`.
    pub(crate) fn of_context(
        context: &Bound<'_, PyAny>,
        classes: Arc<Classes>,
        depth: usize,
    ) -> PyResult<Arc<Self>> {
        let dicts = context
            .getattr(intern!(context.py(), "dicts"))?
            .cast_into::<PyList>()?;
        Ok(Arc::new(Self {
            classes: OnceLock::from(classes),
            context: Mutex::new(Some(context.clone().unbind())),
            base: dicts.len(),
            dicts: dicts.unbind(),
            depth,
            owner: Owner::Request(None),
            is_observed: django::is_observed(context.py())?,
            lent: Mutex::default(),
        }))
    }

    /// A scope over one mapping; its request is the one that the mapping names.
    ///
    /// # Errors
    ///
    /// What reading the mapping raises.
    pub(crate) fn of_mapping(mapping: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let py = mapping.py();
        let request = match mapping.cast::<PyDict>() {
            Ok(names) => names.get_item(intern!(py, "request"))?,
            Err(_) => None,
        };
        let is_observed = django::is_observed(py)?;
        Self::of_names(py, [mapping.clone()], request, is_observed)
    }

    /// A scope over dictionaries, the last of which wins, for a render for `request`; `is_observed` as
    /// [`django::is_observed`] says.
    ///
    /// # Errors
    ///
    /// None in practice; those of making a list.
    pub(crate) fn of_names<'py>(
        py: Python<'py>,
        names: impl IntoIterator<Item = Bound<'py, PyAny>>,
        request: Option<Bound<'py, PyAny>>,
        is_observed: bool,
    ) -> PyResult<Arc<Self>> {
        let mut names = names.into_iter();
        let dicts = match (names.next(), names.next()) {
            (Some(only), None) => PyList::new(py, [no_names(py), only])?,
            (first, second) => {
                let all = [Some(no_names(py)), first, second];
                let all: Vec<_> = all.into_iter().flatten().chain(names).collect();
                PyList::new(py, all)?
            }
        };
        Ok(Arc::new(Self {
            classes: OnceLock::new(),
            context: Mutex::default(),
            base: dicts.len(),
            dicts: dicts.unbind(),
            depth: 1,
            owner: Owner::Request(request.map(Bound::unbind)),
            is_observed,
            lent: Mutex::default(),
        }))
    }

    /// The scope of an inclusion tag: `names` alone, in a template that begins at `depth`.
    ///
    /// # Errors
    ///
    /// None in practice; those of making a list.
    pub(crate) fn of_inclusion(
        names: &Bound<'_, PyDict>,
        outer: &Arc<Self>,
        depth: usize,
    ) -> PyResult<Arc<Self>> {
        let py = names.py();
        let dicts = PyList::new(py, [no_names(py), names.clone().into_any()])?;
        Ok(Arc::new(Self {
            classes: OnceLock::from(outer.shared_classes()),
            context: Mutex::default(),
            base: 2,
            dicts: dicts.unbind(),
            depth,
            owner: Owner::Outer(Arc::clone(outer)),
            is_observed: outer.is_observed,
            lent: Mutex::default(),
        }))
    }

    /// The scope of a render under way.
    pub(crate) fn of(context: &Context) -> Option<&Self> {
        context
            .extension()
            .and_then(|extension| extension.downcast_ref())
    }

    /// The same, shared.
    pub(crate) fn shared(context: &Context) -> Option<Arc<Self>> {
        let extension: Arc<dyn Any + Send + Sync> = Arc::clone(context.extension()?);
        extension.downcast().ok()
    }

    /// The classes met in this render.
    pub(crate) fn classes(&self) -> &Classes {
        self.classes.get_or_init(Arc::default)
    }

    /// The classes, for a scope inside this one.
    pub(crate) fn shared_classes(&self) -> Arc<Classes> {
        Arc::clone(self.classes.get_or_init(Arc::default))
    }

    /// Number of dictionaries at the bottom of the engine's context.
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Templates under way when this stretch began.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The dictionaries of the Django context.
    pub(crate) fn dicts<'py>(&self, py: Python<'py>) -> &Bound<'py, PyList> {
        self.dicts.bind(py)
    }

    /// Whether Django's test environment wants to hear of every template that is rendered.
    pub(crate) fn is_observed(&self) -> bool {
        self.is_observed
    }

    /// The bottom of the engine's context.
    pub(crate) fn names(&self, py: Python<'_>) -> Arc<PyNames> {
        PyNames::new(self.dicts.clone_ref(py), self.base)
    }

    /// The Django context, if there is one.
    pub(crate) fn context(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        context.as_ref().map(|context| context.clone_ref(py))
    }

    /// The request that the context belongs to, if any.
    ///
    /// # Errors
    ///
    /// What reading the attribute raises.
    pub(crate) fn request<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Some(context) = self.context(py) {
            return context.bind(py).getattr_opt(intern!(py, "request"));
        }
        match &self.owner {
            Owner::Request(request) => Ok(request.as_ref().map(|it| it.bind(py).clone())),
            Owner::Outer(outer) => outer.request(py),
        }
    }

    /// The Django context, made for the template that the render began with if there is none yet.
    ///
    /// # Errors
    ///
    /// What making it raises.
    pub(crate) fn python_context<'py>(
        &self,
        py: Python<'py>,
        render: &Context,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(context) = self.context(py) {
            return Ok(context.into_bound(py));
        }
        let template = render.state().root();
        let template = template.and_then(|root| python_template(py, root));
        let dicts = self.dicts.bind(py);
        dicts.set_item(0, builtins(py)?)?;
        let support = django::support(py)?;
        let made = match &self.owner {
            Owner::Request(request) => {
                support.call_method1(intern!(py, "make_context"), (dicts, template, request))?
            }
            Owner::Outer(outer) => {
                let outer = outer.python_context(py, render)?;
                support.call_method1(intern!(py, "copy_context"), (outer, dicts))?
            }
        };
        let mut context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        *context = Some(made.clone().unbind());
        Ok(made)
    }

    /// Takes the names that templates set outside of any scope over into the topmost dictionary.
    ///
    /// # Errors
    ///
    /// Values that Python cannot hold.
    pub(crate) fn keep_top(&self, py: Python<'_>, context: &mut Context) -> PyResult<()> {
        let names = context.take_top();
        if !names.is_empty() {
            let top = self.dicts.bind(py).get_item(self.base - 1)?;
            for (key, value) in names {
                top.set_item(&*name(py, &key), to_python(py, &value)?)?;
            }
        }
        Ok(())
    }

    /// Removes what `lend` left above the base.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub(crate) fn trim(&self, py: Python<'_>) -> PyResult<()> {
        let dicts = self.dicts.bind(py);
        let length = dicts.len();
        if length > self.base {
            dicts.del_slice(self.base, length)
        } else {
            Ok(())
        }
    }

    /// Ends the render that a Django context was made for, as `Context.bind_template` does.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub(crate) fn unbind_template(&self, py: Python<'_>) -> PyResult<()> {
        let Some(context) = self.context(py) else {
            return Ok(());
        };
        context.setattr(py, intern!(py, "template"), py.None())?;
        if let Owner::Request(Some(_)) = self.owner {
            self.dicts.bind(py).set_item(1, PyDict::new(py))?;
        }
        Ok(())
    }

    /// The context of the render under way, if it is lent just now.
    pub(crate) fn take_lent(&self) -> Option<Context> {
        self.lent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Gives a lent context back to the one who lent it.
    pub(crate) fn put_lent(&self, context: Context) {
        *self.lent.lock().unwrap_or_else(PoisonError::into_inner) = Some(context);
    }
}

/// The scope of the render that a Django context belongs to just now.
pub(crate) fn lent_scope(context: &Bound<'_, PyAny>) -> PyResult<Option<Arc<Scope>>> {
    let py = context.py();
    Ok(match context.getattr_opt(intern!(py, "_djust_scope"))? {
        Some(mark) => mark
            .cast::<LentScope>()
            .ok()
            .map(|mark| Arc::clone(&mark.get().scope)),
        None => None,
    })
}

/// The names that every Django context has at its bottom.
///
/// # Errors
///
/// None in practice.
pub(crate) fn builtins(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("True", true)?;
    dict.set_item("False", false)?;
    dict.set_item("None", py.None())?;
    Ok(dict)
}

/// What lies at the bottom while there is no Django context: the engine knows the constants by itself.
fn no_names(py: Python<'_>) -> Bound<'_, PyAny> {
    static EMPTY: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let empty = EMPTY.get_or_init(py, || PyDict::new(py).unbind());
    empty.bind(py).clone().into_any()
}
