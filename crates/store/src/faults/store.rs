//! The store with faults: writes go through the plan, reads straight on.

use std::ops::Range;
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use super::Faults;
use crate::checkpoint::{Checkpoint, Cosignature, NewestCosigned, StoredCheckpoint};
use crate::dialogue::{Declaration, Dialogue, DialogueState, Log, NewLog};
use crate::error::StoreError;
use crate::item::{Append, ENTRY_BYTES, Hash, ReadLimits, Resolve, StoredItem, TileAt};
use crate::listing::{Joined, Listed, Page, Relist, VersionKey, Wanted};
use crate::position::{LogId, Position, TrackId};
use crate::status::{Counts, DiskUse, Finding};
use crate::store::{Progress, Store};
use crate::watch::{
    Alarm, Attempt, HeldVersion, NewAlarm, NewAttempt, Peer, PeerEvent, StoredObject,
};

/// A store whose writes fail as planned.
#[derive(Debug)]
pub struct FaultyStore<S> {
    pub(super) inner: S,
    pub(super) faults: Faults,
}

impl<S> FaultyStore<S> {
    /// Wraps a store.
    pub fn new(inner: S, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[async_trait]
impl<S: Store> Store for FaultyStore<S> {
    async fn create_dialogue(&self, dialogue: Dialogue) -> Result<(), StoreError> {
        self.faults
            .around("create_dialogue", self.inner.create_dialogue(dialogue))
            .await
    }

    async fn set_charter(&self, dialogue: &str, charter: Bytes) -> Result<(), StoreError> {
        self.faults
            .around("set_charter", self.inner.set_charter(dialogue, charter))
            .await
    }

    async fn set_dialogue_state(
        &self,
        dialogue: &str,
        state: DialogueState,
    ) -> Result<(), StoreError> {
        self.faults
            .around(
                "set_dialogue_state",
                self.inner.set_dialogue_state(dialogue, state),
            )
            .await
    }

    async fn dialogue(&self, id: &str) -> Result<Option<Dialogue>, StoreError> {
        self.inner.dialogue(id).await
    }

    async fn dialogues(&self) -> Result<Vec<Dialogue>, StoreError> {
        self.inner.dialogues().await
    }

    async fn add_declarations(&self, declarations: Vec<Declaration>) -> Result<usize, StoreError> {
        self.faults
            .around(
                "add_declarations",
                self.inner.add_declarations(declarations),
            )
            .await
    }

    async fn declarations(&self, dialogue: &str) -> Result<Vec<Declaration>, StoreError> {
        self.inner.declarations(dialogue).await
    }

    async fn open_log(&self, log: NewLog) -> Result<LogId, StoreError> {
        self.faults
            .around("open_log", self.inner.open_log(log))
            .await
    }

    async fn close_log(&self, log: LogId, reason: &str) -> Result<(), StoreError> {
        self.faults
            .around("close_log", self.inner.close_log(log, reason))
            .await
    }

    async fn logs(&self) -> Result<Vec<Log>, StoreError> {
        self.inner.logs().await
    }

    async fn log(&self, log: LogId) -> Result<Option<Log>, StoreError> {
        self.inner.log(log).await
    }

    async fn log_by_origin(&self, origin: &str) -> Result<Option<Log>, StoreError> {
        self.inner.log_by_origin(origin).await
    }

    async fn log_by_origin_sha256(&self, hex: &str) -> Result<Option<Log>, StoreError> {
        self.inner.log_by_origin_sha256(hex).await
    }

    async fn append(&self, append: Append) -> Result<u64, StoreError> {
        self.faults
            .around("append", self.inner.append(append))
            .await
    }

    async fn resolve(&self, resolve: Resolve) -> Result<(), StoreError> {
        self.faults
            .around("resolve", self.inner.resolve(resolve))
            .await
    }

    async fn item(&self, position: Position) -> Result<Option<StoredItem>, StoreError> {
        self.inner.item(position).await
    }

    async fn items(
        &self,
        log: LogId,
        seqs: Range<u64>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        self.inner.items(log, seqs, limits).await
    }

    async fn entries(
        &self,
        log: LogId,
        seqs: Range<u64>,
    ) -> Result<Vec<[u8; ENTRY_BYTES]>, StoreError> {
        self.inner.entries(log, seqs).await
    }

    async fn content(&self, log: LogId, content_c: Hash) -> Result<Option<Bytes>, StoreError> {
        self.inner.content(log, content_c).await
    }

    async fn acts(
        &self,
        dialogue: &str,
        after: Option<Position>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        self.inner.acts(dialogue, after, limits).await
    }

    async fn acts_of_log(
        &self,
        log: LogId,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        self.inner.acts_of_log(log, from, limits).await
    }

    async fn excepted(
        &self,
        log: LogId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError> {
        self.inner.excepted(log, from, limit).await
    }

    async fn tiles(
        &self,
        log: LogId,
        tiles: Vec<TileAt>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        self.inner.tiles(log, tiles).await
    }

    async fn put_checkpoint(&self, log: LogId, checkpoint: Checkpoint) -> Result<(), StoreError> {
        self.faults
            .around("put_checkpoint", self.inner.put_checkpoint(log, checkpoint))
            .await
    }

    async fn add_cosignature(
        &self,
        log: LogId,
        size: u64,
        cosignature: Cosignature,
    ) -> Result<(), StoreError> {
        self.faults
            .around(
                "add_cosignature",
                self.inner.add_cosignature(log, size, cosignature),
            )
            .await
    }

    async fn newest_checkpoint(&self, log: LogId) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.inner.newest_checkpoint(log).await
    }

    async fn checkpoint_at(
        &self,
        log: LogId,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.inner.checkpoint_at(log, size).await
    }

    async fn checkpoints(
        &self,
        log: LogId,
        sizes: Range<u64>,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.inner.checkpoints(log, sizes, limit).await
    }

    async fn newest_cosigned(&self, log: LogId) -> Result<Vec<NewestCosigned>, StoreError> {
        self.inner.newest_cosigned(log).await
    }

    async fn lookup_objects(
        &self,
        track: TrackId,
        keys: Vec<VersionKey>,
    ) -> Result<Vec<Vec<HeldVersion>>, StoreError> {
        self.inner.lookup_objects(track, keys).await
    }

    async fn objects(
        &self,
        track: TrackId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredObject>, StoreError> {
        self.inner.objects(track, after, limit).await
    }

    async fn list(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
    ) -> Result<Page<Listed>, StoreError> {
        self.inner.list(track, wanted, after, limit).await
    }

    async fn list_contents(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
        total_bytes_max: u64,
    ) -> Result<Page<(Listed, Bytes)>, StoreError> {
        self.inner
            .list_contents(track, wanted, after, limit, total_bytes_max)
            .await
    }

    async fn list_joined(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
        total_bytes_max: u64,
    ) -> Result<Joined, StoreError> {
        self.inner
            .list_joined(track, wanted, after, limit, total_bytes_max)
            .await
    }

    async fn unlist(&self, track: TrackId, wanted: Wanted, at: i64) -> Result<u64, StoreError> {
        self.faults
            .around("unlist", self.inner.unlist(track, wanted, at))
            .await
    }

    async fn relist(
        &self,
        track: TrackId,
        versions: Vec<Relist>,
        at: i64,
    ) -> Result<Vec<bool>, StoreError> {
        self.faults
            .around("relist", self.inner.relist(track, versions, at))
            .await
    }

    async fn add_alarm(&self, alarm: NewAlarm) -> Result<u64, StoreError> {
        self.faults
            .around("add_alarm", self.inner.add_alarm(alarm))
            .await
    }

    async fn alarms(&self, after: u64, limit: usize) -> Result<Vec<Alarm>, StoreError> {
        self.inner.alarms(after, limit).await
    }

    async fn add_attempt(&self, attempt: NewAttempt) -> Result<u64, StoreError> {
        self.faults
            .around("add_attempt", self.inner.add_attempt(attempt))
            .await
    }

    async fn attempts(&self, after: u64, limit: usize) -> Result<Vec<Attempt>, StoreError> {
        self.inner.attempts(after, limit).await
    }

    async fn touch_peer(&self, host: &str, event: PeerEvent, at: i64) -> Result<(), StoreError> {
        self.faults
            .around("touch_peer", self.inner.touch_peer(host, event, at))
            .await
    }

    async fn peers(&self) -> Result<Vec<Peer>, StoreError> {
        self.inner.peers().await
    }

    async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.inner.meta(name).await
    }

    async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.faults
            .around("set_meta", self.inner.set_meta(name, value))
            .await
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        self.inner.counts().await
    }

    async fn backup(&self, path: &Path, progress: Progress) -> Result<(), StoreError> {
        self.inner.backup(path, progress).await
    }

    async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.inner.check().await
    }

    async fn disk_use(&self) -> Result<DiskUse, StoreError> {
        self.inner.disk_use().await
    }
}
