//! [`Outbox`] with faults.

use async_trait::async_trait;
use bytes::Bytes;

use super::FaultyStore;
use crate::{
    Store, StoreError, TrackId,
    outbox::{
        Decided, Decision, NewWaiting, Outbox, OutboxLoad, OutboxWanted, Queued, Settled, Untold,
        Waiting,
    },
};

#[async_trait]
impl<S: Store> Outbox for FaultyStore<S> {
    async fn wait(&self, items: Vec<NewWaiting>) -> Result<Vec<Queued>, StoreError> {
        self.faults.around("wait", self.inner.wait(items)).await
    }

    async fn decide(
        &self,
        items: Vec<u64>,
        decision: Decision,
    ) -> Result<Vec<Decided>, StoreError> {
        self.faults
            .around("decide", self.inner.decide(items, decision))
            .await
    }

    async fn cleared(
        &self,
        track: TrackId,
        items_max: usize,
        bytes_max: u64,
    ) -> Result<Vec<(Waiting, Bytes)>, StoreError> {
        self.inner.cleared(track, items_max, bytes_max).await
    }

    async fn cleared_tracks(&self) -> Result<Vec<TrackId>, StoreError> {
        self.inner.cleared_tracks().await
    }

    async fn settle_outbox(&self, items: Vec<(u64, Settled)>, at: i64) -> Result<(), StoreError> {
        self.faults
            .around("settle_outbox", self.inner.settle_outbox(items, at))
            .await
    }

    async fn untold(&self, limit: usize) -> Result<Vec<Untold>, StoreError> {
        self.inner.untold(limit).await
    }

    async fn told(&self, posts: Vec<u64>) -> Result<(), StoreError> {
        self.faults.around("told", self.inner.told(posts)).await
    }

    async fn outbox(&self, wanted: OutboxWanted, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        self.inner.outbox(wanted, limit).await
    }

    async fn outbox_item(&self, id: u64) -> Result<Option<(Waiting, Option<Bytes>)>, StoreError> {
        self.inner.outbox_item(id).await
    }

    async fn outbox_load(&self) -> Result<OutboxLoad, StoreError> {
        self.inner.outbox_load().await
    }

    async fn forget_outbox(&self, before: i64) -> Result<u64, StoreError> {
        self.faults
            .around("forget_outbox", self.inner.forget_outbox(before))
            .await
    }
}
