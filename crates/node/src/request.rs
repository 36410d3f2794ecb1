//! What the JSON API is asked: the bodies of its POSTs.

use serde::{Deserialize, Serialize};

pub mod accounts;

/// `POST /api/v1/dialogues`: draft a charter and sign it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    /// The dialogue's name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: String,
    /// The cards of the other parties: signed notes.
    pub with: Vec<String>,
    /// The tracks.
    pub tracks: Vec<NewTrack>,
}

/// A track of a new dialogue, or a private one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewTrack {
    /// Lower-case letters, digits and hyphens.
    pub name: String,
    /// The name people see; the name itself when empty.
    #[serde(default)]
    pub title: String,
    /// `open` or `closed`.
    pub access: String,
    /// Unreceipted items after which a sender stops; 0 for no such limit.
    pub window_items: u64,
    /// Age of the oldest unreceipted item after which a sender stops, days; 0 for no such limit.
    pub window_days: u32,
    /// The strictest marking that may be passed: `clear`, `green`, `amber`, `amber+strict` or `red`; anything without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking_ceiling: Option<String>,
    /// How many officers of a party must clear what it passes: 0, 1 or 2.
    #[serde(default)]
    pub clearance: u8,
}

/// `POST /api/v1/dialogues/accept`: sign a charter, or take in the one all have signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accept {
    /// The charter document.
    pub document: String,
}

/// `POST /api/v1/inquiries`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inquire {
    /// The track, as NAME or DIALOGUE/NAME.
    pub track: String,
    /// The party asked: host, or its first label.
    pub to: String,
    /// The office asked; the party's first when absent.
    #[serde(default)]
    pub office: Option<String>,
    /// The question.
    pub question: String,
    /// Its language, BCP 47.
    pub lang: String,
    /// Numbered sub-questions.
    #[serde(default)]
    pub asks: Vec<String>,
    /// When the answer is due: RFC 3339, or a time from now such as `72h`.
    pub due: String,
}

/// `POST /api/v1/answers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The inquiry's address.
    pub item: String,
    /// `answered`, `partly`, `declined`, `not_ours`, `pending`.
    pub outcome: String,
    /// Why it is declined.
    #[serde(default)]
    pub reason: Option<String>,
    /// Until when it is pending: RFC 3339, or a time from now.
    #[serde(default)]
    pub until: Option<String>,
    /// The language, BCP 47.
    pub lang: String,
    /// The answer.
    #[serde(default)]
    pub text: Option<String>,
}

/// `POST /api/v1/steps`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// The item's address.
    pub item: String,
    /// `acknowledged` or `opened`.
    pub step: String,
    /// Who has read it, for `opened`.
    #[serde(default)]
    pub person: Option<String>,
}

/// `POST /api/v1/proofs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Prove {
    /// The item's address.
    pub item: String,
    /// `class`, `head` or `content`.
    pub level: String,
}

/// `POST /api/v1/absence-proofs`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProveAbsence {
    /// The track.
    pub track: String,
    /// The party whose log has none.
    pub party: String,
    /// The classes that are absent.
    pub classes: Vec<String>,
    /// First index of the window.
    pub from: u64,
    /// The index after the window's last; the newest receipted when absent.
    #[serde(default)]
    pub until: Option<u64>,
}

/// `POST /api/v1/keys`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateKeys {
    /// The track.
    pub track: String,
}

/// `GET /api/v1/objects`: which object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObjectAsked {
    /// The collection: its id, ROOT/NAME, or its name where only one has it.
    pub collection: String,
    /// The object's id.
    pub id: String,
    /// One version; all that the collection lists without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// `GET /api/v1/objects/proof`: of which object, by its item or by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProofAsked {
    /// The item's address, as `Chancery-Entry` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// The object's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The version; the newest without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `class`, `head` or `content` (the usual).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// `GET /api/v1/outbox`: which items.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OutboxAsked {
    /// The track, as NAME or DIALOGUE/NAME; every one without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    /// `waiting` (the usual), `cleared`, `passed`, `refused` or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Those of one request, by the id of its status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// Those with a larger number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

/// `POST /api/v1/outbox/clear` and `/refuse`: items by their numbers, or all that wait of one request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Decide {
    /// Their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<u64>,
    /// The id of the status of the request they came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// Why; who posted them is told. A refusal needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST /api/v1/export`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Export {
    /// The dialogue, by name or id.
    pub dialogue: String,
    /// The party it is for; everything when absent.
    #[serde(default)]
    pub to: Option<String>,
}
