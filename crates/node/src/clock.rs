//! Time and randomness as inputs. Nothing else in the workspace reads a clock or asks the operating
//! system for random bytes; tests put a clock they can move and a seed in these places.

use jiff::Timestamp;
use record::time::UtcTime;

/// Where the node learns what time it is.
pub trait Clock: Send + Sync {
    /// The present instant, UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one door through which time comes in"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Seconds since the Unix epoch, as cosignatures carry them; zero for an instant before it.
pub fn posix_seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}

/// An instant as heads and party notes write it; 1970 for one before it.
pub fn utc_time(at: Timestamp) -> UtcTime {
    let micros = u64::try_from(at.as_microsecond()).unwrap_or(0);
    UtcTime::from_micros(micros).expect("jiff ends in the year 9999, as the format does")
}

/// An instant of the record for people and programs: RFC 3339.
pub fn from_utc_time(at: UtcTime) -> Timestamp {
    let micros = i64::try_from(at.micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

/// Where salts, seeds and identifiers come from.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing can be sealed; the kernel's generator does not fail once the
        // machine has booted, and going on with predictable salts would be worse than stopping.
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

impl dyn Random + '_ {
    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random (version 4) UUID.
    pub fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_print_with_six_digits() {
        let at: Timestamp = "2021-12-07T15:04:05Z".parse().unwrap();
        assert_eq!(utc_time(at).to_string(), "2021-12-07T15:04:05.000000Z");
        assert_eq!(from_utc_time(utc_time(at)), at);
        assert_eq!(posix_seconds(at), 1_638_889_445);
    }
}
