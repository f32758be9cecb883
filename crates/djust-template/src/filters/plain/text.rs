//! Functions on plain text behind the string filters.

use std::borrow::Cow;

use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization;

use crate::format::unicode::{is_space, split_lines, split_words, title};

/// Puts a backslash before backslashes and quotes.
pub(crate) fn add_slashes(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if matches!(c, '\\' | '"' | '\'') {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// ASCII letters, digits, underscores and single hyphens (Django: `django.utils.text.slugify`).
pub(crate) fn slugify(text: &str) -> SmolStr {
    if text.is_ascii() {
        return in_place(text.len(), |room| {
            room.copy_from_slice(text.as_bytes());
            slug(room)
        });
    }
    let mut out = String::with_capacity(text.len());
    push_slug(text.nfkd().filter(char::is_ascii), &mut out);
    SmolStr::new(out.trim_matches(['-', '_']))
}

/// A text of at most `length` bytes that `fill` writes; it returns where the text lies. Most texts are short, and made
/// without memory of their own.
pub(crate) fn in_place(
    length: usize,
    fill: impl FnOnce(&mut [u8]) -> std::ops::Range<usize>,
) -> SmolStr {
    let (mut short, mut long) = ([0; 64], Vec::new());
    let room = if let Some(room) = short.get_mut(..length) {
        room
    } else {
        long.resize(length, 0);
        &mut long[..]
    };
    let range = fill(room);
    // What is written is ASCII, or text with ASCII characters taken out or put in.
    SmolStr::new(std::str::from_utf8(&room[range]).unwrap_or_default())
}

/// Makes a slug of ASCII text.
pub(crate) fn slug_in_place(bytes: &mut Vec<u8>) {
    let range = slug(bytes);
    bytes.truncate(range.end);
    if range.start > 0 {
        bytes.drain(..range.start);
    }
}

/// Makes a slug of ASCII text and returns where it lies.
fn slug(room: &mut [u8]) -> std::ops::Range<usize> {
    let length = ascii_slug(room);
    let is_edge = |byte: &u8| matches!(byte, b'-' | b'_');
    let start = room[..length]
        .iter()
        .take_while(|byte| is_edge(byte))
        .count();
    let end = length
        - room[start..length]
            .iter()
            .rev()
            .take_while(|byte| is_edge(byte))
            .count();
    start..end
}

/// Puts the characters that a slug may hold at the beginning, and returns how many these are: never more than were read.
fn ascii_slug(room: &mut [u8]) -> usize {
    let mut length = 0;
    let mut separated = false;
    for at in 0..room.len() {
        let byte = room[at];
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            if separated {
                room[length] = b'-';
                length += 1;
                separated = false;
            }
            room[length] = byte.to_ascii_lowercase();
            length += 1;
        } else {
            separated = separated || byte == b'-' || is_space(char::from(byte));
        }
    }
    if separated {
        room[length] = b'-';
        length += 1;
    }
    length
}

/// Appends the characters that a slug may hold.
fn push_slug(text: impl Iterator<Item = char>, out: &mut String) {
    let mut separated = false;
    for c in text {
        if c == '-' || is_space(c) {
            separated = true;
        } else if c.is_ascii_alphanumeric() || c == '_' {
            if separated {
                out.push('-');
                separated = false;
            }
            out.push(c.to_ascii_lowercase());
        }
    }
    if separated {
        out.push('-');
    }
}

/// Capitals at word starts, but not after an apostrophe or a digit (the filter `title`).
pub(crate) fn title_words(text: &str) -> SmolStr {
    if text.is_ascii() {
        return title_ascii(text);
    }
    let titled = title(text);
    let mut out = String::with_capacity(titled.len());
    // Django applies two substitutions in turn; their matches do not overlap.
    let characters: Vec<char> = titled.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let c = characters[at];
        let next = characters.get(at + 1).copied();
        let after = characters.get(at + 2).copied();
        let capital = |c: Option<char>| c.is_some_and(|c| c.is_ascii_uppercase());
        if c.is_ascii_lowercase() && next == Some('\'') && capital(after) {
            out.push(c);
            out.push('\'');
            out.extend(after.map(|c| c.to_ascii_lowercase()));
            at += 3;
        } else if is_digit(c) && capital(next) {
            out.push(c);
            out.extend(next.map(|c| c.to_ascii_lowercase()));
            at += 2;
        } else {
            out.push(c);
            at += 1;
        }
    }
    SmolStr::new(out)
}

/// [`title_words`] of ASCII text, where a letter's case depends on the three characters before it.
fn title_ascii(text: &str) -> SmolStr {
    in_place(text.len(), |room| {
        room.copy_from_slice(text.as_bytes());
        title_in_place(room);
        0..text.len()
    })
}

