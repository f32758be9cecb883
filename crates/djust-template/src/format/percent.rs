//! Python's `%` operator for one value (`CPython`: `Objects/unicodeobject.c`, `PyUnicode_Format`).

use super::float::padded_exponent;
use super::integer::Integer;

/// Widest field and longest precision that are written.
pub(crate) const WIDTH_LIMIT: usize = 1_000_000;

/// Why a format cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormatFailure {
    /// Python raises `TypeError` or `ValueError`.
    Mismatch,
    /// Python raises `OverflowError`.
    Overflow(&'static str),
    /// The result would be longer than any page.
    TooLong,
    /// The format looks up a key in the value.
    NeedsKey,
}

/// What a conversion can ask a value for. Each method gives `None` where Python raises
/// `TypeError` or `ValueError`.
pub(crate) trait Operand {
    /// Errors of the value itself.
    type Error: From<FormatFailure>;
    /// `str(value)`.
    fn text(&self) -> Result<String, Self::Error>;
    /// `repr(value)`.
    fn repr(&self) -> Result<String, Self::Error>;
    /// The value if it is an integer of 64 bits, which need not be made an [`Integer`].
    fn small(&self) -> Option<i64> {
        None
    }
    /// The value as an integer, cutting a fraction: for `d`, `i` and `u`.
    fn truncated(&self) -> Result<Option<Integer>, Self::Error>;
    /// The value if it is an integer: for `o`, `x`, `X` and `c`.
    fn index(&self) -> Result<Option<Integer>, Self::Error>;
    /// `float(value)` of a number: for `e`, `f` and `g`.
    fn float(&self) -> Result<Option<f64>, Self::Error>;
    /// The value if it is a string of one character: for `c`.
    fn character(&self) -> Option<char>;
    /// Whether the value has items: such values may be left unused.
    ///
    /// # Errors
    ///
    /// When only the host knows.
    fn has_items(&self) -> Result<bool, Self::Error>;
}

/// Where a field is filled to its width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Align {
    /// Spaces before the value.
    #[default]
    Right,
    /// Spaces behind the value (flag `-`, which wins over `0`).
    Left,
    /// Zeros between the sign and the digits (flag `0`).
    Zeros,
}

/// A format of one integer and nothing else, such as `05d`.
#[derive(Clone, Debug)]
pub(crate) struct IntegerFormat(Conversion);

impl IntegerFormat {
    /// The format, if it is one.
    pub(crate) fn parse(format: &str) -> Option<Self> {
        let (conversion, rest) = Conversion::parse(format).ok()?;
        let is_integer = matches!(conversion.letter, 'd' | 'i' | 'u');
        (is_integer && rest.is_empty()).then_some(Self(conversion))
    }

    /// Appends the number as [`format_percent`] does.
    pub(crate) fn push(&self, number: i64, out: &mut String) {
        self.0.push_small(number, out);
    }
}

