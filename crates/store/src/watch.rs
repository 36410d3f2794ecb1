//! What the node notices: alarms, attempts, peers; and what is looked up of objects.

use bytes::Bytes;

use crate::item::Hash;
use crate::position::{LogId, Position};

/// Bytes of any one text outside items: a note (docs/FORMATS.md §10), a detail, a reason, an error.
pub const TEXT_BYTES_MAX: u64 = 64 << 10;

/// Bytes of an alarm's evidence: two notes and a proof fit many times.
pub const EVIDENCE_BYTES_MAX: u64 = 16 << 20;

/// Something that can be shown against somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlarm {
    /// The log concerned, if it is one.
    pub log: Option<LogId>,
    /// `fork`, `rollback`, `old_time`, `altered`, `withheld`, `restored`, …: an open vocabulary.
    pub kind: String,
    /// For a person.
    pub detail: String,
    /// The proof itself; may be empty.
    pub evidence: Bytes,
    /// When found, unix microseconds.
    pub at: i64,
}

/// An alarm as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its number, increasing.
    pub id: u64,
    /// What it says.
    pub alarm: NewAlarm,
}

/// Something that was to be passed and was not. Our word alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// The dialogue as it was named.
    pub dialogue: String,
    /// The track as it was named.
    pub track: String,
    /// What was to be passed.
    pub what: String,
    /// Why it was not.
    pub why: String,
    /// When, unix microseconds.
    pub at: i64,
}

/// An attempt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, increasing.
    pub id: u64,
    /// What it says.
    pub attempt: NewAttempt,
}

/// What happened between us and a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerEvent {
    /// It called us.
    Heard,
    /// We reached it.
    Success,
    /// We did not, for this reason.
    Error(String),
}

/// When a peer was last reached. Times are unix microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its host.
    pub host: String,
    /// It last called us.
    pub last_heard: Option<i64>,
    /// We last reached it.
    pub last_success: Option<i64>,
    /// We last failed to, and why. Stays after a success, which is then the later of the two.
    pub last_error: Option<(i64, String)>,
}

/// A version of an object, as it is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    /// Id of the object.
    pub stix_id: String,
    /// Its version, as the object says it.
    pub version: String,
}

/// Where a version is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVersion {
    /// The item that carries it.
    pub position: Position,
    /// Hash of the content.
    pub content_hash: Hash,
    /// Whether this row is what the track lists of the version. At most one of them is.
    pub listed: bool,
}

/// An object in the order of arrival in its track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its number in the track, from 1 without gaps: the cursor of a page.
    pub arrival: u64,
    /// Strictly increasing in the track, unix microseconds.
    pub added: i64,
    /// Id and version.
    pub key: ObjectKey,
    /// Where it is.
    pub held: HeldVersion,
}
