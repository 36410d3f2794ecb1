//! Throttling of requests: each caller has a bucket that fills at a steady rate, and each request takes from it.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Place, UserName, lock};

/// Most callers with a bucket at once.
pub const CALLERS_COUNTED_MAX: usize = 10_000;

/// How many requests a caller may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestLimits {
    /// Requests a second that a user may make for long, over all their connections; 0 for no limit.
    pub user_requests_per_sec: u32,
    /// Requests that a user may make at once, after a pause.
    pub user_requests_burst: u32,
    /// Requests a second from one address without a login that holds; 0 for no limit.
    pub address_requests_per_sec: u32,
    /// Requests from such an address at once, after a pause.
    pub address_requests_burst: u32,
}

impl Default for RequestLimits {
    /// Far above what a tool of the field asks for, and below what a node of two cores can answer.
    fn default() -> Self {
        Self {
            user_requests_per_sec: 5_000,
            user_requests_burst: 20_000,
            address_requests_per_sec: 500,
            address_requests_burst: 2_000,
        }
    }
}

/// Whose bucket it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    User(UserName),
    Address(IpAddr),
}

impl Bucket {
    pub(super) fn of(place: Place) -> Self {
        Self::Address(place.0)
    }
}

/// Every bucket.
#[derive(Debug)]
pub(super) struct Requests {
    limits: RequestLimits,
    levels: Mutex<HashMap<Bucket, Level>>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    /// Requests that may be made now.
    left: f64,
    at: Timestamp,
}

impl Requests {
    pub(super) fn new(limits: RequestLimits) -> Self {
        Self {
            limits,
            levels: Mutex::default(),
        }
    }

    /// Takes one request; or tells when there will be one.
    pub(super) fn take(&self, bucket: Bucket, now: Timestamp) -> Result<(), Duration> {
        let (rate, burst) = self.rate(&bucket);
        if rate == 0.0 {
            return Ok(());
        }
        let mut levels = lock(&self.levels);
        if levels.len() >= CALLERS_COUNTED_MAX && !levels.contains_key(&bucket) {
            // A full bucket is what a new one would be.
            levels.retain(|bucket, level| {
                let (rate, burst) = self.rate(bucket);
                filled(*level, now, rate, burst).left < burst
            });
            if levels.len() >= CALLERS_COUNTED_MAX {
                levels.clear();
            }
        }
        let new = Level {
            left: burst,
            at: now,
        };
        let level = levels.entry(bucket).or_insert(new);
        *level = filled(*level, now, rate, burst);
        if level.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - level.left) / rate));
        }
        level.left -= 1.0;
        Ok(())
    }

    fn rate(&self, bucket: &Bucket) -> (f64, f64) {
        let (rate, burst) = match bucket {
            Bucket::User(_) => (
                self.limits.user_requests_per_sec,
                self.limits.user_requests_burst,
            ),
            Bucket::Address(_) => (
                self.limits.address_requests_per_sec,
                self.limits.address_requests_burst,
            ),
        };
        (f64::from(rate), f64::from(burst.max(1)))
    }
}

fn filled(level: Level, now: Timestamp, rate: f64, burst: f64) -> Level {
    // Nothing flows out where a clock goes back.
    let secs = now.duration_since(level.at).as_secs_f64().max(0.0);
    Level {
        left: (level.left + secs * rate).min(burst),
        at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_767_225_600_000 + millis).unwrap()
    }

    fn user(name: &str) -> Bucket {
        Bucket::User(name.parse().unwrap())
    }

    #[test]
    fn a_burst_and_then_the_rate() {
        let requests = Requests::new(RequestLimits {
            user_requests_per_sec: 10,
            user_requests_burst: 3,
            ..RequestLimits::default()
        });
        let take = |name, millis| requests.take(user(name), at(millis));
        for _ in 0..3 {
            assert_eq!(take("al", 0), Ok(()));
        }
        assert_eq!(take("al", 0), Err(Duration::from_millis(100)));
        assert_eq!(take("bo", 0), Ok(()), "everybody has their own");
        assert_eq!(take("al", 100), Ok(()));
        let wait = take("al", 150).unwrap_err();
        assert!(wait <= Duration::from_millis(50), "{wait:?}");
        // A long pause fills it no further than the burst; a clock that goes back takes nothing.
        for _ in 0..3 {
            assert_eq!(take("al", 60_000), Ok(()));
        }
        assert!(take("al", 60_000).is_err());
        assert!(take("al", 0).is_err());
        assert_eq!(take("al", 100), Ok(()));
    }

    #[test]
    fn none_is_no_limit_and_memory_is_bounded() {
        let requests = Requests::new(RequestLimits {
            user_requests_per_sec: 0,
            ..RequestLimits::default()
        });
        for _ in 0..100_000 {
            assert_eq!(requests.take(user("al"), at(0)), Ok(()));
        }
        for n in 0..2 * u32::try_from(CALLERS_COUNTED_MAX).unwrap() {
            let bucket = Bucket::Address(IpAddr::from(n.to_be_bytes()));
            assert_eq!(requests.take(bucket, at(0)), Ok(()));
        }
        assert!(lock(&requests.levels).len() <= CALLERS_COUNTED_MAX);
    }
}
