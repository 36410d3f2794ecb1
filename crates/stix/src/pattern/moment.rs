//! A point in time as STIX writes it, with as many digits as it came with (STIX 2.1 §2.16).
//!
//! Order is exact at any precision. A leap second lies between its neighbours.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Digits after the decimal point that arithmetic on moments can carry (comparison has no such
/// bound). 24 digits are yoctoseconds; a difference of two moments then fits an `i128`.
pub const FRACTION_DIGITS_MAX: usize = 24;

/// Ticks in one second: 10 to the power of [`FRACTION_DIGITS_MAX`].
pub(crate) const TICKS_PER_SECOND: i128 = 10i128.pow(FRACTION_DIGITS_MAX as u32);

/// An instant in UTC between the years 0000 and 9999.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    // The order of the fields is the order of the instants. Seconds are kept apart from minutes
    // so that 23:59:60 sorts before the midnight that follows it.
    minute: i64,
    second: u8,
    /// Digits after the point without trailing zeros: text order is numeric order.
    fraction: Box<str>,
}

/// Why a text is not a STIX timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MomentError {
    /// The text has not the form `YYYY-MM-DDTHH:mm:ss[.s+]Z`.
    #[error("a timestamp has the form YYYY-MM-DDTHH:mm:ss[.s+]Z")]
    Form,
    /// The month does not exist.
    #[error("month {0:02} does not exist")]
    Month(u8),
    /// The month has no such day.
    #[error("day {day:02} does not exist in month {year:04}-{month:02}")]
    Day {
        /// The year, 0 to 9999.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
        /// The day as written.
        day: u8,
    },
    /// The hour, minute or second is out of range.
    #[error("{0:02}:{1:02}:{2:02} is not a time of day")]
    TimeOfDay(u8, u8, u8),
    /// Second 60 stands where no leap second can be: they end the last day of a month, in UTC.
    #[error("second 60 exists only at 23:59:60 on the last day of a month")]
    LeapSecond,
}

impl Moment {
    /// Returns the moment in ticks of 10^-24 s since 0000-01-01, on the POSIX scale (a leap second
    /// counts as the second after it), or nothing if it is finer than that.
    pub(crate) fn ticks(&self) -> Option<i128> {
        let digits = self.fraction.len();
        if digits > FRACTION_DIGITS_MAX {
            return None;
        }
        let fraction = if digits == 0 {
            0
        } else {
            self.fraction.parse::<i128>().ok()? * 10i128.pow((FRACTION_DIGITS_MAX - digits) as u32)
        };
        let seconds = i128::from(self.minute) * 60 + i128::from(self.second);
        Some(seconds * TICKS_PER_SECOND + fraction)
    }

    /// Returns the whole seconds since 0000-01-01 on the POSIX scale.
    pub(crate) fn whole_seconds(&self) -> i64 {
        self.minute * 60 + i64::from(self.second)
    }

