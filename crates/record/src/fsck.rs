//! Checking a whole log: reads everything through a trait, and trusts nothing of it.
//!
//! Every signature, every entry, every tile, every opening and every content is computed anew and
//! compared. What is wrong is told one by one and the check goes on, so that one run shows the damage.

mod fault;

pub use fault::{Fault, Summary};

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::append::{Edge, Tile, append_leaf_hashes};
use crate::checkpoint::{CheckpointError, LogVerifier, VerifiedCheckpoint};
use crate::entry::Entry;
use crate::hash::{HASH_BYTES, Hash, LeafIndex, TreeSize};
use crate::name::Origin;
use crate::note::SignedNote;
use crate::opening::{Level, Opened, Opening, Place, open};
use crate::package::parse_entries;
use crate::tile::{BundleId, TileId, bundles};
use crate::tree::FrontierError;

/// Where a log is read for checking. What is missing is `None` and a fault, not an error.
pub trait LogReader {
    /// What can go wrong while reading. It ends the check: nothing can be said about what cannot be
    /// read.
    type Error;

    /// Every checkpoint note that is kept, oldest first.
    ///
    /// # Errors
    /// The storage cannot be read.
    fn checkpoints(&self) -> Result<Vec<Vec<u8>>, Self::Error>;

    /// The entries of a bundle, u16 length-prefixed, as they are served.
    ///
    /// # Errors
    /// The storage cannot be read.
    fn entries(&self, id: BundleId) -> Result<Option<Vec<u8>>, Self::Error>;

    /// The hashes of a tile.
    ///
    /// # Errors
    /// The storage cannot be read.
    fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error>;

