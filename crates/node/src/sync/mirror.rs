//! This node as a mirror of the logs of its tracks (c2sp.org/tlog-mirror): a party whose receiver cannot call out pushes
//! the entries of its log here, in requests that may break off anywhere.
//!
//! Every package is tied to a pending checkpoint by its proof before any of it is stored, and what is held already must
//! be the beginning of the same tree. Only commitments come this way, so the items are excepted until
//! [`super::exception`] has fetched their packages.
//!
//! This node has no mirror key. Who has sent everything gets the lines of its witness, which mean what they mean
//! under `add-checkpoint`; that the items are *held* is for the receipt to say.

mod body;
mod packages;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use record::{
    checkpoint::Checkpoint,
    entry::ENTRY_BYTES,
    hash::{HASH_BYTES, TreeSize},
    name::Host,
    note::SignedNote,
    tile::TILE_WIDTH,
    tree::PROOF_HASHES_MAX,
    witness_wire::{AddEntriesHeader, MirrorInfo},
};
use store::{CosignatureKind, NewAlarm};
use tracing::{info, warn};

use crate::{
    directory::LogEntry,
    node::Node,
    parties::Refusal,
    sync::{fork, mirror::body::Incoming},
    trees,
};

/// Packages that are taken of one request; the sender is told where to go on. tlog-mirror advises senders to send 32.
pub const REQUEST_PACKAGES_MAX: usize = 256;
/// Most bytes that are read of one request, as sent: all those packages, with room for what gzip adds.
pub const REQUEST_BYTES_MAX: usize = 4 << 20;
/// Entries sent again that are held already, beyond which a request is refused.
pub const EXCESS_ENTRIES_MAX: u64 = 8_192;

const _: () = assert!(
    REQUEST_BYTES_MAX
        > REQUEST_PACKAGES_MAX
            * (TILE_WIDTH as usize * (2 + ENTRY_BYTES) + 1 + PROOF_HASHES_MAX * HASH_BYTES)
            + (64 << 10)
);

impl Node {
    /// `POST /add-entries`: takes entries of another party's log, up to a checkpoint that came by `add-checkpoint`.
    ///
    /// # Errors
    /// [`Refusal`] with the statuses of tlog-mirror; the complete packages before it are stored all the same.
    pub async fn add_entries(
        &self,
        asker: Host,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Response, Refusal> {
        let stop = self.stopping().clone();
        let body = Incoming::new(headers, body, REQUEST_BYTES_MAX, stop)?;
        // A task of its own: when the connection breaks, the packages that came whole are still stored.
        let node = self.clone();
        let task = self
            .tasks()
            .spawn(async move { upload(&node, &asker, body).await });
        task.await.map_err(Refusal::internal)?
    }
}

/// What a request is about.
struct Upload<'a> {
    node: &'a Node,
    log: &'a LogEntry,
    /// The pending checkpoint that it goes up to.
    pending: Checkpoint,
    /// The same as it is stored.
    stored: store::Checkpoint,
}

async fn upload(node: &Node, asker: &Host, mut body: Incoming) -> Result<Response, Refusal> {
    let bad =
        |says: &dyn std::fmt::Display| Refusal::new(StatusCode::BAD_REQUEST, says.to_string());
    let header = body
        .take(AddEntriesHeader::take)
        .await
        .map_err(|error| bad(&error))?
        .ok_or_else(|| bad(&"the request ends within its header"))?;
    let directory = node.directory();
    let log = directory
        .log_of(header.origin.as_str())
        .filter(|log| log.track.has(asker) && log.party != *node.me())
        .ok_or_else(Refusal::not_found)?;
    let upload = match begin(node, log, &header).await? {
        Begun::Upload(upload) => upload,
        Begun::Conflict(pending) => {
            return info_answer(node, log, StatusCode::CONFLICT, pending).await;
        }
    };
    let (packages, refusal) = upload.packages(&mut body, &header).await;
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    if packages == 0 && header.start < header.end {
        return Err(bad(&"the request ends within its first package"));
    }
    if held(node, log).await? < header.end.get() {
        return info_answer(node, log, StatusCode::ACCEPTED, header.end).await;
    }
    upload.finish().await
}

