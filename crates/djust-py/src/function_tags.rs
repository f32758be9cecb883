//! Tags made of functions: `simple_tag` and `inclusion_tag`.
//!
//! The engine resolves their arguments and renders what they include; of Python there is the function itself.

use std::any::Any;
use std::sync::Arc;

use djust_template::value::{Key, Value};
use djust_template::{
    Context, Error, FilterExpression, Output, Reader, Sink, SlotId, TagNode, Template,
};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::convert::{raised, string, to_python, to_value};
use crate::django;
use crate::lend::lend;
use crate::nodes::write_rendered;
use crate::scope::Scope;

/// An argument of a simple tag.
pub(crate) enum Argument {
    Constant(Py<PyAny>),
    Expression(FilterExpression),
}

impl Argument {
    /// An argument with its constant made once.
    ///
    /// # Errors
    ///
    /// What making it raises.
    pub(crate) fn new(py: Python<'_>, expression: FilterExpression) -> PyResult<Self> {
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

/// A call of a tag's function: its arguments are resolved by the engine.
pub(crate) struct Call {
    function: Py<PyAny>,
    takes_context: bool,
    arguments: Vec<Argument>,
    keywords: Vec<(Py<PyString>, Argument)>,
}

impl Call {
    /// The call behind a node of one of Django's classes for such tags.
    fn new(
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
        Ok(Self {
            function: read("func")?.unbind(),
            takes_context: raised(read("takes_context")?.is_truthy())?,
            arguments,
            keywords,
        })
    }

    /// The call of a function with such arguments.
    pub(crate) fn of(
        function: Py<PyAny>,
        takes_context: bool,
        arguments: Vec<Argument>,
        keywords: Vec<(Py<PyString>, Argument)>,
    ) -> Self {
        Self {
            function,
            takes_context,
            arguments,
            keywords,
        }
    }

    /// Tells what the arguments, or the function itself, read of the context.
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
    }

    fn run<'py>(
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

/// A tag made by `simple_tag`.
pub(crate) struct SimpleNode {
    call: Call,
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
        let target = raised(node.getattr("target_var"))?;
        let target = if target.is_none() {
            None
        } else {
            Some(parser.key(raised(raised(target.str())?.to_str())?))
        };
        Ok(Self::of_call(Call::new(node, parser)?, target, parser))
    }

    /// The tag that calls a function, and sets `target` to what it returns.
    pub(crate) fn of_call(
        call: Call,
        target: Option<Key>,
        parser: &mut djust_template::Parser,
    ) -> Self {
        Self {
            call,
            target,
            slot: parser.slot(),
        }
    }
}

impl TagNode for SimpleNode {
    fn class_name(&self) -> &'static str {
        "SimpleNode"
    }

    fn reads(&self, reader: &mut Reader) {
        self.call.reads(reader);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> djust_template::Result<()> {
        Python::attach(|py| {
            let output = self.call.run(py, context)?;
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

/// A tag made by `inclusion_tag`: the template that it renders is rendered by the engine.
pub(crate) struct InclusionNode {
    /// Django's node, for what only Django's own code can render.
    node: Py<PyAny>,
    call: Call,
    /// Names of templates; the first that exists is rendered.
    templates: Vec<String>,
    is_one: bool,
    csrf_token: Key,
    slot: SlotId,
}

/// The template of an inclusion tag, looked for once in each template under way.
#[derive(Default)]
struct Included(Option<Arc<Template>>);

impl InclusionNode {
    /// The tag behind a node of exactly Django's class `InclusionNode`, if it names its template.
    ///
    /// # Errors
    ///
    /// The node's expressions cannot be compiled by the engine.
    pub(crate) fn new(
        node: &Bound<'_, PyAny>,
        parser: &mut djust_template::Parser,
    ) -> djust_template::Result<Option<Self>> {
        Self::of_call(Call::new(node, parser)?, node, parser)
    }

    /// The tag that shows the template of one of Django's nodes with what a call returns, if the node names it.
    ///
    /// # Errors
    ///
    /// What reading the name raises.
    pub(crate) fn of_call(
        call: Call,
        node: &Bound<'_, PyAny>,
        parser: &mut djust_template::Parser,
    ) -> djust_template::Result<Option<Self>> {
        let filename = raised(node.getattr("filename"))?;
        let (templates, is_one) = if let Ok(name) = filename.cast_exact::<PyString>() {
            (vec![name.to_string()], true)
        } else if filename.is_exact_instance_of::<PyList>()
            || filename.is_exact_instance_of::<PyTuple>()
        {
            match filename.extract() {
                Ok(names) => (names, false),
                Err(_) => return Ok(None),
            }
        } else {
            return Ok(None);
        };
        Ok(Some(Self {
            call,
            node: node.clone().unbind(),
            templates,
            is_one,
            csrf_token: parser.key("csrf_token"),
            slot: parser.slot(),
        }))
    }

    fn template(&self, context: &mut Context) -> djust_template::Result<Arc<Template>> {
        if let Included(Some(template)) = context.state_mut().get::<Included>(self.slot) {
            return Ok(Arc::clone(template));
        }
        let engine = context.engine().cloned();
        let engine = engine.ok_or_else(|| Error::syntax("an inclusion tag outside of a render"))?;
        let template = match &self.templates[..] {
            [name] if self.is_one => engine.get_template(name)?,
            names => engine.select_template(names)?,
        };
        context.state_mut().get::<Included>(self.slot).0 = Some(Arc::clone(&template));
        Ok(template)
    }

    /// Renders the template with `names` alone (`InclusionNode.render`).
    fn include(
        &self,
        names: &Bound<'_, PyDict>,
        outer: &Arc<Scope>,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> djust_template::Result<()> {
        let py = names.py();
        let template = self.template(context)?;
        match context.get(&self.csrf_token)? {
            None | Some(Value::None) => {}
            Some(token) => {
                let token = raised(to_python(py, &token))?;
                raised(names.set_item(self.csrf_token.as_str(), token))?;
            }
        }
        let scope = raised(Scope::of_inclusion(
            names,
            outer,
            context.state().depth() + 1,
        ))?;
        let before = context.extension().cloned();
        context.set_extension(Some(Arc::clone(&scope) as Arc<dyn Any + Send + Sync>));
        let flags = (context.autoescape(), context.use_l10n(), context.use_tz());
        let result = context.with_names(Some(scope.names(py)), |context| {
            let result = template.render_to(context, out);
            raised(scope.keep_top(py, context))?;
            raised(scope.trim(py))?;
            result
        });
        // A tag in it may have changed the flags of its own context.
        context.set_autoescape(flags.0);
        context.set_use_l10n(flags.1);
        context.set_use_tz(flags.2);
        context.set_extension(before);
        result
    }
}

impl TagNode for InclusionNode {
    fn class_name(&self) -> &'static str {
        "InclusionNode"
    }

    fn reads(&self, reader: &mut Reader) {
        self.call.reads(reader);
        reader.names(std::slice::from_ref(&self.csrf_token));
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> djust_template::Result<()> {
        Python::attach(|py| {
            let names = self.call.run(py, context)?;
            if let (Ok(names), Some(outer)) = (names.cast_exact::<PyDict>(), Scope::shared(context))
            {
                return self.include(names, &outer, context, out);
            }
            let support = raised(django::support(py))?;
            let rendered = raised(lend(context, py, |python| {
                let arguments = (self.node.bind(py), python, names);
                support.call_method1(intern!(py, "render_inclusion"), arguments)
            }))?;
            raised(write_rendered(&rendered, self.slot, out))
        })
    }
}
