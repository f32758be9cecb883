//! Integers of any size, kept as decimal digits: reading, adding and dividing as Python does.

use std::cmp::Ordering;
use std::fmt;

use super::unicode::{decimal_digit, is_space};

/// Longest text that Python converts to an integer (`sys.int_info.default_max_str_digits`).
const DIGIT_LIMIT: usize = 4300;

/// An integer; zero is never negative, and there are no leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Integer {
    negative: bool,
    digits: String,
}

impl Integer {
    /// Reads an integer as Python's `int(text)` does; `None` where that raises `ValueError`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let mut digits = String::with_capacity(text.len());
        let mut after_digit = false;
        for c in text.chars() {
            if c == '_' && after_digit {
                after_digit = false;
            } else {
                digits.push(char::from(b'0' + decimal_digit(c)?));
                after_digit = true;
            }
        }
        (after_digit && digits.len() <= DIGIT_LIMIT).then(|| Self::new(negative, &digits))
    }

    /// Reads the canonical text of an integer of any length.
    pub(crate) fn parse_unbounded(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| Self::new(digits.len() < text.len(), digits))
    }

    /// An integer from its sign and ASCII digits.
    pub(crate) fn new(negative: bool, digits: &str) -> Self {
        let trimmed = digits.trim_start_matches('0');
        let digits = if trimmed.is_empty() { "0" } else { trimmed };
        Self {
            negative: negative && digits != "0",
            digits: digits.to_owned(),
        }
    }

    /// The whole part of a finite float, exactly (`int(float)`); `None` for what is not finite.
    pub(crate) fn truncate(number: f64) -> Option<Self> {
        // Rust writes floats exactly, with all digits before the point.
        number
            .is_finite()
            .then(|| Self::new(number < 0.0, &format!("{:.0}", number.trunc().abs())))
    }

    /// The number, if it has 64 bits.
    pub(crate) fn to_i64(&self) -> Option<i64> {
        self.to_string().parse().ok()
    }

    /// The nearest float (`float(int)`); infinite where Python raises `OverflowError`.
    pub(crate) fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::INFINITY)
    }

    /// Whether the number is below zero.
    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether the number is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.digits == "0"
    }

    /// The digits of the absolute value.
    pub(crate) fn digits(&self) -> &str {
        &self.digits
    }

    /// The sum.
    pub(crate) fn add(&self, other: &Self) -> Self {
        if self.negative == other.negative {
            return Self::new(self.negative, &add_digits(&self.digits, &other.digits));
        }
        match compare_digits(&self.digits, &other.digits) {
            Ordering::Less => Self::new(
                other.negative,
                &subtract_digits(&other.digits, &self.digits),
            ),
            _ => Self::new(self.negative, &subtract_digits(&self.digits, &other.digits)),
        }
    }

    /// Tells whether the number is a multiple of `divisor`, which is not zero.
    pub(crate) fn is_multiple_of(&self, divisor: &Self) -> bool {
        let mut rest = String::new();
        for digit in self.digits.chars() {
            if !(rest.is_empty() && digit == '0') {
                rest.push(digit);
            }
            while compare_digits(&rest, &divisor.digits) != Ordering::Less {
                let difference = subtract_digits(&rest, &divisor.digits);
                rest.clear();
                rest.push_str(difference.trim_start_matches('0'));
            }
        }
        rest.is_empty()
    }

    /// The absolute value in another base, as lower case digits.
    pub(crate) fn in_base(&self, base: u32) -> String {
        let mut digits: Vec<u8> = self.digits.bytes().map(|b| b - b'0').collect();
        let mut out = Vec::new();
        let mut start = 0;
        while start < digits.len() {
            let mut rest = 0;
            for digit in &mut digits[start..] {
                let value = rest * 10 + u32::from(*digit);
                *digit = (value / base) as u8;
                rest = value % base;
            }
            out.push(char::from_digit(rest, base).unwrap_or('0'));
            while start < digits.len() && digits[start] == 0 {
                start += 1;
            }
        }
        out.iter().rev().collect()
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self {
            negative: number < 0,
            digits: number.unsigned_abs().to_string(),
        }
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}{}",
            if self.negative { "-" } else { "" },
            self.digits
        )
    }
}

/// Compares two numbers without leading zeros.
fn compare_digits(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// The sum of two numbers.
fn add_digits(left: &str, right: &str) -> String {
    let mut out = Vec::with_capacity(left.len().max(right.len()) + 1);
    let mut carry = 0;
    let mut right = right.bytes().rev();
    let mut left = left.bytes().rev();
    loop {
        let (a, b) = (left.next(), right.next());
        if a.is_none() && b.is_none() && carry == 0 {
            break;
        }
        let sum = a.map_or(0, |d| d - b'0') + b.map_or(0, |d| d - b'0') + carry;
        out.push(char::from(b'0' + sum % 10));
        carry = sum / 10;
    }
    out.iter().rev().collect()
}

/// The difference of two numbers, the first of which is not smaller.
fn subtract_digits(left: &str, right: &str) -> String {
    let mut out = Vec::with_capacity(left.len());
    let mut borrow = 0;
    let mut right = right.bytes().rev();
    for a in left.bytes().rev() {
        let subtrahend = right.next().map_or(0, |d| d - b'0') + borrow;
        let digit = a - b'0';
        borrow = u8::from(digit < subtrahend);
        out.push(char::from(b'0' + digit + borrow * 10 - subtrahend));
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(text: &str) -> Integer {
        Integer::parse(text).expect("an integer")
    }

    #[test]
    fn integers_are_read_as_python_reads_them() {
        assert_eq!(integer(" +1_000 ").to_string(), "1000");
        assert_eq!(integer("-007").to_i64(), Some(-7));
        assert_eq!(integer("٣٤").to_string(), "34");
        for text in ["", "-", "1__0", "_1", "1_", "1.0", "0x1", "1 2"] {
            assert_eq!(Integer::parse(text), None, "{text}");
        }
        assert_eq!(Integer::parse(&"9".repeat(4301)), None);
    }

    #[test]
    fn sums_and_multiples_are_exact() {
        let big = integer("99999999999999999999");
        assert_eq!(big.add(&integer("1")).to_string(), "100000000000000000000");
        assert_eq!(
            integer("5")
                .add(&integer("-99999999999999999999"))
                .to_string(),
            "-99999999999999999994"
        );
        assert_eq!(integer("-3").add(&integer("3")).to_string(), "0");
        assert!(big.is_multiple_of(&integer("-3")));
        assert!(!big.is_multiple_of(&integer("7000000000000000000001")));
        assert_eq!(integer("-255").in_base(16), "ff");
        assert_eq!(integer("0").in_base(8), "0");
    }

    #[test]
    fn floats_lose_their_fraction() {
        assert_eq!(
            Integer::truncate(-1.9).map(|n| n.to_string()).as_deref(),
            Some("-1")
        );
        assert_eq!(
            Integer::truncate(1e23).map(|n| n.to_string()).as_deref(),
            Some("99999999999999991611392")
        );
        assert_eq!(Integer::truncate(f64::NAN), None);
    }
}
