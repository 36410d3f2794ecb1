use std::{fmt, time::Duration};

use super::error::Error;

/// Whether, and when, a failed request is sent again. Every request of TAXII 2.1 may be: adding the same objects
/// twice is no error (§5.5). One is not, whatever is said here: the page of a `next` that may have been given out.
pub trait Retry: Send + Sync {
    /// How long to wait before the next attempt, or `None` to give up. `failed` counts the attempts that failed, from
    /// 1.
    fn pause(&self, error: &Error, failed: u32) -> Option<Duration>;
}

/// No request is sent again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Never;

impl Retry for Never {
    fn pause(&self, _: &Error, _: u32) -> Option<Duration> {
        None
    }
}

/// Waits longer after each failure, up to a bound, and gives up after some. Tries again only what may pass by itself
/// ([`Error::is_transient`]). What the server asked for in `Retry-After` is a lower bound; when it asks for more than
/// [`wait_max`](Self::wait_max), there is no next attempt.
pub struct Backoff {
    /// The first wait.
    pub first: Duration,
    /// The longest one.
    pub wait_max: Duration,
    /// Attempts in all, the first one too.
    pub attempts_max: u32,
    /// A number in 0 ≤ x < 1 for each wait, from the caller's source of randomness: a wait is between half and all of
    /// what is due, so that many clients of one server do not come back at once.
    pub jitter: Box<dyn Fn() -> f64 + Send + Sync>,
}

impl Backoff {
    /// What is due after `failed` failures, before the jitter.
    fn due(&self, failed: u32) -> Duration {
        let doublings = failed.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.wait_max)
    }
}

impl Retry for Backoff {
    fn pause(&self, error: &Error, failed: u32) -> Option<Duration> {
        if failed >= self.attempts_max || !error.is_transient() {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > self.wait_max {
            return None;
        }
        let share = 0.5 + (self.jitter)().clamp(0.0, 1.0) / 2.0;
        Some(self.due(failed).mul_f64(share).max(asked))
    }
}

impl fmt::Debug for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backoff")
            .field("first", &self.first)
            .field("wait_max", &self.wait_max)
            .field("attempts_max", &self.attempts_max)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Said;

    fn busy(retry_after: Option<u64>) -> Error {
        Error::Busy {
            url: "https://a.example/".to_owned(),
            status: http::StatusCode::SERVICE_UNAVAILABLE,
            retry_after: retry_after.map(Duration::from_secs),
            said: Said::default(),
        }
    }

    fn backoff(jitter: f64) -> Backoff {
        Backoff {
            first: Duration::from_secs(1),
            wait_max: Duration::from_secs(8),
            attempts_max: 7,
            jitter: Box::new(move || jitter),
        }
    }

    #[test]
    fn waits_double_up_to_the_bound_and_end() {
        let waits = |jitter| {
            let backoff = backoff(jitter);
            let wait = |failed| {
                backoff
                    .pause(&busy(None), failed)
                    .map(|wait| wait.as_millis())
            };
            (1..=7).map(wait).collect::<Vec<_>>()
        };
        let ms = |list: [u128; 6]| list.into_iter().map(Some).chain([None]).collect::<Vec<_>>();
        assert_eq!(waits(1.0), ms([1000, 2000, 4000, 8000, 8000, 8000]));
        assert_eq!(waits(0.0), ms([500, 1000, 2000, 4000, 4000, 4000]));
    }

    #[test]
    fn the_server_is_obeyed_as_long_as_that_is_bearable() {
        let backoff = backoff(0.0);
        assert_eq!(
            backoff.pause(&busy(Some(5)), 1),
            Some(Duration::from_secs(5))
        );
        assert_eq!(backoff.pause(&busy(Some(9)), 1), None);
    }

    #[test]
    fn what_will_not_pass_is_not_tried_again() {
        let error = Error::Forbidden {
            url: "https://a.example/".to_owned(),
            said: Said::default(),
        };
        assert_eq!(backoff(0.0).pause(&error, 1), None);
        assert_eq!(Never.pause(&busy(None), 1), None);
    }
}
