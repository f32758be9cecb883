//! A keyed hash of the values that a part of a template reads.

use crate::value::{Plain, Value};

/// A hash of values under a key: equal hashes mean that a part of a template that reads no more than these values writes
/// the same.
///
/// Those who choose the values must not know the key.
///
/// ```
/// use djust_template::Digest;
/// let digest = |number| {
///     let mut digest = Digest::new([3, 5]);
///     digest.number(number);
///     digest.text("a");
///     digest.finish()
/// };
/// assert_eq!(digest(1), digest(1));
/// assert_ne!(digest(1), digest(2));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Digest {
    key: [u64; 2],
    state: u64,
}

/// What kind of value was added: the same bytes of two kinds are not the same.
const TEXT: u64 = 0x9e37_79b9_7f4a_7c15;
const MARKUP: u64 = 0xbf58_476d_1ce4_e5b9;
const NUMBER: u64 = 0x94d0_49bb_1331_11eb;
const OTHER: u64 = 0xd6e8_feb8_6659_fd93;

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

fn eight(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |&word| u64::from_le_bytes(word))
}

/// A word that holds all of at most eight bytes.
fn few(bytes: &[u8]) -> u64 {
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << 32;
    }
    match *bytes {
        [] => 0,
        [one] => u64::from(one),
        [first, second] => u64::from(first) | u64::from(second) << 8,
        [first, second, third, ..] => {
            u64::from(first) | u64::from(second) << 8 | u64::from(third) << 16
        }
    }
}

impl Digest {
    /// A digest of nothing yet.
    pub fn new(key: [u64; 2]) -> Self {
        Self { key, state: key[0] }
    }

    #[inline]
    fn add(&mut self, kind: u64, hash: u64) {
        self.state = fold(self.state ^ kind ^ self.key[0], hash ^ self.key[1]).wrapping_add(hash);
    }

    fn hash(&self, text: &str) -> u64 {
        let mut rest = text.as_bytes();
        let mut state = self.key[0] ^ rest.len() as u64;
        while rest.len() > 16 {
            state = fold(eight(rest) ^ self.key[1], eight(&rest[8..]) ^ state);
            rest = &rest[16..];
        }
        let (low, high) = match rest.last_chunk() {
            Some(&last) => (eight(rest), u64::from_le_bytes(last)),
            None => (few(rest), 0),
        };
        fold(
            fold(low ^ self.key[1], high ^ state) ^ self.key[0],
            self.key[1] | 1,
        )
    }

    /// Adds a text that is escaped to become HTML.
    #[inline]
    pub fn text(&mut self, text: &str) {
        self.add(TEXT, self.hash(text));
    }

    /// Adds a text that is HTML.
    pub fn markup(&mut self, text: &str) {
        self.add(MARKUP, self.hash(text));
    }

    /// Adds an integer.
    #[inline]
    pub fn number(&mut self, number: i64) {
        self.add(NUMBER, number as u64);
    }

    /// Adds a truth value.
    pub fn truth(&mut self, truth: bool) {
        self.add(OTHER, u64::from(truth));
    }

    /// Adds a `None`.
    pub fn none(&mut self) {
        self.add(OTHER, 2);
    }

    /// Adds a plain value; `false` if it is of a kind whose text depends on more than itself.
    #[inline]
    pub(crate) fn plain(&mut self, value: &Plain<'_>) -> bool {
        match *value {
            Plain::Text(text) => self.text(text),
            Plain::Int(number) => self.number(number),
            Plain::Bool(truth) => self.truth(truth),
            Plain::None => self.none(),
            Plain::Value(Value::Str(text)) if text.is_safe() => self.markup(text),
            Plain::Value(_) => return false,
        }
        true
    }

    /// The hash.
    pub fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Digest;

    #[test]
    fn texts_of_every_length_and_kind_are_told_apart() {
        let text = "a\0".repeat(40);
        let mut seen = HashSet::new();
        let new = Digest::new([0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344]);
        let mut add = |work: &dyn Fn(&mut Digest)| {
            let mut digest = new;
            work(&mut digest);
            assert!(seen.insert(digest.finish()));
        };
        for length in 0..text.len() {
            add(&|digest| digest.text(&text[..length]));
            add(&|digest| digest.markup(&text[..length]));
            add(&|digest| digest.text(&format!("{}b", &text[..length])));
            add(&|digest| digest.number(length as i64));
        }
        add(&|digest| digest.truth(true));
        add(&|digest| digest.truth(false));
        add(&Digest::none);
        for texts in [["a", "b"], ["b", "a"], ["", "ab"]] {
            add(&|digest| texts.iter().for_each(|text| digest.text(text)));
        }
    }
}
