//! Keeping statuses: what the answer to a request said can be asked for again, for some days.
//!
//! Every status is written before its request is answered, so that it is there however soon this process ends. One with
//! something pending is synced too, since somebody has to come back for it. One that is complete was told whole in the
//! answer; it is written without a sync of its own, together with the others that came meanwhile, and a machine that
//! loses its power can lose it. Then asking for it is answered with 404, as §4.3 has it for any that is no longer kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::{
    StoreError,
    statuses::{NewStatus, StatusLimits, StoredStatus},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use uuid::Uuid;

use super::body;
use crate::{node::Node, settings::TaxiiSettings};

/// Statuses that are written together, at most.
const TOGETHER_MAX: usize = 1_024;
/// How often statuses are looked through for old ones, at most; microseconds.
const PRUNE_INTERVAL: i64 = 10 * 60 * 1_000_000;
const HOUR: i64 = 3_600 * 1_000_000;
/// §4.3: statuses SHOULD be shown for at least 24 hours after the request was processed.
const SHOWN_HOURS_MIN: i64 = 24;

/// What TAXII keeps in memory.
pub(crate) struct Keep {
    waiting: Mutex<Waiting>,
    /// What all bodies under way may take together, in grains.
    bodies: Arc<Semaphore>,
}

#[derive(Default)]
struct Waiting {
    /// Not being written yet, each with who waits for that.
    queue: Vec<(NewStatus, oneshot::Sender<()>)>,
    /// Whether somebody writes.
    writing: bool,
    pruned: Option<i64>,
}

impl Keep {
    pub(crate) fn new(limits: &TaxiiSettings) -> Self {
        Self {
            waiting: Mutex::default(),
            bodies: Arc::new(Semaphore::new(body::grains(limits.bodies_bytes_max))),
        }
    }

    /// A share of what all bodies may take together; `None` when nothing is left.
    pub(super) fn grain(&self) -> Option<OwnedSemaphorePermit> {
        self.bodies.clone().try_acquire_owned().ok()
    }

    /// The next to be written together; none when nobody waits, and then nobody writes any more.
    fn batch(&self) -> Vec<(NewStatus, oneshot::Sender<()>)> {
        let mut waiting = self.waiting();
        let count = waiting.queue.len().min(TOGETHER_MAX);
        waiting.writing = count > 0;
        waiting.queue.drain(..count).collect()
    }

    /// Whether it is time to look for old ones.
    fn prunes(&self, now: i64) -> bool {
        let mut waiting = self.waiting();
        let due = waiting
            .pruned
            .is_none_or(|at| now.saturating_sub(at) >= PRUNE_INTERVAL);
        if due {
            waiting.pruned = Some(now);
        }
        due
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing under this lock can panic half-way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    /// Keeps a status. One that is complete and cannot be kept fails nothing: its answer says it all.
    ///
    /// # Errors
    /// Those of the store, for one with something pending.
    pub(super) async fn keep_status(&self, status: NewStatus) -> Result<(), StoreError> {
        if status.pendings > 0 {
            let now = self.clock().now().as_microsecond();
            return self.store().add_statuses(vec![status], now).await;
        }
        let (write, written) = oneshot::channel();
        let begin = {
            let mut waiting = self.taxii_keep().waiting();
            waiting.queue.push((status, write));
            !std::mem::replace(&mut waiting.writing, true)
        };
        if begin {
            // Others wait for it too, so it goes on if this request is given up.
            let node = self.clone();
            self.tasks()
                .spawn(async move { node.write_statuses().await });
        }
        // Whoever writes goes away only with the node itself.
        let _ = written.await;
        Ok(())
    }

    /// Writes statuses until none waits.
    async fn write_statuses(&self) {
        loop {
            let (batch, told): (Vec<_>, Vec<_>) = self.taxii_keep().batch().into_iter().unzip();
            if batch.is_empty() {
                return;
            }
            let (count, now) = (batch.len(), self.clock().now().as_microsecond());
            if let Err(error) = self.store().add_told_statuses(batch, now).await {
                tracing::error!("{count} statuses could not be kept: {error}");
            }
            for each in told {
                let _ = each.send(());
            }
            if self.taxii_keep().prunes(now) {
                self.prune_statuses(now).await;
            }
        }
    }

    async fn prune_statuses(&self, now: i64) {
        let limits = &self.settings().taxii;
        let hours = i64::from(limits.status_hours).max(SHOWN_HOURS_MIN);
        let limits = StatusLimits {
            settled_before: now.saturating_sub(hours * HOUR),
            crowded_before: now.saturating_sub(SHOWN_HOURS_MIN * HOUR),
            count_max: limits.statuses_max,
        };
        match self.store().prune_statuses(limits).await {
            Ok(0) => {}
            Ok(gone) => tracing::debug!(statuses = gone, "removed {gone} old statuses"),
            Err(error) => tracing::error!("old statuses could not be removed: {error}"),
        }
    }

    /// A status that is kept.
    pub(super) async fn find_status(&self, id: Uuid) -> Result<Option<StoredStatus>, StoreError> {
        self.store().find_status(id.into_bytes()).await
    }
}
