//! Control content: what a node says about logs, in its own log (`docs/FORMATS.md` §5).

use json::{AdmissionError, Canonical, EncodeError, Limits};
use serde::{Deserialize, Serialize};

use crate::hash::LeafIndex;
use crate::name::Origin;

const VERSION: u64 = 1;

/// The longest control content in bytes: a note, and little around it.
pub const CONTROL_BYTES_MAX: usize = 256 * 1024;

/// One control content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// This node could not hold what an entry commits to; a receipt may cover it nevertheless.
    Exception {
        /// The log of the entry.
        log: Origin,
        /// Its index.
        index: LeafIndex,
        /// Why.
        reason: ExceptionReason,
    },
    /// Now it can.
    Resolved {
        /// The log of the entry.
        log: Origin,
        /// Its index.
        index: LeafIndex,
    },
    /// A key change of this log; as entry 1 of a successor, what makes it one.
    Declaration {
        /// The declaration: a signed note ([`crate::declaration`]).
        note: String,
    },
    /// The last entry of a log that was closed in good order.
    Closed {
        /// Why, in words.
        reason: String,
        /// The log that goes on.
        successor: Origin,
    },
}

/// Why a node could not hold what an entry commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionReason {
    /// Nobody served it.
    Missing,
    /// What was served does not match the entry.
    Mismatched,
    /// It is larger than this node takes.
    TooLarge,
    /// It matches, and is not what a head or a content may be.
    Malformed,
}

/// Why bytes are no control content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// They are not canonical JSON.
    #[error("control content is not canonical JSON: {0}")]
    NotCanonical(#[from] AdmissionError),
    /// A member is missing, or has the wrong form, or the kind is not known.
    #[error("control content has not the members of one: {0}")]
    Members(String),
    /// The version is another.
    #[error("control content of version {0}, known is {VERSION}")]
    Version(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "control", rename_all = "snake_case")]
enum Written {
    Exception {
        v: u64,
        log: Origin,
        index: LeafIndex,
        reason: ExceptionReason,
    },
    Resolved {
        v: u64,
        log: Origin,
        index: LeafIndex,
    },
    Declaration {
        v: u64,
        note: String,
    },
    Closed {
        v: u64,
        reason: String,
        successor: Origin,
    },
}

impl Control {
    /// The canonical bytes.
    ///
    /// # Errors
    /// [`EncodeError`] when it is longer than [`CONTROL_BYTES_MAX`].
    pub fn encode(&self) -> Result<Canonical, EncodeError> {
        let v = VERSION;
        let bytes = json::canonical(&match self.clone() {
            Self::Exception { log, index, reason } => Written::Exception {
                v,
                log,
                index,
                reason,
            },
            Self::Resolved { log, index } => Written::Resolved { v, log, index },
            Self::Declaration { note } => Written::Declaration { v, note },
            Self::Closed { reason, successor } => Written::Closed {
                v,
                reason,
                successor,
            },
        })?;
        if bytes.len() > CONTROL_BYTES_MAX {
            let (bytes, bytes_max) = (bytes.len(), CONTROL_BYTES_MAX);
            return Err(AdmissionError::TooLarge { bytes, bytes_max }.into());
        }
        Ok(bytes)
    }

    /// Reads the bytes of one.
    ///
    /// # Errors
    /// [`ControlError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ControlError> {
        let limits = Limits {
            bytes_max: CONTROL_BYTES_MAX,
            ..Limits::default()
        };
        json::is_canonical(bytes, &limits)?;
        let written: Written =
            serde_json::from_slice(bytes).map_err(|err| ControlError::Members(err.to_string()))?;
        let (v, control) = match written {
            Written::Exception {
                v,
                log,
                index,
                reason,
            } => (v, Self::Exception { log, index, reason }),
            Written::Resolved { v, log, index } => (v, Self::Resolved { log, index }),
            Written::Declaration { v, note } => (v, Self::Declaration { note }),
            Written::Closed {
                v,
                reason,
                successor,
            } => (v, Self::Closed { reason, successor }),
        };
        if v == VERSION {
            Ok(control)
        } else {
            Err(ControlError::Version(v))
        }
    }
}
