//! [`Frontier`]: the roots of the perfect subtrees of a tree, largest first (a compact range).

use super::{empty_root, node_hash};
use crate::hash::{Hash, SizeError, TreeSize};

/// Everything that is needed to append to a tree and to know its root: one hash for each 1 bit of
/// its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: TreeSize,
    hashes: Vec<Hash>,
}

/// Why hashes are no frontier, or a subtree cannot be appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// A tree of this size has another number of perfect subtrees.
    #[error("a tree of {size} leaves has {expected} perfect subtrees, not {found}")]
    Count {
        /// Of the tree.
        size: TreeSize,
        /// How many 1 bits it has.
        expected: usize,
        /// How many hashes were given.
        found: usize,
    },
    /// The tree does not end where a subtree of that height could start.
    #[error("a subtree of height {height} cannot start at {size}")]
    Unaligned {
        /// Of the tree.
        size: TreeSize,
        /// Of the subtree: it has 2^height leaves.
        height: u8,
    },
    /// The tree would become too large.
    #[error(transparent)]
    Size(#[from] SizeError),
}

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the roots of the perfect subtrees, largest first.
    ///
    /// # Errors
    /// [`FrontierError::Count`] unless there is one for each 1 bit of the size.
    pub fn from_parts(size: TreeSize, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        let expected = size.get().count_ones() as usize;
        if hashes.len() != expected {
            return Err(FrontierError::Count {
                size,
                expected,
                found: hashes.len(),
            });
        }
        Ok(Self { size, hashes })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.size
    }

    /// The roots of the perfect subtrees, largest first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf, given as its hash.
    ///
    /// # Errors
    /// [`FrontierError::Size`] when the tree is full.
    pub fn push(&mut self, leaf_hash: Hash) -> Result<(), FrontierError> {
        self.push_noting(leaf_hash, |_, _| {})
    }

    /// Appends a leaf and tells of every inner node that it completes: height and hash, from 1 up.
    ///
    /// # Errors
    /// [`FrontierError::Size`] when the tree is full.
    pub fn push_noting(
        &mut self,
        leaf_hash: Hash,
        completed: impl FnMut(u8, &Hash),
    ) -> Result<(), FrontierError> {
        self.push_at(0, leaf_hash, completed)
    }

    /// Appends a perfect subtree of 2^`height` leaves, given as its root.
    ///
    /// # Errors
    /// [`FrontierError::Unaligned`] unless the size is a multiple of 2^`height`;
    /// [`FrontierError::Size`] when the tree would become too large.
    pub fn push_subtree(&mut self, height: u8, root: Hash) -> Result<(), FrontierError> {
        self.push_at(height, root, |_, _| {})
    }

    fn push_at(
        &mut self,
        height: u8,
        root: Hash,
        mut completed: impl FnMut(u8, &Hash),
    ) -> Result<(), FrontierError> {
        let size = self.size.get();
        if u32::from(height) > size.trailing_zeros().min(63) {
            return Err(FrontierError::Unaligned {
                size: self.size,
                height,
            });
        }
        let grown = self.size.grown(1 << height)?;
        let mut hash = root;
        let mut height_now = height;
        // Like a carry: every 1 bit above is a subtree that is now a left half.
        while size >> height_now & 1 == 1 {
            let left = self
                .hashes
                .pop()
                .expect("there is a hash for every 1 bit of the size");
            hash = node_hash(&left, &hash);
            height_now += 1;
            completed(height_now, &hash);
        }
        self.hashes.push(hash);
        self.size = grown;
        Ok(())
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut smallest_first = self.hashes.iter().rev();
        let Some(&smallest) = smallest_first.next() else {
            return empty_root();
        };
        smallest_first.fold(smallest, |right, left| node_hash(left, &right))
    }
}
