//! The variable `forloop`.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use crate::context::Context;
use crate::engine::Dialect;
use crate::error::Result;
use crate::pieces::Pieces;
use crate::render::{Slot, SlotId};
use crate::value::{
    Direction, Fields, Items, Key, Lent, LoopName, Map, Object, Rendered, Resolved, Str, Value,
};

/// The state of one loop under way.
pub(crate) struct ForLoop {
    parent: Option<Value>,
    length: usize,
    dialect: Dialect,
    index: AtomicUsize,
    /// What `{% ifchanged %}` tags inside the loop saw last.
    changes: Mutex<Vec<(SlotId, Arc<[Value]>)>>,
}

/// An entry of `forloop`, looked at in place.
enum Entry<'a> {
    Number(i64),
    Flag(bool),
    /// `parentloop`; `None` stands for the empty dict that the outermost loop has.
    Parent(Option<&'a Value>),
}

impl Entry<'_> {
    #[inline]
    fn lent(self) -> Option<Lent<'static>> {
        match self {
            Self::Number(number) => Some(Lent::Int(number)),
            Self::Flag(flag) => Some(Lent::Bool(flag)),
            Self::Parent(_) => None,
        }
    }

    fn value(self) -> Value {
        match self {
            Self::Number(number) => Value::Int(number),
            Self::Flag(flag) => Value::Bool(flag),
            Self::Parent(Some(parent)) => parent.clone(),
            Self::Parent(None) => Value::from(Map::new()),
        }
    }
}

impl ForLoop {
    pub(super) fn new(parent: Option<Value>, length: usize, dialect: Dialect) -> Self {
        Self {
            parent,
            length,
            dialect,
            index: AtomicUsize::new(0),
            changes: Mutex::default(),
        }
    }

    /// Says which iteration is under way, counted from zero.
    pub(super) fn advance(&self, index: usize) {
        self.index.store(index, Relaxed);
    }

    /// The names that this loop has: `length` is there from Django 6.0 on.
    fn names(&self) -> impl Iterator<Item = LoopName> {
        let shows_length = self.dialect == Dialect::Django6;
        LoopName::ALL
            .into_iter()
            .filter(move |name| shows_length || *name != LoopName::Length)
    }

    #[inline]
    fn entry(&self, name: LoopName) -> Option<Entry<'_>> {
        let index = self.index.load(Relaxed) as i64;
        // A host sequence may run on longer than its length says.
        let left = self.length as i64 - index;
        Some(match name {
            LoopName::Counter => Entry::Number(index + 1),
            LoopName::Counter0 => Entry::Number(index),
            LoopName::RevCounter => Entry::Number(left),
            LoopName::RevCounter0 => Entry::Number(left - 1),
            LoopName::First => Entry::Flag(index == 0),
            LoopName::Last => Entry::Flag(left == 1),
            LoopName::Length if self.dialect != Dialect::Django6 => return None,
            LoopName::Length => Entry::Number(self.length as i64),
            LoopName::ParentLoop => Entry::Parent(self.parent.as_ref()),
        })
    }

    fn get(&self, name: LoopName) -> Option<Value> {
        self.entry(name).map(Entry::value)
    }

    /// The entry at the end of a path that leads through loops only.
    #[inline]
    fn inner(&self, path: &[Key]) -> Option<Entry<'_>> {
        let (last, outer) = path.split_last()?;
        let mut inner = self;
        for step in outer {
            let Some(LoopName::ParentLoop) = step.loop_name() else {
                return None;
            };
            let Some(Value::Object(parent)) = &inner.parent else {
                return None;
            };
            inner = parent.downcast_ref()?;
        }
        inner.entry(last.loop_name()?)
    }

    /// The loop as a plain dict.
    fn snapshot(&self) -> Map {
        self.names()
            .filter_map(|name| Some((name.as_str().into(), self.get(name)?)))
            .collect()
    }

    /// What the `{% ifchanged %}` that owns `slot` saw last in this loop.
    pub(super) fn seen(&self, slot: SlotId) -> Option<Arc<[Value]>> {
        let changes = self.changes.lock().ok()?;
        let known = changes.iter().find(|(tag, _)| *tag == slot);
        known.map(|(_, seen)| Arc::clone(seen))
    }

    /// Remembers what an `{% ifchanged %}` saw.
    pub(super) fn remember(&self, slot: SlotId, seen: Arc<[Value]>) {
        if let Ok(mut changes) = self.changes.lock() {
            match changes.iter_mut().find(|(tag, _)| *tag == slot) {
                Some(known) => known.1 = seen,
                None => changes.push((slot, seen)),
            }
        }
    }
}

