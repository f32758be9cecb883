//! What decides the output of a loop's body: the plain values it reads and the branches it takes.
//!
//! A body of text, variables and `{% if %}` writes nothing but these values between texts of the template. Where a sink
//! knows what the body wrote for the same values, it need not be written again: see [`Sink::known`](crate::Sink::known).
//! Reading the values for that must not be noticed: only plain values count, which are found without running any code of
//! the host. Any other, such as a number that is localised, and the body is rendered as usual.
//!
//! All values below the loop's name are read at one go, each once, whether the body is then left out or written.

mod around;
mod compile;
mod row;
mod test;
mod write;

use std::sync::Arc;

use crate::context::Context;
use crate::digest::Digest;
use crate::error::Result;
use crate::node::{Literal, NodeList};
use crate::render::{BlockId, LiteralId, Sink, SlotId};
use crate::span::{Source, Span};
use crate::value::{Key, Plain, Value};

use self::compile::Compiler;
use self::row::Row;
use self::test::Test;
use self::write::Writer;

pub(crate) use self::around::{Around, Surroundings};

/// The values that a body reads, in order, and what it writes.
pub(crate) struct Inputs {
    /// Tells bodies apart that write other things for the same values.
    signature: String,
    source: Arc<Source>,
    body: Body,
    /// The paths below the name of the loop.
    fields: Vec<Box<[Key]>>,
    /// The values that are the same for all items.
    outer: Vec<Outer>,
    /// The paths into `forloop`.
    loops: Vec<Arc<[Key]>>,
    /// Whether the steps say all that is written: no value goes through a filter.
    is_whole: bool,
    /// How deep the bodies are nested.
    depth: usize,
}

/// What is written.
enum Step {
    Text {
        id: LiteralId,
        span: Span,
        text: Literal,
    },
    Show {
        slot: SlotId,
        origin: Origin,
        span: Span,
    },
    /// The branches at this place of the list.
    If(usize),
}

/// A list of nodes: what it reads first, and what it writes.
#[derive(Default)]
struct Body {
    reads: Vec<Read>,
    steps: Vec<Step>,
    branches: Vec<Branches>,
}

/// What a digest is taken of.
enum Read {
    /// A value that was not read before.
    Value(Origin),
    /// Which of the branches at this place of the list is shown, and what that reads.
    If(usize),
}

/// An `{% if %}`: for each part its condition, unless it is the last, and its body.
struct Branches {
    block: BlockId,
    arms: Vec<(Option<Test>, Body)>,
}

/// Where a value comes from, by its place.
#[derive(Clone, Copy)]
enum Origin {
    /// Below the name of the loop.
    Field(usize),
    /// The same for all items.
    Outer(usize),
    /// Of `forloop`, which changes from item to item.
    Loop(usize),
}

/// A value that is the same for all items of a loop.
enum Outer {
    Constant(Value),
    Path(Arc<[Key]>),
}

impl Inputs {
    /// The inputs of a body in a loop over `name`; `None` if it does more than show plain values.
    pub(crate) fn of(body: &NodeList, name: &Key) -> Option<Self> {
        Compiler::new(name).inputs(body)
    }

    /// The paths below the name of the loop that the body reads.
    pub(crate) fn fields(&self) -> &[Box<[Key]>] {
        &self.fields
    }

    /// Calls `work` with the plain values of an item that was taken out of its collection, if it has such.
    pub(crate) fn read(&self, item: &Value, work: &mut dyn FnMut(&[Option<Plain<'_>>])) {
        if let Value::Object(object) = item {
            object.with_plain(&self.fields, work);
            return;
        }
        let paths = self.fields.iter();
        let values: Vec<Option<Value>> = paths.map(|path| item.plain(path)).collect();
        let plain: Vec<_> = values
            .iter()
            .map(|value| value.as_ref().map(Plain::from))
            .collect();
        work(&plain);
    }

    /// What the digests of all items begin with.
    pub(crate) fn begin(&self, key: [u64; 2], context: &Context) -> Option<Digest> {
        // What follows is the text of numbers, which must depend on nothing else.
        if context.groups_digits() {
            return None;
        }
        let mut digest = Digest::new(key);
        digest.text(&self.signature);
        digest.truth(context.autoescape());
        Some(digest)
    }

    /// The digest of what an item and the context give the body to read; `None` if that is not all plain values.
    #[inline]
    pub(crate) fn digest(
        &self,
        plain: &[Option<Plain<'_>>],
        around: &Around<'_>,
        begin: &Digest,
    ) -> Option<u64> {
        let (keys, state) = begin.parts();
        let state = Row::new(plain, around).digest(&self.body, keys, state)?;
        Some(keys.finish(state))
    }

    /// Whether [`write`](Self::write) does what rendering the body does.
    pub(crate) fn can_write(&self, context: &Context) -> bool {
        self.is_whole && context.has_depth(self.depth)
    }

    /// Writes the body for an item of which [`digest`](Self::digest) is known.
    pub(crate) fn write(
        &self,
        plain: &[Option<Plain<'_>>],
        around: &Around<'_>,
        context: &mut Context,
        out: &mut dyn Sink,
    ) -> Result<()> {
        let row = Row::new(plain, around);
        let mut writer = Writer::new(&row, context, &self.source, out);
        writer.body(&self.body)?;
        let written = writer.written();
        context.count_output(written)
    }
}
