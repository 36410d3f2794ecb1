//! [`Feeds`] with faults.

use async_trait::async_trait;

use super::FaultyStore;
use crate::{
    Store,
    error::StoreError,
    feeds::{Feed, FeedCursor, FeedKey, FeedRefusal, FeedRound, FeedStep, Feeds, NewFeed},
};

#[async_trait]
impl<S: Store> Feeds for FaultyStore<S> {
    async fn add_feed(&self, feed: NewFeed) -> Result<(), StoreError> {
        self.faults
            .around("add_feed", self.inner.add_feed(feed))
            .await
    }

    async fn feeds(&self) -> Result<Vec<Feed>, StoreError> {
        self.inner.feeds().await
    }

    async fn feed(&self, name: &str) -> Result<Option<Feed>, StoreError> {
        self.inner.feed(name).await
    }

    async fn pause_feed(&self, name: &str, paused: bool) -> Result<(), StoreError> {
        self.faults
            .around("pause_feed", self.inner.pause_feed(name, paused))
            .await
    }

    async fn reset_feed(&self, name: &str, cursor: FeedCursor, at: i64) -> Result<(), StoreError> {
        self.faults
            .around("reset_feed", self.inner.reset_feed(name, cursor, at))
            .await
    }

    async fn remove_feed(&self, name: &str) -> Result<(), StoreError> {
        self.faults
            .around("remove_feed", self.inner.remove_feed(name))
            .await
    }

    async fn advance_feed(&self, name: &str, step: FeedStep) -> Result<(), StoreError> {
        self.faults
            .around("advance_feed", self.inner.advance_feed(name, step))
            .await
    }

    async fn end_feed_round(&self, name: &str, round: FeedRound) -> Result<(), StoreError> {
        self.faults
            .around("end_feed_round", self.inner.end_feed_round(name, round))
            .await
    }

    async fn feed_refusals(
        &self,
        name: &str,
        limit: usize,
    ) -> Result<Vec<FeedRefusal>, StoreError> {
        self.inner.feed_refusals(name, limit).await
    }

    async fn came_from(&self, remote: &str, keys: Vec<FeedKey>) -> Result<Vec<bool>, StoreError> {
        self.inner.came_from(remote, keys).await
    }
}
