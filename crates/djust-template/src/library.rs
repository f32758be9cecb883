//! Filters and tags by name.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::filters::{MakeStep, Step};
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::value::{Str, Value};

/// What a filter made of its input.
#[derive(Clone, Debug)]
pub enum Filtered {
    /// The new value.
    Value(Value),
    /// The filter does not understand its input: the host is asked ([`Host::filter`](crate::Host::filter)).
    Declined,
}

impl<T: Into<Value>> From<T> for Filtered {
    fn from(value: T) -> Self {
        Self::Value(value.into())
    }
}

/// A filter's function: input, argument, and the context for autoescape, locale and host.
pub type FilterFunction =
    dyn Fn(&Value, Option<&Value>, &Context) -> Result<Filtered> + Send + Sync;

/// A filter with what Django's decorators say about it.
///
/// ```
/// use djust_template::{Engine, Filter, Library};
///
/// let shout = Filter::new("shout", |value, _, _| Ok(format!("{}!", value.text()?).into()));
/// let library = Library::new().with_filter(shout.string().keeps_safe());
/// let engine = Engine::builder().builtins(library).build();
/// let template = engine.template_from_str("{{ 'hi'|shout }}")?;
/// assert_eq!(template.render(&mut Default::default())?, "hi!");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Clone)]
pub struct Filter {
    name: Arc<str>,
    function: Arc<FilterFunction>,
    /// Arguments besides the input: least and most (0 or 1 in the language).
    arguments: (u8, u8),
    keeps_safe: bool,
    string: bool,
    local_time: bool,
    depends: Depends,
    make_step: Option<MakeStep>,
}

/// What the output of a filter depends on beside its input, its argument and autoescape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depends {
    Nothing,
    Anything,
}

impl Filter {
    /// A filter without argument.
    pub fn new<F>(name: &str, function: F) -> Self
    where
        F: Fn(&Value, Option<&Value>, &Context) -> Result<Filtered> + Send + Sync + 'static,
    {
        Self {
            name: name.into(),
            function: Arc::new(function),
            arguments: (0, 0),
            keeps_safe: false,
            string: false,
            local_time: false,
            depends: Depends::Anything,
            make_step: None,
        }
    }

    /// The filter needs an argument.
    #[must_use]
    pub fn argument(self) -> Self {
        Self {
            arguments: (1, 1),
            ..self
        }
    }

    /// The filter takes an argument or none.
    #[must_use]
    pub fn optional_argument(self) -> Self {
        Self {
            arguments: (0, 1),
            ..self
        }
    }

    /// Number of arguments besides the input, least and most, for functions of a host.
    #[must_use]
    pub fn arguments(self, least: u8, most: u8) -> Self {
        Self {
            arguments: (least, most),
            ..self
        }
    }

    /// `is_safe`: a safe input gives a safe output.
    #[must_use]
    pub fn keeps_safe(self) -> Self {
        Self {
            keeps_safe: true,
            ..self
        }
    }

    /// `stringfilter`: the input is turned into a string first (a safe string stays safe).
    #[must_use]
    pub fn string(self) -> Self {
        Self {
            string: true,
            ..self
        }
    }

    /// `expects_localtime`: an aware moment is told in local time first.
    #[must_use]
    pub fn local_time(self) -> Self {
        Self {
            local_time: true,
            ..self
        }
    }

    /// What the filter makes of a text, an integer, a truth value or `None` depends on that, on its argument and on
    /// autoescape, and on nothing else.
    #[must_use]
    pub(crate) fn plain(self) -> Self {
        Self {
            depends: Depends::Nothing,
            ..self
        }
    }

    /// With an argument that is known before, or with none, the filter can be applied to plain values in place.
    #[must_use]
    pub(crate) fn steps(self, make_step: Option<MakeStep>) -> Self {
        Self { make_step, ..self }
    }

    /// The filter with that argument as a step in place.
    pub(crate) fn step(&self, argument: Option<&Value>) -> Option<Step> {
        self.make_step?(argument)
    }

