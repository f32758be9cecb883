//! The outer split of a template: text, variables, tags, comments.
//!
//! Django cuts a template at `({%.*?%}|{{.*?}}|{#.*?#})`, where `.` is anything but a line feed
//! (`django.template.base.tag_re`). The same cut is made here in one pass over the occurrences of `{`. Tokens tile the
//! source: each begins where the one before it ends.

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
pub(crate) fn lex(source: &str) -> Vec<Lexeme> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::with_capacity(source.len() / 40 + 1);
    let mut closings = Closings::default();
    // Inside a verbatim block: the contents of the tag that ends it.
    let mut verbatim: Option<String> = None;
    let mut text = 0;
    let mut at = 0;
    while let Some(offset) = memchr(b'{', &bytes[at..]) {
        let start = at + offset;
        at = start + 1;
        let (kind, index, mark) = match bytes.get(start + 1) {
            Some(b'%') => (TokenKind::Block, 0, b'%'),
            Some(b'{') => (TokenKind::Variable, 1, b'}'),
            Some(b'#') => (TokenKind::Comment, 2, b'#'),
            _ => continue,
        };
        let Some(close) = closings.find(bytes, start + 2, index, mark) else {
            continue;
        };
        let end = close + 2;
        let inner = &source[start + 2..close];
        let contents = strip(inner);
        let ends_verbatim = kind == TokenKind::Block && verbatim.as_deref() == Some(contents);
        at = end;
        if ends_verbatim {
            verbatim = None;
        } else if verbatim.is_some() {
            continue;
        }
        if text < start {
            let span = Span::new(text, start);
            tokens.push(Lexeme {
                kind: TokenKind::Text,
                span,
                contents: span,
            });
        }
        if kind == TokenKind::Block && (contents == "verbatim" || contents.starts_with("verbatim "))
        {
            verbatim = Some(format!("end{contents}"));
        }
        let from = start + 2 + (inner.len() - inner.trim_start_matches(is_space).len());
        let from = from.min(close);
        tokens.push(Lexeme {
            kind,
            span: Span::new(start, end),
            contents: Span::new(from, from + contents.len()),
        });
        text = end;
    }
    if text < source.len() {
        let span = Span::new(text, source.len());
        tokens.push(Lexeme {
            kind: TokenKind::Text,
            span,
            contents: span,
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(source: &str) -> Vec<(TokenKind, &str)> {
        lex(source)
            .iter()
            .map(|token| (token.kind, &source[token.contents.range()]))
            .collect()
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
        assert_eq!(lex(&source).len(), 1);
    }
}
