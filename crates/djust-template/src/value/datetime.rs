//! Plain calendar values, as Python's `datetime` module has them.

use std::sync::Arc;

/// A day of the proleptic Gregorian calendar (`datetime.date`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 1 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A time of day (`datetime.time`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999,999.
    pub microsecond: u32,
    /// Seconds east of UTC, for an aware time with a fixed offset.
    pub offset: Option<i32>,
}

/// The time zone of one moment: its offset, not the rules behind it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zone {
    /// Seconds east of UTC.
    pub offset: i32,
    /// Abbreviation, as `tzname()` gives it (`CET`).
    pub abbreviation: Arc<str>,
    /// The zone's own name, as `str(tzinfo)` gives it (`Europe/Berlin`).
    pub name: Arc<str>,
    /// Whether daylight saving time is on, if the zone knows.
    pub daylight: Option<bool>,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self {
            offset: 0,
            abbreviation: "UTC".into(),
            name: "UTC".into(),
            daylight: Some(false),
        }
    }
}

/// A moment (`datetime.datetime`): naive without a zone, aware with one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time of day; its own `offset` is not used.
    pub time: Time,
    /// Zone of an aware moment.
    pub zone: Option<Zone>,
}

/// A span of time (`datetime.timedelta`), normalised as Python does: `seconds` 0 to 86,399,
/// `microseconds` 0 to 999,999, the sign in `days`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// Whole days, negative for a negative span.
    pub days: i64,
    /// 0 to 86,399.
    pub seconds: u32,
    /// 0 to 999,999.
    pub microseconds: u32,
}

impl Date {
    /// Days since 1970-01-01.
    ///
    /// ```
    /// use djust_template::value::Date;
    /// assert_eq!(Date { year: 2000, month: 3, day: 1 }.days_since_epoch(), 11_017);
    /// ```
    pub fn days_since_epoch(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date that lies `days` after 1970-01-01.
    pub fn from_days_since_epoch(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u8;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        } as u8;
        let year = (year_of_era + era * 400) as i32 + i32::from(month <= 2);
        Self { year, month, day }
    }

    /// Day of the week, Monday = 0, as `date.weekday()`.
    pub fn weekday(self) -> u8 {
        (self.days_since_epoch() + 3).rem_euclid(7) as u8
    }
}

impl Time {
    /// Seconds since midnight, without the fraction.
    pub fn seconds_since_midnight(self) -> u32 {
        u32::from(self.hour) * 3600 + u32::from(self.minute) * 60 + u32::from(self.second)
    }
}

impl DateTime {
    /// Seconds since 1970-01-01 00:00, in UTC for an aware moment, in its own terms for a naive one.
    pub fn timestamp(&self) -> i64 {
        self.date.days_since_epoch() * 86_400 + i64::from(self.time.seconds_since_midnight())
            - self.zone.as_ref().map_or(0, |zone| i64::from(zone.offset))
    }

    /// The moment `seconds` after 1970-01-01 00:00 UTC, told in `zone` (naive UTC without one).
    pub fn from_timestamp(seconds: i64, microsecond: u32, zone: Option<Zone>) -> Self {
        let local = seconds + zone.as_ref().map_or(0, |zone| i64::from(zone.offset));
        let rest = local.rem_euclid(86_400) as u32;
        Self {
            date: Date::from_days_since_epoch(local.div_euclid(86_400)),
            time: Time {
                hour: (rest / 3600) as u8,
                minute: (rest / 60 % 60) as u8,
                second: (rest % 60) as u8,
                microsecond,
                offset: None,
            },
            zone,
        }
    }
}
