//! Export and import of bundles: the same record, the same verification, another way across.

use std::io::Write as _;

use record::{
    hash::TreeSize,
    name::Host,
    package::Room,
    tile::{TILE_WIDTH, bundles, tiles},
};
use store::{CosignatureKind, ReadLimits};

use crate::{
    bundle::{BundleFile, BundleWriter},
    clock::utc_time,
    directory::{DialogueEntry, LogEntry},
    error::ApiError,
    node::Node,
    request::Export,
    resource::Resource,
    sync::{engine, receipt},
    view::{SyncLine, SyncReport},
};

/// Receipts of one log that a bundle carries at most.
const RECEIPTS_MAX: usize = 10_000;

/// Writes a bundle of a dialogue: everything, or what a party has not receipted.
///
/// # Errors
/// [`ApiError`] when there is no such dialogue or party, or the record cannot be read.
pub async fn export(node: &Node, request: &Export) -> Result<Vec<u8>, ApiError> {
    let directory = node.directory();
    let dialogue = directory.dialogue(&request.dialogue).ok_or_else(|| {
        ApiError::not_found(format!("there is no dialogue `{}` here", request.dialogue))
    })?;
    let id = dialogue.charter.object().id().as_str().to_owned();
    let to = match &request.to {
        Some(wanted) => Some(party(dialogue, wanted)?),
        None => None,
    };
    let logs: Vec<_> = directory
        .logs()
        .filter(|log| log.track.dialogue == id && to.as_ref().is_none_or(|to| log.track.has(to)))
        .cloned()
        .collect();
    let made = utc_time(node.clock().now()).to_string();
    let names = to.iter().map(ToString::to_string).collect();
    let mut bundle = BundleWriter::new(Vec::new(), &id, node.me().as_str(), names, made);
    write(node, dialogue, &logs, to.as_ref(), &mut bundle).await?;
    let mut whole = bundle.finish().map_err(ApiError::internal)?;
    whole.flush().map_err(ApiError::internal)?;
    Ok(whole)
}

fn party(dialogue: &DialogueEntry, wanted: &str) -> Result<Host, ApiError> {
    let mut fitting = dialogue.charter.parties().iter().filter(|party| {
        party.host.as_str() == wanted || crate::directory::short(party.host.as_str()) == wanted
    });
    match (fitting.next(), fitting.next()) {
        (Some(party), None) => party.host.as_str().parse().map_err(ApiError::internal),
        _ => Err(ApiError::not_found(format!(
            "`{wanted}` names no single party of this dialogue"
        ))),
    }
}

type Bundle = BundleWriter<Vec<u8>>;

async fn write(
    node: &Node,
    dialogue: &DialogueEntry,
    logs: &[std::sync::Arc<LogEntry>],
    to: Option<&Host>,
    bundle: &mut Bundle,
) -> Result<(), ApiError> {
    let mut shown = Vec::new();
    for log in logs {
        let Some((size, note)) = node
            .checkpoint_note(log)
            .await
            .map_err(ApiError::internal)?
        else {
            continue;
        };
        add(bundle, &Resource::Checkpoint(log.hash), note.as_bytes())?;
        shown.push((log, size));
    }
    let id = dialogue.charter.object().id().as_str();
    bundle
        .add(&format!("charter/{id}"), &dialogue.bytes)
        .map_err(ApiError::internal)?;
    for declared in node
        .store()
        .declarations(id)
        .await
        .map_err(ApiError::internal)?
    {
        let hash = crate::resource::LogHash::of(&declared.origin);
        let name = format!("declaration/{hash}.{}", declared.serial);
        bundle
            .add(&name, declared.note.as_bytes())
            .map_err(ApiError::internal)?;
    }
    for kind in [Kind::Tiles, Kind::Entries, Kind::Packages, Kind::Contents] {
        for (log, size) in &shown {
            let from = receipted(node, log, to).await?;
            resources(node, log, from, *size, kind, bundle).await?;
        }
    }
    for (log, size) in &shown {
        let held = node
            .store()
            .checkpoints(log.id, 0..size + 1, RECEIPTS_MAX)
            .await;
        for each in held.map_err(ApiError::internal)? {
            if each
                .cosignatures
                .iter()
                .any(|each| each.kind == CosignatureKind::Receipt)
            {
                let note = crate::offer::with_lines(&each.checkpoint.note, &each.cosignatures);
                let name = format!("receipt/{}/{}", log.hash, each.checkpoint.size);
                bundle
                    .add(&name, note.as_bytes())
                    .map_err(ApiError::internal)?;
            }
        }
    }
    Ok(())
}

/// What a party has receipted of a log; a party needs nothing of its own log, but what others hold of it does no harm.
async fn receipted(node: &Node, log: &LogEntry, to: Option<&Host>) -> Result<u64, ApiError> {
    let Some(to) = to else { return Ok(0) };
    let key = to.receipt_key();
    let cosigned = node
        .store()
        .newest_cosigned(log.id)
        .await
        .map_err(ApiError::internal)?;
    Ok(cosigned
        .iter()
        .find(|each| each.name == key.as_str())
        .map_or(0, |each| each.size))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tiles,
    Entries,
    Packages,
    Contents,
}