enum Begun<'a> {
    Upload(Upload<'a>),
    /// Refused; the size of a pending checkpoint that would do.
    Conflict(TreeSize),
}

/// Finds the pending checkpoint that a request is for, or why it is for none.
async fn begin<'a>(
    node: &'a Node,
    log: &'a LogEntry,
    header: &AddEntriesHeader,
) -> Result<Begun<'a>, Refusal> {
    let store = node.store();
    if fork::is_disputed(node, log)
        .await
        .map_err(Refusal::internal)?
    {
        return Err(unprocessable(
            &"there is evidence that its party signed two histories; nothing more is taken of it",
        ));
    }
    let newest = store.newest_checkpoint(log.id).await;
    let newest = newest.map_err(Refusal::internal)?.ok_or_else(|| {
        unprocessable(&"no checkpoint of this log has come; add-checkpoint comes first")
    })?;
    let newest_size = TreeSize::new(newest.checkpoint.size).map_err(Refusal::internal)?;
    let (start, end) = (header.start.get(), header.end.get());
    // The newest one that was verified, or an earlier one that this node has cosigned: state enough, so no tickets.
    let pending = if end == newest.checkpoint.size {
        Some(newest)
    } else {
        let earlier = store.checkpoint_at(log.id, end).await;
        let earlier = earlier.map_err(Refusal::internal)?;
        earlier.filter(|each| own_lines(node, each).is_some())
    };
    let next = held(node, log).await?;
    let excess = end.min(next).saturating_sub(start);
    let Some(pending) = pending else {
        return Ok(Begun::Conflict(newest_size));
    };
    if passed_by(node, log, end, next).await? {
        return Ok(Begun::Conflict(newest_size));
    }
    if start > next || excess > EXCESS_ENTRIES_MAX {
        return Ok(Begun::Conflict(header.end));
    }
    let note = SignedNote::parse(pending.checkpoint.note.as_bytes()).map_err(Refusal::internal)?;
    Ok(Begun::Upload(Upload {
        node,
        log,
        pending: Checkpoint::parse(note.text()).map_err(Refusal::internal)?,
        stored: pending.checkpoint,
    }))
}

