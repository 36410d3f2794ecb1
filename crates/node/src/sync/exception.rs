//! Items that could not be held when their entry was: tried again every round, until they can be (RECORD §5).

use std::collections::BTreeSet;

use record::{
    control::Control,
    entry::Entry,
    hash::{LeafIndex, TreeSize},
    opening::{Level, Opened, Place, open},
    package::Unpacked,
    tile::{BundleId, TILE_WIDTH},
};
use store::{ItemState, Position, ReadLimits, Resolve, StoreError};
use tracing::debug;

use crate::{
    directory::LogEntry,
    node::Node,
    resource::Resource,
    source::{Source, SourceError},
    sync::{pull, succeed::control_draft},
};

/// Items tried again in one round.
const RETRIES_MAX: usize = 64;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Tries the excepted items of a log again; what is resolved is said in our own log.
pub async fn retry(node: &Node, log: &LogEntry, source: &dyn Source) {
    if let Err(error) = try_again(node, log, source).await {
        debug!(log.origin = %log.origin, "excepted items: {error}");
    }
}

async fn try_again(node: &Node, log: &LogEntry, source: &dyn Source) -> Result<(), Failure> {
    let mark = format!("resolving/{}", log.origin);
    let broke_off = node.store().meta(&mark).await?;
    let mut marked = broke_off.is_some_and(|mark| !mark.is_empty());
    for position in node.store().excepted(log.id, 0, RETRIES_MAX).await? {
        let Some(resolve) = fetch(node, log, source, position.seq()).await? else {
            continue;
        };
        if !marked {
            // Crash point: what is resolved from here on, and not said, is said in the next round.
            node.store().set_meta(&mark, "1").await?;
            marked = true;
        }
        match node.store().resolve(resolve).await {
            // Another round was faster.
            Ok(()) | Err(StoreError::ItemIsWhole { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        debug!(log.origin = %log.origin, "item {} could be held now", position.seq());
    }
    if marked {
        say_resolved(node, log).await?;
        node.store().set_meta(&mark, "").await?;
    }
    Ok(())
}

/// Says of every item that our own logs except, and that is whole now, that it is resolved.
async fn say_resolved(node: &Node, log: &LogEntry) -> Result<(), Failure> {
    let said = said(node, log).await?;
    let mut drafts = Vec::new();
    for index in said.excepted.difference(&said.resolved) {
        let position = Position::new(log.id, *index).ok_or("an index beyond a log")?;
        let item = node.store().item(position).await?;
        if item.is_some_and(|stored| stored.item.state == ItemState::Whole) {
            drafts.push(control_draft(&Control::Resolved {
                log: log.origin.clone(),
                index: LeafIndex::new(*index)?,
            })?);
        }
    }
    if !drafts.is_empty() {
        node.submit(&log.track, drafts).await?;
    }
    Ok(())
}

/// What our own logs say of another's items.
#[derive(Debug, Default)]
pub struct Said {
    /// Indexes that are excepted.
    pub excepted: BTreeSet<u64>,
    /// Indexes that are resolved.
    pub resolved: BTreeSet<u64>,
}

/// Reads our own logs of a track for what they say of the items of `log`. Reads every act there, so it is for the rare
/// case that there are exceptions.
///
/// # Errors
/// [`StoreError`].
pub async fn said(node: &Node, log: &LogEntry) -> Result<Said, StoreError> {
    let mut said = Said::default();
    for own in node.directory().chain(&log.track, node.me()) {
        let mut next = 0;
        loop {
            let limits = ReadLimits::default();
            let acts = node.store().acts_of_log(own.id, next, limits).await?;
            let Some(last) = acts.last() else { break };
            next = last.position.seq() + 1;
            for stored in &acts {
                let opening = &stored.item.opening;
                let content = opening.content().filter(|_| opening.class() == Some(1));
                match content.map(|content| Control::parse(content)) {
                    Some(Ok(Control::Exception { log: of, index, .. })) if of == log.origin => {
                        said.excepted.insert(index.get());
                    }
                    Some(Ok(Control::Resolved { log: of, index })) if of == log.origin => {
                        said.resolved.insert(index.get());
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(said)
}

/// Fetches an excepted item once more; `None` when it still cannot be held.
async fn fetch(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    index: u64,
) -> Result<Option<Resolve>, Failure> {
    let size = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let run = index / TILE_WIDTH;
    // The source cuts runs by its own size, which is at least ours.
    let width = TreeSize::new(size)?
        .get()
        .saturating_sub(run * TILE_WIDTH)
        .min(TILE_WIDTH);
    let run = BundleId::new(run, u16::try_from(width)?)?;
    let package = match source.fetch(&Resource::Package(log.hash, run)).await {
        Ok(Some(package)) => package,
        Ok(None) | Err(SourceError::TooLarge { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Ok(unpacked) = Unpacked::new(&package) else {
        return Ok(None);
    };
    let Ok(items) = unpacked.items(run.width()) else {
        return Ok(None);
    };
    let packed = &items[usize::try_from(index - run.leaves().start)?];
    let entries = node.store().entries(log.id, index..index + 1).await?;
    let Some(entry) = entries.first() else {
        return Ok(None);
    };
    let entry = Entry::parse(entry)?;
    let at = LeafIndex::new(index)?;
    let Ok(opened) = open(
        &entry,
        &packed.opening,
        Place {
            log: &log.origin,
            index: at,
        },
        packed.content,
    ) else {
        return Ok(None);
    };
    let mut arena = stix::tree::Arena::default();
    let whole = match (&opened, packed.opening.level()) {
        (Opened::Content { .. }, _) => pull::whole(
            entry,
            &packed.opening,
            &opened,
            packed.content,
            &mut arena,
            index,
        ),
        (Opened::Head { .. }, Level::Content) => {
            pull::fetch_content(source, log, &packed.opening, index, entry, &mut arena).await
        }
        _ => return Ok(None),
    };
    let Ok((item, object)) = whole else {
        return Ok(None);
    };
    Ok(Some(Resolve {
        log: log.id,
        seq: index,
        opening: item.opening,
        content_c: item.content_c,
        objects: object.into_iter().collect(),
        at: node.clock().now().as_microsecond(),
    }))
}
