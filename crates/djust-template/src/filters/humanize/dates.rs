//! Dates and times as people name them.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::filters::convert::host_or;
use crate::format::time_between;
use crate::library::Filtered;
use crate::value::{DateTime, Value, Zone};

/// The present moment in the terms of a zone, or without one.
fn present(zone: Option<&Zone>, context: &Context) -> DateTime {
    let now = context.host().now();
    match (zone, &now.zone) {
        (Some(zone), Some(_)) => {
            let microsecond = now.time.microsecond;
            DateTime::from_timestamp(now.timestamp(), microsecond, Some(zone.clone()))
        }
        (zone, _) => DateTime {
            zone: zone.cloned(),
            ..now
        },
    }
}

/// Whether the offset of a zone is the same at all times, as far as this crate knows.
fn is_fixed(zone: Option<&Zone>) -> bool {
    zone.is_none_or(|zone| &*zone.name == "UTC")
}

/// The filter `naturalday`.
pub(super) fn natural_day(
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    let native = value.native()?;
    let (date, zone) = match &native {
        Value::Date(date) => (*date, None),
        Value::DateTime(moment) => (moment.date, moment.zone.as_ref()),
        Value::Object(_) => return Ok(Filtered::Declined),
        _ => return Ok(value.clone().into()),
    };
    let today = present(zone, context).date;
    let name = match date.days_since_epoch() - today.days_since_epoch() {
        0 => "today",
        1 => "tomorrow",
        -1 => "yesterday",
        _ => {
            let format = match argument.map(Value::native).transpose()? {
                None | Some(Value::None) => String::new(),
                Some(format) => format.text()?.to_string(),
            };
            return Ok(crate::format::date(&Value::Date(date), &format, context)?.into());
        }
    };
    let name = context.host().gettext(name);
    if is_fixed(zone) {
        return Ok(name.into());
    }
    host_or("naturalday", value, argument, context, || Ok(name.into()))
}

/// The filter `naturaltime`.
pub(super) fn natural_time(value: &Value, context: &Context) -> Result<Filtered> {
    let native = value.native()?;
    let moment = match &native {
        Value::DateTime(moment) => moment,
        Value::Object(_) => return Ok(Filtered::Declined),
        Value::Date(_) => {
            let message = "can't compare datetime.datetime to datetime.date";
            return Err(Error::new(ErrorKind::Type, message));
        }
        _ => return Ok(value.clone().into()),
    };
    let zone = moment.zone.as_ref();
    let now = present(zone, context);
    let micros = |moment: &DateTime| {
        i128::from(moment.timestamp()) * 1_000_000 + i128::from(moment.time.microsecond)
    };
    let elapsed = micros(&now) - micros(moment);
    let seconds = i64::try_from(elapsed.abs() / 1_000_000).unwrap_or(i64::MAX);
    let past = elapsed > 0;
    if seconds < 86_400 {
        return Ok(recent(seconds, past, context).into());
    }
    let text = if past {
        let delta = time_between(moment, &now, Some("naturaltime-past"), context.host());
        context
            .host()
            .gettext("%(delta)s ago")
            .replace("%(delta)s", &delta)
    } else {
        let delta = time_between(&now, moment, Some("naturaltime-future"), context.host());
        context
            .host()
            .gettext("%(delta)s from now")
            .replace("%(delta)s", &delta)
    };
    if is_fixed(zone) {
        return Ok(text.into());
    }
    host_or("naturaltime", value, None, context, || Ok(text.into()))
}

/// A moment less than a day away.
fn recent(seconds: i64, past: bool, context: &Context) -> String {
    let host = context.host();
    let (count, singular, plural) = match (seconds, past) {
        (0, _) => return host.gettext("now"),
        (..60, true) => (seconds, "a second ago", "%(count)s\u{a0}seconds ago"),
        (..60, false) => (
            seconds,
            "a second from now",
            "%(count)s\u{a0}seconds from now",
        ),
        (..3600, true) => (seconds / 60, "a minute ago", "%(count)s\u{a0}minutes ago"),
        (..3600, false) => (
            seconds / 60,
            "a minute from now",
            "%(count)s\u{a0}minutes from now",
        ),
        (_, true) => (seconds / 3600, "an hour ago", "%(count)s\u{a0}hours ago"),
        (_, false) => (
            seconds / 3600,
            "an hour from now",
            "%(count)s\u{a0}hours from now",
        ),
    };
    let text = host.ngettext(singular, plural, count);
    text.replace("%(count)s", itoa::Buffer::new().format(count))
}
