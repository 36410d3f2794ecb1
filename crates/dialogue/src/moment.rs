//! Times: UTC instants, with the offset of whoever named them kept for print (DESIGN §5).

use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::{Serialize, Serializer};

/// The largest offset from UTC in use, in minutes either way.
pub const OFFSET_MINUTES_MAX: i32 = 14 * 60;

/// Why a text is not a time or an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a STIX timestamp (STIX 2.1 §2.16): RFC 3339, UTC, `Z`.
    #[error("{0:?} is not an RFC 3339 time in UTC that ends in Z")]
    Timestamp(Box<str>),
    /// Not an offset as `+03:00`.
    #[error("{0:?} is not an offset from UTC such as +03:00 or -03:30")]
    Offset(Box<str>),
    /// An offset that no place on earth has.
    #[error("offset is {minutes} minutes, the limit is {OFFSET_MINUTES_MAX} either way")]
    OffsetTooLarge {
        /// Minutes, without the sign.
        minutes: i32,
    },
}

/// An instant, and the offset from UTC in which its source said it.
///
/// As JSON `{"offset":"+03:00","utc":"2026-03-01T14:00:00Z"}`: two members, so that no spelling
/// of the offset can contradict the instant. Ordered as an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    at: Timestamp,
    offset: Offset,
}

impl Moment {
    /// An instant said in UTC.
    pub fn utc(at: Timestamp) -> Self {
        Self {
            at,
            offset: Offset::UTC,
        }
    }

    /// An instant said in the given offset, in minutes east of UTC.
    ///
    /// # Errors
    /// Fails when the offset is beyond [`OFFSET_MINUTES_MAX`].
    pub fn new(at: Timestamp, offset_minutes: i32) -> Result<Self, TimeError> {
        let too_large = TimeError::OffsetTooLarge {
            minutes: offset_minutes.saturating_abs(),
        };
        if !(-OFFSET_MINUTES_MAX..=OFFSET_MINUTES_MAX).contains(&offset_minutes) {
            return Err(too_large);
        }
        let offset = Offset::from_seconds(offset_minutes * 60).map_err(|_| too_large)?;
        Ok(Self { at, offset })
    }

    /// Reads the two members of the JSON form.
    pub(crate) fn read(utc: &str, offset: &str) -> Result<Self, TimeError> {
        Self::new(read_timestamp(utc)?, read_offset(offset)?)
    }

    /// The instant.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The offset, in minutes east of UTC.
    pub fn offset_minutes(&self) -> i32 {
        self.offset.seconds() / 60
    }

    /// The JSON form, the inverse of parsing.
    pub fn to_value(self) -> serde_json::Value {
        serde_json::json!({ "utc": self.at.to_string(), "offset": self.offset_text() })
    }

    fn offset_text(self) -> String {
        let minutes = self.offset_minutes();
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Prints as RFC 3339 in the source's own offset.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.at.to_zoned(TimeZone::fixed(self.offset)).datetime();
        write!(f, "{local}{}", self.offset_text())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

/// Reads a STIX timestamp: RFC 3339 in UTC with a `Z`.
///
/// A leap second is refused: it would have to be moved, and then print otherwise than it came.
pub(crate) fn read_timestamp(text: &str) -> Result<Timestamp, TimeError> {
    let refused = || TimeError::Timestamp(text.into());
    // jiff reads more spellings than RFC 3339 has; the shape is fixed here first.
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let rest = bytes.get(shape.len()..).ok_or_else(refused)?;
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        exact => byte == exact,
    };
    let fraction = match rest {
        b"Z" => true,
        [b'.', digits @ .., b'Z'] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !bytes.iter().zip(shape).all(fits) || !fraction || &bytes[17..19] == b"60" {
        return Err(refused());
    }
    text.parse().map_err(|_| refused())
}

/// Reads `+03:00`. A negative zero is refused: RFC 3339 §4.3 lets it say "offset unknown".
fn read_offset(text: &str) -> Result<i32, TimeError> {
    let refused = || TimeError::Offset(text.into());
    let [sign, h1, h2, b':', m1, m2] = text.as_bytes() else {
        return Err(refused());
    };
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Ok(i32::from(byte - b'0')),
        _ => Err(refused()),
    };
    let hours = digit(h1)? * 10 + digit(h2)?;
    let minutes = digit(m1)? * 10 + digit(m2)?;
    if minutes > 59 {
        return Err(refused());
    }
    match (sign, hours * 60 + minutes) {
        (b'+', total) => Ok(total),
        (b'-', total) if total > 0 => Ok(-total),
        _ => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_rfc_3339_in_utc() {
        for good in ["2026-03-01T14:00:00Z", "2026-03-01T14:00:00.123Z"] {
            assert_eq!(read_timestamp(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "2026-03-01",
            "2026-03-01T14:00:00",
            "2026-03-01T14:00:00+00:00",
            "2026-03-01 14:00:00Z",
            "2026-03-01t14:00:00z",
            "2026-03-01T14:00:00.Z",
            "2026-03-01T14:00:00.1x3Z",
            "2026-13-01T14:00:00Z",
            "2026-02-30T14:00:00Z",
            "2026-06-30T23:59:60Z",
            "2026-03-01T14:00:00.0000000001Z",
            "+002026-03-01T14:00:00Z",
        ] {
            assert_eq!(
                read_timestamp(bad),
                Err(TimeError::Timestamp(bad.into())),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_moment_keeps_its_offset_and_orders_as_an_instant() {
        let check = |offset: &str, expected: Result<&str, TimeError>| {
            let moment = Moment::read("2026-03-01T14:00:00Z", offset);
            assert_eq!(
                moment.map(|m| m.to_string()),
                expected.map(str::to_owned),
                "{offset:?}"
            );
        };
        check("+03:00", Ok("2026-03-01T17:00:00+03:00"));
        check("-03:30", Ok("2026-03-01T10:30:00-03:30"));
        check("+00:00", Ok("2026-03-01T14:00:00+00:00"));
        check("+14:00", Ok("2026-03-02T04:00:00+14:00"));
        check("+14:01", Err(TimeError::OffsetTooLarge { minutes: 841 }));
        for bad in [
            "Z", "", "-00:00", "+3:00", "+03:60", "03:00", "+0300", "+03:0x",
        ] {
            check(bad, Err(TimeError::Offset(bad.into())));
        }
        let early = Moment::read("2026-03-01T14:00:00Z", "+03:00").unwrap();
        let late = Moment::read("2026-03-01T14:00:01Z", "-03:00").unwrap();
        assert!(early < late);
    }
}
