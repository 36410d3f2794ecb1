//! Feeds, on nodes with real stores: from and to a server that does as it is told, between two nodes, and through a
//! real medallion.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod between;
mod cut;
mod defining;
mod engine;
mod failing;
mod foreign;
mod medallion;
mod pulling;
mod pushing;
mod world;
