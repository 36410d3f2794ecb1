//! What the JSON API is asked of users, tokens, grants and collections.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

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
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub root: Change<String>,
    /// The alias.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub alias: Change<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub title: Change<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub description: Change<String>,
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
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub title: Change<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Change::is_keep")]
    pub description: Change<String>,
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

/// What is asked of something that has a value of its own until one is set: in JSON nothing, null or the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// What was set is taken back.
    Reset,
    /// It is set.
    To(T),
}

impl<T> Change<T> {
    /// Whether nothing is asked.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value that is there afterwards, where something is asked.
    pub fn asked(self) -> Option<Option<T>> {
        match self {
            Self::Keep => None,
            Self::Reset => Some(None),
            Self::To(value) => Some(Some(value)),
        }
    }
}

/// What somebody gave, or nothing asked.
impl<T> From<Option<T>> for Change<T> {
    fn from(given: Option<T>) -> Self {
        given.map_or(Self::Keep, Self::To)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            // A null would take back what was set.
            Self::Keep => Err(ser::Error::custom("what stays as it is has to be left out")),
            Self::Reset => to.serialize_none(),
            Self::To(value) => value.serialize(to),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let said = Option::deserialize(from)?;
        Ok(said.map_or(Self::Reset, Self::To))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_null_and_a_value_are_told_apart() {
        for (text, title) in [
            ("{}", Change::Keep),
            (r#"{"title":null}"#, Change::Reset),
            (r#"{"title":"x"}"#, Change::To("x".to_owned())),
        ] {
            let read: SetRoot = serde_json::from_str(text).unwrap();
            assert_eq!(read.title, title);
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
        assert!(serde_json::to_string(&Change::<String>::Keep).is_err());
    }
}
