//! The record: Merkle logs, signed notes, receipts and proofs. No I/O, no clock.

mod base64;
pub mod checkpoint;
pub mod cosignature;
mod decimal;
pub mod hash;
pub mod key;
pub mod name;
pub mod note;
pub mod tile;
pub mod tree;