async fn resources(
    node: &Node,
    log: &LogEntry,
    from: u64,
    size: u64,
    kind: Kind,
    bundle: &mut Bundle,
) -> Result<(), ApiError> {
    let size = TreeSize::new(size).map_err(ApiError::internal)?;
    let first = from / TILE_WIDTH;
    let runs = || bundles(size).filter(move |run| run.index() >= first && from < run.leaves().end);
    let wanted: Vec<Resource> = match kind {
        // Higher levels are few, and the whole of them proves a fork at any size.
        Kind::Tiles => tiles(size)
            .filter(|tile| tile.level() > 0 || tile.index() >= first)
            .map(|tile| Resource::Tile(log.hash, tile))
            .collect(),
        Kind::Entries => runs().map(|run| Resource::Entries(log.hash, run)).collect(),
        Kind::Packages => runs().map(|run| Resource::Package(log.hash, run)).collect(),
        Kind::Contents => alone(node, log, first * TILE_WIDTH, size.get()).await?,
    };
    for resource in wanted {
        if let Some(bytes) = node
            .resource(node.me(), &resource)
            .await
            .map_err(ApiError::internal)?
        {
            add(bundle, &resource, &bytes)?;
        }
    }
    Ok(())
}

/// The contents that their packages leave out.
async fn alone(node: &Node, log: &LogEntry, from: u64, to: u64) -> Result<Vec<Resource>, ApiError> {
    let mut wanted = Vec::new();
    let mut room = Room::default();
    let mut next = from;
    while next < to {
        let limits = ReadLimits {
            content_bytes_max: 0,
            ..ReadLimits::default()
        };
        let items = node
            .store()
            .items(log.id, next..to, limits)
            .await
            .map_err(ApiError::internal)?;
        let Some(last) = items.last() else { break };
        next = last.position.seq() + 1;
        for stored in &items {
            if stored.position.seq().is_multiple_of(TILE_WIDTH) {
                room = Room::default();
            }
            let bytes = stored
                .content_bytes
                .and_then(|bytes| usize::try_from(bytes).ok());
            let left_out = bytes.is_some_and(|bytes| !room.takes(bytes));
            if let (true, Some(hash)) = (left_out, stored.item.content_c) {
                wanted.push(Resource::Content(log.hash, record::hash::Hash::new(hash)));
            }
        }
    }
    Ok(wanted)
}

fn add(bundle: &mut Bundle, resource: &Resource, bytes: &[u8]) -> Result<(), ApiError> {
    let Some(name) = resource.bundle_name() else {
        return Ok(());
    };
    bundle.add(&name, bytes).map_err(ApiError::internal)
}

/// Takes a bundle in: declarations, every log by the same path as over the network, receipts.
///
/// # Errors
/// [`ApiError`] for a file that is no whole bundle, or of a dialogue that is not in force here; nothing is stored then.
pub async fn import(node: &Node, file: std::fs::File) -> Result<SyncReport, ApiError> {
    let bundle = tokio::task::spawn_blocking(move || BundleFile::open(file)).await;
    let bundle = bundle.map_err(ApiError::internal)?;
    let bundle = bundle.map_err(|error| ApiError::invalid(error.to_string()))?;
    let wanted = bundle.index().dialogue.clone();
    let directory = node.directory();
    let dialogue =
        directory.dialogue(&wanted).filter(|each| each.in_force.is_some()).ok_or_else(|| {
            ApiError::refused(
                "unknown_dialogue",
                format!("the bundle is of the dialogue {wanted}, which is not in force here; accept its charter first"),
            )
        })?;
    let mut declarations = Vec::new();
    for name in bundle.names("declaration/") {
        let note = bundle
            .read(name)
            .map_err(|error| ApiError::invalid(error.to_string()))?;
        declarations.push(String::from_utf8(note.unwrap_or_default().to_vec()).unwrap_or_default());
    }
    for error in engine::all_declared(node, dialogue, declarations).await {
        tracing::warn!("a declaration in the bundle was not taken: {error}");
    }
    let mut logs: Vec<SyncLine> = Vec::new();
    for log in node.directory().logs() {
        let name = Resource::Checkpoint(log.hash)
            .bundle_name()
            .unwrap_or_default();
        let ours = log.party == *node.me() && log.mine && log.closed.is_none();
        if !ours && bundle.names(&name).next().is_some() {
            logs.push(engine::one_log(node, log, &bundle, None).await);
        }
    }
    for name in bundle.names("receipt/") {
        let note = bundle
            .read(name)
            .map_err(|error| ApiError::invalid(error.to_string()))?;
        if let Err(error) = receipt::take(node, &note.unwrap_or_default()).await {
            tracing::debug!("{name} in the bundle was not taken: {error}");
        }
    }
    Ok(SyncReport { logs })
}
