//! The trait: every promise that a backend is held to. `tests/contract.rs` holds it to them.

use std::ops::Range;
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;

use crate::accounts::Accounts;
use crate::checkpoint::{Checkpoint, Cosignature, NewestCosigned, StoredCheckpoint};
use crate::dialogue::{Declaration, Dialogue, DialogueState, Log, NewLog};
use crate::error::StoreError;
use crate::feeds::Feeds;
use crate::item::{Append, ENTRY_BYTES, Hash, ReadLimits, Resolve, StoredItem, TileAt};
use crate::listing::{Joined, Listed, Page, Relist, VersionKey, Wanted};
use crate::outbox::Outbox;
use crate::position::{LogId, Position, TrackId};
use crate::status::{BackupProgress, Counts, DiskUse, Finding};
use crate::statuses::Statuses;
use crate::watch::{
    Alarm, Attempt, HeldVersion, NewAlarm, NewAttempt, Peer, PeerEvent, StoredObject,
};

/// At most this many declarations, tiles, keys or rows are given or read in one call. Where it bounds
/// what is read, fewer come and the caller asks again; where it bounds what is given, more is refused.
pub const BATCH_MAX: usize = 65_536;

/// Called now and then while a backup is made.
pub type Progress = Box<dyn FnMut(BackupProgress) + Send>;

/// The record of one node, in whole operations.
///
/// What holds for all of them:
/// - When a write returns `Ok`, it is durable: synced to disk, and seen by every read that begins
///   afterwards. It happens whole or not at all.
/// - When it returns `Err`, nothing has changed, except as [`StoreError`] says of three variants.
/// - Writes take effect one after the other. A read sees one moment: all of a write, or nothing of it.
/// - Dropping a future does not stop a write that has begun.
/// - "Not there" is `Ok(None)` or an empty list of a read, and an error of a write.
#[async_trait]
pub trait Store: Accounts + Statuses + Outbox + Feeds {
    // Dialogues.

    /// Stores a new dialogue.
    ///
    /// # Errors
    /// [`StoreError::DialogueExists`], whatever its content.
    async fn create_dialogue(&self, dialogue: Dialogue) -> Result<(), StoreError>;

    /// Replaces the charter that is shown for a dialogue. Earlier versions are on the record, not here.
    ///
    /// # Errors
    /// [`StoreError::NoSuchDialogue`]; [`StoreError::DialogueClosed`].
    async fn set_charter(&self, dialogue: &str, charter: Bytes) -> Result<(), StoreError>;

    /// Sets where a dialogue stands. Which changes make sense is for the caller to know.
    ///
    /// # Errors
    /// [`StoreError::NoSuchDialogue`].
    async fn set_dialogue_state(
        &self,
        dialogue: &str,
        state: DialogueState,
    ) -> Result<(), StoreError>;

    /// One dialogue.
    async fn dialogue(&self, id: &str) -> Result<Option<Dialogue>, StoreError>;

    /// All dialogues, in the order of `created`, then id.
    async fn dialogues(&self) -> Result<Vec<Dialogue>, StoreError>;

    /// Stores declarations, all or none, and tells how many were new. One that is held already, with
    /// the same dialogue and note, is passed over.
    ///
    /// # Errors
    /// [`StoreError::DeclarationDiffers`]; [`StoreError::NoSuchDialogue`]; [`StoreError::TooLarge`]
    /// beyond [`BATCH_MAX`] of them, or [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX) of one.
    async fn add_declarations(&self, declarations: Vec<Declaration>) -> Result<usize, StoreError>;

    /// The declarations of a dialogue, by origin, then serial.
    async fn declarations(&self, dialogue: &str) -> Result<Vec<Declaration>, StoreError>;

    // Logs.

    /// Opens an empty log, and its track if this is the first log there.
    ///
    /// # Errors
    /// [`StoreError::LogExists`] for a known origin or hash; [`StoreError::NoSuchDialogue`];
    /// [`StoreError::OutOfNumbers`].
    async fn open_log(&self, log: NewLog) -> Result<LogId, StoreError>;

    /// Closes a log. Closing it again changes nothing: the first reason stands.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLog`].
    async fn close_log(&self, log: LogId, reason: &str) -> Result<(), StoreError>;

    /// All logs, by number.
    async fn logs(&self) -> Result<Vec<Log>, StoreError>;

    /// One log by its number.
    async fn log(&self, log: LogId) -> Result<Option<Log>, StoreError>;

    /// One log by its origin.
    async fn log_by_origin(&self, origin: &str) -> Result<Option<Log>, StoreError>;

    /// One log by the lower-case hex SHA-256 of its origin.
    async fn log_by_origin_sha256(&self, hex: &str) -> Result<Option<Log>, StoreError>;

