//! Filters on numbers.

use std::ops::Range;

use smol_str::SmolStr;

use super::convert::{
    Converted, converted, integer_value, is_lazy, required, small_integer, to_float, to_integer,
};
use super::stringformat::string_format;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::NumberFormat;
use crate::format::decimal::Decimal;
use crate::format::integer::Integer;
use crate::library::{Filter, Filtered};
use crate::value::{Str, Value, plain_float};

/// Most decimals that `floatformat` writes.
const PLACES_LIMIT: i64 = 100_000;

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("add", add).argument(),
        Filter::new("divisibleby", divisible_by).argument(),
        Filter::new("filesizeformat", file_size).keeps_safe(),
        Filter::new("floatformat", float_format)
            .optional_argument()
            .keeps_safe(),
        Filter::new("get_digit", get_digit).argument(),
        Filter::new("pluralize", pluralize).optional_argument(),
        Filter::new("stringformat", string_format)
            .argument()
            .keeps_safe(),
    ]
}

/// The filter `add`.
fn add(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let argument = required(argument);
    if let (Value::Int(left), Value::Int(right)) = (value, argument)
        && let Some(sum) = left.checked_add(*right)
    {
        return Ok(Value::Int(sum).into());
    }
    let left = match to_integer(value)? {
        Converted::Into(left) => left,
        Converted::TooLarge(message) => return Err(Error::new(ErrorKind::Overflow, message)),
        Converted::Unknown => return Ok(Filtered::Declined),
        _ => return concatenate(value, argument),
    };
    match to_integer(argument)? {
        Converted::Into(right) => Ok(integer_value(&left.add(&right)).into()),
        Converted::TooLarge(message) => Err(Error::new(ErrorKind::Overflow, message)),
        Converted::Unknown => Ok(Filtered::Declined),
        _ => concatenate(value, argument),
    }
}

/// `value + argument` for values that are not both integers; empty where Python raises.
fn concatenate(value: &Value, argument: &Value) -> Result<Filtered> {
    if is_lazy(value) || is_lazy(argument) {
        return Ok(Filtered::Declined);
    }
    let (left, right) = (value.native()?, argument.native()?);
    Ok(match (&left, &right) {
        (Value::Str(a), Value::Str(b)) => {
            let text = [&**a, &**b].concat();
            let safe = a.is_safe() && b.is_safe();
            Value::Str(if safe {
                Str::safe(text)
            } else {
                Str::new(text)
            })
            .into()
        }
        (Value::List(a), Value::List(b)) => {
            Value::List(a.iter().chain(&**b).cloned().collect()).into()
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            Value::Tuple(a.iter().chain(&**b).cloned().collect()).into()
        }
        // One of the two is "not a number": no other number comes here.
        (
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_),
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_),
        ) => Value::Float(f64::NAN).into(),
        (
            Value::Decimal(_),
            Value::Decimal(_) | Value::Int(_) | Value::BigInt(_) | Value::Bool(_),
        )
        | (Value::Int(_) | Value::BigInt(_) | Value::Bool(_), Value::Decimal(_))
        | (Value::Object(_) | Value::Date(_) | Value::DateTime(_) | Value::Duration(_), _)
        | (_, Value::Object(_) | Value::Date(_) | Value::DateTime(_) | Value::Duration(_)) => {
            Filtered::Declined
        }
        _ => Value::empty().into(),
    })
}

/// The filter `divisibleby`.
fn divisible_by(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let argument = required(argument);
    if let (Value::Int(value), Value::Int(divisor)) = (value, argument)
        && *divisor != 0
    {
        return Ok(Value::Bool(value.wrapping_rem(*divisor) == 0).into());
    }
    let value = converted!(to_integer(value)?);
    let divisor = converted!(to_integer(argument)?);
    if divisor.is_zero() {
        // A host raises its own exception for this.
        return Ok(Filtered::Declined);
    }
    Ok(Value::Bool(value.is_multiple_of(&divisor)).into())
}

/// The filter `get_digit`.
fn get_digit(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let position = match to_integer(required(argument))? {
        Converted::BadValue(_) => return Ok(value.clone().into()),
        other => converted!(other),
    };
    let number = match to_integer(value)? {
        Converted::BadValue(_) => return Ok(value.clone().into()),
        other => converted!(other),
    };
    if position.is_negative() || position.is_zero() {
        return Ok(integer_value(&number).into());
    }
    let text = number.to_string();
    let position = position
        .to_i64()
        .and_then(|at| usize::try_from(at).ok())
        .unwrap_or(usize::MAX);
    let Some(at) = text.len().checked_sub(position) else {
        return Ok(Value::Int(0).into());
    };
    match text.as_bytes()[at] {
        b'-' => Err(Error::new(
            ErrorKind::Value,
            "invalid literal for int() with base 10: '-'",
        )),
        digit => Ok(Value::Int(i64::from(digit - b'0')).into()),
    }
}

