//! From compiled nodes to output.

mod escape;
mod sink;

pub use self::escape::{escape, escape_into};
pub use self::sink::{BlockId, Branch, LiteralId, Output, Sink, Slot, SlotId};
