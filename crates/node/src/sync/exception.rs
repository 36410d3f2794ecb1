//! Items that could not be held when their entry was: tried again every round, until they can be (RECORD §5).

use record::{
    control::Control,
    entry::Entry,
    hash::{LeafIndex, TreeSize},
    opening::{Level, Opened, Place, open},
    package::Unpacked,
    tile::{BundleId, TILE_WIDTH},
};
use store::Resolve;
use tracing::debug;

use crate::{
    directory::LogEntry,
    node::Node,
    resource::Resource,
    source::Source,
    sync::{pull, succeed::control_draft},
};

/// Items tried again in one round.
const RETRIES_MAX: usize = 64;

/// Tries the excepted items of a log again; what is resolved is said in our own log.
pub async fn retry(node: &Node, log: &LogEntry, source: &dyn Source) {
    let Ok(excepted) = node.store().excepted(log.id, 0, RETRIES_MAX).await else {
        return;
    };
    for index in excepted.iter().map(|position| position.seq()) {
        match resolve(node, log, source, index).await {
            Ok(true) => debug!(log.origin = %log.origin, "item {index} could be held now"),
            Ok(false) => {}
            Err(error) => return debug!(log.origin = %log.origin, "item {index}: {error}"),
        }
    }
}

async fn resolve(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    index: u64,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let size = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let run = index / TILE_WIDTH;
    // The source cuts runs by its own size, which is at least ours.
    let width = TreeSize::new(size)?
        .get()
        .saturating_sub(run * TILE_WIDTH)
        .min(TILE_WIDTH);
    let run = BundleId::new(run, u16::try_from(width)?)?;
    let Some(package) = source.fetch(&Resource::Package(log.hash, run)).await? else {
        return Ok(false);
    };
    let Ok(unpacked) = Unpacked::new(&package) else {
        return Ok(false);
    };
    let Ok(items) = unpacked.items(run.width()) else {
        return Ok(false);
    };
    let packed = &items[usize::try_from(index - run.leaves().start)?];
    let entries = node.store().entries(log.id, index..index + 1).await?;
    let Some(entry) = entries.first() else {
        return Ok(false);
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
        return Ok(false);
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
        _ => return Ok(false),
    };
    let Ok((item, object)) = whole else {
        return Ok(false);
    };
    node.store()
        .resolve(Resolve {
            log: log.id,
            seq: index,
            opening: item.opening,
            content_c: item.content_c,
            objects: object.into_iter().collect(),
            at: node.clock().now().as_microsecond(),
        })
        .await?;
    let resolved = control_draft(&Control::Resolved {
        log: log.origin.clone(),
        index: at,
    })?;
    node.submit(&log.track, vec![resolved]).await?;
    Ok(true)
}
