//! New keys for a log: the log is ended in good order and a successor with keys of its own goes on (`docs/FORMATS.md`
//! §4). A key is never changed in place, so every checkpoint, receipt and proof there ever was keeps verifying
//! with the keys it was made with.
//!
//! ```text
//! 1 make the successor's keys                    files that nothing names
//! 2 append `closed` as the last entry            durable, nothing comes after it
//! 3 sign and publish the checkpoint over it      the old keys' last word
//! 4 keep that checkpoint, close the log          no writer any more
//! 5 declare the successor and open it            signed with the party's keys
//! 6 write its first entries, hint                the new keys' first word
//! 7 remove the old keys' files                   a key that is not there is not stolen
//! ```
//! Whatever breaks off, the next start, or the same command again, goes on (`tests/rotate.rs`):
//! - before 2: the old log goes on with its keys; the new files are left over.
//! - between 2 and 3: the writer reads `closed` back, signs it and takes nothing.
//! - between 3 and 5: the log ends with `closed`, which names the keys to go on with.
//! - within 5: a declaration without a log is taken up, not made again.
//! - after 5: what a successor lacks of its first entries is written; old keys of an ended log are removed. A successor
//!   with entries and nothing in sign-state is what R5 calls restored, and at a restart it is succeeded itself.

use record::{control::Control, name::Origin};
use store::{Checkpoint, SignStateError, SignedKind, StoreError};

use crate::{
    directory::{LogEntry, TrackEntry},
    end::{self, Closed},
    keys::{self, KeysError},
    node::Node,
    sequencer::SequenceError,
    sync::succeed::{self, SucceedError},
};

/// What the `closed` entry and the declaration say.
const REASON: &str = "its keys were replaced";

/// What came of a change of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The log that ended.
    pub ended: Origin,
    /// How many entries it ended with.
    pub size: u64,
    /// The log that goes on.
    pub successor: Origin,
}

/// Why keys were not replaced, or not to the end. Asking again goes on.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// This party writes no log in the track.
    #[error("this party has no open log on {0}")]
    NoLog(String),
    /// The writer.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// Keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sign-state.
    #[error(transparent)]
    SignState(#[from] SignStateError),
    /// The successor.
    #[error(transparent)]
    Succeed(#[from] SucceedError),
    /// The last entry is not under a signature of its own writer.
    #[error(
        "{origin} has {size} entries and its last checkpoint covers {signed}; it is not closed"
    )]
    Unsigned {
        /// The log.
        origin: Origin,
        /// Its entries.
        size: u64,
        /// Those covered.
        signed: u64,
    },
}

/// Replaces the keys of this party's log in a track. Whoever passes something meanwhile waits, and finds it in
/// the successor. A change that broke off before is brought to its end, and that is all then.
///
/// # Errors
/// [`RotateError`].
pub async fn rotate(node: &Node, track: &TrackEntry) -> Result<Rotated, RotateError> {
    let _nobody_passes = node.changing_keys().await;
    let no_log = || RotateError::NoLog(track.terms.name().to_string());
    // What broke off before may have written more than was read again.
    node.reload().await.map_err(SucceedError::from)?;
    let open = node.own_log(track);
    let finished = match &open {
        Some(log) => succeed::has_begun(node, log) && !has_old_keys(node, log),
        None => false,
    };
    go_on(node).await?;
    succeed::open_missing(node).await?;
    remove_old_keys(node)?;
    let log = node.own_log(track).ok_or_else(no_log)?;
    let same = open.is_some_and(|open| open.id == log.id);
    if !(same && finished) && log.predecessor.is_some() {
        return rotated(node, &log).await;
    }
    // A restored log must not be signed even once more (RECORD R5).
    node.compare_once(&log).await?;
    let log = node.own_log(track).ok_or_else(no_log)?;
    let closed = Closed {
        reason: REASON.to_owned(),
        successor: keys::create_log(node.home(), node.me(), node.random())?.origin(),
    };
    end(node, &log, closed).await?;
    let successor = node.own_log(track).ok_or_else(no_log)?;
    rotated(node, &successor).await
}

