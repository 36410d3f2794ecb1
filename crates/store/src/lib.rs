//! Where the record rests: one trait of whole operations, SQLite behind it.
//!
//! [`Store`] keeps the record: dialogues, logs, items, tiles, checkpoints, objects, alarms.
//! [`SignState`] keeps the one thing that must never be restored from a backup: what this node signed
//! last. [`DirectoryLock`] keeps a second process out. All three speak bytes, strings and integers; what
//! they mean is for `record` and `dialogue` to say, and the store verifies none of it.
//!
//! Deliberately absent: transactions at the border, a clock (times come as arguments), salts and
//! signatures made here, and any other crate of the workspace.

mod checkpoint;
mod dialogue;
mod error;
#[cfg(feature = "testing")]
mod faults;
mod item;
mod lock;
mod position;
mod sign_state;
mod sqlite;
mod status;
mod store;
mod watch;

pub use checkpoint::{
    Checkpoint, Cosignature, CosignatureKind, CosignatureLine, NewestCosigned, StoredCheckpoint,
};
pub use dialogue::{Declaration, Dialogue, DialogueState, Log, LogState, NewLog};
pub use error::StoreError;
#[cfg(feature = "testing")]
pub use faults::{Faults, FaultySignState, FaultyStore, When};
pub use item::{
    Append, ENTRY_BYTES, Hash, Item, ItemState, NewObject, NewTile, Opening, RANGE_ITEMS_MAX,
    ReadLimits, Resolve, StoredItem, TileAt,
};
pub use lock::{DirectoryLock, LockError};
pub use position::{LOG_ID_MAX, LOG_SIZE_MAX, LogId, Position, TrackId};
pub use sign_state::{
    FileSignState, Mark, SIGN_STATE_FILE, SignState, SignStateError, Signed, SignedKind,
};
pub use sqlite::{SqliteStore, StoreOptions};
pub use status::{BackupProgress, Counts, DiskUse, Finding};
pub use store::{BATCH_MAX, Progress, Store};
pub use watch::{
    Alarm, Attempt, EVIDENCE_BYTES_MAX, HeldVersion, NewAlarm, NewAttempt, ObjectKey, Peer,
    PeerEvent, StoredObject, TEXT_BYTES_MAX,
};
