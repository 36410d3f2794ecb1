//! Items that are in the record and change nothing: kept, shown with their reason, never counted.

use std::fmt;

use serde::{Serialize, Serializer};

use super::event::ItemAt;
use crate::act::refused::Refused;
use crate::act::step::StepKind;
use crate::id::Id;
use crate::name::PartyId;
use record::entry::Class;

/// An irregular item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Irregular {
    /// Where it is.
    pub item: ItemAt,
    /// Who passed it.
    pub party: PartyId,
    /// Why it does not count.
    pub reason: Reason,
}

/// Why an item does not count. The first reason found is the one that is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What was passed as an act is none.
    #[error("it is no act that can be read: {0}")]
    Unreadable(Refused),
    /// The class of the entry is another than that of the act.
    #[error("it was passed as {found:?}, it is of the class {expected:?}")]
    Class {
        /// The class of the entry.
        found: Class,
        /// The class of the act.
        expected: Class,
    },
    /// The first entry of a log is not the charter in force.
    #[error("the first entry of a log must be the charter in force")]
    NotTheCharter,
    /// A charter elsewhere than at the start of a log.
    #[error("a charter stands only at the start of a log")]
    CharterAgain,
    /// An act by another identity than that of the party that passed it.
    #[error("its author is {found}, the identity of the party is {expected}")]
    Author {
        /// The identity in the act.
        found: Id,
        /// The identity in the card of the party.
        expected: Id,
    },
    /// The party passed an act with this identifier before.
    #[error("the same act was passed before, at {first}")]
    Duplicate {
        /// Where.
        first: ItemAt,
    },
    /// An inquiry of the asking party itself.
    #[error("it asks its own party")]
    AsksItself,
    /// An inquiry of a party that is not in the track.
    #[error("it asks {0}, which is not in the track")]
    AskedNotInTrack(PartyId),
    /// What it refers to is not in the record of the track, so far.
    #[error("it refers to {0}, which is not in the record")]
    UnknownItem(ItemAt),
    /// What it refers to has another identifier.
    #[error("it names {found}, the item has {expected}")]
    OtherId {
        /// The identifier that it names.
        found: Id,
        /// The identifier of the item.
        expected: Id,
    },
    /// An answer to, or closing of, something that is no regular inquiry.
    #[error("the item that it refers to is no regular inquiry")]
    NotAnInquiry,
    /// An answer to, or a step about, an item of the same party.
    #[error("it is about an item of its own party")]
    OwnItem,
    /// An answer to, or a step about, an inquiry of another party.
    #[error("the inquiry is asked of {asked}")]
    NotAsked {
        /// Who is asked.
        asked: PartyId,
    },
    /// An answer to a sub-question that the inquiry does not have.
    #[error("it answers sub-question {number}, the inquiry has {asks}")]
    NoSuchAsk {
        /// The number.
        number: u16,
        /// How many sub-questions there are.
        asks: u16,
    },
    /// An answer that adds nothing to the one that counts.
    #[error("the inquiry was settled before, at {by}")]
    AlreadyAnswered {
        /// The answer that counts.
        by: ItemAt,
    },
    /// A step about something that is not stepped: control, a step, an act that is irregular.
    #[error("the item takes no steps")]
    TakesNoSteps,
    /// The same step of the same item again.
    #[error("the same office took the step {0:?} before")]
    AlreadyTaken(StepKind),
    /// A closing by another than the asking party.
    #[error("only {asker} can close its inquiry")]
    NotTheAsker {
        /// Who asked.
        asker: PartyId,
    },
    /// A second closing.
    #[error("the inquiry was closed before, at {by}")]
    AlreadyClosed {
        /// The closing that counts.
        by: ItemAt,
    },
}

/// Serialises as its message.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for ItemAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.log, self.seq)
    }
}
