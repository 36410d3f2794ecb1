//! What the JSON API answers of users, tokens, grants, collections and the trail.

use serde::{Deserialize, Serialize};

use crate::collections::HouseRule;

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserView {
    /// The name.
    pub name: String,
    /// `reader`, `analyst`, `drafter`, `officer` or `operator`.
    pub role: String,
    /// Whether they can log in with a password.
    pub password: bool,
    /// Since when they may not log in, RFC 3339.
    pub disabled: Option<String>,
    /// Client certificates that stand for them: SHA-256 of the public keys, hex.
    pub certificates: Vec<String>,
    /// When they came, RFC 3339.
    pub created: String,
    /// What they may do with which collections.
    pub grants: Vec<GrantView>,
    /// Tokens of theirs that count.
    pub tokens: u64,
}

/// A grant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GrantView {
    /// Who.
    pub user: String,
    /// With what: `*`, `ROOT/*`, or a collection as `ROOT/NAME`; its id where it is not there any more.
    pub scope: String,
    /// Whether they may read.
    pub read: bool,
    /// Whether they may write.
    pub write: bool,
    /// Since when, RFC 3339.
    pub granted: String,
}

/// A token, without the secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenView {
    /// Its number.
    pub id: u64,
    /// Whose it is.
    pub user: String,
    /// What people call it.
    pub name: String,
    /// Whether nothing can be changed with it.
    pub read_only: bool,
    /// The collections it is for, as `ROOT/NAME`; all that its user may use when absent.
    pub collections: Option<Vec<String>>,
    /// `valid`, `expired` or `revoked`.
    pub state: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// When it ends, RFC 3339; never when absent.
    pub expires: Option<String>,
    /// When it was used last, to the minute, RFC 3339.
    pub last_used: Option<String>,
    /// When it was revoked, RFC 3339.
    pub revoked: Option<String>,
}

/// A new token, with the secret: this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenMade {
    /// The secret.
    pub secret: String,
    /// The token.
    pub token: TokenView,
}

/// A collection and its settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CollectionView {
    /// Its id.
    pub id: String,
    /// The API root that it is in.
    pub root: String,
    /// What it may be called instead of its id.
    pub alias: Option<String>,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// The dialogue of its track.
    pub dialogue: String,
    /// Its track.
    pub track: String,
    /// Whether no other party is in it.
    pub private: bool,
    /// Whether anybody may read it without logging in.
    pub public: bool,
    /// What becomes of objects with faults: `accept`, `warn`, `refuse` or `refuse-should`.
    pub judgement: String,
    /// Rules of the house.
    pub house_rules: Vec<HouseRule>,
    /// How many officers clear an object before it leaves.
    pub clearance: u8,
    /// Whether whoever asks may read it.
    pub can_read: bool,
    /// Whether whoever asks may write to it.
    pub can_write: bool,
}

/// An API root.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RootView {
    /// Its name in URLs.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// How many collections in it are there for whoever asks.
    pub collections: usize,
}

/// A line of the trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditView {
    /// Its number: later lines have larger ones.
    pub id: u64,
    /// When, RFC 3339.
    pub at: String,
    /// Who did it, or as whom somebody tried.
    pub who: String,
    /// From which address, and with which token; empty for the node's own socket and directory.
    pub from: String,
    /// What was done.
    pub what: String,
    /// What it was done to.
    pub target: String,
    /// What came of it.
    pub outcome: String,
    /// How often.
    pub times: u64,
}

/// A page of the trail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditPage {
    /// Lines, newest first.
    pub lines: Vec<AuditView>,
    /// What to give as `before` for the next page; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}
