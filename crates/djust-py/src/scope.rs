//! A Django context in step with the context of a render.
//!
//! Templates without Python tags never need one: names are read from the dictionaries of the caller and scopes are kept
//! in Rust. Before Python code runs that takes a context, the scopes become dictionaries of that context
//! ([`lend`]); afterwards what the code changed there is taken over.
//!
//! Invariants: outside of `lend`, `dicts` holds the `base` dictionaries that the engine reads as the bottom of its
//! context, and whatever lies above them is stale; while a context is lent, it is in `lent` and nowhere else.

use std::any::Any;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use djust_template::Context;
use djust_template::value::{Key, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{to_python, to_value};
use crate::django;
use crate::engine::python_template;
use crate::lookup::{Classes, name};
use crate::names::PyNames;

/// One Django context and the stretch of a render that it belongs to.
pub(crate) struct Scope {
    classes: Arc<Classes>,
    context: Mutex<Option<Py<PyAny>>>,
    dicts: Py<PyList>,
    base: usize,
    /// Templates under way when this stretch began.
    depth: usize,
    lent: Mutex<Option<Context>>,
    /// Whether somebody wants to hear of every template that is rendered.
    observed: OnceLock<bool>,
}

/// What a Django context carries while it is lent: the way back to the render under way.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct LentScope {
    scope: Arc<Scope>,
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
            classes,
            context: Mutex::new(Some(context.clone().unbind())),
            base: dicts.len(),
            dicts: dicts.unbind(),
            depth,
            lent: Mutex::default(),
            observed: OnceLock::new(),
        }))
    }

    /// A scope over one mapping; a Django context is made when Python code needs it.
    ///
    /// # Errors
    ///
    /// None in practice; those of making a list.
    pub(crate) fn of_mapping(mapping: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let py = mapping.py();
        let dicts = PyList::new(py, [builtins(py)?.into_any(), mapping.clone()])?;
        Ok(Arc::new(Self {
            classes: Arc::default(),
            context: Mutex::default(),
            base: 2,
            dicts: dicts.unbind(),
            depth: 1,
            lent: Mutex::default(),
            observed: OnceLock::new(),
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
        &self.classes
    }

    /// The classes, for a scope inside this one.
    pub(crate) fn shared_classes(&self) -> Arc<Classes> {
        Arc::clone(&self.classes)
    }

    /// Whether Django's test environment wants to hear of every template that is rendered; asked once.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub(crate) fn is_observed(&self, py: Python<'_>) -> PyResult<bool> {
        if let Some(observed) = self.observed.get() {
            return Ok(*observed);
        }
        let observed = django::support(py)?
            .call_method0(intern!(py, "is_observed"))?
            .is_truthy()?;
        Ok(*self.observed.get_or_init(|| observed))
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
        let names = self.dicts.bind(py).get_item(self.base - 1)?;
        match names.cast::<PyDict>() {
            Ok(names) => names.get_item(intern!(py, "request")),
            Err(_) => Ok(None),
        }
    }

    /// The Django context, made for the template under way if there is none yet.
    fn python_context<'py>(
        &self,
        py: Python<'py>,
        render: &Context,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(context) = self.context(py) {
            return Ok(context.into_bound(py));
        }
        let root = render.state().root();
        let template = root.and_then(|root| python_template(py, root));
        let made = django::support(py)?
            .call_method1(intern!(py, "make_context"), (self.dicts.bind(py), template))?;
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
fn builtins(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("True", true)?;
    dict.set_item("False", false)?;
    dict.set_item("None", py.None())?;
    Ok(dict)
}

/// One scope as it was written into a dictionary.
struct Pushed<'py> {
    dict: Bound<'py, PyDict>,
    entries: Vec<(Key, Value, Bound<'py, PyAny>)>,
}

impl<'py> Pushed<'py> {
    fn new(py: Python<'py>, layer: &[(Key, Value)]) -> PyResult<Self> {
        let dict = PyDict::new(py);
        let mut entries = Vec::with_capacity(layer.len());
        for (key, value) in layer {
            let object = to_python(py, value)?;
            dict.set_item(&*name(py, key), &object)?;
            entries.push((key.clone(), value.clone(), object));
        }
        Ok(Self { dict, entries })
    }

    fn is_unchanged(&self, now: &Bound<'_, PyAny>) -> PyResult<bool> {
        if !now.is(&self.dict) || self.dict.len() != self.entries.len() {
            return Ok(false);
        }
        for (key, _, object) in &self.entries {
            let name = name(self.dict.py(), key);
            if !self
                .dict
                .get_item(&*name)?
                .is_some_and(|value| value.is(object))
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The engine's own value for an entry that Python code left alone.
    fn original(&self, name: &str, object: &Bound<'_, PyAny>) -> Option<Value> {
        self.entries
            .iter()
            .find(|(key, _, before)| key.as_str() == name && before.is(object))
            .map(|(_, value, _)| value.clone())
    }
}

/// Runs Python code with a Django context that has the names, flags and render state of the render under way.
///
/// # Errors
///
/// What the code raises.
pub(crate) fn lend<'py, R>(
    context: &mut Context,
    py: Python<'py>,
    work: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<R>,
) -> PyResult<R> {
    let scope = if let Some(scope) = Scope::shared(context) {
        scope
    } else {
        let scope = Scope::of_mapping(PyDict::new(py).as_any())?;
        context.set_extension(Some(Arc::clone(&scope) as Arc<dyn Any + Send + Sync>));
        scope
    };
    let python = scope.python_context(py, context)?;
    let dicts = scope.dicts.bind(py);
    let is_isolated = context.base().is_none();
    let kept = is_isolated.then(|| dicts.get_slice(0, dicts.len()));
    let base = if is_isolated { 1 } else { scope.base };

    if !is_isolated {
        scope.keep_top(py, context)?;
    }
    let layers = context.layers();
    let first = usize::from(!is_isolated);
    let pushed: Vec<Pushed<'py>> = layers[first..]
        .iter()
        .map(|layer| Pushed::new(py, layer))
        .collect::<PyResult<_>>()?;
    let scopes = PyList::new(py, pushed.iter().map(|scope| &scope.dict))?;
    if is_isolated {
        scopes.insert(0, builtins(py)?)?;
        dicts.set_slice(0, dicts.len(), scopes.as_any())?;
    } else {
        dicts.set_slice(base, dicts.len(), scopes.as_any())?;
    }

    let frame = Frame::enter(py, &python, &scope, context)?;
    write_flags(&python, context)?;
    let mark = intern!(py, "_djust_scope");
    let before = python.getattr_opt(mark)?;
    python.setattr(
        mark,
        LentScope {
            scope: Arc::clone(&scope),
        },
    )?;
    scope.put_lent(std::mem::take(context));
    let result = work(&python);
    *context = scope.take_lent().unwrap_or_default();
    match before {
        Some(before) => python.setattr(mark, before)?,
        None => python.delattr(mark)?,
    }
    frame.leave()?;
    read_flags(&python, context)?;
    take_over(dicts, base, &pushed, context, is_isolated)?;
    if let Some(kept) = kept {
        dicts.set_slice(0, dicts.len(), kept.as_any())?;
    }
    result
}

/// Rebuilds the engine's scopes from the dictionaries, if Python code changed them.
fn take_over<'py>(
    dicts: &Bound<'py, PyList>,
    base: usize,
    pushed: &[Pushed<'py>],
    context: &mut Context,
    is_isolated: bool,
) -> PyResult<()> {
    let mut is_changed = dicts.len() != base + pushed.len();
    for (position, scope) in pushed.iter().enumerate() {
        is_changed = is_changed || !scope.is_unchanged(&dicts.get_item(base + position)?)?;
    }
    if !is_changed {
        return Ok(());
    }
    while context.pop() {}
    context.take_top();
    for position in base..dicts.len() {
        if !(is_isolated && position == base) {
            context.push();
        }
        let flat = PyDict::new(dicts.py());
        flat.as_any()
            .call_method1(intern!(dicts.py(), "update"), (dicts.get_item(position)?,))?;
        for (key, object) in flat.iter() {
            let key = key.str()?;
            let key = key.to_str()?;
            let original = pushed
                .get(position - base)
                .and_then(|it| it.original(key, &object));
            let value = match original {
                Some(value) => value,
                None => to_value(&object)?,
            };
            context.set(key, value);
        }
    }
    Ok(())
}

/// Copies the flags of a render to a Django context.
fn write_flags(python: &Bound<'_, PyAny>, context: &Context) -> PyResult<()> {
    let py = python.py();
    python.setattr(intern!(py, "autoescape"), context.autoescape())?;
    python.setattr(intern!(py, "use_l10n"), context.use_l10n())?;
    python.setattr(intern!(py, "use_tz"), context.use_tz())
}

/// Takes the flags of a Django context over.
///
/// # Errors
///
/// A context without the attributes of Django's.
pub(crate) fn read_flags(python: &Bound<'_, PyAny>, context: &mut Context) -> PyResult<()> {
    let py = python.py();
    let flag = |value: Bound<'_, PyAny>| -> PyResult<Option<bool>> {
        if value.is_none() {
            Ok(None)
        } else {
            value.is_truthy().map(Some)
        }
    };
    context.set_autoescape(python.getattr(intern!(py, "autoescape"))?.is_truthy()?);
    context.set_use_l10n(flag(python.getattr(intern!(py, "use_l10n"))?)?);
    context.set_use_tz(flag(python.getattr(intern!(py, "use_tz"))?)?);
    Ok(())
}

/// The top of `context.render_context` while Python code of an included or parent template runs.
struct Frame<'py> {
    render_context: Bound<'py, PyAny>,
    template: Option<Bound<'py, PyAny>>,
    state: Option<Bound<'py, PyAny>>,
}

/// State that Python nodes of one template under way keep in `render_context`.
struct FrameState(Py<PyDict>);

impl<'py> Frame<'py> {
    fn enter(
        py: Python<'py>,
        python: &Bound<'py, PyAny>,
        scope: &Scope,
        context: &mut Context,
    ) -> PyResult<Self> {
        let render_context = python.getattr(intern!(py, "render_context"))?;
        let mut frame = Self {
            render_context,
            template: None,
            state: None,
        };
        if let Some(template) = context.state().template()
            && let Some(template) = python_template(py, template)
        {
            let attribute = intern!(py, "template");
            let before = frame.render_context.getattr(attribute)?;
            if !before.is(&template) {
                frame.render_context.setattr(attribute, &template)?;
                frame.template = Some(before);
            }
        }
        if context.state().depth() > scope.depth {
            let known = context.state().extension();
            let known = known.and_then(|known| known.downcast_ref::<FrameState>());
            let state = if let Some(FrameState(state)) = known {
                state.bind(py).clone()
            } else {
                let state = PyDict::new(py);
                let kept = FrameState(state.clone().unbind());
                context.state_mut().set_extension(Some(Arc::new(kept)));
                state
            };
            let stack = frame.stack()?;
            let top = stack.len() - 1;
            frame.state = Some(stack.get_item(top)?);
            stack.set_item(top, state)?;
        }
        Ok(frame)
    }

    fn stack(&self) -> PyResult<Bound<'py, PyList>> {
        let py = self.render_context.py();
        Ok(self
            .render_context
            .getattr(intern!(py, "dicts"))?
            .cast_into::<PyList>()?)
    }

    fn leave(self) -> PyResult<()> {
        if let Some(template) = &self.template {
            self.render_context
                .setattr(intern!(self.render_context.py(), "template"), template)?;
        }
        if let Some(state) = &self.state {
            let stack = self.stack()?;
            stack.set_item(stack.len() - 1, state)?;
        }
        Ok(())
    }
}
