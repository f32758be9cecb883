//! Filters on dates and times.

use super::convert::{host_or, is_lazy};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{
    DateFormatError, Letters, Moment, format_moment, needs_default_zone, time_between,
};
use crate::library::{Filter, Filtered};
use crate::value::{Date, DateTime, Str, Time, Value};

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("date", |value, argument, context| {
            format("date", value, argument, context, Letters::Date)
        })
        .optional_argument()
        .local_time(),
        Filter::new("time", |value, argument, context| {
            format("time", value, argument, context, Letters::Time)
        })
        .optional_argument()
        .local_time(),
        Filter::new("timesince", |value, argument, context| {
            since("timesince", value, argument, context)
        })
        .optional_argument(),
        Filter::new("timeuntil", |value, argument, context| {
            since("timeuntil", value, argument, context)
        })
        .optional_argument(),
    ]
}

/// The filters `date` and `time`.
fn format(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
    letters: Letters,
) -> Result<Filtered> {
    if is_lazy(value) {
        return Ok(Filtered::Declined);
    }
    let native = value.native()?;
    let moment = match &native {
        Value::None => return Ok(Value::empty().into()),
        Value::Str(text) if text.is_empty() => return Ok(Value::empty().into()),
        Value::Date(date) => Some(Moment::Date(*date)),
        Value::Time(time) => Some(Moment::Time(*time)),
        Value::DateTime(moment) => Some(Moment::DateTime(moment)),
        Value::Object(_) => return Ok(Filtered::Declined),
        _ => None,
    };
    let default = if letters == Letters::Date {
        "DATE_FORMAT"
    } else {
        "TIME_FORMAT"
    };
    let written = match argument {
        // Any other value of no truth names no format either.
        Some(argument) if argument.truth()? => argument.text()?,
        _ => Str::new(""),
    };
    let written = if written.is_empty() {
        default
    } else {
        &*written
    };
    let pattern = if written.ends_with("_FORMAT") {
        crate::format::named_format(context.locale(), written).unwrap_or(written)
    } else {
        written
    };
    let result = || match format_moment(moment, pattern, letters, context.host()) {
        Ok(text) => Ok(text.into()),
        // Django: AttributeError and, for times, TypeError give nothing.
        Err(DateFormatError::TimeOfDate(_)) if letters == Letters::Date => {
            Err(DateFormatError::TimeOfDate(pattern_letter(pattern)).into())
        }
        // Django then takes the argument for a format whatever it is: `date:0` of a number is "0".
        Err(_) => Ok(match argument {
            Some(argument) => format_moment(moment, &argument.text()?, letters, context.host())
                .map_or_else(|_| Value::empty(), Value::from)
                .into(),
            None => Value::empty().into(),
        }),
    };
    // A whole date as in mail headers is made of a date, or Python raises TypeError.
    let is_day = matches!(moment, Some(Moment::Date(_) | Moment::DateTime(_)));
    let converts = !is_day && pattern.contains('r');
    if converts || moment.is_some_and(|moment| needs_default_zone(moment, pattern)) {
        return host_or(name, value, argument, context, result);
    }
    result()
}

/// The first letter about the time of the day, for the message.
fn pattern_letter(pattern: &str) -> char {
    let error = format_moment(
        Some(Moment::Date(Date {
            year: 1,
            month: 1,
            day: 1,
        })),
        pattern,
        Letters::Date,
        &crate::host::NoHost,
    );
    match error {
        Err(DateFormatError::TimeOfDate(letter) | DateFormatError::Missing(letter)) => letter,
        Ok(_) => ' ',
    }
}

/// The filters `timesince` and `timeuntil`.
fn since(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    if !value.truth()? {
        return Ok(Value::empty().into());
    }
    let moment = match value.native()? {
        Value::Object(_) => return Ok(Filtered::Declined),
        native => match midnight(&native) {
            Some(moment) => moment,
            None => return no_date(name, value, argument, context),
        },
    };
    let other = match argument {
        Some(argument) if argument.truth()? => match argument.native()? {
            Value::Object(_) => return Ok(Filtered::Declined),
            native => match midnight(&native) {
                Some(other) => other,
                None => return no_date(name, value, Some(argument), context),
            },
        },
        // The host's clock has no zone: only the host can tell the time in the moment's own.
        _ if moment.zone.is_some() && context.host().now().zone.is_none() => {
            let other = present(&moment, context);
            return host_or(name, value, None, context, || {
                Ok(between(name, &moment, &other, context).into())
            });
        }
        _ => present(&moment, context),
    };
    let (other, exact) = match (&moment.zone, &other.zone) {
        (None, None) => (other, true),
        (Some(own), Some(zone)) if own == zone => (other, true),
        (Some(own), Some(_)) => {
            // The other moment by the clock of the first one's zone: exact for universal time.
            let microsecond = other.time.microsecond;
            let told = DateTime::from_timestamp(other.timestamp(), microsecond, Some(own.clone()));
            (told, &*own.name == "UTC")
        }
        // Python raises TypeError, which Django catches.
        _ => return Ok(Value::empty().into()),
    };
    let text = between(name, &moment, &other, context);
    if exact {
        return Ok(text.into());
    }
    host_or(name, value, argument, context, || Ok(text.into()))
}

/// What `timesince` says of a moment and another one; `timeuntil` takes them the other way round.
fn between(name: &str, moment: &DateTime, other: &DateTime, context: &Context) -> String {
    let (earlier, later) = if name == "timesince" {
        (moment, other)
    } else {
        (other, moment)
    };
    time_between(earlier, later, None, context.host())
}

/// A date with time from a value, at midnight for a date.
fn midnight(value: &Value) -> Option<DateTime> {
    match value {
        Value::DateTime(moment) => Some((**moment).clone()),
        Value::Date(date) => Some(DateTime {
            date: *date,
            time: Time::default(),
            zone: None,
        }),
        _ => None,
    }
}

/// The present moment in the terms of another one: with a zone or without.
fn present(like: &DateTime, context: &Context) -> DateTime {
    let now = context.host().now();
    match (&like.zone, &now.zone) {
        (None, Some(_)) => DateTime { zone: None, ..now },
        (Some(zone), None) => DateTime {
            zone: Some(zone.clone()),
            ..now
        },
        _ => now,
    }
}

/// The error of a value that is no date.
fn no_date(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    host_or(name, value, argument, context, || {
        let message = format!("'{}' object has no attribute 'year'", value.type_name());
        Err(Error::new(ErrorKind::Type, message))
    })
}
