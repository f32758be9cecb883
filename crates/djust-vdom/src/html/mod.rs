//! HTML to trees and back, as a browser with scripting enabled does it.

mod client;
mod context;
mod document;
mod full;
mod sink;
mod write;

pub(crate) use client::repeat_line_feeds;
pub use context::{Context, Quirks};
pub use document::{Doctype, Document};
pub(crate) use full::parse_in;
pub use full::{parse_document, parse_fragment};
pub(crate) use write::write_as_browsers;
pub use write::{write, write_children};
