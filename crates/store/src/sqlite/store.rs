//! The trait, carried out: what is borrowed is copied for the thread that does the work, and each
//! operation is one transaction there.

use std::ops::Range;
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use super::{
    SqliteStore, append, backup, check, checkpoints, dialogues, items, listing, logs, objects,
    status, tiles, watch,
};
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

#[async_trait]
impl Store for SqliteStore {
    async fn create_dialogue(&self, dialogue: Dialogue) -> Result<(), StoreError> {
        self.writer
            .write("create_dialogue", move |db| {
                dialogues::create(db, &dialogue)
            })
            .await
    }

    async fn set_charter(&self, dialogue: &str, charter: Bytes) -> Result<(), StoreError> {
        let dialogue = dialogue.to_owned();
        self.writer
            .write("set_charter", move |db| {
                dialogues::set_charter(db, &dialogue, &charter)
            })
            .await
    }

    async fn set_dialogue_state(
        &self,
        dialogue: &str,
        state: DialogueState,
    ) -> Result<(), StoreError> {
        let dialogue = dialogue.to_owned();
        self.writer
            .write("set_dialogue_state", move |db| {
                dialogues::set_state(db, &dialogue, state)
            })
            .await
    }

    async fn dialogue(&self, id: &str) -> Result<Option<Dialogue>, StoreError> {
        let id = id.to_owned();
        self.readers
            .read("dialogue", move |db| dialogues::one(db, &id))
            .await
    }

    async fn dialogues(&self) -> Result<Vec<Dialogue>, StoreError> {
        self.readers
            .read("dialogues", move |db| dialogues::list(db))
            .await
    }

    async fn add_declarations(&self, declarations: Vec<Declaration>) -> Result<usize, StoreError> {
        self.writer
            .write("add_declarations", move |db| {
                dialogues::add_declarations(db, &declarations)
            })
            .await
    }

    async fn declarations(&self, dialogue: &str) -> Result<Vec<Declaration>, StoreError> {
        let dialogue = dialogue.to_owned();
        self.readers
            .read("declarations", move |db| {
                dialogues::declarations(db, &dialogue)
            })
            .await
    }

    async fn open_log(&self, log: NewLog) -> Result<LogId, StoreError> {
        self.writer
            .write("open_log", move |db| logs::open(db, &log))
            .await
    }

    async fn close_log(&self, log: LogId, reason: &str) -> Result<(), StoreError> {
        let reason = reason.to_owned();
        self.writer
            .write("close_log", move |db| logs::close(db, log, &reason))
            .await
    }

    async fn logs(&self) -> Result<Vec<Log>, StoreError> {
        self.readers.read("logs", move |db| logs::list(db)).await
    }

    async fn log(&self, log: LogId) -> Result<Option<Log>, StoreError> {
        self.readers
            .read("log", move |db| logs::by_id(db, log))
            .await
    }

    async fn log_by_origin(&self, origin: &str) -> Result<Option<Log>, StoreError> {
        let origin = origin.to_owned();
        self.readers
            .read("log_by_origin", move |db| logs::by_origin(db, &origin))
            .await
    }

    async fn log_by_origin_sha256(&self, hex: &str) -> Result<Option<Log>, StoreError> {
        let hex = hex.to_owned();
        self.readers
            .read("log_by_origin_sha256", move |db| {
                logs::by_origin_sha256(db, &hex)
            })
            .await
    }

    async fn append(&self, append: Append) -> Result<u64, StoreError> {
        self.writer
            .write("append", move |db| append::append(db, &append))
            .await
    }

    async fn resolve(&self, resolve: Resolve) -> Result<(), StoreError> {
        self.writer
            .write("resolve", move |db| append::resolve(db, &resolve))
            .await
    }

    async fn item(&self, position: Position) -> Result<Option<StoredItem>, StoreError> {
        self.readers
            .read("item", move |db| items::one(db, position))
            .await
    }

    async fn items(
        &self,
        log: LogId,
        seqs: Range<u64>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        self.readers
            .read("items", move |db| items::range(db, log, seqs, limits))
            .await
    }

    async fn entries(
        &self,
        log: LogId,
        seqs: Range<u64>,
    ) -> Result<Vec<[u8; ENTRY_BYTES]>, StoreError> {
        self.readers
            .read("entries", move |db| items::entries(db, log, seqs))
            .await
    }

    async fn content(&self, log: LogId, content_c: Hash) -> Result<Option<Bytes>, StoreError> {
        self.readers
            .read("content", move |db| items::content(db, log, &content_c))
            .await
    }

    async fn acts(
        &self,
        dialogue: &str,
        after: Option<Position>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        let dialogue = dialogue.to_owned();
        self.readers
            .read("acts", move |db| items::acts(db, &dialogue, after, limits))
            .await
    }

