//! HTML to trees and back, as a browser with scripting enabled does it.

mod client;
mod context;
mod document;
pub mod full;
mod parse;
mod sink;
pub mod strict;
mod write;

pub(crate) use client::repeat_line_feeds;
pub use context::{Context, Quirks};
pub(crate) use document::live_root;
pub use document::{Doctype, Document};
pub(crate) use full::parse_in;
pub use parse::{How, Parsed, parse, parse_document, parse_fragment};
pub use write::{write, write_children};
pub(crate) use write::{write_as_browsers, write_leading_text};
