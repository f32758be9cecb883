//! Dates by a format of single letters (Django: `django/utils/dateformat.py`).

use super::calendar::{
    day_of_year, days_in_month, is_leap_year, iso_date, iso_date_time, iso_time, iso_week, push,
    signed,
};
use super::unicode;
use crate::error::{Error, ErrorKind};
use crate::host::Host;
use crate::value::{Date, DateTime, Time, Zone};

/// Months, with full and three-letter names and those of the Associated Press.
const MONTHS: [(&str, &str, &str); 12] = [
    ("January", "jan", "Jan."),
    ("February", "feb", "Feb."),
    ("March", "mar", "March"),
    ("April", "apr", "April"),
    ("May", "may", "May"),
    ("June", "jun", "June"),
    ("July", "jul", "July"),
    ("August", "aug", "Aug."),
    ("September", "sep", "Sept."),
    ("October", "oct", "Oct."),
    ("November", "nov", "Nov."),
    ("December", "dec", "Dec."),
];

/// Days of the week from Monday, full and short.
const WEEKDAYS: [(&str, &str); 7] = [
    ("Monday", "Mon"),
    ("Tuesday", "Tue"),
    ("Wednesday", "Wed"),
    ("Thursday", "Thu"),
    ("Friday", "Fri"),
    ("Saturday", "Sat"),
    ("Sunday", "Sun"),
];

/// The letters of a date's format.
const DATE_LETTERS: LetterSet = LetterSet::of(b"aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTUuwWyYzZ");

/// The letters that concern the time of the day or its zone.
const TIME_LETTERS: LetterSet = LetterSet::of(b"aAefgGhHiOPsTuZ");

/// A set of ASCII characters, one bit for each.
struct LetterSet(u128);

impl LetterSet {
    const fn of(letters: &[u8]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < letters.len() {
            set |= 1 << letters[at];
            at += 1;
        }
        Self(set)
    }

    fn contains(&self, character: char) -> bool {
        character.is_ascii() && self.0 >> u32::from(character) & 1 == 1
    }
}

/// Why a value cannot be written by a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateFormatError {
    /// A letter asks for what the value does not have; Python raises `AttributeError`.
    Missing(char),
    /// A letter for the time of the day stands in a date's format; Python raises `TypeError`.
    TimeOfDate(char),
}

impl From<DateFormatError> for Error {
    fn from(error: DateFormatError) -> Self {
        let message = match error {
            DateFormatError::Missing(letter) => format!("the value has nothing for '{letter}'"),
            DateFormatError::TimeOfDate(letter) => format!(
                "The format for date objects may not contain time-related format specifiers \
                 (found '{letter}')."
            ),
        };
        Self::new(ErrorKind::Type, message)
    }
}

/// Which letters a format may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Those of dates and times (the filter `date`).
    Date,
    /// Those of times only (the filter `time`).
    Time,
}

/// A date, a time or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment<'a> {
    /// A day.
    Date(Date),
    /// A time of the day.
    Time(Time),
    /// A day and a time.
    DateTime(&'a DateTime),
}

/// Writes a moment by a format. Without a moment only letters about zones, which are empty then,
/// and text can be written.
///
/// A letter after a backslash stands for itself.
///
/// # Errors
///
/// [`DateFormatError`] when a letter does not fit the value.
pub(crate) fn format_moment(
    value: Option<Moment<'_>>,
    format: &str,
    letters: Letters,
    host: &dyn Host,
) -> Result<String, DateFormatError> {
    let mut out = String::with_capacity(format.len() * 2 + 8);
    push_moment(value, format, letters, host, &mut out)?;
    Ok(out)
}

