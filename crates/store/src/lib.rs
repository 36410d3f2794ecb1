//! Where the record rests: one trait of whole operations, SQLite behind it.
//!
//! [`Store`] keeps the record: dialogues, logs, items, tiles, checkpoints, objects, alarms.
//! [`SignState`] keeps the one thing that must never be restored from a backup: what this node signed
//! last. [`DirectoryLock`] keeps a second process out. All three speak bytes, strings and integers; what
//! they mean is for `record` and `dialogue` to say, and the store verifies none of it.
//!
//! ```
//! # use store::*;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path();
//! # runtime.block_on(async {
//! let _lock = DirectoryLock::acquire(directory)?;
//! let store = SqliteStore::open(&directory.join("store.sqlite"), StoreOptions::default())?;
//! let charter = b"{}"[..].into();
//! let id = "dialogue-charter--1".to_owned();
//! let state = DialogueState::Draft;
//! store.create_dialogue(Dialogue { id: id.clone(), charter, state, created: 0 }).await?;
//! let log = store
//!     .open_log(NewLog {
//!         origin: "a.example/chancery/0123456789abcdef".to_owned(),
//!         origin_sha256: "00".repeat(32),
//!         dialogue: id,
//!         track: "cyber".to_owned(),
//!         party: "a.example".to_owned(),
//!         mine: true,
//!         predecessor: None,
//!         created: 0,
//!     })
//!     .await?;
//! let (entry, opening) = ([1; ENTRY_BYTES], Opening::Withheld);
//! let items = vec![Item { entry, opening, state: ItemState::Whole, content_c: None }];
//! let (tiles, objects, checkpoint) = (Vec::new(), Vec::new(), None);
//! let batch = Append { log, expected_size: 0, items, tiles, objects, checkpoint, at: 0 };
//! assert_eq!(store.append(batch.clone()).await?, 1);
//! // Somebody who believes that the log is still empty is told otherwise.
//! let refused = store.append(batch).await.unwrap_err();
//! assert_eq!(refused.to_string(), "log 1 has 1 entries, the append expected 0");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Deliberately absent: transactions at the border, a clock (times come as arguments), salts and
//! signatures made here, and any other crate of the workspace.

pub mod accounts;
mod checkpoint;
mod dialogue;
mod error;
#[cfg(feature = "testing")]
mod faults;
pub mod feeds;
mod item;
mod listing;
mod lock;
pub mod outbox;
mod position;
mod sign_state;
mod sqlite;
mod status;
pub mod statuses;
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
pub use listing::{
    Joined, Listed, Page, Relist, SPECS, Stamp, VersionKey, VersionsWanted, WANTED_MAX, Wanted,
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
