//! `{% for %}`

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use crate::context::Context;
use crate::digest::Digest;
use crate::engine::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::inputs::{Inputs, Outer};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink, Slot, SlotId};
use crate::value::{Direction, Fields, Key, Map, Object, Rendered, Resolved, Str, Value};

struct ForNode {
    id: BlockId,
    names: Vec<Key>,
    sequence: FilterExpression,
    direction: Direction,
    body: NodeList,
    empty: Option<NodeList>,
    forloop: Key,
    dialect: Dialect,
    /// What decides the output of an item, where that is plain values.
    inputs: Option<Inputs>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let contents = token.contents();
    let bits = token.split_contents();
    if bits.len() < 4 {
        let message = format!("'for' statements should have at least four words: {contents}");
        return Err(token.error(message));
    }
    let reversed = bits[bits.len() - 1] == "reversed";
    let sequence = bits.len() - if reversed { 2 } else { 1 };
    if bits[sequence - 1] != "in" {
        let message = format!("'for' statements should use the format 'for x in y': {contents}");
        return Err(token.error(message));
    }
    let names = bits[1..sequence - 1]
        .iter()
        .map(|bit| bit.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let names: Vec<&str> = names
        .split(',')
        .map(|name| name.trim_matches(' '))
        .collect();
    if names
        .iter()
        .any(|name| name.is_empty() || name.contains([' ', '"', '\'', '|']))
    {
        return Err(token.error(format!(
            "'for' tag received an invalid argument: {contents}"
        )));
    }
    let names: Vec<Key> = names.into_iter().map(|name| parser.key(name)).collect();
    let sequence = token.locate_at(&bits[sequence], parser.compile_bit(&bits[sequence]))?;
    let id = parser.block();
    let body = parser.parse(&["empty", "endfor"])?;
    let empty = match parser.next_token() {
        Some(next) if next.contents() == "empty" => {
            let empty = parser.parse(&["endfor"])?;
            parser.delete_first_token();
            Some(empty)
        }
        _ => None,
    };
    let direction = if reversed {
        Direction::Reversed
    } else {
        Direction::Forward
    };
    let forloop = parser.key("forloop");
    let inputs = match names.as_slice() {
        [name] => Inputs::of(&body, name),
        _ => None,
    };
    Ok(Arc::new(ForNode {
        id,
        inputs,
        names,
        sequence,
        direction,
        body,
        empty,
        forloop,
        dialect: parser.engine().dialect(),
    }))
}

impl TagNode for ForNode {
    fn class_name(&self) -> &'static str {
        "ForNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let sequence = reader.trace(&self.sequence);
        let mut item = reader.items(sequence);
        if self.names.len() > 1 {
            // An item that is taken apart.
            reader.whole(item);
            item = None;
        }
        let names = self.names.iter().map(|name| (name.clone(), item));
        let names = names.chain([(self.forloop.clone(), None)]).collect();
        reader.scope(names, |reader| reader.list(&self.body));
        if let Some(empty) = &self.empty {
            reader.list(empty);
        }
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let parent = context.get(&self.forloop)?;
        context.push();
        let result = self.run(parent, context, out);
        context.pop();
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        let mut children = vec![("nodelist_loop", &self.body)];
        children.extend(self.empty.as_ref().map(|empty| ("nodelist_empty", empty)));
        children
    }
}

impl ForNode {
    fn run(&self, parent: Option<Value>, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let items = match self.sequence.resolve_or_none(context)? {
            Value::None => None,
            sequence => Some(sequence.iterate(self.direction)?),
        };
        let Some(items) = items.filter(|items| items.length > 0) else {
            let Some(empty) = &self.empty else {
                return Ok(());
            };
            out.enter(self.id, Branch::Empty);
            let result = empty.render(context, out);
            out.leave(self.id);
            return result;
        };
        let state = Arc::new(ForLoop {
            parent,
            length: items.length,
            dialect: self.dialect,
            index: AtomicUsize::new(0),
            changes: Mutex::default(),
        });
        context.put(
            &self.forloop,
            Value::Object(Arc::clone(&state) as Arc<dyn Object>),
        );
        let begin = out
            .digest_key()
            .and_then(|key| self.inputs.as_ref()?.begin(key, context));
        let mut outer = Outer::default();
        let mut items = items.iterator;
        for index in 0.. {
            state.index.store(index, Relaxed);
            let branch = Branch::Item(index as u32);
            // Whether the item was begun in place, and the digest of what it gives to read.
            let mut begun = None;
            let is_known = begin.is_some_and(|begin| {
                items.pass(&mut |fields| {
                    let digest = self.digest(fields, begin, context, &mut outer);
                    out.enter(self.id, branch);
                    begun = Some(digest);
                    digest.is_some_and(|digest| out.digest(digest))
                })
            });
            if is_known {
                out.leave(self.id);
                continue;
            }
            let Some(item) = items.next() else {
                if begun.is_some() {
                    out.leave(self.id);
                }
                break;
            };
            let digest = begun.unwrap_or_else(|| {
                out.enter(self.id, branch);
                self.digest_of(item.as_ref().ok()?, begin?, context, &mut outer)
            });
            let is_known = begun.is_none() && digest.is_some_and(|digest| out.digest(digest));
            let result = if is_known {
                Ok(())
            } else {
                if digest.is_none() {
                    // Code of the host may run, which can change anything.
                    outer = Outer::default();
                }
                self.item(item, context, out)
            };
            out.leave(self.id);
            result?;
        }
        Ok(())
    }

