//! [`UtcTime`]: an instant, in the one spelling that heads and party notes have it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MICROS_PER_SECOND: u64 = 1_000_000;
const SECONDS_PER_DAY: u64 = 86_400;
/// 9999-12-31T23:59:59.999999Z
const MICROS_MAX: u64 = 253_402_300_799_999_999;

/// An instant from 1970 to 9999, printed as RFC 3339 in UTC with six fractional digits and `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime {
    micros: u64,
}

/// Why something is no such instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UtcTimeError {
    /// It is not spelled `YYYY-MM-DDThh:mm:ss.ffffffZ`.
    #[error("a time is spelled YYYY-MM-DDThh:mm:ss.ffffffZ, in UTC")]
    Syntax,
    /// There is no such date or time of day, or it is not in 1970 to 9999.
    #[error("no such instant, or not in the years 1970 to 9999")]
    OutOfRange,
}

impl UtcTime {
    /// Takes microseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`UtcTimeError::OutOfRange`] after the year 9999.
    pub const fn from_micros(micros: u64) -> Result<Self, UtcTimeError> {
        if micros > MICROS_MAX {
            Err(UtcTimeError::OutOfRange)
        } else {
            Ok(Self { micros })
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.micros
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar. Years begin in March, so that the leap
/// day is the last one.
fn days_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, fraction) = (
            self.micros / MICROS_PER_SECOND,
            self.micros % MICROS_PER_SECOND,
        );
        let (year, month, day) = civil_from_days(seconds / SECONDS_PER_DAY);
        let time = seconds % SECONDS_PER_DAY;
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z"
        )
    }
}

impl FromStr for UtcTime {
    type Err = UtcTimeError;

    fn from_str(text: &str) -> Result<Self, UtcTimeError> {
        let bytes = text.as_bytes();
        let shape = b"0000-00-00T00:00:00.000000Z";
        let fits = |(byte, shape): (&u8, &u8)| match shape {
            b'0' => byte.is_ascii_digit(),
            mark => byte == mark,
        };
        if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
            return Err(UtcTimeError::Syntax);
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
        // No leap second: the instant could not be printed back.
        if year < 1970 || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
            return Err(UtcTimeError::OutOfRange);
        }
        let days = days_from_civil(year, month, day).ok_or(UtcTimeError::OutOfRange)?;
        if day == 0 || civil_from_days(days) != (year, month, day) {
            return Err(UtcTimeError::OutOfRange);
        }
        let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
        Self::from_micros(seconds * MICROS_PER_SECOND + number(20, 26))
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_back_every_day_of_400_years() {
        for day in 0..146_097 {
            let sent = UtcTime::from_micros(day * SECONDS_PER_DAY * MICROS_PER_SECOND + 1).unwrap();
            assert_eq!(sent.to_string().parse(), Ok(sent));
        }
    }

    #[test]
    fn known_instants() {
        let check =
            |text: &str, micros| assert_eq!(text.parse::<UtcTime>().unwrap().micros(), micros);
        check("1970-01-01T00:00:00.000000Z", 0);
        check("2000-02-29T12:34:56.789012Z", 951_827_696_789_012);
        check("9999-12-31T23:59:59.999999Z", MICROS_MAX);
        assert_eq!(
            UtcTime::from_micros(MICROS_MAX + 1),
            Err(UtcTimeError::OutOfRange)
        );
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.000Z",
            "2026-01-01T00:00:00.0000000Z",
            "2026-01-01t00:00:00.000000Z",
            "2026-01-01T00:00:00.000000z",
            "2026-01-01T00:00:00.000000+00:00",
            "2026-01-01 00:00:00.000000Z",
            "2026-1-01T00:00:00.0000000Z",
            "+026-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(text.parse::<UtcTime>(), Err(UtcTimeError::Syntax), "{text}");
        }
        for text in [
            "1969-12-31T23:59:59.999999Z",
            "2026-00-01T00:00:00.000000Z",
            "2026-13-01T00:00:00.000000Z",
            "2026-01-00T00:00:00.000000Z",
            "2026-02-29T00:00:00.000000Z",
            "2026-04-31T00:00:00.000000Z",
            "2100-02-29T00:00:00.000000Z",
            "2026-01-01T24:00:00.000000Z",
            "2026-01-01T00:60:00.000000Z",
            "2016-12-31T23:59:60.000000Z",
            "0000-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(
                text.parse::<UtcTime>(),
                Err(UtcTimeError::OutOfRange),
                "{text}"
            );
        }
    }
}
