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
    keys: Keys,
    state: u64,
}

/// A secret for each kind of value, so that the same words of two kinds are not the same. They are not made from one by
/// adding something known: that could be undone by the choice of the value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    text: u64,
    markup: u64,
    length: u64,
    part: u64,
    number: u64,
    other: u64,
}

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
#[inline]
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

impl Keys {
    fn new([one, two]: [u64; 2]) -> Self {
        let key = |number: u64| {
            let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let half = fold(one ^ number, two ^ 0xbf58_476d_1ce4_e5b9);
            fold(half ^ two, number ^ one ^ 0x94d0_49bb_1331_11eb)
        };
        Self {
            text: key(1),
            markup: key(2),
            length: key(3),
            part: key(4),
            number: key(5),
            other: key(6),
        }
    }
}

impl Digest {
    /// A digest of nothing yet.
    pub fn new(key: [u64; 2]) -> Self {
        let keys = Keys::new(key);
        Self {
            keys,
            state: fold(keys.part, keys.other),
        }
    }

    /// Adds a text that is escaped to become HTML.
    pub fn text(&mut self, text: &str) {
        self.state = self.keys.with_text(self.state, self.keys.text, text);
    }

    /// Adds a text that is HTML.
    pub fn markup(&mut self, text: &str) {
        self.state = self.keys.with_text(self.state, self.keys.markup, text);
    }

    /// Adds an integer.
    pub fn number(&mut self, number: i64) {
        self.state = self.keys.with_number(self.state, number);
    }

    /// Adds a truth value.
    pub fn truth(&mut self, truth: bool) {
        self.state = self.keys.with_other(self.state, u64::from(truth));
    }

    /// Adds a `None`.
    pub fn none(&mut self) {
        self.state = self.keys.with_other(self.state, 2);
    }

    /// The hash.
    pub fn finish(&self) -> u64 {
        self.keys.finish(self.state)
    }

    /// The keys, and the state that values are added to.
    pub(crate) fn parts(&self) -> (&Keys, u64) {
        (&self.keys, self.state)
    }
}

/// Each gives the state with one value more.
impl Keys {
    #[inline]
    fn with_text(&self, mut state: u64, kind: u64, text: &str) -> u64 {
        let mut rest = text.as_bytes();
        // The words of two texts of different lengths can be the same: each length has a key of its own.
        let key = fold(rest.len() as u64 ^ self.length, kind);
        while rest.len() > 16 {
            state = fold(eight(rest) ^ self.part, eight(&rest[8..]) ^ state);
            rest = &rest[16..];
        }
        let (low, high) = match rest.last_chunk() {
            Some(&last) => (eight(rest), u64::from_le_bytes(last)),
            None => (few(rest), 0),
        };
        fold(low ^ key, high ^ state)
    }

    #[inline]
    pub(crate) fn with_number(&self, state: u64, number: i64) -> u64 {
        fold(number as u64 ^ self.number, state)
    }

    #[inline]
    fn with_other(&self, state: u64, value: u64) -> u64 {
        fold(value ^ self.other, state)
    }

    /// With a plain value; `None` if it is of a kind whose text depends on more than itself.
    #[inline]
    pub(crate) fn with_plain(&self, state: u64, value: &Plain<'_>) -> Option<u64> {
        // Most values are texts.
        if let Plain::Text(text) = *value {
            return Some(self.with_text(state, self.text, text));
        }
        Some(match *value {
            Plain::Int(number) => self.with_number(state, number),
            Plain::Bool(truth) => self.with_other(state, u64::from(truth)),
            Plain::None => self.with_other(state, 2),
            Plain::Text(_) => return None,
            Plain::Value(value) => return self.with_markup(state, value),
        })
    }

    #[inline(never)]
    fn with_markup(&self, state: u64, value: &Value) -> Option<u64> {
        match value {
            Value::Str(text) if text.is_safe() => Some(self.with_text(state, self.markup, text)),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn finish(&self, state: u64) -> u64 {
        fold(state ^ self.length, self.text | 1)
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

    #[test]
    fn no_choice_of_values_undoes_a_difference() {
        let mut texts = HashSet::new();
        for pair in [["1", "0"], ["0", "1"], ["a", "b"], ["e", "a"], ["p", "`"]] {
            for first in 1..20 {
                for second in 0..40 {
                    let text = format!("{}{}", pair[0].repeat(first), pair[1].repeat(second));
                    texts.extend([format!("{text}x"), format!("x{text}"), text]);
                }
            }
        }
        let new = Digest::new([0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344]);
        let digest = |add: &dyn Fn(&mut Digest)| {
            let mut digest = new;
            add(&mut digest);
            digest.finish()
        };
        let mut hashes: HashSet<u64> = texts
            .iter()
            .map(|text| digest(&|digest| digest.text(text)))
            .collect();
        // A number with the words of a text.
        for text in &texts {
            if let Some(&word) = text.as_bytes().first_chunk() {
                hashes.insert(digest(&|digest| digest.number(i64::from_le_bytes(word))));
            }
        }
        let words: HashSet<&[u8]> = texts
            .iter()
            .filter_map(|text| text.as_bytes().get(..8))
            .collect();
        assert_eq!(hashes.len(), texts.len() + words.len());
    }
}
