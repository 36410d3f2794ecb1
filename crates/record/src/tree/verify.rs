//! Verification of proofs: no tiles, only hashes.

use super::{empty_root, is_subtree, node_hash, split};
use crate::hash::{Hash, LeafIndex, TreeSize};

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf or the older tree is not inside the newer one.
    #[error("{asked} is beyond the tree of {size} leaves")]
    OutOfRange {
        /// The index or size that is claimed to be inside.
        asked: u64,
        /// Of the tree.
        size: u64,
    },
    /// A proof from the empty tree proves nothing: every tree is consistent with it.
    #[error("the older tree is empty, which every tree is consistent with")]
    OldTreeEmpty,
    /// The range is not a subtree (merkle-tree-certs §4.1).
    #[error("[{start}, {end}) is not a subtree")]
    NotASubtree {
        /// The first leaf.
        start: u64,
        /// One past the last leaf.
        end: u64,
    },
    /// The proof has fewer or more hashes than this place in this tree requires.
    #[error("the proof has {found} hashes, {expected} are required")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to another root than that of the tree")]
    RootMismatch,
    /// The proof leads to another root of the older tree or of the subtree.
    #[error("the proof leads to another root than that of the older tree")]
    OldRootMismatch,
}

/// RFC 9162 §2.1.3.2: the leaf is in the tree at that index.
///
/// # Errors
/// [`ProofError::OutOfRange`], [`ProofError::Length`] or [`ProofError::RootMismatch`].
pub fn verify_inclusion(
    leaf_hash: &Hash,
    index: LeafIndex,
    size: TreeSize,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    let (index, size) = (index.get(), size.get());
    if index >= size {
        return Err(ProofError::OutOfRange { asked: index, size });
    }
    let (_, found) = climb(index, index + 1, size, Some(*leaf_hash), proof)?;
    if found == *root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}

/// RFC 9162 §2.1.4.2: the newer tree has the older one as its beginning.
///
/// # Errors
/// [`ProofError::OldTreeEmpty`], [`ProofError::OutOfRange`], [`ProofError::Length`],
/// [`ProofError::OldRootMismatch`] or [`ProofError::RootMismatch`].
pub fn verify_consistency(
    old: TreeSize,
    new: TreeSize,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange {
            asked: old.get(),
            size: new.get(),
        });
    }
    if old == TreeSize::ZERO {
        return Err(ProofError::OldTreeEmpty);
    }
    compare(0, old.get(), new.get(), proof, old_root, new_root)
}

/// merkle-tree-certs §4.3: the leaf is in the subtree `[start, end)` at that index.
///
/// # Errors
/// [`ProofError::NotASubtree`], [`ProofError::OutOfRange`], [`ProofError::Length`] or
/// [`ProofError::RootMismatch`].
pub fn verify_subtree_inclusion(
    leaf_hash: &Hash,
    index: LeafIndex,
    start: LeafIndex,
    end: TreeSize,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    let (index, start, end) = (index.get(), start.get(), end.get());
    if !is_subtree(start, end) {
        return Err(ProofError::NotASubtree { start, end });
    }
    if index < start || index >= end {
        return Err(ProofError::OutOfRange {
            asked: index,
            size: end,
        });
    }
    let inside = index - start;
    let (_, found) = climb(inside, inside + 1, end - start, Some(*leaf_hash), proof)?;
    if found == *root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}

/// merkle-tree-certs §4.4: the tree has the subtree `[start, end)` with that root. The empty subtree is
/// in every tree, and says nothing about it.
///
/// # Errors
/// [`ProofError::NotASubtree`], [`ProofError::OutOfRange`], [`ProofError::Length`],
/// [`ProofError::OldRootMismatch`] or [`ProofError::RootMismatch`].
pub fn verify_subtree_consistency(
    start: LeafIndex,
    end: TreeSize,
    size: TreeSize,
    proof: &[Hash],
    subtree_root: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    let (start, end, size) = (start.get(), end.get(), size.get());
    if end > size {
        return Err(ProofError::OutOfRange { asked: end, size });
    }
    if start == end {
        if !proof.is_empty() {
            return Err(ProofError::Length {
                found: proof.len(),
                expected: 0,
            });
        }
        let empty = *subtree_root == empty_root();
        return if empty {
            Ok(())
        } else {
            Err(ProofError::OldRootMismatch)
        };
    }
    if !is_subtree(start, end) {
        return Err(ProofError::NotASubtree { start, end });
    }
    compare(start, end, size, proof, subtree_root, root)
}

fn compare(
    start: u64,
    end: u64,
    size: u64,
    proof: &[Hash],
    subtree_root: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    let whole = steps(start, end, size).whole;
    let (sub, full) = climb(start, end, size, whole.then_some(*subtree_root), proof)?;
    if sub != *subtree_root {
        return Err(ProofError::OldRootMismatch);
    }
    if full != *root {
        return Err(ProofError::RootMismatch);
    }
    Ok(())
}

/// How the definition of a proof comes down from the root of `size` leaves to `[start, end)`.
struct Steps {
    /// At each split, from the root down.
    turns: Vec<Turn>,
    /// The subtree is one node of the tree, so its root need not be in the proof.
    whole: bool,
}

enum Turn {
    /// It is in the left half; the right half's root is in the proof.
    Left,
    /// It is in the right half; the left half's root is in the proof.
    Right,
    /// It reaches over the middle: the left half's root is in the proof and belongs to both.
    Both,
}

fn steps(start: u64, end: u64, size: u64) -> Steps {
    let mut steps = Steps {
        turns: Vec::new(),
        whole: true,
    };
    let (mut from, mut lo, mut hi) = (start, 0, size);
    while !(from == lo && end == hi) {
        let middle = lo + split(hi - lo);
        if end <= middle {
            steps.turns.push(Turn::Left);
            hi = middle;
        } else if from >= middle {
            steps.turns.push(Turn::Right);
            lo = middle;
        } else {
            steps.turns.push(Turn::Both);
            steps.whole = false;
            (from, lo) = (middle, middle);
        }
    }
    steps
}

/// Computes the roots of `[start, end)` and of the whole tree from a proof, bottom up. `known` is the
/// node at the bottom when the proof does not begin with it.
fn climb(
    start: u64,
    end: u64,
    size: u64,
    known: Option<Hash>,
    proof: &[Hash],
) -> Result<(Hash, Hash), ProofError> {
    let Steps { turns, .. } = steps(start, end, size);
    let expected = turns.len() + usize::from(known.is_none());
    let length = ProofError::Length {
        found: proof.len(),
        expected,
    };
    if proof.len() != expected {
        return Err(length);
    }
    let (bottom, siblings) = match known {
        Some(known) => (known, proof),
        None => proof
            .split_first()
            .map(|(first, rest)| (*first, rest))
            .ok_or(length)?,
    };
    let (mut sub, mut full) = (bottom, bottom);
    for (turn, sibling) in turns.iter().rev().zip(siblings) {
        match turn {
            Turn::Left => full = node_hash(&full, sibling),
            Turn::Right => full = node_hash(sibling, &full),
            Turn::Both => {
                sub = node_hash(sibling, &sub);
                full = node_hash(sibling, &full);
            }
        }
    }
    Ok((sub, full))
}
