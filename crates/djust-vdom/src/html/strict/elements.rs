//! Categories of HTML elements, by how their start tags are treated
//! ([§13.2.6.4.7](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody)).

use super::refusal::Reason;

/// How the parser treats the start tag of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    /// No rule of its own: `span`, `b`, custom elements.
    Ordinary,
    /// Closes a `p`, and ends the search for list items to close.
    Block,
    /// Closes a `p`; the search for list items goes on, at least in some readings.
    Division,
    Paragraph,
    Heading,
    /// `pre` and `listing`: a block whose first line feed is dropped.
    Preformatted,
    ListItem,
    Definition,
    Form,
    Anchor,
    NoBreak,
    Button,
    Object,
    /// `rt` and `rp`.
    RubyText,
    /// Void, without a rule of its own.
    Void,
    Rule,
    Input,
    /// `base`, `link`, `meta`: void, and allowed in the head.
    Metadata,
    Select,
    OptionGroup,
    Option,
    /// `iframe` and `noembed`.
    RawText,
    /// `noframes`: allowed in the head too.
    NoFrames,
    /// Raw where scripts run; allowed in the head too.
    NoScript,
    /// `xmp`: closes a `p`.
    Example,
    Style,
    Script,
    Title,
    TextArea,
    Template,
    Table,
    Caption,
    ColumnGroup,
    Column,
    Section,
    Row,
    Cell,
    Svg,
    Math,
    /// `html`, `head` and `body`.
    Page,
    /// Readers differ, or nobody uses it.
    Uncertain,
}

/// What may stand in an open element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The rules "in body".
    Flow,
    Table,
    Section,
    Row,
    ColumnGroup,
    Head,
    Select,
    OptionGroup,
    /// Text and comments.
    Text,
    Svg,
    MathMl,
}

impl Content {
    /// Whether text that is not white space is certain to stay where it is.
    pub(crate) fn takes_text(self) -> bool {
        !matches!(
            self,
            Self::Table | Self::Section | Self::Row | Self::ColumnGroup | Self::Head
        )
    }
}

impl Category {
    pub(crate) fn of(name: &[u8]) -> Self {
        match name {
            b"article" | b"aside" | b"blockquote" | b"center" | b"details" | b"dir" | b"dl"
            | b"fieldset" | b"figcaption" | b"figure" | b"footer" | b"header" | b"hgroup"
            | b"main" | b"menu" | b"nav" | b"ol" | b"section" | b"summary" | b"ul" => Self::Block,
            b"div" | b"address" | b"dialog" | b"search" => Self::Division,
            b"p" => Self::Paragraph,
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Self::Heading,
            b"pre" | b"listing" => Self::Preformatted,
            b"li" => Self::ListItem,
            b"dd" | b"dt" => Self::Definition,
            b"form" => Self::Form,
            b"a" => Self::Anchor,
            b"nobr" => Self::NoBreak,
            b"button" => Self::Button,
            b"object" => Self::Object,
            b"rt" | b"rp" => Self::RubyText,
            b"area" | b"br" | b"embed" | b"img" | b"param" | b"source" | b"track" | b"wbr" => {
                Self::Void
            }
            b"hr" => Self::Rule,
            b"input" => Self::Input,
            b"base" | b"link" | b"meta" => Self::Metadata,
            b"select" => Self::Select,
            b"optgroup" => Self::OptionGroup,
            b"option" => Self::Option,
            b"iframe" | b"noembed" => Self::RawText,
            b"noframes" => Self::NoFrames,
            b"noscript" => Self::NoScript,
            b"xmp" => Self::Example,
            b"style" => Self::Style,
            b"script" => Self::Script,
            b"title" => Self::Title,
            b"textarea" => Self::TextArea,
            b"template" => Self::Template,
            b"table" => Self::Table,
            b"caption" => Self::Caption,
            b"colgroup" => Self::ColumnGroup,
            b"col" => Self::Column,
            b"tbody" | b"thead" | b"tfoot" => Self::Section,
            b"tr" => Self::Row,
            b"td" | b"th" => Self::Cell,
            b"svg" => Self::Svg,
            b"math" => Self::Math,
            b"html" | b"head" | b"body" => Self::Page,
            b"applet" | b"basefont" | b"bgsound" | b"command" | b"frame" | b"frameset"
            | b"image" | b"isindex" | b"keygen" | b"marquee" | b"menuitem" | b"nextid"
            | b"plaintext" | b"rb" | b"rtc" | b"selectedcontent" => Self::Uncertain,
            _ => Self::Ordinary,
        }
    }

