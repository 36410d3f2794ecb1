//! Each promise of the traits, held against the backend. The tests see a `dyn Store`, so that the next
//! backend runs them too; only `schema`, `damage` and `crash` know that SQLite is below.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod accounts;
mod append;
mod checkpoints;
mod concurrency;
mod crash;
mod damage;
mod dialogues;
mod faults;
mod feeds;
mod items;
mod listing;
mod migration;
mod objects;
mod outbox;
mod schema;
mod sign_state;
mod statuses;
mod upkeep;
mod watch;
mod world;
