//! Escaping for JavaScript and for addresses.

use std::borrow::Cow;
use std::fmt::Write;

/// Text for a JavaScript string (Django: `django.utils.html.escapejs`).
pub(crate) fn javascript(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\\'
            | '\''
            | '"'
            | '>'
            | '<'
            | '&'
            | '='
            | '-'
            | ';'
            | '`'
            | '\u{2028}'
            | '\u{2029}'
            | '\0'..='\u{1f}' => push_unicode_escape(c as u32, &mut out),
            _ => out.push(c),
        }
    }
    out
}

/// Appends `\u` and four capital hexadecimal digits.
pub(crate) fn push_unicode_escape(code: u32, out: &mut String) {
    write!(out, "\\u{code:04X}").expect("writing to a string cannot fail");
}

/// Percent-encodes all bytes that are neither unreserved nor among the `safe` characters
/// (Python: `urllib.parse.quote`).
pub(crate) fn percent(text: &str, safe: &str) -> String {
    percent_bytes(text.as_bytes(), safe)
}

/// The same for bytes.
pub(crate) fn percent_bytes(bytes: &[u8], safe: &str) -> String {
    let mut out = String::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        let kept = byte.is_ascii_alphanumeric()
            || b"_.-~".contains(&byte)
            || (byte.is_ascii() && safe.as_bytes().contains(&byte));
        if kept {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    out
}

/// Decodes percent-encoded bytes; runs that are no UTF-8 become U+FFFD (Python:
/// `urllib.parse.unquote`).
pub(crate) fn unquote(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    // Only ASCII runs are decoded, so a broken sequence never eats the character after it.
    let mut out = String::with_capacity(text.len());
    let mut run = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let pair = (byte == b'%')
            .then(|| hex_pair(bytes.get(at + 1..at + 3)?))
            .flatten();
        if let Some(decoded) = pair {
            run.push(decoded);
            at += 3;
        } else if byte.is_ascii() {
            run.push(byte);
            at += 1;
        } else {
            out.push_str(&String::from_utf8_lossy(&run));
            run.clear();
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..at + length]);
            at += length;
        }
    }
    out.push_str(&String::from_utf8_lossy(&run));
    Cow::Owned(out)
}

/// The byte that two hexadecimal digits stand for.
fn hex_pair(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()
}

/// Encodes what an address may not hold and keeps what is encoded already (Django:
/// `django.utils.encoding.iri_to_uri`).
pub(crate) fn iri(text: &str) -> String {
    percent(text, "/#%[]=:;$&()+,!?*@'~")
}
