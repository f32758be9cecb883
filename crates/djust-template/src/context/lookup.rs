//! Paths followed from the context, and the context as a text.

use super::Context;
use crate::error::Result;
use crate::render::Slot;
use crate::value::{Direction, Items, Key, Rendered, Resolved, Value, string_repr};

impl Context {
    /// The context as messages show it (`repr(context)`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub(crate) fn repr(&self) -> Result<String> {
        let mut text = String::from("[{'True': True, 'False': False, 'None': None}");
        let show = |entries: &[(Key, Value)]| -> Result<String> {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, value)| {
                    Ok(format!("{}: {}", string_repr(name.as_str()), value.repr()?))
                })
                .collect::<Result<_>>()?;
            Ok(format!(", {{{}}}", entries.join(", ")))
        };
        if let Some(base) = &self.base {
            match base.repr() {
                Some(base) => text.extend([", ", &base]),
                None => text.push_str(&show(&base.entries()?)?),
            }
        }
        for layer in self.layers().into_iter().filter(|layer| !layer.is_empty()) {
            text.push_str(&show(layer)?);
        }
        text.push(']');
        Ok(text)
    }

    /// Follows a path and writes the value found.
    pub(crate) fn render_path(&self, path: &[Key], slot: &mut Slot<'_>) -> Result<Rendered> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(Rendered::Invalid);
        };
        if let Some(value) = self.local(first) {
            return value.render_path(rest, self, slot);
        }
        if let Some(base) = &self.base
            && let Some(rendered) = base.render_path(path, self, slot)?
        {
            return Ok(rendered);
        }
        match constant(first) {
            Some(value) => value.render_path(rest, self, slot),
            None => Ok(Rendered::Missing),
        }
    }

    /// Follows a path and tells whether the value found is true; `None`: there is no such thing.
    pub(crate) fn test_path(&self, path: &[Key]) -> Result<Option<bool>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        if let Some(value) = self.local(first) {
            return value.test_path(rest, self);
        }
        if let Some(base) = &self.base
            && let Some(answer) = base.test_path(path, self)?
        {
            return Ok(Some(answer));
        }
        match constant(first) {
            Some(value) => value.test_path(rest, self),
            None => Ok(None),
        }
    }

    /// The value at the end of a path, if it is found by no more than looking it up.
    #[inline]
    pub(crate) fn plain(&self, path: &[Key]) -> Option<Value> {
        let (first, rest) = path.split_first()?;
        match self.local(first) {
            Some(value) => value.plain(rest),
            None => match &self.base {
                Some(base) => base.plain(path),
                None => constant(first)?.plain(rest),
            },
        }
    }

    /// The items of a collection at the end of a path, if they are found by no more than looking it up.
    #[inline]
    pub(crate) fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        let (first, rest) = path.split_first()?;
        match self.local(first) {
            Some(Value::Object(object)) => object.plain_items(rest, direction),
            Some(_) => None,
            None => self.base.as_ref()?.plain_items(path, direction),
        }
    }

    /// Whether `string_if_invalid`, which stands for a value that must not be shown, is true: not empty.
    pub fn invalid_is_true(&self) -> bool {
        self.engine
            .as_ref()
            .is_some_and(|engine| !engine.string_if_invalid().is_empty())
    }

    /// Follows a path from the context; see [`Names::resolve`](crate::value::Names::resolve).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn resolve(&self, path: &[Key]) -> Result<Resolved> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(Resolved::Invalid);
        };
        if let Some(value) = self.local(first) {
            return Ok(shift(value.resolve(rest, self)?, value));
        }
        if let Some(base) = &self.base
            && let Some(resolved) = base.resolve(path, self)?
        {
            return Ok(resolved);
        }
        match constant(first) {
            Some(value) => Ok(shift(value.resolve(rest, self)?, &value)),
            None => Ok(Resolved::Missing {
                step: 0,
                object: None,
            }),
        }
    }
}

/// Adds the first step, which led to `value`, to what the rest of a path led to.
fn shift(resolved: Resolved, value: &Value) -> Resolved {
    match resolved {
        Resolved::Itself => Resolved::Value(value.clone()),
        Resolved::Missing { step, object } => {
            let object = object.or_else(|| (step == 0).then(|| value.clone()));
            Resolved::Missing {
                step: step + 1,
                object,
            }
        }
        resolved => resolved,
    }
}

/// The names that every Django context has at its bottom.
pub(super) fn constant(key: &Key) -> Option<Value> {
    match key.as_str() {
        "True" => Some(Value::Bool(true)),
        "False" => Some(Value::Bool(false)),
        "None" => Some(Value::None),
        _ => None,
    }
}