    /// Whether that was said of it.
    pub(crate) fn is_plain(&self) -> bool {
        self.depends == Depends::Nothing
    }

    /// The name under which the filter was made.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Least and most arguments besides the input.
    pub fn arity(&self) -> (u8, u8) {
        self.arguments
    }

    /// Runs the filter by Django's rules (`FilterExpression.resolve`): conversion, local time, safety, host.
    ///
    /// # Errors
    ///
    /// What the filter or the host raises.
    pub fn apply(
        &self,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> Result<Value> {
        let needs_text = self.string && !matches!(value, Value::Str(_));
        let needs_local = self.local_time && matches!(value, Value::Object(_) | Value::DateTime(_));
        if needs_text || needs_local {
            let input = self.converted(value, context)?;
            return self.run(&input, value, argument, context);
        }
        self.run(value, value, argument, context)
    }

    /// The input as the filter wants it.
    fn converted(&self, value: &Value, context: &Context) -> Result<Value> {
        if self.string {
            return value.text().map(Value::Str);
        }
        // A date of the host is made plain here, so that the filter need not do it again.
        Ok(match value.native()? {
            moment @ Value::DateTime(_) => context.local_time(&moment)?,
            date @ (Value::Date(_) | Value::Time(_)) => date,
            _ => value.clone(),
        })
    }

    #[inline]
    fn run(
        &self,
        input: &Value,
        value: &Value,
        argument: Option<&Value>,
        context: &Context,
    ) -> Result<Value> {
        let result = match (self.function)(input, argument, context) {
            Err(error) if is_of_conversion(&error) && takes_object(value, argument) => {
                // Messages name the class of an object, which the host knows.
                context
                    .host()
                    .filter(&self.name, value, argument, context)?
                    .map(Filtered::Value)
                    .ok_or(error)
            }
            result => result,
        };
        match result? {
            Filtered::Value(Value::Str(text)) if self.keeps_safe && input.is_safe() => {
                Ok(Value::Str(text.mark_safe()))
            }
            Filtered::Value(output) => Ok(output),
            Filtered::Declined => {
                let output = context.declined(&self.name, value, argument)?;
                Ok(match output {
                    Value::Str(text) if self.keeps_safe && input.is_safe() => {
                        Value::Str(text.mark_safe())
                    }
                    output => output,
                })
            }
        }
    }
}

fn is_of_conversion(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Type | ErrorKind::Value | ErrorKind::Overflow
    )
}

