//! Who may: users, tokens, grants, the settings of collections, and the trail of what was done here.

use async_trait::async_trait;

/// Who may: users, tokens, grants, the settings of collections, and the trail of what was done here. The promises of [`Store`](crate::Store) hold here too.
#[async_trait]
pub trait Accounts: Send + Sync {}