/// Appends what [`format_moment`] writes. After an error a part of it may be there.
///
/// # Errors
///
/// As [`format_moment`].
pub(crate) fn push_moment(
    value: Option<Moment<'_>>,
    format: &str,
    letters: Letters,
    host: &dyn Host,
    out: &mut String,
) -> Result<(), DateFormatError> {
    if format.is_ascii() && !format.as_bytes().contains(&b'\\') {
        for &byte in format.as_bytes() {
            let c = char::from(byte);
            if DATE_LETTERS.contains(c) {
                push_letter(value, c, letters, host, out)?;
            } else {
                out.push(c);
            }
        }
        return Ok(());
    }
    let mut characters = format.chars().peekable();
    let mut after_backslash = false;
    while let Some(c) = characters.next() {
        // Django: a letter directly after a backslash is text, even after two of them.
        if c == '\\' {
            match characters.peek() {
                Some('\n') | None => out.push('\\'),
                Some(&next) => {
                    out.push(next);
                    characters.next();
                    after_backslash = next == '\\';
                    continue;
                }
            }
        } else if after_backslash || !DATE_LETTERS.contains(c) {
            out.push(c);
        } else {
            push_letter(value, c, letters, host, out)?;
        }
        after_backslash = false;
    }
    Ok(())
}

/// Whether a format asks for nothing but numbers of the day, so that [`push_numbers`] can write it.
pub(crate) fn is_numeric(format: &str) -> bool {
    let is_plain = |&byte: &u8| {
        byte.is_ascii()
            && byte != b'\\'
            && (b"djmnyY".contains(&byte) || !DATE_LETTERS.contains(char::from(byte)))
    };
    format.as_bytes().iter().all(is_plain)
}

/// Appends a day by a format of which [`is_numeric`] is true.
pub(crate) fn push_numbers(date: Date, format: &str, out: &mut String) {
    for &byte in format.as_bytes() {
        let c = char::from(byte);
        if !push_plain_letter(date, c, out) {
            out.push(c);
        }
    }
}

/// Appends what one letter stands for.
fn push_letter(
    value: Option<Moment<'_>>,
    letter: char,
    letters: Letters,
    host: &dyn Host,
    out: &mut String,
) -> Result<(), DateFormatError> {
    if letters == Letters::Date
        && let Some(date) = value.and_then(Moment::date)
        && push_plain_letter(date, letter, out)
    {
        return Ok(());
    }
    let of_time = TIME_LETTERS.contains(letter);
    if matches!(value, Some(Moment::Date(_))) && of_time {
        return Err(DateFormatError::TimeOfDate(letter));
    }
    if letters == Letters::Time && !of_time {
        return Err(DateFormatError::Missing(letter));
    }
    if of_time || letter == 'I' {
        push_time_letter(value, letter, host, out)
    } else {
        push_date_letter(value, letter, host, out)
    }
    .ok_or(DateFormatError::Missing(letter))
}

impl<'a> Moment<'a> {
    /// The day, when there is one.
    fn date(self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(date),
            Self::DateTime(value) => Some(value.date),
            Self::Time(_) => None,
        }
    }

    /// The time of the day, when there is one.
    fn time(self) -> Option<Time> {
        match self {
            Self::Time(time) => Some(time),
            Self::DateTime(value) => Some(value.time),
            Self::Date(_) => None,
        }
    }

    /// The zone that the value carries.
    fn zone(self) -> Option<&'a Zone> {
        match self {
            Self::DateTime(value) => value.zone.as_ref(),
            _ => None,
        }
    }
}