    /// Returns how many digits follow the decimal point, trailing zeros apart.
    #[must_use]
    pub fn fraction_digits(&self) -> usize {
        self.fraction.len()
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let bytes = text.as_bytes();
        let rest = bytes.strip_suffix(b"Z").ok_or(MomentError::Form)?;
        let (whole, fraction) = match rest.get(19..) {
            Some([]) => (rest, &rest[19..]),
            Some([b'.', digits @ ..]) if !digits.is_empty() => (&rest[..19], digits),
            _ => return Err(MomentError::Form),
        };
        let punctuation = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if punctuation
            .iter()
            .any(|&(at, expected)| whole[at] != expected)
            || !fraction.iter().all(u8::is_ascii_digit)
        {
            return Err(MomentError::Form);
        }
        let two = |at: usize| -> Result<u8, MomentError> {
            match (whole[at], whole[at + 1]) {
                (tens @ b'0'..=b'9', ones @ b'0'..=b'9') => Ok((tens - b'0') * 10 + (ones - b'0')),
                _ => Err(MomentError::Form),
            }
        };
        let year = u16::from(two(0)?) * 100 + u16::from(two(2)?);
        let (month, day, hour, minute, second) = (two(5)?, two(8)?, two(11)?, two(14)?, two(17)?);
        if !(1..=12).contains(&month) {
            return Err(MomentError::Month(month));
        }
        if day == 0 || day > days_in(year, month) {
            return Err(MomentError::Day { year, month, day });
        }
        if hour > 23 || minute > 59 || second > 60 {
            return Err(MomentError::TimeOfDay(hour, minute, second));
        }
        if second == 60 && !(hour == 23 && minute == 59 && day == days_in(year, month)) {
            return Err(MomentError::LeapSecond);
        }
        // Checked above: ASCII digits only, so the slice of the text is on boundaries.
        let fraction = if fraction.is_empty() {
            ""
        } else {
            &text[20..text.len() - 1]
        };
        Ok(Self {
            minute: (days_before(year, month, day) * 24 + i64::from(hour)) * 60 + i64::from(minute),
            second,
            fraction: fraction.trim_end_matches('0').into(),
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.minute.div_euclid(24 * 60));
        let in_day = self.minute.rem_euclid(24 * 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            in_day / 60,
            in_day % 60,
            self.second
        )?;
        if !self.fraction.is_empty() {
            write!(f, ".{}", self.fraction)?;
        }
        f.write_str("Z")
    }
}

fn is_leap(year: u16) -> bool {
    (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 0000-01-01 to a date of the Gregorian calendar, extended backwards.
fn days_before(year: u16, month: u8, day: u8) -> i64 {
    let past = i64::from(year);
    // Leap days before this year, the year 0 (a leap year) counted.
    let leap_days = (past + 3) / 4 - (past + 99) / 100 + (past + 399) / 400;
    let months: i64 = (1..month)
        .map(|earlier| i64::from(days_in(year, earlier)))
        .sum();
    past * 365 + leap_days + months + i64::from(day) - 1
}

fn date_of(days: i64) -> (u16, u8, u8) {
    // 400 years have 146,097 days: the guess is at most one year too high.
    let mut year = u16::try_from((days * 400 / 146_097).clamp(0, 9999)).unwrap_or(0);
    while year < 9999 && days_before(year + 1, 1, 1) <= days {
        year += 1;
    }
    while year > 0 && days_before(year, 1, 1) > days {
        year -= 1;
    }
    let mut month = 12;
    while month > 1 && days_before(year, month, 1) > days {
        month -= 1;
    }
    let day = days - days_before(year, month, 1) + 1;
    (year, month, u8::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_the_calendar_prints_as_it_was_read() {
        let mut days = 0;
        for year in (0..=9999).step_by(7) {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    let text = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
                    assert_eq!(moment(&text).to_string(), text);
                    days += 1;
                }
            }
        }
        assert_eq!(days, 521_932);
    }

    #[test]
    fn order_is_exact_at_any_precision() {
        let ascending = [
            "2016-12-31T23:59:59.9Z",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:60.5Z",
            "2017-01-01T00:00:00Z",
            "2017-01-01T00:00:00.00000000000000000000000000000000001Z",
            "2017-01-01T00:00:00.0001Z",
            "2017-01-01T00:00:00.01Z",
        ];
        assert!(
            ascending
                .windows(2)
                .all(|pair| moment(pair[0]) < moment(pair[1]))
        );
        assert_eq!(
            moment("2017-01-01T00:00:00.100Z"),
            moment("2017-01-01T00:00:00.1Z")
        );
    }

    #[test]
    fn refusals_name_their_reason() {
        let refused = |text: &str| text.parse::<Moment>().unwrap_err();
        assert_eq!(
            refused("2023-02-29T00:00:00Z"),
            MomentError::Day {
                year: 2023,
                month: 2,
                day: 29
            }
        );
        assert_eq!(
            refused("1900-02-29T00:00:00Z"),
            MomentError::Day {
                year: 1900,
                month: 2,
                day: 29
            }
        );
        assert_eq!(
            refused("2023-04-31T00:00:00Z"),
            MomentError::Day {
                year: 2023,
                month: 4,
                day: 31
            }
        );
        assert_eq!(refused("2023-13-01T00:00:00Z"), MomentError::Month(13));
        assert_eq!(
            refused("2023-12-01T24:00:00Z"),
            MomentError::TimeOfDay(24, 0, 0)
        );
        assert_eq!(refused("2016-12-30T23:59:60Z"), MomentError::LeapSecond);
        assert_eq!(refused("2016-12-31T22:59:60Z"), MomentError::LeapSecond);
        for text in [
            "",
            "Z",
            "2023-01-01T00:00:00",
            "2023-01-01T00:00:00.Z",
            "2023-01-01t00:00:00Z",
            "2023-01-01T00:00:00z",
            "2023-01-01T00:00:00+00:00",
            "2023-01-01 00:00:00Z",
            "2023-01-01T00:00:00.1éZ",
            "２０23-01-01T00:00:00Z",
            "2023-01-01T00:00:0Z",
        ] {
            assert_eq!(refused(text), MomentError::Form, "{text}");
        }
    }

    #[test]
    fn ticks_count_to_24_digits() {
        let second = moment("2020-01-01T00:00:01Z").ticks().unwrap();
        let finest = moment("2020-01-01T00:00:00.999999999999999999999999Z")
            .ticks()
            .unwrap();
        assert_eq!(second - finest, 1);
        assert_eq!(
            moment("2020-01-01T00:00:00.9999999999999999999999999Z").ticks(),
            None
        );
    }
}
