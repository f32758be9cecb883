//! Character references of HTML (Python: `html.unescape`).

use std::borrow::Cow;

/// Names with their characters' codes, one per line, sorted by bytes (the list of the HTML
/// standard, section "Named character references"). Names that need no semicolon are also
/// listed without it.
const NAMES: &str = include_str!("entities.txt");

/// Longest name that is looked for, without its semicolon.
const NAME_LIMIT: usize = 32;

/// What the codes 0x80 to 0x9F mean in references: those of Windows code page 1252.
const WINDOWS_1252: [u32; 32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
    0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc,
    0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
];

/// Replaces all character references by the characters that they stand for.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let reference = if let Some(number) = rest.strip_prefix('#') {
            push_number(number, &mut out).map(|used| used + 1)
        } else {
            push_name(rest, &mut out)
        };
        match reference {
            Some(used) => rest = &rest[used..],
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends the character of a number; the length of the number with its semicolon.
fn push_number(text: &str, out: &mut String) -> Option<usize> {
    let (radix, start) = if text.starts_with(['x', 'X']) {
        (16, 1)
    } else {
        (10, 0)
    };
    let digits = &text[start..];
    let end = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..end], radix).unwrap_or(u32::MAX);
    match code {
        0 => out.push('\u{fffd}'),
        0x80..=0x9f => out.extend(char::from_u32(WINDOWS_1252[code as usize - 0x80])),
        0x1..=0x8 | 0xb | 0xe..=0x1f | 0x7f | 0xfdd0..=0xfdef => {}
        _ if code & 0xfffe == 0xfffe && code <= 0x10_ffff => {}
        _ => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
    }
    Some(start + end + usize::from(digits[end..].starts_with(';')))
}

/// Appends the characters of the longest name at the start; the length of the name.
fn push_name(text: &str, out: &mut String) -> Option<usize> {
    let stops = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | ' ' | '<' | '&' | '#' | ';');
    let name = text
        .char_indices()
        .take(NAME_LIMIT)
        .take_while(|&(_, c)| !stops(c));
    let end = name.last().map(|(at, c)| at + c.len_utf8())?;
    let with_semicolon = end + usize::from(text[end..].starts_with(';'));
    if let Some(codes) = lookup(&text[..with_semicolon]) {
        push_codes(codes, out);
        return Some(with_semicolon);
    }
    // A shorter name without semicolon, of two characters at least.
    let ascii = text[..end].bytes().take_while(u8::is_ascii).count();
    (2..=ascii).rev().find_map(|length| {
        push_codes(lookup(&text[..length])?, out);
        Some(length)
    })
}

/// Appends the characters with the given codes.
fn push_codes(codes: &str, out: &mut String) {
    let code = |code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    out.extend(codes.split(' ').filter_map(code));
}

/// The codes of a name, by binary search over the lines.
fn lookup(name: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, NAMES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = NAMES[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = NAMES[middle..]
            .find('\n')
            .map_or(NAMES.len(), |at| middle + at);
        let (entry, codes) = NAMES[start..end].split_once(' ')?;
        match entry.cmp(name) {
            std::cmp::Ordering::Equal => return Some(codes),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_list_is_found() {
        for line in NAMES.lines() {
            let (name, codes) = line.split_once(' ').expect("name and codes");
            assert_eq!(lookup(name), Some(codes), "{name}");
        }
        assert_eq!(lookup("nosuchname;"), None);
        assert_eq!(lookup(""), None);
        assert_eq!(lookup("zzzz"), None);
    }

    #[test]
    fn references_are_read_as_python_reads_them() {
        for (text, expected) in [
            ("a &amp; b &lt;&#65;&#x41;", "a & b <AA"),
            ("&notit; &notin; &ampx", "¬it; ∉ &x"),
            (
                "&#128;&#0;&#1;&#xD800;&#x110000;",
                "€\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("& &; &# &#x; &unknown;", "& &; &# &#x; &unknown;"),
            ("&NotEqualTilde;", "≂̸"),
            ("&#13;&#x7f;&#xFFFE;", "\r"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }
}
