//! Fetching one log: checkpoint → signature → growth out of what is held → entries and packages, tile by tile, each
//! checked against the signed tree → every commitment → fsync. The receipt follows in [`super::receipt`].
//!
//! The tree is checked before its entries: the hashes of whole tiles (level 1) and of the two partial ones at the ends
//! are fetched first and must lead from the root held to the root signed. So each run of 256 entries can be
//! checked, stored and kept by itself, and a fetch that breaks off goes on at the last complete tile.

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::BoxFuture};
use record::{
    append::{self, Edge},
    checkpoint::{CheckpointError, VerifiedCheckpoint},
    control::ExceptionReason,
    entry::{Class, Entry},
    hash::{Hash, LeafIndex, TreeSize},
    head::{MEDIA_STIX, MEDIA_STIX_20},
    name::Origin,
    note::{NoteError, SignedNote},
    opening::{Level, Opened, Opening, Place, open},
    package::{PackageError, PackedItem, Unpacked, parse_entries},
    tile::{BundleId, TILE_HEIGHT, TILE_WIDTH, TileId},
    tree::Frontier,
};
use store::{Append, Checkpoint, Item, ItemState, NewObject, StoreError};

use crate::{
    directory::LogEntry,
    held,
    node::Node,
    resource::Resource,
    source::{Source, SourceError},
    sync::fork::{self, ForkError},
    trees::{self, TreesError},
};

/// Runs of 256 that are stored in one transaction.
const RUNS_PER_APPEND: usize = 16;
/// Runs that are fetched ahead of the one being checked.
const RUNS_AHEAD: usize = 8;

/// What fetching a log brought.
#[derive(Debug, Clone, Default)]
pub struct Pulled {
    /// Entries held before.
    pub before: u64,
    /// Entries held now.
    pub after: u64,
    /// Entries of which less is held than there should be, and why.
    pub exceptions: Vec<(u64, ExceptionReason)>,
    /// The checkpoint that now covers all that is held.
    pub checkpoint: Option<VerifiedCheckpoint>,
}

/// Why a log was not brought up to date. Nothing that does not hold was stored.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source has no checkpoint of it.
    #[error("{0} has no such log")]
    NoSuchLog(String),
    /// The checkpoint is not signed as it must be.
    #[error("its checkpoint is not believed: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The note is none.
    #[error("its checkpoint is no note: {0}")]
    Note(#[from] NoteError),
    /// It is smaller than one its party signed before.
    #[error(
        "its size went back from {held} to {offered}; a node that was restored must open a successor"
    )]
    WentBack {
        /// The size signed before.
        held: u64,
        /// The size offered.
        offered: u64,
    },
    /// It was signed before one that is held and smaller.
    #[error("its checkpoint at size {size} was signed at {offered}, before the one held at {held}")]
    OldTime {
        /// The size offered.
        size: u64,
        /// The time held, POSIX seconds.
        held: u64,
        /// The time offered, POSIX seconds.
        offered: u64,
    },
    /// Its party signed two histories. The evidence is kept.
    #[error("its party signed two histories: {0}")]
    Fork(String),
    /// What the source gave is not what was signed. No evidence against the party.
    #[error("{source_name} gave something else than what was signed: {what}")]
    Altered {
        /// The source.
        source_name: String,
        /// What was wrong.
        what: String,
    },
    /// There is evidence of a fork already.
    #[error("there is evidence that its party signed two histories; nothing more is taken from it")]
    Disputed,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tiles held here.
    #[error(transparent)]
    Trees(#[from] TreesError),
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
}

impl From<ForkError> for PullError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::Store(error) => Self::Store(error),
            ForkError::Trees(error) => Self::Trees(error),
        }
    }
}

