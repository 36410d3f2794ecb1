//! What can be wrong with a log, one variant for each way.

use crate::checkpoint::CheckpointError;
use crate::hash::{Hash, LeafIndex, TreeSize};
use crate::note::NoteError;
use crate::opening::{OpenError, OpeningError};
use crate::package::PackageError;
use crate::tile::{BundleId, TileId};
use crate::tree::FrontierError;

/// One thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no checkpoint that holds, so there is nothing to compare with.
    #[error("the log has no checkpoint that holds")]
    NoCheckpoint,
    /// A checkpoint is no note.
    #[error("checkpoint {number}: {reason}")]
    CheckpointNote {
        /// From 0, oldest first.
        number: usize,
        /// Why.
        reason: NoteError,
    },
    /// No keys that the log ever had have signed a checkpoint.
    #[error("checkpoint {number}: {reason}")]
    Checkpoint {
        /// From 0, oldest first.
        number: usize,
        /// Why, by the newest keys.
        reason: CheckpointError,
    },
    /// A checkpoint is smaller than one before it.
    #[error("checkpoint {number} has size {size}, an earlier one has {earlier}")]
    Shrunk {
        /// From 0, oldest first.
        number: usize,
        /// Its size.
        size: TreeSize,
        /// The larger size before.
        earlier: TreeSize,
    },
    /// A checkpoint states an earlier time than one before it.
    #[error("checkpoint {number} is signed at {time}, an earlier one at {earlier}")]
    TimeWentBack {
        /// From 0, oldest first.
        number: usize,
        /// Its time, in POSIX seconds.
        time: u64,
        /// The later time before.
        earlier: u64,
    },
    /// The entries give another root than a checkpoint states.
    #[error("the entries give root {computed} at size {size}, the checkpoint has {signed}")]
    Root {
        /// The size of the checkpoint.
        size: TreeSize,
        /// From the entries.
        computed: Hash,
        /// From the checkpoint.
        signed: Hash,
    },
    /// Entries that a checkpoint covers are not there. The tree cannot be computed any further.
    #[error("entries {0} are missing")]
    EntriesMissing(BundleId),
    /// Entries that a checkpoint covers are damaged. The tree cannot be computed any further.
    #[error("entries {id}: {reason}")]
    Entries {
        /// Which bundle.
        id: BundleId,
        /// Why.
        reason: PackageError,
    },
    /// A tile is not there.
    #[error("tile {0} is missing")]
    TileMissing(TileId),
    /// A tile is not what the entries give.
    #[error("tile {id} differs from the entries, first in hash {first}")]
    Tile {
        /// Which.
        id: TileId,
        /// The first hash that differs, from 0.
        first: usize,
    },
    /// An entry has no opening, not even one that withholds it.
    #[error("entry {0} has no opening")]
    OpeningMissing(LeafIndex),
    /// The opening of an entry is damaged.
    #[error("the opening of entry {index}: {reason}")]
    Opening {
        /// Of the entry.
        index: LeafIndex,
        /// Why.
        reason: OpeningError,
    },
    /// The opening or the content does not belong to the entry.
    #[error("entry {index}: {reason}")]
    Open {
        /// Of the entry.
        index: LeafIndex,
        /// Why.
        reason: OpenError,
    },
    /// The opening discloses a content that is not there.
    #[error("entry {0} has no content")]
    ContentMissing(LeafIndex),
    /// The tree would become too large.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
}

/// What was checked, wrong or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// The largest size that a checkpoint states.
    pub size: TreeSize,
    /// Checkpoints that hold.
    pub checkpoints: usize,
    /// Tiles that were compared.
    pub tiles: u64,
    /// Entries that were hashed.
    pub entries: u64,
    /// Entries whose content was checked.
    pub contents: u64,
    /// Entries that are erased or withheld.
    pub withheld: u64,
    /// Faults that were told.
    pub faults: u64,
}