    async fn acts_of_log(
        &self,
        log: LogId,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError> {
        self.readers
            .read("acts_of_log", move |db| {
                items::acts_of_log(db, log, from, limits)
            })
            .await
    }

    async fn excepted(
        &self,
        log: LogId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError> {
        self.readers
            .read("excepted", move |db| items::excepted(db, log, from, limit))
            .await
    }

    async fn tiles(
        &self,
        log: LogId,
        tiles: Vec<TileAt>,
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        self.readers
            .read("tiles", move |db| tiles::read(db, log, &tiles))
            .await
    }

    async fn put_checkpoint(&self, log: LogId, checkpoint: Checkpoint) -> Result<(), StoreError> {
        self.writer
            .write("put_checkpoint", move |db| {
                checkpoints::put(db, log, &checkpoint)
            })
            .await
    }

    async fn add_cosignature(
        &self,
        log: LogId,
        size: u64,
        cosignature: Cosignature,
    ) -> Result<(), StoreError> {
        self.writer
            .write("add_cosignature", move |db| {
                checkpoints::add_cosignature(db, log, size, &cosignature)
            })
            .await
    }

    async fn newest_checkpoint(&self, log: LogId) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.readers
            .read("newest_checkpoint", move |db| checkpoints::newest(db, log))
            .await
    }

    async fn checkpoint_at(
        &self,
        log: LogId,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.readers
            .read("checkpoint_at", move |db| checkpoints::at(db, log, size))
            .await
    }

    async fn checkpoints(
        &self,
        log: LogId,
        sizes: Range<u64>,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.readers
            .read("checkpoints", move |db| {
                checkpoints::range(db, log, sizes, limit)
            })
            .await
    }

    async fn newest_cosigned(&self, log: LogId) -> Result<Vec<NewestCosigned>, StoreError> {
        self.readers
            .read("newest_cosigned", move |db| {
                checkpoints::newest_cosigned(db, log)
            })
            .await
    }

    async fn lookup_objects(
        &self,
        track: TrackId,
        keys: Vec<VersionKey>,
    ) -> Result<Vec<Vec<HeldVersion>>, StoreError> {
        self.readers
            .read("lookup_objects", move |db| {
                objects::lookup(db, track, &keys)
            })
            .await
    }

    async fn objects(
        &self,
        track: TrackId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredObject>, StoreError> {
        self.readers
            .read("objects", move |db| objects::page(db, track, after, limit))
            .await
    }

    async fn list(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
    ) -> Result<Page<Listed>, StoreError> {
        self.readers
            .read("list", move |db| {
                listing::list(db, track, &wanted, after, limit)
            })
            .await
    }

    async fn list_contents(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
        total_bytes_max: u64,
    ) -> Result<Page<(Listed, Bytes)>, StoreError> {
        self.readers
            .read("list_contents", move |db| {
                listing::list_contents(db, track, &wanted, after, limit, total_bytes_max)
            })
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
        self.readers
            .read("list_joined", move |db| {
                listing::list_joined(db, track, &wanted, after, limit, total_bytes_max)
            })
            .await
    }

    async fn unlist(&self, track: TrackId, wanted: Wanted, at: i64) -> Result<u64, StoreError> {
        self.writer
            .write("unlist", move |db| listing::unlist(db, track, &wanted, at))
            .await
    }

    async fn relist(
        &self,
        track: TrackId,
        versions: Vec<Relist>,
        at: i64,
    ) -> Result<Vec<bool>, StoreError> {
        self.writer
            .write("relist", move |db| {
                objects::relist(db, track, &versions, at)
            })
            .await
    }

    async fn add_alarm(&self, alarm: NewAlarm) -> Result<u64, StoreError> {
        self.writer
            .write("add_alarm", move |db| watch::add_alarm(db, &alarm))
            .await
    }

    async fn alarms(&self, after: u64, limit: usize) -> Result<Vec<Alarm>, StoreError> {
        self.readers
            .read("alarms", move |db| watch::alarms(db, after, limit))
            .await
    }

    async fn add_attempt(&self, attempt: NewAttempt) -> Result<u64, StoreError> {
        self.writer
            .write("add_attempt", move |db| watch::add_attempt(db, &attempt))
            .await
    }

    async fn attempts(&self, after: u64, limit: usize) -> Result<Vec<Attempt>, StoreError> {
        self.readers
            .read("attempts", move |db| watch::attempts(db, after, limit))
            .await
    }

    async fn touch_peer(&self, host: &str, event: PeerEvent, at: i64) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.writer
            .write("touch_peer", move |db| {
                watch::touch_peer(db, &host, &event, at)
            })
            .await
    }

    async fn peers(&self) -> Result<Vec<Peer>, StoreError> {
        self.readers.read("peers", move |db| watch::peers(db)).await
    }

    async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read("meta", move |db| watch::meta(db, &name))
            .await
    }

    async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.writer
            .write("set_meta", move |db| watch::set_meta(db, &name, &value))
            .await
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        self.readers
            .read("counts", move |db| status::counts(db))
            .await
    }

    async fn backup(&self, path: &Path, progress: Progress) -> Result<(), StoreError> {
        let target = path.to_owned();
        self.long_read("backup", move |source| {
            let mut progress = progress;
            backup::backup(source, &target, &mut progress)
        })
        .await
    }

    async fn check(&self) -> Result<Vec<Finding>, StoreError> {
        self.long_read("check", check::check).await
    }

    async fn disk_use(&self) -> Result<DiskUse, StoreError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || status::disk_use(&path))
            .await
            .map_err(|error| StoreError::backend("disk_use", error))?
    }
}
