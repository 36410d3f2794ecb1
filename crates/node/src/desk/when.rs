//! Times as people write and read them: an instant, or a time from now.

use dialogue::{Moment, TimeError};
use jiff::{SignedDuration, Timestamp, fmt::temporal::Pieces};

/// Furthest that a time may lie ahead: ten years of days.
const AHEAD_DAYS_MAX: i64 = 3_660;

/// What is accepted, for every error.
const FORMS: &str = "write an instant such as 2026-03-01T17:00:00+03:00 or 2026-03-01T14:00:00Z, or a time from now \
such as 90s, 30m, 72h or 10d";

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WhenError {
    /// Neither form.
    #[error("`{0}` is no time: {FORMS}")]
    Form(String),
    /// An instant without its offset: it would be another one elsewhere.
    #[error("`{0}` does not say in which time zone it is: {FORMS}")]
    Offset(String),
    /// An offset that no place has.
    #[error("`{0}` is no time: {1}")]
    NoPlace(String, TimeError),
    /// Too far ahead.
    #[error("`{0}` is more than {AHEAD_DAYS_MAX} days ahead")]
    TooFar(String),
    /// Over already.
    #[error("`{0}` is in the past: here it is {1}")]
    Past(String, Timestamp),
}

/// Reads a time that lies ahead.
///
/// # Errors
/// [`WhenError`].
pub(crate) fn ahead(text: &str, now: Timestamp) -> Result<Moment, WhenError> {
    let text = text.trim();
    let moment = match relative(text) {
        Some(after) => {
            let after = after.ok_or_else(|| WhenError::TooFar(text.to_owned()))?;
            let at = now
                .checked_add(after)
                .map_err(|_| WhenError::TooFar(text.to_owned()))?;
            // Whole seconds: nobody means the fraction of the moment at which they pressed a key.
            Moment::utc(Timestamp::from_second(at.as_second()).unwrap_or(at))
        }
        None => instant(text)?,
    };
    if moment.at() <= now {
        return Err(WhenError::Past(text.to_owned(), now));
    }
    if moment.at().duration_since(now) > SignedDuration::from_hours(24 * AHEAD_DAYS_MAX) {
        return Err(WhenError::TooFar(text.to_owned()));
    }
    Ok(moment)
}

/// `None` when it has not the form; `Some(None)` when it has, and is too large.
fn relative(text: &str) -> Option<Option<SignedDuration>> {
    let unit = text.chars().last()?;
    let count = &text[..text.len() - unit.len_utf8()];
    let secs: i64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: Option<i64> = count.parse().ok();
    Some(
        count
            .and_then(|count| count.checked_mul(secs))
            .filter(|secs| *secs <= AHEAD_DAYS_MAX * 86_400)
            .map(SignedDuration::from_secs),
    )
}

fn instant(text: &str) -> Result<Moment, WhenError> {
    let form = || WhenError::Form(text.to_owned());
    let pieces = Pieces::parse(text).map_err(|_| form())?;
    if pieces.time().is_none() {
        return Err(form());
    }
    let offset = pieces
        .to_numeric_offset()
        .ok_or_else(|| WhenError::Offset(text.to_owned()))?;
    let at: Timestamp = text.parse().map_err(|_| form())?;
    Moment::new(at, offset.seconds() / 60)
        .map_err(|error| WhenError::NoPlace(text.to_owned(), error))
}

/// A stretch of time in words, to two units: `2 d 3 h`, `45 s`.
pub(crate) fn span(time: SignedDuration) -> String {
    let secs = time.as_secs().unsigned_abs();
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    let two = |first: u64, name: &str, second: u64, then: &str| match second {
        0 => format!("{first} {name}"),
        _ => format!("{first} {name} {second} {then}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{secs} s"),
        (0, 0, minutes) => two(minutes, "min", secs % 60, "s"),
        (0, hours, minutes) => two(hours, "h", minutes, "min"),
        (days, hours, _) => two(days, "d", hours, "h"),
    }
}

/// An instant of the store for people and programs: RFC 3339 with whole seconds.
pub(crate) fn from_micros(at: i64) -> String {
    Timestamp::from_microsecond(at).map_or_else(|_| at.to_string(), rfc3339)
}

/// RFC 3339, UTC, with whole seconds.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second())
        .unwrap_or(at)
        .to_string()
}

/// A moment in the offset in which it was said, with whole seconds.
pub(crate) fn in_offset(moment: Moment) -> String {
    let whole = Timestamp::from_second(moment.at().as_second());
    let whole = whole
        .ok()
        .and_then(|at| Moment::new(at, moment.offset_minutes()).ok());
    whole.unwrap_or(moment).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T09:00:00.25Z".parse().unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match ahead(text, now()) {
            Ok(moment) => moment.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_time_is_an_instant_or_from_now() {
        check("90s", "2026-03-01T09:01:30+00:00");
        check("30m", "2026-03-01T09:30:00+00:00");
        check("72h", "2026-03-04T09:00:00+00:00");
        check(" 10d ", "2026-03-11T09:00:00+00:00");
        check("2026-03-01T17:00:00+03:00", "2026-03-01T17:00:00+03:00");
        check("2026-03-01T14:00:00Z", "2026-03-01T14:00:00+00:00");
    }

    #[test]
    fn what_is_no_time_says_what_is_one() {
        for text in ["", "h", "soon", "-3h", "3.5h", "72 h", "2026-03-02", "é"] {
            check(text, &format!("`{text}` is no time: {FORMS}"));
        }
        check(
            "2026-03-02T09:00:00",
            &format!("`2026-03-02T09:00:00` does not say in which time zone it is: {FORMS}"),
        );
        check(
            "0s",
            "`0s` is in the past: here it is 2026-03-01T09:00:00.25Z",
        );
        check(
            "2026-03-01T08:00:00Z",
            "`2026-03-01T08:00:00Z` is in the past: here it is 2026-03-01T09:00:00.25Z",
        );
        for text in ["3661d", "99999999999999999999h", "2126-03-02T09:00:00Z"] {
            check(text, &format!("`{text}` is more than 3660 days ahead"));
        }
    }

    #[test]
    fn a_span_has_two_units() {
        let secs = |secs| span(SignedDuration::from_secs(secs));
        assert_eq!(secs(45), "45 s");
        assert_eq!(secs(61), "1 min 1 s");
        assert_eq!(secs(7_200), "2 h");
        assert_eq!(secs(90_061), "1 d 1 h");
    }
}
