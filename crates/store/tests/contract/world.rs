//! A store of its own for each test, with a dialogue and a log in it, and short ways to make values.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use store::{
    Append, Checkpoint, Dialogue, DialogueState, Item, ItemState, Log, LogId, NewLog, NewObject,
    Opening, SqliteStore, Store, StoreOptions,
};
use tempfile::TempDir;

pub(crate) const DIALOGUE: &str = "dialogue-charter--1";

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) log: LogId,
    pub(crate) path: PathBuf,
    pub(crate) directory: TempDir,
}

impl World {
    /// A dialogue in force and one empty log of ours in its track `cyber`.
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&path, StoreOptions::default()).unwrap());
        store.create_dialogue(dialogue(DIALOGUE)).await.unwrap();
        let log = store
            .open_log(new_log("a.example", "cyber", true))
            .await
            .unwrap();
        Self {
            store,
            log,
            path,
            directory,
        }
    }

    /// The same with `count` items of information in the log.
    pub(crate) async fn with_items(count: u64) -> Self {
        let world = Self::new().await;
        let items = (0..count).map(|seq| item(seq, 2)).collect();
        world
            .store
            .append(append(world.log, 0, items))
            .await
            .unwrap();
        world
    }

    /// Another log in a track of the same dialogue.
    pub(crate) async fn log_of(&self, party: &str, track: &str, mine: bool) -> LogId {
        self.store
            .open_log(new_log(party, track, mine))
            .await
            .unwrap()
    }

    pub(crate) async fn info(&self, log: LogId) -> Log {
        self.store.log(log).await.unwrap().unwrap()
    }

    /// What a new process would find.
    pub(crate) fn reopen(self) -> Self {
        let Self {
            store,
            log,
            path,
            directory,
        } = self;
        drop(store);
        let store = Arc::new(SqliteStore::open(&path, StoreOptions::default()).unwrap());
        Self {
            store,
            log,
            path,
            directory,
        }
    }
}

pub(crate) fn dialogue(id: &str) -> Dialogue {
    Dialogue {
        id: id.to_owned(),
        charter: Bytes::from_static(b"{\"type\":\"dialogue-charter\"}"),
        state: DialogueState::InForce,
        created: 5,
    }
}

pub(crate) fn new_log(party: &str, track: &str, mine: bool) -> NewLog {
    NewLog {
        origin: format!("{party}/chancery/{track}"),
        origin_sha256: format!("hash of {party} {track}"),
        dialogue: DIALOGUE.to_owned(),
        track: track.to_owned(),
        party: party.to_owned(),
        mine,
        predecessor: None,
        created: 7,
    }
}

/// An item whose bytes tell which it is.
pub(crate) fn item(seq: u64, class: u8) -> Item {
    item_of(seq, class, format!("content {seq}").into())
}

pub(crate) fn item_of(seq: u64, class: u8, content: Bytes) -> Item {
    Item {
        entry: entry(seq),
        opening: Opening::Content {
            class,
            salt_e: hash(seq),
            salt_h: hash(seq + 1),
            salt_c: hash(seq + 2),
            head: format!("head {seq}").into(),
            content: Some(content),
        },
        state: ItemState::Whole,
        content_c: None,
    }
}

pub(crate) fn excepted(seq: u64) -> Item {
    Item {
        entry: entry(seq),
        opening: Opening::Withheld,
        state: ItemState::Excepted,
        content_c: None,
    }
}

pub(crate) fn entry(seq: u64) -> [u8; 33] {
    let mut entry = [1; 33];
    entry[1..9].copy_from_slice(&seq.to_be_bytes());
    entry
}

pub(crate) fn hash(n: u64) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&n.to_be_bytes());
    hash
}

pub(crate) fn object(seq: u64, id: &str, version: &str) -> NewObject {
    NewObject {
        seq,
        stix_id: id.to_owned(),
        version: version.to_owned(),
        order: version.trim_end_matches('Z').to_owned(),
        spec: 21,
        content_hash: hash(seq),
    }
}

pub(crate) fn append(log: LogId, expected_size: u64, items: Vec<Item>) -> Append {
    Append {
        log,
        expected_size,
        items,
        tiles: Vec::new(),
        objects: Vec::new(),
        checkpoint: None,
        at: 1_000,
    }
}

pub(crate) fn checkpoint(size: u64, root: u64, time: u64) -> Checkpoint {
    Checkpoint {
        size,
        root: hash(root),
        time,
        note: format!("note {size} {root} {time}"),
    }
}
