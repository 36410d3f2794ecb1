//! What a node does with the other parties' nodes: fetch, verify, make durable, countersign; hand over receipts; notice
//! forks and restored logs. Over the network or from a bundle, by the same path.

pub mod carry;
pub mod engine;
pub mod exception;
pub mod fork;
pub mod mirror;
pub mod pull;
pub mod receipt;
pub mod succeed;
pub mod witness;

pub use engine::round;
