//! Rounds: what is done with one other party, by a hint, by the clock or on demand.

use std::collections::BTreeSet;
use std::time::Duration;

use record::{declaration::VerifiedDeclaration, head::MEDIA_NOTE, name::Host, note::SignedNote};
use store::{NewAlarm, PeerEvent, ReadLimits};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    directory::{DialogueEntry, LogEntry},
    end::End,
    keys,
    node::Node,
    peer::PeerClient,
    resource::Resource,
    source::{Source, SourceError},
    sync::{
        exception::{self, Tried},
        fork, pull,
        pull::PullError,
        receipt, succeed,
    },
    view::{SyncLine, SyncReport},
};

/// How long after a failure a party is asked again, at first; doubled each time.
const RETRY_FIRST: Duration = Duration::from_secs(1);

/// One round with every other party, all at once.
pub async fn round(node: &Node) -> SyncReport {
    let directory = node.directory();
    let others: Vec<Host> = directory
        .peers()
        .map(|(host, _)| host.clone())
        .filter(|host| host != node.me())
        .collect();
    let rounds = others.iter().map(|host| with(node, host));
    let logs = futures::future::join_all(rounds)
        .await
        .into_iter()
        .flatten()
        .collect();
    SyncReport { logs }
}

/// Keeps going round with every other party until `stop`: by hints, and every `poll_secs` without.
pub async fn run(node: Node, stop: CancellationToken) {
    let mut running: BTreeSet<Host> = BTreeSet::new();
    let mut rounds = JoinSet::new();
    while !stop.is_cancelled() {
        let directory = node.directory();
        for (host, _) in directory.peers().filter(|(host, _)| *host != node.me()) {
            if running.insert(host.clone()) {
                rounds.spawn(keep_going(node.clone(), host.clone(), stop.clone()));
            }
        }
        // A charter that came into force meanwhile brings new parties.
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
    while rounds.join_next().await.is_some() {}
}

async fn keep_going(node: Node, host: Host, stop: CancellationToken) {
    let poll = Duration::from_secs(node.settings().poll_secs.max(1));
    let waker = node.waker(&host);
    let mut pause = Duration::ZERO;
    let mut retry = RETRY_FIRST;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = waker.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
        let lines = tokio::select! {
            () = stop.cancelled() => return,
            lines = with(&node, &host) => lines,
        };
        let failed = lines.iter().any(|line| line.error.is_some());
        node.metrics().went_round(host.as_str(), failed);
        (pause, retry) = if failed {
            (retry.min(poll), (retry * 2).min(poll))
        } else {
            (poll, RETRY_FIRST)
        };
    }
}

/// One round with one party.
pub async fn with(node: &Node, host: &Host) -> Vec<SyncLine> {
    let client = match node.client(host) {
        Ok(Some(client)) => client,
        Ok(None) => return Vec::new(),
        Err(error) => {
            warn!(peer = %host, "no client: {error}");
            return Vec::new();
        }
    };
    if let Err(error) = declarations(node, &client).await {
        note_peer(node, host, PeerEvent::Error(error.to_string())).await;
        let unreachable = matches!(error, SourceError::Unreachable { .. });
        let failed = |log: &std::sync::Arc<LogEntry>| SyncLine {
            unreachable,
            ..line(log, &client.name(), Err(error.to_string()))
        };
        return shared_logs(node, host, Whose::Theirs)
            .iter()
            .map(failed)
            .collect();
    }
    note_peer(node, host, PeerEvent::Success).await;
    let mut lines = Vec::new();
    for log in shared_logs(node, host, Whose::Theirs) {
        lines.push(one_log(node, &log, &client, Some(&client)).await);
    }
    // What the others hold of logs of ours that ended before they should have.
    for log in shared_logs(node, host, Whose::OursEnded) {
        lines.push(one_log(node, &log, &client, None).await);
    }
    // Third parties' logs: compared with what this party has receipted, and fetched from it while their own node
    // cannot be reached.
    for log in shared_logs(node, host, Whose::Thirds) {
        compare(node, &log, &client).await;
        if !reachable(node, &log.party).await {
            lines.push(one_log(node, &log, &client, None).await);
        }
    }
    // Receipts for our own logs, up to their ends, from a party that cannot call us.
    for log in shared_logs(node, host, Whose::OursWhole) {
        if let Ok(Some(seen)) = client.fetch(&Resource::Seen(log.hash)).await
            && let Err(error) = receipt::take(node, &seen).await
        {
            warn!(peer = %host, log.origin = %log.origin, "a receipt was not taken: {error}");
        }
    }
    lines
}

