//! Throttling of failed logins: each wrong password makes the next attempt wait longer.
//!
//! Three counts: of the name from the address, of the address, of the name. Whoever has logged in from an address
//! before is held up by the first alone. So an attacker elsewhere cannot lock a user out of the places where they
//! work, one on the same network not for long, and logins that are remembered (`remembered.rs`) and tokens are not
//! held up at all.

use std::{collections::HashMap, hash::Hash, net::IpAddr, sync::Mutex, time::Duration};

use jiff::Timestamp;

use crate::access::{Place, lock};

/// Wrong passwords of one name from one address, after which attempts wait.
pub const FAILURES_AT_PLACE_FREE: u32 = 5;
/// The longest such wait.
pub const FAILURES_AT_PLACE_WAIT_MAX: Duration = Duration::from_secs(900);
/// Wrong passwords from one address, whatever the name, after which attempts wait: an office behind one address has
/// many people.
pub const FAILURES_OF_ADDRESS_FREE: u32 = 20;
/// The longest such wait.
pub const FAILURES_OF_ADDRESS_WAIT_MAX: Duration = Duration::from_secs(900);
/// Wrong passwords of one name, from wherever, after which attempts from new places wait.
pub const FAILURES_OF_NAME_FREE: u32 = 20;
/// The longest such wait: short, because others can cause it.
pub const FAILURES_OF_NAME_WAIT_MAX: Duration = Duration::from_secs(60);
/// Wrong passwords are forgotten after this time without another.
pub const FAILURES_FORGOTTEN: Duration = Duration::from_secs(3_600);
/// How long somebody is known at an address where they logged in.
pub const PLACE_KNOWN: Duration = Duration::from_secs(30 * 86_400);
/// Most names, addresses and places that are counted at once, each.
pub const FAILURES_COUNTED_MAX: usize = 10_000;

/// Who failed where.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    places: Counted<(String, IpAddr)>,
    addresses: Counted<IpAddr>,
    names: Counted<String>,
    known: HashMap<(String, IpAddr), Timestamp>,
}

impl Failures {
    /// Whether a password of `name` is looked at now; if not, when.
    pub(super) fn check(&self, name: &str, place: Place, now: Timestamp) -> Result<(), Duration> {
        let counts = lock(&self.0);
        let at = (name.to_owned(), place.0);
        let mut wait =
            counts
                .places
                .wait(&at, now, FAILURES_AT_PLACE_FREE, FAILURES_AT_PLACE_WAIT_MAX);
        let known = counts.known.get(&at);
        if known.is_none_or(|since| past(*since, now) > PLACE_KNOWN) {
            let of_address = counts.addresses.wait(
                &place.0,
                now,
                FAILURES_OF_ADDRESS_FREE,
                FAILURES_OF_ADDRESS_WAIT_MAX,
            );
            let of_name =
                counts
                    .names
                    .wait(&at.0, now, FAILURES_OF_NAME_FREE, FAILURES_OF_NAME_WAIT_MAX);
            wait = wait.max(of_address).max(of_name);
        }
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// A password was wrong, or nobody has that name.
    pub(super) fn failed(&self, name: &str, place: Place, now: Timestamp) {
        let mut counts = lock(&self.0);
        counts.places.add((name.to_owned(), place.0), now);
        counts.addresses.add(place.0, now);
        counts.names.add(name.to_owned(), now);
    }

    /// A password was right. Tells whether this is the first time there.
    pub(super) fn succeeded(&self, name: &str, place: Place, now: Timestamp) -> bool {
        let mut counts = lock(&self.0);
        let at = (name.to_owned(), place.0);
        // The other counts stay: who has a password of their own could clear them while guessing at others'.
        counts.places.0.remove(&at);
        make_room(&mut counts.known, |since| past(*since, now).as_micros());
        let before = counts.known.insert(at, now);
        before.is_none_or(|since| past(since, now) > PLACE_KNOWN)
    }
}

#[derive(Debug)]
struct Counted<K>(HashMap<K, Count>);

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
}

impl<K> Default for Counted<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Clone> Counted<K> {
    /// How long to wait still: after the free ones one second, doubled by each further failure.
    fn wait(&self, key: &K, now: Timestamp, free: u32, max: Duration) -> Duration {
        let Some(count) = self.0.get(key) else {
            return Duration::ZERO;
        };
        let since = past(count.last, now);
        if count.failures < free || since > FAILURES_FORGOTTEN {
            return Duration::ZERO;
        }
        let doubled = 1_u64.checked_shl(count.failures - free).unwrap_or(u64::MAX);
        Duration::from_secs(doubled).min(max).saturating_sub(since)
    }

