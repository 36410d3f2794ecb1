//! Patterns from the outside: refusals, round trips, rules, matching, and the verdicts of other
//! implementations.

#![expect(
    clippy::unwrap_used,
    reason = "the tests' own functions may fail like the tests"
)]

mod checks;
mod equivalence;
mod index;
mod matching;
mod oracle;
mod refusals;
mod regex;
mod round_trips;
