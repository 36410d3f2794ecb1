//! Items that could not be held when their entry was: tried again every round, until they can be (RECORD §5). Whole
//! runs are fetched as one package, because a log that was pushed here by add-entries consists of nothing else.

use std::collections::BTreeSet;

use bytes::Bytes;
use record::{
    control::Control,
    entry::{Class, Entry},
    hash::LeafIndex,
    head::{Head, MEDIA_NOTE},
    name::Origin,
    opening::{Level, Opened, Opening, Place, open},
    package::Unpacked,
    tile::{BundleId, TILE_WIDTH},
};
use store::{Item, ItemState, NewObject, Position, ReadLimits, Resolve, SignedKind, StoreError};
use tracing::debug;

use crate::{
    directory::LogEntry,
    node::Node,
    resource::Resource,
    source::{Source, SourceError},
    sync::{pull, receipt, succeed::control_draft},
};

/// Runs fetched in vain after which a round gives up: what else is missing is not likely to be there.
const FUTILE_RUNS_MAX: usize = 64;

/// Whether all has been tried that a receipt would call an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// What is still excepted could not be had.
    All,
    /// The source broke off before.
    InPart,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Tries the excepted items of a log again: first those that no receipt covers yet, so that they become no exceptions,
/// then the others; what our own logs except and is whole now is said there.
pub async fn retry(node: &Node, log: &LogEntry, source: &dyn Source) -> Tried {
    match try_again(node, log, source).await {
        Ok(tried) => tried,
        Err(error) => {
            debug!(log.origin = %log.origin, "excepted items: {error}");
            Tried::InPart
        }
    }
}

async fn try_again(node: &Node, log: &LogEntry, source: &dyn Source) -> Result<Tried, Failure> {
    let mark = format!("resolving/{}", log.origin);
    let broke_off = node.store().meta(&mark).await?;
    let signed = node
        .sign_state()
        .load(SignedKind::Receipt, log.origin.as_str())
        .await?;
    let receipted = signed.map_or(0, |signed| signed.size);
    let mut retry = Retry {
        node,
        log,
        source,
        marked: broke_off.is_some_and(|mark| !mark.is_empty()),
        mark,
        resolved: 0,
    };
    let fresh = retry.between(receipted, u64::MAX).await;
    let old = match fresh {
        Ok(()) => retry.between(0, receipted).await,
        Err(_) => Ok(()),
    };
    if retry.resolved > 0 {
        debug!(log.origin = %log.origin, "{} excepted items could be held now", retry.resolved);
        node.refold(&log.track.dialogue).await;
    }
    if retry.marked {
        say_resolved(node, log).await?;
        node.store().set_meta(&retry.mark, "").await?;
    }
    if let Err(error) = old {
        debug!(log.origin = %log.origin, "excepted items: {error}");
    }
    fresh.map(|()| Tried::All)
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

/// One round for one log.
struct Retry<'a> {
    node: &'a Node,
    log: &'a LogEntry,
    source: &'a dyn Source,
    /// The name under which the store says that what was resolved may not be said yet.
    mark: String,
    marked: bool,
    /// Items so far.
    resolved: usize,
}

/// An item of a package that opens its entry.
enum Found {
    Whole(Box<(Item, Option<NewObject>)>),
    /// Its content is to be fetched alone.
    Alone(Entry, Opening),
}

