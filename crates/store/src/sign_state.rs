//! Sign-state: what this node signed last, so that it never signs two histories (the record's rule R2).
//!
//! It is kept apart from the store because it must not be restored with it: a node whose sign-state is
//! missing or behind was restored, and closes its logs (R5).

mod file;

use async_trait::async_trait;

pub use file::{FileSignState, SIGN_STATE_FILE};

use crate::error::StoreError;
use crate::item::Hash;

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignedKind {
    /// A checkpoint of a log of ours.
    Checkpoint,
    /// A receipt on another party's log.
    Receipt,
}

/// What was signed last of one kind on one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Entries covered.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// As signed, unix seconds.
    pub time: u64,
    /// What was signed, whole.
    pub note: String,
}

impl Signed {
    /// What it is compared by.
    pub fn mark(&self) -> Mark {
        Mark {
            size: self.size,
            root: self.root,
            time: self.time,
        }
    }
}

/// A [`Signed`] without its note: what a caller believes was signed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Entries covered.
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// As signed, unix seconds.
    pub time: u64,
}

/// Why nothing was recorded, and so nothing may leave this node.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignStateError {
    /// Something else was signed last than the caller believes.
    #[error("sign-state of {origin} is not what was expected, found {}", at(.found))]
    Conflict {
        /// The log.
        origin: String,
        /// What was signed last.
        found: Option<Mark>,
    },
    /// A log only grows.
    #[error("{origin} was signed at {signed}, refusing to sign it at {next}")]
    Shrinks {
        /// The log.
        origin: String,
        /// The size signed last.
        signed: u64,
        /// The size asked for.
        next: u64,
    },
    /// One size has one root.
    #[error("{origin} was signed at {size} with another root")]
    RootDiffers {
        /// The log.
        origin: String,
        /// The size of both.
        size: u64,
    },
    /// Times are never signed backwards.
    #[error("{origin} was signed at time {signed}, refusing to sign at {next}")]
    TimeGoesBack {
        /// The log.
        origin: String,
        /// The time signed last, unix seconds.
        signed: u64,
        /// The time asked for, unix seconds.
        next: u64,
    },
    /// It could not be read or kept. After [`StoreError::Backend`] and its like it is not known whether
    /// it was: load again before signing anything.
    #[error("sign-state: {0}")]
    Store(#[from] StoreError),
}

fn at(found: &Option<Mark>) -> String {
    found.map_or_else(
        || "nothing".to_owned(),
        |mark| format!("size {}", mark.size),
    )
}

/// What this node signed last on each log.
///
/// - When [`advance`](SignState::advance) returns `Ok`, it is durable; only then may the signature leave.
/// - Of two that advance from the same state, one gets `Conflict`.
/// - What was loaded never goes back, whoever asks.
#[async_trait]
pub trait SignState: Send + Sync {
    /// What was signed last of that kind on that log.
    async fn load(&self, kind: SignedKind, origin: &str) -> Result<Option<Signed>, SignStateError>;

    /// Records `next` if `previous` is what was signed last. The same size and root again, at the same
    /// or a later time, is a fresh signature over the same tree, and allowed.
    ///
    /// # Errors
    /// In this order: [`SignStateError::Conflict`], [`SignStateError::Shrinks`],
    /// [`SignStateError::RootDiffers`], [`SignStateError::TimeGoesBack`]; [`SignStateError::Store`].
    async fn advance(
        &self,
        kind: SignedKind,
        origin: &str,
        previous: Option<Mark>,
        next: Signed,
    ) -> Result<(), SignStateError>;

    /// All of it, by kind, then origin.
    async fn all(&self) -> Result<Vec<(SignedKind, String, Signed)>, SignStateError>;
}

/// The rule, for every implementation: what may follow what.
fn follows(origin: &str, found: Option<Mark>, next: &Signed) -> Result<(), SignStateError> {
    let Some(found) = found else { return Ok(()) };
    let origin = || origin.to_owned();
    if next.size < found.size {
        return Err(SignStateError::Shrinks {
            origin: origin(),
            signed: found.size,
            next: next.size,
        });
    }
    if next.size == found.size && next.root != found.root {
        return Err(SignStateError::RootDiffers {
            origin: origin(),
            size: found.size,
        });
    }
    if next.time < found.time {
        return Err(SignStateError::TimeGoesBack {
            origin: origin(),
            signed: found.time,
            next: next.time,
        });
    }
    Ok(())
}
