//! The Merkle tree of RFC 6962 §2.1: hashes, the frontier, proofs and their verification.
//!
//! Proofs are made over a [`TileReader`], which holds the tree as c2sp.org/tlog-tiles has it, and
//! checked with nothing but hashes. A verifier takes a proof apart along the recursion that defines
//! it, so a proof of the wrong length cannot pass.
//!
//! Subtree proofs are those of draft-ietf-plants-merkle-tree-certs §4, which tlog-mirror needs; a
//! consistency proof is the subtree proof that starts at 0.

mod frontier;
mod prove;
mod verify;

pub use frontier::{Frontier, FrontierError};
pub use prove::{
    TileReader, TreeError, consistency_proof, frontier_at, inclusion_proof, leaf_hash_at, root_at,
    subtree_consistency_proof,
};
pub use verify::{
    ProofError, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};

use crate::hash::{HASH_BYTES, Hash};

/// The most hashes in a proof: one for each level of the largest tree.
pub const PROOF_HASHES_MAX: usize = 63;

/// `SHA-256(0x00 || entry)`, the hash of a leaf.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], entry])
}

/// `SHA-256(0x01 || left || right)`, the hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 1 + 2 * HASH_BYTES];
    bytes[1..=HASH_BYTES].copy_from_slice(left.as_bytes());
    bytes[1 + HASH_BYTES..].copy_from_slice(right.as_bytes());
    Hash::of(&bytes)
}

/// `SHA-256("")`, the root of the tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The largest power of two below `size`, where RFC 6962 splits a tree of two leaves or more.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Whether `[start, end)` is a subtree (merkle-tree-certs §4.1): `start` is a multiple of the smallest
/// power of two that is not below its length.
const fn is_subtree(start: u64, end: u64) -> bool {
    if start >= end {
        return false;
    }
    match (end - start).checked_next_power_of_two() {
        Some(step) => start.is_multiple_of(step),
        None => start == 0,
    }
}