async fn rotated(node: &Node, successor: &LogEntry) -> Result<Rotated, RotateError> {
    node.hint_others(successor);
    let no_log = || RotateError::NoLog(successor.track.terms.name().to_string());
    let ended = successor.predecessor.clone().ok_or_else(no_log)?;
    let held = node.store().log_by_origin(ended.as_str()).await?;
    Ok(Rotated {
        ended,
        size: held.map_or(0, |held| held.size),
        successor: successor.origin.clone(),
    })
}

/// Goes on with what broke off: at the start, once the writers are there, and when asked again.
///
/// # Errors
/// [`RotateError`].
pub async fn go_on(node: &Node) -> Result<(), RotateError> {
    let directory = node.directory();
    for log in directory.logs().filter(|log| log.mine) {
        if log.closed.is_none() {
            let size = size_of(node, log).await?;
            if let Some(closed) = end::closed(&**node.store(), log.id, size).await? {
                end(node, log, closed).await?;
            }
        }
    }
    remove_old_keys(node)
}

/// Step 7, for every log that has ended and has a successor.
fn remove_old_keys(node: &Node) -> Result<(), RotateError> {
    let directory = node.directory();
    for log in directory.logs().filter(|log| needs_no_keys(log)) {
        keys::remove_log(node.home(), &log.origin)?;
    }
    Ok(())
}

fn needs_no_keys(log: &LogEntry) -> bool {
    log.mine && log.closed.is_some() && log.end.is_some()
}

/// Whether step 7 is still to be done for the log that this one succeeds. A writer repairs itself, so that a successor
/// may have begun although the change of keys broke off.
fn has_old_keys(node: &Node, successor: &LogEntry) -> bool {
    let Some(origin) = &successor.predecessor else {
        return false;
    };
    let directory = node.directory();
    directory
        .log_of(origin.as_str())
        .is_some_and(|log| needs_no_keys(log) && keys::has_log(node.home(), origin))
}

/// Steps 2 to 7.
async fn end(node: &Node, log: &LogEntry, closed: Closed) -> Result<(), RotateError> {
    let entry = succeed::control_draft(&Control::Closed {
        reason: closed.reason,
        successor: closed.successor,
    })?;
    let writer = node.writer(log.id).ok_or(SequenceError::Closed)?;
    match writer.close(entry).await {
        // It had the entry already, and it is signed now if it was not.
        Ok(_) | Err(SequenceError::Closed) => finish(node, log).await,
        Err(error) => Err(error.into()),
    }
}

/// Steps 4 to 7, for a log whose last entry is `closed` and signed.
async fn finish(node: &Node, log: &LogEntry) -> Result<(), RotateError> {
    let origin = log.origin.as_str();
    let size = size_of(node, log).await?;
    let signed = node
        .sign_state()
        .load(SignedKind::Checkpoint, origin)
        .await?;
    let covered = signed.as_ref().map_or(0, |signed| signed.size);
    let closed = end::closed(&**node.store(), log.id, size).await?;
    let (Some(signed), Some(closed), true) = (signed, closed, covered == size) else {
        return Err(RotateError::Unsigned {
            origin: log.origin.clone(),
            size,
            signed: covered,
        });
    };
    // Without a writer, the store is where the last checkpoint is served from.
    let last = Checkpoint {
        size,
        root: signed.root,
        time: signed.time,
        note: signed.note,
    };
    node.store().put_checkpoint(log.id, last).await?;
    node.store().close_log(log.id, &closed.reason).await?;
    node.reload().await.map_err(SucceedError::from)?;
    // The writer takes nothing since step 2; while it is there, what broke off above can be asked for again.
    node.drop_writer(log.id);
    succeed::open_missing(node).await?;
    remove_old_keys(node)?;
    tracing::info!(log.origin = %log.origin, "ended at size {size}: {}", closed.reason);
    Ok(())
}

async fn size_of(node: &Node, log: &LogEntry) -> Result<u64, StoreError> {
    Ok(node.store().log(log.id).await?.map_or(0, |held| held.size))
}
