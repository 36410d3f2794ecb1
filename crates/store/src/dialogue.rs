//! Dialogues, declarations and logs as the store keeps them.

use bytes::Bytes;

use crate::position::{LogId, TrackId};

/// The state of a dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DialogueState {
    /// Not all have signed the charter.
    Draft,
    /// All have.
    InForce,
    /// Suspended by a party; the record stays.
    Suspended,
    /// Over; the record stays.
    Closed,
}

/// A dialogue and its charter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialogue {
    /// STIX id of the charter.
    pub id: String,
    /// Canonical bytes of the charter.
    pub charter: Bytes,
    /// Where it stands.
    pub state: DialogueState,
    /// When this node first stored it, unix microseconds.
    pub created: i64,
}

/// A note by which a party binds a log and its keys to a dialogue and a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Id of the dialogue.
    pub dialogue: String,
    /// The log that is declared.
    pub origin: String,
    /// 0 for the first keys of the origin, one more for each key change.
    pub serial: u64,
    /// The signed note, whole.
    pub note: String,
}

/// A log to open. The store gives it a number, and its track one if it is the first there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLog {
    /// Origin: the name of the log in its checkpoints. Unique.
    pub origin: String,
    /// Lower-case hex SHA-256 of the origin: its name in URLs. Unique.
    pub origin_sha256: String,
    /// Id of the dialogue.
    pub dialogue: String,
    /// Name of the track in the dialogue.
    pub track: String,
    /// Host of the party whose log it is.
    pub party: String,
    /// Whether this node writes it.
    pub mine: bool,
    /// Origin of the log that it succeeds.
    pub predecessor: Option<String>,
    /// Now, unix microseconds.
    pub created: i64,
}

/// Whether a log is written on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogState {
    /// It is.
    Open,
    /// It is over, for this reason.
    Closed(String),
}

/// A log, ours or one that we hold of another party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its number here.
    pub id: LogId,
    /// Origin: the name of the log in its checkpoints.
    pub origin: String,
    /// Lower-case hex SHA-256 of the origin.
    pub origin_sha256: String,
    /// Id of the dialogue.
    pub dialogue: String,
    /// Number of the track here.
    pub track_id: TrackId,
    /// Name of the track in the dialogue.
    pub track: String,
    /// Host of the party whose log it is.
    pub party: String,
    /// Whether this node writes it.
    pub mine: bool,
    /// Open or closed.
    pub state: LogState,
    /// Origin of the log that it succeeds.
    pub predecessor: Option<String>,
    /// Entries persisted: indexes 0 to `size` − 1 are all there.
    pub size: u64,
    /// When it was opened here, unix microseconds.
    pub created: i64,
}
