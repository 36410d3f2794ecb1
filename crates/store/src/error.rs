//! Every way an operation of the store fails.

use crate::position::LogId;

/// Why an operation of the [`Store`](crate::Store) failed.
///
/// After every variant but [`Backend`](StoreError::Backend), [`Halted`](StoreError::Halted) and
/// [`Stopped`](StoreError::Stopped) a write has changed nothing. After those three it may or may not
/// have happened, whole: read again to learn which.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else appended first, or the caller's view is stale. Nothing was written.
    #[error("log {log} has {found} entries, the append expected {expected}")]
    Conflict {
        /// The log.
        log: LogId,
        /// The size that the caller expected.
        expected: u64,
        /// The size that it has.
        found: u64,
    },
    /// No dialogue of that id.
    #[error("no dialogue {id}")]
    NoSuchDialogue {
        /// The id asked for.
        id: String,
    },
    /// The dialogue is there already.
    #[error("dialogue {id} exists")]
    DialogueExists {
        /// Its id.
        id: String,
    },
    /// A closed dialogue takes no new charter.
    #[error("dialogue {id} is closed")]
    DialogueClosed {
        /// Its id.
        id: String,
    },
    /// Another note is held for the same origin and serial.
    #[error("declaration {serial} of {origin} differs from the one held")]
    DeclarationDiffers {
        /// The log that is declared.
        origin: String,
        /// The serial of the declaration.
        serial: u64,
    },
    /// There is a feed of that name.
    #[error("feed {name} exists")]
    FeedExists {
        /// Its name.
        name: String,
    },
    /// No feed of that name.
    #[error("no feed {name}")]
    NoSuchFeed {
        /// The name asked for.
        name: String,
    },
    /// No log of that number.
    #[error("no log {log}")]
    NoSuchLog {
        /// The number asked for.
        log: LogId,
    },
    /// The log is there already.
    #[error("log {origin} exists")]
    LogExists {
        /// Its origin.
        origin: String,
    },
    /// The store numbers no more logs or tracks.
    #[error("the store is out of numbers for {what}, the limit is {limit}")]
    OutOfNumbers {
        /// `logs` or `tracks`.
        what: &'static str,
        /// The largest number.
        limit: u32,
    },
    /// A closed log of our own is never appended to again.
    #[error("log {log} is closed")]
    LogClosed {
        /// The log.
        log: LogId,
    },
    /// No entry of that index.
    #[error("log {log} has no entry {seq}")]
    NoSuchItem {
        /// The log.
        log: LogId,
        /// The index asked for.
        seq: u64,
    },
    /// Only an excepted item is resolved.
    #[error("item {seq} of log {log} is whole")]
    ItemIsWhole {
        /// The log.
        log: LogId,
        /// The index.
        seq: u64,
    },
    /// An object is said to come with an item that is not part of the same write.
    #[error("object {stix_id} is said to come with item {seq}, which is not in this write")]
    ObjectOutside {
        /// The id of the object.
        stix_id: String,
        /// The index that was given.
        seq: u64,
    },
    /// The order of a version is not the beginning of its text.
    #[error("version {version:?} of {stix_id} does not begin with its order {order:?}")]
    OrderOutside {
        /// The id of the object.
        stix_id: String,
        /// The version.
        version: String,
        /// The order that was given.
        order: String,
    },
    /// No such specification version.
    #[error("object {stix_id} is said to be of specification version {spec}, which there is not")]
    NoSuchSpec {
        /// The id of the object.
        stix_id: String,
        /// The number that was given.
        spec: u8,
    },
    /// A tile that is held does not begin the one that was given.
    #[error("tile {level}/{index} of log {log} is not a continuation of the one held")]
    TileDiffers {
        /// The log.
        log: LogId,
        /// The level.
        level: u8,
        /// The index in its level.
        index: u64,
    },
    /// Neither 1 to 256 hashes of 32 bytes, nor a level and index that a log can have.
    #[error("tile {level}/{index} of {bytes} bytes is no tile")]
    NoTile {
        /// The level.
        level: u8,
        /// The index in its level.
        index: u64,
        /// The bytes given.
        bytes: usize,
    },
    /// No checkpoint of that size.
    #[error("log {log} has no checkpoint at {size}")]
    NoSuchCheckpoint {
        /// The log.
        log: LogId,
        /// The size asked for.
        size: u64,
    },
    /// Another root is held for the same size: a fork, for the caller to raise an alarm about.
    #[error("checkpoint of log {log} at {size} has another root than the one held")]
    CheckpointDiffers {
        /// The log.
        log: LogId,
        /// The size of both.
        size: u64,
    },
    /// A status of that id is there already.
    #[error("status {} exists", hex(.id))]
    StatusExists {
        /// Its id.
        id: [u8; 16],
    },
    /// No user of that name.
    #[error("there is no user {name}")]
    NoSuchUser {
        /// The name asked for.
        name: String,
    },
    /// There is such a user already.
    #[error("there is a user {name} already")]
    UserExists {
        /// Their name.
        name: String,
    },
    /// No enabled operator would be left.
    #[error("{name} is the last operator")]
    LastOperator {
        /// Their name.
        name: String,
    },
    /// A client certificate stands for one user.
    #[error("the certificate stands for {user} already")]
    PinTaken {
        /// Whom it stands for.
        user: String,
    },
    /// No token of that number.
    #[error("there is no token {id}")]
    NoSuchToken {
        /// The number asked for.
        id: u64,
    },
    /// Nothing was granted there.
    #[error("nothing was granted to {user} there")]
    NoSuchGrant {
        /// The user.
        user: String,
    },
    /// A number or a length is beyond what the store takes.
    #[error("{what} is {value}, the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The value given.
        value: u64,
        /// The named limit.
        limit: u64,
    },
    /// The file was written by a later release; this one does not touch it.
    #[error("schema version is {found}, this release knows up to {known}")]
    NewerSchema {
        /// The version of the file.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// A SQLite file, but another program's, or another kind of ours.
    #[error("application id of the file is {found:#x}, expected {expected:#x}")]
    ForeignFile {
        /// The id in the file.
        found: i64,
        /// Ours.
        expected: i64,
    },
    /// What is stored cannot be what was written.
    #[error("{place} is corrupt: {what}")]
    Corrupt {
        /// The table and row, or the file.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// The disk, or the database's own limit, is full. Nothing was written.
    #[error("the store is full")]
    Full,
    /// Another process holds the file. Nothing was written.
    #[error("the store is held by another process")]
    Busy,
    /// The path that was to be made is there already.
    #[error("{path} exists")]
    PathExists {
        /// The path.
        path: String,
    },
    /// The backend failed; of a write it is not known whether it happened.
    #[error("{operation} failed")]
    Backend {
        /// What was being done.
        operation: &'static str,
        /// What the backend says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An earlier write failed in a way that leaves the disk's state unknown: after a failed sync the
    /// kernel may call lost pages written. Nothing more is written until the store is opened again.
    #[error("no writes since {since} failed, the store must be opened again")]
    Halted {
        /// The operation that failed.
        since: &'static str,
    },
    /// The thread that does the work is gone.
    #[error("the store has stopped")]
    Stopped,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl StoreError {
    /// A value that the store itself never wrote.
    pub(crate) fn corrupt(place: impl std::fmt::Display, what: impl std::fmt::Display) -> Self {
        Self::Corrupt {
            place: place.to_string(),
            what: what.to_string(),
        }
    }

    pub(crate) fn backend(
        operation: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Backend {
            operation,
            source: source.into(),
        }
    }
}
