//! Names that the host has for a template.

use std::any::Any;

use super::{Direction, Items, Key, Rendered, Resolved, Value};
use crate::context::Context;
use crate::error::Result;
use crate::render::Slot;

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
    /// As [`Object::resolve`](super::Object::resolve).
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

    /// The value at the end of a path, as [`Object::plain`](super::Object::plain) finds it; also `True`, `False` and `None` where these names
    /// are not here.
    #[expect(unused_variables, reason = "the default ignores what it is given")]
    fn plain(&self, path: &[Key]) -> Option<Value> {
        None
    }

    /// The items of a collection at the end of a path, as [`Object::plain_items`](super::Object::plain_items) finds them.
    #[expect(unused_variables, reason = "the default ignores what it is given")]
    fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        None
    }

    /// Follows a path and writes the value found; `None` if the name is not here.
    ///
    /// # Errors
    ///
    /// As [`Object::render_path`](super::Object::render_path).
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
    /// As [`Object::test_path`](super::Object::test_path).
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
