//! Keyed 64-bit hashes of what a render wrote.
//!
//! Equal hashes are taken as equal content, so the key must be one that those who write content do
//! not know: chosen at random for each process, or given by [`seed`] where hashes have to agree
//! between processes.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

static SEED: OnceLock<[u64; 2]> = OnceLock::new();

/// Sets the key of all content hashes of this process, so that processes given the same key agree on
/// fingerprints. Returns whether it is the key now: the first use of a hash fixes it.
///
/// ```
/// assert!(djust_vdom::seed([3, 5]));
/// assert!(!djust_vdom::seed([3, 6]));
/// ```
pub fn seed(key: [u64; 2]) -> bool {
    *SEED.get_or_init(|| key) == key
}

fn key() -> [u64; 2] {
    *SEED.get_or_init(|| {
        let random = RandomState::new();
        [random.hash_one(1_u8), random.hash_one(2_u8)]
    })
}

/// The prime that [`Sequence`] counts modulo.
const PRIME: u64 = (1 << 61) - 1;

/// A hash of hashes one behind the other, such that of the hashes of two sequences follows that of both together.
///
/// It is the polynomial with these coefficients at a point that the key decides, modulo a prime. With the arithmetic of
/// machine words instead there are sequences of equal hash that do not depend on the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sequence(u64);

/// The hash function with the key of the process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hasher {
    key: [u64; 2],
}

impl Default for Hasher {
    fn default() -> Self {
        Self { key: key() }
    }
}

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The same number modulo the prime.
#[inline]
fn reduced(number: u64) -> u64 {
    let sum = (number & PRIME) + (number >> 61);
    if sum >= PRIME { sum - PRIME } else { sum }
}

