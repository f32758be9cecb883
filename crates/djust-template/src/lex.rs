//! The outer split of a template: text, variables, tags, comments.
//!
//! Django cuts a template at `({%.*?%}|{{.*?}}|{#.*?#})`, where `.` is anything but a line feed
//! (`django.template.base.tag_re`). The same cut is made here in one pass over the occurrences of `{`, a token at a time,
//! as the parser asks for them. Tokens tile the source: each begins where the one before it ends.

use memchr::memchr;

use crate::span::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Text between tags.
    Text,
    /// `{{ … }}`
    Variable,
    /// `{% … %}`
    Block,
    /// `{# … #}`
    Comment,
}

/// A token by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) kind: TokenKind,
    /// The token with its delimiters.
    pub(crate) span: Span,
    /// What is between the delimiters, trimmed; for text, the text.
    pub(crate) contents: Span,
}

/// Whether Python's `str.strip` and `str.split` take the character for white space.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// Python's `str.strip`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// What a byte may be in the words of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// ASCII letters and digits.
    Word,
    Underscore,
    Point,
    Space,
    Quote,
    /// Other ASCII.
    Sign,
    /// Part of a character that is no ASCII.
    Wide,
}

impl Class {
    /// The class of a byte.
    #[inline]
    pub(crate) fn of(byte: u8) -> Self {
        CLASSES[byte as usize]
    }
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Wide; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'_' => Class::Underscore,
            b'.' => Class::Point,
            b'"' | b'\'' => Class::Quote,
            b' ' | b'\t'..=b'\r' | 0x1c..=0x1f => Class::Space,
            _ if byte.is_ascii_alphanumeric() => Class::Word,
            _ => Class::Sign,
        };
        byte += 1;
    }
    classes
};

/// The first word of a text, cut at white space.
pub(crate) fn first_word(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() && Class::of(bytes[start]) == Class::Space {
        start += 1;
    }
    let mut end = start;
    while end < bytes.len() {
        match Class::of(bytes[end]) {
            Class::Space => break,
            Class::Wide => {
                let mut words = text.split(is_space).filter(|word| !word.is_empty());
                return words.next().unwrap_or_default();
            }
            _ => end += 1,
        }
    }
    &text[start..end]
}

/// Finds the closing delimiter of each kind, and remembers where there is none, so that a line full of unclosed
/// openings is searched once.
#[derive(Default)]
struct Closings {
    /// For each kind: up to this offset there is no closing delimiter.
    none_before: [usize; 3],
}

impl Closings {
    /// Offset of `mark` followed by `}` on the same line at or after `from`.
    fn find(&mut self, bytes: &[u8], from: usize, kind: usize, mark: u8) -> Option<usize> {
        if from < self.none_before[kind] {
            return None;
        }
        let mut at = from;
        loop {
            let Some(offset) = memchr::memchr2(mark, b'\n', &bytes[at..]) else {
                self.none_before[kind] = bytes.len();
                return None;
            };
            at += offset;
            if bytes[at] == b'\n' {
                self.none_before[kind] = at;
                return None;
            }
            if bytes.get(at + 1) == Some(&b'}') {
                return Some(at);
            }
            at += 1;
        }
    }
}

/// Cuts a template into tokens that tile it.
#[derive(Default)]
pub(crate) struct Lexer {
    /// Where the next token begins.
    at: usize,
    /// A tag that was found behind a text.
    found: Option<Lexeme>,
    closings: Closings,
    /// Inside a verbatim block: the contents of the tag that ends it.
    verbatim: Option<String>,
}

impl Lexer {
    /// The next token of `source`, which is the same text at each call.
    pub(crate) fn next(&mut self, source: &str) -> Option<Lexeme> {
        if let Some(tag) = self.found.take() {
            return Some(tag);
        }
        let start = self.at;
        let tag = self.next_tag(source);
        let end = tag.map_or(source.len(), |tag| tag.span.start as usize);
        if tag.is_none() {
            self.at = end;
        }
        if start == end {
            return tag;
        }
        self.found = tag;
        let span = Span::new(start, end);
        Some(Lexeme {
            kind: TokenKind::Text,
            span,
            contents: span,
        })
    }

