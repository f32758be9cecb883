//! From tokens to nodes: block structure, tag dispatch, guards.

mod args;
pub(crate) mod condition;
mod expr;
mod filter;
mod names;
mod partials;
mod pending;
mod token;

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

pub use self::args::Bit;
pub(crate) use self::args::KeywordStyle;
pub(crate) use self::args::{keyword_arguments, split_keyword};
pub(crate) use self::partials::Partials;
use self::pending::Pending;
pub use self::token::Token;
use smallvec::SmallVec;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::expression::FilterExpression;
use crate::lex::{self, Lexer, TokenKind};
use crate::library::{Library, UsedBuiltins};
use crate::node::{Literal, Node, NodeList, TagNode};
use crate::render::{BlockId, LiteralId, SlotId};
use crate::span::{Source, Span};
use crate::suggest;
use crate::value::Key;

/// Compiles one template; tags drive it to read what belongs to them.
///
/// The parser owns all its state, so that a host tag can take it (`std::mem::take`), lend it to the host's language
/// and put it back. Offsets and messages are Django's (`django.template.base.Parser`).
///
/// ```
/// use std::sync::Arc;
/// use djust_template::{Context, Engine, Library, NodeList, Output, Parser, Result, Sink, SlotId, TagNode, Token};
///
/// struct Twice { body: NodeList }
///
/// impl TagNode for Twice {
///     fn class_name(&self) -> &str {
///         "TwiceNode"
///     }
///     fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
///         self.body.render(context, out)?;
///         self.body.render(context, out)
///     }
/// }
///
/// fn twice(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
///     let body = parser.parse(&["endtwice"])?;
///     parser.delete_first_token();
///     Ok(Arc::new(Twice { body }))
/// }
///
/// let engine = Engine::builder().builtins(Library::new().with_tag("twice", twice)).build();
/// let template = engine.template_from_str("{% twice %}{{ a }};{% endtwice %}")?;
/// assert_eq!(template.render(&mut Context::from_iter([("a", 1)]))?, "1;1;");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Default)]
pub struct Parser {
    engine: Option<Engine>,
    source: Option<Arc<Source>>,
    lexer: Lexer,
    /// Tokens that come before those of the lexer, in reverse order: the next one is last.
    tokens: Vec<Pending>,
    /// Libraries loaded by this template, latest last; built-ins are in the engine.
    libraries: SmallVec<[Arc<Library>; 2]>,
    removed: Option<Box<Removed>>,
    /// Nodes of the lists that are not complete yet, those of the innermost last.
    nodes: Vec<Node>,
    /// Tags that are being compiled, the innermost last.
    open: Vec<Pending>,
    template: u32,
    slots: u32,
    blocks: u32,
    block_names: Vec<Arc<str>>,
    extends: u32,
    named_cycles: Vec<(String, Arc<dyn TagNode>)>,
    last_cycle: Option<Arc<dyn TagNode>>,
    partials: Option<Arc<Partials>>,
    extension: Option<Arc<dyn Any + Send + Sync>>,
    /// What was found among the tags and filters that need no `{% load %}`.
    builtins: RefCell<UsedBuiltins>,
}

/// Names of built-in tags and filters that the rest of the template does not have.
#[derive(Default)]
struct Removed {
    tags: HashSet<String>,
    filters: HashSet<String>,
}

impl Parser {
    pub(crate) fn new(engine: &Engine, source: Arc<Source>) -> Result<Self> {
        if u32::try_from(source.text().len()).is_err() {
            return Err(Error::syntax("the template is longer than 4 GiB"));
        }
        Ok(Self {
            engine: Some(engine.clone()),
            template: crate::template::next_number(&source),
            source: Some(source),
            nodes: Vec::with_capacity(16),
            ..Self::default()
        })
    }

    /// The engine that compiles.
    ///
    /// # Panics
    ///
    /// On a parser that was taken away with `std::mem::take` and not put back.
    pub fn engine(&self) -> &Engine {
        self.engine
            .as_ref()
            .expect("a parser in use has its engine")
    }

    /// The template being compiled.
    ///
    /// # Panics
    ///
    /// As [`Parser::engine`].
    pub fn source(&self) -> &Arc<Source> {
        self.source
            .as_ref()
            .expect("a parser in use has its source")
    }

