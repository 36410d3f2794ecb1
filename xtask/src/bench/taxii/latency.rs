//! Times of single requests, as percentiles.

use std::{fmt, time::Duration};

use serde::Serialize;

/// What half, and all but one in a hundred, took at most.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Latency {
    /// Milliseconds.
    pub(crate) p50_ms: f64,
    /// Milliseconds.
    pub(crate) p99_ms: f64,
}

impl Latency {
    /// Of these times; zero of none.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |part: f64| {
            let index = (times.len() as f64 * part) as usize;
            times
                .get(index.min(times.len().saturating_sub(1)))
                .map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Self {
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}/{:.2}", self.p50_ms, self.p99_ms)
    }
}
