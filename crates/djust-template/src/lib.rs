//! The Django template language.
//!
//! An [`Engine`] compiles templates once; a [`Template`] renders with a [`Context`] of [`Value`]s into anything that is a
//! [`Sink`], usually a string. Values of a host language are read in place through the trait [`Object`](value::Object), and
//! services of a framework come in through the trait [`Host`]; neither is needed for a program in Rust alone.
//!
//! ```
//! use djust_template::{Context, Engine, MapLoader};
//!
//! let loader = MapLoader::from([
//!     ("base.html", "<title>{% block title %}Shop{% endblock %}</title>"),
//!     ("cart.html", "{% extends 'base.html' %}{% block title %}{{ n }} item{{ n|pluralize }} | {{ block.super }}{% endblock %}"),
//! ]);
//! let engine = Engine::builder().loader(loader).build();
//! let mut context = Context::from_iter([("n", 2)]);
//! let html = engine.get_template("cart.html")?.render(&mut context)?;
//! assert_eq!(html, "<title>2 items | Shop</title>");
//! # Ok::<(), djust_template::Error>(())
//! ```
//!
//! Compiled templates are immutable and shared between threads. Bad templates and bad values end in an [`Error`] with
//! the place in the source, never in a panic; [`Limits`] bound nesting, recursion and output.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod context;
mod digest;
mod engine;
mod error;
mod excerpt;
mod expression;
mod filters;
mod format;
mod host;
mod inherit;
mod inputs;
mod lex;
mod library;
mod loader;
mod node;
mod parse;
mod pieces;
mod reads;
mod render;
mod span;
mod suggest;
mod tags;
mod template;
pub mod value;

pub use self::context::{Context, RenderState};
pub use self::digest::Digest;
pub use self::engine::{Dialect, Engine, EngineBuilder, Limits};
pub use self::error::{Error, ErrorKind, Result};
pub use self::expression::FilterExpression;
pub use self::filters::humanize;
pub use self::host::{Host, Locale, NoHost, Previous};
pub use self::lex::TokenKind;
pub use self::library::{Builtin, CompileTag, Filter, FilterFunction, Filtered, Library};
pub use self::loader::{DirectoryLoader, Loader, MapLoader, NoLoader};
pub use self::node::{Literal, Node, NodeList, TagNode};
pub use self::parse::{Bit, Parser, Token};
pub use self::pieces::Pieces;
pub use self::reads::{Read, Reader, Reads};
pub use self::render::{
    BlockId, Branch, LiteralId, Output, Sink, Slot, SlotId, escape, escape_into,
};
pub use self::span::{Origin, Source, Span};
pub use self::tags::{cache, i18n, l10n, tz};
pub use self::template::Template;
pub use self::value::Value;
