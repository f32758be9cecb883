//! HTML as a browser serialises it, made fit for parsing.

use std::borrow::Cow;

/// Repeats the line feed at the beginning of `pre`, `textarea` and `listing`.
///
/// `outerHTML` writes the text of these elements as it is, so a line feed it begins with is text;
/// the parser would drop it. Markup that only looks like such a tag, inside a script for example,
/// is changed too: the next diff then sets that text once without need.
pub(crate) fn repeat_line_feeds(outer_html: &str) -> Cow<'_, str> {
    let mut repeated = String::new();
    let mut written = 0;
    for (at, _) in outer_html.match_indices('<') {
        if let Some(end) = tag_end(outer_html, at)
            && outer_html[end..].starts_with('\n')
        {
            repeated.push_str(&outer_html[written..end]);
            repeated.push('\n');
            written = end;
        }
    }
    if written == 0 {
        return Cow::Borrowed(outer_html);
    }
    repeated.push_str(&outer_html[written..]);
    Cow::Owned(repeated)
}

/// The end of the start tag at `at`, if it is one of the three; attribute values are quoted.
fn tag_end(html: &str, at: usize) -> Option<usize> {
    let tag = &html[at + 1..];
    let name = ["pre", "textarea", "listing"]
        .into_iter()
        .find(|name| tag.starts_with(name))?;
    let rest = &tag[name.len()..];
    if !rest.starts_with([' ', '>']) {
        return None;
    }
    let mut quoted = false;
    let length = rest.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })?;
    Some(at + 1 + name.len() + length + 1)
}

#[cfg(test)]
mod tests {
    use super::repeat_line_feeds;

    #[test]
    fn only_line_feeds_behind_such_tags_are_repeated() {
        let cases = [
            ("<pre>\na</pre>", "<pre>\n\na</pre>"),
            (
                "<textarea name=\"a>b\">\n\n</textarea>",
                "<textarea name=\"a>b\">\n\n\n</textarea>",
            ),
            (
                "<p>\n<pre>a</pre>\n<prefix>\n",
                "<p>\n<pre>a</pre>\n<prefix>\n",
            ),
            (
                "<listing class=\"\n\">x<pre>\n",
                "<listing class=\"\n\">x<pre>\n\n",
            ),
            ("<pre", "<pre"),
            ("<pre title=\"", "<pre title=\""),
        ];
        for (html, expected) in cases {
            assert_eq!(repeat_line_feeds(html), expected);
        }
    }
}