/// Fetches what is new of a log from a source.
///
/// # Errors
/// [`PullError`]. What was stored before it stays, and the next call goes on there.
pub async fn pull(node: &Node, log: &LogEntry, source: &dyn Source) -> Result<Pulled, PullError> {
    if fork::is_disputed(node, log).await? {
        return Err(PullError::Disputed);
    }
    let note = source.fetch(&Resource::Checkpoint(log.hash)).await?;
    let note = note.ok_or_else(|| PullError::NoSuchLog(source.name()))?;
    let offered = log.verifier.verify(SignedNote::parse(&note)?)?;
    let before = node.store().log(log.id).await?.map_or(0, |held| held.size);
    let held = node
        .store()
        .newest_checkpoint(log.id)
        .await?
        .map(|held| held.checkpoint);
    let pulled = Pulled {
        before,
        after: before,
        ..Pulled::default()
    };
    match follows(node, log, source, held.as_ref(), &offered).await? {
        // A relay may lag; the party itself may not.
        Follows::Stale => return Ok(pulled),
        Follows::Yes => {}
    }
    let size = offered.size().get();
    if before < size {
        let tree = Grown::fetch(node, log, source, before, &offered, held.as_ref()).await?;
        let mut pulled = Pulled {
            checkpoint: Some(offered.clone()),
            ..pulled
        };
        // From here on the checkpoint is known to follow from what is held.
        node.store()
            .put_checkpoint(log.id, to_store(&offered))
            .await?;
        fetch_runs(node, log, source, &tree, &offered, &mut pulled).await?;
        if let Some(held) = held.filter(|held| held.size > before && held.size < size) {
            passes_through(node, log, &held, &offered).await?;
        }
        node.saw(log, size, *offered.root().as_bytes());
        return Ok(pulled);
    }
    node.store()
        .put_checkpoint(log.id, to_store(&offered))
        .await?;
    node.saw(log, size, *offered.root().as_bytes());
    Ok(Pulled {
        checkpoint: Some(offered),
        ..pulled
    })
}

/// Checks that what was fetched has the root of a checkpoint that was believed and never fetched whole.
async fn passes_through(
    node: &Node,
    log: &LogEntry,
    held: &Checkpoint,
    offered: &VerifiedCheckpoint,
) -> Result<(), PullError> {
    let older = log
        .verifier
        .verify(SignedNote::parse(held.note.as_bytes())?)?;
    match fork::older(node, log, &to_store(offered), &older).await? {
        Some(words) => Err(PullError::Fork(words)),
        None => Ok(()),
    }
}

enum Follows {
    Yes,
    Stale,
}

/// Compares what is offered with the newest checkpoint that was ever believed, whether or not it was fetched whole.
async fn follows(
    node: &Node,
    log: &LogEntry,
    source: &dyn Source,
    held: Option<&Checkpoint>,
    offered: &VerifiedCheckpoint,
) -> Result<Follows, PullError> {
    let Some(held) = held else {
        return Ok(Follows::Yes);
    };
    let size = offered.size().get();
    if size == held.size && *offered.root().as_bytes() != held.root {
        let words = fork::same_size(node, log, held, offered).await?;
        return Err(PullError::Fork(words));
    }
    if size < held.size {
        // An older checkpoint with a root that is not one of our past is a fork all the same.
        if let Some(words) = fork::older(node, log, held, offered).await? {
            return Err(PullError::Fork(words));
        }
        // Its party has said that a closed log ended earlier than it is held here.
        return match source.name() == log.party.as_str() && log.closed.is_none() {
            true => Err(PullError::WentBack {
                held: held.size,
                offered: size,
            }),
            false => Ok(Follows::Stale),
        };
    }
    if offered.time() < held.time {
        // The same tree, signed earlier: an older heartbeat, which a relay may still have.
        if size == held.size && source.name() != log.party.as_str() {
            return Ok(Follows::Stale);
        }
        return Err(PullError::OldTime {
            size,
            held: held.time,
            offered: offered.time(),
        });
    }
    Ok(Follows::Yes)
}

/// What the signed tree has from the first run that is not complete here: checked hashes, run by run.
struct Grown {
    first: u64,
    runs: Vec<Expected>,
}

/// What the entries of a run must hash to.
enum Expected {
    /// The root of a whole run.
    Root(Hash),
    /// The leaves of a run that is partial, or was partly held.
    Leaves(Vec<Hash>),
}

impl Grown {
    /// Fetches and checks the hashes between the size held and the size signed.
    async fn fetch(
        node: &Node,
        log: &LogEntry,
        source: &dyn Source,
        before: u64,
        offered: &VerifiedCheckpoint,
        held: Option<&Checkpoint>,
    ) -> Result<Self, PullError> {
        let edge = trees::edge(&**node.store(), log.id, before).await?;
        let size = offered.size();
        let grown = grow(source, log, &edge, size).await;
        let (runs, root, fits) = match grown {
            Ok((runs, frontier, fits)) => (runs, frontier.root(), fits),
            Err(PullError::Altered { .. }) if held.is_some() => {
                (Vec::new(), Hash::new([0; 32]), false)
            }
            Err(error) => return Err(error),
        };
        if fits && root == *offered.root() {
            return Ok(Self {
                first: before / TILE_WIDTH,
                runs,
            });
        }
        // Either the source gave wrong hashes, or the party signed a tree that did not grow out of this one.
        if let Some(held) = held
            && let Some(words) = fork::grown(node, log, source, held, offered).await?
        {
            return Err(PullError::Fork(words));
        }
        Err(PullError::Altered {
            source_name: source.name(),
            what: format!("its tiles do not lead to the root signed at size {size}"),
        })
    }
}