    /// Compiles nodes up to a tag named in `until`, which stays the next token; with no names, to the end.
    ///
    /// # Errors
    ///
    /// Syntax errors, in Django's words; what a host's tag raises.
    pub fn parse(&mut self, until: &[&str]) -> Result<NodeList> {
        let source = Arc::clone(self.source());
        let first = self.nodes.len();
        let result = self.read_nodes(&source, until);
        // A tag of the host may go on after an error.
        let nodes = self.nodes.drain(first.min(self.nodes.len())..);
        result.map(|()| NodeList::new(source, nodes.collect()))
    }

    /// Compiles nodes up to a tag named in `until`, and adds them to those that are kept.
    fn read_nodes(&mut self, source: &Arc<Source>, until: &[&str]) -> Result<()> {
        let mut contains_nontext = false;
        while let Some(pending) = self.next_pending(source) {
            let span = pending.span();
            match pending.kind() {
                TokenKind::Comment => {}
                TokenKind::Text => {
                    let id = LiteralId {
                        template: self.template,
                        index: span.start,
                    };
                    let text = Literal::default();
                    self.nodes.push(Node::Text { id, span, text });
                }
                TokenKind::Variable => {
                    let node = self
                        .variable(pending.contents(source), span)
                        .map_err(|error| error.at(source, span))?;
                    self.nodes.push(node);
                    contains_nontext = true;
                }
                TokenKind::Block => {
                    let command = lex::first_word(pending.contents(source));
                    if until.contains(&command) {
                        self.tokens.push(pending);
                        return Ok(());
                    }
                    let node = self.tag(command, &pending, source, until)?;
                    if node.must_be_first() && contains_nontext {
                        return Err(self.not_first(&pending.into_token(source)));
                    }
                    contains_nontext = true;
                    self.nodes.push(Node::Tag { node, span });
                }
            }
        }
        if until.is_empty() {
            Ok(())
        } else {
            Err(self.unclosed(until))
        }
    }

    fn variable(&mut self, contents: &str, span: Span) -> Result<Node> {
        if contents.is_empty() {
            let (line, _) = self.source().line_column(span.start);
            return Err(Error::syntax(format!("Empty variable tag on line {line}")));
        }
        let expression = self.compile_filter(contents)?;
        Ok(Node::Variable {
            slot: self.slot(),
            expression: Arc::new(expression),
            span,
        })
    }

    fn tag(
        &mut self,
        command: &str,
        pending: &Pending,
        source: &Arc<Source>,
        until: &[&str],
    ) -> Result<Arc<dyn TagNode>> {
        let token = pending.clone().into_token(source);
        if command.is_empty() {
            return Err(token.error(format!("Empty block tag on line {}", token.line())));
        }
        let limit = self.engine().limits().nesting;
        if self.open.len() >= limit {
            return Err(token.error(format!("tags are nested more than {limit} levels deep")));
        }
        let Some(compile) = self.find_tag(command) else {
            return Err(self.invalid_tag(&token, command, until));
        };
        self.open.push(pending.clone());
        let node = compile
            .compile(self, &token)
            .map_err(|error| token.locate(error))?;
        self.open.pop();
        Ok(node)
    }

    fn not_first(&self, token: &Token) -> Error {
        let template = match self.source().name() {
            Some(name) => crate::value::string_repr(name),
            None => "the template".into(),
        };
        token.error(format!(
            "{{% {} %}} must be the first tag in {template}.",
            token.contents()
        ))
    }

    /// The error for a tag that nothing accepts here.
    pub(crate) fn invalid_tag(&self, token: &Token, command: &str, until: &[&str]) -> Error {
        let expected = match until {
            [] => String::new(),
            until => {
                let names: Vec<String> = until.iter().map(|name| format!("'{name}'")).collect();
                let comma = self.engine().host().gettext(", ");
                format!(", expected {}", suggest::one_of(&names, &comma))
            }
        };
        let error = token.error(format!(
            "Invalid block tag on line {}: '{command}'{expected}. Did you forget to register or load this tag?",
            token.line()
        ));
        let engine = self.engine();
        let known = engine
            .builtins()
            .tag_names()
            .filter(|name| !self.is_tag_removed(name))
            .chain(self.loaded().iter().flat_map(|library| library.tag_names()))
            .chain(until.iter().copied());
        match suggest::closest(command, known) {
            Some(name) => error.suggest(format!("did you mean '{name}'?")),
            None => match suggest::library_of_tag(engine, command) {
                Some(library) => error.suggest(format!("it needs '{{% load {library} %}}'")),
                None => error,
            },
        }
    }