    /// The digest of what decides the output of an item, if that is all plain values.
    fn digest(
        &self,
        fields: &dyn Fields,
        mut digest: Digest,
        context: &Context,
        outer: &mut Outer,
    ) -> Option<u64> {
        let (inputs, name) = (self.inputs.as_ref()?, self.names.first()?);
        inputs
            .digest(fields, name, context, outer, &mut digest)
            .then(|| digest.finish())
    }

    /// The same of an item that was taken out of its collection.
    fn digest_of(
        &self,
        item: &Value,
        begin: Digest,
        context: &Context,
        outer: &mut Outer,
    ) -> Option<u64> {
        let Value::Object(object) = item else {
            return self.digest(item, begin, context, outer);
        };
        let mut digest = None;
        object.with_fields(&mut |fields| digest = self.digest(fields, begin, context, outer));
        digest
    }

    fn item(&self, item: Result<Value>, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let item = item?;
        if let [name] = self.names.as_slice() {
            context.put(name, item);
            return self.body.render(context, out);
        }
        let values = self.unpack(&item)?;
        context.push();
        for (name, value) in self.names.iter().zip(values) {
            context.put(name, value);
        }
        let result = self.body.render(context, out);
        context.pop();
        result
    }

    /// Takes an item apart for several loop variables.
    fn unpack(&self, item: &Value) -> Result<Vec<Value>> {
        let wanted = self.names.len();
        // Django: an item without a length counts as one value.
        let got = item.length()?.unwrap_or(1);
        if got != wanted {
            return Err(Error::new(
                ErrorKind::Value,
                format!("Need {wanted} values to unpack in for loop; got {got}. "),
            ));
        }
        match item {
            Value::List(values) | Value::Tuple(values) => Ok(values.to_vec()),
            _ => item.iterate(Direction::Forward)?.iterator.collect(),
        }
    }
}

/// The variable `forloop`.
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
    fn value(self) -> Value {
        match self {
            Self::Number(number) => Value::Int(number),
            Self::Flag(flag) => Value::Bool(flag),
            Self::Parent(Some(parent)) => parent.clone(),
            Self::Parent(None) => Value::from(Map::new()),
        }
    }
}

/// The entries of `forloop` in Django's order.
const NAMES: [&str; 8] = [
    "parentloop",
    "length",
    "counter0",
    "counter",
    "revcounter",
    "revcounter0",
    "first",
    "last",
];

impl ForLoop {
    /// The names that this loop has: `length` is there from Django 6.0 on.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let shows_length = self.dialect != Dialect::Django5;
        NAMES
            .into_iter()
            .filter(move |name| shows_length || *name != "length")
    }

    fn entry(&self, name: &str) -> Option<Entry<'_>> {
        let index = self.index.load(Relaxed) as i64;
        // A host sequence may run on longer than its length says.
        let left = self.length as i64 - index;
        Some(match name {
            "counter" => Entry::Number(index + 1),
            "counter0" => Entry::Number(index),
            "revcounter" => Entry::Number(left),
            "revcounter0" => Entry::Number(left - 1),
            "first" => Entry::Flag(index == 0),
            "last" => Entry::Flag(left == 1),
            "length" if self.dialect != Dialect::Django5 => Entry::Number(self.length as i64),
            "parentloop" => Entry::Parent(self.parent.as_ref()),
            _ => return None,
        })
    }

    fn get(&self, name: &str) -> Option<Value> {
        self.entry(name).map(Entry::value)
    }

    /// The entry at the end of a path that leads through loops only.
    fn inner(&self, path: &[Key]) -> Option<Entry<'_>> {
        let (first, rest) = path.split_first()?;
        let entry = self.entry(first.as_str())?;
        match entry {
            entry if rest.is_empty() => Some(entry),
            Entry::Parent(Some(Value::Object(parent))) => {
                parent.downcast_ref::<Self>()?.inner(rest)
            }
            _ => None,
        }
    }

    /// The loop as a plain dict.
    fn snapshot(&self) -> Map {
        self.names()
            .filter_map(|name| Some((name.into(), self.get(name)?)))
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

impl Object for ForLoop {
    fn type_name(&self) -> &'static str {
        "dict"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok(match self.get(key.as_str()) {
            None if matches!(key.as_str(), "items" | "keys" | "values") => {
                Value::from(self.snapshot()).plain_attribute(key)
            }
            found => found,
        })
    }

    fn plain(&self, path: &[Key]) -> Option<Value> {
        match self.inner(path) {
            Some(entry @ (Entry::Number(_) | Entry::Flag(_))) => Some(entry.value()),
            _ => None,
        }
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        match self.inner(path) {
            Some(entry @ (Entry::Number(_) | Entry::Flag(_))) => {
                entry.value().render(context, slot)?;
            }
            _ => match self.resolve(path, context)? {
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
            let _ = write!(text, "{separator}'{name}': {value}");
        }
        text.push('}');
        Ok(text)
    }

    fn length(&self) -> Result<Option<usize>> {
        Ok(Some(self.names().count()))
    }

    fn iterate(&self, direction: Direction) -> Result<Option<crate::value::Items>> {
        Value::from(self.snapshot()).iterate(direction).map(Some)
    }

    fn contains(&self, item: &Value) -> Result<Option<bool>> {
        Ok(Some(item.as_str().is_some_and(|name| {
            self.names().any(|known| known == name)
        })))
    }

    fn native(&self) -> Result<Option<Value>> {
        Ok(Some(Value::from(self.snapshot())))
    }
}
