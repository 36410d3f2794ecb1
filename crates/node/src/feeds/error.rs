use store::StoreError;

use super::{definition::DefinitionError, secret::SecretError};

/// Why a round of a feed failed.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The other server.
    #[error(transparent)]
    Remote(#[from] taxii::client::Error),
    /// There is no such feed, or not any more.
    #[error("there is no feed `{0}`")]
    NoSuchFeed(String),
    /// Its track is not there any more.
    #[error("the collection of this feed is not on this node any more")]
    NoCollection,
    /// What the store has of it is not what was put there.
    #[error("the feed's definition: {0}")]
    Definition(#[from] DefinitionError),
    /// Its credentials.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// This node did not take what came.
    #[error("this node could not add what came: {0}")]
    Here(String),
    /// The store.
    #[error("the store: {0}")]
    Store(StoreError),
    /// It was stopped, paused, reset or removed while it ran.
    #[error("the round was stopped")]
    Interrupted,
}

impl From<StoreError> for FeedError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchFeed { name } => Self::NoSuchFeed(name),
            error => Self::Store(error),
        }
    }
}
