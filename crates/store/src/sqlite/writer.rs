//! The one writer: a thread that owns the writing connection and does one transaction at a time.

use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::error::StoreError;

/// Writes that wait for their turn; further callers wait before queueing, so memory stays bounded.
const QUEUE_MAX: usize = 64;

/// The connection, and whether it may still be written on.
struct State {
    connection: Connection,
    halted: Option<&'static str>,
}

type Job = Box<dyn FnOnce(&mut State) + Send>;

/// Handle to the writing thread. Dropping it waits until what is queued is done.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection, name: &str) -> Result<Self, StoreError> {
        let (queue, mut jobs) = mpsc::channel::<Job>(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut state = State {
                    connection,
                    halted: None,
                };
                while let Some(job) = jobs.blocking_recv() {
                    job(&mut state);
                }
            })
            .map_err(|error| StoreError::backend("starting the writer", error))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Runs `work` in one transaction, which is committed and synced if it returns `Ok` and rolled back
    /// otherwise.
    pub(crate) async fn write<T, E>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.queue(operation, move |state| state.transact(operation, work))
            .await
    }

    /// The same, but the commit is not synced. It outlives this process at once, and the machine with the next commit
    /// that is synced: both are in one write-ahead log, in order. What is lost before is lost from its end.
    pub(crate) async fn write_unsynced<T, E>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let unsynced = move |state: &mut State| state.transact_unsynced(operation, work);
        self.queue(operation, unsynced).await
    }

    async fn queue<T, E>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut State) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let span = tracing::debug_span!("store.write", operation);
        let job: Job = Box::new(move |state| {
            let _entered = span.enter();
            // A caller that stopped waiting gets no reply, and needs none: the write is done or not.
            drop(reply.send(work(state)));
        });
        let queue = self.queue.as_ref().ok_or(StoreError::Stopped)?;
        queue.send(job).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread panicked");
        }
    }
}

impl State {
    fn transact_unsynced<T, E: From<StoreError>>(
        &mut self,
        operation: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.synchronous("NORMAL")?;
        let done = self.transact(operation, work);
        self.synchronous("FULL").inspect_err(|_| {
            // What is written from here on would not be as durable as is promised.
            self.halted = Some(operation);
        })?;
        done
    }

    fn synchronous(&self, how: &str) -> Result<(), StoreError> {
        self.connection
            .pragma_update(None, "synchronous", how)
            .map_err(StoreError::from)
    }

    fn transact<T, E: From<StoreError>>(
        &mut self,
        operation: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(since) = self.halted {
            return Err(StoreError::Halted { since }.into());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(|error| {
            if leaves_the_disk_unknown(&error) {
                self.halted = Some(operation);
                tracing::error!(operation, %error, "a commit failed, no more writes until reopened");
            }
            StoreError::from(error)
        })?;
        Ok(value)
    }
}

/// After a failed sync the kernel may call the lost pages clean, and a second sync succeed without them.
/// Whether such a commit is on the disk is not known; going on could build on it. Opening again reads
/// what is really there.
fn leaves_the_disk_unknown(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn state() -> State {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        State {
            connection,
            halted: None,
        }
    }

    fn rows(state: &State) -> i64 {
        state
            .connection
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn a_failed_sync_halts_and_a_full_disk_does_not() {
        let failure = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert!(leaves_the_disk_unknown(&failure(ffi::SQLITE_IOERR_FSYNC)));
        assert!(leaves_the_disk_unknown(&failure(ffi::SQLITE_IOERR_WRITE)));
        assert!(!leaves_the_disk_unknown(&failure(ffi::SQLITE_FULL)));
        assert!(!leaves_the_disk_unknown(&failure(ffi::SQLITE_BUSY)));
    }

    #[test]
    fn nothing_is_written_once_halted() {
        let mut state = state();
        state.halted = Some("append");
        let refused = state.transact("set_meta", |db| {
            db.execute("INSERT INTO t VALUES (1)", [])?;
            Ok::<_, StoreError>(())
        });
        assert!(matches!(
            refused,
            Err(StoreError::Halted { since: "append" })
        ));
        assert_eq!(rows(&state), 0);
    }

    #[test]
    fn only_what_may_be_is_unsynced() {
        let mut state = state();
        let synced = |db: &Connection| -> i64 {
            db.query_row("PRAGMA synchronous", [], |row| row.get(0))
                .unwrap()
        };
        let full = state.transact("set_meta", |db| Ok::<_, StoreError>(synced(db)));
        assert_eq!(full.unwrap(), 2);
        let normal = state.transact_unsynced("add", |db| Ok::<_, StoreError>(synced(db)));
        assert_eq!(normal.unwrap(), 1);
        let failed = state.transact_unsynced("add", |_| Err::<(), _>(StoreError::Full));
        assert!(matches!(failed, Err(StoreError::Full)));
        assert_eq!(synced(&state.connection), 2);
    }

    #[test]
    fn work_that_fails_is_rolled_back() {
        let mut state = state();
        let refused = state.transact("set_meta", |db| {
            db.execute("INSERT INTO t VALUES (1)", [])?;
            Err::<(), _>(StoreError::Full)
        });
        assert!(matches!(refused, Err(StoreError::Full)));
        assert_eq!(rows(&state), 0);
    }

    #[tokio::test]
    async fn a_panic_in_the_work_stops_the_writer_and_is_told() {
        let writer = Writer::start(state().connection, "test-writer").unwrap();
        let told = writer
            .write("set_meta", |_| -> Result<(), StoreError> {
                panic!("a bug of ours")
            })
            .await;
        assert!(matches!(told, Err(StoreError::Stopped)));
        let told = writer.write("set_meta", |_| Ok::<_, StoreError>(())).await;
        assert!(matches!(told, Err(StoreError::Stopped)));
    }
}