/// The filter `pluralize`.
fn pluralize(value: &Value, argument: Option<&Value>, _: &Context) -> Result<Filtered> {
    let argument = argument.map(Value::native).transpose()?;
    let suffixes = match &argument {
        None => "s",
        Some(Value::Str(text)) => text,
        Some(_) => return Ok(Filtered::Declined),
    };
    let (singular, plural) = suffixes.split_once(',').unwrap_or(("", suffixes));
    if plural.contains(',') {
        return Ok(Value::empty().into());
    }
    let one = match value {
        Value::Int(number) => Some(*number == 1),
        _ => match to_float(value)? {
            Converted::Into(number) => Some(number.total_cmp(&1.0).is_eq()),
            Converted::BadValue(_) => None,
            Converted::BadType(_) => value.length()?.map(|length| length == 1),
            // A list has a length and cannot be a number.
            Converted::Unknown if super::convert::is_plain_sequence(value) => {
                value.length()?.map(|length| length == 1)
            }
            Converted::Unknown => return Ok(Filtered::Declined),
            Converted::TooLarge(message) => return Err(Error::new(ErrorKind::Overflow, message)),
        },
    };
    let suffix = match one {
        Some(true) => singular,
        Some(false) => plural,
        None => "",
    };
    Ok(suffix.into())
}

/// Units of file sizes above the byte, with the power of two that each stands for.
const SIZES: [(&str, u32); 5] = [
    ("%s KB", 10),
    ("%s MB", 20),
    ("%s GB", 30),
    ("%s TB", 40),
    ("%s PB", 50),
];

/// The filter `filesizeformat`.
fn file_size(value: &Value, _: Option<&Value>, context: &Context) -> Result<Filtered> {
    let bytes = match to_integer(value)? {
        Converted::BadValue(_) | Converted::BadType(_) => Integer::from(0),
        other => converted!(other),
    };
    let host = context.host();
    let magnitude = bytes.to_f64().abs();
    if magnitude.is_infinite() {
        let message = "integer division result too large for a float";
        return Err(Error::new(ErrorKind::Overflow, message));
    }
    let text = if magnitude < 1024.0 {
        let text = host.ngettext("%(size)d byte", "%(size)d bytes", magnitude as i64);
        text.replace("%(size)d", bytes.digits())
    } else {
        let fits = |&&(_, power): &&(&str, u32)| magnitude < f64::from(power + 10).exp2();
        let (unit, power) = SIZES.iter().find(fits).unwrap_or(&SIZES[4]);
        let amount = magnitude / f64::from(*power).exp2();
        // Rounded to one decimal as Python's round() does.
        let rounded: f64 = format!("{amount:.1}").parse().unwrap_or(amount);
        let number = NumberFormat::of(context.locale()).format_float(rounded, Some(1));
        host.gettext(unit).replace("%s", &number)
    };
    let sign = if bytes.is_negative() { "-" } else { "" };
    Ok([sign, &text].concat().replace(' ', "\u{a0}").into())
}

/// The argument of `floatformat`: places, and what its letters say.
#[derive(Clone, Debug)]
pub(crate) struct FloatFormat {
    places: i64,
    grouped: bool,
    localized: bool,
}

/// The filter `floatformat`.
fn float_format(value: &Value, argument: Option<&Value>, context: &Context) -> Result<Filtered> {
    let format = float_format_argument(argument)?;
    if matches!(format, Converted::Unknown) {
        return Ok(Filtered::Declined);
    }
    if let (Value::Float(number), Converted::Into(Some(format))) = (value, &format)
        && let Some(text) = plain_float(*number, &mut zmij::Buffer::new())
        && let Some(rounded) = rounded(text, format, context)
    {
        return Ok(rounded);
    }
    let text = value.text()?;
    if let Converted::Into(Some(format)) = &format
        && let Some(rounded) = rounded(&text, format, context)
    {
        return Ok(rounded);
    }
    let number = match Decimal::parse(&text) {
        Some(number) => number,
        // Django: str(float(value)) for what is a number without looking like one.
        None => match to_float(value)? {
            Converted::Into(number) => match Decimal::parse(&crate::value::float_repr(number)) {
                Some(number) => number,
                None => return Ok(Value::empty().into()),
            },
            Converted::BadValue(_) | Converted::BadType(_) => return Ok(Value::empty().into()),
            other => {
                converted!(other);
                return Ok(Filtered::Declined);
            }
        },
    };
    let Some(format) = converted!(format) else {
        return Ok(plain(&text));
    };
    let Decimal::Finite(number) = number else {
        return Ok(plain(&text));
    };
    if number.extent() > 200 {
        return Ok(plain(&text));
    }
    let numbers = format.numbers(context);
    let whole = number.is_whole();
    let text = if whole && format.places <= 0 {
        let digits = Integer::new(number.negative, &number.whole_digits()).to_string();
        numbers.format_digits(&digits, Some(0))
    } else {
        if format.places.abs() > PLACES_LIMIT {
            let message = format!("floatformat writes at most {PLACES_LIMIT} decimals");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let places = format.places.unsigned_abs() as usize;
        numbers.format_digits(&number.round_half_up(places), Some(places))
    };
    Ok(Value::safe(text).into())
}

impl FloatFormat {
    fn numbers<'a>(&self, context: &'a Context) -> NumberFormat<'a> {
        let numbers = if self.localized {
            NumberFormat::of(context.locale())
        } else {
            NumberFormat::PLAIN
        };
        if self.grouped {
            numbers.grouped()
        } else {
            numbers
        }
    }
}

