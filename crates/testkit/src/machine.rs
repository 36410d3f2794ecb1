//! A clock that only moves when it is told to, and randomness that is the same in every run.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use node::clock::{Clock, Random};
use record::hash::Hash;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    micros: AtomicI64,
}

impl ManualClock {
    /// A clock at `seconds` since the Unix epoch.
    pub fn at(seconds: i64) -> Self {
        Self {
            micros: AtomicI64::new(seconds * 1_000_000),
        }
    }

    /// Moves it, forwards or, for a clock that lies, backwards.
    pub fn advance(&self, seconds: i64) {
        self.micros.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let micros = self.micros.load(Ordering::SeqCst);
        Timestamp::from_microsecond(micros).expect("tests stay within jiff's years")
    }
}

/// Bytes from a seed: SHA-256 of seed and counter. Good enough for keys that no one needs to be afraid for.
#[derive(Debug)]
pub struct SeededRandom {
    seed: String,
    counter: Mutex<u64>,
}

impl SeededRandom {
    /// The stream of this seed. Two nodes, and two lives of a cloned node, need two seeds.
    pub fn new(seed: impl Into<String>) -> Self {
        Self {
            seed: seed.into(),
            counter: Mutex::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut counter = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            *counter += 1;
            let block = Hash::of(format!("{}/{counter}", self.seed).as_bytes());
            chunk.copy_from_slice(&block.as_bytes()[..chunk.len()]);
        }
    }
}
