//! HTML cut into tags, comments and text.
//!
//! Python's `html.parser`, which Django uses, has changed its reading of broken markup from one
//! patch release to the next. This reader covers the markup that all releases read alike, and
//! says so: [`Pieces::is_irregular`] is true once anything else was met, which is then given out
//! as text.

use std::borrow::Cow;

use crate::format::unicode::is_space;

/// Elements whose content is not markup, at least for some releases of the parser.
const RAW_TEXT: [&str; 10] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
];

/// A stretch of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text between tags, with its character references as written.
    Text(&'a str),
    /// A start tag.
    Start {
        /// The whole tag as written.
        source: &'a str,
        /// The element's name in lower case.
        name: Cow<'a, str>,
        /// Whether the tag ends in `/>`.
        self_closing: bool,
    },
    /// An end tag with the element's name in lower case.
    End(Cow<'a, str>),
    /// A comment.
    Comment,
}

/// Iterator over the pieces of a text.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a> {
    rest: &'a str,
    irregular: bool,
}

impl<'a> Pieces<'a> {
    /// Starts to cut.
    pub(crate) fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            irregular: false,
        }
    }

    /// Whether markup was met that the releases of Python's parser do not agree on.
    pub(crate) fn is_irregular(&self) -> bool {
        self.irregular
    }

    /// Takes `length` bytes off the front.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// A tag or comment at the front, which begins with `<`.
    fn markup(&mut self) -> Option<Piece<'a>> {
        if self.rest.starts_with("<!--") {
            let end = comment_length(self.rest)?;
            self.take(end);
            return Some(Piece::Comment);
        }
        let (name_start, closing) = if self.rest.starts_with("</") {
            (2, true)
        } else {
            (1, false)
        };
        let name_length = name_length(&self.rest[name_start..])?;
        let name_end = name_start + name_length;
        let name = lower(&self.rest[name_start..name_end]);
        if closing {
            let space = space_length(&self.rest[name_end..]);
            let end = name_end + space;
            self.rest[end..]
                .starts_with('>')
                .then(|| self.take(end + 1))?;
            return Some(Piece::End(name));
        }
        let (end, self_closing) = attributes_length(&self.rest[name_end..])?;
        if RAW_TEXT.contains(&&*name) {
            self.irregular = true;
        }
        let source = self.take(name_end + end);
        Some(Piece::Start {
            source,
            name,
            self_closing,
        })
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if self.rest.starts_with('<') {
            if let Some(piece) = self.markup() {
                return Some(piece);
            }
            self.irregular = true;
            let end = self.rest[1..]
                .find('<')
                .map_or(self.rest.len(), |at| at + 1);
            return Some(Piece::Text(self.take(end)));
        }
        let end = self.rest.find('<').unwrap_or(self.rest.len());
        Some(Piece::Text(self.take(end)))
    }
}

/// The text in lower case, borrowed when it is so already.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The length of a plain element name at the start.
fn name_length(text: &str) -> Option<usize> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
    text.as_bytes()
        .first()
        .filter(|b| b.is_ascii_alphabetic())?;
    Some(text.bytes().position(|b| !plain(b)).unwrap_or(text.len()))
}

/// The length of the white space at the start.
fn space_length(text: &str) -> usize {
    text.bytes()
        .position(|b| !b.is_ascii_whitespace())
        .unwrap_or(text.len())
}

/// The length of attributes and the end of a start tag, and whether it closes itself.
fn attributes_length(text: &str) -> Option<(usize, bool)> {
    let mut at = 0;
    loop {
        let space = space_length(&text[at..]);
        at += space;
        let rest = &text[at..];
        if rest.starts_with('>') {
            return Some((at + 1, false));
        }
        if rest.starts_with("/>") {
            return Some((at + 2, true));
        }
        if space == 0 {
            return None;
        }
        at += attribute_length(rest)?;
    }
}

/// The length of one attribute with its value.
fn attribute_length(text: &str) -> Option<usize> {
    let ends_name = |c: char| c.is_ascii_control() || is_space(c) || "\"'<>/=".contains(c);
    let name = text.find(ends_name)?;
    if name == 0 {
        return None;
    }
    let after = name + space_length(&text[name..]);
    let Some(rest) = text[after..].strip_prefix('=') else {
        return Some(name);
    };
    let value = text.len() - rest.len() + space_length(rest);
    let rest = &text[value..];
    let quote = rest.chars().next()?;
    if quote == '"' || quote == '\'' {
        return rest[1..].find(quote).map(|end| value + end + 2);
    }
    let end = rest.find(|c: char| is_space(c) || "\"'<>=`/".contains(c))?;
    (end > 0 && !rest[end..].starts_with(['"', '\'', '<', '=', '`', '/'])).then_some(value + end)
}

/// The length of a comment without oddities.
fn comment_length(text: &str) -> Option<usize> {
    let body = &text[4..];
    let dashes = body.find("--")?;
    let plain = body[dashes..].starts_with("-->") && !body.starts_with(['>', '-']);
    plain.then_some(4 + dashes + 3)
}

/// Tells whether the text has an ampersand that only some releases, or only in some positions,
/// read as the start of a character reference.
pub(crate) fn has_loose_reference(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        rest = &rest[at + 1..];
        let name = rest.strip_prefix('#').unwrap_or(rest);
        let numeric = name.len() < rest.len();
        let length = name
            .bytes()
            .position(|b| !b.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let starts = numeric || name.starts_with(|c: char| c.is_ascii_alphabetic());
        let digits = name[..length].strip_prefix(['x', 'X']);
        let complete = match (numeric, digits) {
            (false, _) => true,
            (true, Some(hex)) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            (true, None) => length > 0 && name[..length].bytes().all(|b| b.is_ascii_digit()),
        };
        if starts && !(complete && name[length..].starts_with(';')) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_cut() {
        let html = "a<B class=\"x>y\" id='z' data-n=1 hidden>b</B ><br/><!-- c -->d &amp; e";
        let mut pieces = Pieces::new(html);
        let kinds: Vec<Piece<'_>> = pieces.by_ref().collect();
        assert!(!pieces.is_irregular());
        assert_eq!(kinds[0], Piece::Text("a"));
        assert!(matches!(&kinds[1], Piece::Start { name, self_closing: false, .. } if name == "b"));
        assert_eq!(kinds[3], Piece::End("b".into()));
        assert!(matches!(&kinds[4], Piece::Start { name, self_closing: true, .. } if name == "br"));
        assert_eq!(kinds[5..], [Piece::Comment, Piece::Text("d &amp; e")]);
    }

    #[test]
    fn broken_markup_is_reported() {
        for html in [
            "a < b",
            "<a",
            "<a href=x/>",
            "<!doctype html>",
            "<!--->",
            "<script>",
            "</a b>",
            "<a\"b\">",
            "<?php ?>",
            "<a b=\"c>",
            "</>",
            "<!-- a -- b -->",
            "<a b='c'd>",
        ] {
            let mut pieces = Pieces::new(html);
            let text: Vec<Piece<'_>> = pieces.by_ref().collect();
            assert!(pieces.is_irregular(), "{html}: {text:?}");
        }
    }

    #[test]
    fn references_without_semicolon_are_loose() {
        for text in ["AT&T", "&amp", "&#", "&#x;", "&copy 2026", "&#12 "] {
            assert!(has_loose_reference(text), "{text}");
        }
        for text in ["a & b", "&amp;", "&#12;", "&#xAf;", "&", "x &", "&&amp;"] {
            assert!(!has_loose_reference(text), "{text}");
        }
    }
}