/// Where the number stands in `room`, rounded, halves away from zero, if it stands there with few plain digits, the places are few and digits
/// are not grouped: so it is with most numbers. The rest goes the long way.
pub(super) fn round_plain(
    text: &str,
    format: &FloatFormat,
    context: &Context,
    room: &mut [u8; 64],
) -> Option<Range<usize>> {
    let places = usize::try_from(format.places).ok()?;
    let separator = format.numbers(context).plain_separator()?;
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match memchr::memchr(b'.', unsigned.as_bytes()) {
        Some(point) => (&unsigned[..point], &unsigned[point + 1..]),
        None => (unsigned, ""),
    };
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = whole == "0" || !whole.starts_with('0');
    if whole.is_empty()
        || whole.len() + fraction.len() > 32
        || !(1..=16).contains(&places)
        || !is_canonical
        || !is_plain(whole)
        || !is_plain(fraction)
    {
        return None;
    }
    // Before the digits there is room for a sign and for a carry.
    room.fill(b'0');
    let point = 2 + whole.len();
    let end = point + 1 + places;
    room[2..point].copy_from_slice(whole.as_bytes());
    room[point] = separator;
    let kept = &fraction.as_bytes()[..fraction.len().min(places)];
    room[point + 1..][..kept.len()].copy_from_slice(kept);
    if fraction
        .as_bytes()
        .get(places)
        .is_some_and(|&digit| digit >= b'5')
    {
        for at in (1..end).rev().filter(|&at| at != point) {
            if room[at] == b'9' {
                room[at] = b'0';
            } else {
                room[at] += 1;
                break;
            }
        }
    }
    let mut start = if room[1] == b'0' { 2 } else { 1 };
    let is_zero = |&digit: &u8| digit == b'0' || digit == separator;
    if text.len() > unsigned.len() && !room[start..end].iter().all(is_zero) {
        start -= 1;
        room[start] = b'-';
    }
    Some(start..end)
}

/// The same as a filter's result.
fn rounded(text: &str, format: &FloatFormat, context: &Context) -> Option<Filtered> {
    let mut room = [0; 64];
    let range = round_plain(text, format, context, &mut room)?;
    let rounded = SmolStr::new(std::str::from_utf8(&room[range]).ok()?);
    Some(Value::Str(Str::stored(rounded, true)).into())
}

/// A result that is not marked as safe.
fn plain(text: &Str) -> Filtered {
    Value::Str(text.clone().mark_unsafe()).into()
}

/// Reads the argument; nothing when it is no number, and the input is given back.
pub(super) fn float_format_argument(
    argument: Option<&Value>,
) -> Result<Converted<Option<FloatFormat>>> {
    let mut format = FloatFormat {
        places: -1,
        grouped: false,
        localized: true,
    };
    let Some(argument) = argument else {
        return Ok(Converted::Into(Some(format)));
    };
    if let Some(places) = small_integer(argument) {
        format.places = places.max(i64::MIN + 1);
        return Ok(Converted::Into(Some(format)));
    }
    if is_lazy(argument) {
        return Ok(Converted::Unknown);
    }
    let argument = argument.native()?;
    let number = if let Value::Str(text) = &argument {
        if text.is_empty() {
            // Django looks at the last character.
            return Ok(Converted::Unknown);
        }
        let mut rest: &str = text;
        for _ in 0..2 {
            match rest.chars().next_back() {
                Some('g') if !format.grouped => format.grouped = true,
                Some('u') if format.localized => format.localized = false,
                _ => break,
            }
            rest = &rest[..rest.len() - 1];
        }
        if rest.is_empty() {
            Some(Integer::from(-1))
        } else {
            Integer::parse(rest)
        }
    } else {
        match to_integer(&argument)? {
            Converted::Into(number) => Some(number),
            Converted::BadValue(_) => None,
            Converted::BadType(message) => return Ok(Converted::BadType(message)),
            Converted::TooLarge(message) => return Ok(Converted::TooLarge(message)),
            Converted::Unknown => return Ok(Converted::Unknown),
        }
    };
    Ok(Converted::Into(number.map(|number| {
        let bound = if number.is_negative() {
            i64::MIN + 1
        } else {
            i64::MAX
        };
        FloatFormat {
            places: number.to_i64().unwrap_or(bound),
            ..format
        }
    })))
}
