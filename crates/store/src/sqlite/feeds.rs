//! [`Feeds`] in SQLite.

use async_trait::async_trait;

use super::SqliteStore;
use crate::feeds::Feeds;

#[async_trait]
impl Feeds for SqliteStore {}
