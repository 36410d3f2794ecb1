//! Proofs of one item ([c2sp.org/tlog-proof](https://c2sp.org/tlog-proof), `docs/FORMATS.md` §8).
//!
//! The file stands alone: what the item is (as far as it is disclosed), that it is in the log, and the
//! checkpoint with the lines of the log, the receivers and the witnesses. A [`Policy`] says who is
//! believed.

use std::fmt::Write as _;

use crate::base64;
use crate::checkpoint::Checkpoint;
use crate::decimal;
use crate::entry::Entry;
use crate::hash::{Hash, LeafIndex, SizeError};
use crate::name::{NameError, Origin};
use crate::note::{NoteError, SignedNote};
use crate::opening::{OpenError, Opened, Opening, Place, open};
use crate::package::{PackageError, PackedItem};
use crate::policy::{Judged, JudgementError, Policy};
use crate::tree::{PROOF_HASHES_MAX, ProofError, verify_inclusion};

/// The first line.
pub const PROOF_FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// The longest proof file in bytes.
pub const PROOF_BYTES_MAX: usize = 1024 * 1024;

/// A content longer than this, in bytes, lies in a file beside the proof (`docs/FORMATS.md` §10).
pub const PROOF_INLINE_CONTENT_BYTES_MAX: usize = 256 * 1024;

/// A proof file, read; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    index: LeafIndex,
    hashes: Vec<Hash>,
    note: SignedNote,
}

