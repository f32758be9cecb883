//! Character classes and case mappings as Python's `str` defines them.
//!
//! Rust and Python agree on most of Unicode; the differences that templates can see are white
//! space (Python adds U+001C..U+001F), line boundaries, title case and "decimal digit".

use unicode_normalization::char::is_combining_mark;

/// Tells whether `str.isspace()` is true for the character; also the class `\s` of Python's `re`.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Tells whether the character belongs to the class `\w` of Python's `re`.
pub(crate) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    // Rust's "alphanumeric" also holds combining vowel signs and circled letters.
    let circled_letter = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f149}'
        | '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}');
    c.is_alphanumeric() && !circled_letter && !is_combining_mark(c)
}

/// The length in bytes of the line boundary at the start of `text`, 0 when there is none, by the
/// rules of `str.splitlines()`.
fn line_boundary(text: &str) -> usize {
    match text.chars().next() {
        Some('\r') if text.as_bytes().get(1) == Some(&b'\n') => 2,
        Some('\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}') => 1,
        Some('\u{85}') => 2,
        Some('\u{2028}' | '\u{2029}') => 3,
        _ => 0,
    }
}

/// The lines of `text`, each with where its text ends (`str.splitlines(True)`).
pub(crate) fn lines_with_ends(text: &str) -> Vec<(&str, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut position = 0;
    while position < text.len() {
        let rest = &text[position..];
        let boundary = line_boundary(rest);
        if boundary > 0 {
            lines.push((&text[start..position + boundary], position - start));
            position += boundary;
            start = position;
        } else {
            position += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if start < text.len() {
        lines.push((&text[start..], text.len() - start));
    }
    lines
}

/// The lines of `text` without their ends, as `str.splitlines()` gives them.
pub(crate) fn split_lines(text: &str) -> Vec<&str> {
    lines_with_ends(text)
        .into_iter()
        .map(|(line, end)| &line[..end])
        .collect()
}

/// The words of `text` as `str.split()` gives them.
pub(crate) fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// First code points of the blocks of ten decimal digits (general category Nd) above ASCII.
const DIGIT_ZEROS: [u32; 67] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0,
    0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950,
    0x1FBF0,
];

/// The value of a decimal digit of any script, as `unicodedata.decimal` gives it.
pub(crate) fn decimal_digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let code = c as u32;
    let block = DIGIT_ZEROS.partition_point(|&zero| zero <= code);
    let offset = code - DIGIT_ZEROS.get(block.checked_sub(1)?)?;
    u8::try_from(offset).ok().filter(|&digit| digit < 10)
}

/// Tells whether the character is cased: has, or is, an upper, lower or title case form.
fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || is_titlecase_letter(c)
}

/// Tells whether the character is of general category Lt.
fn is_titlecase_letter(c: char) -> bool {
    matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}'
        | '\u{1f98}'..='\u{1f9f}' | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}

/// Appends the title case form of a character: its upper case form but for 135 characters.
fn push_titlecase(c: char, out: &mut String) {
    match c {
        '\u{1c4}'..='\u{1c6}' => out.push('\u{1c5}'),
        '\u{1c7}'..='\u{1c9}' => out.push('\u{1c8}'),
        '\u{1ca}'..='\u{1cc}' => out.push('\u{1cb}'),
        '\u{1f1}'..='\u{1f3}' => out.push('\u{1f2}'),
        // Georgian has capitals, but no title case.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => out.push(c),
        // Greek with iota: the capital keeps its iota as a subscript.
        '\u{1f80}'..='\u{1faf}' => out.extend(char::from_u32(c as u32 | 8)),
        '\u{1fb2}' => out.push_str("\u{1fba}\u{345}"),
        '\u{1fb3}' | '\u{1fbc}' => out.push('\u{1fbc}'),
        '\u{1fb4}' => out.push_str("\u{386}\u{345}"),
        '\u{1fb7}' => out.push_str("\u{391}\u{342}\u{345}"),
        '\u{1fc2}' => out.push_str("\u{1fca}\u{345}"),
        '\u{1fc3}' | '\u{1fcc}' => out.push('\u{1fcc}'),
        '\u{1fc4}' => out.push_str("\u{389}\u{345}"),
        '\u{1fc7}' => out.push_str("\u{397}\u{342}\u{345}"),
        '\u{1ff2}' => out.push_str("\u{1ffa}\u{345}"),
        '\u{1ff3}' | '\u{1ffc}' => out.push('\u{1ffc}'),
        '\u{1ff4}' => out.push_str("\u{38f}\u{345}"),
        '\u{1ff7}' => out.push_str("\u{3a9}\u{342}\u{345}"),
        // Ligatures and sharp s: only the first of the letters becomes a capital.
        '\u{df}' | '\u{587}' | '\u{fb00}'..='\u{fb06}' | '\u{fb13}'..='\u{fb17}' => {
            let mut letters = c.to_uppercase();
            out.extend(letters.next());
            letters.for_each(|letter| out.extend(letter.to_lowercase()));
        }
        _ => out.extend(c.to_uppercase()),
    }
}

/// `str.title()`: a capital after every character that is not cased, small letters elsewhere.
pub(crate) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous_is_cased = false;
    for (position, c) in text.char_indices() {
        if !previous_is_cased {
            push_titlecase(c, &mut out);
        } else if c == '\u{3a3}' {
            out.push(if sigma_is_final(text, position) {
                '\u{3c2}'
            } else {
                '\u{3c3}'
            });
        } else {
            out.extend(c.to_lowercase());
        }
        previous_is_cased = is_cased(c);
    }
    out
}

/// Tells whether a capital sigma at `position` ends a word (Unicode, `Final_Sigma`).
fn sigma_is_final(text: &str, position: usize) -> bool {
    let around = |c: &char| !is_case_ignorable(*c);
    let before = text[..position].chars().rev().find(around);
    let after = text[position + '\u{3a3}'.len_utf8()..].chars().find(around);
    before.is_some_and(is_cased) && !after.is_some_and(is_cased)
}

/// Tells whether the character is skipped when the neighbours of a sigma are looked for.
fn is_case_ignorable(c: char) -> bool {
    matches!(
        c,
        '\'' | '.' | ':' | '^' | '`' | '\u{a8}' | '\u{ad}' | '\u{b7}' | '\u{2019}' | '\u{200b}'
            ..='\u{200f}'
    ) || is_combining_mark(c)
}

/// `text` with its first character in upper case, as `value[0].upper() + value[1:]` gives it.
pub(crate) fn capitalize_first(text: &str) -> String {
    let mut characters = text.chars();
    let mut out = String::with_capacity(text.len());
    if let Some(first) = characters.next() {
        out.extend(first.to_uppercase());
        out.push_str(characters.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_case_follows_unicode() {
        assert_eq!(title("they're ǆ ß ﬁ ᾳ"), "They'Re ǅ Ss Fi ᾼ");
        assert_eq!(title("aΣ ΑΣ, ΑΣΑ"), "Aς Ας, Ασα");
    }

    #[test]
    fn lines_end_at_every_boundary() {
        assert_eq!(
            split_lines("a\r\nb\u{85}c\u{2028}d\n"),
            ["a", "b", "c", "d"]
        );
        assert_eq!(split_lines("\n\n"), ["", ""]);
    }

    #[test]
    fn digits_of_all_scripts_have_values() {
        assert_eq!(decimal_digit('٣'), Some(3));
        assert_eq!(decimal_digit('９'), Some(9));
        assert_eq!(decimal_digit('²'), None);
    }
}