/// The hashes of every run from the first incomplete one on, the frontier they lead to, and whether the leaves that
/// are held already are among them.
async fn grow(
    source: &dyn Source,
    log: &LogEntry,
    edge: &Edge,
    size: TreeSize,
) -> Result<(Vec<Expected>, Frontier, bool), PullError> {
    let before = edge.size().get();
    let end = size.get();
    let mut frontier = edge.frontier().clone();
    let mut runs = Vec::new();
    let mut fits = true;
    let overflow = |what: &dyn std::fmt::Display| PullError::Altered {
        source_name: source.name(),
        what: what.to_string(),
    };
    let mut at = before;
    while at < end {
        let run = at / TILE_WIDTH;
        let whole = at.is_multiple_of(TILE_WIDTH) && at + TILE_WIDTH <= end;
        if whole {
            // One tile of level 1 has the roots of 256 runs.
            let level1 = TileId::covering(1, run / TILE_WIDTH, size);
            let level1 = level1.ok_or_else(|| overflow(&"there is no such tile"))?;
            let roots = fetch_tile(source, log, level1).await?;
            for root in roots
                .iter()
                .skip(usize::try_from(run % TILE_WIDTH).unwrap_or(usize::MAX))
            {
                frontier
                    .push_subtree(TILE_HEIGHT as u8, *root)
                    .map_err(|error| overflow(&error))?;
                runs.push(Expected::Root(*root));
                at += TILE_WIDTH;
            }
            continue;
        }
        let level0 =
            TileId::covering(0, run, size).ok_or_else(|| overflow(&"there is no such tile"))?;
        let leaves = fetch_tile(source, log, level0).await?;
        let known = usize::try_from(at % TILE_WIDTH).unwrap_or(0);
        // Only the first run can be partly held; a partial one at the end begins with nothing known.
        fits &= at > before
            || leaves.get(..known).is_some_and(|old| {
                old.iter()
                    .flat_map(Hash::as_bytes)
                    .eq(edge.partial_leaves())
            });
        for leaf in leaves.iter().skip(known) {
            frontier.push(*leaf).map_err(|error| overflow(&error))?;
            at += 1;
        }
        runs.push(Expected::Leaves(leaves));
    }
    Ok((runs, frontier, fits))
}

async fn fetch_tile(
    source: &dyn Source,
    log: &LogEntry,
    id: TileId,
) -> Result<Vec<Hash>, PullError> {
    let bytes = source.fetch(&Resource::Tile(log.hash, id)).await?;
    bytes
        .filter(|bytes| bytes.len() == usize::from(id.width()) * 32)
        .and_then(|bytes| Hash::split(&bytes))
        .ok_or_else(|| PullError::Altered {
            source_name: source.name(),
            what: format!("tile {id} is missing or has the wrong length"),
        })
}

/// A run as it was fetched.
struct Fetched {
    run: BundleId,
    entries: Vec<Entry>,
    package: Option<Bytes>,
}

