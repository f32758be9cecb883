//! Numbers, dates and durations as text, by Python's rules and in the language of the host.
//!
//! Everything but [`localize`] works on plain values, without templates.

mod calendar;
mod dateformat;
pub(crate) mod decimal;
pub(crate) mod float;
pub(crate) mod integer;
mod number;
pub(crate) mod percent;
mod timesince;
pub(crate) mod unicode;

pub(crate) use calendar::{iso_date, iso_date_time, iso_time, push};
pub(crate) use dateformat::{
    DateFormatError, Letters, Moment, format_moment, needs_default_zone, push_moment,
};
pub(crate) use dateformat::{is_numeric, push_numbers};
pub(crate) use number::NumberFormat;
pub(crate) use timesince::time_between;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::host::Locale;
use crate::value::Value;

/// A number or date as the active language shows it (`django.utils.formats.localize`); `None`
/// for other values, and for numbers that are not localised at this place.
///
/// # Errors
///
/// Exceptions of the host.
pub(crate) fn localize(value: &Value, context: &Context) -> Result<Option<String>> {
    let localized = context.use_l10n() != Some(false);
    let locale = context.locale();
    let plain;
    let locale = if localized {
        locale
    } else {
        plain = std::sync::Arc::default();
        &plain
    };
    let numbers = NumberFormat::of(locale);
    let (moment, format) = match value {
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Decimal(_) if !localized => {
            return Ok(None);
        }
        Value::Int(number) => return Ok(Some(numbers.format_integer(*number, None))),
        Value::BigInt(digits) => return Ok(Some(numbers.format_digits(digits, None))),
        Value::Float(number) => return Ok(Some(numbers.format_float(*number, None))),
        // Python has no exponent for what is not finite.
        Value::Decimal(text) if text.contains(['n', 'N']) => {
            return Err(Error::new(
                ErrorKind::Type,
                "bad operand type for abs(): 'str'",
            ));
        }
        Value::Decimal(text) => return Ok(Some(numbers.format_decimal(text, None))),
        Value::DateTime(moment) => (Moment::DateTime(moment), &locale.datetime_format),
        Value::Date(date) => (Moment::Date(*date), &locale.date_format),
        Value::Time(time) => (Moment::Time(*time), &locale.time_format),
        _ => return Ok(None),
    };
    let letters = if matches!(moment, Moment::Time(_)) {
        Letters::Time
    } else {
        Letters::Date
    };
    format_moment(Some(moment), format, letters, context.host())
        .map(Some)
        .map_err(Into::into)
}

/// A date, a time or both by a format or by the name of one, as `{% now %}` and the filter `date`
/// write them (`django.utils.formats.date_format`).
///
/// # Errors
///
/// [`ErrorKind::Type`](crate::ErrorKind::Type) when the format asks for what the value does not
/// have.
pub(crate) fn date(value: &Value, format: &str, context: &Context) -> Result<String> {
    let native = value.native()?;
    let moment = match &native {
        Value::DateTime(moment) => Some(Moment::DateTime(moment)),
        Value::Date(date) => Some(Moment::Date(*date)),
        Value::Time(time) => Some(Moment::Time(*time)),
        _ => None,
    };
    let format = if format.is_empty() {
        "DATE_FORMAT"
    } else {
        format
    };
    let pattern = named_format(context.locale(), format).unwrap_or(format);
    Ok(format_moment(
        moment,
        pattern,
        Letters::Date,
        context.host(),
    )?)
}

/// The format that a setting's name stands for (`django.utils.formats.get_format`).
pub(crate) fn named_format<'a>(locale: &'a Locale, name: &str) -> Option<&'a str> {
    Some(match name {
        "DATE_FORMAT" => &locale.date_format,
        "TIME_FORMAT" => &locale.time_format,
        "DATETIME_FORMAT" => &locale.datetime_format,
        "YEAR_MONTH_FORMAT" => &locale.year_month_format,
        "MONTH_DAY_FORMAT" => &locale.month_day_format,
        "SHORT_DATE_FORMAT" => &locale.short_date_format,
        "SHORT_DATETIME_FORMAT" => &locale.short_datetime_format,
        _ => return None,
    })
}
