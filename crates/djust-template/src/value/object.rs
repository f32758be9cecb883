//! Values that live in the host.

use std::any::Any;
use std::sync::Arc;

use super::{Items, Key, Plain, Str, Value};
use crate::context::Context;
use crate::error::Result;
use crate::pieces::Pieces;
use crate::render::Slot;
use crate::template::Template;

/// What following a path led to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Resolved {
    /// A value.
    Value(Value),
    /// The path was empty and the object is not called: the object itself.
    Itself,
    /// Shown as `string_if_invalid`: a callable that `alters_data` or needs arguments, or an exception with
    /// `silent_variable_failure`.
    Invalid,
    /// No such name (`VariableDoesNotExist`).
    Missing {
        /// Position in the path of the step that failed.
        step: usize,
        /// The object on which it failed, for the message; `None`: the context.
        object: Option<Value>,
    },
}

/// What became of a path that was asked to render itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Rendered {
    /// The value was written to the slot.
    Written,
    /// Nothing was written: as [`Resolved::Invalid`].
    Invalid,
    /// Nothing was written: as [`Resolved::Missing`].
    Missing,
}

/// Order in which a loop runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// First to last.
    Forward,
    /// Last to first (Python's `reversed`).
    Reversed,
}

/// An ordering comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Ordering {
    /// The comparison with its sides exchanged: `a < b` is `b > a`.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessEqual => Self::GreaterEqual,
            Self::Greater => Self::Less,
            Self::GreaterEqual => Self::LessEqual,
        }
    }
}

/// A value that belongs to the host and is read in place.
///
/// Nothing is converted up front: the template asks for what it needs. The defaults describe an opaque,
/// true object without attributes; a host overrides what its objects can do. An error of the host is
/// returned as [`Error::host`](crate::Error::host) and comes out of the render unchanged.
///
/// ```
/// use djust_template::{Context, Engine, Result};
/// use djust_template::value::{Key, Object, Value};
///
/// struct User;
///
/// impl Object for User {
///     fn type_name(&self) -> &str {
///         "User"
///     }
///     fn attribute(&self, key: &Key) -> Result<Option<Value>> {
///         Ok((key.as_str() == "name").then(|| Value::from("Ada")))
///     }
/// }
///
/// let mut context = Context::new();
/// context.set("user", Value::object(User));
/// let template = Engine::default().template_from_str("{{ user.name }}")?;
/// assert_eq!(template.render(&mut context)?, "Ada");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[expect(unused_variables, reason = "the defaults ignore what they are given")]
pub trait Object: Any + Send + Sync {
    /// Name of the type, for messages.
    fn type_name(&self) -> &str;

