//! Truncation of text and HTML (Django 5.2: `django.utils.text.Truncator`).

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::entities::unescape;
use super::pieces::{Piece, Pieces};
use crate::format::unicode::{is_space, split_words};

/// The place of the text in the text that follows truncated characters.
const PLACE: &str = "%(truncated_text)s";

/// Elements without content.
const VOID_ELEMENTS: [&str; 16] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame", "spacer",
];

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Characters.
    Characters,
    /// Words.
    Words,
}

/// Whether the character combines with the one before it and is not counted.
fn is_combining(c: char) -> bool {
    !c.is_ascii() && canonical_combining_class(c) != 0
}

/// Text with what shows that it was truncated.
fn with_ending(text: &str, ending: &str) -> String {
    if ending.contains(PLACE) {
        return ending.replace(PLACE, text);
    }
    if text.ends_with(ending) {
        text.to_owned()
    } else {
        [text, ending].concat()
    }
}

/// How many characters are kept beside the ending.
fn kept_characters(length: i64, ending: &str) -> i64 {
    let mut kept = length;
    for c in with_ending("", ending)
        .chars()
        .filter(|&c| !is_combining(c))
    {
        let _ = c;
        kept -= 1;
        if kept == 0 {
            break;
        }
    }
    kept
}

/// At most `length` characters, the ending included.
pub(crate) fn truncate_characters(text: &str, length: i64, ending: &str) -> String {
    if length <= 0 {
        return String::new();
    }
    // Nothing to count when even the bytes fit.
    if text.is_ascii() && text.len() as u64 <= length as u64 {
        return text.to_owned();
    }
    let composed: String;
    let text = if is_nfc(text) {
        text
    } else {
        composed = text.nfc().collect();
        &composed
    };
    let kept = kept_characters(length, ending);
    let mut count = 0;
    let mut end = None;
    for (at, c) in text.char_indices() {
        if is_combining(c) {
            continue;
        }
        count += 1;
        if end.is_none() && count > kept {
            end = Some(at);
        }
        if count > length {
            return with_ending(&text[..end.unwrap_or(0)], ending);
        }
    }
    text.to_owned()
}

/// At most `length` words, separated by single spaces.
pub(crate) fn truncate_words(text: &str, length: i64) -> String {
    let length = usize::try_from(length).unwrap_or(0);
    let mut out = String::with_capacity(text.len().min(length.saturating_mul(8)) + 4);
    if length == 0 {
        return out;
    }
    let mut words = split_words(text);
    for (at, word) in words.by_ref().take(length).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    if words.next().is_some() && !out.ends_with(" …") {
        out.push_str(" …");
    }
    out
}

/// HTML with at most `length` characters or words of text, all elements closed; and whether the
/// markup was regular: otherwise the release of Python's parser decides.
pub(crate) fn truncate_html(text: &str, length: i64, unit: Unit, ending: &str) -> (String, bool) {
    if length <= 0 {
        return (String::new(), true);
    }
    let composed: String;
    let html = match unit {
        Unit::Characters if !is_nfc(text) => {
            composed = text.nfc().collect();
            &composed
        }
        _ => text,
    };
    let mut truncation = Truncation {
        out: String::with_capacity(html.len()),
        out_characters: 0,
        open: Vec::new(),
        remaining: match unit {
            Unit::Characters => kept_characters(length, ending),
            Unit::Words => length,
        },
        seen: 0,
        length,
        total: html.chars().count(),
        unit,
        ending,
    };
    let mut pieces = Pieces::new(html);
    let mut loose = false;
    let mut complete = false;
    for piece in pieces.by_ref() {
        loose = matches!(&piece, Piece::Text(text) if ends_in_open_reference(text));
        if truncation.take(piece) {
            complete = true;
            break;
        }
    }
    if complete {
        for name in truncation.open.iter().rev() {
            truncation.out.push_str(&["</", name, ">"].concat());
        }
    }
    (truncation.out, !loose && !pieces.is_irregular())
}

/// Django's parser waits for the rest of a reference that it takes to be cut in half.
fn ends_in_open_reference(text: &str) -> bool {
    text.rfind('&')
        .is_some_and(|at| !text[at..].contains(|c: char| c == ';' || is_space(c)))
}

/// HTML being truncated.
struct Truncation<'a> {
    out: String,
    out_characters: usize,
    open: Vec<String>,
    remaining: i64,
    seen: i64,
    length: i64,
    total: usize,
    unit: Unit,
    ending: &'a str,
}

