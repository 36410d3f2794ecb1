//! What the tests of the upper crates share: a clock that is moved, randomness from a seed, worlds of nodes on
//! loopback with lines that can be cut, sources that lie, and an audit that trusts none of them.
//!
//! Nothing here sleeps: time is moved, and conditions are waited for.

mod audit;
mod hostile;
mod line;
mod machine;
mod party;
pub mod samples;
mod world;

pub use audit::{Agreement, agreement, audit, doubled};
pub use hostile::HostileSource;
pub use line::Line;
pub use machine::{ManualClock, SeededRandom};
pub use party::{Party, Refused};
pub use world::{World, WorldTrack};
