//! [`Outbox`] in SQLite.

mod decide;
mod queue;
mod read;

use async_trait::async_trait;
use bytes::Bytes;

use super::SqliteStore;
use super::convert::{int, row_limit};
use crate::error::StoreError;
use crate::outbox::{
    Decided, Decision, FORGET_MAX, NewWaiting, Outbox, OutboxLoad, OutboxState, OutboxWanted,
    Queued, Settled, Untold, Waiting,
};
use crate::position::TrackId;

#[async_trait]
impl Outbox for SqliteStore {
    async fn wait(&self, items: Vec<NewWaiting>) -> Result<Vec<Queued>, StoreError> {
        self.writer
            .write("wait", move |db| queue::wait(db, &items))
            .await
    }

    async fn decide(
        &self,
        items: Vec<u64>,
        decision: Decision,
    ) -> Result<Vec<Decided>, StoreError> {
        self.writer
            .write("decide", move |db| {
                decide::decide_all(db, &items, &decision)
            })
            .await
    }

    async fn cleared(
        &self,
        track: TrackId,
        items_max: usize,
        bytes_max: u64,
    ) -> Result<Vec<(Waiting, Bytes)>, StoreError> {
        self.readers
            .read("cleared", move |db| {
                read::cleared(db, track, items_max, bytes_max)
            })
            .await
    }

    async fn cleared_tracks(&self) -> Result<Vec<TrackId>, StoreError> {
        self.readers
            .read("cleared_tracks", move |db| {
                let sql = include_str!("outbox/cleared_tracks.sql");
                read::rows(db, sql, [], |fields| fields.track(0))
            })
            .await
    }

    async fn settle_outbox(&self, items: Vec<(u64, Settled)>, at: i64) -> Result<(), StoreError> {
        self.writer
            .write("settle_outbox", move |db| {
                items.iter().try_for_each(|(id, settled)| {
                    decide::settle(db, *id, OutboxState::Cleared, settled, at)
                })
            })
            .await
    }

    async fn untold(&self, limit: usize) -> Result<Vec<Untold>, StoreError> {
        self.readers
            .read("untold", move |db| read::untold(db, limit))
            .await
    }

    async fn told(&self, posts: Vec<u64>) -> Result<(), StoreError> {
        self.writer
            .write("told", move |db| {
                let mut statement = db.prepare_cached(include_str!("outbox/told.sql"))?;
                for post in &posts {
                    statement.execute([int("post number", *post)?])?;
                }
                Ok(())
            })
            .await
    }

    async fn outbox(&self, wanted: OutboxWanted, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        self.readers
            .read("outbox", move |db| read::page(db, &wanted, limit))
            .await
    }

    async fn outbox_item(&self, id: u64) -> Result<Option<(Waiting, Option<Bytes>)>, StoreError> {
        self.readers
            .read("outbox_item", move |db| read::one(db, id))
            .await
    }

    async fn outbox_load(&self) -> Result<OutboxLoad, StoreError> {
        self.readers
            .read("outbox_load", move |db| read::load(db))
            .await
    }

    async fn forget_outbox(&self, before: i64) -> Result<u64, StoreError> {
        self.writer
            .write("forget_outbox", move |db| {
                let limit = row_limit(FORGET_MAX, FORGET_MAX);
                let gone = db
                    .prepare_cached(include_str!("outbox/forget.sql"))?
                    .execute([before, limit])?;
                Ok(gone as u64)
            })
            .await
    }
}
