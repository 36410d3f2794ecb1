//! Opening a log, and a successor where a log must not be resumed (RECORD R5).
//!
//! A node that was restored from a backup, or cloned, may have signed checkpoints that it does not know of. If it
//! went on, it could sign two histories; so it closes such a log for good and opens another one, whose declaration
//! says what was still known of the first and why it ended. What the others hold of the old log is then fetched back
//! from them, like anybody's.

use std::time::Duration;

use record::{
    control::Control,
    declaration::{Declaration, Predecessor, VerifiedDeclaration},
    entry::Class,
    hash::{Hash, TreeSize},
    head::{MEDIA_CONTROL, MEDIA_STIX},
    name::NameError,
    note::SignedNote,
    party_note::PartyNoteError,
};
use store::{NewAlarm, NewLog, SignStateError, SignedKind, StoreError};

use crate::{
    clock::utc_time,
    directory::LogEntry,
    end,
    keys::{self, KeysError},
    node::{Node, OpenError},
    resource::Resource,
    sequencer::{Draft, SequenceError},
    source::Source as _,
    trees::{self, TreesError},
};

/// How long the comparison with another party may take before it is left for later.
const COMPARE_TIME_MAX: Duration = Duration::from_secs(3);

/// Why a log could not be opened or succeeded.
#[derive(Debug, thiserror::Error)]
pub enum SucceedError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sign-state.
    #[error(transparent)]
    SignState(#[from] SignStateError),
    /// Keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The declaration.
    #[error(transparent)]
    Declaration(#[from] PartyNoteError),
    /// Tiles.
    #[error(transparent)]
    Trees(#[from] TreesError),
    /// The writer.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// Reading everything again.
    #[error("{0}")]
    Reload(String),
    /// A name in the store is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl From<OpenError> for SucceedError {
    fn from(error: OpenError) -> Self {
        Self::Reload(error.to_string())
    }
}

/// At the start: succeeds every own log whose data and sign-state do not belong together, before its writer exists.
///
/// # Errors
/// [`OpenError`].
pub async fn logs_that_were_restored(node: &Node) -> Result<(), OpenError> {
    for log in node
        .directory()
        .logs()
        .filter(|log| log.mine && log.closed.is_none())
    {
        let Some(reason) = must_not_go_on(node, log).await? else {
            continue;
        };
        close(node, log, reason)
            .await
            .map_err(|error| OpenError::Setting(error.to_string()))?;
    }
    open_missing(node)
        .await
        .map_err(|error| OpenError::Setting(error.to_string()))
}

/// Why an own open log must not be resumed, as far as the directory tells: its data and its sign-state do not belong
/// together.
///
/// # Errors
/// [`OpenError::Store`], [`OpenError::SignState`].
pub async fn must_not_go_on(
    node: &Node,
    log: &LogEntry,
) -> Result<Option<&'static str>, OpenError> {
    let size = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let signed = node
        .sign_state()
        .load(SignedKind::Checkpoint, log.origin.as_str())
        .await?;
    Ok(match signed {
        _ if !keys::has_log(node.home(), &log.origin) => {
            Some("restored from a backup: the keys of this log are not here")
        }
        None if size > 0 => Some("restored from a backup: what was signed last is not known"),
        Some(signed) if signed.size > size => {
            Some("restored from a backup: more was signed than is here")
        }
        _ => None,
    })
}

/// Before the first append of this process: asks the other parties of the track what they have seen of the log, and
/// succeeds it when one has seen more, or something else, than is here.
///
/// # Errors
/// [`SucceedError`]. A party that cannot be reached is left out.
pub async fn if_others_saw_more(node: &Node, log: &LogEntry) -> Result<(), SucceedError> {
    for host in node.others(&log.track) {
        let Ok(Some(client)) = node.client(&host) else {
            continue;
        };
        let seen = Resource::Seen(log.hash);
        let asked = tokio::time::timeout(COMPARE_TIME_MAX, client.fetch(&seen));
        let Ok(Ok(Some(note))) = asked.await else {
            continue;
        };
        if let Some(reason) = saw_more(node, log, &note).await? {
            let reason = format!("restored or cloned: {host} {reason}");
            return restored(node, log, &reason).await;
        }
    }
    Ok(())
}

/// Compares a checkpoint that somebody has of an own log with the log. `None` when it is one of its past.
async fn saw_more(
    node: &Node,
    log: &LogEntry,
    note: &[u8],
) -> Result<Option<String>, SucceedError> {
    // Anything else than a checkpoint signed by our own keys proves nothing.
    let Ok(note) = SignedNote::parse(note) else {
        return Ok(None);
    };
    let Ok(seen) = log.verifier.verify(note) else {
        return Ok(None);
    };
    let size = node.store().log(log.id).await?.map_or(0, |held| held.size);
    if seen.size().get() > size {
        return Ok(Some(format!(
            "holds it up to {}, here are {size} entries",
            seen.size()
        )));
    }
    let root = trees::root_at(&**node.store(), log.id, seen.size().get()).await?;
    Ok((root != *seen.root()).then(|| {
        format!(
            "holds another history of it, signed with its keys, at size {}",
            seen.size()
        )
    }))
}

/// Closes an own log that must not be resumed, and opens its successor.
///
/// # Errors
/// [`SucceedError`].
pub async fn restored(node: &Node, log: &LogEntry, reason: &str) -> Result<(), SucceedError> {
    close(node, log, reason).await?;
    open_missing(node).await
}

/// Closes an own log for good.
async fn close(node: &Node, log: &LogEntry, reason: &str) -> Result<(), SucceedError> {
    tracing::error!(log.origin = %log.origin, "closing a log: {reason}");
    node.drop_writer(log.id);
    node.store().close_log(log.id, reason).await?;
    node.store()
        .add_alarm(NewAlarm {
            log: Some(log.id),
            kind: "restored".to_owned(),
            detail: format!(
                "our log on `{}` was closed and a successor opened; {reason}",
                log.track.terms.name()
            ),
            evidence: bytes::Bytes::new(),
            at: node.clock().now().as_microsecond(),
        })
        .await?;
    node.reload().await?;
    Ok(())
}

/// Opens a log in each track of ours that has none open, and writes the first entries of each that lacks them.
///
/// # Errors
/// [`SucceedError`]. Calling it again goes on where it stopped.
pub async fn open_missing(node: &Node) -> Result<(), SucceedError> {
    let directory = node.directory();
    for dialogue in directory
        .dialogues()
        .iter()
        .filter(|each| each.in_force.is_some())
    {
        let id = dialogue.charter.object().id().as_str();
        for track in directory
            .tracks()
            .iter()
            .filter(|track| track.dialogue == id)
        {
            if !track.has(node.me()) || node.own_log(track).is_some() {
                continue;
            }
            if let Some(last) = directory.chain(track, node.me()).pop() {
                open_successor(node, &last).await?;
            }
        }
    }
    node.reload().await?;
    let directory = node.directory();
    for log in directory
        .logs()
        .filter(|log| log.mine && log.closed.is_none())
    {
        first_entries(node, log).await?;
    }
    Ok(())
}

async fn open_successor(node: &Node, last: &LogEntry) -> Result<(), SucceedError> {
    let now = node.clock().now();
    let size = node.store().log(last.id).await?.map_or(0, |held| held.size);
    let root: Hash = trees::root_at(&**node.store(), last.id, size).await?;
    let closed = end::closed(&**node.store(), last.id, size).await?;
    // A crash left a declaration whose log was not opened.
    if let Some(declared) = unopened(node, last).await? {
        return add_log(node, &declared, true).await;
    }
    let signer = match &closed {
        Some(closed) if keys::has_log(node.home(), &closed.successor) => {
            keys::read_log(node.home(), &closed.successor)?
        }
        // No keys of the successor were made yet, or a backup left them behind.
        _ => keys::create_log(node.home(), node.me(), node.random())?,
    };
    let declaration = Declaration {
        v: 1,
        dialogue: last.track.dialogue.clone(),
        track: last.track.terms.name().as_str().to_owned(),
        party: node.me().clone(),
        origin: signer.origin(),
        keys: signer.vkeys(),
        serial: 0,
        issued: utc_time(now),
        predecessor: Some(Predecessor {
            origin: last.origin.clone(),
            size: TreeSize::new(size).map_err(|error| SucceedError::Reload(error.to_string()))?,
            root,
            is_final: closed.is_some(),
            reason: last.closed.clone().unwrap_or_default(),
        }),
    };
    let declaration = declaration.sign(&node.keys().party)?;
    add_log(node, &declaration, true).await
}

/// A successor of an own log that was declared, and not opened.
async fn unopened(
    node: &Node,
    last: &LogEntry,
) -> Result<Option<VerifiedDeclaration>, SucceedError> {
    let directory = node.directory();
    let Some(dialogue) = directory.dialogue(&last.track.dialogue) else {
        return Ok(None);
    };
    for held in node.store().declarations(&last.track.dialogue).await? {
        if node.store().log_by_origin(&held.origin).await?.is_some() {
            continue;
        }
        let declared = directory
            .declaration(&held.note, &dialogue.charter)
            .map_err(SucceedError::Reload)?;
        let says = declared.declaration();
        let succeeds = says
            .predecessor
            .as_ref()
            .is_some_and(|each| each.origin == last.origin);
        if succeeds && keys::has_log(node.home(), &says.origin) {
            return Ok(Some(declared));
        }
    }
    Ok(None)
}

/// Stores a verified declaration and opens the log it declares.
///
/// # Errors
/// [`SucceedError::Store`].
pub async fn add_log(
    node: &Node,
    declaration: &VerifiedDeclaration,
    mine: bool,
) -> Result<(), SucceedError> {
    let says = declaration.declaration();
    let origin = says.origin.as_str();
    node.store()
        .add_declarations(vec![store::Declaration {
            dialogue: says.dialogue.clone(),
            origin: origin.to_owned(),
            serial: says.serial,
            note: declaration.note().as_str().to_owned(),
        }])
        .await?;
    if node.store().log_by_origin(origin).await?.is_none() {
        node.store()
            .open_log(NewLog {
                origin: origin.to_owned(),
                origin_sha256: says.origin.path_hash(),
                dialogue: says.dialogue.clone(),
                track: says.track.clone(),
                party: says.party.to_string(),
                mine,
                predecessor: says
                    .predecessor
                    .as_ref()
                    .map(|each| each.origin.to_string()),
                created: node.clock().now().as_microsecond(),
            })
            .await?;
    }
    Ok(())
}

/// Entry 0 of every log is the charter; entry 1 of a successor is the declaration that makes it one.
async fn first_entries(node: &Node, log: &LogEntry) -> Result<(), SucceedError> {
    let size = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let Some(writer) = node.writer(log.id) else {
        return Ok(());
    };
    let directory = node.directory();
    let Some(dialogue) = directory.dialogue(&log.track.dialogue) else {
        return Ok(());
    };
    let mut drafts = vec![charter_draft(&dialogue.bytes)];
    if log.predecessor.is_some() {
        let declared = node.store().declarations(&log.track.dialogue).await?;
        let own = declared
            .into_iter()
            .find(|each| each.origin == log.origin.as_str());
        let control = Control::Declaration {
            note: own.map(|each| each.note).unwrap_or_default(),
        };
        drafts.push(control_draft(&control)?);
    }
    drafts.drain(
        ..usize::try_from(size)
            .unwrap_or(usize::MAX)
            .min(drafts.len()),
    );
    // Those that are there without a signature over them are signed when the writer is asked for anything.
    if !drafts.is_empty() || !has_begun(node, log) {
        writer.submit(drafts).await?;
    }
    Ok(())
}

/// Whether the first entries of an own log are signed.
pub fn has_begun(node: &Node, log: &LogEntry) -> bool {
    let published = node
        .writer(log.id)
        .and_then(|writer| writer.published().borrow().as_ref().map(|each| each.size));
    published.is_some_and(|size| size > u64::from(log.predecessor.is_some()))
}

fn charter_draft(bytes: &bytes::Bytes) -> Draft {
    Draft {
        class: Class::Control,
        media: MEDIA_STIX,
        content: bytes.clone(),
        object: None,
        lang: None,
        office: None,
    }
}

/// Control content as a draft.
///
/// # Errors
/// [`SucceedError::Reload`] when it cannot be written as JSON.
pub fn control_draft(control: &Control) -> Result<Draft, SucceedError> {
    let content = control
        .encode()
        .map_err(|error| SucceedError::Reload(error.to_string()))?;
    Ok(Draft {
        class: Class::Control,
        media: MEDIA_CONTROL,
        content: content.into_bytes().into(),
        object: None,
        lang: None,
        office: None,
    })
}
