//! Lending a render's context to Python code.
//!
//! Before Python code runs that takes a context, the scopes of the render become dictionaries of a Django context;
//! afterwards what the code changed there is taken over.

use std::any::Any;
use std::sync::Arc;

use djust_template::Context;
use djust_template::value::{Key, Value};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{to_python, to_value};
use crate::lookup::name;
use crate::scope::{LentScope, Scope, builtins};
use crate::template_host::python_template;

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
    let dicts = scope.dicts(py);
    let is_isolated = context.base().is_none();
    let kept = is_isolated.then(|| dicts.get_slice(0, dicts.len()));
    let base = if is_isolated { 1 } else { scope.base() };

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
    // The code may have made another language active.
    context.language_changed();
    match before {
        Some(before) => python.setattr(mark, before)?,
        None => python.delattr(mark)?,
    }
    frame.leave()?;
    read_flags(&python, context)?;
    context.language_changed();
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
        if context.state().depth() > scope.depth() {
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
