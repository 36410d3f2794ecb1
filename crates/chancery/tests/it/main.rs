//! The program as a process: its commands, and what survives `kill -9`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod accounts;
mod carry;
mod cli;
mod feed;
mod json;
mod kill;
mod kill_taxii;
mod r#match;
mod outbox;
mod process;
mod prove;
mod restore;
mod told;
mod validate;
mod web;
