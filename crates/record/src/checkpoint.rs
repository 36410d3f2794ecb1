//! Checkpoints ([c2sp.org/tlog-checkpoint](https://c2sp.org/tlog-checkpoint)): what a log had become at
//! a size, and who says so.
//!
//! ```text
//! <origin>
//! <decimal size>
//! <base64 root>
//! ```
//!
//! Extension lines are refused: an ML-DSA-44 line would not cover them. A value of a `Verified…` type
//! can only come from verification, so a function that takes one need not ask again.

mod verifier;

pub use verifier::{
    CheckpointError, LogVerifier, ReceiptVerifier, VerifiedCheckpoint, VerifiedReceipt,
    VerifiedWitness, WitnessVerifier,
};
pub(crate) use verifier::{host_of, pair};

use std::fmt;

use crate::decimal;
use crate::hash::{Hash, SizeError, TreeSize};
use crate::name::{KeyName, NameError};
use crate::tree::{ProofError, empty_root, verify_consistency};

/// Origin, size and root of a log; a claim until its note is verified.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    origin: KeyName,
    size: TreeSize,
    root: Hash,
}

/// Why a note text is no checkpoint of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseCheckpointError {
    /// There are fewer than three lines, or the last one does not end.
    #[error("a checkpoint has three lines, each with its line feed")]
    Lines,
    /// Lines after the root are not covered by every signature.
    #[error("a checkpoint with extension lines")]
    Extension,
    /// The first line is no origin.
    #[error("the origin is none: {0}")]
    Origin(#[from] NameError),
    /// The second line is no size.
    #[error("the size is not a decimal number without leading zeros")]
    SizeSyntax,
    /// The size is beyond what we handle.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The third line is no hash.
    #[error("the root is not the base64 of 32 bytes")]
    Root,
    /// The empty tree has one root only.
    #[error("size 0 with another root than that of the empty tree")]
    EmptyRoot,
}

impl Checkpoint {
    /// Takes the three parts.
    ///
    /// # Errors
    /// [`ParseCheckpointError::EmptyRoot`] when the size is 0 and the root is another.
    pub fn new(origin: KeyName, size: TreeSize, root: Hash) -> Result<Self, ParseCheckpointError> {
        if size == TreeSize::ZERO && root != empty_root() {
            return Err(ParseCheckpointError::EmptyRoot);
        }
        Ok(Self { origin, size, root })
    }

    /// Reads a note text.
    ///
    /// # Errors
    /// [`ParseCheckpointError`].
    pub fn parse(text: &str) -> Result<Self, ParseCheckpointError> {
        let text = text.strip_suffix('\n').ok_or(ParseCheckpointError::Lines)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(ParseCheckpointError::Lines);
        };
        if lines.next().is_some() {
            return Err(ParseCheckpointError::Extension);
        }
        let origin = origin.parse()?;
        let size = decimal::parse(size).ok_or(ParseCheckpointError::SizeSyntax)?;
        let root = root.parse().map_err(|_| ParseCheckpointError::Root)?;
        Self::new(origin, TreeSize::new(size)?, root)
    }

    /// The note text.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Which log.
    #[must_use]
    pub fn origin(&self) -> &KeyName {
        &self.origin
    }

    /// How many entries.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.size
    }

    /// The root of the tree at that size.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Checks that this is a later (or the same) state of the log that the older checkpoint shows. Every
    /// tree continues the empty one, and then the proof is empty.
    ///
    /// # Errors
    /// [`GrowthError`].
    pub fn continues(&self, older: &Self, proof: &[Hash]) -> Result<(), GrowthError> {
        if self.origin != older.origin {
            return Err(GrowthError::OtherLog(
                older.origin.clone(),
                self.origin.clone(),
            ));
        }
        if older.size == TreeSize::ZERO {
            return match proof.len() {
                0 => Ok(()),
                found => Err(ProofError::Length { found, expected: 0 }.into()),
            };
        }
        Ok(verify_consistency(
            older.size,
            self.size,
            proof,
            &older.root,
            &self.root,
        )?)
    }
}

/// Why one checkpoint does not continue another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrowthError {
    /// They are of two logs.
    #[error("checkpoints of two logs: {0} and {1}")]
    OtherLog(KeyName, KeyName),
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checkpoint({} {} {})", self.origin, self.size, self.root)
    }
}
