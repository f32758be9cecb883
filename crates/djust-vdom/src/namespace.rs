//! Element namespaces, as the parser of the HTML standard assigns them.

use html5ever::ns;

/// The namespace of an element.
///
/// The HTML parser creates elements in these three only
/// ([§13.2.6.5](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign)).
/// The numbers are those of patch operation 8.
///
/// ```
/// use djust_vdom::Namespace;
/// assert_eq!(Namespace::Svg as u8, 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Namespace {
    /// `http://www.w3.org/1999/xhtml`
    #[default]
    Html = 0,
    /// `http://www.w3.org/2000/svg`
    Svg = 1,
    /// `http://www.w3.org/1998/Math/MathML`
    MathMl = 2,
}

impl Namespace {
    pub(crate) fn from_url(url: &html5ever::Namespace) -> Self {
        match *url {
            ns!(svg) => Self::Svg,
            ns!(mathml) => Self::MathMl,
            _ => Self::Html,
        }
    }

    pub(crate) fn url(self) -> html5ever::Namespace {
        match self {
            Self::Html => ns!(html),
            Self::Svg => ns!(svg),
            Self::MathMl => ns!(mathml),
        }
    }
}