    /// One step of a path: item, attribute or index, in the host's order; `None` if there is no such thing.
    ///
    /// # Errors
    ///
    /// Whatever the host's code raises, if it is not to be taken for "no such thing".
    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok(None)
    }

    /// Follows a whole path from this object, calling callables on the way by Django's rules
    /// (`django.template.base.Variable._resolve_lookup`).
    ///
    /// The object counts as just looked up: if it is callable it is called before the first step, and with an
    /// empty path the answer is [`Resolved::Itself`] or what the call gives.
    ///
    /// # Errors
    ///
    /// Exceptions of the host without `silent_variable_failure`.
    fn resolve(&self, path: &[Key], context: &Context) -> Result<Resolved> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(Resolved::Itself);
        };
        match self.attribute(first)? {
            None => Ok(Resolved::Missing {
                step: 0,
                object: None,
            }),
            Some(value) => Ok(match value.resolve(rest, context)? {
                Resolved::Itself => Resolved::Value(value),
                Resolved::Missing { step, object } => Resolved::Missing {
                    step: step + 1,
                    object,
                },
                resolved => resolved,
            }),
        }
    }

    /// Follows a path and writes the value found, localised and escaped as `{{ }}` does.
    ///
    /// A host overrides this to write text without making a [`Value`] first.
    ///
    /// # Errors
    ///
    /// As [`Object::resolve`] and [`Object::render`].
    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        match self.resolve(path, context)? {
            Resolved::Value(value) => value.render(context, slot).map(|()| Rendered::Written),
            Resolved::Itself => self.render(context, slot).map(|()| Rendered::Written),
            Resolved::Invalid => Ok(Rendered::Invalid),
            Resolved::Missing { .. } => Ok(Rendered::Missing),
        }
    }

    /// The value at the end of a path, if it is found by no more than looking it up: without calls, conversions and
    /// errors. `None` says nothing about the path.
    ///
    /// A host overrides this to answer quickly for what most values are.
    fn plain(&self, path: &[Key]) -> Option<Value> {
        None
    }

    /// The items of a collection at the end of a path, if they are found by no more than looking it up, as
    /// [`Object::plain`] finds values. `None` says nothing about the path.
    ///
    /// A host overrides this to loop over a collection without making a [`Value`] of it first.
    fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        None
    }

    /// Whether [`Object::render_pieces`] lets plain values of this object decide `{% if %}` tags.
    fn has_fields(&self) -> bool {
        false
    }

    /// Calls `work` once with the plain values of this object at the ends of these paths; `false`: it has none.
    ///
    /// A host overrides this to read all of them at one go.
    fn with_plain(&self, paths: &[Box<[Key]>], work: &mut dyn FnMut(&[Option<Plain<'_>>])) -> bool {
        false
    }

    /// Writes values of this object that stand next to each other in the template: each as
    /// [`render_path`](Self::render_path) does.
    ///
    /// A host overrides this to prepare once for all of them, and to let plain values decide `{% if %}` tags in between
    /// ([`Pieces::next_path`]).
    ///
    /// # Errors
    ///
    /// As [`Object::render_path`]; what `pieces` gives.
    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        let context = pieces.context();
        while let Some(path) = pieces.next_path(None)? {
            if pieces.is_filtered() {
                let resolved = self.resolve(path, context)?;
                pieces.show_resolved(resolved)?;
            } else {
                pieces.write(|slot| self.render_path(path, context, slot))?;
            }
        }
        Ok(())
    }

    /// Follows a path and tells whether the value found is true; `None`: as [`Resolved::Missing`].
    ///
    /// A host overrides this to test a value without making a [`Value`] first.
    ///
    /// # Errors
    ///
    /// As [`Object::resolve`] and [`Object::truth`].
    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        match self.resolve(path, context)? {
            Resolved::Value(value) => value.truth().map(Some),
            Resolved::Itself => self.truth().map(Some),
            Resolved::Invalid => Ok(Some(context.invalid_is_true())),
            Resolved::Missing { .. } => Ok(None),
        }
    }

    /// Writes the object as `{{ }}` shows it: local time, localised, as text.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn render(&self, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        slot.string(&self.text()?);
        Ok(())
    }

    /// `str(object)`, and whether the result is marked as safe.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn text(&self) -> Result<Str> {
        self.repr().map(Str::from)
    }

    /// `repr(object)`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn repr(&self) -> Result<String> {
        Ok(format!("<{} object>", self.type_name()))
    }

    /// `bool(object)`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn truth(&self) -> Result<bool> {
        Ok(true)
    }

    /// `len(object)`, or `None` if it has no length.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn length(&self) -> Result<Option<usize>> {
        Ok(None)
    }

    /// The items of a collection, or `None` if it cannot be iterated. An iterator without a length is read to its
    /// end first, as Django does (`list(values)`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn iterate(&self, direction: Direction) -> Result<Option<Items>> {
        Ok(None)
    }

    /// `object == other`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn equals(&self, other: &Value) -> Result<bool> {
        Ok(
            matches!(other, Value::Object(object) if std::ptr::addr_eq(Arc::as_ptr(object), std::ptr::from_ref(self))),
        )
    }

    /// `object < other` and so on; `None` if the two cannot be ordered.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn compare(&self, ordering: Ordering, other: &Value) -> Result<Option<bool>> {
        Ok(None)
    }

    /// `item in object`; `None` if the object cannot contain anything.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn contains(&self, item: &Value) -> Result<Option<bool>> {
        let Some(items) = self.iterate(Direction::Forward)? else {
            return Ok(None);
        };
        for candidate in items.iterator {
            if candidate?.equals(item)? {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    /// `object is other`.
    fn is_same(&self, other: &Value) -> bool {
        matches!(other, Value::Object(object) if std::ptr::addr_eq(Arc::as_ptr(object), std::ptr::from_ref(self)))
    }

    /// Whether the object is a text that is only made when somebody asks for it (Django: a lazy string). It is a text
    /// for whoever writes it, but not for conversions: `float()` of it is a `TypeError`. Filters that convert leave it to
    /// the host.
    fn is_lazy(&self) -> bool {
        false
    }

    /// The object as a plain value of this crate, if it is one in disguise: a number, a date, a decimal, a lazy
    /// string. Filters use it so that the host need not be asked.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn native(&self) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The template that this object stands for, if it is one: `{% include %}` and `{% extends %}` accept it.
    fn as_template(&self) -> Option<Arc<Template>> {
        None
    }
}

impl std::fmt::Debug for dyn Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} object>", self.type_name())
    }
}

impl dyn Object {
    /// The object as the host's own type.
    pub fn downcast_ref<T: Object>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }

    /// The same of an object that nothing else holds.
    pub fn downcast_mut<T: Object>(&mut self) -> Option<&mut T> {
        (self as &mut dyn Any).downcast_mut()
    }
}
