//! The values that templates work on.
//!
//! [`Value`] has the types of Python that matter to templates, with Python's truth, text, comparison and
//! arithmetic conversions. Anything else is an [`Object`] of the host, read in place.

mod compare;
mod convert;
mod datetime;
mod items;
mod key;
mod lent;
mod names;
mod number;
mod object;
mod repr;
mod text;

use std::sync::Arc;

use indexmap::IndexMap;

pub use self::datetime::{Date, DateTime, Duration, Time, Zone};
pub use self::items::{Fields, ItemIterator, Items, Plain};
pub use self::key::Key;
pub(crate) use self::key::LoopName;
pub use self::lent::Lent;
pub use self::names::Names;
pub(crate) use self::number::plain_float;
pub use self::number::{float_repr, parse_float, parse_int};
pub use self::object::{Direction, Object, Ordering, Rendered, Resolved};
pub use self::repr::string_repr;
pub use self::text::Str;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::render::Slot;

/// An ordered mapping from names to values (Python's `dict` with string keys).
pub type Map = IndexMap<Arc<str>, Value>;

/// A value. Cloning copies at most a pointer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Value {
    /// `None`.
    #[default]
    None,
    /// `True`, `False`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer that does not fit, as canonical decimal text (`-` and digits, no leading zero).
    BigInt(Arc<str>),
    /// A float.
    Float(f64),
    /// `decimal.Decimal`, as the text that `str()` gives.
    Decimal(Arc<str>),
    /// A string, safe or not.
    Str(Str),
    /// A list.
    List(Arc<[Value]>),
    /// A tuple.
    Tuple(Arc<[Value]>),
    /// A dict with string keys.
    Map(Arc<Map>),
    /// `datetime.date`.
    Date(Date),
    /// `datetime.time`.
    Time(Time),
    /// `datetime.datetime`.
    DateTime(Arc<DateTime>),
    /// `datetime.timedelta`.
    Duration(Duration),
    /// An object of the host.
    Object(Arc<dyn Object>),
}

impl Value {
    /// A string that is HTML already.
    pub fn safe(text: impl AsRef<str>) -> Self {
        Self::Str(Str::safe(text))
    }

    /// The empty string.
    pub fn empty() -> Self {
        Self::Str(Str::new(""))
    }

    /// An object of the host.
    pub fn object(object: impl Object) -> Self {
        Self::Object(Arc::new(object))
    }