    // Items.

    /// Appends a batch: items, tiles, objects and perhaps a checkpoint, in one step. Returns the new
    /// size. A closed log may still grow by what others hold of it, if that comes with its checkpoint:
    /// they may have held more of it than the party that closed it still knew.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] unless the log has exactly `expected_size` entries;
    /// [`StoreError::LogClosed`] for a closed log of our own and no checkpoint; [`StoreError::NoSuchLog`];
    /// [`StoreError::ObjectOutside`]; [`StoreError::OrderOutside`]; [`StoreError::NoSuchSpec`];
    /// [`StoreError::TooLarge`] beyond [`RANGE_ITEMS_MAX`](crate::RANGE_ITEMS_MAX) or [`LOG_SIZE_MAX`](crate::LOG_SIZE_MAX); of the
    /// tiles [`StoreError::NoTile`] and [`StoreError::TileDiffers`]; of the checkpoint those of
    /// [`Store::put_checkpoint`].
    async fn append(&self, append: Append) -> Result<u64, StoreError>;

    /// Replaces the opening of an excepted item, which is whole from then on. Its entry stays.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`]; [`StoreError::ItemIsWhole`]; [`StoreError::ObjectOutside`] for an
    /// object with another index.
    async fn resolve(&self, resolve: Resolve) -> Result<(), StoreError>;

    /// One item, whole, however large.
    async fn item(&self, position: Position) -> Result<Option<StoredItem>, StoreError>;