    /// The next token that is no text; the one behind it begins where that ends.
    fn next_tag(&mut self, source: &str) -> Option<Lexeme> {
        let bytes = source.as_bytes();
        let mut at = self.at;
        while let Some(offset) = memchr(b'{', &bytes[at..]) {
            let start = at + offset;
            at = start + 1;
            let (kind, index, mark) = match bytes.get(start + 1) {
                Some(b'%') => (TokenKind::Block, 0, b'%'),
                Some(b'{') => (TokenKind::Variable, 1, b'}'),
                Some(b'#') => (TokenKind::Comment, 2, b'#'),
                _ => continue,
            };
            let Some(close) = self.closings.find(bytes, start + 2, index, mark) else {
                continue;
            };
            let end = close + 2;
            at = end;
            let contents = trimmed(source, start + 2, close);
            if kind == TokenKind::Block || self.verbatim.is_some() {
                let text = &source[contents.range()];
                if kind == TokenKind::Block && self.verbatim.as_deref() == Some(text) {
                    self.verbatim = None;
                } else if self.verbatim.is_some() {
                    continue;
                }
                if text == "verbatim" || text.starts_with("verbatim ") {
                    self.verbatim = Some(format!("end{text}"));
                }
            }
            self.at = end;
            return Some(Lexeme {
                kind,
                span: Span::new(start, end),
                contents,
            });
        }
        None
    }
}

/// The range without the white space at its ends.
fn trimmed(source: &str, start: usize, end: usize) -> Span {
    let bytes = source.as_bytes();
    let (mut first, mut last) = (start, end);
    while first < last && bytes[first] == b' ' {
        first += 1;
    }
    while first < last && bytes[last - 1] == b' ' {
        last -= 1;
    }
    let is_plain = |byte: u8| !matches!(Class::of(byte), Class::Space | Class::Wide);
    if first < last && is_plain(bytes[first]) && is_plain(bytes[last - 1]) {
        return Span::new(first, last);
    }
    let inner = &source[start..end];
    let from = start + (inner.len() - inner.trim_start_matches(is_space).len());
    Span::new(from, from + strip(inner).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(source: &str) -> Vec<(TokenKind, &str)> {
        let mut lexer = Lexer::default();
        std::iter::from_fn(|| lexer.next(source))
            .map(|token| (token.kind, &source[token.contents.range()]))
            .collect()
    }

    #[test]
    fn contents_are_trimmed_as_python_does() {
        let contents = |source| cut(source)[0].1;
        assert_eq!(contents("{{  a b\t}}"), "a b");
        assert_eq!(contents("{{\u{a0}é\x1f}}"), "é");
        assert_eq!(contents("{{   }}"), "");
        assert_eq!(contents("{{ \t }}"), "");
        assert_eq!(contents("{{ é }}"), "é");
    }

    #[test]
    fn the_first_word_ends_at_any_white_space() {
        assert_eq!(first_word("  if\ta"), "if");
        assert_eq!(first_word("if"), "if");
        assert_eq!(first_word("if\u{a0}a"), "if");
        assert_eq!(first_word("été a"), "été");
        assert_eq!(first_word("\u{a0}if a"), "if");
        assert_eq!(first_word(" \u{2003} "), "");
        assert_eq!(first_word(""), "");
    }

    #[test]
    fn tokens_tile_the_source() {
        let source = "a{{ b }}{% verbatim %}{{ c }}{% endverbatim %}{# d #}{{ e\n}}{%";
        let mut lexer = Lexer::default();
        let mut at = 0;
        while let Some(token) = lexer.next(source) {
            assert_eq!(token.span.range().start, at);
            at = token.span.range().end;
        }
        assert_eq!(at, source.len());
        assert_eq!(lexer.next(source), None);
    }

    #[test]
    fn tags_do_not_span_lines() {
        assert_eq!(cut("{{ a\n}}"), [(TokenKind::Text, "{{ a\n}}")]);
        assert_eq!(
            cut("{% a\n%}{{ b }}"),
            [(TokenKind::Text, "{% a\n%}"), (TokenKind::Variable, "b")]
        );
    }

    #[test]
    fn the_leftmost_opening_that_closes_wins() {
        assert_eq!(
            cut("{{% a %}"),
            [(TokenKind::Text, "{"), (TokenKind::Block, "a")]
        );
        assert_eq!(cut("{{% a %}}"), [(TokenKind::Variable, "% a %")]);
        assert_eq!(cut("{{}}"), [(TokenKind::Variable, "")]);
        assert_eq!(cut("{{}"), [(TokenKind::Text, "{{}")]);
        assert_eq!(cut("{%}"), [(TokenKind::Text, "{%}")]);
    }

    #[test]
    fn verbatim_keeps_tags_as_text() {
        assert_eq!(
            cut("{% verbatim x %}{{ a }}{% endverbatim %}{% endverbatim x %}{{ b }}"),
            [
                (TokenKind::Block, "verbatim x"),
                (TokenKind::Text, "{{ a }}{% endverbatim %}"),
                (TokenKind::Block, "endverbatim x"),
                (TokenKind::Variable, "b"),
            ]
        );
    }

    #[test]
    fn unclosed_openings_take_linear_time() {
        let source = "{{ {% {# ".repeat(100_000);
        assert_eq!(cut(&source).len(), 1);
    }
}
