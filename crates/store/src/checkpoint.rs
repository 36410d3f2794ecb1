//! Checkpoints of logs, and the lines of those who countersigned them.

use crate::item::Hash;

/// A checkpoint as its log signed it. The store trusts the caller that it was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Entries covered; at most [`LOG_SIZE_MAX`](crate::LOG_SIZE_MAX).
    pub size: u64,
    /// Root of the tree.
    pub root: Hash,
    /// As the log signed it, unix seconds.
    pub time: u64,
    /// The signed note: the text and the log's own lines, no cosignatures.
    pub note: String,
}

/// What a cosigner means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CosignatureKind {
    /// A party holds everything up to here.
    Receipt,
    /// A witness saw this checkpoint follow from the last one.
    Witness,
}

/// One line of a cosigner under a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureLine {
    /// Signature type byte of the key.
    pub algorithm: u8,
    /// The key id, its four bytes big-endian.
    pub key_id: u32,
    /// As cosigned, unix seconds.
    pub time: u64,
    /// The signature line, without its line feed.
    pub line: String,
}

/// All lines of one cosigner under one checkpoint, complete in the caller's judgement: a receipt with
/// both its algorithms, say. They are stored together, and count as one cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// Receipt or witness.
    pub kind: CosignatureKind,
    /// Key name of the cosigner.
    pub name: String,
    /// Its lines, ordered by algorithm and key id when read.
    pub lines: Vec<CosignatureLine>,
}

/// A checkpoint with every cosignature held, ordered by kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Who countersigned it.
    pub cosignatures: Vec<Cosignature>,
}

/// The largest size of a log that one cosigner has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestCosigned {
    /// Receipt or witness.
    pub kind: CosignatureKind,
    /// Key name of the cosigner.
    pub name: String,
    /// The size.
    pub size: u64,
    /// The newest time it signed at that size, unix seconds.
    pub time: u64,
}
