use serde::{Deserialize, Serialize};

use super::null_as_default;

/// The status resource ([TAXII 2.1 §4.3.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)): what
/// became of each object of one Add Objects request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its identifier, a UUID in the standard.
    pub id: String,
    /// Whether anything may still change.
    pub status: Progress,
    /// When the request came, as the server wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_timestamp: Option<String>,
    /// How many objects the request had; 0 while the server has not begun.
    pub total_count: u64,
    /// How many are in the collection.
    pub success_count: u64,
    /// Which, if the server says.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub successes: Vec<StatusDetail>,
    /// How many were refused.
    pub failure_count: u64,
    /// Which and why, if the server says.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub failures: Vec<StatusDetail>,
    /// How many are waiting.
    pub pending_count: u64,
    /// Which and for what, if the server says.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub pendings: Vec<StatusDetail>,
}

/// Whether a [`Status`] may still change (§4.3.1: `complete` or `pending`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Progress {
    /// It will not change any more.
    Complete,
    /// It may.
    Pending,
}

/// One object of a [`Status`] (§4.3.1, type `status-details`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDetail {
    /// The object's identifier. Required; empty if a server left it out, or could not read it in the object.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: String,
    /// Its version. Required; empty if a server left it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub version: String,
    /// Why it was refused, or what it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
