//! Decimal numbers of any length: the part of Python's `decimal.Decimal` that formatting needs.
//!
//! A number is kept as its digits and an exponent, so nothing is rounded before it is asked for.

use std::fmt;

use super::unicode::{decimal_digit, is_space};

/// Largest exponent that Python's decimal module accepts.
const EXPONENT_LIMIT: i64 = 999_999_999_999_999_999;

/// A decimal number: `sign * digits * 10 ** exponent`, or one that is not finite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decimal {
    /// A number with a value.
    Finite(Finite),
    /// Positive or negative infinity.
    Infinite {
        /// Whether the sign is minus.
        negative: bool,
    },
    /// Not a number.
    NotANumber,
}

/// A finite decimal number; `digits` holds ASCII digits and is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finite {
    /// Whether the sign is minus; zero may be negative.
    pub(crate) negative: bool,
    /// The digits, without leading zeros but for the number zero itself.
    pub(crate) digits: String,
    /// The power of ten that the digits are multiplied with.
    pub(crate) exponent: i64,
}

impl Decimal {
    /// Reads a number as Python's `Decimal(text)` does; `None` where that raises.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let cleaned: String;
        let text = if text.bytes().all(|b| b != b'_' && b.is_ascii()) {
            text
        } else {
            cleaned = text
                .chars()
                .filter(|&c| c != '_')
                .map(|c| decimal_digit(c).map_or(c, |digit| char::from(b'0' + digit)))
                .collect();
            &cleaned
        };
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if text.eq_ignore_ascii_case("inf") || text.eq_ignore_ascii_case("infinity") {
            return Some(Self::Infinite { negative });
        }
        let lower = text.to_ascii_lowercase();
        if let Some(payload) = lower
            .strip_prefix("snan")
            .or_else(|| lower.strip_prefix("nan"))
        {
            return payload
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then_some(Self::NotANumber);
        }
        parse_finite(negative, text).map(Self::Finite)
    }
}

/// Reads digits, an optional point and an optional exponent.
fn parse_finite(negative: bool, text: &str) -> Option<Finite> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let joined = [whole, fraction].concat();
    let trimmed = joined.trim_start_matches('0');
    let digits = if trimmed.is_empty() { "0" } else { trimmed };
    let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    (exponent.abs() <= EXPONENT_LIMIT).then(|| Finite {
        negative,
        digits: digits.to_owned(),
        exponent,
    })
}

/// Reads a signed exponent.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.strip_prefix('+').unwrap_or(text).parse().ok())?
}

