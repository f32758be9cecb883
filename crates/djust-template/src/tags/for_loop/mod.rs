//! `{% for %}`

mod passing;

use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use super::loop_variable::ForLoop;
use crate::context::Context;
use crate::engine::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::inputs::Inputs;
use crate::node::{NodeList, TagNode};
use crate::parse::{Bit, Parser, Token};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink};
use crate::value::{Direction, ItemIterator, Items, Key, Object, Value};

struct ForNode {
    id: BlockId,
    names: SmallVec<[Key; 1]>,
    sequence: FilterExpression,
    direction: Direction,
    body: NodeList,
    empty: Option<NodeList>,
    forloop: Key,
    dialect: Dialect,
    /// What decides the output of an item, where that is plain values: found out for the first sink that wants to know.
    inputs: OnceLock<Option<Inputs>>,
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
    let names = match &bits[1..sequence - 1] {
        [name] if is_plain_name(name) => SmallVec::from_iter([parser.key(name)]),
        names => loop_names(parser, names).ok_or_else(|| {
            token.error(format!(
                "'for' tag received an invalid argument: {contents}"
            ))
        })?,
    };
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
    let forloop = parser.engine().common_keys().forloop.clone();
    Ok(Arc::new(ForNode {
        id,
        inputs: OnceLock::new(),
        names,
        sequence,
        direction,
        body,
        empty,
        forloop,
        dialect: parser.engine().dialect(),
    }))
}

/// Whether a word is one name for certain.
fn is_plain_name(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// The names between `for` and `in`; `None`: they are none.
fn loop_names(parser: &Parser, words: &[Bit<'_>]) -> Option<SmallVec<[Key; 1]>> {
    let words: Vec<&str> = words.iter().map(|bit| &**bit).collect();
    let words = words.join(" ");
    let names = words.split(',').map(|name| {
        let name = name.trim_matches(' ');
        let is_name = !name.is_empty() && !name.contains([' ', '"', '\'', '|']);
        is_name.then(|| parser.key(name))
    });
    names.collect()
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
        let Some(items) = self.items(context)?.filter(|items| items.length > 0) else {
            let Some(empty) = &self.empty else {
                return Ok(());
            };
            out.enter(self.id, Branch::Empty);
            let result = empty.render(context, out);
            out.leave(self.id);
            return result;
        };
        let state = Arc::new(ForLoop::new(parent, items.length, self.dialect));
        context.put(
            &self.forloop,
            Value::Object(Arc::clone(&state) as Arc<dyn Object>),
        );
        let mut items = items.iterator;
        if let Some(key) = out.digest_key()
            && let Some(inputs) = self.inputs()
            && let Some(begin) = inputs.begin(key, context)
        {
            return self.passing(inputs, &begin, &mut *items, &state, context, out);
        }
        if let [name] = self.names.as_slice() {
            return self.plain(name, &mut *items, &state, context, out);
        }
        for index in 0.. {
            state.advance(index);
            let Some(item) = items.next() else {
                break;
            };
            out.enter(self.id, Branch::Item(index as u32));
            let result = self.item(item, context, out);
            out.leave(self.id);
            result?;
        }
        Ok(())
    }

    /// What to loop over; nothing where that is `None` or does not exist.
    fn items(&self, context: &mut Context) -> Result<Option<Items>> {
        if let Some(path) = self.sequence.shared_path()
            && let Some(items) = context.plain_items(path, self.direction)
        {
            return Ok(Some(items));
        }
        match self.sequence.resolve_quietly(context)? {
            Value::None => Ok(None),
            sequence => sequence.iterate(self.direction).map(Some),
        }
    }

    /// Runs a loop with one variable for a sink that knows no digests.
    fn plain(
        &self,
        name: &Key,
        items: &mut dyn ItemIterator,
        state: &ForLoop,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> Result<()> {
        for index in 0.. {
            state.advance(index);
            let Some(replaced) = items.replace(context.place(name)) else {
                break;
            };
            out.enter(self.id, Branch::Item(index as u32));
            let result = replaced.and_then(|()| self.body.render(context, out));
            out.leave(self.id);
            result?;
        }
        Ok(())
    }

    fn inputs(&self) -> Option<&Inputs> {
        let inputs = self.inputs.get_or_init(|| match self.names.as_slice() {
            [name] => Inputs::of(&self.body, name),
            _ => None,
        });
        inputs.as_ref()
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
