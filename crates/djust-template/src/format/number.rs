//! Numbers in the notation of a language (Django: `django/utils/numberformat.py`).

use super::decimal::Decimal;
use crate::host::Locale;

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberFormat<'a> {
    decimal_separator: &'a str,
    thousand_separator: &'a str,
    /// Sizes of the groups from the right; 0 or the end repeats the size before.
    grouping: &'a [u32],
    use_grouping: bool,
}

impl<'a> NumberFormat<'a> {
    /// Without a language: Django's global settings.
    pub(crate) const PLAIN: NumberFormat<'static> = NumberFormat {
        decimal_separator: ".",
        thousand_separator: ",",
        grouping: &[],
        use_grouping: false,
    };

    /// As the language writes numbers.
    pub(crate) fn of(locale: &'a Locale) -> Self {
        Self {
            decimal_separator: &locale.decimal_separator,
            thousand_separator: &locale.thousand_separator,
            grouping: &locale.grouping,
            use_grouping: locale.use_thousand_separator,
        }
    }

    /// The same format with digits grouped (`force_grouping`).
    pub(crate) fn grouped(self) -> Self {
        Self {
            use_grouping: true,
            ..self
        }
    }

    /// Tells whether an integer without decimals is written as plain digits.
    pub(crate) fn is_plain(&self) -> bool {
        !self.use_grouping || self.group_size() == 0
    }

    /// The decimal separator, if it is one ASCII character and digits are not grouped.
    pub(crate) fn plain_separator(&self) -> Option<u8> {
        match self.decimal_separator.as_bytes() {
            &[separator] if self.is_plain() => Some(separator),
            _ => None,
        }
    }

    /// The size of the group at the right.
    fn group_size(&self) -> usize {
        self.grouping.first().map_or(0, |&size| size as usize)
    }

    /// Formats a number given as text (digits with an optional minus and point), cutting or
    /// filling the decimals to `places`.
    pub(crate) fn format_digits(&self, number: &str, places: Option<usize>) -> String {
        let (sign, unsigned) = match number.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", number),
        };
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut out = String::with_capacity(number.len() + 8);
        out.push_str(sign);
        if self.is_plain() {
            out.push_str(whole);
        } else {
            self.push_grouped(whole, &mut out);
        }
        let kept = match places {
            // Cut by characters: the text may be anything that an object calls its number.
            Some(places) => decimals
                .char_indices()
                .nth(places)
                .map_or(decimals, |(at, _)| &decimals[..at]),
            None => decimals,
        };
        let missing = places.unwrap_or(0).saturating_sub(decimals.chars().count());
        if !kept.is_empty() || missing > 0 {
            out.push_str(self.decimal_separator);
            out.push_str(kept);
            out.extend(std::iter::repeat_n('0', missing));
        }
        out
    }

    /// Appends digits in groups.
    fn push_grouped(&self, whole: &str, out: &mut String) {
        let digits: Vec<char> = whole.chars().collect();
        let mut cuts = Vec::new();
        let mut intervals = self.grouping.iter().skip(1);
        let mut interval = self.group_size();
        let mut left = digits.len();
        while left > interval {
            left -= interval;
            cuts.push(left);
            if let Some(&next) = intervals.next().filter(|&&next| next != 0) {
                interval = next as usize;
            }
        }
        for (at, digit) in digits.iter().enumerate() {
            if cuts.last() == Some(&at) {
                cuts.pop();
                out.push_str(self.thousand_separator);
            }
            out.push(*digit);
        }
    }

    /// Formats an integer.
    pub(crate) fn format_integer(&self, number: i64, places: Option<usize>) -> String {
        self.format_digits(itoa::Buffer::new().format(number), places)
    }

    /// Formats a binary floating point number.
    pub(crate) fn format_float(&self, number: f64, places: Option<usize>) -> String {
        let text = crate::value::float_repr(number);
        if text.contains('e') {
            self.format_decimal(&text, places)
        } else {
            self.format_digits(&text, places)
        }
    }

    /// Formats a decimal number given as the text of a Python `Decimal`.
    ///
    /// Numbers that would need more than 200 digits are written in scientific notation.
    pub(crate) fn format_decimal(&self, text: &str, places: Option<usize>) -> String {
        let Some(Decimal::Finite(number)) = Decimal::parse(text) else {
            return self.format_digits(text, places);
        };
        if places.is_some_and(|places| number.is_below_place(places)) {
            return self.format_digits("0", places);
        }
        if number.extent() > 200 {
            let (coefficient, exponent) = number.scientific();
            return format!("{}e{exponent}", self.format_digits(&coefficient, places));
        }
        self.format_digits(&number.plain(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indian() -> NumberFormat<'static> {
        NumberFormat {
            grouping: &[3, 2, 0],
            use_grouping: true,
            ..NumberFormat::PLAIN
        }
    }

    #[test]
    fn groups_of_different_sizes() {
        assert_eq!(
            indian().format_integer(1_234_567_890, None),
            "1,23,45,67,890"
        );
        assert_eq!(indian().format_integer(-123, None), "-123");
        assert_eq!(indian().format_integer(1234, Some(2)), "1,234.00");
    }

    #[test]
    fn huge_exponents_stay_short() {
        let plain = NumberFormat::PLAIN;
        assert_eq!(plain.format_decimal("1e1000", Some(2)), "1.00e+1000");
        assert_eq!(plain.format_float(1e-300, Some(2)), "0.00");
        assert_eq!(plain.format_float(1e22, None), "10000000000000000000000");
    }
}
