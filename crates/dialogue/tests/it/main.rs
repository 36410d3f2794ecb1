//! The dialogue from outside: acts, charter, fold, and whole small worlds.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod acts;
mod charter;
mod due;
mod fold;
mod interleaving;
mod whole;
mod world;
