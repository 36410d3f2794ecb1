//! Where a log's resources can be had from: another node over the network, or a bundle from a stick. What is
//! fetched is verified the same way whatever brought it, so a source is never trusted.

use async_trait::async_trait;
use bytes::Bytes;

use crate::resource::Resource;

/// Why a source gave nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SourceError {
    /// Nobody answered, or not in time.
    #[error("{name} cannot be reached: {why}")]
    Unreachable {
        /// The source.
        name: String,
        /// The cause.
        why: String,
    },
    /// The answer is larger than such a thing can be.
    #[error("{name} sent more than {bytes_max} bytes for {resource}")]
    TooLarge {
        /// The source.
        name: String,
        /// What was asked for.
        resource: String,
        /// The limit.
        bytes_max: usize,
    },
    /// It answered with an error.
    #[error("{name} refused {resource}: {why}")]
    Refused {
        /// The source.
        name: String,
        /// What was asked for.
        resource: String,
        /// Its words.
        why: String,
    },
}

/// A place that has resources.
#[async_trait]
pub trait Source: Send + Sync {
    /// What it is called in reports and errors.
    fn name(&self) -> String;

    /// Fetches one resource; `None` when the source does not have it.
    ///
    /// # Errors
    /// [`SourceError`]; nothing is known then about whether it has it.
    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, SourceError>;
}