/// Appends a letter about the time of the day; `None` when the value has no time.
fn push_time_letter(
    value: Option<Moment<'_>>,
    letter: char,
    host: &dyn Host,
    out: &mut String,
) -> Option<()> {
    // Zone letters are empty for whatever has no zone, before the value is looked at.
    if "eIOTZ".contains(letter) {
        if let Some(zone) = value.and_then(Moment::zone) {
            match letter {
                'e' | 'T' => out.push_str(&zone.abbreviation),
                'I' => out.push(if zone.daylight == Some(true) {
                    '1'
                } else {
                    '0'
                }),
                'O' => push_offset(zone.offset, out),
                _ => push_number(zone.offset, out),
            }
        }
        return Some(());
    }
    let time = value?.time()?;
    let short_hour = match time.hour % 12 {
        0 => 12,
        hour => hour,
    };
    let afternoon = time.hour > 11;
    let half = |upper: bool| match (upper, afternoon) {
        (true, true) => "PM",
        (true, false) => "AM",
        (false, true) => "p.m.",
        (false, false) => "a.m.",
    };
    match letter {
        'a' => push_text(host, half(false), out),
        'A' => push_text(host, half(true), out),
        'P' if time.minute == 0 && time.hour == 0 => push_text(host, "midnight", out),
        'P' if time.minute == 0 && time.hour == 12 => push_text(host, "noon", out),
        'f' | 'P' => {
            push_number(short_hour, out);
            if time.minute != 0 {
                push(out, format_args!(":{:02}", time.minute));
            }
            if letter == 'P' {
                out.push(' ');
                push_text(host, half(false), out);
            }
        }
        'g' => push_number(short_hour, out),
        'G' => push_number(time.hour, out),
        'h' => push_two(short_hour, out),
        'H' => push_two(time.hour, out),
        'i' => push_two(time.minute, out),
        's' => push_two(time.second, out),
        _ => push(out, format_args!("{:06}", time.microsecond)),
    }
    Some(())
}

/// Appends an offset as `+0200`.
fn push_offset(offset: i32, out: &mut String) {
    let (sign, seconds) = signed(offset);
    push(
        out,
        format_args!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60),
    );
}

/// Appends an integer.
fn push_number(number: impl itoa::Integer, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// Appends an integer of two digits.
fn push_two(number: u8, out: &mut String) {
    out.push(char::from(b'0' + number / 10 % 10));
    out.push(char::from(b'0' + number % 10));
}

/// Appends a translated text.
fn push_text(host: &dyn Host, message: &str, out: &mut String) {
    out.push_str(&host.gettext(message));
}

/// Appends a letter about the day; `None` when the value has no day.
fn push_date_letter(
    value: Option<Moment<'_>>,
    letter: char,
    host: &dyn Host,
    out: &mut String,
) -> Option<()> {
    let value = value?;
    if letter == 'c' {
        out.push_str(&match value {
            Moment::Date(date) => iso_date(date),
            Moment::Time(time) => iso_time(time),
            Moment::DateTime(value) => iso_date_time(value),
        });
        return Some(());
    }
    let date = value.date()?;
    let month = &MONTHS[usize::from(date.month - 1)];
    let weekday = &WEEKDAYS[usize::from(date.weekday())];
    match letter {
        'b' => push_text(host, month.1, out),
        'M' => out.push_str(&unicode::title(&host.gettext(month.1))),
        'F' => push_text(host, month.0, out),
        'E' => out.push_str(&host.pgettext("alt. month", month.0)),
        'N' => out.push_str(&host.pgettext("abbrev. month", month.2)),
        'D' => push_text(host, weekday.1, out),
        'l' => push_text(host, weekday.0, out),
        'L' => out.push_str(if is_leap_year(date.year) {
            "True"
        } else {
            "False"
        }),
        'o' => push_number(iso_week(date).0, out),
        'r' => push_rfc_5322(&as_date_time(value, date), weekday.1, out),
        'S' => out.push_str(ordinal_suffix(date.day)),
        't' => push_number(days_in_month(date.year, date.month), out),
        'U' => push_number(as_date_time(value, date).timestamp(), out),
        'w' => push_number((date.weekday() + 1) % 7, out),
        'W' => push_number(iso_week(date).1, out),
        _ => push_number(day_of_year(date), out),
    }
    Some(())
}

/// Appends a letter that stands for digits of a day; `false` for any other letter.
fn push_plain_letter(date: Date, letter: char, out: &mut String) -> bool {
    match letter {
        'd' => push_two(date.day, out),
        'j' => push_number(date.day, out),
        'm' => push_two(date.month, out),
        'n' => push_number(date.month, out),
        'y' => push_two((date.year % 100) as u8, out),
        'Y' if (0..10_000).contains(&date.year) => {
            push_two((date.year / 100) as u8, out);
            push_two((date.year % 100) as u8, out);
        }
        'Y' => push(out, format_args!("{:04}", date.year)),
        _ => return false,
    }
    true
}

/// The moment as a date with time: midnight for a date.
fn as_date_time(value: Moment<'_>, date: Date) -> DateTime {
    DateTime {
        date,
        time: value.time().unwrap_or_default(),
        zone: value.zone().cloned(),
    }
}

/// Tells whether a format may ask for the zone of a value that carries none: Django takes the
/// default zone then, which only the host knows.
pub(crate) fn needs_default_zone(value: Moment<'_>, format: &str) -> bool {
    match value {
        Moment::DateTime(value) => {
            value.zone.is_none() && format.contains(['I', 'O', 'T', 'Z', 'r', 'U'])
        }
        Moment::Date(_) => format.contains(['r', 'U']),
        Moment::Time(_) => false,
    }
}

/// The English suffix of a day of the month.
fn ordinal_suffix(day: u8) -> &'static str {
    match day {
        11..=13 => "th",
        _ if day % 10 == 1 => "st",
        _ if day % 10 == 2 => "nd",
        _ if day % 10 == 3 => "rd",
        _ => "th",
    }
}

