//! Timestamps: ordered as instants, printed exactly as they came (STIX 2.1 §2.16, RFC 3339).
//!
//! STIX fixes the layout to `YYYY-MM-DDTHH:mm:ss[.s+]Z`, always UTC, with any number of
//! sub-second digits. In that layout the text up to the last digit that matters already sorts as
//! the instant does, so nothing is converted to a count of seconds and nothing is rounded:
//! `…:01Z`, `…:01.0Z` and `…:01.000000000000Z` are the same instant, and each prints as received.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use thiserror::Error;

mod leap;

/// Bytes of `YYYY-MM-DDTHH:mm:ss`.
const WHOLE_SECONDS_LEN: usize = 19;

/// An instant in UTC, with the spelling it arrived in.
///
/// Two timestamps are equal when they are the same instant, however many digits each has.
///
/// ```
/// let a: stix::Timestamp = "2016-01-20T12:31:12.12Z".parse()?;
/// let b: stix::Timestamp = "2016-01-20T12:31:12.120000Z".parse()?;
/// assert_eq!(a, b);
/// assert_eq!(b.to_string(), "2016-01-20T12:31:12.120000Z");
/// # Ok::<(), stix::TimestampError>(())
/// ```
#[derive(Clone)]
pub struct Timestamp {
    text: Box<str>,
    significant_len: u32,
}

/// A way a timestamp can be malformed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimestampError {
    /// Not laid out as `YYYY-MM-DDTHH:mm:ss[.s+]Z`.
    #[error("timestamp {0:?} is not of the form YYYY-MM-DDTHH:mm:ss[.s+]Z")]
    Form(String),
    /// Laid out well, but there is no such day.
    #[error("timestamp {0:?} names a day that does not exist")]
    Day(String),
    /// Laid out well, but there is no such hour, minute or second.
    #[error("timestamp {0:?} names a time of day that does not exist")]
    Time(String),
    /// The second 60 of a minute that had none.
    #[error("timestamp {0:?} names a leap second that never was")]
    LeapSecond(String),
}

/// [`Timestamp`], borrowed: for those who look at millions of timestamps and keep none.
#[derive(Debug, Clone, Copy)]
pub struct Instant<'a> {
    /// The text without `Z` and without trailing zeros of the fraction: sorts as the instant.
    significant: &'a str,
    fraction_digits: usize,
}

/// [`TimestampError`] without the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFault {
    /// [`TimestampError::Form`].
    Form,
    /// [`TimestampError::Day`].
    Day,
    /// [`TimestampError::Time`].
    Time,
    /// [`TimestampError::LeapSecond`].
    LeapSecond,
}

impl<'a> Instant<'a> {
    /// The part of the text that sorts as the instant; see [`Timestamp::sort_key`].
    #[must_use]
    pub fn sort_key(self) -> &'a str {
        self.significant
    }

    /// How many digits of the second are written after the decimal point.
    #[must_use]
    pub fn fraction_digits(self) -> usize {
        self.fraction_digits
    }

    /// Checks `text` without keeping it.
    ///
    /// # Errors
    /// [`TimestampFault`] if `text` is not of the form or names no instant.
    pub fn parse(text: &'a str) -> Result<Self, TimestampFault> {
        let bytes = text.as_bytes();
        if bytes.len() <= WHOLE_SECONDS_LEN || bytes[bytes.len() - 1] != b'Z' {
            return Err(TimestampFault::Form);
        }
        let laid_out = bytes[4] == b'-'
            && bytes[7] == b'-'
            && bytes[10] == b'T'
            && bytes[13] == b':'
            && bytes[16] == b':';
        if !laid_out {
            return Err(TimestampFault::Form);
        }
        let two = |at: usize| two_digits(bytes, at).ok_or(TimestampFault::Form);
        let year = u32::from(two(0)?) * 100 + u32::from(two(2)?);
        let (month, day) = (two(5)?, two(8)?);
        let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
        let fraction = &bytes[WHOLE_SECONDS_LEN..bytes.len() - 1];
        let fraction_digits = match fraction {
            [] => 0,
            [b'.', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
                digits.len()
            }
            _ => return Err(TimestampFault::Form),
        };
        if day == 0 || day > days_in_month(year, month) {
            return Err(TimestampFault::Day);
        }
        if hour > 23 || minute > 59 || second > 60 {
            return Err(TimestampFault::Time);
        }
        if second == 60 && !(hour == 23 && minute == 59 && leap::may_have_second(&text[..10])) {
            return Err(TimestampFault::LeapSecond);
        }
        let mut end = bytes.len() - 1;
        if fraction_digits > 0 {
            while bytes[end - 1] == b'0' {
                end -= 1;
            }
            if bytes[end - 1] == b'.' {
                end -= 1;
            }
        }
        Ok(Self {
            significant: &text[..end],
            fraction_digits,
        })
    }
}

impl PartialEq for Instant<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.significant == other.significant
    }
}

impl PartialOrd for Instant<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.significant.cmp(other.significant))
    }
}

fn two_digits(bytes: &[u8], at: usize) -> Option<u8> {
    let (tens, ones) = (
        bytes[at].wrapping_sub(b'0'),
        bytes[at + 1].wrapping_sub(b'0'),
    );
    (tens <= 9 && ones <= 9).then(|| tens * 10 + ones)
}

/// Days of a month of the proleptic Gregorian calendar; 0 for what is no month.
fn days_in_month(year: u32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

impl Timestamp {
    /// The timestamp as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part of the text that says which instant it is: neither `Z` nor zeros at the end of
    /// the fraction. Sorting these texts octet by octet sorts the instants, also in a database.
    #[must_use]
    pub fn sort_key(&self) -> &str {
        &self.text[..self.significant_len as usize]
    }

    /// How many digits of the second are written after the decimal point.
    #[must_use]
    pub fn fraction_digits(&self) -> usize {
        // `…:ss` `.` digits `Z`; without a fraction the difference is one.
        self.text.len().saturating_sub(WHOLE_SECONDS_LEN + 2)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let fault = match Instant::parse(text) {
            Ok(instant) => match u32::try_from(instant.significant.len()) {
                Ok(significant_len) => {
                    return Ok(Self {
                        text: text.into(),
                        significant_len,
                    });
                }
                Err(_) => TimestampFault::Form,
            },
            Err(fault) => fault,
        };
        let text = text.to_owned();
        Err(match fault {
            TimestampFault::Form => TimestampError::Form(text),
            TimestampFault::Day => TimestampError::Day(text),
            TimestampFault::Time => TimestampError::Time(text),
            TimestampFault::LeapSecond => TimestampError::LeapSecond(text),
        })
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.sort_key() == other.sort_key()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(other.sort_key())
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.sort_key().hash(state);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({})", self.text)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
