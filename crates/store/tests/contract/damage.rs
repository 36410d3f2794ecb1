//! Damaged files and full disks: an error that says so, never a panic, never half a write.

use std::fs;
use std::path::{Path, PathBuf};

use store::{Position, ReadLimits, SqliteStore, Store, StoreError, StoreOptions};
use tempfile::TempDir;

use crate::world::{DIALOGUE, World, append, dialogue, entry, item, item_of, new_log};

/// A closed store with 2,000 items: its file, everything moved out of the write-ahead log.
async fn closed() -> (TempDir, PathBuf) {
    let World {
        store,
        path,
        directory,
        ..
    } = World::with_items(2_000).await;
    drop(store);
    assert!(
        !path.with_extension("sqlite-wal").exists(),
        "closed cleanly"
    );
    (directory, path)
}

/// Opens and reads everything; the first error, if there is one.
async fn read_all(path: &Path) -> Result<(), StoreError> {
    let store = SqliteStore::open(path, StoreOptions::default())?;
    for log in store.logs().await? {
        store.entries(log.id, 0..log.size).await?;
        let limits = ReadLimits {
            items_max: 65_536,
            ..ReadLimits::default()
        };
        store.items(log.id, 0..log.size, limits).await?;
        store.newest_checkpoint(log.id).await?;
        store.objects(log.track_id, 0, 9).await?;
    }
    store.acts(DIALOGUE, None, ReadLimits::default()).await?;
    store.counts().await?;
    let findings = store.check().await?;
    findings.into_iter().next().map_or(Ok(()), |finding| {
        Err(StoreError::Corrupt {
            place: finding.place,
            what: finding.what,
        })
    })
}

#[tokio::test]
async fn garbage_anywhere_is_corruption() {
    let (_directory, path) = closed().await;
    let whole = fs::read(&path).unwrap();
    read_all(&path).await.unwrap();
    // Every page in turn, the first with the schema in it too. Pages are 8 KiB.
    let mut reported = 0;
    for page in 0..whole.len() / 8192 {
        let mut damaged = whole.clone();
        // The first 16 bytes say that it is SQLite; without them it would be "no database at all".
        let start = if page == 0 { 16 } else { page * 8192 };
        damaged[start..(page + 1) * 8192].fill(0xA5);
        fs::write(&path, &damaged).unwrap();
        match read_all(&path).await {
            Err(StoreError::Corrupt { .. }) => reported += 1,
            other => panic!("page {page}: {other:?}"),
        }
    }
    assert!(reported > 20, "the file has only {reported} pages");
}

#[tokio::test]
async fn a_file_cut_short_is_corruption() {
    let (_directory, path) = closed().await;
    let whole = fs::read(&path).unwrap();
    for keep in [whole.len() / 2, 3 * 8192, 8192, 5_000, 100] {
        fs::write(&path, &whole[..keep]).unwrap();
        let result = read_all(&path).await;
        assert!(
            matches!(result, Err(StoreError::Corrupt { .. })),
            "{keep} bytes: {result:?}"
        );
    }
}

#[tokio::test]
async fn no_database_at_all_is_corruption() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    fs::write(
        &path,
        "this is no database, although it is long enough to be looked at".repeat(20),
    )
    .unwrap();
    let refused = SqliteStore::open(&path, StoreOptions::default()).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
}

#[tokio::test]
async fn rows_that_were_never_written_so_are_corruption() {
    let wrongs = [
        "UPDATE logs SET size = 9",
        "DELETE FROM items WHERE position & 0xFF = 1",
        "UPDATE items SET level = 7",
        "UPDATE items SET state = 2",
        "UPDATE items SET entry = x'00'",
        "UPDATE items SET salt_c = x'00'",
        "UPDATE items SET class = 256",
        "UPDATE items SET head = NULL",
    ];
    for sql in wrongs {
        let world = World::with_items(3).await;
        rusqlite::Connection::open(&world.path)
            .unwrap()
            .execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {sql}"))
            .unwrap();
        let read = world
            .store
            .items(world.log, 0..99, ReadLimits::default())
            .await;
        assert!(
            matches!(read, Err(StoreError::Corrupt { .. })),
            "{sql}: {read:?}"
        );
    }
}

#[tokio::test]
async fn a_full_store_says_so_keeps_what_it_has_and_goes_on_with_more_room() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    let small = StoreOptions {
        pages_max: Some(100),
        ..StoreOptions::default()
    };
    let store = SqliteStore::open(&path, small).unwrap();
    store.create_dialogue(dialogue(DIALOGUE)).await.unwrap();
    let log = store
        .open_log(new_log("a.example", "cyber", true))
        .await
        .unwrap();
    let batch = |size: u64| {
        let items = (size..size + 10).map(|seq| item_of(seq, 2, vec![9; 4_000].into()));
        append(log, size, items.collect())
    };
    let mut size = 0;
    let refused = loop {
        match store.append(batch(size)).await {
            Ok(grown) => size = grown,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Full), "{refused:?}");
    assert!(size > 0);
    assert_eq!(store.log(log).await.unwrap().unwrap().size, size);
    assert_eq!(
        store.entries(log, size - 1..size + 9).await.unwrap(),
        [entry(size - 1)]
    );
    let next = Position::new(log, size).unwrap();
    assert_eq!(store.item(next).await.unwrap(), None);
    assert_eq!(store.check().await.unwrap(), []);
    drop(store);

    let store = SqliteStore::open(&path, StoreOptions::default()).unwrap();
    assert_eq!(
        store
            .append(append(log, size, vec![item(size, 2)]))
            .await
            .unwrap(),
        size + 1
    );
}