    /// Name of the type as Python calls it.
    pub fn type_name(&self) -> &str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::BigInt(_) => "int",
            Self::Float(_) => "float",
            Self::Decimal(_) => "decimal.Decimal",
            Self::Str(text) if text.is_safe() => "SafeString",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Map(_) => "dict",
            Self::Date(_) => "datetime.date",
            Self::Time(_) => "datetime.time",
            Self::DateTime(_) => "datetime.datetime",
            Self::Duration(_) => "datetime.timedelta",
            Self::Object(object) => object.type_name(),
        }
    }

    /// `bool(value)`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn truth(&self) -> Result<bool> {
        Ok(match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::BigInt(_) | Self::Date(_) | Self::Time(_) | Self::DateTime(_) => true,
            Self::Float(value) => *value != 0.0,
            Self::Decimal(text) => number::decimal_is_true(text),
            Self::Str(text) => !text.is_empty(),
            Self::List(items) | Self::Tuple(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Duration(span) => *span != Duration::default(),
            Self::Object(object) => return object.truth(),
        })
    }

    /// `len(value)`, or `None` if it has no length. Strings are counted in characters.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn length(&self) -> Result<Option<usize>> {
        Ok(match self {
            Self::Str(text) => Some(text.chars().count()),
            Self::List(items) | Self::Tuple(items) => Some(items.len()),
            Self::Map(map) => Some(map.len()),
            Self::Object(object) => return object.length(),
            _ => None,
        })
    }

    /// The items to loop over: of a list, the characters of a string, the keys of a dict.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Type`] if the value cannot be iterated; exceptions of the host.
    pub fn iterate(&self, direction: Direction) -> Result<Items> {
        fn items<I>(iterator: I, length: usize, direction: Direction) -> Items
        where
            I: DoubleEndedIterator<Item = Value> + Send + 'static,
        {
            match direction {
                Direction::Forward => Items::new(length, iterator.map(Ok)),
                Direction::Reversed => Items::new(length, iterator.rev().map(Ok)),
            }
        }
        match self {
            Self::List(values) | Self::Tuple(values) => {
                let values = Arc::clone(values);
                let length = values.len();
                Ok(items(
                    (0..length).map(move |index| values[index].clone()),
                    length,
                    direction,
                ))
            }
            Self::Map(map) => {
                let map = Arc::clone(map);
                let length = map.len();
                let key = move |index| {
                    map.get_index(index)
                        .map_or(Self::None, |(key, _)| Self::from(Arc::clone(key)))
                };
                Ok(items((0..length).map(key), length, direction))
            }
            Self::Str(text) => {
                let characters: Vec<Self> = text
                    .chars()
                    .map(|c| Self::from(&*c.encode_utf8(&mut [0; 4])))
                    .collect();
                let length = characters.len();
                Ok(items(characters.into_iter(), length, direction))
            }
            Self::Object(object) => match object.iterate(direction)? {
                Some(items) => Ok(items),
                None => Err(self.not_iterable()),
            },
            _ => Err(self.not_iterable()),
        }
    }

    fn not_iterable(&self) -> Error {
        Error::new(
            ErrorKind::Type,
            format!("'{}' object is not iterable", self.type_name()),
        )
    }

    /// Follows a path from this value by Django's rules; see [`Object::resolve`].
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn resolve(&self, path: &[Key], context: &Context) -> Result<Resolved> {
        if let Self::Object(object) = self {
            return object.resolve(path, context);
        }
        let Some((first, rest)) = path.split_first() else {
            return Ok(Resolved::Itself);
        };
        let found = match self.step(first) {
            None => context.host().attribute(self, first)?,
            found => found,
        };
        match found {
            None => Ok(Resolved::Missing {
                step: 0,
                object: Some(self.clone()),
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

    /// The value at the end of a path, if it is found by no more than looking it up.
    pub(crate) fn plain(&self, path: &[Key]) -> Option<Self> {
        if let Self::Object(object) = self {
            return object.plain(path);
        }
        match path.split_first() {
            None => Some(self.clone()),
            Some((first, rest)) => self.step(first)?.plain(rest),
        }
    }

    /// Follows a path and writes the value found.
    #[inline]
    pub(crate) fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        if let Self::Object(object) = self {
            return object.render_path(path, context, slot);
        }
        if path.is_empty() {
            return self.render(context, slot).map(|()| Rendered::Written);
        }
        match self.resolve(path, context)? {
            Resolved::Itself => self.render(context, slot)?,
            Resolved::Value(value) => value.render(context, slot)?,
            Resolved::Invalid => return Ok(Rendered::Invalid),
            Resolved::Missing { .. } => return Ok(Rendered::Missing),
        }
        Ok(Rendered::Written)
    }

    /// Follows a path and tells whether the value found is true; `None`: there is no such thing.
    pub(crate) fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        if let Self::Object(object) = self {
            return object.test_path(path, context);
        }
        if path.is_empty() {
            return self.truth().map(Some);
        }
        match self.resolve(path, context)? {
            Resolved::Itself => self.truth().map(Some),
            Resolved::Value(value) => value.truth().map(Some),
            Resolved::Invalid => Ok(Some(context.invalid_is_true())),
            Resolved::Missing { .. } => Ok(None),
        }
    }

    /// An attribute of a value that is not an object of the host, as a path would find it.
    pub(crate) fn plain_attribute(&self, key: &Key) -> Option<Self> {
        self.step(key)
    }

    /// One step of a path on a value that is not an object of the host.
    fn step(&self, key: &Key) -> Option<Self> {
        match self {
            Self::Map(map) => map
                .get(key.as_str())
                .cloned()
                .or_else(|| convert::map_method(map, key)),
            Self::List(items) | Self::Tuple(items) => {
                items.get(usize::try_from(key.index()?).ok()?).cloned()
            }
            Self::Str(text) => match key.index() {
                Some(index) => {
                    let character = text.chars().nth(usize::try_from(index).ok()?)?;
                    Some(Self::from(&*character.encode_utf8(&mut [0; 4])))
                }
                None => convert::string_method(text, key),
            },
            _ => convert::attribute(self, key),
        }
    }

    /// `str(value)`, and whether it is safe.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn text(&self) -> Result<Str> {
        match self {
            Self::Str(text) => Ok(text.clone()),
            Self::BigInt(text) | Self::Decimal(text) => Ok(Str::from(Arc::clone(text))),
            Self::Object(object) => object.text(),
            _ => {
                let mut text = String::new();
                repr::write_text(self, &mut text)?;
                Ok(Str::from(text))
            }
        }
    }

    /// `repr(value)`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn repr(&self) -> Result<String> {
        let mut text = String::new();
        repr::write_repr(self, &mut text)?;
        Ok(text)
    }

    /// Writes the value as `{{ }}` shows it (Django: `render_value_in_context`).
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn render(&self, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        match self {
            Self::Str(text) => slot.string(text),
            Self::Object(object) => return object.render(context, slot),
            Self::None => slot.clean("None"),
            Self::Bool(true) => slot.clean("True"),
            Self::Bool(false) => slot.clean("False"),
            Self::Int(value) if !context.groups_digits() => {
                slot.clean(itoa::Buffer::new().format(*value));
            }
            Self::List(_) | Self::Tuple(_) | Self::Map(_) => slot.string(&self.text()?),
            _ => match context.localize(self)? {
                Some(text) => slot.string(&text),
                None => slot.string(&self.text()?),
            },
        }
        Ok(())
    }

    /// The value itself, or the plain value that a host object stands for.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn native(&self) -> Result<Self> {
        match self {
            Self::Object(object) => Ok(object.native()?.unwrap_or_else(|| self.clone())),
            _ => Ok(self.clone()),
        }
    }

    /// Whether this is a string marked as safe.
    pub fn is_safe(&self) -> bool {
        matches!(self, Self::Str(text) if text.is_safe())
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }
}
