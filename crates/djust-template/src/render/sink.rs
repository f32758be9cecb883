//! Where a render goes.

use std::sync::Arc;

use super::escape::escape_into;
use crate::context::Context;
use crate::error::Result;
use crate::span::Source;
use crate::template::source_of;
use crate::value::{Lent, Str};

/// One literal of a template; unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LiteralId {
    /// Number of the compiled template.
    pub template: u32,
    /// Where it begins in the source of the template.
    pub index: u32,
}

impl LiteralId {
    /// The source of the template it is in, and the offset where it begins there; nothing once the
    /// template is gone. Templates are known once they were rendered to a sink that
    /// [knows places](Sink::knows_places).
    ///
    /// ```
    /// use djust_template::{Context, Engine, LiteralId, Output, Sink, SlotId};
    /// # use djust_template::{BlockId, Branch};
    /// struct Last(Option<LiteralId>);
    /// impl Sink for Last {
    ///     fn literal(&mut self, id: LiteralId, _: &str) {
    ///         self.0 = Some(id);
    ///     }
    ///     fn value(&mut self, _: SlotId, _: Output<'_>) {}
    /// #   fn enter(&mut self, _: BlockId, _: Branch) {}
    /// #   fn leave(&mut self, _: BlockId) {}
    /// }
    ///
    /// let template = Engine::default().template_from_str("a {{ b }}\nc")?;
    /// let mut last = Last(None);
    /// template.render_to(&mut Context::new(), &mut last)?;
    /// let (source, offset) = last.0.and_then(LiteralId::origin).expect("the template exists");
    /// assert_eq!((source.text(), offset), ("a {{ b }}\nc", 9));
    /// # Ok::<(), djust_template::Error>(())
    /// ```
    pub fn origin(self) -> Option<(Arc<Source>, u32)> {
        let source = source_of(self.template)?;
        Some((source, self.index))
    }
}

/// One place of a template where a value is written; unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId {
    /// Number of the compiled template.
    pub template: u32,
    /// Number within the template, in source order.
    pub index: u32,
}

/// One block tag of a template: something with branches or iterations; unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId {
    /// Number of the compiled template.
    pub template: u32,
    /// Number within the template, in source order.
    pub index: u32,
}

/// Which part of a block is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Branch {
    /// Branch of an `if` or the like, counted from zero.
    Arm(u32),
    /// Iteration of a loop, counted from zero.
    Item(u32),
    /// The `{% empty %}` part of a loop.
    Empty,
    /// The only body of a block.
    Body,
}

/// What a value wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output<'a> {
    /// Text that must be escaped to become HTML.
    Text(&'a str),
    /// HTML (or text where autoescape is off), to be copied as it is.
    Markup(&'a str),
}

impl<'a> Output<'a> {
    /// The text, not escaped.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Markup(text) => text,
        }
    }
}

/// Receives a render piece by piece. `String` implements it: that is the ordinary render.
///
/// Calls of `enter` and `leave` are balanced, also when the render fails in between. They come from every tag whose
/// output is not always the same sequence of literals and values, and from those that open a scope:
///
/// | tags | branch |
/// |---|---|
/// | `if`, `ifchanged` | [`Branch::Arm`] of the part that is shown; nothing when none is |
/// | `for` | [`Branch::Item`] for each iteration, or [`Branch::Empty`] |
/// | `include`, `block`, `partialdef … inline`, `partial`, `with` | [`Branch::Body`] |
///
/// `autoescape`, `localize`, `localtime`, `language` and `timezone` render what is inside them straight through.
/// `cache`, `filter`, `spaceless` and `blocktranslate` make a text of it first and write that to their own slot, as do the
/// tags of a host that return a text.
///
/// Literals and values come in
/// the order of the output; concatenated, with [`Output::Text`] escaped, they are the rendered text.
///
/// ```
/// use djust_template::{Context, Engine, LiteralId, Output, Sink, SlotId};
///
/// #[derive(Default)]
/// struct Count { literals: usize, values: usize }
///
/// impl Sink for Count {
///     fn literal(&mut self, _: LiteralId, _: &str) {
///         self.literals += 1;
///     }
///     fn value(&mut self, _: SlotId, _: Output<'_>) {
///         self.values += 1;
///     }
/// }
///
/// let mut count = Count::default();
/// let template = Engine::default().template_from_str("a {{ b }} c {{ d }}")?;
/// template.render_to(&mut Context::new(), &mut count)?;
/// assert_eq!((count.literals, count.values), (2, 2));
/// # Ok::<(), djust_template::Error>(())
/// ```
pub trait Sink {
    /// A piece of the template's own text.
    fn literal(&mut self, id: LiteralId, text: &str);

