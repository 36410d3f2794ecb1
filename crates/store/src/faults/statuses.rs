//! [`Statuses`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::error::StoreError;
use crate::statuses::{NewStatus, Settlement, StatusLimits, StoredStatus};
use crate::{Store, statuses::Statuses};

#[async_trait]
impl<S: Store> Statuses for FaultyStore<S> {
    async fn add_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError> {
        self.faults
            .around("add_statuses", self.inner.add_statuses(statuses, at))
            .await
    }

    async fn add_told_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError> {
        let write = self.inner.add_told_statuses(statuses, at);
        self.faults.around("add_told_statuses", write).await
    }

    async fn settle_status(
        &self,
        id: [u8; 16],
        settlements: Vec<Settlement>,
        at: i64,
    ) -> Result<u64, StoreError> {
        let write = self.inner.settle_status(id, settlements, at);
        self.faults.around("settle_status", write).await
    }

    async fn find_status(&self, id: [u8; 16]) -> Result<Option<StoredStatus>, StoreError> {
        self.inner.find_status(id).await
    }

    async fn prune_statuses(&self, limits: StatusLimits) -> Result<u64, StoreError> {
        self.faults
            .around("prune_statuses", self.inner.prune_statuses(limits))
            .await
    }
}
