//! Leap seconds: the minutes of UTC that had 61 (RFC 3339 §5.7, Appendix D).

/// The day after the last one for which it is known whether a leap second was inserted
/// (IERS Bulletin C 70, of July 2025). From then on every end of June and December may have one.
const LEAP_SECONDS_KNOWN_UNTIL: &str = "2025-12-31";

/// The days whose last minute had 61 seconds (IERS Bulletin C).
pub(super) const LEAP_SECOND_DAYS: [&str; 27] = [
    "1972-06-30",
    "1972-12-31",
    "1973-12-31",
    "1974-12-31",
    "1975-12-31",
    "1976-12-31",
    "1977-12-31",
    "1978-12-31",
    "1979-12-31",
    "1981-06-30",
    "1982-06-30",
    "1983-06-30",
    "1985-06-30",
    "1987-12-31",
    "1989-12-31",
    "1990-12-31",
    "1992-06-30",
    "1993-06-30",
    "1994-06-30",
    "1995-12-31",
    "1997-06-30",
    "1998-12-31",
    "2005-12-31",
    "2008-12-31",
    "2012-06-30",
    "2015-06-30",
    "2016-12-31",
];

/// Whether the last minute of `day` (`YYYY-MM-DD`) had, or may yet have, 61 seconds.
pub(super) fn may_have_second(day: &str) -> bool {
    if day < LEAP_SECONDS_KNOWN_UNTIL {
        LEAP_SECOND_DAYS.binary_search(&day).is_ok()
    } else {
        day > LEAP_SECONDS_KNOWN_UNTIL && (day.ends_with("-06-30") || day.ends_with("-12-31"))
    }
}
