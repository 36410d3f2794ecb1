//! How a connection is opened and set up.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// Bytes of a page. A row of some 2.5 KiB (entry, salts, head, an average STIX object) would leave a
/// third of every 4 KiB page empty; at 8 KiB three fit. Larger pages would make the random index writes
/// dearer.
const PAGE_BYTES: u32 = 8192;

/// Statements kept prepared on each connection: more than the backend has.
const STATEMENTS_MAX: usize = 96;

/// How long to wait for another process, e.g. a `sqlite3` shell that looks at the file.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// What differs between the files.
pub(crate) struct Settings {
    pub(crate) cache_kib: u32,
    pub(crate) wal_pages: u32,
    pub(crate) pages_max: Option<u32>,
}

/// Opens for writing, and makes the file if it is not there.
pub(crate) fn open_writer(path: &Path, settings: &Settings) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_WAIT)?;
    // Only has an effect while the file is empty, and must come before WAL.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::backend(
            "opening",
            format!("journal mode stays {mode}"),
        ));
    }
    // FULL syncs the write-ahead log at every commit. NORMAL would lose the last commits at a power
    // cut, and `Ok` means durable.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", settings.wal_pages)?;
    // A long read keeps the write-ahead log growing; afterwards it is cut back to this.
    let wal_bytes = i64::from(settings.wal_pages) * i64::from(PAGE_BYTES);
    connection.pragma_update(None, "journal_size_limit", wal_bytes)?;
    if let Some(pages) = settings.pages_max {
        let _: i64 =
            connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))?;
    }
    set_up(&connection, settings.cache_kib)?;
    Ok(connection)
}

/// Opens for reading only. The file must be there, in WAL mode.
pub(crate) fn open_reader(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "query_only", true)?;
    set_up(&connection, cache_kib)?;
    Ok(connection)
}

fn set_up(connection: &Connection, cache_kib: u32) -> Result<(), StoreError> {
    // Negative: KiB instead of pages.
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    // Sorting and the like stay in memory: a temporary file could hold what was erased.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A plan does not depend on what is bound. Without this SQLite plans a kept statement anew at each use, if it
    // has a LIMIT or compares a column beside its index: that costs several times what running it does.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // A damaged schema is reported, not worked around.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(())
}

/// Makes a new name in a directory durable: syncing the file alone does not.
pub(crate) fn sync_directory_of(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| StoreError::backend("syncing the directory", error))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    fn pragma(connection: &Connection, name: &str) -> i64 {
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn the_writer_syncs_every_commit_and_checks_references() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let settings = Settings {
            cache_kib: 64,
            wal_pages: 100,
            pages_max: Some(50),
        };
        let connection = open_writer(&path, &settings).unwrap();
        assert_eq!(pragma(&connection, "synchronous"), 2, "FULL");
        assert_eq!(pragma(&connection, "foreign_keys"), 1);
        assert_eq!(pragma(&connection, "wal_autocheckpoint"), 100);
        assert_eq!(pragma(&connection, "max_page_count"), 50);
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        assert_eq!(pragma(&connection, "page_size"), i64::from(PAGE_BYTES));
    }

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let settings = Settings {
            cache_kib: 64,
            wal_pages: 100,
            pages_max: None,
        };
        let writer = open_writer(&path, &settings).unwrap();
        writer
            .execute_batch("CREATE TABLE t (x INTEGER PRIMARY KEY, y, z); CREATE INDEX i ON t (y)")
            .unwrap();
        let reader = open_reader(&path, 64).unwrap();
        for connection in [writer, reader] {
            let prepared = || {
                connection
                    .prepare_cached("SELECT x FROM t WHERE y = ?1 AND z = ?2 LIMIT ?3")
                    .unwrap()
            };
            for n in 0..5 {
                assert!(!prepared().exists([n, n + 1, n + 2]).unwrap());
            }
            let again = prepared().get_status(StatementStatus::RePrepare);
            assert_eq!(again, 0, "planned {again} times more");
        }
    }

    #[test]
    fn a_reader_cannot_write() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let settings = Settings {
            cache_kib: 64,
            wal_pages: 100,
            pages_max: None,
        };
        let writer = open_writer(&path, &settings).unwrap();
        writer.execute_batch("CREATE TABLE t (x)").unwrap();
        let reader = open_reader(&path, 64).unwrap();
        let refused = reader
            .execute_batch("INSERT INTO t VALUES (1)")
            .unwrap_err();
        assert_eq!(
            refused.sqlite_error_code(),
            Some(rusqlite::ErrorCode::ReadOnly)
        );
    }
}