async fn fetch_runs(
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
    let mut fetched = std::pin::pin!(
        futures::stream::iter(fetches)
            .buffered(RUNS_AHEAD)
            .try_chunks(RUNS_PER_APPEND)
    );
    let mut edge = trees::edge(&**node.store(), log.id, pulled.after).await?;
    // Each chunk is stored while the next is fetched and opened.
    let mut storing: Option<tokio::task::JoinHandle<Result<(), StoreError>>> = None;
    while let Some(chunk) = fetched.next().await {
        let chunk = chunk.map_err(|error| error.1)?;
        let (origin, held) = (log.origin.clone(), pulled.after);
        let opened =
            tokio::task::spawn_blocking(move || open_runs(&origin, held, chunk, edge)).await;
        let mut batch =
            opened
                .map_err(|_| PullError::Stopping)?
                .map_err(|what| PullError::Altered {
                    source_name: source.name(),
                    what,
                })?;
        fetch_alone(source, log, &mut batch).await?;
        pulled.after += batch.items.len() as u64;
        pulled.exceptions.extend(batch.exceptions.iter().copied());
        edge = batch.edge.clone();
        if let Some(stored) = storing.take() {
            stored.await.map_err(|_| PullError::Stopping)??;
        }
        let append = batch.into_append(log, node.clock().now().as_microsecond(), to_store(offered));
        let store = node.store().clone();
        storing = Some(tokio::spawn(async move {
            store.append(append).await.map(|_| ())
        }));
    }
    if let Some(stored) = storing {
        stored.await.map_err(|_| PullError::Stopping)??;
    }
    Ok(())
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
    let (entries, package) = futures::future::try_join(
        async { source.fetch(&Resource::Entries(log.hash, run)).await },
        async { source.fetch(&Resource::Package(log.hash, run)).await },
    )
    .await?;
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

/// Runs that were opened, ready to be stored.
struct Batch {
    expected_size: u64,
    items: Vec<Item>,
    objects: Vec<NewObject>,
    exceptions: Vec<(u64, ExceptionReason)>,
    /// Contents that were left out of their package: index, opening, place.
    alone: Vec<(u64, Opening, Entry)>,
    origin: Origin,
    tiles: Vec<append::Tile>,
    edge: Edge,
}

fn open_runs(origin: &Origin, held: u64, runs: Vec<Fetched>, edge: Edge) -> Result<Batch, String> {
    let mut batch = Batch {
        expected_size: held,
        items: Vec::new(),
        objects: Vec::new(),
        exceptions: Vec::new(),
        alone: Vec::new(),
        origin: origin.clone(),
        tiles: Vec::new(),
        edge,
    };
    let mut arena = stix::tree::Arena::default();
    let mut fresh = Vec::new();
    for run in runs {
        let unpacked = run.package.as_deref().map(Unpacked::new);
        let packed = match &unpacked {
            None => Err(ExceptionReason::Missing),
            Some(Err(PackageError::TooLarge)) => Err(ExceptionReason::TooLarge),
            Some(Err(_)) => Err(ExceptionReason::Malformed),
            Some(Ok(unpacked)) => unpacked
                .items(run.run.width())
                .map_err(|_| ExceptionReason::Malformed),
        };
        for (number, entry) in run.entries.into_iter().enumerate() {
            let index = run.run.leaves().start + number as u64;
            if index < held {
                continue;
            }
            match &packed {
                Ok(packed) => batch.take(&mut arena, index, entry, &packed[number]),
                Err(reason) => batch.except(index, entry, *reason),
            }
            fresh.push(entry);
        }
    }
    let appended = append::append(&batch.edge, &fresh).map_err(|error| error.to_string())?;
    batch.tiles = appended.tiles;
    batch.edge = appended.edge;
    Ok(batch)
}

impl Batch {
    fn take(
        &mut self,
        arena: &mut stix::tree::Arena,
        index: u64,
        entry: Entry,
        packed: &PackedItem<'_>,
    ) {
        let Ok(place) = LeafIndex::new(index) else {
            return self.except(index, entry, ExceptionReason::Malformed);
        };
        let place = Place {
            log: &self.origin,
            index: place,
        };
        let opened = match open(&entry, &packed.opening, place, packed.content) {
            Ok(opened) => opened,
            Err(_) => return self.except(index, entry, ExceptionReason::Mismatched),
        };
        match (&opened, packed.opening.level()) {
            // Sealed for now, or erased: the class is all there is to hold.
            (Opened::Class(Class::Sealed), _) => self.push(entry, packed, &opened, arena, index),
            (Opened::Content { .. }, _) => self.push(entry, packed, &opened, arena, index),
            (Opened::Head { .. }, Level::Content) => {
                self.alone.push((index, packed.opening.clone(), entry));
                self.items.push(excepted(entry));
            }
            _ => self.except(index, entry, ExceptionReason::Missing),
        }
    }

    fn push(
        &mut self,
        entry: Entry,
        packed: &PackedItem<'_>,
        opened: &Opened,
        arena: &mut stix::tree::Arena,
        index: u64,
    ) {
        match whole(entry, &packed.opening, opened, packed.content, arena, index) {
            Ok((item, object)) => {
                self.items.push(item);
                self.objects.extend(object);
            }
            Err(reason) => self.except(index, entry, reason),
        }
    }

    fn except(&mut self, index: u64, entry: Entry, reason: ExceptionReason) {
        self.exceptions.push((index, reason));
        self.items.push(excepted(entry));
    }

    fn into_append(self, log: &LogEntry, at: i64, checkpoint: Checkpoint) -> Append {
        Append {
            log: log.id,
            expected_size: self.expected_size,
            items: self.items,
            tiles: self.tiles.into_iter().map(trees::to_store).collect(),
            objects: self.objects,
            checkpoint: Some(checkpoint),
            at,
        }
    }
}

/// An item of which only the entry is held.
pub(super) fn excepted(entry: Entry) -> Item {
    Item {
        entry: *entry.as_bytes(),
        opening: store::Opening::Withheld,
        state: ItemState::Excepted,
        content_c: None,
    }
}

/// An opened item as it is stored, and the object in it; JSON that is not canonical is malformed.
pub fn whole(
    entry: Entry,
    opening: &Opening,
    opened: &Opened,
    content: Option<&[u8]>,
    arena: &mut stix::tree::Arena,
    index: u64,
) -> Result<(Item, Option<NewObject>), ExceptionReason> {
    let mut object = None;
    if let (Some(head), Some(content)) = (opened.head(), content) {
        let media = head.media();
        if media.ends_with("+json") || media.starts_with("application/stix+json") {
            json::is_canonical(content, &json::Limits::default())
                .map_err(|_| ExceptionReason::Malformed)?;
        }
        if matches!(media, MEDIA_STIX | MEDIA_STIX_20)
            && opened.class() == Some(record::entry::Class::Information)
        {
            let read = stix::Object::from_canonical_in(arena, content.to_vec())
                .map_err(|_| ExceptionReason::Malformed)?;
            object = Some(NewObject {
                seq: index,
                stix_id: read.id().to_string(),
                version: read.version().map(ToString::to_string).unwrap_or_default(),
                content_hash: *Hash::of(content).as_bytes(),
            });
        }
    }
    let content_c = opened
        .head()
        .filter(|_| content.is_some_and(|content| held::fetched_alone(content.len())))
        .map(|head| *head.content().as_bytes());
    let item = Item {
        entry: *entry.as_bytes(),
        opening: held::to_store(opening, content.map(Bytes::copy_from_slice)),
        state: ItemState::Whole,
        content_c,
    };
    Ok((item, object))
}

/// Fetches the contents that their packages left out, one by one.
async fn fetch_alone(
    source: &dyn Source,
    log: &LogEntry,
    batch: &mut Batch,
) -> Result<(), PullError> {
    let mut arena = stix::tree::Arena::default();
    for (index, opening, entry) in std::mem::take(&mut batch.alone) {
        let fetched = fetch_content(source, log, &opening, index, entry, &mut arena).await;
        let at = usize::try_from(index - batch.expected_size).unwrap_or(usize::MAX);
        match fetched {
            Ok((item, object)) => {
                batch.items[at] = item;
                batch.objects.extend(object);
            }
            Err(reason) => batch.exceptions.push((index, reason)),
        }
    }
    batch.objects.sort_by_key(|object| object.seq);
    Ok(())
}

/// Fetches one content by its commitment and opens its entry with it.
///
/// # Errors
/// The reason for an exception.
pub async fn fetch_content(
    source: &dyn Source,
    log: &LogEntry,
    opening: &Opening,
    index: u64,
    entry: Entry,
    arena: &mut stix::tree::Arena,
) -> Result<(Item, Option<NewObject>), ExceptionReason> {
    let head = opening
        .head()
        .and_then(|head| record::head::Head::parse(head).ok());
    let head = head.ok_or(ExceptionReason::Malformed)?;
    if head.content_bytes() > record::head::CONTENT_BYTES_MAX as u64 {
        return Err(ExceptionReason::TooLarge);
    }
    let content = match source
        .fetch(&Resource::Content(log.hash, *head.content()))
        .await
    {
        Ok(Some(content)) => content,
        Ok(None) | Err(SourceError::Unreachable { .. } | SourceError::Refused { .. }) => {
            return Err(ExceptionReason::Missing);
        }
        Err(SourceError::TooLarge { .. }) => return Err(ExceptionReason::TooLarge),
    };
    let place = LeafIndex::new(index).map_err(|_| ExceptionReason::Malformed)?;
    let place = Place {
        log: &log.origin,
        index: place,
    };
    let opened =
        open(&entry, opening, place, Some(&content)).map_err(|_| ExceptionReason::Mismatched)?;
    whole(entry, opening, &opened, Some(&content), arena, index)
}

/// A verified checkpoint as the store keeps it: the log's own lines; the cosignatures are kept beside it.
pub fn to_store(checkpoint: &VerifiedCheckpoint) -> Checkpoint {
    Checkpoint {
        size: checkpoint.size().get(),
        root: *checkpoint.root().as_bytes(),
        time: checkpoint.time(),
        note: checkpoint.own_note().as_str().to_owned(),
    }
}
