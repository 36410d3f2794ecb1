//! The record: Merkle logs, signed notes, receipts and proofs. No I/O, no clock.

mod decimal;
pub mod hash;
pub mod tile;
pub mod tree;
