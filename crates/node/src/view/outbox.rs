//! The outbox.

use serde::{Deserialize, Serialize};

/// A page of the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutboxView {
    /// How many items wait on this node, of all collections.
    pub waiting: u64,
    /// The bytes of their contents.
    pub waiting_bytes: u64,
    /// The items asked for, by number.
    pub items: Vec<WaitingView>,
    /// `after` of the next page, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Something in the outbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaitingView {
    /// Its number.
    pub id: u64,
    /// The collection it is to be passed to, as ROOT/NAME.
    pub collection: String,
    /// The class of the item it is to become, in a word.
    pub class: String,
    /// The object's id.
    pub stix_id: String,
    /// Its version as it says it; empty when it has none.
    pub version: String,
    /// The length of its content, bytes.
    pub bytes: u64,
    /// `waiting`, `cleared` (and on its way to the record), `passed` or `refused`.
    pub state: String,
    /// How many officers have to clear it.
    pub officers: u8,
    /// How many of them are still missing.
    pub missing: usize,
    /// Who posted it.
    pub posts: Vec<PostView>,
    /// What officers decided.
    pub decisions: Vec<DecisionView>,
    /// When it was passed or refused, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<String>,
    /// The item it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the standard says against it; only where one item is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Its content; only where one item is asked for, and until it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<serde_json::Value>,
}

/// That somebody posted it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PostView {
    /// Who.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// The id of the status of the request, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// What an officer decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecisionView {
    /// Who.
    pub officer: String,
    /// Whether it may leave.
    pub clears: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, RFC 3339.
    pub at: String,
}

/// What came of decisions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecidedView {
    /// One for each item.
    pub outcomes: Vec<DecidedOutcome>,
    /// What keeps cleared items from the record, when something does. They follow by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_back: Option<String>,
}

/// What came of the decision of one item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecidedOutcome {
    /// Its number.
    pub id: u64,
    /// `passed`, `cleared`, `counted`, `refused`, `again`, `own_post`, `decided_before` or `unknown`.
    pub outcome: String,
    /// The same in a sentence.
    pub says: String,
    /// The item it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}
