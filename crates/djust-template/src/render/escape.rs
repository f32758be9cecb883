//! HTML escaping of the five characters that Django escapes (`django.utils.html.escape`).

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Words of eight bytes without a special character after which a text counts as clean again.
const CLEAN_WORDS: usize = 4;

/// Room in which replaced text is put together.
const ROOM: usize = 256;

/// 1 to 5 for a character to be replaced, 0 for the rest.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    class[b'&' as usize] = 1;
    class[b'<' as usize] = 2;
    class[b'>' as usize] = 3;
    class[b'"' as usize] = 4;
    class[b'\'' as usize] = 5;
    class
};

/// What stands for each class, and how much of it; there is none for class 0.
const REPLACEMENT: [([u8; 8], usize); 6] = [
    ([0; 8], 0),
    (*b"&amp;\0\0\0", 5),
    (*b"&lt;\0\0\0\0", 4),
    (*b"&gt;\0\0\0\0", 4),
    (*b"&quot;\0\0", 6),
    (*b"&#x27;\0\0", 6),
];

/// The table's answer without the table, for code that works on many bytes at once.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches it becomes vector code"
)]
const fn is_special(byte: u8) -> bool {
    (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'')
}

/// Appends `text` to `out` with `&`, `<`, `>`, `"` and `'` replaced.
///
/// ```
/// let mut out = String::new();
/// djust_template::escape_into("<a href='x'>", &mut out);
/// assert_eq!(out, "&lt;a href=&#x27;x&#x27;&gt;");
/// ```
pub fn escape_into(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut rest = text;
    loop {
        // A special character is one byte, so that the text can be cut before it.
        let (clean, special) = rest.split_at(clean_length(rest.as_bytes()));
        out.push_str(clean);
        if special.is_empty() {
            return;
        }
        rest = push_replaced(special, out);
    }
}

/// Number of bytes before the first special character.
fn clean_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes.get(at..at + BLOCK) {
        // The fold compiles to vector code.
        let special = block
            .iter()
            .fold(0, |found, &byte| found | u8::from(is_special(byte)));
        if special != 0 {
            break;
        }
        at += BLOCK;
    }
    let rest = bytes[at..].iter();
    at + rest.take_while(|&&byte| CLASS[byte as usize] == 0).count()
}

/// Appends the beginning of a text, in which special characters stand close together, with the characters replaced, and
/// returns the rest. It is put together in place and copied once.
#[inline(never)]
fn push_replaced<'a>(text: &'a str, out: &mut String) -> &'a str {
    let bytes = text.as_bytes();
    let mut room = [0; ROOM];
    let (mut at, mut length, mut clean_words) = (0, 0, 0);
    while at < bytes.len() && length < ROOM - 16 && clean_words < CLEAN_WORDS {
        let clean = if let Some(word) = bytes[at..].first_chunk::<8>() {
            room[length..length + 8].copy_from_slice(word);
            special_bits(u64::from_le_bytes(*word)).trailing_zeros() as usize / 8
        } else {
            room[length] = bytes[at];
            usize::from(CLASS[bytes[at] as usize] == 0)
        };
        at += clean;
        length += clean;
        if clean == 8 {
            clean_words += 1;
            continue;
        }
        if let Some(&byte) = bytes.get(at) {
            let (replacement, size) = &REPLACEMENT[CLASS[byte as usize] as usize];
            room[length..length + 8].copy_from_slice(replacement);
            length += size;
            at += usize::from(*size > 0);
            clean_words = 0;
        }
    }
    // The room may hold a part of a character: that is left to the rest.
    while !text.is_char_boundary(at) {
        at -= 1;
        length -= 1;
    }
    // The text's own characters and ASCII always make a text; checking that is quick.
    if let Ok(replaced) = std::str::from_utf8(&room[..length]) {
        out.push_str(replaced);
    }
    &text[at..]
}

/// The lowest bit set is the highest bit of the lowest byte that is a special character.
const fn special_bits(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word & (ONES << 7)
    }
    // Two pairs of the five characters differ in one bit.
    zeros((word & !ONES) ^ (ONES * 0x26))
        | zeros((word & !(ONES << 1)) ^ (ONES * 0x3c))
        | zeros(word ^ (ONES * 0x22))
}

/// `text` with the five characters replaced.
///
/// ```
/// assert_eq!(djust_template::escape("a & b"), "a &amp; b");
/// ```
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}