/// The part of a conversion between `%` and its letter.
#[derive(Clone, Debug, Default)]
struct Conversion {
    align: Align,
    /// What stands before a number that is not negative.
    sign: &'static str,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

/// `("%" + format) % value`.
pub(crate) fn format_percent<V: Operand>(format: &str, value: &V) -> Result<String, V::Error> {
    let mut out = String::new();
    let mut rest = format;
    let mut used = false;
    // The first conversion's percent sign is not part of the format.
    loop {
        if let Some(tail) = rest.strip_prefix('%') {
            out.push('%');
            rest = tail;
        } else {
            let (conversion, tail) = Conversion::parse(rest)?;
            if used {
                return Err(FormatFailure::Mismatch.into());
            }
            used = true;
            conversion.push(value, &mut out)?;
            rest = tail;
        }
        match rest.split_once('%') {
            Some((text, tail)) => {
                out.push_str(text);
                rest = tail;
            }
            None => break,
        }
    }
    out.push_str(rest);
    if used || value.has_items()? {
        Ok(out)
    } else {
        Err(FormatFailure::Mismatch.into())
    }
}

/// Reads digits at the start of the text as a number.
fn parse_size(text: &str) -> Result<(Option<usize>, &str), FormatFailure> {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    match digits.parse::<i64>() {
        Err(_) => Err(FormatFailure::Mismatch),
        Ok(size) => Ok((Some(usize::try_from(size).unwrap_or(usize::MAX)), rest)),
    }
}

impl Conversion {
    /// Reads flags, width, precision, length modifier and letter.
    fn parse(text: &str) -> Result<(Self, &str), FormatFailure> {
        let mut conversion = Self::default();
        if text.starts_with('(') {
            return Err(FormatFailure::NeedsKey);
        }
        let mut rest = text;
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => conversion.align = Align::Left,
                '+' => conversion.sign = "+",
                ' ' if conversion.sign.is_empty() => conversion.sign = " ",
                '0' if conversion.align == Align::Right => conversion.align = Align::Zeros,
                ' ' | '0' => {}
                '#' => conversion.alternate = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let (width, tail) = parse_size(rest)?;
        conversion.width = width.unwrap_or(0);
        rest = tail;
        if let Some(tail) = rest.strip_prefix('.') {
            let (precision, tail) = parse_size(tail)?;
            conversion.precision = Some(precision.unwrap_or(0));
            rest = tail;
        }
        rest = rest.strip_prefix(['h', 'l', 'L']).unwrap_or(rest);
        let letter = rest.chars().next().ok_or(FormatFailure::Mismatch)?;
        conversion.letter = letter;
        // Python looks at the size after all the rest.
        if "srcaiduoxXeEfFgG*".contains(letter)
            && conversion.width.max(conversion.precision.unwrap_or(0)) > WIDTH_LIMIT
        {
            return Err(FormatFailure::TooLong);
        }
        Ok((conversion, &rest[letter.len_utf8()..]))
    }

    /// Converts the value and appends it.
    fn push<V: Operand>(&self, value: &V, out: &mut String) -> Result<(), V::Error> {
        match self.letter {
            // A star takes the value for a width and asks for a second one, which there is not.
            '*' => {
                let fits = value.index()?.is_none_or(|width| width.to_i64().is_some());
                let overflow = "Python int too large to convert to C ssize_t";
                return Err(if fits {
                    FormatFailure::Mismatch
                } else {
                    FormatFailure::Overflow(overflow)
                }
                .into());
            }
            's' => self.push_text(&value.text()?, out),
            'r' => self.push_text(&value.repr()?, out),
            'a' => self.push_text(&to_ascii(&value.repr()?), out),
            'c' => {
                let character = match value.character() {
                    Some(character) => Some(character),
                    None => value.index()?.map(|code| code_point(&code)).transpose()?,
                };
                let character = character.ok_or(FormatFailure::Mismatch)?;
                // Precision does not cut a character.
                self.pad("", character.encode_utf8(&mut [0; 4]), false, out);
            }
            'd' | 'i' | 'u' => {
                if let Some(number) = value.small() {
                    self.push_small(number, out);
                    return Ok(());
                }
                let number = value.truncated()?.ok_or(FormatFailure::Mismatch)?;
                self.push_integer(number.is_negative(), "", number.digits(), out);
            }
            'o' | 'x' | 'X' => {
                let number = value.index()?.ok_or(FormatFailure::Mismatch)?;
                let (base, prefix) = match self.letter {
                    'o' => (8, "0o"),
                    'x' => (16, "0x"),
                    _ => (16, "0X"),
                };
                let mut digits = number.in_base(base);
                if self.letter == 'X' {
                    digits.make_ascii_uppercase();
                }
                let prefix = if self.alternate { prefix } else { "" };
                self.push_integer(number.is_negative(), prefix, &digits, out);
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = value.float()?.ok_or(FormatFailure::Mismatch)?;
                let digits = self.float_digits(number);
                let negative = number.is_sign_negative() && !number.is_nan();
                self.pad(self.sign(negative), &digits, true, out);
            }
            _ => return Err(FormatFailure::Mismatch.into()),
        }
        Ok(())
    }

    /// Appends an integer of 64 bits.
    fn push_small(&self, number: i64, out: &mut String) {
        let mut room = itoa::Buffer::new();
        self.push_integer(number < 0, "", room.format(number.unsigned_abs()), out);
    }

    /// Appends text cut to the precision.
    fn push_text(&self, text: &str, out: &mut String) {
        let cut = self
            .precision
            .and_then(|precision| text.char_indices().nth(precision));
        self.pad("", cut.map_or(text, |(at, _)| &text[..at]), false, out);
    }

