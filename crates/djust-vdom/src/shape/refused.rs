//! Why a render has no certain shape.

use std::fmt;

use crate::html::strict::{Reason, Refusal};

/// A render, or a part of it, that is compared as a whole tree instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The template's own text is outside of what the strict parser accepts.
    Literals {
        /// What was found.
        reason: Reason,
        /// The text around the place; an ellipsis stands for a value.
        near: String,
    },
    /// A value is markup that is not certain where it stands, such as a `p` left open.
    Markup(Reason),
    /// A value cannot stand where the template puts it: text in a table row, a quote in an attribute,
    /// the end of a script.
    Value(&'static str),
    /// Something changes inside an element whose inside is compared as a whole: a `template`, or an
    /// element with `dj-update`.
    Leaf,
    /// The live root is not part of the template's own text, or another region has one.
    Root,
    /// The key of an element changes that is not an item of a list.
    Key,
    /// A `select` is bound to state (`dj-model`), or a control by a name or of a type that changes.
    Control,
    /// An element with `dj-update` append or prepend may be one that was there before, or has become another one: what it
    /// keeps is known to the page only.
    Kept,
    /// The page is too large, too deep, or renders in too many shapes.
    Size,
    /// Branches open and close elements apart, in more combinations than are kept as shapes.
    Variants,
    /// The template's own text is another than before: it extends or includes by a variable.
    Replaced,
}

impl Refused {
    /// Its kind in a word or two, for counting: `template: EndTag`, `value`.
    ///
    /// ```
    /// use djust_vdom::Refused;
    /// use djust_vdom::html::strict::Reason;
    /// assert_eq!(Refused::Markup(Reason::ClosesOpen).kind(), "markup: ClosesOpen");
    /// assert_eq!(Refused::Root.kind(), "root");
    /// ```
    pub fn kind(&self) -> String {
        let name = match self {
            Self::Literals { reason, .. } => return format!("template: {reason}"),
            Self::Markup(reason) => return format!("markup: {reason}"),
            Self::Value(_) => "value",
            Self::Leaf => "leaf",
            Self::Root => "root",
            Self::Key => "key",
            Self::Control => "control",
            Self::Kept => "kept",
            Self::Size => "size",
            Self::Variants => "variants",
            Self::Replaced => "replaced",
        };
        name.to_owned()
    }
}

/// A part of a template that is not compared place by place, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// What is not certain.
    pub reason: Refused,
    /// The template's text that it was found in, as the recording names it, and the offset there.
    pub literal: Option<((u32, u32), u32)>,
    /// The beginning of the part that is compared as a whole, an ellipsis for each value; `None` where
    /// that is the page.
    pub part: Option<String>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Markup(refusal.reason)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literals { reason, near } => write!(f, "{reason} in the template near {near:?}"),
            Self::Markup(reason) => write!(f, "{reason} in the markup of a value"),
            Self::Value(what) => f.write_str(what),
            Self::Leaf => f.write_str("a value inside a template or an element with dj-update"),
            Self::Root => {
                f.write_str("the live root is inside a loop or a value, or a branch or value has another")
            }
            Self::Control => {
                f.write_str("a select with dj-model, or a control whose dj-model or type changes")
            }
            Self::Variants => f.write_str(
                "branches open and close elements apart, in more combinations than are kept",
            ),
            Self::Kept => f.write_str(
                "an element with dj-update may be another one than before, or several are in a loop without keys",
            ),
            Self::Key => f.write_str("the key of an element outside a list changes"),
            Self::Size => f.write_str("the page is too large or renders in too many shapes"),
            Self::Replaced => f.write_str("the template extends or includes another than before"),
        }
    }
}

impl std::error::Error for Refused {}

pub(super) type Result<T> = std::result::Result<T, Refused>;
