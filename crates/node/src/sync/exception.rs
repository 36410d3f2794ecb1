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
use store::{Item, NewObject, Resolve, SignedKind, StoreError};
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
/// then those that were said to be; what is resolved of the latter is said in our own log.
pub async fn retry(node: &Node, log: &LogEntry, source: &dyn Source) -> Tried {
    let origin = log.origin.as_str();
    let signed = match node.sign_state().load(SignedKind::Receipt, origin).await {
        Ok(signed) => signed,
        Err(error) => {
            debug!(log.origin = %log.origin, "excepted items: {error}");
            return Tried::InPart;
        }
    };
    let receipted = signed.map_or(0, |signed| signed.size);
    let retry = Retry {
        node,
        log,
        source,
        receipted,
    };
    let (mut tried, mut resolved) = (Tried::All, 0);
    if let Err(error) = retry.between(receipted, u64::MAX, &mut resolved).await {
        debug!(log.origin = %log.origin, "excepted items: {error}");
        tried = Tried::InPart;
    } else if let Err(error) = retry.between(0, receipted, &mut resolved).await {
        debug!(log.origin = %log.origin, "excepted items: {error}");
    }
    if resolved > 0 {
        debug!(log.origin = %log.origin, "{resolved} excepted items could be held now");
        node.refold(&log.track.dialogue).await;
    }
    tried
}

/// One round for one log.
struct Retry<'a> {
    node: &'a Node,
    log: &'a LogEntry,
    source: &'a dyn Source,
    /// Our receipt covers these; for what is excepted among them our own log has an exception entry. One that was
    /// written just before a crash, for a receipt that was not signed, stays unanswered; the receipt that follows
    /// covers its item all the same.
    receipted: u64,
}

/// An item of a package that opens its entry.
enum Found {
    Whole(Box<(Item, Option<NewObject>)>),
    /// Its content is to be fetched alone.
    Alone(Entry, Opening),
}

impl Retry<'_> {
    /// Tries what is excepted between two indexes, run by run.
    async fn between(&self, from: u64, to: u64, resolved: &mut usize) -> Result<(), Failure> {
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
                some => *resolved += some,
            }
        }
        Ok(())
    }

    /// Resolves what it can of one run; returns how many items.
    async fn run(&self, run: u64, wanted: Vec<u64>) -> Result<usize, Failure> {
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
        let (mut said, mut receipts, mut resolved) = (Vec::new(), Vec::new(), 0);
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
            if !self.resolve(index, item, object).await? {
                continue;
            }
            resolved += 1;
            if index < self.receipted {
                said.push(control_draft(&Control::Resolved {
                    log: self.log.origin.clone(),
                    index: LeafIndex::new(index)?,
                })?);
            }
        }
        if !said.is_empty() {
            self.node.submit(&self.log.track, said).await?;
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
        &self,
        index: u64,
        item: Item,
        object: Option<NewObject>,
    ) -> Result<bool, StoreError> {
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
