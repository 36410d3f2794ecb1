//! Reading the whole record again: the database by its own check, every log by the record's.

use std::cell::RefCell;

use record::{
    checkpoint::LogVerifier,
    fsck::{LogReader, fsck},
    hash::LeafIndex,
    opening::Opening,
    tile::{BundleId, TileId},
};
use store::{ENTRY_BYTES, ItemState, LogId, ReadLimits, Store, StoreError, StoredItem, TileAt};
use tokio::runtime::Handle;

use crate::{
    directory::LogEntry,
    error::ApiError,
    held,
    node::Node,
    view::{FsckLine, FsckView},
};

/// Faults that are told of one log; there are more where this many are.
const FAULTS_MAX: usize = 100;
/// Checkpoints read at once.
const PAGE_CHECKPOINTS: usize = 1_024;

impl Node {
    /// Reads everything again and checks every hash, signature and size.
    pub(crate) async fn fsck(&self) -> Result<FsckView, ApiError> {
        let store = self.store().check().await?;
        let store: Vec<String> = store
            .into_iter()
            .map(|finding| format!("{}: {}", finding.place, finding.what))
            .collect();
        let mut logs = Vec::new();
        let directory = self.directory();
        for log in directory.logs() {
            logs.push(self.fsck_log(log).await?);
        }
        Ok(FsckView {
            clean: store.is_empty() && logs.iter().all(|line| line.faults.is_empty()),
            logs,
            store,
        })
    }

    async fn fsck_log(&self, log: &LogEntry) -> Result<FsckLine, ApiError> {
        let origin = log.origin.clone();
        if self.store().log(log.id).await?.map_or(0, |held| held.size) == 0 {
            return Ok(FsckLine {
                origin: origin.to_string(),
                entries: 0,
                faults: Vec::new(),
            });
        }
        let keys = self.all_keys(log).await?;
        let reader = HeldLog {
            store: self.store().clone(),
            log: log.id,
            handle: Handle::current(),
            signed_last: self
                .signed_last(log)
                .await?
                .map(|signed| signed.checkpoint.note.into_bytes()),
            page: RefCell::default(),
        };
        let checked = tokio::task::spawn_blocking(move || {
            let (mut faults, mut more) = (Vec::new(), 0_u64);
            let summary = fsck(&reader, &origin, &keys, |fault| {
                if faults.len() < FAULTS_MAX {
                    faults.push(fault.to_string());
                } else {
                    more += 1;
                }
            })?;
            if more > 0 {
                faults.push(format!("and {more} more faults"));
            }
            Ok::<_, StoreError>(FsckLine {
                origin: origin.to_string(),
                entries: summary.entries,
                faults,
            })
        });
        Ok(checked.await.map_err(ApiError::internal)??)
    }

    /// All keys that a log ever had, newest first.
    async fn all_keys(&self, log: &LogEntry) -> Result<Vec<LogVerifier>, ApiError> {
        let directory = self.directory();
        let Some(dialogue) = directory.dialogue(&log.track.dialogue) else {
            return Ok(vec![log.verifier.clone()]);
        };
        let declared = self.store().declarations(&log.track.dialogue).await?;
        let notes = declared
            .iter()
            .rev()
            .filter(|each| each.origin == log.origin.as_str());
        Ok(notes
            .filter_map(|each| directory.declaration(&each.note, &dialogue.charter).ok())
            .map(|declared| declared.log().clone())
            .collect())
    }
}

/// A log of the store, as the check reads it.
struct HeldLog {
    store: std::sync::Arc<dyn Store>,
    log: LogId,
    handle: Handle,
    /// The checkpoint of an own log that was signed last.
    signed_last: Option<Vec<u8>>,
    /// Items read ahead; the check goes through them in order.
    page: RefCell<Vec<StoredItem>>,
}

impl HeldLog {
    fn item<T>(
        &self,
        index: LeafIndex,
        read: impl FnOnce(&StoredItem) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let seq = index.get();
        let known = |page: &[StoredItem]| {
            page.binary_search_by_key(&seq, |item| item.position.seq())
                .ok()
        };
        if known(&self.page.borrow()).is_none() {
            let limits = ReadLimits {
                content_bytes_max: u64::MAX,
                ..ReadLimits::default()
            };
            let items = self
                .store
                .items(self.log, seq..seq.saturating_add(256), limits);
            *self.page.borrow_mut() = self.handle.block_on(items)?;
        }
        let page = self.page.borrow();
        Ok(known(&page).and_then(|at| read(&page[at])))
    }
}

impl LogReader for HeldLog {
    type Error = StoreError;

    fn checkpoints(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let (mut notes, mut from) = (Vec::new(), 0);
        loop {
            let page = self
                .store
                .checkpoints(self.log, from..u64::MAX, PAGE_CHECKPOINTS);
            let page = self.handle.block_on(page)?;
            let Some(last) = page.last() else {
                notes.extend(self.signed_last.clone());
                return Ok(notes);
            };
            from = last.checkpoint.size + 1;
            notes.extend(
                page.into_iter()
                    .map(|held| held.checkpoint.note.into_bytes()),
            );
        }
    }

    fn entries(&self, id: BundleId) -> Result<Option<Vec<u8>>, StoreError> {
        let entries = self
            .handle
            .block_on(self.store.entries(self.log, id.leaves()))?;
        // As they are served, but not parsed: what is wrong with one is for the check to tell.
        let length = u16::try_from(ENTRY_BYTES).unwrap_or(u16::MAX).to_be_bytes();
        let served = entries.iter().flat_map(|entry| length.iter().chain(entry));
        Ok((!entries.is_empty()).then(|| served.copied().collect()))
    }

    fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        let at = TileAt {
            level: id.level(),
            index: id.index(),
        };
        let held = self.handle.block_on(self.store.tiles(self.log, vec![at]))?;
        let wanted = usize::from(id.width()) * 32;
        let tile = held.into_iter().next().flatten();
        // A narrower tile is the beginning of the one held.
        Ok(tile.map(|tile| tile.slice(..wanted.min(tile.len())).to_vec()))
    }

    fn opening(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, StoreError> {
        self.item(index, |stored| {
            // What is excepted was never held; our own log says so, and that it is missing is no news.
            if stored.item.state == ItemState::Excepted {
                return Some(Opening::withheld().encode());
            }
            held::from_store(&stored.item.opening)
                .ok()
                .map(|opening| opening.encode())
        })
    }

    fn content(&self, index: LeafIndex) -> Result<Option<Vec<u8>>, StoreError> {
        self.item(index, |stored| {
            stored
                .item
                .opening
                .content()
                .map(|content| content.to_vec())
        })
    }
}