impl Fields for ForLoop {
    fn plain(&self, path: &[Key]) -> Option<Value> {
        self.inner(path).and_then(Entry::lent).map(Value::from)
    }

    fn truth(&self, path: &[Key]) -> Option<bool> {
        match self.inner(path)? {
            Entry::Number(number) => Some(number != 0),
            Entry::Flag(flag) => Some(flag),
            Entry::Parent(_) => None,
        }
    }
}

impl Object for ForLoop {
    fn type_name(&self) -> &'static str {
        "dict"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok(match key.loop_name().and_then(|name| self.get(name)) {
            None if matches!(key.as_str(), "items" | "keys" | "values") => {
                Value::from(self.snapshot()).plain_attribute(key)
            }
            found => found,
        })
    }

    fn plain(&self, path: &[Key]) -> Option<Value> {
        Fields::plain(self, path)
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        let context = pieces.context();
        while let Some(path) = pieces.next_path(Some(self))? {
            if let Some(lent) = self.inner(path).and_then(Entry::lent) {
                pieces.show(lent)?;
            } else if pieces.is_filtered() {
                pieces.show_resolved(self.resolve(path, context)?)?;
            } else {
                pieces.write(|slot| self.render_path(path, context, slot))?;
            }
        }
        Ok(())
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        match self.inner(path).and_then(Entry::lent) {
            Some(lent) => slot.lent(lent, context)?,
            None => match self.resolve(path, context)? {
                Resolved::Value(value) => value.render(context, slot)?,
                Resolved::Itself => self.render(context, slot)?,
                Resolved::Invalid => return Ok(Rendered::Invalid),
                Resolved::Missing { .. } => return Ok(Rendered::Missing),
            },
        }
        Ok(Rendered::Written)
    }

    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        match self.inner(path) {
            Some(Entry::Number(number)) => Ok(Some(number != 0)),
            Some(Entry::Flag(flag)) => Ok(Some(flag)),
            _ => match self.resolve(path, context)? {
                Resolved::Value(value) => value.truth().map(Some),
                Resolved::Itself => Ok(Some(true)),
                Resolved::Invalid => Ok(Some(context.invalid_is_true())),
                Resolved::Missing { .. } => Ok(None),
            },
        }
    }

    fn text(&self) -> Result<Str> {
        self.repr().map(Str::from)
    }

    fn repr(&self) -> Result<String> {
        let mut text = String::from("{");
        for (index, name) in self.names().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            let value = self.get(name).unwrap_or_default().repr()?;
            let name = name.as_str();
            let _ = write!(text, "{separator}'{name}': {value}");
        }
        text.push('}');
        Ok(text)
    }

    fn length(&self) -> Result<Option<usize>> {
        Ok(Some(self.names().count()))
    }

    fn iterate(&self, direction: Direction) -> Result<Option<Items>> {
        Value::from(self.snapshot()).iterate(direction).map(Some)
    }

    fn contains(&self, item: &Value) -> Result<Option<bool>> {
        Ok(Some(item.as_str().is_some_and(|name| {
            self.names().any(|known| known.as_str() == name)
        })))
    }

    fn native(&self) -> Result<Option<Value>> {
        Ok(Some(Value::from(self.snapshot())))
    }
}