    fn add(&mut self, key: K, now: Timestamp) {
        make_room(&mut self.0, |count| past(count.last, now).as_micros());
        let count = self.0.entry(key).or_insert(Count {
            failures: 0,
            last: now,
        });
        if past(count.last, now) > FAILURES_FORGOTTEN {
            count.failures = 0;
        }
        count.failures = count.failures.saturating_add(1);
        count.last = now;
    }
}

/// The time between, none where a clock went backwards.
fn past(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}

/// Forgets the older half once there are as many as there may be.
fn make_room<K: Eq + Hash + Clone, V>(map: &mut HashMap<K, V>, age: impl Fn(&V) -> u128) {
    if map.len() < FAILURES_COUNTED_MAX {
        return;
    }
    let mut ages: Vec<u128> = map.values().map(&age).collect();
    let middle = ages.len() / 2;
    let (_, middle, _) = ages.select_nth_unstable(middle);
    let middle = *middle;
    let mut excess = FAILURES_COUNTED_MAX / 2;
    map.retain(|_, value| {
        let old = age(value) >= middle && excess > 0;
        excess -= usize::from(old);
        !old
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + seconds).unwrap()
    }

    fn place(last: u8) -> Place {
        Place::of(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn waits_double_and_are_forgotten() {
        let failures = Failures::default();
        let waits: Vec<u64> = (0..18)
            .map(|_| {
                failures.failed("al", place(1), at(0));
                let checked = failures.check("al", place(1), at(0));
                checked.err().map_or(0, |wait| wait.as_secs())
            })
            .collect();
        let doubled = [
            0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900,
        ];
        assert_eq!(waits, doubled);
        assert_eq!(
            failures.check("al", place(1), at(899)),
            Err(Duration::from_secs(1))
        );
        assert_eq!(failures.check("al", place(1), at(900)), Ok(()));
        // One more, and it is the longest wait again; after an hour it begins anew.
        failures.failed("al", place(1), at(900));
        assert_eq!(
            failures.check("al", place(1), at(901)),
            Err(Duration::from_secs(899))
        );
        failures.failed("al", place(1), at(900 + 3_601));
        assert_eq!(failures.check("al", place(1), at(900 + 3_601)), Ok(()));
    }

    #[test]
    fn who_is_known_at_a_place_is_not_locked_out_by_others() {
        let failures = Failures::default();
        assert!(failures.succeeded("al", place(1), at(0)));
        assert!(
            !failures.succeeded("al", place(1), at(1)),
            "not for the first time"
        );
        // Somebody tries very often from many places, and some of it from the same one.
        for n in 0..200 {
            failures.failed("al", place(100 + n % 100), at(2));
            failures.failed("bo", place(1), at(2));
        }
        assert_eq!(failures.check("al", place(1), at(2)), Ok(()));
        assert_eq!(
            failures.check("al", place(2), at(2)),
            Err(FAILURES_OF_NAME_WAIT_MAX)
        );
        assert_eq!(
            failures.check("cy", place(1), at(2)),
            Err(FAILURES_OF_ADDRESS_WAIT_MAX)
        );
        assert_eq!(failures.check("cy", place(3), at(2)), Ok(()));
        // At the own place, only failures of the own name count.
        for _ in 0..5 {
            failures.failed("al", place(1), at(2));
        }
        assert_eq!(
            failures.check("al", place(1), at(2)),
            Err(Duration::from_secs(1))
        );
        assert!(!failures.succeeded("al", place(1), at(3)));
        assert_eq!(failures.check("al", place(1), at(3)), Ok(()));
    }

    #[test]
    fn a_clock_that_goes_back_keeps_nobody_out_for_longer() {
        let failures = Failures::default();
        for _ in 0..5 {
            failures.failed("al", place(1), at(100_000));
        }
        assert_eq!(
            failures.check("al", place(1), at(0)),
            Err(Duration::from_secs(1))
        );
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let failures = Failures::default();
        for n in 0..FAILURES_COUNTED_MAX * 2 {
            failures.failed(&n.to_string(), place(1), at(i64::try_from(n).unwrap()));
        }
        let counts = lock(&failures.0);
        assert!(counts.names.0.len() <= FAILURES_COUNTED_MAX);
        let newest = (FAILURES_COUNTED_MAX * 2 - 1).to_string();
        assert!(counts.names.0.contains_key(&newest));
    }
}
