//! What became of requests to add objects: the status resources of TAXII 2.1 §4.3.

use async_trait::async_trait;

/// What became of requests to add objects: the status resources of TAXII 2.1 §4.3. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Statuses: Send + Sync {}
