//! Fetching runs of entries with their packages, ahead of the one being opened, and storing what was opened; each
//! transaction ends at a run.

use bytes::Bytes;
use futures::{FutureExt as _, Stream, StreamExt as _, future::BoxFuture};
use record::{
    checkpoint::VerifiedCheckpoint,
    control::ExceptionReason,
    entry::Entry,
    hash::Hash,
    package::{parse_entries, unpacked_bytes},
    tile::{BundleId, TILE_WIDTH},
    tree::Frontier,
};
use store::StoreError;
use tokio::task::JoinHandle;

use crate::{
    directory::LogEntry,
    node::Node,
    resource::Resource,
    source::{Source, SourceError},
    trees::{self},
};

use super::{
    PullError, Pulled,
    grown::{Expected, Grown},
    open::{Batch, fetch_alone, open_runs},
    to_store,
};

/// Most runs of 256 that are stored in one transaction. The index over random object ids is written to the log page by
/// page with each of them, so few large ones write much less than many small ones.
const RUNS_PER_APPEND: usize = 64;
/// Unpacked bytes after which a transaction takes no further run: what bounds the memory of a fetch, together with
/// [`PACKAGE_UNPACKED_BYTES_MAX`](record::package::PACKAGE_UNPACKED_BYTES_MAX) for the run that reaches it.
const APPEND_BYTES_MAX: u64 = 24 << 20;
/// Runs that are fetched ahead of the one being checked.
const RUNS_AHEAD: usize = 8;

/// A run as it was fetched.
pub(super) struct Fetched {
    pub(super) run: BundleId,
    pub(super) entries: Vec<Entry>,
    pub(super) package: Result<Bytes, ExceptionReason>,
}

pub(super) async fn fetch_runs(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    tree: &Grown,
    offered: &VerifiedCheckpoint,
    pulled: &mut Pulled,
) -> Result<(), PullError> {
    let size = offered.size().get();
    // Boxed, because a stream of borrowing futures of an async function is not `Send` in the compiler's eyes.
    let fetches: Vec<BoxFuture<'_, Result<Fetched, PullError>>> = (tree.first..)
        .zip(&tree.runs)
        .filter_map(|(index, expected)| {
            let width = (size - index * TILE_WIDTH).min(TILE_WIDTH);
            let run = BundleId::new(index, u16::try_from(width).ok()?).ok()?;
            Some(fetch_run(source, log, run, expected).boxed())
        })
        .collect();
    let mut fetched = std::pin::pin!(futures::stream::iter(fetches).buffered(RUNS_AHEAD));
    let mut edge = trees::edge(&**node.store(), log.id, pulled.after).await?;
    let mut held = pulled.after;
    let mut broken_off = Ok(());
    // Three at once: one chunk is fetched, the one before it opened, the one before that stored.
    let mut opening: Option<JoinHandle<Result<Batch, String>>> = None;
    let mut storing: Option<JoinHandle<Result<(), StoreError>>> = None;
    loop {
        let chunk = gather(&mut fetched, &mut broken_off).await;
        let batch = match opening.take() {
            Some(opening) => Some(opening.await.map_err(|_| PullError::Stopping)?.map_err(
                |what| PullError::Altered {
                    source_name: source.name(),
                    what,
                },
            )?),
            None => None,
        };
        if let Some(batch) = &batch {
            edge = batch.edge.clone();
            held += batch.items.len() as u64;
        }
        let last = chunk.is_empty();
        if !last {
            let (origin, edge) = (log.origin.clone(), edge.clone());
            opening = Some(tokio::task::spawn_blocking(move || {
                open_runs(&origin, held, chunk, edge)
            }));
        }
        if let Some(mut batch) = batch {
            fetch_alone(source, log, &mut batch).await?;
            pulled.after += batch.items.len() as u64;
            pulled.exceptions.extend(batch.exceptions.iter().copied());
            if let Some(stored) = storing.take() {
                stored.await.map_err(|_| PullError::Stopping)??;
            }
            let now = node.clock().now().as_microsecond();
            let append = batch.into_append(log, now, to_store(offered));
            let store = node.store().clone();
            storing = Some(tokio::spawn(async move {
                store.append(append).await.map(|_| ())
            }));
        }
        if last {
            break;
        }
    }
    if let Some(stored) = storing {
        stored.await.map_err(|_| PullError::Stopping)??;
    }
    broken_off
}

/// The runs of one transaction. What came before the source broke off is stored all the same.
async fn gather(
    fetched: &mut (impl Stream<Item = Result<Fetched, PullError>> + Unpin),
    broken_off: &mut Result<(), PullError>,
) -> Vec<Fetched> {
    let (mut runs, mut bytes) = (Vec::new(), 0);
    while broken_off.is_ok() && runs.len() < RUNS_PER_APPEND && bytes < APPEND_BYTES_MAX {
        match fetched.next().await {
            None => break,
            Some(Ok(run)) => {
                bytes += run.package.as_deref().map_or(0, unpacked_bytes);
                runs.push(run);
            }
            Some(Err(error)) => *broken_off = Err(error),
        }
    }
    runs
}

async fn fetch_run(
    source: &dyn Source,
    log: &LogEntry,
    run: BundleId,
    expected: &Expected,
) -> Result<Fetched, PullError> {
    let altered = |what: String| PullError::Altered {
        source_name: source.name(),
        what,
    };
    let package = async {
        match source.fetch(&Resource::Package(log.hash, run)).await {
            Ok(package) => Ok(package.ok_or(ExceptionReason::Missing)),
            // It would be so the next time too, and must not keep the entries after it from being held.
            Err(SourceError::TooLarge { .. }) => Ok(Err(ExceptionReason::TooLarge)),
            Err(error) => Err(error),
        }
    };
    let entries = async { source.fetch(&Resource::Entries(log.hash, run)).await };
    let (entries, package) = futures::future::try_join(entries, package).await?;
    let entries = entries.ok_or_else(|| altered(format!("entries {run} are missing")))?;
    let entries =
        parse_entries(&entries, run.width()).map_err(|error| altered(error.to_string()))?;
    let leaves: Vec<Hash> = entries.iter().map(Entry::leaf_hash).collect();
    let matches = match expected {
        Expected::Leaves(expected) => *expected == leaves,
        Expected::Root(root) => {
            let mut frontier = Frontier::new();
            leaves.iter().all(|leaf| frontier.push(*leaf).is_ok()) && frontier.root() == *root
        }
    };
    if !matches {
        return Err(altered(format!(
            "entries {run} are not those of the signed tree"
        )));
    }
    Ok(Fetched {
        run,
        entries,
        package,
    })
}
