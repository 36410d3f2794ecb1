//! What the JSON API answers: plain data, ready to read, the same for the command line and the desk.

pub mod accounts;
mod outbox;
mod provenance;

use serde::{Deserialize, Serialize};

pub use outbox::{DecidedOutcome, DecidedView, DecisionView, OutboxView, PostView, WaitingView};
pub use provenance::{ObjectView, PassedView, ReceiptedView, VersionView};

/// A party as others see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartyView {
    /// Its host: the party id in every format.
    pub host: String,
    /// Its name as people know it.
    pub name: String,
    /// The fingerprint of its keys, to be read over the telephone.
    pub fingerprint: String,
    /// Where its node is reached.
    pub url: String,
    /// Its offices: id and name.
    pub offices: Vec<OfficeView>,
}

/// A point of contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfficeView {
    /// Stable id within the party.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// This node's own card.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardView {
    /// The signed note, to be handed over.
    pub card: String,
    /// What it says.
    pub party: PartyView,
}

/// A dialogue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DialogueView {
    /// The charter's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether every party has signed.
    pub in_force: bool,
    /// The parties that have not signed.
    pub missing: Vec<String>,
    /// The parties.
    pub parties: Vec<PartyView>,
    /// The tracks' names.
    pub tracks: Vec<String>,
    /// The charter as a document to hand on; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// A track and the logs in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrackView {
    /// The charter's id.
    pub dialogue: String,
    /// The dialogue's name.
    pub dialogue_name: String,
    /// The track's name.
    pub name: String,
    /// The name people see.
    pub title: String,
    /// `open` or `closed`.
    pub access: String,
    /// The strictest marking that may be passed; anything without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marking_ceiling: Option<String>,
    /// How many officers must clear what is passed.
    #[serde(default)]
    pub clearance: u8,
    /// Every log, own ones first, predecessors before successors.
    pub logs: Vec<LogView>,
}

/// One party's log in a track.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogView {
    /// Whose.
    pub party: String,
    /// How it is addressed in items: `TRACK/PARTY`, or `TRACK/PARTY~2` and so on for a successor.
    pub address: String,
    /// Its origin.
    pub origin: String,
    /// Lower-case hex SHA-256 of the origin.
    pub hash: String,
    /// Whether this node writes it.
    pub mine: bool,
    /// `open`, `closed`, `disputed` (there is evidence of a fork), or `restored`: looked at on a node at rest, which closes
    /// it and opens a successor before it writes anything.
    pub state: String,
    /// Entries durably held.
    pub size: u64,
    /// Root of the newest checkpoint, base64.
    pub root: String,
    /// Information items.
    pub information: u64,
    /// Acts.
    pub acts: u64,
    /// Who holds how much of it.
    pub receipts: Vec<ReceiptView>,
}

/// A log that ended, and the one that goes on with new keys.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotatedView {
    /// The track.
    pub track: String,
    /// Origin of the log that ended.
    pub ended: String,
    /// Its entries.
    pub size: u64,
    /// Origin of the log that goes on.
    pub successor: String,
    /// How the log that ended is addressed in items, as it was before: `TRACK/PARTY`.
    pub ended_address: String,
    /// How the log that goes on is: `TRACK/PARTY~2`, with a higher number each time.
    pub address: String,
}

/// That a party durably holds a log up to a size.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptView {
    /// Who countersigned.
    pub party: String,
    /// Up to here.
    pub size: u64,
    /// When, by its own clock, POSIX seconds.
    pub at: u64,
}

/// What came of one object that was passed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassOutcome {
    /// Where it stood in what was sent, from 0.
    pub position: usize,
    /// Its STIX id, when it has one.
    pub id: Option<String>,
    /// Its version as it says it, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `passed`, `already_held`, `pending`, or `refused`.
    pub outcome: String,
    /// Its index in the log, when it is there.
    pub index: Option<u64>,
    /// Its number in the outbox, when it waits for clearance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<u64>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// What is wrong with it all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What came of a request to pass.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PassReport {
    /// The log it went into.
    pub log: String,
    /// The size the signed checkpoint covers now.
    pub size: u64,
    /// How many were passed.
    pub passed: u64,
    /// How many this track already held.
    pub already_held: u64,
    /// How many wait for clearance.
    #[serde(default)]
    pub pending: u64,
    /// How many were refused.
    pub refused: u64,
    /// Every refusal, and every outcome if asked for.
    pub outcomes: Vec<PassOutcome>,
}