/// The product modulo the prime of two numbers that are smaller.
#[inline]
fn times(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    reduced((product as u64 & PRIME) + (product >> 61) as u64)
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
    bytes
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

impl Sequence {
    pub(super) const EMPTY: Self = Self(0);

    /// A hash that other sequences of other lengths do not have, either.
    pub(super) fn hash(self) -> u64 {
        self.0
    }
}

impl Hasher {
    pub(super) fn key(self) -> [u64; 2] {
        self.key
    }

    /// A text.
    #[inline]
    pub(super) fn text(self, text: &str) -> u64 {
        self.each_word(text, |_| {})
    }

    /// A text, if `is_special` is true of none of its words. What a word has beside the text's bytes is all ones.
    #[inline]
    pub(super) fn text_unless(
        self,
        text: &str,
        is_special: impl Fn([u8; 8]) -> bool,
    ) -> Option<u64> {
        let mut has_special = false;
        let hash = self.each_word(text, |word| has_special |= is_special(word.to_le_bytes()));
        (!has_special).then_some(hash)
    }

    #[inline]
    fn each_word(self, text: &str, mut look: impl FnMut(u64)) -> u64 {
        let mut rest = text.as_bytes();
        let length = rest.len() as u64;
        let mut state = self.key[0];
        while rest.len() > 16 {
            let (low, high) = (eight(rest), eight(&rest[8..]));
            look(low);
            look(high);
            state = fold(low ^ self.key[1], high ^ state);
            rest = &rest[16..];
        }
        let (low, high) = if let Some(&last) = rest.last_chunk() {
            let (low, high) = (eight(rest), u64::from_le_bytes(last));
            look(low);
            look(high);
            (low, high)
        } else {
            let low = few(rest);
            // At least four bytes fill a word, some of them twice.
            let beside = if rest.len() < 4 {
                u64::MAX << (8 * rest.len())
            } else {
                0
            };
            look(low | beside);
            (low, 0)
        };
        // The words of two texts of different lengths can be the same. The length must not be added to one of them: what
        // it changes there, another text can undo.
        let length = length.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        fold(
            fold(low ^ self.key[1], high ^ state) ^ self.key[0],
            (self.key[1] | 1) ^ length,
        )
    }

    /// A sequence and one more hash.
    #[inline]
    pub(super) fn then(self, sequence: Sequence, hash: u64) -> Sequence {
        Sequence(reduced(times(sequence.0, self.point()) + reduced(hash)))
    }

    /// Two sequences, the second of a given length.
    pub(super) fn then_all(self, first: Sequence, second: Sequence, length: u32) -> Sequence {
        let (mut shifted, mut power, mut left) = (first.0, self.point(), length);
        while left > 0 {
            if left & 1 == 1 {
                shifted = times(shifted, power);
            }
            power = times(power, power);
            left >>= 1;
        }
        Sequence(reduced(shifted + second.0))
    }

    fn point(self) -> u64 {
        reduced(self.key[0])
    }

    /// A hash with one more.
    #[inline]
    pub(super) fn with(self, sequence: u64, hash: u64) -> u64 {
        fold(sequence ^ self.key[0], hash ^ self.key[1]).wrapping_add(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hasher, Sequence};
    use std::collections::HashSet;

    #[test]
    fn a_sequence_has_the_hash_that_follows_from_its_parts() {
        let hasher = Hasher::default();
        let sequence = |hashes: &[u64]| {
            let then = |sequence, hash: &u64| hasher.then(sequence, *hash);
            hashes.iter().fold(Sequence::EMPTY, then)
        };
        let hashes: Vec<u64> = (0..40)
            .map(|one: u64| hasher.text(&one.to_string()))
            .collect();
        let whole = sequence(&hashes);
        for middle in 0..=hashes.len() {
            let (first, second) = hashes.split_at(middle);
            let (first, second) = (sequence(first), sequence(second));
            let length = (hashes.len() - middle) as u32;
            assert_eq!(hasher.then_all(first, second, length), whole);
        }
        assert_eq!(sequence(&[u64::MAX, 0, 1]), sequence(&[u64::MAX, 0, 1]));
        assert_ne!(sequence(&[u64::MAX, 0, 1]), sequence(&[0, u64::MAX, 1]));
    }

    #[test]
    fn two_rows_in_another_order_have_another_hash_whatever_the_order() {
        // The sequence of Thue and Morse and its complement: modulo a power of two, polynomials with these coefficients
        // are equal at every odd point once they are long enough.
        let hasher = Hasher::default();
        let rows = [hasher.text("one"), hasher.text("two")];
        let order = |first: u32| {
            let row = |place: u32| rows[((place.count_ones() + first) % 2) as usize];
            let then = |sequence, place| hasher.then(sequence, row(place));
            (0..4096).fold(Sequence::EMPTY, then)
        };
        assert_ne!(order(0), order(1));
    }

    #[test]
    fn texts_of_every_length_and_order_are_told_apart() {
        let hasher = Hasher::default();
        let text = "a\0".repeat(40);
        let mut seen = HashSet::new();
        for length in 0..text.len() {
            assert!(seen.insert(hasher.text(&text[..length])));
            assert!(seen.insert(hasher.text(&format!("{}b", &text[..length]))));
        }
        let [a, b] = ["a", "b"].map(|text| hasher.text(text));
        assert_ne!(
            hasher.with(hasher.with(0, a), b),
            hasher.with(hasher.with(0, b), a)
        );
    }

    #[test]
    fn texts_that_differ_as_their_lengths_do_are_told_apart() {
        // The first and the last eight bytes of 10000000 and of 100000000 differ by what 8 and 9 differ by.
        let hasher = Hasher::default();
        let mut texts = HashSet::new();
        for pair in [["1", "0"], ["0", "1"], ["a", "b"], ["e", "a"], ["p", "`"]] {
            for (first, second) in
                (1..20).flat_map(|first| (0..40).map(move |second| (first, second)))
            {
                let text = format!("{}{}", pair[0].repeat(first), pair[1].repeat(second));
                texts.extend([format!("{text}x"), format!("x{text}"), text]);
            }
        }
        let hashes: HashSet<u64> = texts.iter().map(|text| hasher.text(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
