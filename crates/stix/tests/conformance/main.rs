//! The checker against the data: OASIS's own examples and cases, and what producers publish.
//!
//! `tests/data` holds the data with its licences; what is large is packed with zstd.

mod cases;
mod data;
mod deterministic;
mod examples;
mod mutations;
mod rules_table;
mod sample;
mod upgrades;
