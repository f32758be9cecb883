//! Messages between a live page and its server.
//!
//! A live page keeps a WebSocket (or any ordered, reliable channel of text messages) to its server.
//! Both sides number the elements and comments of the page in document order, so that the server
//! can say what to change by number alone. This crate has the messages and nothing else: it knows
//! no HTML, no template, no socket.
//!
//! - [`Encoder`] writes [`Patch`] operations as one flat JSON array into a buffer that is reused;
//!   [`decode_operations`] reads such an array back.
//! - [`ClientFrame`] and [`ServerFrame`] are the two directions. Each has `encode` and `decode`.
//! - [`Limits`] bounds what a client may send. Decoding never panics and never recurses deeper than
//!   the limit; it answers with a [`DecodeError`] that says what is wrong, where, and which limit.
//! - [`describe`] lists kinds, operations, limits and error codes as data, for documents and for
//!   clients in other languages.
//!
//! # Example
//!
//! ```
//! use djust_protocol::{ClientFrame, Encoder, Limits, NodeId, ServerFrame, Update};
//!
//! // A click arrives.
//! let frame = ClientFrame::decode(r#"[1,1,0,"increment",{"step":2}]"#, &Limits::default())?;
//! let ClientFrame::Event(event) = frame else { panic!("an event was sent") };
//! assert_eq!(event.handler, "increment");
//! assert_eq!(event.parameters["step"], 2);
//!
//! // The number in the page changes.
//! let mut encoder = Encoder::new();
//! encoder.set_text(NodeId(3), "2");
//! let update = Update {
//!     seq: 1,
//!     reference: event.id,
//!     operations: encoder.finish(),
//!     effects: Vec::new(),
//! };
//! assert_eq!(ServerFrame::Update(update).encode(), r#"[1,1,1,[0,3,"2"]]"#);
//! # Ok::<(), djust_protocol::DecodeError>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod client_frame;
mod decode;
pub mod describe;
mod effect;
mod encode;
mod error;
mod frame;
mod html;
mod json;
mod limits;
mod operations;
mod patch;
mod reader;
mod server_frame;

pub use client_frame::{ClientFrame, Connect, Event, Numbering, Resync};
pub use decode::decode_operations;
pub use effect::{Effect, UrlMode};
pub use encode::{Encoder, TreeEncoder};
pub use error::{DecodeError, ErrorCode};
pub use frame::VERSION;
pub use html::{HtmlEncoder, JsonText};
pub use limits::Limits;
pub use operations::Operations;
pub use patch::{Namespace, NodeId, Patch, TreeNode};
pub use serde_json;
pub use server_frame::{Close, Connected, Failure, Renumbered, Resume, ServerFrame, Update};
