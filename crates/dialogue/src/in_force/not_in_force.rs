//! What can be missing or wrong in a charter that is to be in force.

use std::error::Error;

use super::NoteFormat;
use crate::act::refused::Refused;
use crate::id::Id;
use crate::name::{Origin, PartyId, TrackName};

/// Why a charter is not in force.
#[derive(Debug, thiserror::Error)]
pub enum NotInForce {
    /// A note is not believed.
    #[error("the {format:?} note of {party} is not believed: {source}")]
    Note {
        /// Whose note.
        party: PartyId,
        /// Which note.
        format: NoteFormat,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A note is signed and says something that cannot be read.
    #[error("the {format:?} note of {party} cannot be read: {source}")]
    Unreadable {
        /// Whose note.
        party: PartyId,
        /// Which note.
        format: NoteFormat,
        /// Where and which rule.
        source: Refused,
    },
    /// A card names another party.
    #[error("the card of {party} is a card of {found}")]
    CardOf {
        /// The party of the charter.
        party: PartyId,
        /// The party in the card.
        found: PartyId,
    },
    /// Two parties have one identity, so that an act would not tell its author.
    #[error("{first} and {second} have the same identity")]
    SameIdentity {
        /// One party.
        first: PartyId,
        /// The other.
        second: PartyId,
    },
    /// The charter was written by none of its parties.
    #[error("the charter is by {0}, which is the identity of no party")]
    Author(Id),
    /// A party has not accepted.
    #[error("{0} has not accepted")]
    NotAccepted(PartyId),
    /// A note is about another dialogue.
    #[error("the {format:?} note of {party} is about {found}")]
    OtherDialogue {
        /// Whose note.
        party: PartyId,
        /// Which note.
        format: NoteFormat,
        /// The dialogue in it.
        found: Id,
    },
    /// A note speaks for another party.
    #[error("the {format:?} note of {party} speaks for {found}")]
    OtherParty {
        /// Whose note.
        party: PartyId,
        /// Which note.
        format: NoteFormat,
        /// The party in it.
        found: PartyId,
    },
    /// An acceptance is of other terms.
    #[error("{party} accepted terms with the hash {found}, these have {expected}")]
    OtherTerms {
        /// The party.
        party: PartyId,
        /// The hash of these terms.
        expected: Box<str>,
        /// The hash that it accepted.
        found: Box<str>,
    },
    /// The logs declared are not one for each track of the party, by track.
    #[error("{party} declares logs for {found:?}, its tracks are {expected:?}")]
    Tracks {
        /// The party.
        party: PartyId,
        /// Its tracks, by name.
        expected: Vec<TrackName>,
        /// The tracks of its declarations, as they stand.
        found: Vec<TrackName>,
    },
    /// A first declaration that is not the first: a later serial, or a predecessor.
    #[error("{party} declares {origin} as a successor or with later keys")]
    NotFirst {
        /// The party.
        party: PartyId,
        /// The log.
        origin: Origin,
    },
    /// A log on another party's host.
    #[error("{party} declares {origin}, which is on another host")]
    ForeignOrigin {
        /// The party.
        party: PartyId,
        /// The log.
        origin: Origin,
    },
    /// One log for two tracks.
    #[error("{party} declares {origin} for two tracks")]
    OriginTwice {
        /// The party.
        party: PartyId,
        /// The log.
        origin: Origin,
    },
}
