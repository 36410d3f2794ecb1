//! TAXII timestamps (§2): RFC 3339 in UTC, written with exactly six digits of the second, read with any number.
//!
//! §3.4 lets clients send a `timestamp` as `added_after`, and the clients in the wild send what their language prints:
//! none, three, six or nine digits. All of them are instants, so all of them are read.

use std::fmt;
use std::str::FromStr;

use stix::TimestampError;
use stix::timestamp::Instant;

const MICROS: i64 = 1_000_000;
const DAY_SECONDS: i64 = 86_400;
/// Digits of the second that are kept.
const DIGITS: usize = 6;
/// Days from 0000-03-01, where the arithmetic begins, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const CYCLE_DAYS: i64 = 146_097;

/// An instant of the years 0000 to 9999, to the microsecond.
///
/// ```
/// let at: taxii::Timestamp = "2016-11-02T12:34:34.12345Z".parse()?;
/// assert_eq!(at.to_string(), "2016-11-02T12:34:34.123450Z");
/// # Ok::<(), stix::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// `0000-01-01T00:00:00.000000Z`.
    pub const MIN: Self = Self(-62_167_219_200 * MICROS);
    /// `9999-12-31T23:59:59.999999Z`.
    pub const MAX: Self = Self(253_402_300_800 * MICROS - 1);

    /// The instant so many microseconds after 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&micros)
            .then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z, negative before it.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Digits beyond the sixth are cut off. For `added_after` that changes nothing: what was added at a whole
    /// microsecond is after `…001.5` exactly if it is after `…001`.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let Ok(instant) = Instant::parse(text) else {
            // The owned type says which way it is malformed.
            return Err(match text.parse::<stix::Timestamp>() {
                Err(error) => error,
                Ok(_) => TimestampError::Form(text.to_owned()),
            });
        };
        let digits = instant.sort_key();
        let field = |from: usize, to: usize| number(&digits.as_bytes()[from..to]);
        let days = days_from_civil(field(0, 4), field(5, 7), field(8, 10));
        // A leap second, `:60`, is the first of the next minute: nothing is added in between.
        let seconds =
            days * DAY_SECONDS + field(11, 13) * 3_600 + field(14, 16) * 60 + field(17, 19);
        let mut micros = 0;
        let fraction = digits.as_bytes().get(20..).unwrap_or_default();
        for place in 0..DIGITS {
            let digit = fraction.get(place).map_or(0, |digit| digit - b'0');
            micros = micros * 10 + i64::from(digit);
        }
        Self::from_micros(seconds * MICROS + micros)
            .ok_or_else(|| TimestampError::Form(text.to_owned()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(MICROS);
        let (year, month, day) = civil_from_days(seconds.div_euclid(DAY_SECONDS));
        let of_day = seconds.rem_euclid(DAY_SECONDS);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}Z",
            of_day / 3_600,
            of_day / 60 % 60,
            of_day % 60,
            self.0.rem_euclid(MICROS)
        )
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Of ASCII digits, as the parser has found them.
fn number(digits: &[u8]) -> i64 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. The year begins in March, so that the leap day is its last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let of_cycle = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year;
    cycle * CYCLE_DAYS + days - DAYS_TO_EPOCH
}

/// The inverse: year, month and day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let cycle = days.div_euclid(CYCLE_DAYS);
    let of_cycle = days.rem_euclid(CYCLE_DAYS);
    let years = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * years + years / 4 - years / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = years + cycle * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn micros(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().micros()
    }

    #[test]
    fn any_number_of_digits_is_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.0Z", 0),
            ("1970-01-01T00:00:00.5Z", 500_000),
            ("1970-01-01T00:00:01.001Z", 1_001_000),
            ("1970-01-01T00:00:00.000001Z", 1),
            ("1970-01-01T00:00:00.000001999999999999Z", 1),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2020-02-29T00:00:00Z", 1_582_934_400_000_000),
            ("2026-11-22T03:09:32.123456Z", 1_795_316_972_123_456),
            ("2016-12-31T23:59:60Z", micros("2017-01-01T00:00:00Z")),
        ] {
            assert_eq!(micros(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_timestamp_says_why() {
        for (text, why) in [
            ("", "is not of the form"),
            ("yesterday", "is not of the form"),
            ("2020-01-01", "is not of the form"),
            ("2020-01-01T00:00:00", "is not of the form"),
            ("2020-01-01 00:00:00Z", "is not of the form"),
            ("2020-01-01T00:00:00.Z", "is not of the form"),
            ("2020-01-01T00:00:00+01:00", "is not of the form"),
            ("2020-01-01t00:00:00z", "is not of the form"),
            ("１020-01-01T00:00:00Z", "is not of the form"),
            ("2021-02-29T00:00:00Z", "a day that does not exist"),
            ("2021-13-01T00:00:00Z", "a day that does not exist"),
            ("2021-01-01T24:00:00Z", "a time of day that does not exist"),
            ("2021-01-01T23:59:60Z", "names a leap second that never was"),
        ] {
            let error = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_print_and_parse() {
        for (timestamp, text) in [
            (Timestamp::MIN, "0000-01-01T00:00:00.000000Z"),
            (Timestamp::MAX, "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(timestamp.to_string(), text);
            assert_eq!(text.parse::<Timestamp>().unwrap(), timestamp);
        }
        assert_eq!(Timestamp::from_micros(Timestamp::MAX.micros() + 1), None);
        assert_eq!(Timestamp::from_micros(Timestamp::MIN.micros() - 1), None);
    }

    proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let timestamp = Timestamp::from_micros(micros).unwrap();
            prop_assert_eq!(timestamp.to_string().parse::<Timestamp>().unwrap(), timestamp);
        }

        #[test]
        fn a_second_opinion_prints_the_same(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let second = jiff::Timestamp::from_microsecond(micros).unwrap();
            prop_assert_eq!(Timestamp(micros).to_string(), format!("{second:.6}"));
        }

        #[test]
        fn any_text_parses_or_is_refused(text in "\\PC*") {
            let _ = text.parse::<Timestamp>();
        }
    }
}
