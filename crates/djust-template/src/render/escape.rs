//! HTML escaping of the five characters that Django escapes (`django.utils.html.escape`).

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Blocks without a special character after which a text counts as clean again.
const CLEAN_BLOCKS: usize = 2;

/// Room in which a short text, or a stretch of a long one, is put together: a power of two, and what is written too much.
const SHORT: usize = 256 + STRIDE;
const LONG: usize = 1024 + STRIDE;

/// Bytes that are written at once for one character; the next ones are written over what is too much.
const STRIDE: usize = 8;

/// What the longest replacement takes.
const LONGEST: usize = 6;

/// What stands for each byte, in the low bytes of a number, and how many bytes that is in its highest.
const REPLACED: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (text, length): (&[u8; STRIDE], u64) = match byte as u8 {
            b'&' => (b"&amp;\0\0\0", 5),
            b'<' => (b"&lt;\0\0\0\0", 4),
            b'>' => (b"&gt;\0\0\0\0", 4),
            b'"' => (b"&quot;\0\0", 6),
            b'\'' => (b"&#x27;\0\0", 6),
            own => (&[own, 0, 0, 0, 0, 0, 0, 0], 1),
        };
        table[byte] = u64::from_le_bytes(*text) | length << 56;
        byte += 1;
    }
    table
};

#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches it becomes vector code"
)]
const fn is_special(byte: u8) -> bool {
    (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\'')
}

/// Whether there is a special character in a block: the fold compiles to vector code.
#[inline]
fn has_special<const N: usize>(block: &[u8; N]) -> bool {
    let special = block
        .iter()
        .fold(0, |found, &byte| found | u8::from(is_special(byte)));
    special != 0
}

/// Appends `text` to `out` with `&`, `<`, `>`, `"` and `'` replaced.
///
/// ```
/// let mut out = String::new();
/// djust_template::escape_into("<a href='x'>", &mut out);
/// assert_eq!(out, "&lt;a href=&#x27;x&#x27;&gt;");
/// ```
pub fn escape_into(text: &str, out: &mut String) {
    if text.len() < BLOCK {
        if is_clean(text.as_bytes()) {
            out.push_str(text);
        } else {
            push_replaced::<SHORT>(text, out);
        }
        return;
    }
    let mut rest = text;
    loop {
        // A special character is one byte, so that the text can be cut before it.
        let (clean, special) = rest.split_at(clean_length(rest.as_bytes()));
        out.push_str(clean);
        if special.is_empty() {
            return;
        }
        rest = push_replaced::<LONG>(special, out);
    }
}

/// Whether a text shorter than a block has no special character.
#[inline]
fn is_clean(bytes: &[u8]) -> bool {
    // Halves that overlap: looking at a byte twice takes less than looking at one by one.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        !has_special(first) && !has_special(last)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        !has_special(first) && !has_special(last)
    } else {
        !bytes.iter().any(|&byte| is_special(byte))
    }
}

/// Number of bytes before the first special character.
fn clean_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<BLOCK>() {
        if has_special(block) {
            break;
        }
        at += BLOCK;
    }
    let rest = &bytes[at..];
    if rest.len() < BLOCK && is_clean(rest) {
        return bytes.len();
    }
    at + rest.iter().take_while(|&&byte| !is_special(byte)).count()
}

/// Appends the beginning of a text, in which special characters stand close together, with the characters replaced, and
/// returns the rest. It is put together in place and copied once.
#[inline(never)]
fn push_replaced<'a, const ROOM: usize>(text: &'a str, out: &mut String) -> &'a str {
    let bytes = text.as_bytes();
    let mut room = [0; ROOM];
    let (mut at, mut length, mut clean_blocks) = (0, 0, 0);
    while at < bytes.len()
        && length <= ROOM - BLOCK * LONGEST - STRIDE
        && clean_blocks < CLEAN_BLOCKS
    {
        let rest = &bytes[at..];
        // A block of fixed size is one loop without a counter.
        if let Some(block) = rest.first_chunk::<BLOCK>() {
            at += BLOCK;
            if has_special(block) {
                clean_blocks = 0;
                length = replace(block, &mut room, length);
            } else {
                clean_blocks += 1;
                room[length..length + BLOCK].copy_from_slice(block);
                length += BLOCK;
            }
        } else {
            at = bytes.len();
            length = replace(rest, &mut room, length);
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

/// Puts `bytes` into the room with the characters replaced, and returns where they end.
///
/// There is one step for every byte: to look for the special ones would cost more in wrong guesses of the processor.
#[inline]
fn replace<const ROOM: usize>(bytes: &[u8], room: &mut [u8; ROOM], mut length: usize) -> usize {
    for &byte in bytes {
        let replaced = REPLACED[byte as usize];
        // The room is never that full: the mask spares a test for each byte.
        let at = length & (ROOM - STRIDE - 1);
        room[at..at + STRIDE].copy_from_slice(&replaced.to_le_bytes());
        length += (replaced >> 56) as usize;
    }
    length
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