    /// Whether the element has neither content nor end tag.
    pub(crate) fn is_void(self) -> bool {
        matches!(
            self,
            Self::Void | Self::Rule | Self::Input | Self::Metadata | Self::Column
        )
    }

    /// Whether a start tag at the beginning of a page, or after its head, begins the body.
    pub(super) fn begins_body(self) -> bool {
        !matches!(
            self,
            Self::Metadata
                | Self::Title
                | Self::Style
                | Self::Script
                | Self::NoFrames
                | Self::NoScript
                | Self::Template
                | Self::Page
                | Self::Uncertain
        )
    }

    /// How the text of an element that holds nothing but text is read.
    pub(crate) fn text(self) -> Option<TextKind> {
        match self {
            Self::RawText | Self::NoFrames | Self::NoScript | Self::Example | Self::Style => {
                Some(TextKind::Raw)
            }
            Self::Script => Some(TextKind::Script),
            Self::Title | Self::TextArea => Some(TextKind::Escapable),
            _ => None,
        }
    }

    /// Whether the first line feed inside is dropped.
    pub(crate) fn drops_line_feed(self) -> bool {
        matches!(self, Self::Preformatted | Self::TextArea)
    }

    pub(super) fn closes_paragraph(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::Division
                | Self::Paragraph
                | Self::Heading
                | Self::Preformatted
                | Self::ListItem
                | Self::Definition
                | Self::Form
                | Self::Rule
                | Self::Example
                | Self::Table
        )
    }

    /// What may stand in the element.
    pub(crate) fn content(self) -> Content {
        match self {
            Self::Table => Content::Table,
            Self::Section => Content::Section,
            Self::Row => Content::Row,
            Self::ColumnGroup => Content::ColumnGroup,
            Self::Select => Content::Select,
            Self::OptionGroup => Content::OptionGroup,
            Self::Option => Content::Text,
            Self::Svg => Content::Svg,
            Self::Math => Content::MathMl,
            _ => Content::Flow,
        }
    }
}

/// Text that is not markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    Raw,
    Script,
    /// RCDATA: with character references.
    Escapable,
}

/// Checks that a start tag inserts its element exactly where it stands.
pub(super) fn check(parent: &super::parser::Open<'_>, child: Category) -> Result<(), Reason> {
    use Category as C;
    match parent.content {
        Content::Flow => check_flow(parent, child),
        Content::Table | Content::Section | Content::Row => match (parent.content, child) {
            (Content::Table, C::Caption | C::ColumnGroup | C::Section | C::Row)
            | (Content::Section, C::Row)
            | (Content::Row, C::Cell)
            | (_, C::Style | C::Script | C::Template | C::Input) => Ok(()),
            _ => Err(Reason::Table),
        },
        Content::ColumnGroup => match child {
            C::Column | C::Template => Ok(()),
            _ => Err(Reason::Table),
        },
        Content::Head => match child {
            C::Metadata
            | C::Title
            | C::Style
            | C::Script
            | C::NoFrames
            | C::NoScript
            | C::Template => Ok(()),
            _ => Err(Reason::Head),
        },
        Content::Select => match child {
            C::Option | C::OptionGroup => Ok(()),
            _ => Err(Reason::Select),
        },
        Content::OptionGroup if child == C::Option => Ok(()),
        Content::OptionGroup => Err(Reason::Select),
        Content::Text if parent.category == C::Option => Err(Reason::Select),
        Content::Text | Content::Svg | Content::MathMl => Err(Reason::Foreign),
    }
}

fn check_flow(parent: &super::parser::Open<'_>, child: Category) -> Result<(), Reason> {
    use super::flags::Flags;
    use Category as C;
    let open = |flag| parent.flags.contains(flag);
    let closes = (child.closes_paragraph() && open(Flags::PARAGRAPH))
        || match child {
            C::ListItem => open(Flags::LIST_ITEM),
            C::Definition => open(Flags::DEFINITION),
            C::Heading => parent.category == C::Heading,
            C::Anchor => open(Flags::ANCHOR),
            C::NoBreak => open(Flags::NO_BREAK),
            C::Button => open(Flags::BUTTON),
            C::Form => open(Flags::FORM),
            C::RubyText => matches!(
                parent.category,
                C::Paragraph | C::ListItem | C::Definition | C::RubyText
            ),
            _ => false,
        };
    match child {
        _ if closes => Err(Reason::ClosesOpen),
        C::Caption | C::ColumnGroup | C::Column | C::Section | C::Row | C::Cell => {
            Err(Reason::TablePart)
        }
        C::Page => Err(Reason::Page),
        C::Uncertain => Err(Reason::Element),
        C::NoScript if open(Flags::TEMPLATE) => Err(Reason::Element),
        _ => Ok(()),
    }
}
