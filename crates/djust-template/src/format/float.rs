//! Floating point numbers as Python reads and writes them.

/// An exponent with its sign and at least two digits: `e+05`.
pub(crate) fn padded_exponent(exponent: &str) -> String {
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{sign}{digits:0>2}")
}

/// Reads a number as Python's `float(text)` does; `None` where that raises.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    use super::unicode::{decimal_digit, is_space};
    let text = text.trim_matches(is_space);
    let bytes = text.as_bytes();
    let plain = bytes.iter().all(|&b| b.is_ascii() && b != b'_');
    let cleaned: String;
    let text = if plain {
        text
    } else {
        // Underscores stand between digits only.
        let between_digits = |at: usize| {
            at > 0
                && bytes[at - 1].is_ascii_digit()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
        };
        let misplaced = |(at, &b): (usize, &u8)| b == b'_' && !between_digits(at);
        if bytes.iter().enumerate().any(misplaced) {
            return None;
        }
        cleaned = text
            .chars()
            .filter(|&c| c != '_')
            .map(|c| decimal_digit(c).map_or(c, |digit| char::from(b'0' + digit)))
            .collect();
        &cleaned
    };
    // Rust's parser reads Python's grammar: digits, point, exponent, inf, infinity, nan.
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_read_as_python_reads_them() {
        assert_eq!(parse_float(" 1_000.5e1 "), Some(10005.0));
        assert_eq!(parse_float("+Infinity"), Some(f64::INFINITY));
        assert_eq!(parse_float("1__0"), None);
        assert_eq!(parse_float("_1"), None);
        assert_eq!(parse_float("0x10"), None);
        assert_eq!(parse_float(""), None);
    }
}