#[derive(Clone, Copy)]
enum Whose {
    Theirs,
    OursEnded,
    OursWhole,
    Thirds,
}

fn shared_logs(node: &Node, host: &Host, whose: Whose) -> Vec<std::sync::Arc<LogEntry>> {
    let directory = node.directory();
    let me = node.me();
    directory
        .logs()
        .filter(|log| log.track.has(host) && log.track.has(me))
        .filter(|log| match whose {
            Whose::Theirs => log.party == *host,
            Whose::OursEnded => log.party == *me && (!log.mine || log.closed.is_some()),
            Whose::OursWhole => {
                log.party == *me && log.mine && (log.closed.is_none() || log.end.is_some())
            }
            Whose::Thirds => log.party != *host && log.party != *me,
        })
        .cloned()
        .collect()
}

/// Fetches one log from a source, takes the receipts in it, countersigns, hands the receipt over.
pub async fn one_log(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    owner: Option<&PeerClient>,
) -> SyncLine {
    let pulled = match pull::pull(node, log, source).await {
        Ok(pulled) => pulled,
        // A log that nobody wrote to yet, or that a relay does not have, is nothing to report.
        Err(PullError::NoSuchLog(_)) => return line(log, &source.name(), Ok((0, 0, false))),
        Err(error) => {
            refused(node, log, &error).await;
            let unreachable = matches!(error, PullError::Source(SourceError::Unreachable { .. }));
            return SyncLine {
                unreachable,
                ..line(log, &source.name(), Err(error.to_string()))
            };
        }
    };
    if pulled.after > pulled.before {
        info!(log.origin = %log.origin, "fetched {} entries from {}", pulled.after - pulled.before, source.name());
        take_receipts_in(node, log, pulled.before).await;
    }
    let tried = exception::retry(node, log, source).await;
    let Some(checkpoint) = &pulled.checkpoint else {
        return line(
            log,
            &source.name(),
            Ok((pulled.before, pulled.after, false)),
        );
    };
    // What was not tried yet is no exception: the receipt waits rather than say so of thousands of items.
    if log.party == *node.me() || tried == Tried::InPart {
        return line(
            log,
            &source.name(),
            Ok((pulled.before, pulled.after, false)),
        );
    }
    match receipt::give(node, log, checkpoint, &pulled.exceptions).await {
        Ok(Some(note)) => {
            if let Some(owner) = owner {
                hand_over(owner, &note).await;
            }
            line(log, &source.name(), Ok((pulled.before, pulled.after, true)))
        }
        Ok(None) => line(
            log,
            &source.name(),
            Ok((pulled.before, pulled.after, false)),
        ),
        Err(error) => line(
            log,
            &source.name(),
            Err(format!("no receipt was signed: {error}")),
        ),
    }
}

async fn hand_over(owner: &PeerClient, note: &SignedNote) {
    // It is on our own record, and served: if this fails it arrives another way.
    let body = bytes::Bytes::copy_from_slice(note.as_bytes());
    if let Err(error) = owner.post("/add-receipt", body).await {
        debug!("a receipt could not be handed over: {error}");
    }
}

/// The receipts among newly fetched entries.
async fn take_receipts_in(node: &Node, log: &LogEntry, from: u64) {
    let mut next = from;
    loop {
        let Ok(items) = node
            .store()
            .acts_of_log(log.id, next, ReadLimits::default())
            .await
        else {
            return;
        };
        let Some(last) = items.last() else { return };
        next = last.position.seq() + 1;
        for stored in &items {
            let opening = &stored.item.opening;
            let is_note = opening.class() == Some(1)
                && opening
                    .head()
                    .and_then(|head| record::head::Head::parse(head).ok())
                    .is_some_and(|head| head.media() == MEDIA_NOTE);
            if let (true, Some(content)) = (is_note, opening.content())
                && let Err(error) = receipt::take(node, content).await
            {
                debug!(log.origin = %log.origin, "a receipt in it was not taken: {error}");
            }
        }
    }
}

