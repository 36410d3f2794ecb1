//! What goes over the wire to a witness or mirror
//! ([c2sp.org/tlog-witness](https://c2sp.org/tlog-witness),
//! [c2sp.org/tlog-mirror](https://c2sp.org/tlog-mirror)).
//!
//! A witness's answer, lines of a note, is read by [`crate::note::SignatureLine::parse_all`].

mod add_entries;

pub use add_entries::{
    AddEntriesError, AddEntriesHeader, EntriesPackage, MirrorInfo, PackageRange, TICKET_BYTES_MAX,
    package_ranges,
};

use std::fmt::Write as _;

use crate::decimal;
use crate::hash::{Hash, SizeError, TreeSize};
use crate::note::{NOTE_BYTES_MAX, NoteError, SignedNote};
use crate::tree::PROOF_HASHES_MAX;

/// The longest add-checkpoint request in bytes: a note, a size, 63 hashes.
pub const ADD_CHECKPOINT_BYTES_MAX: usize = NOTE_BYTES_MAX + 32 + PROOF_HASHES_MAX * 45;

/// The body of an add-checkpoint request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness is believed to have cosigned last.
    pub old: TreeSize,
    /// The consistency proof from there.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub note: SignedNote,
}

/// Why bytes are no add-checkpoint request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    /// It is too long.
    #[error("a request of {bytes} bytes, the limit is {ADD_CHECKPOINT_BYTES_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is not text.
    #[error("a request that is not UTF-8")]
    NotUtf8,
    /// No blank line before the checkpoint.
    #[error("no blank line before the checkpoint")]
    NoBlankLine,
    /// The first line is not `old <size>`.
    #[error("the first line is not `old` and a size")]
    OldSize,
    /// The size is beyond what we handle.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// A line of the proof is no hash.
    #[error("hash {0} of the consistency proof is malformed")]
    Hash(usize),
    /// There are too many of them.
    #[error("a consistency proof of more than {PROOF_HASHES_MAX} hashes")]
    TooManyHashes,
    /// The checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl AddCheckpoint {
    /// Reads a request body.
    ///
    /// # Errors
    /// [`AddCheckpointError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AddCheckpointError> {
        if bytes.len() > ADD_CHECKPOINT_BYTES_MAX {
            return Err(AddCheckpointError::TooLarge { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| AddCheckpointError::NotUtf8)?;
        let (head, note) = text
            .split_once("\n\n")
            .ok_or(AddCheckpointError::NoBlankLine)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old
            .and_then(decimal::parse)
            .ok_or(AddCheckpointError::OldSize)?;
        let mut proof = Vec::new();
        for (at, line) in lines.enumerate() {
            if at == PROOF_HASHES_MAX {
                return Err(AddCheckpointError::TooManyHashes);
            }
            proof.push(line.parse().map_err(|_| AddCheckpointError::Hash(at))?);
        }
        let note = SignedNote::parse(note.as_bytes())?;
        Ok(Self {
            old: TreeSize::new(old)?,
            proof,
            note,
        })
    }

    /// The request body.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{hash}");
        }
        text.push('\n');
        text.push_str(self.note.as_str());
        text
    }
}

/// The body of a `409 Conflict`: the size that was cosigned last (`text/x.tlog.size`).
#[must_use]
pub fn size_to_text(size: TreeSize) -> String {
    format!("{size}\n")
}

/// Reads the body of a `409 Conflict`; `None` when it is not a size on a line.
#[must_use]
pub fn parse_size(body: &[u8]) -> Option<TreeSize> {
    let line = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
    TreeSize::new(decimal::parse(line)?).ok()
}
