//! The calendar: lengths of months, weeks of the year, ISO texts.

use std::fmt::Write;

use crate::value::{Date, DateTime, Time};

/// Tells whether the year has 366 days.
pub(crate) fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days of a month.
pub(crate) fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the year, from 1.
pub(crate) fn day_of_year(date: Date) -> u16 {
    (1..date.month)
        .map(|month| u16::from(days_in_month(date.year, month)))
        .sum::<u16>()
        + u16::from(date.day)
}

/// Year and number of the ISO 8601 week that the day belongs to.
pub(crate) fn iso_week(date: Date) -> (i32, u8) {
    let day = date.days_since_epoch();
    let week_since = |start: i64| ((day - start) / 7 + 1) as u8;
    let start = first_monday(date.year);
    if day < start {
        return (date.year - 1, week_since(first_monday(date.year - 1)));
    }
    if day >= first_monday(date.year + 1) {
        return (date.year + 1, 1);
    }
    (date.year, week_since(start))
}

/// The Monday of the year's first ISO week, the one that holds the fourth of January.
fn first_monday(year: i32) -> i64 {
    let fourth = Date {
        year,
        month: 1,
        day: 4,
    };
    fourth.days_since_epoch() - i64::from(fourth.weekday())
}

/// `date.isoformat()`.
pub(crate) fn iso_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// `time.isoformat()`.
pub(crate) fn iso_time(time: Time) -> String {
    let mut out = iso_clock(time);
    if let Some(offset) = time.offset {
        push_iso_offset(offset, &mut out);
    }
    out
}

/// `datetime.isoformat()`.
pub(crate) fn iso_date_time(moment: &DateTime) -> String {
    let mut out = format!("{}T{}", iso_date(moment.date), iso_clock(moment.time));
    if let Some(zone) = &moment.zone {
        push_iso_offset(zone.offset, &mut out);
    }
    out
}

/// Hours, minutes, seconds and, when there are any, microseconds.
fn iso_clock(time: Time) -> String {
    let mut out = format!("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
    if time.microsecond != 0 {
        push(&mut out, format_args!(".{:06}", time.microsecond));
    }
    out
}

/// Appends an offset as `+02:00`, with seconds only when it has any.
fn push_iso_offset(offset: i32, out: &mut String) {
    let (sign, seconds) = signed(offset);
    push(
        out,
        format_args!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60),
    );
    if seconds % 60 != 0 {
        push(out, format_args!(":{:02}", seconds % 60));
    }
}

/// A zone offset as sign and size.
pub(crate) fn signed(offset: i32) -> (char, u32) {
    (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs())
}

/// Appends formatted text.
pub(crate) fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments)
        .expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn weeks_follow_iso_8601() {
        assert_eq!(iso_week(date(2021, 1, 3)), (2020, 53));
        assert_eq!(iso_week(date(2019, 12, 30)), (2020, 1));
        assert_eq!(iso_week(date(2026, 7, 1)), (2026, 27));
        assert_eq!(iso_week(date(1, 1, 1)), (1, 1));
    }

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!(day_of_year(date(2024, 12, 31)), 366);
        assert_eq!(day_of_year(date(1900, 3, 1)), 60);
    }
}
