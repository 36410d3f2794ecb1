//! Receipts: signed over what is durable (RECORD R3), recorded as signed before they leave, put on our own record
//! so that they arrive by any route, handed over; and those of others, taken in from any route.

use bytes::Bytes;
use record::{
    checkpoint::VerifiedCheckpoint,
    control::{Control, ExceptionReason},
    cosignature::{SigningTime, TimeError},
    entry::Class,
    hash::LeafIndex,
    head::{HeadError, MEDIA_NOTE},
    name::Host,
    note::{NoteError, SignedNote},
    receipt::{self, Receipt},
};
use store::{
    Cosignature, CosignatureKind, CosignatureLine, ReadLimits, SignStateError, Signed, SignedKind,
    StoreError,
};

use crate::{
    clock::posix_seconds,
    directory::LogEntry,
    node::Node,
    sequencer::{Draft, SequenceError},
    sync::{
        exception, fork, pull,
        succeed::{self, SucceedError, control_draft},
    },
    trees::{self, TreesError},
};

/// Most items of a log that may be excepted when it is receipted; beyond, something is wrong with the whole of it.
const EXCEPTIONS_MAX: usize = 4_096;

/// Why a receipt was not made or not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sign-state.
    #[error(transparent)]
    SignState(#[from] SignStateError),
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The time.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Our own record.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// A control entry.
    #[error(transparent)]
    Succeed(#[from] SucceedError),
    /// Tiles held here.
    #[error(transparent)]
    Trees(#[from] TreesError),
    /// A head held here.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// It is not what it claims to be.
    #[error("{0}")]
    NotBelieved(String),
}

/// Countersigns what was fetched: exceptions first into our own log, then the receipt into sign-state, then into our own
/// log if it newly covers anything but receipts and heartbeats. Returns the receipt, to be handed over.
///
/// # Errors
/// [`ReceiptError`]. Calling it again, with the same checkpoint or a later one, goes on where it stopped.
pub async fn give(
    node: &Node,
    log: &LogEntry,
    checkpoint: &VerifiedCheckpoint,
    exceptions: &[(u64, ExceptionReason)],
) -> Result<Option<SignedNote>, ReceiptError> {
    let _one_at_a_time = node.receipting().await;
    let origin = log.origin.as_str();
    let previous = node.sign_state().load(SignedKind::Receipt, origin).await?;
    let before = previous.as_ref().map_or(0, |signed| signed.size);
    let size = checkpoint.size().get();
    if fork::is_disputed(node, log).await? {
        return Ok(None);
    }
    if let Some(signed) = &previous {
        finish(node, log, signed).await?;
        if size <= before {
            return Ok(None);
        }
    }
    // "… or my own log contains an exception entry for that index" (RECORD §5).
    let excepted = node
        .store()
        .excepted(log.id, before, EXCEPTIONS_MAX)
        .await?;
    if excepted.len() == EXCEPTIONS_MAX {
        return Err(ReceiptError::NotBelieved(format!(
            "more than {EXCEPTIONS_MAX} items of it could not be held"
        )));
    }
    // A crash after they were written, and before the receipt was signed, finds them here again.
    let said = match excepted.is_empty() {
        true => exception::Said::default(),
        false => exception::said(node, log).await?,
    };
    let mut drafts = Vec::new();
    for index in excepted
        .iter()
        .map(|position| position.seq())
        .filter(|index| *index < size && !said.excepted.contains(index))
    {
        // One found before a crash has no reason kept with it.
        let found = exceptions.iter().find(|(at, _)| *at == index);
        let reason = found.map_or(ExceptionReason::Missing, |(_, reason)| *reason);
        let index =
            LeafIndex::new(index).map_err(|error| ReceiptError::NotBelieved(error.to_string()))?;
        drafts.push(control_draft(&Control::Exception {
            log: log.origin.clone(),
            index,
            reason,
        })?);
    }
    if !drafts.is_empty() {
        node.submit(&log.track, drafts).await?;
    }
    let last = previous.as_ref().map_or(0, |signed| signed.time);
    let now = posix_seconds(node.clock().now()).max(last);
    let time = SigningTime::new(now, last)?;
    let note = receipt::countersign(checkpoint, &node.keys().receipt, time)?;
    // Crash point: a signature that is not recorded has not left this function; the next round signs again. From here
    // on it is served at `/seen/…`, and `finish` does in the next round what is left of the steps below.
    let signed = Signed {
        size,
        root: *checkpoint.root().as_bytes(),
        time: time.get(),
        note: note.as_str().to_owned(),
    };
    node.sign_state()
        .advance(
            SignedKind::Receipt,
            origin,
            previous.as_ref().map(Signed::mark),
            signed,
        )
        .await?;
    if covers_news(node, log, before, size).await? {
        node.submit(&log.track, vec![receipt_draft(&note)]).await?;
    }
    keep(node, log, checkpoint, &note, node.me(), time.get()).await?;
    Ok(Some(note))
}

/// Does what was left undone when the node stopped, or a write failed, after a receipt was signed: puts it on our own
/// record and beside its checkpoint. The latter comes last, so that it tells that nothing is left.
async fn finish(node: &Node, log: &LogEntry, signed: &Signed) -> Result<(), ReceiptError> {
    let key = node.me().receipt_key();
    let cosigned = node.store().newest_cosigned(log.id).await?;
    let kept = cosigned
        .iter()
        .find(|each| each.kind == CosignatureKind::Receipt && each.name == key.as_str())
        .map_or(0, |each| each.size);
    let held = node.store().log(log.id).await?.map_or(0, |each| each.size);
    // Where less is held than was signed, the data was restored; what is missing is fetched first.
    if kept >= signed.size || held < signed.size {
        return Ok(());
    }
    let note = SignedNote::parse(signed.note.as_bytes())?;
    let checkpoint = log
        .verifier
        .verify(note.clone())
        .map_err(|error| ReceiptError::NotBelieved(error.to_string()))?;
    if covers_news(node, log, kept, signed.size).await? && !is_on_record(node, log, &note).await? {
        node.submit(&log.track, vec![receipt_draft(&note)]).await?;
    }
    keep(node, log, &checkpoint, &note, node.me(), signed.time).await
}

fn receipt_draft(note: &SignedNote) -> Draft {
    Draft {
        class: Class::Control,
        media: MEDIA_NOTE,
        content: Bytes::copy_from_slice(note.as_bytes()),
        object: None,
        lang: None,
        office: None,
    }
}

/// Whether our own logs of the track hold this receipt.
async fn is_on_record(
    node: &Node,
    log: &LogEntry,
    note: &SignedNote,
) -> Result<bool, ReceiptError> {
    for own in node.directory().chain(&log.track, node.me()) {
        let mut next = 0;
        loop {
            let limits = ReadLimits::default();
            let acts = node.store().acts_of_log(own.id, next, limits).await?;
            let Some(last) = acts.last() else { break };
            next = last.position.seq() + 1;
            if acts.iter().any(|stored| {
                let content = stored.item.opening.content();
                content.is_some_and(|content| **content == *note.as_bytes())
            }) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether anything in the window is neither a receipt nor a heartbeat: otherwise two nodes would answer each other for
/// ever (RECORD §5).
async fn covers_news(
    node: &Node,
    log: &LogEntry,
    from: u64,
    to: u64,
) -> Result<bool, ReceiptError> {
    let mut next = from;
    while next < to {
        let limits = ReadLimits {
            content_bytes_max: 0,
            ..ReadLimits::default()
        };
        let items = node.store().items(log.id, next..to, limits).await?;
        let Some(last) = items.last() else {
            return Ok(true);
        };
        next = last.position.seq() + 1;
        for stored in &items {
            let opening = &stored.item.opening;
            let news = match (opening.class(), opening.head()) {
                (Some(0), _) => false,
                (Some(1), Some(head)) => record::head::Head::parse(head)?.media() != MEDIA_NOTE,
                _ => true,
            };
            if news {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Takes a receipt of another party, for a log of ours or of anybody's, by whatever route it came.
///
/// # Errors
/// [`ReceiptError::NotBelieved`] when it is no receipt of a party of the track for a checkpoint of the log. A receipt for
/// a history that we never wrote, signed with our keys, is an alarm.
pub async fn take(node: &Node, text: &[u8]) -> Result<Taken, ReceiptError> {
    let note = SignedNote::parse(text)?;
    let directory = node.directory();
    let origin = note.text().lines().next().unwrap_or_default();
    let not_believed = |why: &str| ReceiptError::NotBelieved(why.to_owned());
    let log = directory
        .log_of(origin)
        .ok_or_else(|| not_believed("there is no such log here"))?
        .clone();
    let receivers = directory
        .peers()
        .filter(|(host, _)| log.track.has(host) && **host != log.party)
        // Our own are kept where they are made: that one is kept says that nothing was left undone.
        .filter(|(host, _)| **host != *node.me());
    let mut taken = Taken {
        log: log.clone(),
        by: Vec::new(),
    };
    for (host, peer) in receivers {
        let Ok(receipt) = Receipt::verify(note.clone(), &log.verifier, &peer.receipts) else {
            continue;
        };
        let (checkpoint, time) = (receipt.checkpoint(), receipt.receipt().time());
        let size = checkpoint.size().get();
        let held = node.store().log(log.id).await?.map_or(0, |each| each.size);
        if size > held {
            if log.mine && log.closed.is_none() {
                // Signed with our keys, and more than is here: it must not be resumed (RECORD R5).
                let reason = format!(
                    "restored or cloned: {host} holds it up to {size}, here are {held} entries"
                );
                succeed::restored(node, &log, &reason).await?;
                return Ok(taken);
            }
            // For another's log: believed once it was fetched that far.
            continue;
        }
        let root = trees::root_at(&**node.store(), log.id, size).await?;
        if root != *checkpoint.root() {
            if log.mine && log.closed.is_none() {
                let reason = format!(
                    "restored or cloned: {host} holds another history of it at size {size}, signed with its keys"
                );
                succeed::restored(node, &log, &reason).await?;
            } else {
                fork::elsewhere(node, &log, checkpoint)
                    .await
                    .map_err(|error| ReceiptError::NotBelieved(error.to_string()))?;
            }
            return Err(not_believed(
                "it is for another history of the log than the one here",
            ));
        }
        keep(node, &log, checkpoint, &note, host, time).await?;
        taken.by.push(host.clone());
    }
    Ok(taken)
}

/// What a receipt was for.
#[derive(Debug)]
pub struct Taken {
    /// The log.
    pub log: std::sync::Arc<LogEntry>,
    /// The parties whose receipts were taken.
    pub by: Vec<Host>,
}

/// Stores a receipt beside its checkpoint.
async fn keep(
    node: &Node,
    log: &LogEntry,
    checkpoint: &VerifiedCheckpoint,
    note: &SignedNote,
    by: &Host,
    time: u64,
) -> Result<(), ReceiptError> {
    let key = by.receipt_key();
    let lines = note
        .lines()
        .iter()
        .filter(|line| *line.name() == key)
        .map(|line| cosignature_line(line, time))
        .collect();
    let cosignature = Cosignature {
        kind: CosignatureKind::Receipt,
        name: key.as_str().to_owned(),
        lines,
    };
    node.store()
        .put_checkpoint(log.id, pull::to_store(checkpoint))
        .await?;
    node.store()
        .add_cosignature(log.id, checkpoint.size().get(), cosignature)
        .await?;
    Ok(())
}

/// A signature line as the store keeps it.
pub fn cosignature_line(line: &record::note::SignatureLine, time: u64) -> CosignatureLine {
    CosignatureLine {
        // Both kinds of cosigner have one key of each algorithm; their signatures differ in length.
        algorithm: if line.signature().len() > 100 {
            0x06
        } else {
            0x04
        },
        key_id: u32::from_be_bytes(*line.id().as_bytes()),
        time,
        line: line.to_string().trim_end().to_owned(),
    }
}