fn takes_object(value: &Value, argument: Option<&Value>) -> bool {
    let is_object = |value: &Value| matches!(value, Value::Object(_));
    is_object(value) || argument.is_some_and(is_object)
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Compiles one tag. The parser stands directly behind the tag's token.
///
/// Closures of the right type implement it. A host tag that drives the parser from another language moves the parser
/// into a cell of its own for the time of the call: `std::mem::take(parser)`, and puts it back afterwards.
pub trait CompileTag: Send + Sync {
    /// Reads what belongs to the tag and makes its node.
    ///
    /// # Errors
    ///
    /// Syntax errors; exceptions of the host.
    fn compile(&self, parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>>;
}

impl<F> CompileTag for F
where
    F: Fn(&mut Parser, &Token) -> Result<Arc<dyn TagNode>> + Send + Sync,
{
    fn compile(&self, parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
        self(parser, token)
    }
}

/// The name of a tag or filter that needs no `{% load %}`.
///
/// ```
/// use djust_template::{Builtin, Engine};
/// let engine = Engine::default();
/// let template = engine.template_from_str("{% if a %}{{ a|upper }}{{ b|upper }}{% endif %}")?;
/// let used: Vec<_> = template.builtins().collect();
/// let [(place, Builtin::Tag(tag)), (_, Builtin::Filter(filter))] = used[..] else { panic!() };
/// assert_eq!((tag.as_str(), filter.as_str()), ("if", "upper"));
/// assert_eq!(engine.builtin_names()[place], Builtin::Tag("if".into()));
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// A tag.
    Tag(Str),
    /// A filter.
    Filter(Str),
}

/// What is found by a name that programs choose, so that a hash with a fixed key will do.
type Table<T> = HashMap<Arc<str>, T, FixedState>;

/// Tags and filters that are loaded together.
#[derive(Clone, Default)]
pub struct Library {
    tags: Table<Arc<dyn CompileTag>>,
    filters: Table<Arc<Filter>>,
}

impl Library {
    /// An empty library.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a filter under its own name.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filters
            .insert(Arc::clone(&filter.name), Arc::new(filter));
        self
    }

    /// Adds a filter under a name.
    pub fn add_filter(&mut self, name: &str, filter: Arc<Filter>) {
        self.filters.insert(name.into(), filter);
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, name: &str, tag: impl CompileTag + 'static) -> Self {
        self.add_tag(name, Arc::new(tag));
        self
    }

    /// Adds a tag.
    pub fn add_tag(&mut self, name: &str, tag: Arc<dyn CompileTag>) {
        self.tags.insert(name.into(), tag);
    }

    /// The filter of that name.
    pub fn filter(&self, name: &str) -> Option<&Arc<Filter>> {
        self.filters.get(name)
    }

    /// The tag of that name.
    pub fn tag(&self, name: &str) -> Option<&Arc<dyn CompileTag>> {
        self.tags.get(name)
    }

    /// Names of all filters, in no order.
    pub fn filter_names(&self) -> impl Iterator<Item = &str> {
        self.filters.keys().map(AsRef::as_ref)
    }

    /// Names of all tags, in no order.
    pub fn tag_names(&self) -> impl Iterator<Item = &str> {
        self.tags.keys().map(AsRef::as_ref)
    }

    /// Removes tags and filters of these names.
    pub fn remove(&mut self, tags: &[String], filters: &[String]) {
        for name in tags {
            self.tags.remove(name.as_str());
        }
        for name in filters {
            self.filters.remove(name.as_str());
        }
    }

    /// Adds everything of `other`, which wins over what is here.
    pub fn extend(&mut self, other: &Self) {
        self.tags.extend(
            other
                .tags
                .iter()
                .map(|(name, tag)| (Arc::clone(name), Arc::clone(tag))),
        );
        self.filters.extend(
            other
                .filters
                .iter()
                .map(|(name, filter)| (Arc::clone(name), Arc::clone(filter))),
        );
    }
}

/// Places of the built-in tags and filters that a template uses, each once.
pub(crate) type UsedBuiltins = SmallVec<[u32; 8]>;

/// What templates have without `{% load %}`, each with its place in a list of all.
#[derive(Default)]
pub(crate) struct Builtins {
    tags: Table<(u32, Arc<dyn CompileTag>)>,
    filters: Table<(u32, Arc<Filter>)>,
    names: Vec<Builtin>,
}

impl Builtins {
    /// What a library has.
    pub(crate) fn of(library: &Library) -> Self {
        let mut made = Self::default();
        let Self {
            tags,
            filters,
            names,
        } = &mut made;
        let mut place = |name| {
            names.push(name);
            (names.len() - 1) as u32
        };
        for (name, tag) in &library.tags {
            let place = place(Builtin::Tag(Str::new(name)));
            tags.insert(Arc::clone(name), (place, Arc::clone(tag)));
        }
        for (name, filter) in &library.filters {
            let place = place(Builtin::Filter(Str::new(name)));
            filters.insert(Arc::clone(name), (place, Arc::clone(filter)));
        }
        made
    }

    /// The tag of that name and its place.
    pub(crate) fn tag(&self, name: &str) -> Option<&(u32, Arc<dyn CompileTag>)> {
        self.tags.get(name)
    }

    /// The filter of that name and its place.
    pub(crate) fn filter(&self, name: &str) -> Option<&(u32, Arc<Filter>)> {
        self.filters.get(name)
    }

    /// All names.
    pub(crate) fn names(&self) -> &[Builtin] {
        &self.names
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library")
            .field("tags", &self.tags.keys())
            .field("filters", &self.filters.keys())
            .finish()
    }
}

impl AsRef<Self> for Library {
    fn as_ref(&self) -> &Self {
        self
    }
}
