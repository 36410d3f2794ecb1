//! Fetching one log: checkpoint → signature → growth out of what is held → entries and packages, tile by tile, each
//! checked against the signed tree → every commitment → fsync. The receipt follows in [`super::receipt`].
//!
//! The tree is checked before its entries: the hashes of whole tiles (level 1) and of the two partial ones at the ends
//! are fetched first and must lead from the root held to the root signed. So each run of 256 entries can be
//! checked, stored and kept by itself, and a fetch that breaks off goes on at the last complete tile.

use record::{
    checkpoint::{CheckpointError, VerifiedCheckpoint},
    control::ExceptionReason,
    note::{NoteError, SignedNote},
};
use store::{Checkpoint, StoreError};

use crate::{
    directory::LogEntry,
    end::NotTheEnd,
    node::Node,
    resource::Resource,
    source::{Source, SourceError},
    sync::fork::{self, ForkError},
    trees::TreesError,
};
mod grown;
mod open;
mod runs;

pub(super) use open::excepted;
pub use open::{fetch_content, whole};

use grown::Grown;
use runs::fetch_runs;

/// What fetching a log brought.
#[derive(Debug, Clone, Default)]
pub struct Pulled {
    /// Entries held before.
    pub before: u64,
    /// Entries held now.
    pub after: u64,
    /// Entries of which less is held than there should be, and why.
    pub exceptions: Vec<(u64, ExceptionReason)>,
    /// The checkpoint that now covers all that is held.
    pub checkpoint: Option<VerifiedCheckpoint>,
}

/// Why a log was not brought up to date. Nothing that does not hold was stored.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source has no checkpoint of it.
    #[error("{0} has no such log")]
    NoSuchLog(String),
    /// The checkpoint is not signed as it must be.
    #[error("its checkpoint is not believed: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The note is none.
    #[error("its checkpoint is no note: {0}")]
    Note(#[from] NoteError),
    /// It is smaller than one its party signed before.
    #[error(
        "its size went back from {held} to {offered}; a node that was restored must open a successor"
    )]
    WentBack {
        /// The size signed before.
        held: u64,
        /// The size offered.
        offered: u64,
    },
    /// It was signed before one that is held and smaller.
    #[error("its checkpoint at size {size} was signed at {offered}, before the one held at {held}")]
    OldTime {
        /// The size offered.
        size: u64,
        /// The time held, POSIX seconds.
        held: u64,
        /// The time offered, POSIX seconds.
        offered: u64,
    },
    /// The log has ended, and this is signed with its old keys.
    #[error("its keys were replaced: {why}")]
    Ended {
        /// Why it is not the final checkpoint.
        why: NotTheEnd,
        /// The checkpoint, as it was signed.
        note: String,
    },
    /// Its party signed two histories. The evidence is kept.
    #[error("its party signed two histories: {0}")]
    Fork(String),
    /// What the source gave is not what was signed. No evidence against the party.
    #[error("{source_name} gave something else than what was signed: {what}")]
    Altered {
        /// The source.
        source_name: String,
        /// What was wrong.
        what: String,
    },
    /// There is evidence of a fork already.
    #[error("there is evidence that its party signed two histories; nothing more is taken from it")]
    Disputed,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tiles held here.
    #[error(transparent)]
    Trees(#[from] TreesError),
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
}

impl From<ForkError> for PullError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::Store(error) => Self::Store(error),
            ForkError::Trees(error) => Self::Trees(error),
        }
    }
}

