//! Node lists and nodes between Python and the engine.

use std::any::Any;
use std::sync::Arc;

use djust_template::value::{Key, Value};
use djust_template::{Context, FilterExpression, NodeList, Output, Reader, Sink, SlotId, TagNode};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::convert::{raised, string, to_python, to_value};
use crate::django;
use crate::engine::annotate;
use crate::errors::guarded;
use crate::scope::{Scope, lend, lent_scope, read_flags};

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
fn write_rendered(rendered: &Bound<'_, PyAny>, slot: SlotId, out: &mut dyn Sink) -> PyResult<()> {
    let Ok(text) = rendered.cast::<PyString>() else {
        let class = rendered.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "sequence item 0: expected str instance, {class} found"
        )));
    };
    out.value(slot, Output::Markup(text.to_str()?));
    Ok(())
}

/// An argument of a simple tag.
enum Argument {
    Constant(Py<PyAny>),
    Expression(FilterExpression),
}

impl Argument {
    fn new(py: Python<'_>, expression: FilterExpression) -> PyResult<Self> {
        match expression.constant() {
            Some(value) => Ok(Self::Constant(to_python(py, value)?.unbind())),
            None => Ok(Self::Expression(expression)),
        }
    }

    fn resolve<'py>(
        &self,
        py: Python<'py>,
        context: &mut Context,
    ) -> djust_template::Result<Bound<'py, PyAny>> {
        match self {
            Self::Constant(value) => Ok(value.bind(py).clone()),
            Self::Expression(expression) => {
                let value = expression.resolve(context)?;
                raised(to_python(py, &value))
            }
        }
    }
}

/// A tag made by `simple_tag`: its arguments are resolved by the engine, its function is called.
pub(crate) struct SimpleNode {
    function: Py<PyAny>,
    takes_context: bool,
    arguments: Vec<Argument>,
    keywords: Vec<(Py<PyString>, Argument)>,
    target: Option<Key>,
    slot: SlotId,
}

impl SimpleNode {
    /// The tag behind a node of exactly Django's class `SimpleNode`.
    ///
    /// # Errors
    ///
    /// The node's expressions cannot be compiled by the engine.
    pub(crate) fn new(
        node: &Bound<'_, PyAny>,
        parser: &mut djust_template::Parser,
    ) -> djust_template::Result<Self> {
        let py = node.py();
        let read = |name: &str| raised(node.getattr(name));
        let mut arguments = Vec::new();
        for expression in raised(read("args")?.try_iter())? {
            arguments.push(compile(&raised(expression)?, parser)?);
        }
        let mut keywords = Vec::new();
        let named = read("kwargs")?;
        let named = named
            .cast::<PyDict>()
            .map_err(|error| crate::errors::from_python(error.into()))?;
        for (name, expression) in named.iter() {
            let name = PyString::intern(py, raised(raised(name.str())?.to_str())?).unbind();
            keywords.push((name, compile(&expression, parser)?));
        }
        let target = read("target_var")?;
        let target = if target.is_none() {
            None
        } else {
            Some(parser.key(raised(raised(target.str())?.to_str())?))
        };
        Ok(Self {
            function: read("func")?.unbind(),
            takes_context: raised(read("takes_context")?.is_truthy())?,
            arguments,
            keywords,
            target,
            slot: parser.slot(),
        })
    }

    fn call<'py>(
        &self,
        py: Python<'py>,
        context: &mut Context,
    ) -> djust_template::Result<Bound<'py, PyAny>> {
        let mut arguments = Vec::with_capacity(self.arguments.len() + 1);
        for argument in &self.arguments {
            arguments.push(argument.resolve(py, context)?);
        }
        let keywords = if self.keywords.is_empty() {
            None
        } else {
            Some(PyDict::new(py))
        };
        if let Some(keywords) = &keywords {
            for (name, argument) in &self.keywords {
                let value = argument.resolve(py, context)?;
                raised(keywords.set_item(name, value))?;
            }
        }
        let function = self.function.bind(py);
        if self.takes_context {
            raised(lend(context, py, |python| {
                arguments.insert(0, python.clone());
                function.call(PyTuple::new(py, &arguments)?, keywords.as_ref())
            }))
        } else {
            raised(
                PyTuple::new(py, &arguments)
                    .and_then(|arguments| function.call(arguments, keywords.as_ref())),
            )
        }
    }
}

fn compile(
    expression: &Bound<'_, PyAny>,
    parser: &mut djust_template::Parser,
) -> djust_template::Result<Argument> {
    let text = raised(expression.getattr("token"))?;
    let text = raised(text.str())?;
    let expression_of_engine = parser.compile_filter(raised(text.to_str())?)?;
    raised(Argument::new(expression.py(), expression_of_engine))
}

impl TagNode for SimpleNode {
    fn class_name(&self) -> &'static str {
        "SimpleNode"
    }

    fn reads(&self, reader: &mut Reader) {
        if self.takes_context {
            reader.anything();
        }
        let keywords = self.keywords.iter().map(|(_, argument)| argument);
        for argument in self.arguments.iter().chain(keywords) {
            if let Argument::Expression(expression) = argument {
                reader.value(expression);
            }
        }
        reader.hide(self.target.as_ref());
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> djust_template::Result<()> {
        Python::attach(|py| {
            let output = self.call(py, context)?;
            if let Some(target) = &self.target {
                let value: Value = raised(to_value(&output))?;
                context.set(target.clone(), value);
                return Ok(());
            }
            if !context.autoescape() {
                return raised(write_rendered(&output, self.slot, out));
            }
            // Django: conditional_escape(output)
            let text = raised(escaped(&output))?;
            let written = if text.is_safe() {
                Output::Markup(&text)
            } else {
                Output::Text(&text)
            };
            out.value(self.slot, written);
            context.count_output(text.len())
        })
    }
}

fn escaped(output: &Bound<'_, PyAny>) -> PyResult<djust_template::value::Str> {
    let py = output.py();
    if output.cast::<PyString>().is_ok() {
        return string(output);
    }
    if output.is_instance(django::promise_class(py)?)? {
        return string(output.str()?.as_any());
    }
    if output.hasattr(intern!(py, "__html__"))? {
        return string(output);
    }
    Ok(djust_template::value::Str::new(output.str()?.to_str()?))
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
    if node.get_type().is(raised(django::simple_node_class(py))?) {
        return Ok(Arc::new(SimpleNode::new(node, parser)?));
    }
    let slot = parser.slot();
    Ok(Arc::new(raised(PyNode::new(node, slot))?))
}
