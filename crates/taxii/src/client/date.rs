//! Dates as servers write them.

use std::time::Duration;

use http::{
    HeaderMap,
    header::{DATE, RETRY_AFTER},
};
use jiff::{Timestamp, fmt::rfc2822};

/// Longest text that is taken for a date, in bytes.
const DATE_BYTES_MAX: usize = 100;

/// An instant as TAXII 2.1 §2 writes it, as JavaScript prints it (`Sun Nov 22 2026 03:09:32 GMT+0000 (…)`, which has
/// whole seconds only), or as HTTP does. `None` for anything else, `undefined` among it.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"');
    if text.len() > DATE_BYTES_MAX {
        return None;
    }
    text.parse()
        .ok()
        .or_else(|| {
            let without_zone_name = text.split(" (").next()?;
            let date =
                jiff::fmt::strtime::parse("%a %b %d %Y %H:%M:%S GMT%z", without_zone_name).ok()?;
            date.to_timestamp().ok()
        })
        .or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
}

/// How long the server asks to wait (RFC 9110 §10.2.3). A date is counted from the server's own `Date`, so that no
/// clock of ours is needed and none is trusted.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(secs) = asked.parse() {
        return Some(Duration::from_secs(secs));
    }
    let now = instant(headers.get(DATE)?.to_str().ok()?)?;
    let wait = instant(asked)?.as_second() - now.as_second();
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// An instant as `added_after` gives it: microseconds, which every server that was tried reads.
pub(super) fn written(at: Timestamp) -> String {
    format!("{at:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_servers_write_them() {
        let at = |text| instant(text).map(written).unwrap_or_default();
        assert_eq!(at("2026-11-22T03:09:32Z"), "2026-11-22T03:09:32.000000Z");
        assert_eq!(
            at(" 2026-11-22T03:09:32.1234567Z"),
            "2026-11-22T03:09:32.123456Z"
        );
        assert_eq!(
            at("2026-11-22T04:09:32+01:00"),
            "2026-11-22T03:09:32.000000Z"
        );
        assert_eq!(
            at("Sun Nov 22 2026 04:09:32 GMT+0100 (Central European Standard Time)"),
            "2026-11-22T03:09:32.000000Z"
        );
        assert_eq!(
            at("Sun, 22 Nov 2026 03:09:32 GMT"),
            "2026-11-22T03:09:32.000000Z"
        );
        for not in ["undefined", "", "Invalid Date", "1790000000", "2026-11-22"] {
            assert_eq!(instant(not), None, "{not}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let after = |retry: &str, date: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, retry.parse().unwrap());
            headers.insert(DATE, date.parse().unwrap());
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        let date = "Sun, 22 Nov 2026 03:00:00 GMT";
        assert_eq!(after("120", date), Some(120));
        assert_eq!(after("Sun, 22 Nov 2026 03:01:30 GMT", date), Some(90));
        assert_eq!(after("Sun, 22 Nov 2026 02:00:00 GMT", date), Some(0));
        assert_eq!(after("soon", date), None);
        assert_eq!(after("-1", date), None);
    }
}
