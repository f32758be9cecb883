//! From a changed context to the bytes of an update.
//!
//! This crate joins `djust-template`, `djust-vdom` and `djust-protocol`, which do not know each
//! other: it renders the template, compares what it writes with what the client shows, and writes the
//! difference as operations of the protocol. Where the template's own text has a certain shape, only
//! values are compared, by their hashes; otherwise the page is parsed as a browser does it and compared
//! as a tree. It has no Python and no socket, so that the whole way of an event can be tested, measured
//! and used from Rust alone.
//!
//! - [`Session`] is one live page with its template.
//! - [`TemplatePage`] is the same for a template that is rendered elsewhere.
//! - [`LivePage`] is the same for HTML that is rendered elsewhere.
//! - [`Adapter`] hands the operations of a diff to an encoder, for those who need only that.
//!
//! The promise, checked by a property test over templates and contexts: a client that applies all
//! operations in order shows exactly what a fresh load of the page would show.
//!
//! # Example
//!
//! ```
//! use djust_live::Session;
//! use djust_live::djust_protocol::{ServerFrame, Update};
//! use djust_live::djust_template::{Context, Engine};
//!
//! let source = "<ul dj-root>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>";
//! let mut session = Session::new(Engine::default().template_from_str(source)?);
//! let names = |list: Vec<&str>| Context::from_iter([("names", list)]);
//!
//! session.mount(&mut names(vec!["Ada"]))?;
//! let operations = session.update(&mut names(vec!["Ada", "Grace"]))?;
//!
//! let update = Update { seq: 1, reference: 1, operations, effects: Vec::new() };
//! assert_eq!(ServerFrame::Update(update).encode(), r#"[1,1,1,[4,0,1,2,"<li>Grace</li>"]]"#);
//! # Ok::<(), djust_live::Error>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod adapter;
mod error;
mod page;
mod recorder;
mod report;
mod session;
mod shared;
mod template_page;

pub use adapter::Adapter;
pub use djust_vdom::Binding;
pub use error::{Error, Result};
pub use page::{LivePage, Renumbering};
pub use recorder::Recorder;
pub use session::Session;
pub use template_page::TemplatePage;
pub use {djust_protocol, djust_template, djust_vdom};