impl Retry<'_> {
    /// Tries what is excepted between two indexes, run by run.
    async fn between(&mut self, from: u64, to: u64) -> Result<(), Failure> {
        let (mut next, mut futile) = (from, 0);
        while futile < FUTILE_RUNS_MAX {
            let excepted = self
                .node
                .store()
                .excepted(self.log.id, next, TILE_WIDTH as usize)
                .await?;
            let mut wanted: Vec<u64> = excepted.iter().map(|each| each.seq()).collect();
            let Some(run) = wanted.first().map(|first| first / TILE_WIDTH) else {
                return Ok(());
            };
            next = (run + 1) * TILE_WIDTH;
            wanted.retain(|index| *index < next && *index < to);
            if wanted.is_empty() {
                return Ok(());
            }
            match self.run(run, wanted).await? {
                0 => futile += 1,
                some => self.resolved += some,
            }
        }
        Ok(())
    }

    /// Resolves what it can of one run; returns how many items.
    async fn run(&mut self, run: u64, wanted: Vec<u64>) -> Result<usize, Failure> {
        let store = self.node.store();
        let size = store.log(self.log.id).await?.map_or(0, |held| held.size);
        // The source cuts runs by its own size, which is at least ours.
        let width = size.saturating_sub(run * TILE_WIDTH).min(TILE_WIDTH);
        let run = BundleId::new(run, u16::try_from(width)?)?;
        let package = match self
            .source
            .fetch(&Resource::Package(self.log.hash, run))
            .await
        {
            Ok(Some(package)) => package,
            // One bad package keeps nobody from the others; no answer at all does.
            Ok(None) | Err(SourceError::TooLarge { .. } | SourceError::Refused { .. }) => {
                return Ok(0);
            }
            Err(error @ SourceError::Unreachable { .. }) => return Err(error.into()),
        };
        let entries = store.entries(self.log.id, run.leaves()).await?;
        let origin = self.log.origin.clone();
        let found = tokio::task::spawn_blocking(move || {
            let wanted = wanted.into_iter().collect();
            find(&origin, run, &entries, &package, &wanted)
        });
        let (mut receipts, mut resolved) = (Vec::new(), 0);
        for (index, found) in found.await? {
            let (item, object) = match found {
                Found::Whole(whole) => *whole,
                Found::Alone(entry, opening) => {
                    let mut arena = stix::tree::Arena::default();
                    let (source, log) = (self.source, self.log);
                    match pull::fetch_content(source, log, &opening, index, entry, &mut arena).await
                    {
                        Ok((item, object)) => (item, object),
                        Err(_) => continue,
                    }
                }
            };
            receipts.extend(receipt_in(&item));
            resolved += usize::from(self.resolve(index, item, object).await?);
        }
        for note in receipts {
            if let Err(error) = receipt::take(self.node, &note).await {
                debug!(log.origin = %self.log.origin, "a receipt in it was not taken: {error}");
            }
        }
        Ok(resolved)
    }

    /// Stores one item; `false` when another source has brought it meanwhile.
    async fn resolve(
        &mut self,
        index: u64,
        item: Item,
        object: Option<NewObject>,
    ) -> Result<bool, StoreError> {
        if !self.marked {
            // Crash point: what is resolved from here on, and not said, is said in the next round.
            self.node.store().set_meta(&self.mark, "1").await?;
            self.marked = true;
        }
        let resolve = Resolve {
            log: self.log.id,
            seq: index,
            opening: item.opening,
            content_c: item.content_c,
            objects: object.into_iter().collect(),
            at: self.node.clock().now().as_microsecond(),
        };
        match self.node.store().resolve(resolve).await {
            Ok(()) => Ok(true),
            Err(StoreError::ItemIsWhole { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The items of a package that are wanted and open their entries.
fn find(
    origin: &Origin,
    run: BundleId,
    entries: &[[u8; record::entry::ENTRY_BYTES]],
    package: &[u8],
    wanted: &BTreeSet<u64>,
) -> Vec<(u64, Found)> {
    let Ok(unpacked) = Unpacked::new(package) else {
        return Vec::new();
    };
    let Ok(items) = unpacked.items(run.width()) else {
        return Vec::new();
    };
    let mut arena = stix::tree::Arena::default();
    let mut found = Vec::new();
    for (index, (entry, packed)) in run.leaves().zip(entries.iter().zip(&items)) {
        let (Ok(entry), Ok(at)) = (Entry::parse(entry), LeafIndex::new(index)) else {
            continue;
        };
        let place = Place {
            log: origin,
            index: at,
        };
        if !wanted.contains(&index) {
            continue;
        }
        let Ok(opened) = open(&entry, &packed.opening, place, packed.content) else {
            continue;
        };
        match (&opened, packed.opening.level()) {
            // Sealed for now, or erased: the class is all there is to hold.
            (Opened::Class(Class::Sealed) | Opened::Content { .. }, _) => {
                let (opening, content) = (&packed.opening, packed.content);
                let whole = pull::whole(entry, opening, &opened, content, &mut arena, index);
                if let Ok(whole) = whole {
                    found.push((index, Found::Whole(Box::new(whole))));
                }
            }
            (Opened::Head { .. }, Level::Content) => {
                found.push((index, Found::Alone(entry, packed.opening.clone())));
            }
            _ => {}
        }
    }
    found
}

/// The receipt that an item is, if it is one.
fn receipt_in(item: &Item) -> Option<Bytes> {
    let opening = &item.opening;
    if opening.class() != Some(Class::Control.to_byte()) {
        return None;
    }
    let head = Head::parse(opening.head()?).ok()?;
    (head.media() == MEDIA_NOTE)
        .then(|| opening.content().cloned())
        .flatten()
}
