//! Filter expressions at run time.

mod in_place;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::filters::Step;
use crate::inherit::BlockObject;
use crate::library::Filter;
use crate::render::{Sink, Slot, SlotId};
use crate::value::{Key, Rendered, Resolved, Value};

/// A value in an expression.
#[derive(Clone)]
pub(crate) enum Operand {
    /// A literal.
    Constant(Value),
    /// `_("…")`: looked up in the active language at each use.
    Translated(Arc<str>),
    /// A path of names, at least one.
    Variable(Arc<[Key]>),
    /// A path of names that ends in `super`, so that it may lead to the block of a parent template.
    Super(Arc<[Key]>),
}

/// One filter of a chain.
#[derive(Clone)]
pub(crate) struct FilterCall {
    pub(crate) filter: Arc<Filter>,
    pub(crate) argument: Option<Operand>,
    /// The filter with its argument, applied to plain values in place.
    step: Option<Step>,
}

/// A compiled filter expression: a value and the filters that it goes through.
#[derive(Clone)]
pub struct FilterExpression {
    text: SmolStr,
    operand: Operand,
    filters: Box<[FilterCall]>,
    /// No filter has an argument that is looked up.
    is_steady: bool,
}

impl FilterExpression {
    pub(crate) fn new(text: &str, operand: Operand, filters: Vec<FilterCall>) -> Self {
        Self {
            text: SmolStr::new(text),
            operand,
            is_steady: filters.iter().all(FilterCall::is_steady),
            filters: filters.into(),
        }
    }

    /// The text of the expression.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The path, if the expression is a variable without filters.
    pub fn path(&self) -> Option<&[Key]> {
        match &self.operand {
            Operand::Variable(path) | Operand::Super(path) if self.filters.is_empty() => Some(path),
            _ => None,
        }
    }

    /// The path, if the expression is an attribute of a variable, or one of that, and its filters look nothing up.
    #[inline]
    pub(crate) fn attribute(&self) -> Option<&[Key]> {
        match &self.operand {
            Operand::Variable(path) if path.len() > 1 && self.is_steady => Some(path),
            _ => None,
        }
    }

    /// The path, if the expression is a variable without filters that leads to no block.
    pub(crate) fn shared_path(&self) -> Option<&Arc<[Key]>> {
        match &self.operand {
            Operand::Variable(path) if self.filters.is_empty() => Some(path),
            _ => None,
        }
    }

    /// The value, if the expression is a literal without filters.
    pub fn constant(&self) -> Option<&Value> {
        match &self.operand {
            Operand::Constant(value) if self.filters.is_empty() => Some(value),
            _ => None,
        }
    }