/// Fetches what is new of a log from a source.
///
/// # Errors
/// [`PullError`]. What was stored before it stays, and the next call goes on there.
pub async fn pull(node: &Node, log: &LogEntry, source: &dyn Source) -> Result<Pulled, PullError> {
    if fork::is_disputed(node, log).await? {
        return Err(PullError::Disputed);
    }
    let note = source.fetch(&Resource::Checkpoint(log.hash)).await?;
    let note = note.ok_or_else(|| PullError::NoSuchLog(source.name()))?;
    let offered = log.verifier.verify(SignedNote::parse(&note)?)?;
    let before = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let held = node
        .store()
        .newest_checkpoint(log.id)
        .await?
        .map(|held| held.checkpoint);
    let pulled = Pulled {
        before,
        after: before,
        ..Pulled::default()
    };
    if let Some(Err(why)) = log.end.as_ref().map(|end| end.check(&offered)) {
        let known = held.as_ref().map(|held| held.size);
        match why {
            // A relay may lag. Whether this is of the past that ended there cannot be told, and the final one is all
            // that is needed.
            NotTheEnd::Earlier { .. } if known < Some(offered.size().get()) => return Ok(pulled),
            NotTheEnd::Earlier { .. } => {}
            // With both notes there is evidence: below.
            NotTheEnd::OtherRoot { .. } if known == Some(offered.size().get()) => {}
            NotTheEnd::Later { .. } | NotTheEnd::OtherRoot { .. } => {
                let note = offered.own_note().as_str().to_owned();
                return Err(PullError::Ended { why, note });
            }
        }
    }
    match follows(node, log, source, held.as_ref(), &offered).await? {
        // A relay may lag; the party itself may not.
        Follows::Stale => return Ok(pulled),
        Follows::Yes => {}
    }
    let size = offered.size().get();
    if before < size {
        let tree = Grown::fetch(node, log, source, before, &offered, held.as_ref()).await?;
        let mut pulled = Pulled {
            checkpoint: Some(offered.clone()),
            ..pulled
        };
        // From here on the checkpoint is known to follow from what is held.
        node.store()
            .put_checkpoint(log.id, to_store(&offered))
            .await?;
        fetch_runs(node, log, source, &tree, &offered, &mut pulled).await?;
        if let Some(held) = held.filter(|held| held.size > before && held.size < size) {
            passes_through(node, log, &held, &offered).await?;
        }
        node.saw(log, size, *offered.root().as_bytes());
        return Ok(pulled);
    }
    node.store()
        .put_checkpoint(log.id, to_store(&offered))
        .await?;
    node.saw(log, size, *offered.root().as_bytes());
    Ok(Pulled {
        checkpoint: Some(offered),
        ..pulled
    })
}

/// Checks that what was fetched has the root of a checkpoint that was believed and never fetched whole.
async fn passes_through(
    node: &Node,
    log: &LogEntry,
    held: &Checkpoint,
    offered: &VerifiedCheckpoint,
) -> Result<(), PullError> {
    let older = log
        .verifier
        .verify(SignedNote::parse(held.note.as_bytes())?)?;
    match fork::older(node, log, &to_store(offered), &older).await? {
        Some(words) => Err(PullError::Fork(words)),
        None => Ok(()),
    }
}

enum Follows {
    Yes,
    Stale,
}

/// Compares what is offered with the newest checkpoint that was ever believed, whether or not it was fetched whole.
async fn follows(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    held: Option<&Checkpoint>,
    offered: &VerifiedCheckpoint,
) -> Result<Follows, PullError> {
    let Some(held) = held else {
        return Ok(Follows::Yes);
    };
    let size = offered.size().get();
    if size == held.size && *offered.root().as_bytes() != held.root {
        let words = fork::same_size(node, log, held, offered).await?;
        return Err(PullError::Fork(words));
    }
    if size < held.size {
        // An older checkpoint with a root that is not one of our past is a fork all the same.
        if let Some(words) = fork::older(node, log, held, offered).await? {
            return Err(PullError::Fork(words));
        }
        // Its party has said that a closed log ended earlier than it is held here.
        return match source.name() == log.party.as_str() && log.closed.is_none() {
            true => Err(PullError::WentBack {
                held: held.size,
                offered: size,
            }),
            false => Ok(Follows::Stale),
        };
    }
    if offered.time() < held.time {
        // The same tree, signed earlier: an older heartbeat, which a relay may still have.
        if size == held.size && source.name() != log.party.as_str() {
            return Ok(Follows::Stale);
        }
        return Err(PullError::OldTime {
            size,
            held: held.time,
            offered: offered.time(),
        });
    }
    Ok(Follows::Yes)
}

/// A verified checkpoint as the store keeps it: the log's own lines; the cosignatures are kept beside it.
pub fn to_store(checkpoint: &VerifiedCheckpoint) -> Checkpoint {
    Checkpoint {
        size: checkpoint.size().get(),
        root: *checkpoint.root().as_bytes(),
        time: checkpoint.time(),
        note: checkpoint.own_note().as_str().to_owned(),
    }
}
