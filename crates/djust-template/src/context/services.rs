//! What a render asks of its host, and what bounds it.

use std::cell::RefCell;
use std::sync::Arc;

use super::{Context, Flags};
use crate::error::{Error, ErrorKind, Result};
use crate::filters::Room;
use crate::host::Locale;
use crate::value::{Str, Value};

/// Messages translated in this render, by context and message: the host need not be asked for each row of a table.
pub(super) type Messages = RefCell<Vec<(&'static str, &'static str, Arc<str>)>>;

impl Context {
    /// Where the filters of an expression change its text.
    pub(crate) fn room(&self) -> &RefCell<Room> {
        &self.room
    }

    /// A message of the engine's own in the active language, asked of the host once.
    pub(crate) fn message(&self, context: &'static str, message: &'static str) -> Arc<str> {
        let known = self.messages.borrow().iter().find_map(|known| {
            ((known.0, known.1) == (context, message)).then(|| Arc::clone(&known.2))
        });
        known.unwrap_or_else(|| {
            let text = if context.is_empty() {
                self.host().gettext(message)
            } else {
                self.host().pgettext(context, message)
            };
            let text: Arc<str> = text.into();
            let entry = (context, message, Arc::clone(&text));
            self.messages.borrow_mut().push(entry);
            text
        })
    }

    /// Conventions of the active language, asked of the host once.
    pub fn locale(&self) -> &Arc<Locale> {
        self.locale.get_or_init(|| self.host().locale())
    }

    /// Forgets the conventions: called when the active language may have changed.
    pub fn language_changed(&mut self) {
        self.locale.take();
        self.groups_digits.take();
        self.messages.get_mut().clear();
    }

    /// Whether integers are shown with separators, so that they cannot be written as they are.
    pub(crate) fn groups_digits(&self) -> bool {
        self.flags.localize != Some(false)
            && *self
                .groups_digits
                .get_or_init(|| self.host().groups_digits())
    }

    /// A number or date as the host or the locale shows it; `None`: as `str()` shows it.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn localize(&self, value: &Value) -> Result<Option<Str>> {
        let value = self.local_time(value)?;
        if let Some(text) = self.host().localize(&value, self)? {
            return Ok(Some(text));
        }
        match crate::format::localize(&value, self)? {
            Some(text) => Ok(Some(Str::from(text))),
            None if matches!(value, Value::DateTime(_)) => value.text().map(Some),
            None => Ok(None),
        }
    }

    /// A value localised or not, whatever the context says (filters `localize` and `unlocalize`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub(crate) fn localize_as(&self, value: &Value, on: bool) -> Result<Option<Str>> {
        let other = Self {
            flags: Flags {
                localize: Some(on),
                time_zones: Some(false),
                ..self.flags
            },
            engine: self.engine.clone(),
            ..Self::default()
        };
        let value = value.native()?;
        match value {
            Value::Str(_) | Value::Object(_) => Ok(None),
            _ => other.localize(&value),
        }
    }

    /// An aware moment in local time, anything else as it is (`template_localtime`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn local_time(&self, value: &Value) -> Result<Value> {
        match value.native()? {
            Value::DateTime(moment)
                if moment.zone.is_some() && self.flags.time_zones != Some(false) =>
            {
                Ok(Value::DateTime(Arc::new(
                    self.host().local_time(&moment, self)?,
                )))
            }
            _ => Ok(value.clone()),
        }
    }

    /// Asks the host for a filter that the built-in declined.
    pub(crate) fn declined(
        &self,
        name: &str,
        value: &Value,
        argument: Option<&Value>,
    ) -> Result<Value> {
        match self.host().filter(name, value, argument, self)? {
            Some(value) => Ok(value),
            None => Err(Error::new(
                ErrorKind::Type,
                format!(
                    "filter '{name}' cannot be applied to '{}'",
                    value.type_name()
                ),
            )),
        }
    }

    #[inline]
    pub(crate) fn enter_depth(&mut self) -> Result<()> {
        if self.depth >= self.bounds.depth {
            return Err(self.too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// Whether there is room for so many lists inside one another.
    pub(crate) fn has_depth(&self, more: usize) -> bool {
        self.depth + more <= self.bounds.depth
    }

    #[cold]
    fn too_deep(&self) -> Error {
        let message = format!(
            "templates are nested more than {} levels deep",
            self.bounds.depth
        );
        Error::new(ErrorKind::Limit, message)
    }

    #[cold]
    fn too_long(&self) -> Error {
        let message = format!("output is longer than {} bytes", self.bounds.output);
        Error::new(ErrorKind::Limit, message)
    }

    #[inline]
    pub(crate) fn leave_depth(&mut self) {
        self.depth -= 1;
    }

    /// Counts bytes of output against the limit.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] when the output grows past the engine's limit.
    #[inline]
    pub fn count_output(&mut self, bytes: usize) -> Result<()> {
        self.output += bytes;
        self.check_output(0)
    }

    /// How much more output there may be.
    #[inline]
    pub(crate) fn output_left(&self) -> usize {
        self.bounds.output.saturating_sub(self.output)
    }

    /// Whether there is room for that much more output.
    #[inline]
    pub(crate) fn check_output(&self, more: usize) -> Result<()> {
        if self.output + more <= self.bounds.output {
            return Ok(());
        }
        Err(self.too_long())
    }
}
