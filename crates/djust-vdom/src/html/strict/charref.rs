//! Character references
//! ([§13.2.5.72](https://html.spec.whatwg.org/multipage/parsing.html#character-reference-state)).

use html5ever::data::NAMED_ENTITIES;
use memchr::memchr;

use super::refusal::{Reason, Refusal};

/// Longest name in the standard's table, semicolon included.
const LONGEST_NAME: usize = 32;

/// Decodes text that begins at `at` in the input, where more input of another kind follows.
///
/// # Errors
///
/// For a reference that is not certain, and for a `&` at the end of the text when `more` is false.
pub(crate) fn decode(text: &str, at: usize, more: bool) -> Result<String, Refusal> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Ok(text.to_owned());
    };
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut next) = (0, first);
    loop {
        out.push_str(&text[copied..next]);
        copied = next
            + reference(&text[next..], more, &mut out)
                .ok_or(Refusal::new(Reason::CharacterReference, at + next))?;
        match memchr(b'&', &text.as_bytes()[copied..]) {
            Some(ahead) => next = copied + ahead,
            None => break,
        }
    }
    out.push_str(&text[copied..]);
    Ok(out)
}

/// Writes what the `&` at the beginning of the text stands for and returns its length.
fn reference(text: &str, more: bool, out: &mut String) -> Option<usize> {
    let rest = &text.as_bytes()[1..];
    match rest.first() {
        Some(b'#') => {
            let (character, length) = numeric(&rest[1..])?;
            out.push(character);
            Some(2 + length)
        }
        Some(byte) if byte.is_ascii_alphanumeric() => named(&text[1..], more, out).map(|n| n + 1),
        Some(_) => {
            out.push('&');
            Some(1)
        }
        None if more => {
            out.push('&');
            Some(1)
        }
        None => None,
    }
}

/// Digits and a semicolon; the character must be one that no reader replaces.
fn numeric(text: &[u8]) -> Option<(char, usize)> {
    let (digits, base) = match text.first()? {
        b'x' | b'X' => (1, 16),
        _ => (0, 10),
    };
    let mut number = 0_u32;
    let mut end = digits;
    while let Some(digit) = text
        .get(end)
        .and_then(|&byte| char::from(byte).to_digit(base))
    {
        number = number.checked_mul(base)?.checked_add(digit)?;
        end += 1;
    }
    if end == digits || text.get(end) != Some(&b';') {
        return None;
    }
    let certain = matches!(number, 0x09 | 0x0a | 0x20..=0x7e | 0xa0..)
        && !matches!(number, 0xfdd0..=0xfdef)
        && number & 0xfffe != 0xfffe;
    let character = char::from_u32(number).filter(|_| certain)?;
    Some((character, end + 1))
}

/// The length of a name of the table with its semicolon; 0 before letters that begin no name.
fn named(text: &str, more: bool, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    for (name, character) in [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"')] {
        if bytes.starts_with(name.as_bytes()) {
            out.push(character);
            return Some(name.len());
        }
    }
    let length = bytes
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(bytes.len());
    match bytes.get(length) {
        Some(b';') => {
            let name = text
                .get(..=length)
                .filter(|name| name.len() <= LONGEST_NAME)?;
            let &(first, second) = NAMED_ENTITIES.get(name).filter(|&&(first, _)| first != 0)?;
            out.push(char::from_u32(first)?);
            if second != 0 {
                out.push(char::from_u32(second)?);
            }
            Some(length + 1)
        }
        None if !more => None,
        _ => {
            // The ampersand is text if no name without semicolon begins here.
            for end in 1..=length.min(LONGEST_NAME) {
                match NAMED_ENTITIES.get(&text[..end]) {
                    None => break,
                    Some(&(0, _)) => {}
                    Some(_) => return None,
                }
            }
            out.push('&');
            Some(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_NAME, decode};
    use html5ever::data::NAMED_ENTITIES;

    fn text(text: &str) -> Option<String> {
        decode(text, 0, true).ok()
    }

    #[test]
    fn references_that_are_certain_are_decoded() {
        let cases = [
            ("a&amp;b&lt;&gt;&quot;", "a&b<>\""),
            ("&#39;&#x27;&#X27;&#128512;&#9;", "'''😀\t"),
            ("&nbsp;&copy;&NotEqualTilde;", "\u{a0}©≂̸"),
            ("& && &; &", "& && &; &"),
            ("?a=1&b=2&page=3&x", "?a=1&b=2&page=3&x"),
        ];
        for (input, expected) in cases {
            assert_eq!(text(input).as_deref(), Some(expected));
        }
    }

    #[test]
    fn other_references_are_refused() {
        let cases = [
            "&copy",
            "&copy=1",
            "&notit;",
            "&ampx",
            "&unknown;",
            "&#;",
            "&#x;",
            "&#1",
            "&#0;",
            "&#13;",
            "&#128;",
            "&#xd800;",
            "&#x110000;",
            "&#99999999999;",
            "&#xfffe;",
            "&#xfdd0;",
        ];
        for input in cases {
            assert_eq!(text(input), None, "{input}");
        }
        assert!(decode("a&", 0, false).is_err());
        assert!(decode("a&b", 0, false).is_err());
        assert_eq!(decode("a&b", 7, false).unwrap_err().at, 8);
    }

    #[test]
    fn the_longest_name_is_known() {
        let longest = NAMED_ENTITIES.keys().map(|name| name.len()).max();
        assert_eq!(longest, Some(LONGEST_NAME));
    }
}