/// An act that was handed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandedOver {
    /// How to address it: `TRACK/PARTY/INDEX`; empty while it waits for clearance.
    pub item: String,
    /// The act's id.
    pub id: String,
    /// Its index in the log, once it is there.
    pub index: Option<u64>,
    /// Its number in the outbox, while it waits for clearance there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<u64>,
    /// The inquiry's number, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Sent, RFC 3339.
    pub sent: String,
}

/// The four facts that *delivered* stands for; each is `None` until it is so.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeliveryView {
    /// Received: the other node's receipt.
    pub received: Option<FactView>,
    /// Acknowledged: an office.
    pub acknowledged: Option<FactView>,
    /// Opened: a person.
    pub opened: Option<FactView>,
    /// Answered.
    pub answered: Option<FactView>,
}

/// One delivery fact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FactView {
    /// When, RFC 3339 UTC.
    pub at: String,
    /// By whom: party, office or person.
    pub by: String,
    /// How, where there is more to say (the outcome of an answer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
}

/// One item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ItemView {
    /// How to address it: `TRACK/PARTY/INDEX`.
    pub item: String,
    /// The log's origin.
    pub origin: String,
    /// The index in the log.
    pub index: u64,
    /// The sender.
    pub party: String,
    /// The class, in words.
    pub class: String,
    /// When it was sent, as the sender says.
    pub sent: String,
    /// The media type.
    pub media: String,
    /// Content length, bytes.
    pub bytes: u64,
    /// `whole`, `excepted`, or `withheld`.
    pub state: String,
    /// The content, when it is text and held.
    pub content: Option<serde_json::Value>,
    /// The four delivery facts, for acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryView>,
    /// The receipts that cover it.
    pub receipts: Vec<ReceiptView>,
}

/// An inquiry and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InquiryView {
    /// How to address it.
    pub item: String,
    /// Its number on its track, by its sender.
    pub number: u64,
    /// Who asks.
    pub from: String,
    /// Who is asked.
    pub to: String,
    /// The question, in the first authentic language.
    pub question: String,
    /// Sent, RFC 3339.
    pub sent: String,
    /// Due, RFC 3339.
    pub due: String,
    /// `open`, `answered`, `partly answered`, `declined`, `not ours`, `pending`, `overdue`.
    pub status: String,
    /// The answer's words or the reason given, when there is one.
    pub answer: Option<String>,
    /// The four delivery facts.
    pub delivery: DeliveryView,
}

/// Something due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DueView {
    /// What it is about.
    pub item: String,
    /// What is due: `answer`, `acknowledgement`, `receipt`.
    pub what: String,
    /// From whom.
    pub from: String,
    /// By when, RFC 3339.
    pub by: String,
    /// Whether that has passed.
    pub overdue: bool,
    /// A sentence.
    pub says: String,
}

/// Another party's node, as seen from here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeerView {
    /// The party.
    pub host: String,
    /// When it was last heard, RFC 3339.
    pub last_heard: Option<String>,
    /// What went wrong last, if the last attempt failed.
    pub error: Option<String>,
}

/// Something a person should look at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AlarmView {
    /// Its number here.
    pub id: u64,
    /// `fork`, `rollback`, `restored`, …
    pub kind: String,
    /// The log it is about.
    pub origin: String,
    /// When, RFC 3339.
    pub at: String,
    /// A sentence.
    pub says: String,
    /// Whether there is evidence to export.
    pub evidence: bool,
}

/// Everything on one screen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusView {
    /// Who we are.
    pub party: PartyView,
    /// By this node's clock, RFC 3339.
    pub now: String,
    /// Tracks and logs.
    pub tracks: Vec<TrackView>,
    /// Inquiries, newest last.
    pub inquiries: Vec<InquiryView>,
    /// What is due from us, overdue first.
    pub due_from_us: Vec<DueView>,
    /// What is due from others, overdue first.
    pub due_from_others: Vec<DueView>,
    /// The other nodes.
    pub peers: Vec<PeerView>,
    /// What a person should look at.
    pub alarms: Vec<AlarmView>,
}