/// Appends the date of a mail header, with English names in every language.
fn push_rfc_5322(moment: &DateTime, weekday: &str, out: &mut String) {
    let DateTime { date, time, zone } = moment;
    let month = unicode::capitalize_first(MONTHS[usize::from(date.month - 1)].1);
    push(
        out,
        format_args!("{weekday}, {:02} {month} {:04} ", date.day, date.year),
    );
    push(
        out,
        format_args!("{:02}:{:02}:{:02} ", time.hour, time.minute, time.second),
    );
    let Some(zone) = zone else {
        out.push_str("-0000");
        return;
    };
    push_offset(zone.offset, out);
    let seconds = zone.offset.unsigned_abs() % 60;
    if seconds != 0 {
        push_two(seconds as u8, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::NoHost;

    #[test]
    fn backslashes_make_letters_text() {
        let day = Moment::Date(Date {
            year: 2026,
            month: 7,
            day: 1,
        });
        for (format, expected) in [
            (r"\Y", "Y"),
            (r"\\Y", r"\Y"),
            (r"\\\Y", r"\Y"),
            ("Y\\", "2026\\"),
            (r"\xY", "x2026"),
        ] {
            let text = format_moment(Some(day), format, Letters::Date, &NoHost);
            assert_eq!(text.as_deref(), Ok(expected), "{format}");
        }
    }

    #[test]
    fn letters_that_do_not_fit_are_refused() {
        let day = Moment::Date(Date {
            year: 2026,
            month: 7,
            day: 1,
        });
        let refused = |value: Option<Moment<'_>>, format, letters| {
            format_moment(value, format, letters, &NoHost).expect_err("refused")
        };
        assert_eq!(
            refused(Some(day), "H", Letters::Date),
            DateFormatError::TimeOfDate('H')
        );
        assert_eq!(
            refused(None, "Y", Letters::Date),
            DateFormatError::Missing('Y')
        );
        let noon = Moment::Time(Time {
            hour: 12,
            ..Time::default()
        });
        assert_eq!(
            refused(Some(noon), "Y", Letters::Time),
            DateFormatError::Missing('Y')
        );
        assert_eq!(
            format_moment(Some(noon), "P", Letters::Time, &NoHost).as_deref(),
            Ok("noon")
        );
    }
}
