//! Holds the statements to their cost: each finds its rows by a key, none walks a table or sorts.

use rusqlite::Connection;

use super::connection::{self, Settings};
use super::schema;

/// How SQLite means to run a statement, one line a step.
fn plan(db: &Connection, sql: &str) -> Vec<String> {
    // The comment that a statement may open with stays in front of it: SQLite skips it.
    let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

fn database() -> (tempfile::TempDir, Connection) {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        cache_kib: 1024,
        wal_pages: 100,
        pages_max: None,
    };
    let path = directory.path().join("store.sqlite");
    let mut db = connection::open_writer(&path, &settings).unwrap();
    schema::migrate(&mut db, &schema::STORE).unwrap();
    (directory, db)
}

#[test]
fn what_is_read_often_is_one_search_by_key() {
    let (_directory, db) = database();
    let by_key = "USING INTEGER PRIMARY KEY (rowid=?)";
    let by_range = "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
    let expected = [
        (include_str!("items/one.sql"), "items", by_key),
        (include_str!("items/range.sql"), "items", by_range),
        (include_str!("items/entries.sql"), "items", by_range),
        (
            include_str!("items/acts.sql"),
            "items",
            "USING INDEX items_acts (position>? AND position<?)",
        ),
        (
            include_str!("items/excepted.sql"),
            "items",
            "USING COVERING INDEX items_excepted (position>? AND position<?)",
        ),
        (
            include_str!("items/content.sql"),
            "items",
            "USING INDEX items_by_content_c (content_c=? AND position>? AND position<?)",
        ),
        (include_str!("tiles/read.sql"), "tiles", by_key),
        (include_str!("checkpoints/one.sql"), "checkpoints", by_key),
        (
            include_str!("checkpoints/newest.sql"),
            "checkpoints",
            by_range,
        ),
        (
            include_str!("checkpoints/range.sql"),
            "checkpoints",
            by_range,
        ),
        (
            include_str!("checkpoints/lines.sql"),
            "cosignatures",
            "USING PRIMARY KEY (checkpoint=?)",
        ),
        (
            include_str!("checkpoints/newest_cosigned.sql"),
            "cosigned_newest",
            "USING PRIMARY KEY (log_id=?)",
        ),
        (
            include_str!("objects/lookup.sql"),
            "objects",
            "USING INDEX objects_by_key_hash (key_hash=? AND rowid>? AND rowid<?)",
        ),
        (
            include_str!("objects/versions.sql"),
            "objects",
            "USING INDEX objects_by_key_hash (key_hash>? AND key_hash<?)",
        ),
        (include_str!("objects/page.sql"), "objects", by_range),
        (
            include_str!("listing/run_listed.sql"),
            "objects",
            "USING COVERING INDEX objects_listed (listed_as=? AND rowid>? AND rowid<?)",
        ),
        (
            include_str!("listing/run_of_type.sql"),
            "objects",
            "USING COVERING INDEX objects_by_type (type_id=? AND listed_as=? AND rowid>? AND rowid<?)",
        ),
        (
            include_str!("listing/run_at_instant.sql"),
            "objects",
            "USING COVERING INDEX objects_by_instant (instant_ms=? AND rowid>? AND rowid<?)",
        ),
        (include_str!("listing/rows.sql"), "objects", by_range),
        (include_str!("listing/row.sql"), "objects", by_key),
        (include_str!("listing/stand.sql"), "objects", by_key),
        (include_str!("listing/added.sql"), "objects", by_key),
        (include_str!("logs/stand.sql"), "logs", by_key),
        (
            include_str!("accounts/trail.sql"),
            "trail",
            "USING INTEGER PRIMARY KEY (rowid<?)",
        ),
    ];
    for (sql, table, how) in expected {
        assert_eq!(plan(&db, sql), [format!("SEARCH {table} {how}")], "{sql}");
    }
}

#[test]
fn contents_are_found_beside_their_objects() {
    let (_directory, db) = database();
    let item = "SEARCH items USING INTEGER PRIMARY KEY (rowid=?)";
    for (sql, object) in [
        (include_str!("listing/content.sql"), "(rowid=?)"),
        (
            include_str!("listing/contents.sql"),
            "(rowid>? AND rowid<?)",
        ),
        (include_str!("listing/joined_one.sql"), "(rowid=?)"),
        (include_str!("listing/joined.sql"), "(rowid>? AND rowid<?)"),
    ] {
        let object = format!("SEARCH objects USING INTEGER PRIMARY KEY {object}");
        assert_eq!(plan(&db, sql), [object, item.to_owned()], "{sql}");
    }
}

#[test]
fn counting_walks_small_tables_and_the_few_excepted_only() {
    let (_directory, db) = database();
    let expected = [
        (include_str!("status/items.sql"), "SCAN class_counts"),
        (include_str!("status/objects.sql"), "SCAN type_counts"),
        (
            include_str!("status/excepted.sql"),
            "SCAN items USING COVERING INDEX items_excepted",
        ),
    ];
    for (sql, step) in expected {
        assert_eq!(plan(&db, sql)[0], step, "{sql}");
    }
}

#[test]
fn the_outbox_is_read_by_what_leaves_the_fewest_rows() {
    let (_directory, db) = database();
    let expected = [
        (
            include_str!("outbox/same.sql"),
            "SEARCH outbox USING INDEX outbox_waiting (track_id=? AND stix_id=? AND version_order=?)",
        ),
        (
            include_str!("outbox/cleared.sql"),
            "SEARCH outbox USING INDEX outbox_by_state (state=?)",
        ),
        (
            include_str!("outbox/page.sql"),
            "SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)",
        ),
        (
            include_str!("outbox/page_in_state.sql"),
            "SEARCH outbox USING INDEX outbox_by_state (state=? AND rowid>?)",
        ),
        (
            include_str!("outbox/page_of_ids.sql"),
            "SEARCH outbox USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            include_str!("outbox/page_of_request.sql"),
            "SEARCH outbox USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            include_str!("outbox/untold.sql"),
            "SCAN p USING INDEX outbox_posts_to_tell",
        ),
    ];
    for (sql, step) in expected {
        assert_eq!(plan(&db, sql)[0], step, "{sql}");
    }
}
