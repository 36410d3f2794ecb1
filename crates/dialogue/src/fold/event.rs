//! What a fold is fed with: facts that the node, or an auditor, has already verified.

use jiff::Timestamp;
use serde::Serialize;

use crate::act::Act;
use crate::act::refused::Refused;
use crate::name::{Origin, PartyId, TrackName};
use record::entry::Class;

/// One item, passed: what its verified opening and content say.
#[derive(Debug, Clone, PartialEq)]
pub struct Passed {
    /// The track.
    pub track: TrackName,
    /// The party that passed it.
    pub party: PartyId,
    /// The log that it is in.
    pub origin: Origin,
    /// Its index there.
    pub seq: u64,
    /// When its sender says it was sent (`sent` of the head).
    pub sent: Timestamp,
    /// The class of its entry.
    pub class: Class,
    /// What it holds.
    pub content: Content,
}

/// What an item holds, as far as a fold is concerned.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Plain STIX or an attachment.
    Information,
    /// An act.
    Act(Box<Act>),
    /// Something passed as an act that is none: the class claims it, the content does not read.
    Unreadable(Refused),
    /// A receipt. What it covers is fed apart, as [`Receipt`]: it may come by other routes.
    Receipt,
    /// Control content other than a charter or receipt.
    Control,
    /// A filler or heartbeat.
    Filler,
    /// Content that is sealed, erased or could not be held; only its class is known.
    Withheld,
}

impl Content {
    /// Reads the content of an item by its class and its media type.
    ///
    /// The class decides: what was passed as information is information, whatever type it has,
    /// because only the class can be shown without the content (RECORD §3).
    pub fn read(class: Class, media: &str, content: &[u8]) -> Self {
        let is_stix = media.starts_with("application/stix+json");
        match class {
            Class::Filler => Self::Filler,
            Class::Information => Self::Information,
            Class::Sealed => Self::Withheld,
            Class::Control if media == "text/vnd.c2sp.note" => Self::Receipt,
            Class::Control if !is_stix => Self::Control,
            Class::Control
            | Class::Inquiry
            | Class::Answer
            | Class::Proposal
            | Class::Meeting
            | Class::Notice
            | Class::Statement
            | Class::Commitment
            | Class::Step
            | Class::Ping => match Act::parse(content) {
                Ok(act) => Self::Act(Box::new(act)),
                Err(refused) => Self::Unreadable(refused),
            },
        }
    }

    /// Whether the item waits for a receipt. Receipts and heartbeats do not: two nodes would
    /// answer each other for ever (RECORD §5).
    pub(crate) fn awaits_receipt(&self) -> bool {
        !matches!(self, Self::Receipt | Self::Filler)
    }
}

/// A verified receipt: a party durably holds a log up to a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The track.
    pub track: TrackName,
    /// The party that countersigned.
    pub party: PartyId,
    /// The log that it countersigned.
    pub origin: Origin,
    /// The size up to which it holds the log.
    pub size: u64,
    /// The time of the countersignature, by its own clock.
    pub at: Timestamp,
}

/// A verified declaration that a log succeeds another (RECORD R5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The track.
    pub track: TrackName,
    /// The party.
    pub party: PartyId,
    /// The log that goes on.
    pub origin: Origin,
    /// The log that ended.
    pub predecessor: Origin,
}

/// Where an item is in the record of its track.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ItemAt {
    /// The log.
    pub log: Origin,
    /// The index there.
    pub seq: u64,
}