    /// Output of a variable or of a tag. A tag may write to its slot several times.
    fn value(&mut self, slot: SlotId, output: Output<'_>);

    /// A value in which nothing would be escaped, such as a number: [`Sink::value`] with an [`Output::Text`], which is
    /// what it does unless a sink has less to do for it.
    fn clean(&mut self, slot: SlotId, text: &str) {
        self.value(slot, Output::Text(text));
    }

    /// A branch or an iteration of a block begins.
    fn enter(&mut self, block: BlockId, branch: Branch) {
        let _ = (block, branch);
    }

    /// Whether somebody may ask [`LiteralId::origin`] for the places of what the sink receives.
    fn knows_places(&self) -> bool {
        true
    }

    /// The key of the digests that the sink wants to be told, if it wants any: see [`Sink::known`].
    fn digest_key(&self) -> Option<[u64; 2]> {
        None
    }

    /// What the next iteration of the loop under way writes follows from this [`Digest`](crate::Digest) alone. The answer
    /// `true` says that the sink knows it already: then the iteration is over, without being entered.
    fn known(&mut self, digest: u64) -> bool {
        let _ = digest;
        false
    }

    /// The digest of the iteration entered last, which was not known.
    fn digest(&mut self, digest: u64) {
        let _ = digest;
    }

    /// The branch or iteration entered last has ended.
    fn leave(&mut self, block: BlockId) {
        let _ = block;
    }
}

impl Sink for String {
    fn literal(&mut self, _: LiteralId, text: &str) {
        self.push_str(text);
    }

    fn value(&mut self, _: SlotId, output: Output<'_>) {
        match output {
            Output::Text(text) => escape_into(text, self),
            Output::Markup(text) => self.push_str(text),
        }
    }

    fn clean(&mut self, _: SlotId, text: &str) {
        self.push_str(text);
    }

    fn knows_places(&self) -> bool {
        false
    }
}

/// The place to which one value is written.
///
/// Made by the renderer for each `{{ }}`; a host object writes to it without making a string first.
pub struct Slot<'a> {
    sink: &'a mut dyn Sink,
    id: SlotId,
    autoescape: bool,
    written: usize,
}

impl<'a> Slot<'a> {
    /// A slot of `sink`; with `autoescape` off, text counts as markup.
    pub fn new(sink: &'a mut dyn Sink, id: SlotId, autoescape: bool) -> Self {
        Self {
            sink,
            id,
            autoescape,
            written: 0,
        }
    }

    /// Writes text that is not safe.
    pub fn text(&mut self, text: &str) {
        self.written += text.len();
        let output = if self.autoescape {
            Output::Text(text)
        } else {
            Output::Markup(text)
        };
        self.sink.value(self.id, output);
    }

    /// Writes text that is not safe, in which nothing would be escaped: digits and the like.
    pub fn clean(&mut self, text: &str) {
        self.written += text.len();
        if self.autoescape {
            self.sink.clean(self.id, text);
        } else {
            self.sink.value(self.id, Output::Markup(text));
        }
    }

    /// Writes a plain value that its owner lends.
    ///
    /// # Errors
    ///
    /// Exceptions of the host, which may be asked to localise it.
    #[inline]
    pub fn lent(&mut self, lent: Lent<'_>, context: &Context) -> Result<()> {
        lent.render(context, self)
    }

    /// Writes text that is HTML already.
    pub fn markup(&mut self, text: &str) {
        self.written += text.len();
        self.sink.value(self.id, Output::Markup(text));
    }

    /// Writes a string according to its mark.
    pub fn string(&mut self, text: &Str) {
        if text.is_safe() {
            self.markup(text);
        } else {
            self.text(text);
        }
    }

    /// Whether unsafe text will be escaped.
    pub fn autoescape(&self) -> bool {
        self.autoescape
    }

    /// Bytes written so far, before escaping.
    pub fn written(&self) -> usize {
        self.written
    }
}
