//! [`Accounts`] in SQLite.

use async_trait::async_trait;

use super::SqliteStore;
use crate::accounts::Accounts;

#[async_trait]
impl Accounts for SqliteStore {}
