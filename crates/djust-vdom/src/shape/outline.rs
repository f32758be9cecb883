//! The elements of markup by their tags alone.
//!
//! Where markup is not certain, this says which part of it could be compared as a whole. It may be
//! wrong about anything: what is chosen by it is parsed before it is believed.

use super::source::GAP;
use crate::html::strict::Category;

/// An element, by the offsets of its tags.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) inner_start: usize,
    pub(super) inner_end: usize,
    pub(super) end: usize,
    pub(super) parent: Option<usize>,
    /// Whether it holds no elements: it is void, or its text is raw.
    pub(super) is_leaf: bool,
}

/// The elements of a text in the order of their start tags.
pub(super) fn outline(text: &str) -> Vec<Span> {
    scan(text).0
}

/// Whether each element of a text, and each tag, begins and ends in it.
pub(super) fn is_balanced(text: &str) -> bool {
    scan(text).1
}

fn scan(text: &str) -> (Vec<Span>, bool) {
    let mut is_balanced = true;
    let bytes = text.as_bytes();
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(ahead) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + ahead;
        at = start + 1;
        let rest = &text[at..];
        if rest.starts_with("!--") {
            let end = rest.find("-->");
            is_balanced &= end.is_some();
            at = end.map_or(text.len(), |end| at + end + 3);
        } else if let Some(name) = rest.strip_prefix('/').map(name) {
            let end = rest.find('>');
            is_balanced &= end.is_some();
            at = end.map_or(text.len(), |end| at + end + 1);
            let Some(place) = open.iter().rposition(|&span| spans[span].name == name) else {
                is_balanced = false;
                continue;
            };
            for span in open.drain(place + 1..) {
                (spans[span].inner_end, spans[span].end) = (start, start);
            }
            if let Some(span) = open.pop() {
                (spans[span].inner_end, spans[span].end) = (start, at);
            }
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name = name(rest);
            let category = Category::of(name.as_bytes());
            let (end, is_closed) = end_of_tag(bytes, at);
            is_balanced &= bytes[end - 1] == b'>';
            at = end;
            let mut span = Span {
                start,
                inner_start: end,
                inner_end: text.len(),
                end: text.len(),
                parent: open.last().copied(),
                is_leaf: true,
                name,
            };
            if category.text().is_some() {
                let closing = format!("</{}", span.name);
                let lower = text[end..].to_ascii_lowercase();
                let close = lower.find(&closing);
                is_balanced &= close.is_some();
                span.inner_end = close.map_or(text.len(), |ahead| end + ahead);
                at = text[span.inner_end..]
                    .find('>')
                    .map_or(text.len(), |ahead| span.inner_end + ahead + 1);
                span.end = at;
            } else if category.is_void() || is_closed {
                (span.inner_end, span.end) = (end, end);
            } else {
                span.is_leaf = false;
                open.push(spans.len());
            }
            spans.push(span);
        }
    }
    (spans, is_balanced && open.is_empty())
}

fn name(rest: &str) -> String {
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | GAP);
    let end = rest.find(is_end).unwrap_or(rest.len());
    rest[..end].to_ascii_lowercase()
}

/// Where a start tag ends, and whether it closes itself.
fn end_of_tag(bytes: &[u8], mut at: usize) -> (usize, bool) {
    let mut quote = None;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (quote, byte) {
            (None, b'>') => return (at, bytes[at - 2] == b'/'),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    (at, false)
}

#[cfg(test)]
mod tests {
    use super::{is_balanced, outline};

    #[test]
    fn elements_end_where_their_tags_say() {
        let text = "<ul class='>'><li>a<li>b</ul><!--<b>--><br><script>'<p>'</script></i><p>\0</p>";
        let spans: Vec<_> = outline(text)
            .iter()
            .map(|span| (span.name.clone(), &text[span.start..span.end]))
            .collect();
        let expected = [
            ("ul", "<ul class='>'><li>a<li>b</ul>"),
            ("li", "<li>a<li>b"),
            ("li", "<li>b"),
            ("br", "<br>"),
            ("script", "<script>'<p>'</script>"),
            ("p", "<p>\0</p>"),
        ];
        assert_eq!(spans, expected.map(|(name, text)| (name.to_owned(), text)));
    }

    #[test]
    fn balance_is_that_of_tags() {
        for text in [
            "",
            "a",
            "<b>1</b>",
            "<br><!--a-->",
            "<ul><li>a</ul>",
            " class=\"x\"",
        ] {
            assert!(is_balanced(text), "{text:?}");
        }
        for text in [
            "<b>",
            "</b>",
            "<b",
            "</b",
            "<!--",
            "<b a='>'",
            "<p>a</p></p>",
            "<script>",
        ] {
            assert!(!is_balanced(text), "{text:?}");
        }
    }
}
