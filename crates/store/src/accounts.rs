//! Who may: users, tokens, grants, the settings of collections, and the trail of what was done here.

use async_trait::async_trait;

use crate::{error::StoreError, item::Hash};

/// Most users.
pub const USERS_MAX: u64 = 10_000;
/// Most client certificates of one user.
pub const USER_PINS_MAX: u64 = 32;
/// Most tokens, those that do not count any more included.
pub const TOKENS_MAX: u64 = 100_000;
/// Most collections that one token is for.
pub const TOKEN_COLLECTIONS_MAX: u64 = 256;
/// How long a token that was revoked or is expired is still shown, microseconds: 90 days.
pub const DEAD_TOKEN_KEPT_MICROS: i64 = 90 * 86_400 * 1_000_000;
/// Most grants.
pub const GRANTS_MAX: u64 = 100_000;
/// Most lines of the trail; beyond them the oldest go.
pub const AUDIT_LINES_MAX: u64 = 200_000;
/// Most lines that one call adds to the trail or reads from it.
pub const AUDIT_BATCH_MAX: usize = 1_000;
/// Longest field of a line of the trail, bytes.
pub const AUDIT_FIELD_BYTES_MAX: u64 = 1_024;

/// Somebody who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// `reader`, `analyst`, `drafter`, `officer` or `operator`.
    pub role: String,
    /// The password's hash, a PHC string; none for whoever has tokens or certificates only.
    pub password: Option<String>,
    /// Since when they may not log in, unix microseconds.
    pub disabled: Option<i64>,
    /// Client certificates that stand for them: hashes of public keys, in order.
    pub pins: Vec<Hash>,
    /// When they came, unix microseconds.
    pub created: i64,
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// SHA-256 of the token.
    pub hash: Hash,
    /// Whose it is.
    pub user: String,
    /// What people call it.
    pub name: String,
    /// Whether nothing can be changed with it.
    pub read_only: bool,
    /// The collections it is for, by id, in order; none for all that its user may use.
    pub collections: Option<Vec<String>>,
    /// When it was made, unix microseconds.
    pub created: i64,
    /// When it ends, unix microseconds.
    pub expires: Option<i64>,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: u64,
    /// What was kept.
    pub token: NewToken,
    /// When it was used last, unix microseconds, as far as that was told.
    pub last_used: Option<i64>,
    /// When it was revoked, unix microseconds.
    pub revoked: Option<i64>,
}

/// What a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Every collection.
    All,
    /// Every collection of an API root, by name.
    Root(String),
    /// One collection, by id.
    Collection(String),
}

/// What a user may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub user: String,
    /// With what.
    pub scope: Scope,
    /// Whether they may read.
    pub read: bool,
    /// Whether they may write. One of both is so.
    pub write: bool,
    /// When it was granted, unix microseconds.
    pub granted: i64,
}

/// Everything that decides who may, of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountsHeld {
    /// By name.
    pub users: Vec<User>,
    /// By number.
    pub tokens: Vec<Token>,
    /// By user.
    pub grants: Vec<Grant>,
}

/// What was set for a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectionSet {
    /// The collection's id.
    pub collection: String,
    /// Another API root than the usual one.
    pub root: Option<String>,
    /// Another alias than the usual one.
    pub alias: Option<String>,
    /// Another title than the usual one.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether anybody may read it.
    pub public: bool,
    /// What becomes of objects with faults: a word of the caller's.
    pub judgement: String,
    /// Rules of the house: JSON of the caller's.
    pub house_rules: String,
    /// How many officers clear an object.
    pub clearance: u8,
}

/// What was set for an API root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RootSet {
    /// Its name.
    pub root: String,
    /// Another title than the usual one.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// A line for the trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAudit {
    /// When, unix microseconds.
    pub at: i64,
    /// Who did it, or as whom somebody tried.
    pub who: String,
    /// From which address; empty for the node's own socket and directory.
    pub origin: String,
    /// What was done: `user.create`, `login`, ….
    pub what: String,
    /// What it was done to.
    pub target: String,
    /// What came of it.
    pub outcome: String,
    /// How often, where many of a kind make one line; at least 1.
    pub times: u64,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Its number: later lines have larger ones.
    pub id: u64,
    /// What it says.
    pub line: NewAudit,
}

