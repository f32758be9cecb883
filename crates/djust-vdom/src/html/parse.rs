//! The way in: strict if possible, otherwise full.

use super::strict::{self, Refusal};
use super::{Context, Document, full};
use crate::tree::Tree;

/// Which parser made a tree. Both make the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// The [`strict`] parser.
    Strict,
    /// The [`full`] parser; with the reason if the strict one was asked first.
    Full(Option<Refusal>),
}

/// A parsed fragment.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Its nodes are the children of the top.
    pub tree: Tree,
    /// Which parser made it.
    pub how: How,
}

/// Parses a whole page, scripting enabled (so `noscript` holds text), mode by its doctype.
///
/// Never fails: every input is a page to the standard. Pages whose tree is certain are parsed by
/// the [`strict`] parser, others by the [`full`] one; [`Document::how`] tells which.
///
/// ```
/// use djust_vdom::html::{self, How, strict};
///
/// let page = html::parse_document("<body><p>1</p></body>");
/// assert_eq!(page.how(), How::Strict);
///
/// let page = html::parse_document("<body><a>1<a>2</body>");
/// let How::Full(Some(refusal)) = page.how() else { panic!("one link closes the other") };
/// assert_eq!((refusal.reason, refusal.at), (strict::Reason::ClosesOpen, 10));
/// ```
pub fn parse_document(html: &str) -> Document {
    strict::parse_document(html).unwrap_or_else(|refusal| {
        let mut document = full::parse_document(html);
        document.how = How::Full(Some(refusal));
        document
    })
}

/// Parses what is put into an element, as `innerHTML` does; its nodes are the children of the
/// result's top.
///
/// ```
/// use djust_vdom::html::{self, Context};
///
/// let tree = html::parse_fragment("<li>one<li>two", &Context::new("ul"));
/// assert_eq!(tree.children(tree.top()).count(), 2);
/// ```
pub fn parse_fragment(html: &str, context: &Context) -> Tree {
    parse(html, context).tree
}

/// Parses like [`parse_fragment`] and tells which parser did it.
///
/// ```
/// use djust_vdom::html::{self, Context, How};
///
/// let row = html::parse("<tr><td>1</td></tr>", &Context::new("tbody"));
/// assert_eq!(row.how, How::Strict);
/// ```
pub fn parse(html: &str, context: &Context) -> Parsed {
    match strict::parse_fragment(html, context) {
        Ok(tree) => Parsed {
            tree,
            how: How::Strict,
        },
        Err(refusal) => Parsed {
            tree: full::parse_fragment(html, context),
            how: How::Full(Some(refusal)),
        },
    }
}