    /// The opening of an entry, encoded.
    ///
    /// # Errors
    /// The storage cannot be read.
    fn opening(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Self::Error>;

    /// The content of an entry.
    ///
    /// # Errors
    /// The storage cannot be read.
    fn content(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// Checks a log. `keys` are all keys that it ever had, newest first; every fault goes to `tell`.
///
/// # Errors
/// The reader's, which end the check.
pub fn fsck<R: LogReader>(
    reader: &R,
    origin: &Origin,
    keys: &[LogVerifier],
    tell: impl FnMut(Fault),
) -> Result<Summary, R::Error> {
    let mut check = Check {
        reader,
        origin,
        tell,
        summary: Summary::default(),
    };
    let signed = check.checkpoints(keys)?;
    let Some((&size, _)) = signed.last_key_value() else {
        check.fault(Fault::NoCheckpoint);
        return Ok(check.summary);
    };
    check.summary.size = size;
    check.tree(size, &signed)?;
    Ok(check.summary)
}

struct Check<'r, R, T> {
    reader: &'r R,
    origin: &'r Origin,
    tell: T,
    summary: Summary,
}

impl<R: LogReader, T: FnMut(Fault)> Check<'_, R, T> {
    fn fault(&mut self, fault: Fault) {
        self.summary.faults += 1;
        (self.tell)(fault);
    }

    /// The roots that checkpoints state, by size. Of two roots at one size the first is kept; the other
    /// one differs from it or from the entries, and is told.
    fn checkpoints(&mut self, keys: &[LogVerifier]) -> Result<BTreeMap<TreeSize, Hash>, R::Error> {
        let mut signed = BTreeMap::new();
        let (mut size, mut time) = (TreeSize::ZERO, 0);
        for (number, bytes) in self.reader.checkpoints()?.iter().enumerate() {
            let note = match SignedNote::parse(bytes) {
                Ok(note) => note,
                Err(reason) => {
                    self.fault(Fault::CheckpointNote { number, reason });
                    continue;
                }
            };
            let checkpoint = match verify_by_any(keys, &note) {
                Some(Ok(checkpoint)) => checkpoint,
                Some(Err(reason)) => {
                    self.fault(Fault::Checkpoint { number, reason });
                    continue;
                }
                None => continue,
            };
            self.summary.checkpoints += 1;
            if checkpoint.size() < size {
                let earlier = size;
                self.fault(Fault::Shrunk {
                    number,
                    size: checkpoint.size(),
                    earlier,
                });
            }
            if checkpoint.time() < time {
                let earlier = time;
                self.fault(Fault::TimeWentBack {
                    number,
                    time: checkpoint.time(),
                    earlier,
                });
            }
            size = size.max(checkpoint.size());
            time = time.max(checkpoint.time());
            let root = *checkpoint.root();
            let computed = *signed.entry(checkpoint.size()).or_insert(root);
            if computed != root {
                self.fault(Fault::Root {
                    size: checkpoint.size(),
                    computed,
                    signed: root,
                });
            }
        }
        Ok(signed)
    }

    fn tree(&mut self, size: TreeSize, signed: &BTreeMap<TreeSize, Hash>) -> Result<(), R::Error> {
        let mut edge = Edge::new();
        for id in bundles(size) {
            let entries = match self.reader.entries(id)? {
                None => {
                    self.fault(Fault::EntriesMissing(id));
                    return Ok(());
                }
                Some(bytes) => match parse_entries(&bytes, id.width()) {
                    Ok(entries) => entries,
                    Err(reason) => {
                        self.fault(Fault::Entries { id, reason });
                        return Ok(());
                    }
                },
            };
            for (index, entry) in (id.leaves()).zip(&entries) {
                if let Ok(index) = LeafIndex::new(index) {
                    self.item(index, entry)?;
                }
            }
            // Stop at every size that was signed, to compare the root there.
            let start = edge.size();
            let end = match start.grown(id.width().into()) {
                Ok(end) => end,
                Err(err) => {
                    self.fault(FrontierError::from(err).into());
                    return Ok(());
                }
            };
            let mut done = 0;
            let inside = signed.range((Bound::Excluded(start), Bound::Excluded(end)));
            for stop in inside.map(|(size, _)| *size).chain([end]) {
                let until = (stop.get() - start.get()) as usize;
                let leaves = entries[done..until].iter().map(Entry::leaf_hash);
                let appended = match append_leaf_hashes(&edge, leaves) {
                    Ok(appended) => appended,
                    Err(err) => {
                        self.fault(err.into());
                        return Ok(());
                    }
                };
                done = until;
                edge = appended.edge;
                self.root(&edge, appended.root, signed);
                // What is partial here has grown since; only its last state is kept.
                for tile in appended.tiles.iter().filter(|tile| !tile.id.is_partial()) {
                    self.tile(tile)?;
                }
            }
        }
        for tile in edge.partial_tiles() {
            self.tile(&tile)?;
        }
        Ok(())
    }

    fn root(&mut self, edge: &Edge, computed: Hash, signed: &BTreeMap<TreeSize, Hash>) {
        if let Some(&root) = signed.get(&edge.size()).filter(|root| **root != computed) {
            self.fault(Fault::Root {
                size: edge.size(),
                computed,
                signed: root,
            });
        }
    }

    fn tile(&mut self, computed: &Tile) -> Result<(), R::Error> {
        self.summary.tiles += 1;
        let id = computed.id;
        match self.reader.stored_tile(id)? {
            None => self.fault(Fault::TileMissing(id)),
            Some(stored) => {
                let (ours, _) = computed.bytes.as_chunks::<HASH_BYTES>();
                let (theirs, rest) = stored.as_chunks::<HASH_BYTES>();
                let first = ours.iter().zip(theirs).position(|(a, b)| a != b);
                let length = (ours.len() != theirs.len() || !rest.is_empty())
                    .then(|| ours.len().min(theirs.len()));
                if let Some(first) = first.or(length) {
                    self.fault(Fault::Tile { id, first });
                }
            }
        }
        Ok(())
    }

    fn item(&mut self, index: LeafIndex, entry: &Entry) -> Result<(), R::Error> {
        self.summary.entries += 1;
        let Some(bytes) = self.reader.opening(index)? else {
            self.fault(Fault::OpeningMissing(index));
            return Ok(());
        };
        let opening = match Opening::parse(&bytes) {
            Ok(opening) => opening,
            Err(reason) => {
                self.fault(Fault::Opening { index, reason });
                return Ok(());
            }
        };
        let content = match opening.level() {
            Level::Content => self.reader.content(index)?,
            _ => None,
        };
        if opening.level() == Level::Content && content.is_none() {
            self.fault(Fault::ContentMissing(index));
        }
        let place = Place {
            log: self.origin,
            index,
        };
        match open(entry, &opening, place, content.as_deref()) {
            Ok(Opened::Withheld) => self.summary.withheld += 1,
            Ok(Opened::Content { .. }) => self.summary.contents += 1,
            Ok(Opened::Class(_) | Opened::Head { .. }) => {}
            Err(reason) => self.fault(Fault::Open { index, reason }),
        }
        Ok(())
    }
}

/// Verified by the first keys that hold; else the reason that the newest keys give.
fn verify_by_any(
    keys: &[LogVerifier],
    note: &SignedNote,
) -> Option<Result<VerifiedCheckpoint, CheckpointError>> {
    let mut newest = None;
    for verifier in keys {
        match verifier.verify(note.clone()) {
            Ok(checkpoint) => return Some(Ok(checkpoint)),
            Err(reason) => newest = newest.or(Some(Err(reason))),
        }
    }
    newest
}
