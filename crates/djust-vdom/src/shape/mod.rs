//! Patches at the cost of the change: a page as a fixed shape with holes.
//!
//! A page that a template renders again and again differs only where the template wrote a value or
//! chose a branch. The literals between are the same, so their elements are known after the first
//! render ([`Shapes`]): what is kept for a page is the number of its first node, a hash of each hole,
//! and the same for each branch and iteration ([`ShapedPage`]). A later render ([`Recording`]) is
//! compared hash by hash; nothing is parsed but markup that comes in a value.
//!
//! It stands on what the [strict](crate::html::strict) parser guarantees: what it accepts in a
//! context becomes the same nodes as part of any page that has this context open. Literals are read
//! by it with gaps in place of the holes; each value is checked for what its gap demands. Whatever is
//! not certain is refused. Then the smallest part of the template around it that is certain as a whole
//! becomes one gap, an opaque stretch: its text is kept, and parsed when it changes. Where there is no
//! such part, the caller compares whole trees instead ([`Refused`], [`diff`](crate::diff())).
//!
//! Invariants:
//! - A shape is chosen by the literals of a region in their order. Two renders of a region with equal
//!   literals have the same elements outside of their holes.
//! - For every run of text that holds a value or ends at the border of a region, the cell of its owner
//!   is the hash of what the page shows there now.
//! - A node never changes its number; nodes of one instance are numbered from its base, unless
//!   something was between them when they were numbered.

mod compile;
mod controls;
mod elements;
mod fingerprint;
mod flat;
mod fresh;
mod hash;
mod holes;
mod html;
mod instance;
mod items;
mod joined;
mod known;
mod list;
mod markup;
mod matching;
mod merged;
mod moving;
mod notes;
mod outline;
mod page;
mod parsed;
mod program;
mod recording;
mod refused;
mod rows;
mod run;
mod section;
mod shapes;
mod slots;
mod source;
mod store;
mod straight;
mod tags;
mod totals;
mod unbalanced;
mod values;
mod variant;
mod walk;
mod widen;

pub use hash::seed;
pub use html::{HtmlPiece, HtmlPieces};
pub use page::ShapedPage;
pub use recording::Recording;
pub use refused::{Note, Refused};
pub use shapes::{Coverage, Shapes};
pub use totals::refusals;