    pub(crate) fn unclosed(&mut self, until: &[&str]) -> Error {
        let Some(pending) = self.open.pop() else {
            return Error::syntax(format!(
                "Unclosed tag. Looking for one of: {}.",
                until.join(", ")
            ));
        };
        let token = pending.into_token(self.source());
        token.error(format!(
            "Unclosed tag on line {}: '{}'. Looking for one of: {}.",
            token.line(),
            token.command(),
            until.join(", ")
        ))
    }

    /// Compiles a filter expression, such as `a.b|upper`.
    ///
    /// # Errors
    ///
    /// Syntax errors; unknown filters, with a suggestion.
    pub fn compile_filter(&mut self, text: &str) -> Result<FilterExpression> {
        filter::compile(self, text).map_err(|(error, range)| match self.offset_of(text) {
            Some(base) => error.at(
                self.source(),
                Span::new(base + range.start, base + range.end),
            ),
            None => error,
        })
    }

    /// Compiles one word of a tag as a filter expression.
    ///
    /// # Errors
    ///
    /// As [`Parser::compile_filter`].
    pub fn compile_bit(&mut self, bit: &Bit<'_>) -> Result<FilterExpression> {
        if let (Cow::Owned(text), Some(span)) = (&bit.text, bit.span) {
            let source = Arc::clone(self.source());
            // Text that stands in the source gives exact places in errors.
            if source.slice(span) == text {
                return self.compile_filter(source.slice(span));
            }
        }
        self.compile_filter(&bit.text)
    }

    /// Where `text` begins in the source, if it is a part of it.
    fn offset_of(&self, text: &str) -> Option<usize> {
        let source = self.source().text();
        let offset = (text.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
        (offset + text.len() <= source.len()).then_some(offset)
    }

    /// The key for a name.
    pub fn key(&self, name: &str) -> Key {
        self.engine().key(name)
    }

    /// A number for a place where the tag being compiled writes. Also the key of its state during a render.
    pub fn slot(&mut self) -> SlotId {
        self.slots += 1;
        SlotId {
            template: self.template,
            index: self.slots - 1,
        }
    }

    /// A number for a block with branches or iterations.
    pub fn block(&mut self) -> BlockId {
        self.blocks += 1;
        BlockId {
            template: self.template,
            index: self.blocks - 1,
        }
    }

    /// The tokens of the tags under way, outermost first (`parser.command_stack`).
    pub fn open_tags(&self) -> impl Iterator<Item = Token> {
        let pending = self.open.iter().cloned();
        pending.map(|pending| pending.into_token(self.source()))
    }

    /// A value that the host hangs on the parser (attributes that its tags keep there).
    pub fn extension(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.extension.as_ref()
    }

    /// Hangs a value of the host on the parser.
    pub fn set_extension(&mut self, extension: Option<Arc<dyn Any + Send + Sync>>) {
        self.extension = extension;
    }

    /// Records the name of a `{% block %}`; `false` if it was there already.
    pub(crate) fn record_block(&mut self, name: &Arc<str>) -> bool {
        let fresh = !self.block_names.contains(name);
        if fresh {
            self.block_names.push(Arc::clone(name));
        }
        fresh
    }

    /// Records an `{% extends %}`, and says how many there are.
    pub(crate) fn record_extends(&mut self) -> u32 {
        self.extends += 1;
        self.extends
    }

    /// The `{% cycle %}` of that name.
    pub(crate) fn named_cycle(&self, name: &str) -> Option<&Arc<dyn TagNode>> {
        self.named_cycles
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, node)| node)
    }

    /// Whether any `{% cycle %}` has a name.
    pub(crate) fn has_named_cycles(&self) -> bool {
        !self.named_cycles.is_empty()
    }

    /// The `{% cycle %}` compiled last.
    pub(crate) fn last_cycle(&self) -> Option<&Arc<dyn TagNode>> {
        self.last_cycle.as_ref()
    }

    pub(crate) fn record_cycle(&mut self, name: Option<&str>, node: &Arc<dyn TagNode>) {
        if let Some(name) = name {
            self.named_cycles.push((name.to_owned(), Arc::clone(node)));
        }
        self.last_cycle = Some(Arc::clone(node));
    }

    /// The partials of the template, those still to come included.
    pub(crate) fn partials(&mut self) -> &Arc<Partials> {
        self.partials.get_or_insert_default()
    }

    pub(crate) fn take_partials(&mut self) -> Option<Arc<Partials>> {
        self.partials.take()
    }
}
