//! The record: Merkle logs, signed notes, receipts and proofs. No I/O, no clock.