impl Truncation<'_> {
    /// Takes the next piece; `true` when the text is complete.
    fn take(&mut self, piece: Piece<'_>) -> bool {
        match piece {
            Piece::Comment => {}
            Piece::Start {
                source,
                name,
                self_closing,
            } => {
                self.push(source);
                if !VOID_ELEMENTS.contains(&&*name) {
                    if self_closing {
                        self.push(&["</", &name, ">"].concat());
                    } else {
                        self.open.push(name.into_owned());
                    }
                }
            }
            Piece::End(name) => {
                if !VOID_ELEMENTS.contains(&&*name) {
                    self.push(&["</", &name, ">"].concat());
                    if self.open.last().is_some_and(|open| *open == name) {
                        self.open.pop();
                    }
                }
            }
            Piece::Text(text) => {
                let text = unescape(text);
                return match self.unit {
                    Unit::Characters => self.take_characters(&text),
                    Unit::Words => self.take_words(&text),
                };
            }
        }
        false
    }

    /// Appends markup.
    fn push(&mut self, markup: &str) {
        self.out_characters += markup.chars().count();
        self.out.push_str(markup);
    }

    /// Takes text by characters.
    fn take_characters(&mut self, text: &str) -> bool {
        let count = text.chars().count();
        self.seen += count as i64;
        // Django: text that fits exactly needs no ending.
        if self.seen == self.length && self.out_characters + count == self.total {
            self.push(text);
            return true;
        }
        let kept = usize::try_from(self.remaining).unwrap_or(0);
        let end = text
            .char_indices()
            .nth(kept)
            .map_or(text.len(), |(at, _)| at);
        let escaped = crate::escape(&text[..end]);
        self.finish(&escaped, count as i64)
    }

    /// Takes text by words; white space at its ends stays.
    fn take_words(&mut self, text: &str) -> bool {
        let words = split_inner(text);
        let kept = usize::try_from(self.remaining)
            .unwrap_or(0)
            .min(words.len());
        let escaped = crate::escape(&words[..kept].join(" "));
        self.finish(&escaped, words.len() as i64)
    }

    /// Appends what was kept of `count` units, with the ending when that is not all.
    fn finish(&mut self, escaped: &str, count: i64) -> bool {
        if self.remaining < count {
            self.remaining = 0;
            let ended = with_ending(escaped, self.ending);
            self.push(&ended);
            return true;
        }
        self.remaining -= count;
        self.push(escaped);
        false
    }
}

/// Splits at white space that has text on both sides.
fn split_inner(text: &str) -> Vec<&str> {
    let trimmed = text.trim_matches(is_space);
    if trimmed.is_empty() {
        return vec![text];
    }
    let start = trimmed.as_ptr() as usize - text.as_ptr() as usize;
    let mut words: Vec<&str> = split_words(trimmed).collect();
    let last = words.len() - 1;
    let first_end = start + words[0].len();
    let last_start = start + trimmed.len() - words[last].len();
    if last == 0 {
        return vec![text];
    }
    words[0] = &text[..first_end];
    words[last] = &text[last_start..];
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDING: &str = "%(truncated_text)s…";

    #[test]
    fn text_is_truncated() {
        assert_eq!(truncate_characters("Joel is a slug", 7, ENDING), "Joel i…");
        assert_eq!(truncate_characters("Joel", 4, ENDING), "Joel");
        assert_eq!(truncate_characters("Joel", 1, ENDING), "…");
        assert_eq!(truncate_characters("Joel", 0, ENDING), "");
        assert_eq!(
            truncate_characters("e\u{301}e\u{301}e\u{301}x", 3, ENDING),
            "éé…"
        );
        assert_eq!(truncate_words("a  b\nc", 2), "a b …");
        assert_eq!(truncate_words(" a  b ", 2), "a b");
    }

    #[test]
    fn elements_are_closed() {
        let html = "<p>one <a href=\"#\">two - three <br>four</a> five</p>";
        let words = |length| truncate_html(html, length, Unit::Words, " …").0;
        assert_eq!(words(2), "<p>one <a href=\"#\">two …</a></p>");
        assert_eq!(words(4), "<p>one <a href=\"#\">two - three <br> …</a></p>");
        assert_eq!(words(100), html);
        let characters = |length| truncate_html(html, length, Unit::Characters, ENDING).0;
        assert_eq!(characters(4), "<p>one…</p>");
    }
}
