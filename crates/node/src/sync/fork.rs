//! Evidence that a party signed two histories (RECORD §8): kept for ever, exported, shown as an alarm. Receipts for
//! such a log stop, and nothing more is taken from it.

use record::{
    checkpoint::VerifiedCheckpoint,
    fork::ForkEvidence,
    hash::{Hash, TreeSize},
    note::SignedNote,
    tree,
};

use store::{Checkpoint, NewAlarm, StoreError};

use crate::{
    directory::LogEntry,
    node::Node,
    source::Source,
    trees::{self, Tiles, TreesError},
};

/// The kind of alarm.
pub const FORK: &str = "fork";

/// Why the search for evidence failed; nothing is known then.
#[derive(Debug, thiserror::Error)]
pub enum ForkError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tiles held here.
    #[error(transparent)]
    Trees(#[from] TreesError),
}

/// Whether there is evidence against a log.
///
/// # Errors
/// [`StoreError`].
pub async fn is_disputed(node: &Node, log: &LogEntry) -> Result<bool, StoreError> {
    let mut after = 0;
    loop {
        let page = node.store().alarms(after, 1_000).await?;
        let Some(last) = page.last() else {
            return Ok(false);
        };
        after = last.id;
        if page
            .iter()
            .any(|each| each.alarm.kind == FORK && each.alarm.log == Some(log.id))
        {
            return Ok(true);
        }
    }
}

/// Two checkpoints of one size with two roots.
///
/// # Errors
/// [`ForkError`].
pub async fn same_size(
    node: &Node,
    log: &LogEntry,
    held: &Checkpoint,
    offered: &VerifiedCheckpoint,
) -> Result<String, ForkError> {
    let evidence = ForkEvidence::same_size(note(&held.note)?, offered.own_note());
    keep(
        node,
        log,
        &evidence,
        &format!("two checkpoints of size {} have two roots", held.size),
    )
    .await
}

/// An offered checkpoint that is smaller than the one held: whether it is one of the log's past, as held here.
///
/// # Errors
/// [`ForkError`].
pub async fn older(
    node: &Node,
    log: &LogEntry,
    held: &Checkpoint,
    offered: &VerifiedCheckpoint,
) -> Result<Option<String>, ForkError> {
    let size = offered.size();
    let have = node.store().log(log.id).await?.map_or(0, |each| each.size);
    if have < held.size || size.get() == 0 {
        // The newer one is not fetched whole yet, so there is nothing to compare with.
        return Ok(None);
    }
    let ours: Hash = trees::root_at(&**node.store(), log.id, size.get()).await?;
    if ours == *offered.root() {
        return Ok(None);
    }
    // Our own tiles prove that the newer, signed tree grew out of another root than the one now offered.
    let newer = tree_size(held.size)?;
    let proof = Tiles::Held(&**node.store(), log.id)
        .compute(|known| tree::consistency_proof(known, size, newer))
        .await?;
    let evidence = ForkEvidence::diverging(offered.own_note(), note(&held.note)?, ours, proof);
    let says = format!(
        "at size {size} it signed another root than the one its tree of size {newer} grew out of"
    );
    keep(node, log, &evidence, &says).await.map(Some)
}

/// An offered, larger checkpoint that does not grow out of the one held: whether the source's own tiles prove so.
///
/// # Errors
/// [`ForkError`].
pub async fn grown(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    held: &Checkpoint,
    offered: &VerifiedCheckpoint,
) -> Result<Option<String>, ForkError> {
    if held.size == 0 || held.size >= offered.size().get() {
        return Ok(None);
    }
    let (older, newer) = (tree_size(held.size)?, offered.size());
    let tiles = Tiles::Offered(source, log.hash, newer);
    // A source whose tiles do not belong to the signed root proves nothing about the party.
    let Ok(root) = tiles.compute(|known| tree::root_at(known, newer)).await else {
        return Ok(None);
    };
    if root != *offered.root() {
        return Ok(None);
    }
    let Ok(other) = tiles.compute(|known| tree::root_at(known, older)).await else {
        return Ok(None);
    };
    let Ok(proof) = tiles
        .compute(|known| tree::consistency_proof(known, older, newer))
        .await
    else {
        return Ok(None);
    };
    if *other.as_bytes() == held.root
        || tree::verify_consistency(older, newer, &proof, &other, offered.root()).is_err()
    {
        return Ok(None);
    }
    let evidence = ForkEvidence::diverging(note(&held.note)?, offered.own_note(), other, proof);
    let says =
        format!("its tree of size {newer} did not grow out of the one it signed at size {older}");
    keep(node, log, &evidence, &says).await.map(Some)
}

/// A checkpoint of a log that somebody else holds: whether it is one of the past that is held here. What is newer than
/// what is held says nothing yet.
///
/// # Errors
/// [`ForkError`].
pub async fn elsewhere(
    node: &Node,
    log: &LogEntry,
    seen: &VerifiedCheckpoint,
) -> Result<Option<String>, ForkError> {
    let Some(newest) = node.newest_whole(log).await? else {
        return Ok(None);
    };
    let held = newest.checkpoint;
    let size = seen.size().get();
    if size == held.size && *seen.root().as_bytes() != held.root {
        return same_size(node, log, &held, seen).await.map(Some);
    }
    if size < held.size {
        older(node, log, &held, seen).await
    } else {
        Ok(None)
    }
}

/// A note as it is stored.
fn note(text: &str) -> Result<SignedNote, TreesError> {
    SignedNote::parse(text.as_bytes()).map_err(|error| TreesError::Tree(error.to_string()))
}

async fn keep(
    node: &Node,
    log: &LogEntry,
    evidence: &ForkEvidence,
    says: &str,
) -> Result<String, ForkError> {
    let evidence = evidence
        .encode()
        .map_err(|error| TreesError::Tree(error.to_string()))?;
    tracing::error!(log.origin = %log.origin, "evidence of a fork: {says}");
    node.store()
        .add_alarm(NewAlarm {
            log: Some(log.id),
            kind: FORK.to_owned(),
            detail: format!(
                "{} signed two histories of {}: {says}",
                log.party, log.origin
            ),
            evidence: evidence.into_bytes().into(),
            at: node.clock().now().as_microsecond(),
        })
        .await?;
    Ok(says.to_owned())
}

fn tree_size(size: u64) -> Result<TreeSize, TreesError> {
    TreeSize::new(size).map_err(|error| TreesError::Tree(error.to_string()))
}