/// [`title_words`] of ASCII text in its own place.
pub(crate) fn title_in_place(bytes: &mut [u8]) {
    let (mut third, mut second, mut last) = (b' ', b' ', b' ');
    for place in bytes {
        let byte = *place;
        let after_apostrophe =
            last == b'\'' && second.is_ascii_alphabetic() && third.is_ascii_alphabetic();
        *place = if last.is_ascii_alphanumeric() || after_apostrophe {
            byte.to_ascii_lowercase()
        } else {
            byte.to_ascii_uppercase()
        };
        (third, second, last) = (second, last, byte);
    }
}

/// The class `\d`.
fn is_digit(c: char) -> bool {
    crate::format::unicode::decimal_digit(c).is_some()
}

/// Number of words.
pub(crate) fn count_words(text: &str) -> usize {
    split_words(text).count()
}

/// Letters as the digits of a telephone's keys.
pub(crate) fn phone_digits(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| match c {
            'a'..='c' => '2',
            'd'..='f' => '3',
            'g'..='i' => '4',
            'j'..='l' => '5',
            'm'..='o' => '6',
            'p'..='s' => '7',
            't'..='v' => '8',
            'w'..='z' => '9',
            _ => c,
        })
        .collect()
}

/// Where spaces go when text is brought to a width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// All behind (`str.ljust`).
    Left,
    /// All before (`str.rjust`).
    Right,
    /// An odd space as `str.center` puts it, which depends on text and width.
    Center,
    /// An odd space behind, as the format `^` puts it (Django 6.0 and later).
    CenterFormat,
}

/// Text with spaces around it, at least `width` characters.
pub(crate) fn pad(text: &str, width: usize, align: Align) -> Cow<'_, str> {
    let length = text.chars().count();
    let missing = width.saturating_sub(length);
    if missing == 0 {
        return Cow::Borrowed(text);
    }
    let before = match align {
        Align::Left => 0,
        Align::Right => missing,
        Align::Center => missing / 2 + (missing & width & 1),
        Align::CenterFormat => missing / 2,
    };
    let mut out = String::with_capacity(text.len() + missing);
    push_spaces(before, &mut out);
    out.push_str(text);
    push_spaces(missing - before, &mut out);
    Cow::Owned(out)
}

/// Appends spaces, many at once.
pub(crate) fn push_spaces(mut count: usize, out: &mut String) {
    const SPACES: &str = "                                                                ";
    while count > 0 {
        let now = count.min(SPACES.len());
        out.push_str(&SPACES[..now]);
        count -= now;
    }
}

/// Breaks lines at white space so that none is longer than `width` where words allow (Django:
/// `django.utils.text.wrap`, Python: `textwrap.TextWrapper`).
pub(crate) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / width.max(1) + 1);
    let mut first = true;
    for line in split_lines(text) {
        if !first {
            out.push('\n');
        }
        first = false;
        wrap_line(line, width, &mut out);
    }
    if text.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Appends one line, wrapped; a line of nothing but white space stays as it is.
fn wrap_line(line: &str, width: usize, out: &mut String) {
    let expanded = expand_tabs(line);
    let chunks = split_chunks(&expanded);
    let start = out.len();
    let mut lines = 0;
    let mut at = 0;
    while at < chunks.len() {
        // White space that a line break falls on is dropped, but for the first line's.
        if lines > 0 && chunks[at].chars().all(is_space) {
            at += 1;
        }
        let begin = at;
        let mut used = 0;
        while at < chunks.len() {
            let length = chunks[at].chars().count();
            if used + length > width {
                break;
            }
            used += length;
            at += 1;
        }
        // A word longer than the width has a line of its own.
        if at == begin && at < chunks.len() {
            at += 1;
        }
        let mut end = at;
        if end > begin && chunks[end - 1].chars().all(is_space) {
            end -= 1;
        }
        if end > begin {
            if lines > 0 {
                out.push('\n');
            }
            chunks[begin..end]
                .iter()
                .for_each(|chunk| out.push_str(chunk));
            lines += 1;
        }
    }
    if out.len() == start {
        out.push_str(line);
    }
}

/// Spaces in place of tabs, at every eighth column (`str.expandtabs`).
fn expand_tabs(line: &str) -> Cow<'_, str> {
    if !line.contains('\t') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let spaces = 8 - column % 8;
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push(c);
            column += 1;
        }
    }
    Cow::Owned(out)
}

/// Words and the ASCII white space between them, alternating.
fn split_chunks(line: &str) -> Vec<&str> {
    let blank = |c: char| matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ');
    let mut chunks = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|c| blank(c) != blank(first))
            .unwrap_or(rest.len());
        let (chunk, tail) = rest.split_at(end);
        chunks.push(chunk);
        rest = tail;
    }
    chunks
}

/// CR LF and CR as LF.
pub(crate) fn normalize_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}
