//! The packages of an upload: taken off the body, tied to the pending checkpoint and to what is held, stored.

use http::StatusCode;
use record::{
    append::append_leaf_hashes,
    entry::Entry,
    hash::{Hash, TreeSize},
    tree::frontier_at,
    witness_wire::{AddEntriesHeader, EntriesPackage, PackageRange, package_ranges},
};
use store::{Append, StoreError};

use super::{REQUEST_PACKAGES_MAX, Upload, body::Incoming, held, unprocessable};
use crate::{
    parties::Refusal,
    sync::pull,
    trees::{self, Tiles},
};

/// Packages that are stored in one transaction.
const PACKAGES_PER_APPEND: usize = 16;
/// How often an append is tried when others append to the same log.
const APPEND_TRIES_MAX: usize = 16;

/// Entries that the proof of their package has tied to the pending checkpoint.
struct Proven {
    start: u64,
    entries: Vec<Entry>,
    leaves: Vec<Hash>,
}

impl Upload<'_> {
    /// Takes packages off the body, proves them, stores them. How many there were, and why no more.
    pub(super) async fn packages(
        &self,
        body: &mut Incoming,
        header: &AddEntriesHeader,
    ) -> (usize, Option<Refusal>) {
        let (mut packages, mut proven) = (0, Vec::new());
        let mut refusal = None;
        for range in package_ranges(header.start, header.end).take(REQUEST_PACKAGES_MAX) {
            let taken = body.take(|rest| EntriesPackage::take(rest, range)).await;
            let package = match taken {
                Ok(Some(package)) => package,
                Ok(None) => break,
                Err(error) => {
                    refusal = Some(unprocessable(&error));
                    break;
                }
            };
            match self.prove(package, range, packages == 0).await {
                Ok(each) => proven.push(each),
                Err(wrong) => {
                    refusal = Some(wrong);
                    break;
                }
            }
            packages += 1;
            if proven.len() == PACKAGES_PER_APPEND
                && let Err(failed) = self.store(std::mem::take(&mut proven)).await
            {
                return (packages, Some(failed));
            }
        }
        match self.store(proven).await {
            Ok(()) => (packages, refusal),
            Err(failed) => (packages, Some(failed)),
        }
    }

    /// Ties a package to the pending checkpoint, and the first one of a request to what is held.
    async fn prove(
        &self,
        package: EntriesPackage,
        range: PackageRange,
        first: bool,
    ) -> Result<Proven, Refusal> {
        let (subtree, start) = (range.subtree_start.get(), range.start.get());
        let before = if subtree < start {
            self.held_entries(subtree, start).await?
        } else {
            Vec::new()
        };
        let before: Vec<Hash> = before.iter().map(Entry::leaf_hash).collect();
        let leaves = package
            .verify(range, &before, &self.pending)
            .map_err(|error| unprocessable(&format!("the entries from {start} on: {error}")))?;
        // What is held must be the beginning of that tree too. The proof has the roots left of the subtree, and the
        // packages that follow the first are added to what is compared here.
        if first {
            let left = TreeSize::new(subtree).map_err(Refusal::internal)?;
            let ours = Tiles::Held(&**self.node.store(), self.log.id)
                .compute(|known| frontier_at(known, left))
                .await
                .map_err(Refusal::internal)?;
            if left_of(&package.proof, subtree, self.pending.size().get()) != ours.hashes() {
                return Err(self.other_history(subtree).await);
            }
        }
        Ok(Proven {
            start,
            entries: package.entries,
            leaves,
        })
    }

    async fn held_entries(&self, from: u64, to: u64) -> Result<Vec<Entry>, Refusal> {
        let entries = self.node.store().entries(self.log.id, from..to).await;
        let entries = entries.map_err(Refusal::internal)?;
        entries
            .iter()
            .map(|bytes| Entry::parse(bytes).map_err(Refusal::internal))
            .collect()
    }

    /// Appends what is new of proven packages that follow each other. Others may append at the same time: what they
    /// brought is skipped.
    async fn store(&self, proven: Vec<Proven>) -> Result<(), Refusal> {
        let Some(start) = proven.first().map(|first| first.start) else {
            return Ok(());
        };
        let (mut entries, mut leaves) = (Vec::new(), Vec::new());
        for each in proven {
            entries.extend(each.entries);
            leaves.extend(each.leaves);
        }
        for _ in 0..APPEND_TRIES_MAX {
            let size = held(self.node, self.log).await?;
            let known = size.saturating_sub(start).min(entries.len() as u64);
            if known > 0
                && self.held_entries(start, start + known).await? != entries[..known as usize]
            {
                return Err(self.other_history(start).await);
            }
            let known = known as usize;
            if known == entries.len() {
                return Ok(());
            }
            match self.append(size, &entries[known..], &leaves[known..]).await {
                Err(AppendFailed::Overtaken) => {}
                Err(AppendFailed::Otherwise(refusal)) => return Err(refusal),
                Ok(()) => return Ok(()),
            }
        }
        Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "others are writing the same log; try again",
        ))
    }

    async fn append(
        &self,
        size: u64,
        entries: &[Entry],
        leaves: &[Hash],
    ) -> Result<(), AppendFailed> {
        let store = self.node.store();
        let edge = trees::edge(&**store, self.log.id, size).await;
        let appended = append_leaf_hashes(&edge?, leaves.iter().copied())?;
        let append = Append {
            log: self.log.id,
            expected_size: size,
            items: entries.iter().copied().map(pull::excepted).collect(),
            tiles: appended.tiles.into_iter().map(trees::to_store).collect(),
            objects: Vec::new(),
            checkpoint: Some(self.stored.clone()),
            at: self.node.clock().now().as_microsecond(),
        };
        match store.append(append).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict { .. }) => Err(AppendFailed::Overtaken),
            Err(error) => Err(AppendFailed::Otherwise(Refusal::internal(error))),
        }
    }
}

/// Why an append did not happen.
enum AppendFailed {
    /// Others appended first.
    Overtaken,
    /// Our fault.
    Otherwise(Refusal),
}

impl<E: std::error::Error> From<E> for AppendFailed {
    fn from(error: E) -> Self {
        Self::Otherwise(Refusal::internal(error))
    }
}

/// The roots left of a subtree, largest first, that its verified consistency proof has: the proof's hashes, from
/// the last, are the siblings on the way down to it (merkle-tree-certs §4.4). Together they are the frontier of the
/// tree of the first `subtree` leaves.
fn left_of(proof: &[Hash], subtree: u64, size: u64) -> Vec<Hash> {
    let (mut low, mut high) = (0, size);
    let mut left = Vec::new();
    for sibling in proof.iter().rev() {
        if low == subtree {
            break;
        }
        let middle = low + (1 << (high - low - 1).ilog2());
        if subtree < middle {
            high = middle;
        } else {
            left.push(*sibling);
            low = middle;
        }
    }
    left
}