/// Why bytes are no proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseProofError {
    /// It is too long.
    #[error("a proof of {bytes} bytes, the limit is {PROOF_BYTES_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is not text.
    #[error("a proof that is not UTF-8")]
    NotUtf8,
    /// The first line is another.
    #[error("the first line is not {PROOF_FORMAT}")]
    Format,
    /// The second line is neither `extra` nor `index`, or its base64 is none.
    #[error("the extra data is malformed")]
    Extra,
    /// The index line is missing or malformed.
    #[error("the index is malformed")]
    Index,
    /// The index is beyond what we handle.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// A line of the path is no hash.
    #[error("hash {0} of the path is malformed")]
    Hash(usize),
    /// The path is longer than any tree is deep.
    #[error("a path of more than {PROOF_HASHES_MAX} hashes")]
    TooManyHashes,
    /// No blank line before the checkpoint.
    #[error("no blank line before the checkpoint")]
    NoBlankLine,
    /// The checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyProofError {
    /// There is no packed item in it.
    #[error("the proof does not say what it is about")]
    NoItem,
    /// The packed item is none.
    #[error(transparent)]
    Item(#[from] PackageError),
    /// The opening discloses nothing, so there is no entry to look for.
    #[error("the opening in the proof discloses nothing")]
    Withheld,
    /// The content is in the proof and beside it.
    #[error("a content is given beside the proof, which has one inside")]
    TwoContents,
    /// The checkpoint does not satisfy the policy.
    #[error(transparent)]
    Judgement(#[from] JudgementError),
    /// The log is none of ours.
    #[error(transparent)]
    Origin(#[from] NameError),
    /// The entry is not in the tree.
    #[error("the entry is not in the log at that index: {0}")]
    Inclusion(#[from] ProofError),
    /// The opening does not open the entry.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// An item that is proved to be in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedItem {
    log: Origin,
    index: LeafIndex,
    entry: Entry,
    opened: Opened,
    content: Option<Vec<u8>>,
    judged: Judged,
}

impl ProvedItem {
    /// The log it is in.
    #[must_use]
    pub fn log(&self) -> &Origin {
        &self.log
    }

    /// Its index there.
    #[must_use]
    pub fn index(&self) -> LeafIndex {
        self.index
    }

    /// The leaf.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What it is, up to the level that is proved.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Its content, if that is proved.
    #[must_use]
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The checkpoint that covers it, and who vouches for that since when.
    #[must_use]
    pub fn judged(&self) -> &Judged {
        &self.judged
    }
}

impl TlogProof {
    /// Puts a proof of any kind together.
    #[must_use]
    pub fn new(
        extra: Option<Vec<u8>>,
        index: LeafIndex,
        hashes: Vec<Hash>,
        note: SignedNote,
    ) -> Self {
        Self {
            extra,
            index,
            hashes,
            note,
        }
    }

    /// Puts the proof of one item together, at the level of its opening. A content that is too large
    /// to be inside is left out, and goes into a file beside it.
    ///
    /// # Errors
    /// [`PackageError::ContentUndisclosed`] for a content beside an opening that does not disclose it.
    pub fn of_item(
        opening: Opening,
        content: Option<&[u8]>,
        index: LeafIndex,
        hashes: Vec<Hash>,
        note: SignedNote,
    ) -> Result<Self, PackageError> {
        let content = content.filter(|content| content.len() <= PROOF_INLINE_CONTENT_BYTES_MAX);
        let extra = PackedItem { opening, content }.encode()?;
        Ok(Self::new(Some(extra), index, hashes, note))
    }

    /// The opaque data; not authenticated.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index that is claimed.
    #[must_use]
    pub fn index(&self) -> LeafIndex {
        self.index
    }

    /// The path from the leaf's sibling to the root's child.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The checkpoint's note.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Reads a proof file.
    ///
    /// # Errors
    /// [`ParseProofError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseProofError> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ParseProofError::TooLarge { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ParseProofError::NotUtf8)?;
        let (head, note) = text
            .split_once("\n\n")
            .ok_or(ParseProofError::NoBlankLine)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(PROOF_FORMAT) {
            return Err(ParseProofError::Format);
        }
        let mut line = lines.next().ok_or(ParseProofError::Index)?;
        let mut extra = None;
        if let Some(data) = line.strip_prefix("extra ") {
            extra = Some(base64::decode(data).ok_or(ParseProofError::Extra)?);
            line = lines.next().ok_or(ParseProofError::Index)?;
        }
        let index = line.strip_prefix("index ").and_then(decimal::parse);
        let index = LeafIndex::new(index.ok_or(ParseProofError::Index)?)?;
        let mut hashes = Vec::new();
        for (at, line) in lines.enumerate() {
            if at == PROOF_HASHES_MAX {
                return Err(ParseProofError::TooManyHashes);
            }
            hashes.push(line.parse().map_err(|_| ParseProofError::Hash(at))?);
        }
        Ok(Self {
            extra,
            index,
            hashes,
            note: SignedNote::parse(note.as_bytes())?,
        })
    }

    /// The file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{PROOF_FORMAT}\n");
        if let Some(extra) = &self.extra {
            text.push_str("extra ");
            text.push_str(&base64::encode(extra));
            text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "index {}", self.index);
        for hash in &self.hashes {
            let _ = writeln!(text, "{hash}");
        }
        text.push('\n');
        text.push_str(self.note.as_str());
        text
    }

    /// Verifies the proof of an item. `beside` is the content when it lies in a file of its own.
    ///
    /// # Errors
    /// [`VerifyProofError`].
    pub fn verify(
        &self,
        policy: &Policy,
        beside: Option<&[u8]>,
    ) -> Result<ProvedItem, VerifyProofError> {
        let item = PackedItem::parse(self.extra.as_deref().ok_or(VerifyProofError::NoItem)?)?;
        let content = match (item.content, beside) {
            (Some(_), Some(_)) => return Err(VerifyProofError::TwoContents),
            (inside, beside) => inside.or(beside),
        };
        let entry = item.opening.entry().ok_or(VerifyProofError::Withheld)?;
        let judged = policy.judge(&self.note)?;
        let checkpoint: &Checkpoint = judged.checkpoint();
        let leaf = entry.leaf_hash();
        verify_inclusion(
            &leaf,
            self.index,
            checkpoint.size(),
            &self.hashes,
            checkpoint.root(),
        )?;
        let log = Origin::try_from(checkpoint.origin())?;
        let place = Place {
            log: &log,
            index: self.index,
        };
        let opened = open(&entry, &item.opening, place, content)?;
        let content = content.map(<[u8]>::to_vec);
        Ok(ProvedItem {
            log,
            index: self.index,
            entry,
            opened,
            content,
            judged,
        })
    }
}
