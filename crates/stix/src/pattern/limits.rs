//! Bounds of matching: time is counted in steps, so that the same input gives the same answer on
//! every machine.

use thiserror::Error;

use super::pcre::BacktracksExhausted;

/// Bounds of compiling and matching a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchLimits {
    /// Steps of one match: a property looked up, a value compared, a candidate tried. A step takes
    /// some tens of nanoseconds.
    pub steps_max: u64,
    /// Times a regular expression may go back in one value, before the match is given up.
    pub regex_backtracks_max: usize,
    /// Size of a compiled regular expression, in bytes.
    pub regex_bytes_max: usize,
    /// Observation expressions after `REPEATS` has multiplied groups. A repeated single
    /// expression counts once.
    pub slots_max: usize,
}

impl Default for MatchLimits {
    fn default() -> Self {
        Self {
            steps_max: 20_000_000,
            regex_backtracks_max: 200_000,
            regex_bytes_max: 4 << 20,
            slots_max: 2_000,
        }
    }
}

/// Matching took more than [`MatchLimits::steps_max`] steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("matching took more than {limit} steps")]
pub struct StepsExhausted {
    /// The limit.
    pub limit: u64,
}

/// Why a match has no answer: it would have taken more than it was allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MatchError {
    /// Too many steps.
    #[error(transparent)]
    Steps(#[from] StepsExhausted),
    /// A regular expression went back too often.
    #[error(transparent)]
    Regex(#[from] BacktracksExhausted),
    /// `REPEATS` of a group asks for too many observations at once.
    #[error("the pattern needs {needed} observation slots, the limit is {limit}")]
    Slots {
        /// How many, as far as was counted.
        needed: usize,
        /// [`MatchLimits::slots_max`].
        limit: usize,
    },
    /// A time of an observation is too fine to compute with.
    #[error("a time of an observation has {digits} fractional digits, the limit is {limit}")]
    TimeTooFine {
        /// Its digits.
        digits: usize,
        /// [`FRACTION_DIGITS_MAX`](super::FRACTION_DIGITS_MAX).
        limit: usize,
    },
}

/// Counts the steps of one match.
#[derive(Debug)]
pub(super) struct Meter {
    left: u64,
    limit: u64,
}

impl Meter {
    pub(super) fn new(limit: u64) -> Self {
        Self { left: limit, limit }
    }

    pub(super) fn charge(&mut self, steps: u64) -> Result<(), StepsExhausted> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(StepsExhausted { limit: self.limit }),
        }
    }
}
