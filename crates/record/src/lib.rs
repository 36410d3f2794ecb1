//! The record: Merkle logs, signed notes, receipts and proofs. No I/O, no clock.

pub mod acceptance;
pub mod append;
mod base64;
pub mod card;
pub mod checkpoint;
pub mod control;
pub mod cosignature;
mod decimal;
pub mod declaration;
pub mod entry;
pub mod hash;
pub mod head;
pub mod key;
pub mod name;
pub mod note;
pub mod opening;
pub mod package;
pub mod party_note;
pub mod receipt;
pub mod tile;
pub mod time;
pub mod tree;
