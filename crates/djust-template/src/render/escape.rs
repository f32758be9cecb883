//! HTML escaping of the five characters that Django escapes (`django.utils.html.escape`).

/// Below this length a loop over the bytes is faster than looking at blocks.
const SHORT: usize = 32;

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

const REPLACEMENT: [&str; 6] = ["", "&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"];

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
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    out.reserve(bytes.len());
    while at < bytes.len() {
        if bytes.len() - at >= SHORT {
            // A block without special characters is skipped as a whole; the fold compiles to vector code.
            let block = &bytes[at..at + SHORT];
            let special = block
                .iter()
                .fold(0, |found, &byte| found | u8::from(is_special(byte)));
            if special == 0 {
                at += SHORT;
                continue;
            }
        }
        let end = (at + SHORT).min(bytes.len());
        for (offset, &byte) in bytes[at..end].iter().enumerate() {
            let class = CLASS[byte as usize];
            if class != 0 {
                out.push_str(&text[copied..at + offset]);
                out.push_str(REPLACEMENT[class as usize]);
                copied = at + offset + 1;
            }
        }
        at = end;
    }
    out.push_str(&text[copied..]);
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