/// Whether what another receiver holds of a third party's log is one of the past that is held here (RECORD §10: two
/// histories to two receivers).
async fn compare(node: &Node, log: &LogEntry, client: &PeerClient) {
    let Ok(Some(seen)) = client.fetch(&Resource::Seen(log.hash)).await else {
        return;
    };
    let Ok(note) = SignedNote::parse(&seen) else {
        return;
    };
    let Ok(checkpoint) = log.verifier.verify(note) else {
        return;
    };
    if let Err(error) = fork::elsewhere(node, log, &checkpoint).await {
        warn!(log.origin = %log.origin, "could not be compared: {error}");
    }
    let _ = receipt::take(node, &seen).await;
}

async fn reachable(node: &Node, host: &Host) -> bool {
    let peers = node.store().peers().await.unwrap_or_default();
    let peer = peers.into_iter().find(|peer| peer.host == host.as_str());
    peer.is_some_and(|peer| {
        let failed = peer.last_error.as_ref().map(|(at, _)| *at);
        peer.last_success > failed
    })
}

/// Learns of successors.
async fn declarations(node: &Node, client: &PeerClient) -> Result<(), SourceError> {
    let directory = node.directory();
    for dialogue in directory
        .dialogues()
        .iter()
        .filter(|each| each.in_force.is_some())
    {
        let id = dialogue.charter.object().id().as_str().to_owned();
        let Some(list) = client.fetch(&Resource::Declarations(id)).await? else {
            continue;
        };
        let notes: Vec<String> = serde_json::from_slice(&list).unwrap_or_default();
        for error in all_declared(node, dialogue, notes).await {
            warn!(peer = client.host(), "a declaration was not taken: {error}");
        }
    }
    Ok(())
}

/// Takes the declarations that are new, in whatever order they come: a successor of a successor waits for the log
/// before it. Returns why each of the others was not taken.
pub async fn all_declared(
    node: &Node,
    dialogue: &DialogueEntry,
    notes: Vec<String>,
) -> Vec<String> {
    let mut waiting = notes;
    loop {
        let (before, mut left, mut errors) = (waiting.len(), Vec::new(), Vec::new());
        for note in waiting {
            if let Err(error) = declared(node, dialogue, &note).await {
                left.push(note);
                errors.push(error);
            }
        }
        if left.is_empty() || left.len() == before {
            return errors;
        }
        waiting = left;
    }
}

/// Takes one declaration, if it is new: a successor closes the log before it, and where that log ended in good order,
/// only its final checkpoint is believed from then on.
///
/// # Errors
/// Words.
async fn declared(node: &Node, dialogue: &DialogueEntry, note: &str) -> Result<(), String> {
    let error = |error: &dyn std::fmt::Display| error.to_string();
    let id = dialogue.charter.object().id().as_str();
    let known = node.store().declarations(id).await.map_err(|e| error(&e))?;
    if let Some(known) = known.iter().find(|each| each.note == note) {
        let opened = node.store().log_by_origin(&known.origin).await;
        if opened.map_err(|e| error(&e))?.is_some() {
            return Ok(());
        }
    }
    let declared = node.directory().declaration(note, &dialogue.charter)?;
    let says = declared.declaration();
    if says.party == *node.me() && keys::has_log(node.home(), &says.origin) {
        // One that we were about to open when something broke off: the next start does.
        return Ok(());
    }
    if says.dialogue != id {
        return Err("it is about another dialogue".to_owned());
    }
    let known_track = dialogue.charter.tracks().iter().any(|track| {
        track.name().as_str() == says.track
            && track
                .parties()
                .iter()
                .any(|party| party.as_str() == says.party.as_str())
    });
    if !known_track {
        return Err(format!("{} is in no track {}", says.party, says.track));
    }
    let Some(predecessor) = &says.predecessor else {
        return Err(format!(
            "{} succeeds no log, and the charter does not name it",
            says.origin
        ));
    };
    let before = node
        .store()
        .log_by_origin(predecessor.origin.as_str())
        .await
        .map_err(|e| error(&e))?
        .filter(|log| {
            let about = (&*log.dialogue, &*log.track, &*log.party);
            about == (&*says.dialogue, &*says.track, says.party.as_str())
        })
        .ok_or_else(|| {
            format!(
                "{} is no log of {} on {} that is known here",
                predecessor.origin, says.party, says.track
            )
        })?;
    if let (Some((_, end)), Some(known)) = (End::declared(&declared), ended(node, &before))
        && !known.agrees(&end)
    {
        return Err(format!(
            "it says that {} ended with {} entries; its party has said before that it ended otherwise, with {}",
            predecessor.origin,
            end.size(),
            known.size()
        ));
    }
    // The log before it is closed first: what breaks off here comes again, because the declaration is not held yet.
    node.drop_writer(before.id);
    let closing = succeeded(&before, &declared);
    node.store()
        .close_log(before.id, &closing.reason)
        .await
        .map_err(|e| error(&e))?;
    node.store()
        .add_alarm(NewAlarm {
            log: Some(before.id),
            kind: closing.kind.to_owned(),
            detail: closing.detail,
            evidence: bytes::Bytes::copy_from_slice(note.as_bytes()),
            at: node.clock().now().as_microsecond(),
        })
        .await
        .map_err(|e| error(&e))?;
    succeed::add_log(node, &declared, false)
        .await
        .map_err(|e| error(&e))?;
    node.reload().await.map_err(|e| error(&e))
}

