//! The client against servers that do what servers in the wild were seen to do, and worse.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod adding;
mod asking;
mod crawling;
mod finding;
mod ledger;
mod refusing;
mod server;
mod tls;