impl Finite {
    /// Tells whether the number is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.digits == "0"
    }

    /// How many digits and places the plain notation needs at most; saturates.
    pub(crate) fn extent(&self) -> u64 {
        (self.digits.len() as u64).saturating_add(self.exponent.unsigned_abs())
    }

    /// Tells whether the number has no fraction other than zeros.
    pub(crate) fn is_whole(&self) -> bool {
        if self.exponent >= 0 || self.is_zero() {
            return true;
        }
        let places = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        places < self.digits.len()
            && self.digits[self.digits.len() - places..]
                .bytes()
                .all(|b| b == b'0')
    }

    /// The digits before the point; "0" when there are none. The caller bounds `extent`.
    pub(crate) fn whole_digits(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        if self.exponent >= 0 {
            let zeros = usize::try_from(self.exponent).unwrap_or(usize::MAX);
            return [self.digits.as_str(), &"0".repeat(zeros)].concat();
        }
        let places = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        match self.digits.len().checked_sub(places) {
            Some(whole) if whole > 0 => self.digits[..whole].to_owned(),
            _ => "0".to_owned(),
        }
    }

    /// The number in plain notation, rounded to `places` decimals, halves away from zero. A
    /// result of zero has no minus. The caller bounds `extent` and `places`.
    pub(crate) fn round_half_up(&self, places: usize) -> String {
        let (whole, fraction) = self.plain_parts();
        let kept = &fraction[..fraction.len().min(places)];
        let round_up = fraction.as_bytes().get(places).is_some_and(|&b| b >= b'5');
        let mut digits = Vec::with_capacity(whole.len() + places + 2);
        digits.push(b'0');
        digits.extend_from_slice(whole.as_bytes());
        digits.extend_from_slice(kept.as_bytes());
        digits.resize(1 + whole.len() + places, b'0');
        if round_up {
            for digit in digits.iter_mut().rev() {
                if *digit == b'9' {
                    *digit = b'0';
                } else {
                    *digit += 1;
                    break;
                }
            }
        }
        let is_zero = digits.iter().all(|&b| b == b'0');
        let start = usize::from(digits[0] == b'0');
        let text = String::from_utf8_lossy(&digits[start..]);
        let (whole, fraction) = text.split_at(text.len() - places);
        let sign = if self.negative && !is_zero { "-" } else { "" };
        format!("{sign}{whole}.{fraction}")
    }

    /// The digits before and after the point of the plain notation.
    fn plain_parts(&self) -> (String, String) {
        let whole = self.whole_digits();
        if self.exponent >= 0 {
            return (whole, String::new());
        }
        let places = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        let fraction = match places.checked_sub(self.digits.len()) {
            Some(zeros) => ["0".repeat(zeros).as_str(), &self.digits].concat(),
            None => self.digits[self.digits.len() - places..].to_owned(),
        };
        (whole, fraction)
    }

    /// `'{:f}'.format(number)`: plain notation with all decimals. The caller bounds `extent`.
    pub(crate) fn plain(&self) -> String {
        let (whole, fraction) = self.plain_parts();
        let sign = if self.negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }

    /// The exponent of the first digit in scientific notation.
    pub(crate) fn adjusted(&self) -> i64 {
        self.exponent + self.digits.len() as i64 - 1
    }

    /// `'{:e}'.format(number)` as coefficient (with sign) and exponent (with sign).
    pub(crate) fn scientific(&self) -> (String, String) {
        let sign = if self.negative { "-" } else { "" };
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        (
            format!("{sign}{first}{point}{rest}"),
            format!("{:+}", self.adjusted()),
        )
    }

    /// Tells whether the absolute value is below `10 ** -places`, with no places below 0.1 (with no places: below 0.1).
    pub(crate) fn is_below_place(&self, places: usize) -> bool {
        self.is_zero() || self.adjusted() < -i64::try_from(places.max(1)).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for Finite {
    /// Writes the number as Python's `str(Decimal)` does.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adjusted = self.adjusted();
        if self.exponent <= 0 && adjusted >= -6 {
            return out.write_str(&self.plain());
        }
        let (coefficient, exponent) = self.scientific();
        write!(out, "{coefficient}E{exponent}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(text: &str) -> Finite {
        match Decimal::parse(text) {
            Some(Decimal::Finite(number)) => number,
            other => panic!("{text} gave {other:?}"),
        }
    }

    #[test]
    fn halves_round_away_from_zero() {
        for (text, places, expected) in [
            ("0.25", 1, "0.3"),
            ("-0.25", 1, "-0.3"),
            ("-0.04", 1, "0.0"),
            ("9.995", 2, "10.00"),
            ("1e3", 2, "1000.00"),
            ("1e-7", 3, "0.000"),
            ("0.05", 0, "0."),
            ("0.5", 0, "1."),
        ] {
            assert_eq!(
                finite(text).round_half_up(places),
                expected,
                "{text} to {places}"
            );
        }
    }

    #[test]
    fn text_is_pythons() {
        for text in [
            "0.000001", "1E-7", "1E+3", "1.5E+10", "-0", "123.450", "0E-7",
        ] {
            assert_eq!(finite(text).to_string(), text);
        }
    }

    #[test]
    fn what_python_refuses_is_refused() {
        for text in [
            "",
            "abc",
            "1e",
            "1.2.3",
            ".",
            "1e99999999999999999999",
            "--1",
            "nanx",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(finite(" 1_000.5 ").to_string(), "1000.5");
    }
}