impl Upload<'_> {
    /// Everything up to the pending checkpoint is held: the lines of the witness.
    async fn finish(self) -> Result<Response, Refusal> {
        let Self {
            node,
            log,
            pending,
            stored,
        } = &self;
        // As add-checkpoint does: what was cosigned last stays so until this is signed.
        let _one_at_a_time = node.receipting().await;
        let end = pending.size().get();
        let root = trees::root_at(&**node.store(), log.id, end).await;
        if root.map_err(Refusal::internal)? != *pending.root() {
            return Err(self.other_history(end).await);
        }
        if passed_by(node, log, end, held(node, log).await?).await? {
            let newest = node.store().newest_checkpoint(log.id).await;
            let newest = newest.map_err(Refusal::internal)?;
            let size = newest.map_or(0, |newest| newest.checkpoint.size);
            let size = TreeSize::new(size).map_err(Refusal::internal)?;
            return info_answer(node, log, StatusCode::CONFLICT, size).await;
        }
        let held = node.store().checkpoint_at(log.id, end).await;
        let held = held.map_err(Refusal::internal)?;
        let lines = match held.and_then(|held| own_lines(node, &held)) {
            Some(lines) => lines,
            None => self.cosign(stored).await?,
        };
        node.saw(log, end, *pending.root().as_bytes());
        info!(log.origin = %log.origin, "entries up to {end} were pushed here");
        // The packages are to be fetched now, if its party can be reached.
        node.hinted(&log.party);
        let media = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
        Ok((media, lines).into_response())
    }

    /// Cosigns a checkpoint that came another way than by add-checkpoint, if the last one cosigned is of its past.
    async fn cosign(&self, stored: &store::Checkpoint) -> Result<String, Refusal> {
        let (node, log) = (self.node, self.log);
        let key = node.me().witness_key();
        let cosigned = node.store().newest_cosigned(log.id).await;
        let last = cosigned
            .map_err(Refusal::internal)?
            .into_iter()
            .find(|each| each.kind == CosignatureKind::Witness && each.name == key.as_str());
        if let Some(last) = &last {
            let before = node.store().checkpoint_at(log.id, last.size).await;
            let before = before.map_err(Refusal::internal)?;
            let ours = trees::root_at(&**node.store(), log.id, last.size).await;
            let ours = ours.map_err(Refusal::internal)?;
            if before.is_none_or(|before| before.checkpoint.root != *ours.as_bytes()) {
                return Err(self.other_history(last.size).await);
            }
        }
        let last_time = last.map_or(0, |last| last.time);
        node.cosign(log, &self.pending, stored.clone(), last_time)
            .await
    }

    /// What is held is not the beginning of the tree that was signed: its party has signed two. Kept as an alarm, with the
    /// note, and as evidence where both are for one size.
    async fn other_history(&self, size: u64) -> Refusal {
        let (node, log) = (self.node, self.log);
        warn!(log.origin = %log.origin, "a pending checkpoint is of another history at {size}");
        let alarm = NewAlarm {
            log: Some(log.id),
            kind: "other_history".to_owned(),
            detail: format!(
                "the entries of {} that are held here up to {size} are not those of its checkpoint of size {}",
                log.origin,
                self.pending.size()
            ),
            evidence: Bytes::copy_from_slice(self.stored.note.as_bytes()),
            at: node.clock().now().as_microsecond(),
        };
        if let Err(error) = node.store().add_alarm(alarm).await {
            return Refusal::internal(error);
        }
        if let Ok(note) = SignedNote::parse(self.stored.note.as_bytes())
            && let Ok(signed) = log.verifier.verify(note)
            && let Err(error) = fork::elsewhere(node, log, &signed).await
        {
            return Refusal::internal(error);
        }
        unprocessable(
            &"what is held of this log is not the beginning of the pending checkpoint's tree",
        )
    }
}

/// How many entries of a log are held: its next entry.
async fn held(node: &Node, log: &LogEntry) -> Result<u64, Refusal> {
    let held = node.store().log(log.id).await.map_err(Refusal::internal)?;
    Ok(held.map_or(0, |held| held.size))
}

/// Whether a later checkpoint than that of size `end` is held whole.
async fn passed_by(node: &Node, log: &LogEntry, end: u64, held: u64) -> Result<bool, Refusal> {
    if held <= end {
        return Ok(false);
    }
    let later = node
        .store()
        .checkpoints(log.id, end + 1..held + 1, 1)
        .await
        .map_err(Refusal::internal)?;
    Ok(!later.is_empty())
}

/// The lines of our witness under a checkpoint, each with its line feed.
fn own_lines(node: &Node, held: &store::StoredCheckpoint) -> Option<String> {
    let key = node.me().witness_key();
    let ours = held
        .cosignatures
        .iter()
        .find(|each| each.kind == CosignatureKind::Witness && each.name == key.as_str())?;
    Some(
        ours.lines
            .iter()
            .flat_map(|line| [line.line.as_str(), "\n"])
            .collect(),
    )
}

async fn info_answer(
    node: &Node,
    log: &LogEntry,
    status: StatusCode,
    pending: TreeSize,
) -> Result<Response, Refusal> {
    let info = MirrorInfo {
        pending,
        next: TreeSize::new(held(node, log).await?).map_err(Refusal::internal)?,
        ticket: Vec::new(),
    };
    let media = [(header::CONTENT_TYPE, "text/x.tlog.mirror-info")];
    Ok((status, media, info.to_text()).into_response())
}

fn unprocessable(says: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, says.to_string())
}
