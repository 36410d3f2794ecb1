//! Evidence of a fork (ours, `docs/FORMATS.md` §8): a log has signed two histories.
//!
//! Either two notes of one size and two roots, or two notes of two sizes and a valid consistency proof
//! from another root at the older size to the newer checkpoint. Nobody but the log can make it, and it
//! needs nobody else to be believed.

use json::{AdmissionError, Canonical, EncodeError, Limits};
use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::name::KeyName;
use crate::note::{NoteError, SignedNote};
use crate::policy::{Judged, JudgementError, Policy};
use crate::tree::{ProofError, verify_consistency};

/// The longest fork evidence in bytes: two notes and a path.
pub const FORK_BYTES_MAX: usize = 256 * 1024;

const VERSION: u64 = 1;

/// Evidence of a fork, put together or read; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkEvidence {
    older: SignedNote,
    newer: SignedNote,
    other_history: Option<(Hash, Vec<Hash>)>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consistency: Option<Vec<Hash>>,
    newer: String,
    older: String,
    proof: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<Hash>,
    v: u64,
}

/// Why something is no evidence of a fork.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForkError {
    /// It is not canonical JSON.
    #[error("the evidence is not canonical JSON: {0}")]
    NotCanonical(#[from] AdmissionError),
    /// A member is missing, or has the wrong form, or it is another kind of proof.
    #[error("the evidence has not the members of one: {0}")]
    Members(String),
    /// The version is another.
    #[error("fork evidence of version {0}, known is {VERSION}")]
    Version(u64),
    /// A checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The log has not signed one of them.
    #[error(transparent)]
    Judgement(#[from] JudgementError),
    /// The checkpoints are of two logs.
    #[error("checkpoints of two logs: {0} and {1}")]
    OtherLog(KeyName, KeyName),
    /// The sizes differ, and nothing shows that the roots do not fit.
    #[error("the sizes differ, and there is no root and consistency proof")]
    NoOtherHistory,
    /// The sizes are equal, and there is a consistency proof.
    #[error("the sizes are equal, and there is a root and consistency proof")]
    NeedlessProof,
    /// The first checkpoint is the larger one.
    #[error("the older checkpoint has size {older}, the newer {newer}")]
    Order {
        /// Size of the first.
        older: u64,
        /// Size of the second.
        newer: u64,
    },
    /// There is one history only.
    #[error("both checkpoints fit into one history")]
    NoFork,
    /// The consistency proof does not hold.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// Proved: the log has signed two histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedFork {
    older: Judged,
    newer: Judged,
    other_root: Hash,
}

impl ProvedFork {
    /// The log.
    #[must_use]
    pub fn log(&self) -> &KeyName {
        self.older.checkpoint().origin()
    }

    /// The older (or one) checkpoint.
    #[must_use]
    pub fn older(&self) -> &Judged {
        &self.older
    }

    /// The newer (or other) checkpoint.
    #[must_use]
    pub fn newer(&self) -> &Judged {
        &self.newer
    }

    /// The root at the size of the older checkpoint in the history of the newer one.
    #[must_use]
    pub fn other_root(&self) -> &Hash {
        &self.other_root
    }
}

impl ForkEvidence {
    /// Two checkpoints of one size.
    #[must_use]
    pub fn same_size(older: SignedNote, newer: SignedNote) -> Self {
        Self {
            older,
            newer,
            other_history: None,
        }
    }

    /// An older checkpoint, and a newer one whose history had that other root at the older size.
    #[must_use]
    pub fn diverging(
        older: SignedNote,
        newer: SignedNote,
        other_root: Hash,
        consistency: Vec<Hash>,
    ) -> Self {
        Self {
            older,
            newer,
            other_history: Some((other_root, consistency)),
        }
    }

    /// The file: canonical JSON.
    ///
    /// # Errors
    /// [`EncodeError`] (not with notes and proofs within their limits).
    pub fn encode(&self) -> Result<Canonical, EncodeError> {
        let (root, consistency) = self.other_history.clone().unzip();
        json::canonical(&Written {
            consistency,
            newer: self.newer.as_str().to_owned(),
            older: self.older.as_str().to_owned(),
            proof: "fork".to_owned(),
            root,
            v: VERSION,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`ForkError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ForkError> {
        let limits = Limits {
            bytes_max: FORK_BYTES_MAX,
            ..Limits::default()
        };
        json::is_canonical(bytes, &limits)?;
        let written: Written =
            serde_json::from_slice(bytes).map_err(|err| ForkError::Members(err.to_string()))?;
        if written.proof != "fork" {
            return Err(ForkError::Members(format!("proof is {:?}", written.proof)));
        }
        if written.v != VERSION {
            return Err(ForkError::Version(written.v));
        }
        let other_history = match (written.root, written.consistency) {
            (None, None) => None,
            (Some(root), Some(consistency)) => Some((root, consistency)),
            _ => {
                return Err(ForkError::Members(
                    "root and consistency go together".to_owned(),
                ));
            }
        };
        Ok(Self {
            older: SignedNote::parse(written.older.as_bytes())?,
            newer: SignedNote::parse(written.newer.as_bytes())?,
            other_history,
        })
    }

    /// Verifies that the log has signed both checkpoints and that they do not fit into one history. The
    /// quorum of the policy does not matter: a log that forks is not excused by missing witnesses.
    ///
    /// # Errors
    /// [`ForkError`].
    pub fn verify(&self, policy: &Policy) -> Result<ProvedFork, ForkError> {
        let (older, newer) = (
            policy.judge_log(&self.older)?,
            policy.judge_log(&self.newer)?,
        );
        let (old, new) = (older.checkpoint(), newer.checkpoint());
        if old.origin() != new.origin() {
            return Err(ForkError::OtherLog(
                old.origin().clone(),
                new.origin().clone(),
            ));
        }
        if old.size() > new.size() {
            let (older, newer) = (old.size().get(), new.size().get());
            return Err(ForkError::Order { older, newer });
        }
        let other_root = match (&self.other_history, old.size() == new.size()) {
            (None, false) => return Err(ForkError::NoOtherHistory),
            (Some(_), true) => return Err(ForkError::NeedlessProof),
            (None, true) => *new.root(),
            (Some((root, proof)), false) => {
                verify_consistency(old.size(), new.size(), proof, root, new.root())?;
                *root
            }
        };
        if other_root == *old.root() {
            return Err(ForkError::NoFork);
        }
        Ok(ProvedFork {
            older,
            newer,
            other_root,
        })
    }
}
