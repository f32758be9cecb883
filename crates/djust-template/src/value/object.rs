//! Values that live in the host.

use std::any::Any;
use std::sync::Arc;

use super::{Key, Str, Value};
use crate::context::Context;
use crate::digest::Digest;
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

/// The items of a collection about to be looped over.
pub struct Items {
    /// Number of items, known before the loop starts (`forloop.revcounter` needs it).
    pub length: usize,
    /// The items.
    pub iterator: Box<dyn ItemIterator>,
}

impl Items {
    /// The items that an iterator gives.
    pub fn new(
        length: usize,
        iterator: impl Iterator<Item = Result<Value>> + Send + 'static,
    ) -> Self {
        struct Plain<I>(I);
        impl<I: Iterator> Iterator for Plain<I> {
            type Item = I::Item;

            fn next(&mut self) -> Option<I::Item> {
                self.0.next()
            }
        }
        impl<I: Iterator<Item = Result<Value>> + Send> ItemIterator for Plain<I> {}
        Self {
            length,
            iterator: Box::new(Plain(iterator)),
        }
    }
}

/// Gives the items of a collection one after the other.
#[expect(unused_variables, reason = "the default ignores what it is given")]
pub trait ItemIterator: Iterator<Item = Result<Value>> + Send {
    /// Calls `work` with the plain values of the next item, if it has such, before anything is made of it. When that
    /// says `true` the item is passed over, and so is the answer.
    ///
    /// A host overrides this where it can read an item in place.
    fn pass(&mut self, work: &mut dyn FnMut(&dyn Fields) -> bool) -> bool {
        false
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

    /// Calls `work` once with the plain values of this object; `false`: it has none.
    ///
    /// A host overrides this to prepare once for all that `work` reads.
    fn with_fields(&self, work: &mut dyn FnMut(&dyn Fields)) -> bool {
        false
    }

    /// Writes values of this object that stand next to each other in the template: each as
    /// [`render_path`](Self::render_path) does.
    ///
    /// A host overrides this to prepare once for all of them.
    ///
    /// # Errors
    ///
    /// As [`Object::render_path`]; what `pieces` gives.
    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        let context = pieces.context();
        while let Some(path) = pieces.next_path()? {
            pieces.write(|slot| self.render_path(path, context, slot))?;
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

/// The plain values of an object, as [`Object::plain`] finds them.
pub trait Fields {
    /// The value at the end of a path.
    fn plain(&self, path: &[Key]) -> Option<Value>;

    /// Adds the value at the end of a path to a digest; `false` if there is no plain value that can be added.
    fn digest(&self, path: &[Key], digest: &mut Digest) -> bool {
        self.plain(path).is_some_and(|value| digest.value(&value))
    }

    /// Whether the value at the end of a path is true.
    fn truth(&self, path: &[Key]) -> Option<bool> {
        self.plain(path)?.truth().ok()
    }

    /// Whether the value at the end of a path equals another.
    fn equals(&self, path: &[Key], other: &Value) -> Option<bool> {
        self.plain(path)?.equals(other).ok()
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
}

/// The names that a render starts with, read in place.
///
/// This is the bottom of a [`Context`]: the host's mapping of variables. Names set by the template lie above it
/// and never write to it.
pub trait Names: Any + Send + Sync {
    /// The value of a name, without calling it.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn get(&self, key: &Key) -> Result<Option<Value>>;

    /// Follows a path whose first step is a name of this mapping; `None` if the name is not here.
    ///
    /// # Errors
    ///
    /// As [`Object::resolve`].
    fn resolve(&self, path: &[Key], context: &Context) -> Result<Option<Resolved>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        let Some(value) = self.get(first)? else {
            return Ok(None);
        };
        Ok(Some(match value.resolve(rest, context)? {
            Resolved::Itself => Resolved::Value(value),
            Resolved::Missing { step, object } => Resolved::Missing {
                step: step + 1,
                object,
            },
            resolved => resolved,
        }))
    }

    /// The value at the end of a path, as [`Object::plain`] finds it; also `True`, `False` and `None` where these names
    /// are not here.
    #[expect(unused_variables, reason = "the default ignores what it is given")]
    fn plain(&self, path: &[Key]) -> Option<Value> {
        None
    }

    /// Follows a path and writes the value found; `None` if the name is not here.
    ///
    /// # Errors
    ///
    /// As [`Object::render_path`].
    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Option<Rendered>> {
        Ok(match self.resolve(path, context)? {
            None => None,
            Some(Resolved::Value(value)) => {
                value.render(context, slot)?;
                Some(Rendered::Written)
            }
            Some(Resolved::Missing { .. }) => Some(Rendered::Missing),
            Some(Resolved::Invalid | Resolved::Itself) => Some(Rendered::Invalid),
        })
    }

    /// Follows a path and tells whether the value found is true; `None`: as [`Resolved::Missing`], or the name is not
    /// here.
    ///
    /// # Errors
    ///
    /// As [`Object::test_path`].
    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        match self.resolve(path, context)? {
            Some(Resolved::Value(value)) => value.truth().map(Some),
            Some(Resolved::Invalid | Resolved::Itself) => Ok(Some(context.invalid_is_true())),
            Some(Resolved::Missing { .. }) | None => Ok(None),
        }
    }

    /// All names with their values, for `{% debug %}` and for hosts that flatten a context.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    fn entries(&self) -> Result<Vec<(Key, Value)>>;

    /// The names in the way the host shows them in messages, if it has one (`repr(context)`).
    fn repr(&self) -> Option<String> {
        None
    }
}

impl dyn Names {
    /// The mapping as the host's own type.
    pub fn downcast_ref<T: Names>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}
