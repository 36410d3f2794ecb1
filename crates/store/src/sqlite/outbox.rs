//! [`Outbox`] in SQLite.

use async_trait::async_trait;

use super::SqliteStore;
use crate::outbox::Outbox;

#[async_trait]
impl Outbox for SqliteStore {}
