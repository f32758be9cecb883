//! Node lists and nodes between Python and the engine.

use std::any::Any;
use std::sync::Arc;

use djust_template::{Context, NodeList, Output, Sink, SlotId, TagNode};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::annotate::annotate;
use crate::convert::raised;
use crate::django;
use crate::errors::guarded;
use crate::function_tags::{InclusionNode, SimpleNode};
use crate::lend::{lend, read_flags};
use crate::scope::{Scope, lent_scope};

/// The compiled nodes behind a node list that Python holds.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct CompiledNodes {
    nodes: NodeList,
    engine: djust_template::Engine,
}

impl CompiledNodes {
    /// Nodes that `engine` compiled.
    pub(crate) fn new(nodes: NodeList, engine: djust_template::Engine) -> Self {
        Self { nodes, engine }
    }

    /// The engine's own list.
    pub(crate) fn nodes(&self) -> &NodeList {
        &self.nodes
    }

    /// Renders inside the render that lent `scope`'s context.
    fn render_lent(
        &self,
        python: &Bound<'_, PyAny>,
        outer: &Scope,
        render: &mut Context,
    ) -> PyResult<String> {
        let py = python.py();
        let inner = Scope::of_context(python, outer.shared_classes(), render.state().depth())?;
        let before = render.extension().cloned();
        let flags = (render.autoescape(), render.use_l10n(), render.use_tz());
        render.set_extension(Some(Arc::clone(&inner) as Arc<dyn Any + Send + Sync>));
        let mut out = String::new();
        let result = read_flags(python, render).and_then(|()| {
            render.with_names(Some(inner.names(py)), |render| {
                let result = self.nodes.render(render, &mut out);
                inner.keep_top(py, render)?;
                inner.trim(py)?;
                result.map_err(|error| annotate(py, error, self.engine.is_debug()))
            })
        });
        render.set_extension(before);
        render.set_autoescape(flags.0);
        render.set_use_l10n(flags.1);
        render.set_use_tz(flags.2);
        result.map(|()| out)
    }

    /// Renders by itself, for a context that belongs to no render of ours.
    fn render_alone(&self, python: &Bound<'_, PyAny>) -> PyResult<String> {
        let py = python.py();
        let scope = Scope::of_context(python, Arc::default(), 0)?;
        let mut render = Context::from_names(scope.names(py));
        render.set_engine(&self.engine);
        render.set_extension(Some(Arc::clone(&scope) as Arc<dyn Any + Send + Sync>));
        read_flags(python, &mut render)?;
        let mut out = String::new();
        let result = self.nodes.render(&mut render, &mut out);
        scope.keep_top(py, &mut render)?;
        scope.trim(py)?;
        result
            .map_err(|error| annotate(py, error, self.engine.is_debug()))
            .map(|()| out)
    }
}

#[pymethods]
impl CompiledNodes {
    /// Renders with a Django context to a safe string.
    fn render<'py>(&self, context: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = context.py();
        guarded(py, || {
            let outer = lent_scope(context)?;
            let lent = outer
                .as_ref()
                .and_then(|outer| Some((outer, outer.take_lent()?)));
            let text = match lent {
                Some((outer, mut render)) => {
                    render.language_changed();
                    let result = self.render_lent(context, outer, &mut render);
                    outer.put_lent(render);
                    result?
                }
                None => self.render_alone(context)?,
            };
            django::safe_string(py, &text)
        })
    }
}

/// A node that the tag function of a library returned.
pub(crate) struct PyNode {
    node: Py<PyAny>,
    class_name: String,
    must_be_first: bool,
    children: Vec<(String, NodeList)>,
    slot: SlotId,
}

impl PyNode {
    /// Takes a node over, with the compiled lists in the attributes that it names in `child_nodelists`.
    ///
    /// # Errors
    ///
    /// The object is no node.
    pub(crate) fn new(node: &Bound<'_, PyAny>, slot: SlotId) -> PyResult<Self> {
        let py = node.py();
        let must_be_first = node.getattr(intern!(py, "must_be_first"))?.is_truthy()?;
        let mut children = Vec::new();
        if let Some(names) = node.getattr_opt(intern!(py, "child_nodelists"))? {
            for name in names.try_iter()? {
                let name = name?.cast_into::<PyString>()?;
                let Some(list) = node.getattr_opt(&name)? else {
                    continue;
                };
                let Some(compiled) = list.getattr_opt(intern!(py, "compiled"))? else {
                    continue;
                };
                if let Ok(compiled) = compiled.cast::<CompiledNodes>() {
                    children.push((name.to_string(), compiled.get().nodes().clone()));
                }
            }
        }
        Ok(Self {
            class_name: node.get_type().name()?.to_string(),
            node: node.clone().unbind(),
            must_be_first,
            children,
            slot,
        })
    }
}

impl TagNode for PyNode {
    fn class_name(&self) -> &str {
        &self.class_name
    }

    fn must_be_first(&self) -> bool {
        self.must_be_first
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        self.children
            .iter()
            .map(|(name, list)| (name.as_str(), list))
            .collect()
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> djust_template::Result<()> {
        Python::attach(|py| {
            let node = self.node.bind(py);
            let rendered = lend(context, py, |python| {
                node.call_method1(intern!(py, "render_annotated"), (python,))
            });
            let rendered = raised(rendered)?;
            raised(write_rendered(&rendered, self.slot, out))
        })
    }
}

/// Writes what a node returned. Django joins the results of all nodes, so it must be a string.
///
/// # Errors
///
/// It is no string.
pub(crate) fn write_rendered(
    rendered: &Bound<'_, PyAny>,
    slot: SlotId,
    out: &mut dyn Sink,
) -> PyResult<()> {
    let Ok(text) = rendered.cast::<PyString>() else {
        let class = rendered.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "sequence item 0: expected str instance, {class} found"
        )));
    };
    out.value(slot, Output::Markup(text.to_str()?));
    Ok(())
}

/// What a tag function returned, as a node of the engine.
///
/// # Errors
///
/// The object is no node.
pub(crate) fn adopt(
    node: &Bound<'_, PyAny>,
    parser: &mut djust_template::Parser,
) -> djust_template::Result<Arc<dyn TagNode>> {
    let py = node.py();
    let class = node.get_type();
    if class.is(raised(django::simple_node_class(py))?) {
        return Ok(Arc::new(SimpleNode::new(node, parser)?));
    }
    if class.is(raised(django::inclusion_node_class(py))?)
        && let Some(node) = InclusionNode::new(node, parser)?
    {
        return Ok(Arc::new(node));
    }
    let slot = parser.slot();
    Ok(Arc::new(raised(PyNode::new(node, slot))?))
}
