//! [`Statuses`] in SQLite.

use async_trait::async_trait;

use super::SqliteStore;
use crate::statuses::Statuses;

#[async_trait]
impl Statuses for SqliteStore {}
