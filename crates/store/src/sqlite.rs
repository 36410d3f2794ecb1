//! The SQLite backend: one file, one writer, a few readers.
//!
//! A dedicated thread owns the writing connection; reads run on tokio's blocking threads over a small
//! pool of read-only connections. So no async thread ever waits for a disk, and `Busy` cannot arise
//! between our own connections: in WAL mode readers and the writer do not block each other.

mod accounts;
mod append;
mod backup;
mod check;
mod checkpoints;
pub(crate) mod connection;
pub(crate) mod convert;
mod dialogues;
mod feeds;
mod items;
mod listing;
mod logs;
mod objects;
mod outbox;
#[cfg(test)]
mod plans;
mod readers;
pub(crate) mod schema;
mod status;
mod statuses;
mod store;
mod tiles;
mod watch;
pub(crate) mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;

use connection::Settings;
use readers::Readers;
use writer::Writer;

use crate::error::StoreError;

/// How the backend is sized. The defaults suit a node of a million items in under 100 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// Reading connections, each with its own cache.
    pub readers: usize,
    /// Page cache of the writer, in KiB. What counts is that the inner pages of the random index over
    /// STIX ids stay in memory.
    pub writer_cache_kib: u32,
    /// Page cache of each reader, in KiB. Small: the operating system caches the file too.
    pub reader_cache_kib: u32,
    /// Pages of write-ahead log after which a commit also moves them into the database. Larger merges
    /// more writes of the same index page; smaller keeps recovery after a crash short.
    pub wal_pages: u32,
    /// Pages that the file may have, for a quota; `None` for SQLite's own limit.
    pub pages_max: Option<u32>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            readers: 4,
            writer_cache_kib: 48 << 10,
            reader_cache_kib: 2 << 10,
            wal_pages: 8192,
            pages_max: None,
        }
    }
}

/// The record in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    readers: Readers,
    writer: Writer,
    /// Held by the long reads, a backup or a check: one at a time, on a connection of its own, so that
    /// they take no reader's place.
    long_read: Arc<Mutex<()>>,
}

impl SqliteStore {
    /// Opens the file at `path`, makes it if it is not there, and brings its schema up to date.
    /// Blocks: call it before serving, or from a blocking thread. Hold a
    /// [`DirectoryLock`](crate::DirectoryLock) on the directory meanwhile.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], [`StoreError::ForeignFile`], [`StoreError::Corrupt`],
    /// [`StoreError::Backend`].
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let mut connection = connection::open_writer(
            path,
            &Settings {
                cache_kib: options.writer_cache_kib,
                wal_pages: options.wal_pages,
                pages_max: options.pages_max,
            },
        )?;
        schema::migrate(&mut connection, &schema::STORE)?;
        connection::sync_directory_of(path)?;
        let readers = Readers::open(path, options.readers.max(1), options.reader_cache_kib)?;
        let writer = Writer::start(connection, "store-writer")?;
        Ok(Self {
            path: path.to_owned(),
            readers,
            writer,
            long_read: Arc::default(),
        })
    }

    /// Runs `work` on a blocking thread, after any other long read.
    async fn long_read<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.long_read).lock_owned().await;
        let path = self.path.clone();
        let span = tracing::debug_span!("store.long_read", operation);
        tokio::task::spawn_blocking(move || {
            let _entered = span.enter();
            // Held here and not by the caller, who may stop waiting while this goes on.
            let _turn = turn;
            work(&path)
        })
        .await
        .map_err(|error| StoreError::backend(operation, error))?
    }
}
