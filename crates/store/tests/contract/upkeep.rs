//! Counts, check, backup, disk use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use store::{Append, SqliteStore, Store, StoreError, StoreOptions};

use crate::world::{World, append, entry, excepted, item, object};

#[tokio::test]
async fn counts_are_kept_by_log_class_and_type() {
    let world = World::new().await;
    let track = world.info(world.log).await.track_id;
    let batch = Append {
        objects: vec![
            object(0, "tool--1", "v"),
            object(1, "tool--2", "v"),
            object(1, "indicator--1", "v"),
            object(2, "nonsense", "v"),
        ],
        ..append(
            world.log,
            0,
            vec![item(0, 2), item(1, 2), item(2, 1), excepted(3)],
        )
    };
    world.store.append(batch).await.unwrap();
    world
        .store
        .append(append(world.log, 4, vec![item(4, 2)]))
        .await
        .unwrap();
    let counts = world.reopen().store.counts().await.unwrap();
    let log = store::LogId::new(1).unwrap();
    assert_eq!(
        counts.items,
        [(log, None, 1), (log, Some(1), 1), (log, Some(2), 3)]
    );
    assert_eq!(counts.excepted, [(log, 1)]);
    let objects: Vec<_> = counts
        .objects
        .iter()
        .map(|(_, kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(objects, [("", 1), ("indicator", 1), ("tool", 2)]);
    assert!(counts.objects.iter().all(|(found, ..)| *found == track));
}

#[tokio::test]
async fn the_check_names_what_is_wrong() {
    let wrongs = [
        (
            "UPDATE logs SET size = 9",
            "size is 9, but there are 4 items from 0 to 4",
        ),
        (
            "DELETE FROM items WHERE position & 0xFF = 2",
            "size is 4, but there are 3 items",
        ),
        (
            "UPDATE items SET position = position + (5 << 40)",
            "4 items of no log",
        ),
        (
            "UPDATE class_counts SET items = 5",
            "4 items of class 2, counted as 5",
        ),
        (
            "UPDATE items SET salt_h = NULL WHERE position & 0xFF = 1",
            "item 1 has not the columns",
        ),
        (
            "UPDATE items SET salt_e = x'00' WHERE position & 0xFF = 3",
            "item 3 has not the columns",
        ),
        (
            "UPDATE objects SET position = position + 100",
            "object 1 has no item",
        ),
        (
            "UPDATE tracks SET objects = 7",
            "7 objects arrived, but there are 1 up to 1",
        ),
        (
            "UPDATE objects SET listed_as = 13",
            "object 1 is not listed as what it is",
        ),
        (
            "UPDATE objects SET instant_ms = 5",
            "object 1 is not found by its id and version",
        ),
        (
            "UPDATE objects SET stix_id = 'tool--2'",
            "object 1 is not found by its id and version",
        ),
        (
            "UPDATE stix_types SET name = 'malware'",
            "object 1 is not found by its type",
        ),
        (
            "UPDATE type_counts SET objects = 3",
            "1 objects of type \"tool\", counted as 3",
        ),
        (
            "UPDATE items SET content = NULL",
            "object 1 is listed without its content",
        ),
        (
            "UPDATE tracks SET added_newest = 1",
            "object 1 was not added after the one before it",
        ),
        (
            "INSERT INTO objects SELECT arrival + 1, key_hash, position, added + 1, spec, listed_as, unlisted,
                                        type_id, instant_ms, order_bytes, content_hash, stix_id, version
             FROM objects;
             UPDATE tracks SET objects = 2, added_newest = added_newest + 1;
             UPDATE type_counts SET objects = 2",
            "object 2 is listed twice",
        ),
        (
            "INSERT INTO tiles VALUES ((1 << 40) + 1, zeroblob(64))",
            "tiles for 258 leaves, but 4 entries",
        ),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM tracks",
            "refers to no row of tracks",
        ),
    ];
    for (sql, expected) in wrongs {
        let world = World::new().await;
        let batch = Append {
            objects: vec![object(0, "tool--1", "v")],
            ..append(world.log, 0, (0..4).map(|seq| item(seq, 2)).collect())
        };
        world.store.append(batch).await.unwrap();
        assert_eq!(world.store.check().await.unwrap(), []);
        rusqlite::Connection::open(&world.path)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
        let findings = world.store.check().await.unwrap();
        assert!(
            findings
                .iter()
                .any(|finding| finding.what.contains(expected)),
            "{sql}: {findings:?}"
        );
    }
}

#[tokio::test]
async fn a_backup_is_one_whole_moment_while_writes_go_on() {
    let world = World::with_items(3_000).await;
    let target = world.directory.path().join("backup.sqlite");
    let steps = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&steps);
    let progress = Box::new(move |now: store::BackupProgress| {
        assert!(now.pages_done <= now.pages_all);
        seen.fetch_add(1, Ordering::Relaxed);
    });
    let writes = async {
        for seq in 3_000..3_050 {
            world
                .store
                .append(append(world.log, seq, vec![item(seq, 2)]))
                .await
                .unwrap();
        }
    };
    let (backup, ()) = tokio::join!(world.store.backup(&target, progress), writes);
    backup.unwrap();
    assert!(steps.load(Ordering::Relaxed) > 0);

    let copy = SqliteStore::open(&target, StoreOptions::default()).unwrap();
    assert_eq!(copy.check().await.unwrap(), []);
    let size = copy.log(world.log).await.unwrap().unwrap().size;
    assert!((3_000..=3_050).contains(&size), "{size}");
    let last = copy.entries(world.log, size - 1..size).await.unwrap();
    assert_eq!(last, [entry(size - 1)]);
}

#[tokio::test]
async fn a_backup_replaces_nothing_and_leaves_nothing_partial() {
    let world = World::with_items(3).await;
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup.sqlite");
    std::fs::write(&target, "mine").unwrap();
    let refused = world
        .store
        .backup(&target, Box::new(|_| {}))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::PathExists { .. }));
    assert_eq!(std::fs::read(&target).unwrap(), b"mine");
    let absent = directory.path().join("absent/backup.sqlite");
    let refused = world
        .store
        .backup(&absent, Box::new(|_| {}))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::Backend { .. }), "{refused:?}");

    std::fs::remove_file(&target).unwrap();
    std::fs::write(
        directory.path().join("backup.sqlite.partial"),
        "left by a crash",
    )
    .unwrap();
    world.store.backup(&target, Box::new(|_| {})).await.unwrap();
    let names: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|found| found.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["backup.sqlite"]);
}

#[tokio::test]
async fn disk_use_is_that_of_the_files() {
    let world = World::with_items(100).await;
    let disk = world.store.disk_use().await.unwrap();
    assert_eq!(
        disk.database_bytes,
        std::fs::metadata(&world.path).unwrap().len()
    );
    assert!(
        disk.wal_bytes > 100 * 33,
        "what was written is still there: {disk:?}"
    );
}
