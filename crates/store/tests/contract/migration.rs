//! A file from before a track had a view.

use rusqlite::{Connection, params};
use store::{SqliteStore, Store, StoreOptions, VersionsWanted, Wanted};
use tempfile::TempDir;

use crate::world::{entry, hash};

/// A file of schema version 1 with three items and four objects: an older version, a newer one of STIX 2.0, the newer
/// one again from another log, and one without a version.
fn before() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let db = Connection::open(directory.path().join("store.sqlite")).unwrap();
    db.execute_batch(include_str!("../../migrations/sqlite/0001_init.sql"))
        .unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 0x43685265; PRAGMA user_version = 1;
         INSERT INTO dialogues VALUES ('d', x'7b7d', 'in_force', 0);
         INSERT INTO tracks (id, dialogue, name, objects, added_newest) VALUES (1, 'd', 'cyber', 4, 40);
         INSERT INTO logs (id, origin, origin_sha256, track_id, party, mine, state, size, created)
         VALUES (1, 'o', 'h', 1, 'a.example', 1, 'open', 4, 0);
         INSERT INTO class_counts VALUES (1, 2, 4);
         INSERT INTO type_counts VALUES (1, 'tool', 3), (1, 'ipv4-addr', 1);",
    )
    .unwrap();
    let rows = [
        ("tool--1", "2020-01-01T00:00:00.000Z", "2.1"),
        ("tool--2", "2020-01-01T00:00:00.120Z", "2.0"),
        ("tool--2", "2020-01-01T00:00:00.12Z", "2.0"),
        ("ipv4-addr--1", "", "2.1"),
    ];
    for (n, (id, version, spec)) in (0..).zip(rows) {
        let head = format!(r#"{{"media":"application/stix+json;version={spec}","seq":{n}}}"#);
        let position = (1_i64 << 40) + n;
        let seq = n.cast_unsigned();
        db.execute(
            "INSERT INTO items VALUES (?1, ?2, 0, 3, 2, ?3, NULL, ?3, ?3, NULL, ?4, ?5)",
            params![
                position,
                entry(seq),
                hash(seq),
                head.as_bytes(),
                id.as_bytes()
            ],
        )
        .unwrap();
        db.execute(
            "INSERT INTO objects VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)",
            params![position + 1, position, 10 * (n + 1), hash(seq), id, version],
        )
        .unwrap();
    }
    directory
}

#[tokio::test]
async fn what_a_track_held_is_listed_with_its_old_numbers() {
    let directory = before();
    let open = || {
        SqliteStore::open(
            &directory.path().join("store.sqlite"),
            StoreOptions::default(),
        )
    };
    drop(open().unwrap());
    let store = open().unwrap();
    assert_eq!(store.check().await.unwrap(), []);
    let track = store.logs().await.unwrap()[0].track_id;
    let wanted = Wanted {
        versions: VersionsWanted {
            all: true,
            ..VersionsWanted::default()
        },
        ..Wanted::default()
    };
    let page = store
        .list_contents(track, wanted, 0, 9, 1 << 20)
        .await
        .unwrap();
    let listed: Vec<_> = page
        .rows
        .iter()
        .map(|(row, content)| {
            (
                row.arrival,
                row.added,
                row.order.as_str(),
                row.spec,
                &content[..],
            )
        })
        .collect();
    assert_eq!(
        listed,
        [
            (1, 10, "2020-01-01T00:00:00", 21, &b"tool--1"[..]),
            (2, 20, "2020-01-01T00:00:00.12", 20, b"tool--2"),
            (4, 40, "", 21, b"ipv4-addr--1"),
        ]
    );
    let held = store.objects(track, 0, 9).await.unwrap();
    let listed: Vec<_> = held
        .iter()
        .map(|row| (row.arrival, row.held.listed))
        .collect();
    assert_eq!(listed, [(1, true), (2, true), (3, false), (4, true)]);
    let counts = store.counts().await.unwrap();
    let counts: Vec<_> = counts
        .objects
        .iter()
        .map(|(_, name, n)| (name.as_str(), *n))
        .collect();
    assert_eq!(counts, [("ipv4-addr", 1), ("tool", 3)]);
}
