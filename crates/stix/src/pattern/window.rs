//! The length of `WITHIN x SECONDS`, as an exact decimal (STIX 2.1 §9.5.1).

use std::fmt;

use super::moment::{FRACTION_DIGITS_MAX, TICKS_PER_SECOND};

/// The longest window, in seconds: more than the span of all years from 0000 to 9999.
pub const WINDOW_SECONDS_MAX: u64 = 1_000_000_000_000;

/// A duration of at least 0 and at most [`WINDOW_SECONDS_MAX`] seconds, exact to
/// [`FRACTION_DIGITS_MAX`] digits. Zero can be written, and is reported by the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    ticks: i128,
}

impl Window {
    /// Makes a window of whole seconds, unless it is longer than [`WINDOW_SECONDS_MAX`].
    #[must_use]
    pub fn from_secs(seconds: u64) -> Option<Self> {
        (seconds <= WINDOW_SECONDS_MAX).then(|| Self {
            ticks: i128::from(seconds) * TICKS_PER_SECOND,
        })
    }

    /// Reads digits with or without a decimal point; nothing if it cannot be held exactly.
    pub(crate) fn from_decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds = if whole.is_empty() {
            0
        } else {
            whole.parse::<u64>().ok()?
        };
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > FRACTION_DIGITS_MAX {
            return None;
        }
        let mut ticks = Self::from_secs(seconds)?.ticks;
        if !fraction.is_empty() {
            let scale = 10i128.pow((FRACTION_DIGITS_MAX - fraction.len()) as u32);
            ticks += fraction.parse::<i128>().ok()? * scale;
        }
        (ticks <= i128::from(WINDOW_SECONDS_MAX) * TICKS_PER_SECOND).then_some(Self { ticks })
    }

    /// Returns the length in ticks of 10^-24 s.
    pub(crate) fn ticks(self) -> i128 {
        self.ticks
    }

    /// Tells whether the window has no length, so that nothing fits into it.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.ticks == 0
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, fraction) = (self.ticks / TICKS_PER_SECOND, self.ticks % TICKS_PER_SECOND);
        if fraction == 0 {
            return write!(f, "{seconds}");
        }
        let digits = format!("{fraction:0FRACTION_DIGITS_MAX$}");
        write!(f, "{seconds}.{}", digits.trim_end_matches('0'))
    }
}
