//! Why markup is refused, and where.

use std::fmt;

/// What the strict parser does not accept.
///
/// A reason names what was found. Most of it is valid HTML with a known tree; it is only outside
/// what the strict parser knows for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// A carriage return: the input stream turns it into a line feed.
    CarriageReturn,
    /// U+0000, which is dropped or replaced, depending on where it stands.
    Null,
    /// A byte order mark at the beginning of a page.
    ByteOrderMark,
    /// A `<` that begins neither a tag nor a comment.
    LessThan,
    /// A declaration, processing instruction or CDATA section.
    Declaration,
    /// A document type other than `<!DOCTYPE html>`.
    Doctype,
    /// A comment that ends early, holds `--`, or never ends.
    Comment,
    /// A tag name with unusual characters, or a tag that never ends.
    TagName,
    /// An attribute that is not of one of the plain forms.
    Attribute,
    /// A second attribute of the same name.
    DuplicateAttribute,
    /// More attributes than are compared with each other.
    TooManyAttributes,
    /// A `/>` that does not close anything: the element stays open.
    SelfClosing,
    /// An end tag that does not close the current element.
    EndTag,
    /// An element that the input leaves open.
    LeftOpen,
    /// An ambiguous ampersand, or a reference that is unknown, unfinished or replaced.
    CharacterReference,
    /// An element that is parsed differently by different readers.
    Element,
    /// An element that closes an open one, such as a `div` in a `p`.
    ClosesOpen,
    /// Part of a table outside its place.
    TablePart,
    /// An element or text in a table that the parser would move out of it.
    Table,
    /// Something other than metadata in the head of a page.
    Head,
    /// Something other than options in a `select`, or other than text in an `option`.
    Select,
    /// A tag that ends SVG or `MathML`, or one of the points where these hold HTML.
    Foreign,
    /// `html`, `head` and `body` tags out of order, or content beside them.
    Page,
    /// Raw text with an ambiguous end.
    RawText,
    /// A line feed at the beginning that some contexts drop.
    LineFeed,
    /// A template that becomes a shadow root.
    ShadowRoot,
    /// More elements open at once than browsers keep apart.
    Depth,
    /// A context without certain rules.
    Context,
}

/// The markup at an offset is not in the strict subset.
///
/// ```
/// use djust_vdom::html::strict::{self, Reason};
/// use djust_vdom::html::Context;
///
/// let refusal = strict::parse_fragment("<a>a<a>b</a></a>", &Context::new("main")).unwrap_err();
/// assert_eq!((refusal.reason, refusal.at), (Reason::ClosesOpen, 4));
/// assert_eq!(refusal.to_string(), "ClosesOpen at 4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// What is there.
    pub reason: Reason,
    /// Offset of the tag, character or comment, in bytes.
    pub at: usize,
}

impl Refusal {
    pub(super) fn new(reason: Reason, at: usize) -> Self {
        Self { reason, at }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.reason, self.at)
    }
}

impl std::error::Error for Refusal {}
