//! Numbers as people write them.

use std::cmp::Ordering;

use crate::context::Context;
use crate::engine::{Dialect, Engine};
use crate::error::{Error, ErrorKind, Result};
use crate::filters::convert::{Converted, integer_value, to_integer};
use crate::format::NumberFormat;
use crate::format::decimal::Decimal;
use crate::format::integer::Integer;
use crate::library::Filtered;
use crate::value::Value;

/// The number, or what the filter gives back when there is none.
fn integer_or(value: &Value) -> Result<Result<Integer, Filtered>> {
    Ok(match to_integer(value)? {
        Converted::Into(number) => Ok(number),
        Converted::Unknown => Err(Filtered::Declined),
        Converted::TooLarge(message) => return Err(Error::new(ErrorKind::Overflow, message)),
        Converted::BadValue(_) | Converted::BadType(_) => Err(value.clone().into()),
    })
}

/// The filter `apnumber`.
pub(super) fn ap_number(value: &Value, context: &Context) -> Result<Filtered> {
    const NAMES: [&str; 9] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let number = match integer_or(value)? {
        Ok(number) => number,
        Err(filtered) => return Ok(filtered),
    };
    let name = number
        .to_i64()
        .and_then(|number| NAMES.get(usize::try_from(number - 1).ok()?));
    Ok(match name {
        Some(name) => context.host().gettext(name).into(),
        None => safe_or_number(value, &number)?,
    })
}

/// A number as the result of a filter that keeps safety: text when the input was safe text.
fn safe_or_number(value: &Value, number: &Integer) -> Result<Filtered> {
    let result = integer_value(number);
    Ok(if value.is_safe() {
        Value::Str(result.text()?.mark_safe())
    } else {
        result
    }
    .into())
}

/// The filter `ordinal`.
pub(super) fn ordinal(value: &Value, context: &Context) -> Result<Filtered> {
    let number = match integer_or(value)? {
        Ok(number) => number,
        Err(filtered) => return Ok(filtered),
    };
    if number.is_negative() {
        return Ok(number.to_string().into());
    }
    let digits = number.digits();
    let last = digits.as_bytes()[digits.len() - 1];
    let teen = digits.len() >= 2 && digits.as_bytes()[digits.len() - 2] == b'1';
    let (message_context, message) = match last {
        b'1'..=b'3' if teen => ("ordinal 11, 12, 13".to_owned(), "{}th"),
        b'1' => ("ordinal 1".to_owned(), "{}st"),
        b'2' => ("ordinal 2".to_owned(), "{}nd"),
        b'3' => ("ordinal 3".to_owned(), "{}rd"),
        _ => (format!("ordinal {}", char::from(last)), "{}th"),
    };
    let text = context
        .host()
        .pgettext(&message_context, message)
        .replace("{}", digits);
    Ok(Value::safe(text).into())
}

/// The filter `intcomma`.
pub(super) fn int_comma(
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    let localized = argument.map_or(Ok(true), Value::truth)?;
    let native = value.native()?;
    let numbers = NumberFormat::of(context.locale()).grouped();
    if localized {
        let text = match &native {
            Value::Int(number) => Some(numbers.format_integer(*number, None)),
            Value::Float(number) => Some(numbers.format_float(*number, None)),
            Value::Decimal(text) => Some(decimal(text, numbers)?),
            Value::Object(_) => return Ok(Filtered::Declined),
            Value::Str(text) if is_newer(context) => match Decimal::parse(text) {
                Some(Decimal::Finite(number)) => Some(decimal(&number.to_string(), numbers)?),
                Some(_) => Some(decimal("NaN", numbers)?),
                None => None,
            },
            // Python makes no decimal number of a list.
            Value::List(_) | Value::Tuple(_) if is_newer(context) => return Ok(Filtered::Declined),
            other => match to_integer(other)? {
                Converted::Into(number) => Some(numbers.format_digits(&number.to_string(), None)),
                _ => None,
            },
        };
        if let Some(text) = text {
            return Ok(text.into());
        }
    }
    Ok(commas(&value.text()?).into())
}

/// Whether the filters of Django 6.0 and later are wanted.
fn is_newer(context: &Context) -> bool {
    context
        .engine()
        .map_or_else(Dialect::default, Engine::dialect)
        == Dialect::Django6
}

/// A decimal number in groups.
fn decimal(text: &str, numbers: NumberFormat<'_>) -> Result<String> {
    match Decimal::parse(text) {
        Some(Decimal::Finite(_)) => Ok(numbers.format_decimal(text, None)),
        // Python has no exponent for what is not finite.
        _ => Err(Error::new(
            ErrorKind::Type,
            "bad operand type for abs(): 'str'",
        )),
    }
}

/// Text that begins with an integer, with commas in that.
fn commas(text: &str) -> String {
    let start = usize::from(text.starts_with('-'));
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text[start..].split_at(length);
    let mut out = String::with_capacity(text.len() + length / 3);
    out.push_str(&text[..start]);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (length - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

/// Powers of ten with names.
const POWERS: [(usize, &str); 11] = [
    (6, "%(value)s million"),
    (9, "%(value)s billion"),
    (12, "%(value)s trillion"),
    (15, "%(value)s quadrillion"),
    (18, "%(value)s quintillion"),
    (21, "%(value)s sextillion"),
    (24, "%(value)s septillion"),
    (27, "%(value)s octillion"),
    (30, "%(value)s nonillion"),
    (33, "%(value)s decillion"),
    (100, "%(value)s googol"),
];

/// The filter `intword`.
pub(super) fn int_word(value: &Value, context: &Context) -> Result<Filtered> {
    let number = match integer_or(value)? {
        Ok(number) => number,
        Err(filtered) => return Ok(filtered),
    };
    let count = number.digits().len();
    // A thousand of a unit is the next one's beginning.
    let power = POWERS
        .iter()
        .find(|(power, _)| count.cmp(&(power + 4)) == Ordering::Less);
    let Some((power, name)) = power.filter(|_| count > 6) else {
        return Ok(integer_value(&number).into());
    };
    let amount: f64 = format!("{number}e-{power}").parse().unwrap_or(f64::NAN);
    let text = match Decimal::parse(&crate::value::float_repr(amount)) {
        Some(Decimal::Finite(amount)) if amount.is_whole() => {
            let digits = Integer::new(amount.negative, &amount.whole_digits()).to_string();
            format_places(&digits, 1, context)
        }
        Some(Decimal::Finite(amount)) if amount.extent() <= 200 => {
            format_places(&amount.round_half_up(1), 1, context)
        }
        _ => crate::value::float_repr(amount),
    };
    // Python rounds away from one for the choice of the plural form.
    let less = amount - 1.0;
    let rounded = if less < 0.0 {
        less.floor()
    } else {
        less.ceil()
    } + 1.0;
    let message = context.host().ngettext(name, name, rounded.abs() as i64);
    Ok(message.replace("%(value)s", &text).into())
}

/// A number with decimals in the active language.
fn format_places(number: &str, places: usize, context: &Context) -> String {
    NumberFormat::of(context.locale()).format_digits(number, Some(places))
}
