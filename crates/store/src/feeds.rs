//! Feeds from and to foreign TAXII servers, and how far each has come.

use async_trait::async_trait;

/// Feeds from and to foreign TAXII servers, and how far each has come. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Feeds: Send + Sync {}