    /// Appends an integer with at least as many digits as the precision says.
    fn push_integer(&self, negative: bool, prefix: &str, digits: &str, out: &mut String) {
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        if zeros == 0 && prefix.is_empty() {
            return self.pad(self.sign(negative), digits, true, out);
        }
        let sign = [self.sign(negative), prefix].concat();
        self.pad(
            &sign,
            &["0".repeat(zeros).as_str(), digits].concat(),
            true,
            out,
        );
    }

    /// The sign that goes before a number.
    fn sign(&self, negative: bool) -> &'static str {
        if negative { "-" } else { self.sign }
    }

    /// Appends sign and body, filled to the width.
    fn pad(&self, sign: &str, body: &str, numeric: bool, out: &mut String) {
        let length = if numeric {
            body.len()
        } else {
            body.chars().count()
        };
        let fill = self.width.saturating_sub(sign.len() + length);
        let zeros = numeric && self.align == Align::Zeros;
        if self.align != Align::Left && !zeros {
            push_fill(' ', fill, out);
        }
        out.push_str(sign);
        if zeros {
            push_fill('0', fill, out);
        }
        out.push_str(body);
        if self.align == Align::Left {
            push_fill(' ', fill, out);
        }
    }

    /// The absolute value of a float in the notation of the letter.
    fn float_digits(&self, number: f64) -> String {
        let upper = self.letter.is_ascii_uppercase();
        let magnitude = number.abs();
        let mut text = if magnitude.is_nan() {
            "nan".to_owned()
        } else if magnitude.is_infinite() {
            "inf".to_owned()
        } else {
            let precision = self.precision.unwrap_or(6);
            match self.letter.to_ascii_lowercase() {
                'f' => self.with_point(format!("{magnitude:.precision$}")),
                'e' => {
                    let (mantissa, exponent) = scientific(magnitude, precision);
                    format!("{}e{exponent}", self.with_point(mantissa))
                }
                _ => self.general(magnitude, precision.max(1)),
            }
        };
        if upper {
            text.make_ascii_uppercase();
        }
        text
    }

    /// The flag `#` keeps a point without decimals.
    fn with_point(&self, mut digits: String) -> String {
        if self.alternate && !digits.contains('.') {
            digits.push('.');
        }
        digits
    }

    /// The shorter of plain and scientific notation with `digits` significant digits.
    fn general(&self, magnitude: f64, digits: usize) -> String {
        let (mantissa, exponent) = scientific(magnitude, digits - 1);
        let power: i64 = exponent.parse().unwrap_or(0);
        if power < -4 || power >= digits as i64 {
            return format!("{}e{exponent}", self.without_zeros(mantissa));
        }
        let decimals = usize::try_from(digits as i64 - 1 - power).unwrap_or(0);
        self.without_zeros(format!("{magnitude:.decimals$}"))
    }

    /// Without the flag `#`, zeros at the end of the decimals are dropped.
    fn without_zeros(&self, digits: String) -> String {
        if self.alternate {
            return self.with_point(digits);
        }
        if digits.contains('.') {
            return digits
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned();
        }
        digits
    }
}

/// Appends a character many times. Most fields are filled with few.
fn push_fill(fill: char, count: usize, out: &mut String) {
    for _ in 0..count {
        out.push(fill);
    }
}

/// Mantissa and exponent (with sign and two digits) of a finite number.
fn scientific(magnitude: f64, decimals: usize) -> (String, String) {
    let text = format!("{magnitude:.decimals$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.to_owned(), padded_exponent(exponent))
}

/// The character with a code.
fn code_point(code: &Integer) -> Result<char, FormatFailure> {
    let overflow = FormatFailure::Overflow("%c arg not in range(0x110000)");
    let code = code
        .to_i64()
        .and_then(|code| u32::try_from(code).ok())
        .ok_or(overflow)?;
    if code > 0x10_ffff {
        return Err(overflow);
    }
    // A lone surrogate is a Python string that no page can hold.
    char::from_u32(code).ok_or(FormatFailure::Mismatch)
}

/// Escapes what is not ASCII, as `ascii()` does.
fn to_ascii(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let code = c as u32;
        let written = match code {
            0..=0x7f => out.write_char(c),
            0x80..=0xff => write!(out, "\\x{code:02x}"),
            0x100..=0xffff => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
        written.expect("writing to a string cannot fail");
    }
    out
}