/// Who may: users, tokens, grants, the settings of collections, and the trail of what was done here. The promises of
/// [`Store`](crate::Store) hold here too.
///
/// Each change comes with its line for the trail: either both are stored or neither. A line whose field is longer than
/// [`AUDIT_FIELD_BYTES_MAX`] is refused with [`StoreError::TooLarge`], and the change with it; so is any text beyond
/// [`TEXT_BYTES_MAX`](crate::TEXT_BYTES_MAX).
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Everything that decides who may, of one moment.
    async fn accounts(&self) -> Result<AccountsHeld, StoreError>;

    /// Adds a user.
    ///
    /// # Errors
    /// [`StoreError::UserExists`]; [`StoreError::PinTaken`]; [`StoreError::TooLarge`] beyond [`USERS_MAX`] or
    /// [`USER_PINS_MAX`].
    async fn create_user(&self, user: User, line: NewAudit) -> Result<(), StoreError>;

    /// Replaces what is known of a user, `created` excepted. Unless `last_operator_too`, an enabled operator
    /// remains where there was one.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`]; [`StoreError::LastOperator`]; [`StoreError::PinTaken`];
    /// [`StoreError::TooLarge`] beyond [`USER_PINS_MAX`].
    async fn set_user(
        &self,
        user: User,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError>;

    /// Removes a user with their tokens and grants. Unless `last_operator_too`, an enabled operator remains where
    /// there was one.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`]; [`StoreError::LastOperator`].
    async fn delete_user(
        &self,
        name: &str,
        last_operator_too: bool,
        line: NewAudit,
    ) -> Result<(), StoreError>;

    /// Keeps a token and gives its number, with which the line's target then begins. Tokens that have been dead for
    /// longer than [`DEAD_TOKEN_KEPT_MICROS`] are forgotten.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`]; [`StoreError::TooLarge`] beyond [`TOKENS_MAX`] or [`TOKEN_COLLECTIONS_MAX`].
    async fn create_token(&self, token: NewToken, line: NewAudit) -> Result<u64, StoreError>;

    /// Revokes a token. Revoking it again changes nothing: the first time stands.
    ///
    /// # Errors
    /// [`StoreError::NoSuchToken`].
    async fn revoke_token(&self, id: u64, at: i64, line: NewAudit) -> Result<(), StoreError>;

    /// Notes when tokens were used last. An earlier time than the one held changes nothing, nor does a token that is
    /// not there any more.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`BATCH_MAX`](crate::BATCH_MAX).
    async fn touch_tokens(&self, used: Vec<(u64, i64)>) -> Result<(), StoreError>;

    /// Grants something, in place of what the user had for the same scope.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`]; [`StoreError::TooLarge`] beyond [`GRANTS_MAX`].
    async fn grant(&self, grant: Grant, line: NewAudit) -> Result<(), StoreError>;

    /// Takes back what was granted for a scope.
    ///
    /// # Errors
    /// [`StoreError::NoSuchGrant`].
    async fn revoke(&self, user: &str, scope: Scope, line: NewAudit) -> Result<(), StoreError>;

    /// What was set for collections and API roots, by id and name.
    async fn settings(&self) -> Result<(Vec<CollectionSet>, Vec<RootSet>), StoreError>;

    /// Sets everything for a collection.
    async fn set_collection(&self, set: CollectionSet, line: NewAudit) -> Result<(), StoreError>;

    /// Sets everything for an API root.
    async fn set_root(&self, set: RootSet, line: NewAudit) -> Result<(), StoreError>;

    /// Adds lines to the trail, in their order. Beyond [`AUDIT_LINES_MAX`] the oldest go.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond [`AUDIT_BATCH_MAX`].
    async fn note(&self, lines: Vec<NewAudit>) -> Result<(), StoreError>;

    /// The trail, newest first, from before the line `before`, or from the newest; at most `limit` and
    /// [`AUDIT_BATCH_MAX`].
    async fn trail(&self, before: Option<u64>, limit: usize) -> Result<Vec<Audit>, StoreError>;
}
