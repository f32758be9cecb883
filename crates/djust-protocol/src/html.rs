//! HTML written piece by piece into a JSON string.
//!
//! Invariant: what stands between the quotes is what serde writes for the whole text.

use crate::json;

/// A text as it stands inside a JSON string, prepared once to be written many times.
///
/// ```
/// use djust_protocol::{Encoder, JsonText, NodeId};
///
/// let begin = JsonText::new("<td class=\"a\">");
/// let mut encoder = Encoder::new();
/// let mut html = encoder.insert_pieces(NodeId(2), NodeId(0), NodeId(9));
/// html.prepared(&begin);
/// html.text("1 < 2");
/// html.markup("</td>");
/// html.finish();
/// assert_eq!(encoder.as_str(), r#"[4,2,0,9,"<td class=\"a\">1 &lt; 2</td>"]"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonText(Box<[u8]>);

impl JsonText {
    /// Prepares a text.
    pub fn new(text: &str) -> Self {
        let mut quoted = Vec::with_capacity(text.len() + 8);
        json::write(&mut quoted, text);
        Self(quoted[1..quoted.len() - 1].into())
    }
}

/// Writes the HTML of one insertion: see [`Encoder::insert_pieces`](crate::Encoder::insert_pieces).
#[derive(Debug)]
#[must_use = "the HTML must be finished"]
pub struct HtmlEncoder<'e> {
    buffer: &'e mut Vec<u8>,
}

impl<'e> HtmlEncoder<'e> {
    pub(crate) fn new(buffer: &'e mut Vec<u8>) -> Self {
        buffer.push(b'"');
        Self { buffer }
    }

    /// HTML that is prepared.
    #[inline]
    pub fn prepared(&mut self, text: &JsonText) {
        self.buffer.extend_from_slice(&text.0);
    }

    /// HTML.
    pub fn markup(&mut self, html: &str) {
        self.escaped(html, &MARKUP);
    }

    /// Text, which is escaped to become HTML.
    #[inline]
    pub fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if is_clean(bytes) {
            self.buffer.extend_from_slice(bytes);
        } else {
            self.escaped(text, &TEXT);
        }
    }

    /// Ends the HTML.
    pub fn finish(self) {
        self.buffer.push(b'"');
    }

    /// Makes room for so many bytes more.
    pub fn reserve(&mut self, bytes: usize) {
        self.buffer.reserve(bytes);
    }

    fn escaped(&mut self, text: &str, table: &[u8; 256]) {
        let bytes = text.as_bytes();
        let mut written = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            let escape = table[byte as usize];
            if escape != 0 {
                self.buffer.extend_from_slice(&bytes[written..at]);
                self.escape(escape, byte);
                written = at + 1;
            }
        }
        self.buffer.extend_from_slice(&bytes[written..]);
    }

    #[cold]
    fn escape(&mut self, escape: u8, byte: u8) {
        let reference: &[u8] = match escape {
            CONTROL => {
                let digit = |half: u8| b"0123456789abcdef"[half as usize];
                self.buffer.extend_from_slice(b"\\u00");
                self.buffer.push(digit(byte >> 4));
                self.buffer.push(digit(byte & 15));
                return;
            }
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'q' => b"&quot;",
            b'a' => b"&#x27;",
            letter => {
                self.buffer.extend_from_slice(&[b'\\', letter]);
                return;
            }
        };
        self.buffer.extend_from_slice(reference);
    }
}

/// Whether nothing in a text has to be escaped.
#[inline]
fn is_clean(bytes: &[u8]) -> bool {
    if let Some(&last) = bytes.last_chunk() {
        // Eight bytes at once; the last eight may overlap those before.
        let (chunks, _) = bytes.as_chunks();
        let mut words = chunks.iter().copied().map(u64::from_le_bytes);
        return !words.any(has_special) && !has_special(u64::from_le_bytes(last));
    }
    if let (Some(&first), Some(&last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(first), u32::from_le_bytes(last));
        return !has_special(u64::from(first) | u64::from(last) << 32);
    }
    bytes.iter().all(|&byte| TEXT[byte as usize] == 0)
}

/// Whether one of eight bytes is a control character, a quote, an apostrophe, an ampersand, `<`, `>` or a backslash.
#[inline]
fn has_special(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let has_less = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
    let has = |word: u64, byte: u8| has_less(word ^ (ONES * u64::from(byte)), 1);
    let special = has_less(word, 0x20)
        | has(word, b'"')
        | has(word, b'\\')
        // Two characters that differ in one bit.
        | has(word | ONES, b'&' | b'\'')
        | has(word | (ONES * 2), b'<' | b'>');
    special & (ONES << 7) != 0
}

/// Stands for `\u00..`.
const CONTROL: u8 = 1;

/// For each byte what follows the backslash that escapes it in JSON; 0 for most.
const MARKUP: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = CONTROL;
        byte += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// The same for text, with the characters that are special in HTML.
const TEXT: [u8; 256] = {
    let mut table = MARKUP;
    table[b'&' as usize] = b'&';
    table[b'<' as usize] = b'<';
    table[b'>' as usize] = b'>';
    table[b'"' as usize] = b'q';
    table[b'\'' as usize] = b'a';
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{JsonText, TEXT, is_clean};
    use crate::{Encoder, NodeId};

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#x27;")
    }

    #[test]
    fn bytes_are_clean_that_the_table_leaves() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=255_u8 {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    assert_eq!(
                        is_clean(&bytes),
                        TEXT[byte as usize] == 0,
                        "{byte} at {at} of {length}"
                    );
                }
            }
        }
    }

    fn ids() -> [NodeId; 3] {
        [NodeId(2), NodeId(0), NodeId(9)]
    }

    /// Texts of what is escaped and what is not.
    fn text() -> impl Strategy<Value = String> {
        let special =
            prop::sample::select(vec!['&', '<', '>', '"', '\'', '\\', '\n', '\u{7f}', 'é']);
        let one = prop_oneof![special, any::<char>(), prop::char::range('\0', ' ')];
        prop::collection::vec(one, 0..40).prop_map(|text| text.into_iter().collect())
    }

    proptest! {
        #[test]
        fn pieces_are_what_the_whole_is(pieces in prop::collection::vec((0..3_u8, text()), 0..8)) {
            let [parent, after, base] = ids();
            let mut encoder = Encoder::new();
            let mut html = encoder.insert_pieces(parent, after, base);
            let mut whole = String::new();
            for (kind, piece) in &pieces {
                match kind {
                    0 => {
                        html.text(piece);
                        whole.push_str(&escaped(piece));
                        continue;
                    }
                    1 => html.markup(piece),
                    _ => html.prepared(&JsonText::new(piece)),
                }
                whole.push_str(piece);
            }
            html.finish();
            let mut other = Encoder::new();
            other.insert_html(parent, after, base, &whole);
            prop_assert_eq!(encoder.as_str(), other.as_str());
        }
    }
}
