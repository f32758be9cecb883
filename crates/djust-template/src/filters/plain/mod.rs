//! What the filters do, on plain text: no values, no context.

pub(crate) mod email;
mod entities;
pub(crate) mod escape;
pub(crate) mod link;
mod pieces;
pub(crate) mod slice;
pub(crate) mod strip;
pub(crate) mod text;
pub(crate) mod truncate;
pub(crate) mod urlize;
