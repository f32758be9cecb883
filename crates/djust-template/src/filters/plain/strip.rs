//! Removal of tags (Django: `django.utils.html.strip_tags`).

use std::borrow::Cow;

use super::pieces::{Piece, Pieces, has_loose_reference};

/// Most passes over the text; Django refuses text that needs more.
const PASS_LIMIT: usize = 50;

/// Longest start of a tag without an end that is not suspicious.
const OPEN_TAG_LIMIT: usize = 1000;

/// The text without tags and comments, and whether the markup was regular: otherwise the
/// release of Python's parser decides what is left.
pub(crate) fn strip_tags(text: &str) -> (Cow<'_, str>, bool) {
    let mut current = Cow::Borrowed(text);
    let mut regular = text.len() < OPEN_TAG_LIMIT || !has_long_open_tag(text);
    for _ in 0..PASS_LIMIT {
        if !current.contains('<') || !current.contains('>') {
            break;
        }
        let mut stripped = String::with_capacity(current.len());
        let mut pieces = Pieces::new(&current);
        for piece in pieces.by_ref() {
            if let Piece::Text(text) = piece {
                regular = regular && !has_loose_reference(text);
                stripped.push_str(text);
            }
        }
        regular = regular && !pieces.is_irregular();
        if current.matches('<').count() == stripped.matches('<').count() {
            break;
        }
        current = Cow::Owned(stripped);
    }
    (current, regular)
}

/// Tells whether the text has a tag that is not closed for long.
fn has_long_open_tag(text: &str) -> bool {
    text.split('<').skip(1).any(|tag| {
        tag.starts_with(|c: char| c.is_ascii_alphabetic())
            && tag.find('>').unwrap_or(tag.len()) > OPEN_TAG_LIMIT
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_removed() {
        for (text, expected) in [
            ("some <b>html</b> &amp; text", "some html &amp; text"),
            ("<p>a<br/>b</p><!-- c -->d", "abd"),
            ("no tags", "no tags"),
            ("", ""),
        ] {
            let (stripped, regular) = strip_tags(text);
            assert_eq!(stripped, expected);
            assert!(regular, "{text}");
        }
        assert!(!strip_tags("a <script>b</script>").1);
        assert!(!strip_tags("a < b > c").1);
        assert!(!strip_tags("<b>AT&T</b>").1);
    }
}
