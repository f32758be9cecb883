//! The time between two moments in words (Django: `django/utils/timesince.py`).

use crate::host::Host;
use crate::value::{Date, DateTime, Time};

/// Units from the longest, with their catalogue entries.
const UNITS: [(&str, &str); 6] = [
    ("%(num)d year", "%(num)d years"),
    ("%(num)d month", "%(num)d months"),
    ("%(num)d week", "%(num)d weeks"),
    ("%(num)d day", "%(num)d days"),
    ("%(num)d hour", "%(num)d hours"),
    ("%(num)d minute", "%(num)d minutes"),
];

/// Lengths of a year and a month are looked up; the shorter units in seconds.
const CHUNKS: [i64; 4] = [60 * 60 * 24 * 7, 60 * 60 * 24, 60 * 60, 60];

/// Days of the months; the pivot of a leap day is the twenty-eighth.
const MONTH_DAYS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The time from `earlier` to `later` in the two longest adjacent units, such as
/// `2 weeks, 3 days`; `0 minutes` when it is negative. Spaces inside are not broken.
///
/// Both moments are compared by their clocks: the caller tells them in the same zone. `context`
/// is the catalogue's context for the units (the library `humanize` has its own).
pub(crate) fn time_between(
    earlier: &DateTime,
    later: &DateTime,
    context: Option<&str>,
    host: &dyn Host,
) -> String {
    let parts = elapsed(earlier, later).unwrap_or_default();
    let Some(first) = parts.iter().position(|&count| count != 0) else {
        return unit(5, 0, context, host);
    };
    let words: Vec<String> = (first..parts.len())
        .take(2)
        .take_while(|&index| parts[index] != 0)
        .map(|index| unit(index, parts[index], context, host))
        .collect();
    words.join(&host.gettext(", "))
}

/// One unit with its number and unbroken spaces.
fn unit(index: usize, count: i64, context: Option<&str>, host: &dyn Host) -> String {
    let (singular, plural) = UNITS[index];
    let text = match context {
        Some(context) => host.npgettext(context, singular, plural, count),
        None => host.ngettext(singular, plural, count),
    };
    text.replace("%(num)d", itoa::Buffer::new().format(count))
        .replace(' ', "\u{a0}")
}

/// Years, months, weeks, days, hours and minutes; `None` when nothing has elapsed.
fn elapsed(earlier: &DateTime, later: &DateTime) -> Option<[i64; 6]> {
    let borrow = i64::from(later.time.microsecond < earlier.time.microsecond);
    let end = seconds(later.date, later.time);
    let begin = seconds(earlier.date, earlier.time);
    if end - begin - borrow <= 0 {
        return None;
    }
    let (from, to) = (earlier.date, later.date);
    let mut months =
        i64::from(to.year - from.year) * 12 + i64::from(to.month) - i64::from(from.month);
    if (from.day, clock(earlier)) > (to.day, clock(later)) {
        months -= 1;
    }
    let (years, months) = (months.div_euclid(12), months.rem_euclid(12));
    let pivot = if years == 0 && months == 0 {
        begin + borrow
    } else {
        let index = i64::from(from.month) - 1 + months;
        let month = (index % 12) as u8 + 1;
        let year = from.year + (years + index / 12) as i32;
        let day = from.day.min(MONTH_DAYS[usize::from(month - 1)]);
        // Django drops the fraction of the pivot's second.
        seconds(Date { year, month, day }, earlier.time)
    };
    let mut remaining = end - pivot;
    let mut parts = [years, months, 0, 0, 0, 0];
    for (part, chunk) in parts[2..].iter_mut().zip(CHUNKS) {
        *part = remaining.div_euclid(chunk);
        remaining -= chunk * *part;
    }
    Some(parts)
}

/// The time of the day, to the microsecond.
fn clock(moment: &DateTime) -> (u32, u32) {
    (
        moment.time.seconds_since_midnight(),
        moment.time.microsecond,
    )
}

/// Seconds since the epoch by the clock.
fn seconds(date: Date, time: Time) -> i64 {
    date.days_since_epoch() * 86_400 + i64::from(time.seconds_since_midnight())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::NoHost;

    fn day(year: i32, month: u8, day: u8) -> DateTime {
        DateTime {
            date: Date { year, month, day },
            time: Time::default(),
            zone: None,
        }
    }

    #[test]
    fn two_adjacent_units_are_named() {
        for (earlier, later, expected) in [
            (
                day(2026, 1, 1),
                day(2026, 2, 9),
                "1\u{a0}month, 1\u{a0}week",
            ),
            (
                day(2024, 2, 29),
                day(2026, 2, 28),
                "1\u{a0}year, 11\u{a0}months",
            ),
            (
                day(2007, 8, 10),
                day(2008, 9, 10),
                "1\u{a0}year, 1\u{a0}month",
            ),
            (day(2026, 2, 9), day(2026, 1, 1), "0\u{a0}minutes"),
        ] {
            assert_eq!(time_between(&earlier, &later, None, &NoHost), expected);
        }
    }
}