fn ended(node: &Node, log: &store::Log) -> Option<End> {
    node.directory().log_of(&log.origin)?.end.clone()
}

/// What people are told of a log that another one goes on from.
struct Closing {
    reason: String,
    kind: &'static str,
    detail: String,
}

fn succeeded(log: &store::Log, successor: &VerifiedDeclaration) -> Closing {
    let says = successor.declaration();
    let (reason, size, is_final) = match &says.predecessor {
        Some(each) => (each.reason.as_str(), each.size.get(), each.is_final),
        None => ("", 0, false),
    };
    let (party, held) = (&says.party, log.size);
    if !is_final {
        let reason = format!("{reason} (its party knew {size} of it)");
        return Closing {
            kind: "restored",
            detail: format!(
                "{party} closed a log of which we hold {held} entries and opened a successor: {reason}"
            ),
            reason,
        };
    }
    let beyond = match held.checked_sub(size) {
        Some(more @ 1..) => format!(
            "; we hold {more} entries beyond that, signed with the old keys, which {party} does not know"
        ),
        _ => String::new(),
    };
    Closing {
        reason: reason.to_owned(),
        kind: "keys_replaced",
        detail: format!(
            "{party} ended a log with {size} entries, and {} goes on with new keys: {reason}{beyond}",
            says.origin
        ),
    }
}

/// What a refused log leaves behind for people.
async fn refused(node: &Node, log: &LogEntry, error: &PullError) {
    let kind = match error {
        PullError::WentBack { .. } => "rollback",
        PullError::OldTime { .. } => "old_time",
        PullError::Ended { .. } => "old_keys",
        PullError::Altered { .. } => "altered",
        PullError::Checkpoint(_) | PullError::Note(_) => "bad_checkpoint",
        // A fork has its own alarm, with evidence; the rest is no fault of the party.
        _ => return,
    };
    let evidence = match error {
        PullError::Ended { note, .. } => bytes::Bytes::copy_from_slice(note.as_bytes()),
        _ => bytes::Bytes::new(),
    };
    warn!(log.origin = %log.origin, "refused: {error}");
    let alarm = NewAlarm {
        log: Some(log.id),
        kind: kind.to_owned(),
        detail: format!("{} {}: {error}", log.party, log.origin),
        evidence,
        at: node.clock().now().as_microsecond(),
    };
    if let Err(error) = node.store().add_alarm(alarm).await {
        warn!("an alarm could not be kept: {error}");
    }
}

async fn note_peer(node: &Node, host: &Host, event: PeerEvent) {
    let at = node.clock().now().as_microsecond();
    if let Err(error) = node.store().touch_peer(host.as_str(), event, at).await {
        warn!(peer = %host, "could not be noted: {error}");
    }
}

fn line(log: &LogEntry, source: &str, result: Result<(u64, u64, bool), String>) -> SyncLine {
    let (before, after, receipted, error) = match result {
        Ok((before, after, receipted)) => (before, after, receipted, None),
        Err(error) => (0, 0, false, Some(error)),
    };
    SyncLine {
        party: log.party.to_string(),
        track: log.track.terms.name().as_str().to_owned(),
        origin: log.origin.to_string(),
        source: source.to_owned(),
        before,
        after,
        receipted,
        error,
        unreachable: false,
    }
}
