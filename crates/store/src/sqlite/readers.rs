//! The readers: a few connections, lent to one blocking task each.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction};
use tokio::sync::Semaphore;

use super::connection;
use crate::error::StoreError;

/// Read-only connections; there are as many permits as connections.
#[derive(Debug)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path, count: usize, cache_kib: u32) -> Result<Self, StoreError> {
        let idle = (0..count)
            .map(|_| connection::open_reader(path, cache_kib))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(count)),
        })
    }

    /// Runs `work` on a blocking thread, in one transaction: it sees one moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Stopped)?;
        let idle = Arc::clone(&self.idle);
        let span = tracing::debug_span!("store.read", operation);
        tokio::task::spawn_blocking(move || {
            let _entered = span.enter();
            // Dropped after the connection is back: the next holder finds one.
            let _permit = permit;
            let lent = Lent::take(&idle)?;
            let transaction = lent.connection()?.unchecked_transaction()?;
            work(&transaction)
        })
        .await
        .map_err(|error| StoreError::backend(operation, error))?
    }
}

/// A connection that goes back when it is dropped, also when `work` panics.
struct Lent<'a> {
    idle: &'a Mutex<Vec<Connection>>,
    connection: Option<Connection>,
}

impl<'a> Lent<'a> {
    fn take(idle: &'a Mutex<Vec<Connection>>) -> Result<Self, StoreError> {
        // Nothing can panic while the lock is held, so a poisoned list is still a list.
        let connection = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Self {
            idle,
            connection: Some(connection.ok_or(StoreError::Stopped)?),
        })
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Stopped)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}