    /// The value with its first part translated before the filters, as `{% translate %}` shows it.
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`].
    pub(crate) fn translated(
        &self,
        message_context: Option<&str>,
        context: &mut Context,
    ) -> Result<Value> {
        if matches!(self.operand, Operand::Translated(_)) {
            return self.resolve(context);
        }
        let Ok(value) = self.operand.resolve(context)? else {
            return self.resolve(context);
        };
        let message = match value.native()? {
            Value::Str(message) => message,
            other => return Err(not_translatable(&value, &other)),
        };
        let host = context.host();
        let doubled = doubled(&message);
        let text = match message_context {
            _ if doubled.is_empty() => doubled.into_owned(),
            Some(message_context) => host.pgettext(message_context, &doubled),
            None => host.gettext(&doubled),
        };
        let text = if message.is_safe() {
            Value::safe(text)
        } else {
            Value::from(text)
        };
        self.filter_value(text, context)
    }

    /// The same chain of filters on another value.
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`].
    pub(crate) fn filter_value(&self, value: Value, context: &mut Context) -> Result<Value> {
        let mut value = value;
        for call in &self.filters {
            value = call.apply(&value, context)?;
        }
        Ok(value)
    }

    /// What is looked up, and what is done with it.
    pub(crate) fn parts(&self) -> (&Operand, &[FilterCall]) {
        (&self.operand, &self.filters)
    }

    /// Names of the filters, first to last.
    pub(crate) fn filter_names(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().map(|call| call.filter.name())
    }

    /// The value; a variable that does not exist gives `string_if_invalid`.
    ///
    /// # Errors
    ///
    /// What a filter, its argument or the host raises.
    pub fn resolve(&self, context: &mut Context) -> Result<Value> {
        let value = match &self.operand {
            Operand::Constant(value) => value.clone(),
            Operand::Variable(path) => match context.resolve(path)? {
                Resolved::Value(value) => value,
                Resolved::Invalid | Resolved::Itself => string_if_invalid(context).into(),
                Resolved::Missing { .. } => return self.resolve_missing(context),
            },
            Operand::Translated(_) | Operand::Super(_) => return self.resolve_special(context),
        };
        self.filter_value(value, context)
    }

    /// What stands for a variable that does not exist.
    fn resolve_missing(&self, context: &mut Context) -> Result<Value> {
        match invalid(context, &self.operand) {
            // Django: only an empty `string_if_invalid` goes through the filters.
            Some(text) => Ok(text),
            None => self.filter_value(Value::empty(), context),
        }
    }

    fn resolve_special(&self, context: &mut Context) -> Result<Value> {
        match self.operand.resolve(context)? {
            Ok(value) => self.filter_value(value, context),
            Err(_) => self.resolve_missing(context),
        }
    }

    /// `bool` of the value; a variable that does not exist is false.
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`].
    pub fn test(&self, context: &mut Context) -> Result<bool> {
        if let Operand::Variable(path) = &self.operand
            && self.filters.is_empty()
        {
            return Ok(context.test_path(path)?.unwrap_or(false));
        }
        self.resolve_or_none(context)?.truth()
    }

    /// The value; a variable that does not exist gives `None` (Django: `ignore_failures`).
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`].
    pub fn resolve_or_none(&self, context: &mut Context) -> Result<Value> {
        if let Operand::Variable(path) = &self.operand
            && self.filters.is_empty()
            && let Some(value) = context.plain(path)
        {
            return Ok(value);
        }
        self.resolve_quietly(context)
    }

    /// The same for a value that will hardly be a text or a number.
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`].
    pub(crate) fn resolve_quietly(&self, context: &mut Context) -> Result<Value> {
        let value = match &self.operand {
            Operand::Constant(value) => value.clone(),
            Operand::Variable(path) => match context.resolve(path)? {
                Resolved::Value(value) => value,
                Resolved::Invalid | Resolved::Itself => string_if_invalid(context).into(),
                Resolved::Missing { .. } => Value::None,
            },
            operand => operand.resolve(context)?.unwrap_or(Value::None),
        };
        self.filter_value(value, context)
    }

    /// Writes the value as `{{ }}` does.
    ///
    /// # Errors
    ///
    /// As [`FilterExpression::resolve`]; a limit on the output reached.
    pub fn render(&self, context: &mut Context, slot: SlotId, out: &mut dyn Sink) -> Result<()> {
        let autoescape = context.autoescape();
        if self.filters.is_empty()
            && let Operand::Super(path) = &self.operand
            && let Some(block) = find_block(path, context)?
        {
            return block_object(&block).map_or(Ok(()), |block| block.render_parent(context, out));
        }
        let mut slot = Slot::new(out, slot, autoescape);
        match &self.operand {
            Operand::Variable(path) if self.filters.is_empty() => {
                let rendered = context.render_path(path, &mut slot)?;
                self.settle(&rendered, context, &mut slot)?;
            }
            Operand::Variable(path) if self.is_steady => {
                let resolved = context.resolve(path)?;
                self.show_resolved(resolved, context, &mut slot)?;
            }
            _ => self.resolve(context)?.render(context, &mut slot)?,
        }
        let written = slot.written();
        context.count_output(written)
    }
}

impl FilterExpression {
    /// Writes what stands for a variable that was not written.
    #[inline]
    pub(crate) fn settle(
        &self,
        rendered: &Rendered,
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<()> {
        match rendered {
            Rendered::Written => {}
            Rendered::Invalid => slot.text(string_if_invalid(context)),
            Rendered::Missing => match invalid(context, &self.operand) {
                Some(text) => text.render(context, slot)?,
                None => slot.text(""),
            },
        }
        Ok(())
    }
}

impl FilterCall {
    pub(crate) fn new(filter: Arc<Filter>, argument: Option<Operand>) -> Self {
        let step = match &argument {
            None => filter.step(None),
            Some(Operand::Constant(argument)) => filter.step(Some(argument)),
            Some(_) => None,
        };
        Self {
            filter,
            argument,
            step,
        }
    }

    /// Whether the argument, if there is one, is known.
    fn is_steady(&self) -> bool {
        matches!(&self.argument, None | Some(Operand::Constant(_)))
    }

    /// The filter applied; its argument is known.
    fn apply_steady(&self, value: &Value, context: &Context) -> Result<Value> {
        let argument = match &self.argument {
            Some(Operand::Constant(constant)) => Some(constant),
            _ => None,
        };
        self.filter.apply(value, argument, context)
    }

    fn apply(&self, value: &Value, context: &mut Context) -> Result<Value> {
        let resolved;
        let argument = match &self.argument {
            None => None,
            Some(Operand::Constant(constant)) => Some(constant),
            Some(argument) => {
                resolved = argument.require(context)?;
                Some(&resolved)
            }
        };
        self.filter.apply(value, argument, context)
    }
}

impl Operand {
    /// The operand for a path of names.
    pub(crate) fn path(path: Arc<[Key]>) -> Self {
        if path.len() > 1 && path[path.len() - 1].as_str() == "super" {
            Self::Super(path)
        } else {
            Self::Variable(path)
        }
    }

    /// The value, or why there is none.
    fn resolve(&self, context: &mut Context) -> Result<Result<Value, Missing>> {
        if let Self::Super(path) = self
            && let Some(value) = find_block(path, context)?
            && let Some(block) = block_object(&value)
        {
            return block.parent(context).map(Ok);
        }
        Ok(Ok(match self {
            Self::Constant(value) => value.clone(),
            Self::Translated(message) => translate(message, context),
            Self::Variable(path) | Self::Super(path) => match context.resolve(path)? {
                Resolved::Value(value) => value,
                Resolved::Invalid | Resolved::Itself => string_if_invalid(context).into(),
                Resolved::Missing { step, object } => return Ok(Err(Missing { step, object })),
            },
        }))
    }

    /// The value; a variable that does not exist is an error, as it is in the argument of a filter.
    fn require(&self, context: &mut Context) -> Result<Value> {
        match (self.resolve(context)?, self) {
            (Ok(value), _) => Ok(value),
            (Err(missing), Self::Variable(path) | Self::Super(path)) => {
                Err(missing.error(path, context)?)
            }
            (Err(_), _) => Ok(Value::None),
        }
    }
}

/// Django replaces line ends in what it translates, which only strings can do.
fn not_translatable(value: &Value, native: &Value) -> Error {
    let class = match native {
        Value::Date(_) | Value::DateTime(_) | Value::Time(_) => {
            // These have a method of that name, for their fields.
            let message = "'str' object cannot be interpreted as an integer";
            return Error::new(ErrorKind::Type, message);
        }
        Value::Decimal(_) => "decimal.Decimal",
        Value::Duration(_) => "datetime.timedelta",
        _ => value.type_name(),
    };
    let message = format!("'{class}' object has no attribute 'replace'");
    Error::new(ErrorKind::Attribute, message)
}

/// Django: percent signs are doubled for gettext, whose messages are formatted later, and stay doubled.
fn translate(message: &str, context: &Context) -> Value {
    Value::safe(context.host().gettext(&doubled(message)))
}

fn doubled(message: &str) -> Cow<'_, str> {
    match memchr::memchr(b'%', message.as_bytes()) {
        None => Cow::Borrowed(message),
        Some(_) => Cow::Owned(message.replace('%', "%%")),
    }
}

/// The block whose parent a path that ends in `super` asks for.
fn find_block(path: &[Key], context: &Context) -> Result<Option<Value>> {
    let Some((_, path)) = path.split_last() else {
        return Ok(None);
    };
    Ok(match context.resolve(path)? {
        Resolved::Value(value) if block_object(&value).is_some() => Some(value),
        _ => None,
    })
}

fn block_object(value: &Value) -> Option<&BlockObject> {
    match value {
        Value::Object(object) => object.downcast_ref(),
        _ => None,
    }
}

struct Missing {
    step: usize,
    object: Option<Value>,
}

impl Missing {
    fn error(self, path: &[Key], context: &Context) -> Result<Error> {
        let object = match self.object {
            Some(object) => object.repr()?,
            None => context.repr()?,
        };
        let key = path.get(self.step).map_or("", Key::as_str);
        Ok(Error::new(
            ErrorKind::VariableDoesNotExist,
            format!("Failed lookup for key [{key}] in {object}"),
        ))
    }
}

fn string_if_invalid(context: &Context) -> &str {
    context
        .engine()
        .map_or("", |engine| engine.string_if_invalid())
}

/// The text for a variable that does not exist, unless it is empty.
fn invalid(context: &Context, operand: &Operand) -> Option<Value> {
    let text = string_if_invalid(context);
    if text.is_empty() {
        return None;
    }
    if let (true, Operand::Variable(path) | Operand::Super(path)) = (text.contains("%s"), operand) {
        let name: Vec<&str> = path.iter().map(Key::as_str).collect();
        return Some(Value::from(
            text.replacen("%s", &name.join("."), 1).replace("%%", "%"),
        ));
    }
    Some(Value::from(text))
}

impl fmt::Debug for FilterExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilterExpression({:?})", self.text)
    }
}

impl fmt::Display for FilterExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