/// What one round of fetching brought.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SyncReport {
    /// One line for each log.
    pub logs: Vec<SyncLine>,
}

/// What came of fetching one log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SyncLine {
    /// Whose log.
    pub party: String,
    /// Its track.
    pub track: String,
    /// Its origin.
    pub origin: String,
    /// From whom it was fetched.
    pub source: String,
    /// Entries held before.
    pub before: u64,
    /// Entries held now.
    pub after: u64,
    /// Whether a receipt was signed.
    pub receipted: bool,
    /// What went wrong.
    pub error: Option<String>,
    /// Whether that was that nobody answered.
    pub unreachable: bool,
}

/// A proof and what is needed to check it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProofView {
    /// The proof's text.
    pub proof: String,
    /// The policy to check it with.
    pub policy: String,
    /// The content, base64, when it is too large to be inside.
    pub content: Option<String>,
}

/// The result of reading everything again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FsckView {
    /// Whether nothing is wrong.
    pub clean: bool,
    /// One line for each log: origin, entries, faults.
    pub logs: Vec<FsckLine>,
    /// Faults of the database itself.
    pub store: Vec<String>,
}

/// One log, read again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FsckLine {
    /// The origin.
    pub origin: String,
    /// Entries read.
    pub entries: u64,
    /// What is wrong.
    pub faults: Vec<String>,
}

/// One finding of `doctor`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// `ok`, `warning` or `fault`.
    pub level: String,
    /// What was looked at.
    pub subject: String,
    /// What was found, and what to do.
    pub says: String,
}

/// A feed from or to a foreign TAXII server. Nothing secret is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedView {
    /// Its name.
    pub name: String,
    /// Which way objects go.
    pub direction: crate::feeds::Direction,
    /// The collection of this node, `ROOT/ALIAS`.
    pub collection: String,
    /// The other server.
    pub url: String,
    /// The collection there, as it was named.
    pub remote_collection: String,
    /// The kind of credentials.
    pub credentials: String,
    /// From one round to the next, seconds.
    pub interval_secs: u32,
    /// Objects at a time.
    pub page_size: u32,
    /// STIX types; empty for all.
    pub types: Vec<String>,
    /// Every version of each object.
    pub all_versions: bool,
    /// Push: the strictest marking that leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<String>,
    /// Push: objects without such a marking leave too.
    pub unmarked: bool,
    /// Plain HTTP may leave this machine.
    pub insecure_http: bool,
    /// `running`, `paused`, `failing` or `waiting`.
    pub state: String,
    /// When the next round is due; not while it is paused.
    pub next_round: Option<jiff::Timestamp>,
    /// When the last round began.
    pub last_attempt: Option<jiff::Timestamp>,
    /// When the last good one ended.
    pub last_success: Option<jiff::Timestamp>,
    /// The last that failed; stays after a success.
    pub last_failure: Option<FeedFailure>,
    /// Rounds that failed since the last good one.
    pub failures: u32,
    /// Pull: everything the other server added up to then is here; from the beginning, when absent.
    pub added_after: Option<jiff::Timestamp>,
    /// Pull: the last round broke off between two pages; the next goes on there.
    pub within_a_crawl: bool,
    /// Push: everything up to this arrival was dealt with.
    pub arrival: Option<u64>,
    /// Objects so far.
    pub counts: FeedCountsView,
    /// The newest refusals; only of one feed, not in a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<FeedRefusalView>,
}

/// A round of a feed that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedFailure {
    /// When.
    pub at: jiff::Timestamp,
    /// Why, with what the other server said.
    pub says: String,
}

/// Objects of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FeedCountsView {
    /// Taken in, or taken by the other server.
    pub moved: u64,
    /// There already.
    pub held: u64,
    /// Waiting for clearance on one side when last heard of.
    pub pending: u64,
    /// Refused by one side.
    pub refused: u64,
    /// Not pushed.
    pub kept_back: u64,
}

/// An object that was refused, or not pushed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedRefusalView {
    /// Its id; empty where it says none.
    pub id: String,
    /// Its version; empty where it says none.
    pub version: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: jiff::Timestamp,
}