    /// The items of a log with an index in `seqs`, in order and without gaps, as far as the log and the
    /// limits go.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLog`].
    async fn items(
        &self,
        log: LogId,
        seqs: Range<u64>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError>;

    /// The entries of a log with an index in `seqs`, in order and without gaps, as far as the log goes;
    /// at most [`RANGE_ITEMS_MAX`](crate::RANGE_ITEMS_MAX).
    ///
    /// # Errors
    /// [`StoreError::NoSuchLog`].
    async fn entries(
        &self,
        log: LogId,
        seqs: Range<u64>,
    ) -> Result<Vec<[u8; ENTRY_BYTES]>, StoreError>;

    /// A content by its commitment, in one log, if its item was written with
    /// [`Item::content_c`](crate::Item::content_c). The first, if several have it.
    async fn content(&self, log: LogId, content_c: Hash) -> Result<Option<Bytes>, StoreError>;

    /// The items of all logs of a dialogue that are neither filler nor information, by position (one
    /// log after the other, each in order), from behind `after`. Withheld items are not among them.
    async fn acts(
        &self,
        dialogue: &str,
        after: Option<Position>,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError>;

    /// The same for one log, from the index `from` on: what came since the last fold.
    async fn acts_of_log(
        &self,
        log: LogId,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Vec<StoredItem>, StoreError>;

    /// Positions of excepted items of a log, in order, from the index `from` on; at most `limit`.
    async fn excepted(
        &self,
        log: LogId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError>;

    // Tiles.

    /// Tiles of a log, in the order asked, each as wide as it is held. A narrower partial tile is a
    /// prefix of it.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`].
    async fn tiles(&self, log: LogId, tiles: Vec<TileAt>)
    -> Result<Vec<Option<Bytes>>, StoreError>;

    // Checkpoints.

    /// Stores a verified checkpoint of a log. One of the same size and root replaces the one held if
    /// its time is later, and changes nothing otherwise; cosignatures stay with it.
    ///
    /// # Errors
    /// [`StoreError::CheckpointDiffers`] when another root is held for that size;
    /// [`StoreError::NoSuchLog`]; [`StoreError::TooLarge`].
    async fn put_checkpoint(&self, log: LogId, checkpoint: Checkpoint) -> Result<(), StoreError>;

    /// Adds the lines of one cosigner to a checkpoint that is held. Lines of the same key replace those
    /// held if their time is later.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCheckpoint`].
    async fn add_cosignature(
        &self,
        log: LogId,
        size: u64,
        cosignature: Cosignature,
    ) -> Result<(), StoreError>;

    /// The checkpoint of the largest size held of a log.
    async fn newest_checkpoint(&self, log: LogId) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// The checkpoint of exactly that size.
    async fn checkpoint_at(
        &self,
        log: LogId,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// Checkpoints with a size in `sizes`, smallest first; at most `limit`.
    async fn checkpoints(
        &self,
        log: LogId,
        sizes: Range<u64>,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError>;

    /// How far each cosigner has signed a log, by kind and name.
    async fn newest_cosigned(&self, log: LogId) -> Result<Vec<NewestCosigned>, StoreError>;

    // Objects.

    /// For each key, in the order asked, where the logs of the track hold that version, however it is
    /// spelled, in order of arrival. A version that was listed again has a row for each time.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`].
    async fn lookup_objects(
        &self,
        track: TrackId,
        keys: Vec<VersionKey>,
    ) -> Result<Vec<Vec<HeldVersion>>, StoreError>;

    /// The objects of a track in order of arrival, from behind the arrival number `after`; at most
    /// `limit`. Nothing ever arrives before something that was read.
    async fn objects(
        &self,
        track: TrackId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredObject>, StoreError>;

    /// The listed versions of a track that are wanted, in order of arrival, from behind the arrival
    /// number `after` (0: from the start); at most `limit` and [`BATCH_MAX`]. What is listed and wanted
    /// from before a reader's first page until after its last is on exactly one of its pages, whatever is
    /// added or taken out meanwhile.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`WANTED_MAX`](crate::WANTED_MAX).
    async fn list(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
    ) -> Result<Page<Listed>, StoreError>;

    /// [`Store::list`] with the contents, which make at most `total_bytes_max` together; at least one
    /// row if there is one.
    ///
    /// # Errors
    /// Those of [`Store::list`].
    async fn list_contents(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
        total_bytes_max: u64,
    ) -> Result<Page<(Listed, Bytes)>, StoreError>;

    /// [`Store::list_contents`] as it is sent, copied once: the way to read very many.
    ///
    /// # Errors
    /// Those of [`Store::list`].
    async fn list_joined(
        &self,
        track: TrackId,
        wanted: Wanted,
        after: u64,
        limit: usize,
        total_bytes_max: u64,
    ) -> Result<Joined, StoreError>;

    /// Takes the wanted versions out of the view of a track at `at`, unix microseconds, and tells how many
    /// they were. Their items stay, and so does what is known of where they are held.
    ///
    /// # Errors
    /// Those of [`Store::list`].
    async fn unlist(&self, track: TrackId, wanted: Wanted, at: i64) -> Result<u64, StoreError>;

    /// Puts versions that are held back into the view of a track, each with a new arrival and a new
    /// `added`. Tells of each whether it did: not what is listed, nor what is not held with that content.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`].
    async fn relist(
        &self,
        track: TrackId,
        versions: Vec<Relist>,
        at: i64,
    ) -> Result<Vec<bool>, StoreError>;

    // What the node notices.

    /// Keeps an alarm and returns its number. The same kind about the same log with the same evidence
    /// is not kept twice: the number is then that of the first.
    ///
    /// # Errors
    /// [`StoreError::NoSuchLog`]; [`StoreError::TooLarge`] beyond
    /// [`EVIDENCE_BYTES_MAX`](crate::EVIDENCE_BYTES_MAX) or [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX).
    async fn add_alarm(&self, alarm: NewAlarm) -> Result<u64, StoreError>;

    /// Alarms with a number above `after`, in order; at most `limit`.
    async fn alarms(&self, after: u64, limit: usize) -> Result<Vec<Alarm>, StoreError>;

    /// Keeps an attempt and returns its number.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX).
    async fn add_attempt(&self, attempt: NewAttempt) -> Result<u64, StoreError>;

    /// Attempts with a number above `after`, in order; at most `limit`.
    async fn attempts(&self, after: u64, limit: usize) -> Result<Vec<Attempt>, StoreError>;

    /// Notes what happened between us and a peer at `at`, unix microseconds. A time earlier than the one
    /// held changes nothing.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX).
    async fn touch_peer(&self, host: &str, event: PeerEvent, at: i64) -> Result<(), StoreError>;

    /// All peers, by host.
    async fn peers(&self) -> Result<Vec<Peer>, StoreError>;

    // Upkeep.

    /// A small named value.
    async fn meta(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Sets a small named value.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX).
    async fn set_meta(&self, name: &str, value: &str) -> Result<(), StoreError>;

    /// How much of what there is, without scanning it.
    async fn counts(&self) -> Result<Counts, StoreError>;

    /// Copies the record as it is when the call begins, while writes go on, to a new file at `path`.
    /// When it returns `Ok` the copy is complete and durable; until then nothing is at `path`. Sign-state
    /// is not part of it.
    ///
    /// # Errors
    /// [`StoreError::PathExists`].
    async fn backup(&self, path: &Path, progress: Progress) -> Result<(), StoreError>;

    /// Checks the file and that its tables agree: no log has gaps, sizes and counts are those of the
    /// rows, every object has its item, each version is listed
    /// once and as what it is. Reads everything. What it finds wrong is the result; that it
    /// could not look is the error. It checks no hash: that is for `fsck` above it.
    async fn check(&self) -> Result<Vec<Finding>, StoreError>;

    /// Bytes on disk.
    async fn disk_use(&self) -> Result<DiskUse, StoreError>;
}
