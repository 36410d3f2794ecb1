//! Keeping statuses: what the answer to a request said can be asked for again, for some days.
//!
//! A status with something pending is durable before its request is answered, since somebody has to come back for it.
//! One that is complete was told whole in the answer; it is written a moment later, together with the others that came
//! meanwhile, so that a request does not wait for two syncs of the disk. Until then it is found here. A crash can lose
//! it, and then asking for it is answered with 404, as §4.3 has it for any status that is no longer kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use store::{
    StoreError,
    statuses::{NewStatus, StatusLimits, StoredStatus},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::body;
use crate::{node::Node, settings::TaxiiSettings};

/// Statuses that wait to be written; whoever comes after that writes theirs before they answer.
const WAITING_MAX: usize = 1_024;
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
    /// Not written yet, or being written.
    statuses: HashMap<[u8; 16], NewStatus>,
    /// Of these, the ones that nobody writes yet.
    queue: Vec<[u8; 16]>,
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

    /// Nobody looks for these here any more. Tells whether it is time to look for old ones.
    fn written(&self, ids: &[[u8; 16]], now: i64) -> bool {
        let mut waiting = self.waiting();
        for id in ids {
            waiting.statuses.remove(id);
        }
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
    /// Keeps a status.
    ///
    /// # Errors
    /// Those of the store, for one that is written before the answer.
    pub(super) async fn keep_status(&self, status: NewStatus) -> Result<(), StoreError> {
        let begin = {
            let mut waiting = self.taxii_keep().waiting();
            if status.pendings > 0 || waiting.statuses.len() >= WAITING_MAX {
                None
            } else {
                waiting.queue.push(status.id);
                waiting.statuses.insert(status.id, status.clone());
                Some(!std::mem::replace(&mut waiting.writing, true))
            }
        };
        match begin {
            None => {
                let now = self.clock().now().as_microsecond();
                self.store().add_statuses(vec![status], now).await
            }
            Some(begin) => {
                if begin {
                    let node = self.clone();
                    self.tasks()
                        .spawn(async move { node.write_statuses().await });
                }
                Ok(())
            }
        }
    }

    /// Writes statuses until none waits.
    async fn write_statuses(&self) {
        loop {
            let batch: Vec<NewStatus> = {
                let mut waiting = self.taxii_keep().waiting();
                if waiting.queue.is_empty() {
                    waiting.writing = false;
                    return;
                }
                let ids = std::mem::take(&mut waiting.queue);
                let statuses = &waiting.statuses;
                ids.iter()
                    .filter_map(|id| statuses.get(id).cloned())
                    .collect()
            };
            let ids: Vec<_> = batch.iter().map(|status| status.id).collect();
            let now = self.clock().now().as_microsecond();
            if let Err(error) = self.store().add_statuses(batch, now).await {
                tracing::error!("{} statuses could not be kept: {error}", ids.len());
            }
            let due = self.taxii_keep().written(&ids, now);
            if due {
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
        let waiting = self
            .taxii_keep()
            .waiting()
            .statuses
            .get(id.as_bytes())
            .cloned();
        match waiting {
            // Nothing of it is pending, so nothing was settled since.
            Some(status) => Ok(Some(StoredStatus {
                status,
                settled: Vec::new(),
            })),
            None => self.store().find_status(id.into_bytes()).await,
        }
    }
}
