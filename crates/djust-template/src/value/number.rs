//! Numbers: reading, writing and comparing them as Python does.

use std::cmp::Ordering;

use super::Value;
use crate::error::Result;
use crate::format::float::padded_exponent;
use crate::format::integer::Integer;

/// `repr(float)`: the shortest text that reads back as the same number.
///
/// ```
/// use djust_template::value::float_repr;
/// assert_eq!(float_repr(1e16), "1e+16");
/// assert_eq!(float_repr(0.1), "0.1");
/// assert_eq!(float_repr(1.0), "1.0");
/// assert_eq!(float_repr(-f64::INFINITY), "-inf");
/// ```
pub fn float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number < 0.0 { "-inf" } else { "inf" }.into();
    }
    if let Some(text) = plain_float(number, &mut zmij::Buffer::new()) {
        return text.to_owned();
    }
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    format!("{digits}e{}", padded_exponent(exponent))
}

/// `repr(float)` of a number that Python writes without an exponent.
pub(crate) fn plain_float(number: f64, buffer: &mut zmij::Buffer) -> Option<&str> {
    // The shortest digits are the same in Rust and in Python.
    (number == 0.0 || (1e-4..1e16).contains(&number.abs())).then(|| buffer.format_finite(number))
}

/// `int(text)` as a value; `None` where Python raises.
///
/// ```
/// use djust_template::value::parse_int;
/// assert_eq!(parse_int(" 1_000 ").unwrap().repr().unwrap(), "1000");
/// assert!(parse_int("1.5").is_none());
/// ```
pub fn parse_int(text: &str) -> Option<Value> {
    // The plain case: few ASCII digits.
    if text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Value::Int);
    }
    let integer = Integer::parse(text)?;
    Some(
        integer
            .to_i64()
            .map_or_else(|| Value::BigInt(integer.to_string().into()), Value::Int),
    )
}

/// `float(text)`; `None` where Python raises.
///
/// ```
/// assert_eq!(djust_template::value::parse_float("1e5"), Some(100_000.0));
/// ```
pub fn parse_float(text: &str) -> Option<f64> {
    crate::format::float::parse_float(text)
}

impl Value {
    /// `float(self)`; `None` where Python raises `ValueError` or `TypeError`.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub(crate) fn to_float(&self) -> Result<Option<f64>> {
        Ok(match self {
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::BigInt(text) | Self::Decimal(text) => text.parse().ok(),
            Self::Str(text) => parse_float(text),
            Self::Object(object) => match object.native()? {
                Some(Self::Object(_)) | None => None,
                Some(value) => value.to_float()?,
            },
            _ => None,
        })
    }

    /// `int(self)` within 64 bits; `None` where Python raises `ValueError` or `TypeError`, and beyond.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub(crate) fn to_int(&self) -> Result<Option<i64>> {
        Ok(match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Int(value) => Some(*value),
            Self::Float(value) => Integer::truncate(*value).and_then(|integer| integer.to_i64()),
            Self::Decimal(text) => {
                let number = text.parse().ok();
                number
                    .and_then(Integer::truncate)
                    .and_then(|integer| integer.to_i64())
            }
            Self::Str(text) => match parse_int(text) {
                Some(Self::Int(value)) => Some(value),
                _ => None,
            },
            Self::Object(object) => match object.native()? {
                Some(Self::Object(_)) | None => None,
                Some(value) => value.to_int()?,
            },
            _ => None,
        })
    }
}

/// `bool(Decimal(text))`.
pub(super) fn decimal_is_true(text: &str) -> bool {
    let digits = text.split(['e', 'E']).next().unwrap_or_default();
    text.contains(['n', 'N']) || digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// A finite number in decimal: sign, significant digits without zeros at either end, exponent of the point before
/// the first digit.
struct Exact {
    negative: bool,
    digits: String,
    point: i64,
}

enum Number {
    Finite(Exact),
    Infinite { negative: bool },
    Nan,
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::parse(if *value { "1" } else { "0" }),
            Value::Int(value) => Self::parse(&value.to_string()),
            Value::BigInt(text) | Value::Decimal(text) => Self::parse(text),
            // The full decimal expansion, so that the comparison is exact.
            Value::Float(value) if value.is_finite() => Self::parse(&format!("{value:.1080}")),
            Value::Float(value) if value.is_nan() => Self::Nan,
            Value::Float(value) => Self::Infinite {
                negative: *value < 0.0,
            },
            _ => return None,
        })
    }

    fn parse(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if text.starts_with(['I', 'i']) {
            return Self::Infinite { negative };
        }
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let Ok(exponent) = exponent.parse::<i64>() else {
            return Self::Nan;
        };
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Nan;
        }
        let leading = all.len() - all.trim_start_matches('0').len();
        let digits = all.trim_matches('0').to_owned();
        let point = whole.len() as i64 - leading as i64 + exponent;
        Self::Finite(Exact {
            negative: negative && !digits.is_empty(),
            digits,
            point,
        })
    }
}

impl Exact {
    fn compare(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            let magnitude = self
                .point
                .cmp(&other.point)
                .then_with(|| self.digits.cmp(&other.digits));
            match sign(self) {
                0 => Ordering::Equal,
                1 => magnitude,
                _ => magnitude.reverse(),
            }
        })
    }
}

/// How two values compare as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// One of them is no number.
    NotNumbers,
    /// One of them is the float "not a number": no comparison holds.
    Unordered,
    Ordered(Ordering),
}

impl From<Option<Ordering>> for Compared {
    fn from(order: Option<Ordering>) -> Self {
        order.map_or(Self::Unordered, Self::Ordered)
    }
}

/// Compares two values as numbers, exactly.
pub(super) fn compare(left: &Value, right: &Value) -> Compared {
    // The common types without detour.
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => return Compared::Ordered(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => return left.partial_cmp(right).into(),
        (Value::Int(left), Value::Float(right)) if left.unsigned_abs() < 1 << 53 => {
            return (*left as f64).partial_cmp(right).into();
        }
        (Value::Float(left), Value::Int(right)) if right.unsigned_abs() < 1 << 53 => {
            return left.partial_cmp(&(*right as f64)).into();
        }
        _ => {}
    }
    let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) else {
        return Compared::NotNumbers;
    };
    let side = |negative| {
        if negative {
            Ordering::Less
        } else {
            Ordering::Greater
        }
    };
    match (left, right) {
        (Number::Nan, _) | (_, Number::Nan) => Compared::Unordered,
        (Number::Finite(left), Number::Finite(right)) => Compared::Ordered(left.compare(&right)),
        (Number::Infinite { negative: left }, Number::Infinite { negative: right }) => {
            Compared::Ordered(right.cmp(&left))
        }
        (Number::Infinite { negative }, Number::Finite(_)) => Compared::Ordered(side(negative)),
        (Number::Finite(_), Number::Infinite { negative }) => Compared::Ordered(side(!negative)),
    }
}
