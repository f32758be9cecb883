//! HTML escaping of the five characters that Django escapes (`django.utils.html.escape`).

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Room for a block of replacements, and for the rest of a character that the block's end would cut.
const ROOM: usize = (BLOCK + 3) * 6 + 2;

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

/// What stands for each class, and how much of it; class 0 stands for itself.
const REPLACEMENT: [([u8; 6], usize); 6] = [
    (*b"\0\0\0\0\0\0", 1),
    (*b"&amp;\0", 5),
    (*b"&lt;\0\0", 4),
    (*b"&gt;\0\0", 4),
    (*b"&quot;", 6),
    (*b"&#x27;", 6),
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
    let mut rest = text;
    out.reserve(text.len());
    while let Some((block, after)) = rest.as_bytes().split_at_checked(BLOCK) {
        // The fold compiles to vector code.
        let special = block
            .iter()
            .fold(0, |found, &byte| found | u8::from(is_special(byte)));
        let mut end = BLOCK;
        while after
            .get(end - BLOCK)
            .is_some_and(|byte| byte & 0xc0 == 0x80)
        {
            end += 1;
        }
        let (block, after) = rest.split_at(end);
        if special == 0 {
            out.push_str(block);
        } else {
            push_replaced(block, out);
        }
        rest = after;
    }
    if rest.bytes().any(is_special) {
        push_replaced(rest, out);
    } else {
        out.push_str(rest);
    }
}

/// Appends a block with its special characters replaced; it is put together in place and copied once.
fn push_replaced(block: &str, out: &mut String) {
    let mut room = [0; ROOM];
    let mut length = 0;
    for &byte in block.as_bytes() {
        let class = CLASS[byte as usize];
        let (replacement, size) = &REPLACEMENT[class as usize];
        room[length..length + 6].copy_from_slice(replacement);
        if class == 0 {
            room[length] = byte;
        }
        length += size;
    }
    // The block's own characters and ASCII always make a text; checking that is quick.
    if let Ok(text) = std::str::from_utf8(&room[..length]) {
        out.push_str(text);
    }
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
