//! The outbox: what waits for clearance before it may leave.

use async_trait::async_trait;

/// The outbox: what waits for clearance before it may leave. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Outbox: Send + Sync {}
