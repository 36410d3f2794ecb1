//! Notes, logs, proofs and policies of a small world of two parties; each refusal by its reason.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod differential;
mod log;
mod notes;
mod party;
mod policy;
mod proofs;
mod wire;
mod world;
