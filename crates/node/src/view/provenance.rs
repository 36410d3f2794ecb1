//! Where an object came from.

use serde::{Deserialize, Serialize};

/// An object of a collection and where each of its versions came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ObjectView {
    /// The collection, as ROOT/NAME.
    pub collection: String,
    /// The object's id.
    pub id: String,
    /// Its versions, oldest first.
    pub versions: Vec<VersionView>,
}

/// One version of an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VersionView {
    /// As the object says it; empty when it has none.
    pub version: String,
    /// Since when the collection lists it (`date_added`), RFC 3339; `null` where it was taken out.
    pub added: Option<String>,
    /// Who passed it. The first is the one that the collection shows.
    pub passed: Vec<PassedView>,
}

/// That a party passed a version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassedView {
    /// The party.
    pub party: String,
    /// The item: `TRACK/PARTY/INDEX`.
    pub item: String,
    /// The log's origin.
    pub origin: String,
    /// The index in the log.
    pub index: u64,
    /// The Merkle leaf hash of its entry, SHA-256(0x00 || entry), base64.
    pub leaf: String,
    /// SHA-256 of its content, lower-case hex.
    pub content_sha256: String,
    /// When it was sent, as its sender says, RFC 3339; absent where the head is not held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// The size of the smallest checkpoint held that covers it; absent while none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<u64>,
    /// Who confirmed to hold it, and when first.
    pub receipts: Vec<ReceiptedView>,
}

/// That a party countersigned a checkpoint that covers an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptedView {
    /// The party.
    pub party: String,
    /// The size of the first such checkpoint that is held.
    pub size: u64,
    /// When, by that party's clock, RFC 3339.
    pub at: String,
}
