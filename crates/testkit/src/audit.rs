//! Reading a node's record from the outside: every hash and signature again, nothing twice, and whether several nodes
//! hold the same.

use std::{
    collections::{BTreeMap, btree_map},
    convert::Infallible,
};

use node::{Node, directory::LogEntry, held, trees};
use record::{
    entry::Entry,
    fsck::{LogReader, fsck},
    hash::{LeafIndex, TreeSize},
    package::encode_entries,
    tile::{BundleId, TileId, bundles, tiles},
};
use store::{CosignatureKind, Position, ReadLimits, SignedKind, TileAt};

use crate::party::Party;

/// Objects read at a time.
const PAGE: usize = 10_000;

/// What is wrong with a node's record: findings of the store, faults of every log.
pub async fn audit(node: &Node) -> Vec<String> {
    let store = node.store();
    let mut faults: Vec<String> = store
        .check()
        .await
        .expect("the store can be checked")
        .iter()
        .map(|finding| format!("{finding:?}"))
        .collect();
    for log in node.directory().logs() {
        let held = Held::read(node, log).await;
        if held.size == 0 {
            continue;
        }
        let mut tell = |fault| faults.push(format!("{}: {fault}", log.origin));
        let told = fsck(
            &held,
            &log.origin,
            std::slice::from_ref(&log.verifier),
            &mut tell,
        );
        let Ok(summary) = told;
        if summary.size.get() != held.size {
            faults.push(format!(
                "{}: {} entries are held, checkpoints cover {}",
                log.origin, held.size, summary.size
            ));
        }
    }
    faults
}

/// Versions of objects that stand on a track more than once.
pub async fn doubled(node: &Node) -> Vec<String> {
    let mut doubled = Vec::new();
    for track in node.directory().tracks() {
        let (mut seen, mut after) = (BTreeMap::new(), 0);
        loop {
            let page = node.store().objects(track.id, after, PAGE).await;
            let page = page.expect("objects are read");
            let Some(last) = page.last() else { break };
            after = last.arrival;
            for object in page {
                let key = format!("{} {}", object.key.stix_id, object.key.version);
                // A version that was listed again has another row of the same item.
                match seen.entry(key) {
                    btree_map::Entry::Occupied(first) if *first.get() != object.held.position => {
                        doubled.push(first.key().clone());
                    }
                    btree_map::Entry::Occupied(_) => {}
                    btree_map::Entry::Vacant(first) => {
                        first.insert(object.held.position);
                    }
                }
            }
        }
    }
    doubled
}

/// How far parties agree about a track.
#[derive(Debug)]
pub struct Agreement {
    /// What is different, in words; empty when all agree.
    pub differences: Vec<String>,
    /// Entries of each log, by origin.
    pub sizes: BTreeMap<String, u64>,
}

/// Compares what running parties hold and have receipted of a track.
pub async fn agreement(parties: &[Party], track: &str) -> Agreement {
    let mut differences = Vec::new();
    let mut sizes = BTreeMap::new();
    for owner in parties {
        let Ok(entry) = owner.node().directory().track(track) else {
            continue;
        };
        for log in owner.node().directory().chain(&entry, owner.node().me()) {
            let (size, root) = end(owner.node(), &log).await;
            sizes.insert(log.origin.to_string(), size);
            for other in parties.iter().filter(|other| {
                log.track.has(other.node().me()) && other.node().me() != owner.node().me()
            }) {
                let (node, me) = (other.node(), other.node().me());
                let Some(theirs) = node.directory().log(&log.hash).cloned() else {
                    differences.push(format!("{me} does not know {}", log.origin));
                    continue;
                };
                let held = end(node, &theirs).await;
                if held != (size, root.clone()) {
                    differences.push(format!(
                        "{me} holds {} at {held:?}, its owner at {:?}",
                        log.origin,
                        (size, &root)
                    ));
                }
                if log.closed.is_some() {
                    continue;
                }
                let signed = node
                    .sign_state()
                    .load(SignedKind::Receipt, log.origin.as_str())
                    .await;
                let signed = signed.expect("sign-state is read").map_or(0, |it| it.size);
                let (here, there) = (
                    receipted(owner.node(), &log, other).await,
                    receipted(node, &theirs, other).await,
                );
                if [signed, here, there] != [size; 3] {
                    differences.push(format!(
                        "{me}: of {size} entries of {}, signed {signed}, shown here {there}, at the owner's {here}",
                        log.origin
                    ));
                }
            }
        }
    }
    Agreement { differences, sizes }
}

