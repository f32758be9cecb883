//! HTML to a browser-exact tree, and the fewest patches from one tree to the next.
//!
//! A server renders a page, later renders it again, and wants the browser to show the second
//! without loading it. This crate parses both as a browser does ([`html`]), compares
//! them ([`diff()`]) and names each change by a number of a node ([`Emit`]). No markers are added to
//! the HTML: server and page number elements and comments in document order, so the
//! numbers agree by construction.
//!
//! ```
//! use djust_vdom::apply::Applier;
//! use djust_vdom::{diff, html};
//!
//! // The page as it was served.
//! let page = "<!doctype html><main dj-root><h1>Count</h1><p>1</p></main>";
//! let live = html::parse_document(page).into_root()?.number();
//! assert_eq!(live.count(), 3);
//!
//! // The page as it is rendered now.
//! let page = "<!doctype html><main dj-root><h1>Count</h1><p class=up>2</p></main>";
//! let new = html::parse_document(page).into_root()?;
//!
//! // Any `Emit` takes the patches; this one applies them, as the client in the browser does.
//! let mut browser = Applier::new(&live);
//! let live = diff(&live, new, &mut browser)?;
//! assert_eq!(browser.finish().unwrap().html(), live.html());
//! # Ok::<(), djust_vdom::Error>(())
//! ```
//!
//! # The model
//!
//! Nodes are elements and comments. Text is not a node: every element has the `text` before its
//! first child, every node the `tail` after it. So text that belongs together is one run, however
//! many pieces the renderer wrote it in, and a node that moves takes its tail along.
//!
//! Some elements are leaves, what is inside them has no numbers: a `template`, whose content is
//! compared as a whole; an element with `dj-update="ignore"`, whose inside belongs to the page's own
//! code; and one with `dj-update="append"` or `"prepend"`, which adds what is rendered to what it holds.
//!
//! # Bounds
//!
//! Nothing recurses, dropping included. Markup whose tree is certain is parsed in one pass
//! ([`html::strict`]), other markup costs what html5ever costs ([`html::full`]); the rest is linear
//! in the size of both trees, apart from O(n log n) for reordered siblings. Chromium flattens pages
//! nested deeper than 512 elements; the numbering survives that, but patches inside are those of
//! the standard's tree. Insertions nested deeper than 500 are emitted as trees, which no parser
//! flattens.
//!
//! # Features
//!
//! `oracle`: the reference applier (`apply`), for tests and tools.

pub mod html;

#[cfg(feature = "oracle")]
pub mod apply;
mod bindings;
mod diff;
mod emit;
mod error;
mod fingerprint;
mod ids;
mod namespace;
mod root;
mod shape;
mod tree;

pub use bindings::Binding;
pub use diff::{diff, replace};
pub use emit::Emit;
pub use error::Error;
pub use ids::NodeId;
pub use namespace::Namespace;
pub use root::{NumberedTree, Root};
pub use shape::{
    Coverage, HtmlPiece, HtmlPieces, Note, Recording, Refused, ShapedPage, Shapes, refusals, seed,
};
pub use tree::{Element, Handle, Nodes, Step, Tree};
