//! What the JSON API is asked of users, tokens, grants and collections.

use serde::{Deserialize, Deserializer, Serialize};

use crate::collections::HouseRule;

/// `POST /api/v1/users`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name.
    pub name: String,
    /// `reader`, `analyst`, `drafter`, `officer` or `operator`.
    pub role: String,
    /// The password; without one they log in with tokens or certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Client certificates that stand for them: SHA-256 of the public keys, hex.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
}

/// `PATCH /api/v1/users/{name}`: what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Another role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Another password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Whether they may not log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Client certificates that stand for them from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_certificates: Vec<String>,
    /// Client certificates that do not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_certificates: Vec<String>,
    /// Whether this is meant even if no enabled operator is left.
    #[serde(default)]
    pub last_operator: bool,
}

/// `DELETE /api/v1/users/{name}`: the query.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteUser {
    /// Whether this is meant even if no enabled operator is left.
    #[serde(default)]
    pub last_operator: bool,
}

/// `POST /api/v1/tokens`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Whose it is.
    pub user: String,
    /// What people call it.
    pub name: String,
    /// When it ends: RFC 3339, a time from now such as `90d`, or `never`; a year from now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether nothing can be changed with it.
    #[serde(default)]
    pub read_only: bool,
    /// The collections it is for; all that its user may use when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collections: Option<Vec<String>>,
}

/// `POST /api/v1/grants`, and `DELETE /api/v1/grants` as a query, with neither right.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantAsked {
    /// Who.
    pub user: String,
    /// With what: `*`, `ROOT/*`, or a collection by id, name or `ROOT/NAME`.
    pub scope: String,
    /// Whether they may read.
    #[serde(default)]
    pub read: bool,
    /// Whether they may write.
    #[serde(default)]
    pub write: bool,
}

/// `POST /api/v1/collections`: a private track and its settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCollection {
    /// The track's name: lower-case letters, digits and hyphens.
    pub name: String,
    /// Its settings.
    #[serde(flatten)]
    pub settings: SetCollection,
}

/// `PATCH /api/v1/collections/{collection}`: what is absent stays, what is null is as the charter has it again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SetCollection {
    /// The API root.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub root: Option<Option<String>>,
    /// The alias.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub alias: Option<Option<String>>,
    /// The title.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<String>>,
    /// What it is for.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<String>>,
    /// Whether anybody may read it without logging in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// `accept`, `warn`, `refuse` or `refuse-should`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<String>,
    /// Rules of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_rules: Option<Vec<HouseRule>>,
    /// How many officers clear an object before it leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearance: Option<u8>,
}

/// `PATCH /api/v1/roots/{root}`: what is absent stays, what is null is as usual again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRoot {
    /// The title.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<String>>,
    /// What it is for.
    #[serde(
        default,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub description: Option<Option<String>>,
}

/// `GET /api/v1/audit`: the query.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditAsked {
    /// Lines before this one; the newest when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// Tells a null from what is not there.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}