/// Size and root of what is held of a log.
async fn end(node: &Node, log: &LogEntry) -> (u64, String) {
    let held = node.store().log(log.id).await.expect("a log is read");
    let size = held.map_or(0, |held| held.size);
    let root = trees::root_at(&**node.store(), log.id, size).await;
    (size, root.expect("its tiles are whole").to_string())
}

/// How far `by` has receipted a log, as a node knows it.
async fn receipted(node: &Node, log: &LogEntry, by: &Party) -> u64 {
    let key = by.node().me().receipt_key();
    let cosigned = node.store().newest_cosigned(log.id).await;
    cosigned
        .expect("cosignatures are read")
        .iter()
        .find(|each| each.kind == CosignatureKind::Receipt && each.name == key.as_str())
        .map_or(0, |each| each.size)
}

/// A log read into memory, for the check that trusts nothing.
struct Held {
    size: u64,
    checkpoints: Vec<Vec<u8>>,
    entries: BTreeMap<u64, Vec<u8>>,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    items: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Held {
    async fn read(node: &Node, log: &LogEntry) -> Self {
        let store = node.store();
        let held = store.log(log.id).await.expect("a log is read");
        let size = held.map_or(0, |held| held.size);
        let tree = TreeSize::new(size).expect("a size");
        let mut notes = BTreeMap::new();
        let kept = store.checkpoints(log.id, 0..size + 1, PAGE).await;
        for each in kept.expect("checkpoints are read") {
            notes.insert(
                (each.checkpoint.size, each.checkpoint.time),
                each.checkpoint.note,
            );
        }
        let signed = node
            .sign_state()
            .load(SignedKind::Checkpoint, log.origin.as_str())
            .await;
        if let Some(signed) = signed.expect("sign-state is read") {
            notes.insert((signed.size, signed.time), signed.note);
        }
        let mut this = Self {
            size,
            checkpoints: notes.into_values().map(String::into_bytes).collect(),
            entries: BTreeMap::new(),
            tiles: BTreeMap::new(),
            items: Vec::new(),
        };
        for run in bundles(tree) {
            let entries = store.entries(log.id, run.leaves()).await;
            let entries: Vec<Entry> = entries
                .expect("entries are read")
                .iter()
                .map(|bytes| Entry::parse(bytes).expect("an entry"))
                .collect();
            this.entries.insert(run.index(), encode_entries(&entries));
        }
        for tile in tiles(tree) {
            let at = TileAt {
                level: tile.level(),
                index: tile.index(),
            };
            let mut found = store.tiles(log.id, vec![at]).await.expect("tiles are read");
            if let Some(bytes) = found.pop().flatten() {
                let wanted = usize::from(tile.width()) * 32;
                let bytes = bytes.get(..wanted).unwrap_or(&bytes).to_vec();
                this.tiles.insert((tile.level(), tile.index()), bytes);
            }
        }
        while let Some(more) = this.more(node, log).await {
            this.items.extend(more);
        }
        this
    }

    async fn more(&self, node: &Node, log: &LogEntry) -> Option<Vec<(Vec<u8>, Option<Vec<u8>>)>> {
        let next = self.items.len() as u64;
        if next >= self.size {
            return None;
        }
        let limits = ReadLimits::default();
        let items = node.store().items(log.id, next..self.size, limits).await;
        let mut read = Vec::new();
        for mut stored in items.expect("items are read") {
            if stored.content_bytes.is_some() && stored.item.opening.content().is_none() {
                let position = Position::new(log.id, stored.position.seq()).expect("a position");
                let whole = node.store().item(position).await.expect("an item is read");
                stored = whole.expect("the item is there");
            }
            let opening = held::from_store(&stored.item.opening).expect("an opening");
            let content = stored.item.opening.content().map(|bytes| bytes.to_vec());
            read.push((opening.encode().to_vec(), content));
        }
        (!read.is_empty()).then_some(read)
    }
}

impl LogReader for Held {
    type Error = Infallible;

    fn checkpoints(&self) -> Result<Vec<Vec<u8>>, Infallible> {
        Ok(self.checkpoints.clone())
    }

    fn entries(&self, id: BundleId) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.entries.get(&id.index()).cloned())
    }

    fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.tiles.get(&(id.level(), id.index())).cloned())
    }

    fn opening(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Infallible> {
        let at = usize::try_from(index.get()).expect("small");
        Ok(self.items.get(at).map(|item| item.0.clone()))
    }

    fn content(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Infallible> {
        let at = usize::try_from(index.get()).expect("small");
        Ok(self.items.get(at).and_then(|item| item.1.clone()))
    }
}
