//! A fast parser for the markup whose tree is certain.
//!
//! The complete parser of the standard ([`full`](super::full)) spends its time on what almost no
//! page holds: tags that close other tags, content that is moved out of tables, formatting that is
//! opened again. This one accepts only markup that needs none of it, reads it in one pass, and
//! refuses everything else with a reason and an offset ([`Refusal`]); it never guesses.
//!
//! Where it accepts,
//!
//! - the tree is the one the complete parser makes, and, as far as readers of the standard are
//!   known to differ, the one all of them make;
//! - fragments compose: what is accepted in a [`Context`](super::Context) becomes the same nodes
//!   as part of a page that has this context open, because nothing in it looks further than the
//!   open element and a few inherited facts about those around it.
//!
//! # What is accepted
//!
//! Every end tag closes the current element, and nothing is left open at the end. The end tags of `p`,
//! `li`, `dd`, `dt`, `option`, `optgroup` and the parts of a table may be missing where the next tag
//! closes the current element: `<li>a<li>b</ul>`. Void elements have no end tag; other HTML elements
//! are not self-closing. Any other start tag is one the current element holds
//! ([§13.2.6.4](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody)) and
//! closes no element that is open: not further inside a `p`, `li`, `dd`, heading, `a`, `nobr`,
//! `button` or `form` that would end there. Tables hold their parts and white space; a row directly in a table
//! gets its `tbody`, a column its `colgroup`. The end tag of a `p` that is not open makes an empty one: `<p><ul></ul></p>`. A closed `p` takes a `span`,
//! `label` or the like along, whose end tag may follow: `<p><span><ul></ul></span></p>`, as Django's forms write it. Text is raw in `script`, `style` and their kind. SVG and `MathML` are balanced
//! and hold no HTML except in `foreignObject`, `desc` and `title`. Character references end in a
//! semicolon. At most 500 elements are open at once.
//!
//! `tests/strict/refusals.txt` lists what is refused.

mod attributes;
mod charref;
mod document;
mod elements;
mod flags;
mod foreign;
mod fragment;
mod implied;
mod names;
mod optional;
mod parser;
mod refusal;
mod tokens;

pub(crate) use attributes::{TAG, parse_rest};
pub(crate) use charref::decode;
pub use document::parse_document;
pub(crate) use document::parse_document_with_gaps;
pub(crate) use elements::{Category, TextKind};
pub(crate) use flags::Flags;
pub(crate) use fragment::flags as flags_inside;
pub use fragment::parse_fragment;
pub(crate) use fragment::{parse_fragment_with_gaps, takes_text};
pub use refusal::{Reason, Refusal};
