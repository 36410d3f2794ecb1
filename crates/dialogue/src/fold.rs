//! State as a fold: what the items of a record come to (DESIGN §4).
//!
//! The state is the same on every node and for an auditor: it depends on the items of each log in
//! their order and on the set of receipts, not on how they were interleaved, and not on a clock.

pub(crate) mod answer;
pub(crate) mod charter;
pub(crate) mod event;
pub(crate) mod inquiry;
pub(crate) mod irregular;
pub(crate) mod log;
pub(crate) mod step;
pub(crate) mod track;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::in_force::CharterInForce;
use crate::name::{Origin, PartyId, TrackName};
use event::{Passed, Receipt, Succession};
use irregular::Irregular;
use log::Counts;
use track::{Arrival, LogKey, Position, Track};

/// The state of a dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    charter: Arc<CharterInForce>,
    tracks: BTreeMap<TrackName, Track>,
}

/// Why a fact cannot be folded. The state has not changed.
///
/// These are not faults of a party: they say that the caller hands over facts that are not of this
/// dialogue, or not in the order of their log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The charter has no such track.
    #[error("the charter has no track {0}")]
    UnknownTrack(TrackName),
    /// The party is not in the track.
    #[error("{party} is not in the track {track}")]
    NotInTrack {
        /// The party.
        party: PartyId,
        /// The track.
        track: TrackName,
    },
    /// No declaration of this log has been folded.
    #[error("the track {track} has no log {origin}")]
    UnknownLog {
        /// The track.
        track: TrackName,
        /// The log.
        origin: Origin,
    },
    /// The log is another party's.
    #[error("{origin} is not a log of {party}")]
    NotItsLog {
        /// The party.
        party: PartyId,
        /// The log.
        origin: Origin,
    },
    /// An item that is not the next of its log.
    #[error("{origin} goes on at index {expected}, not at {found}")]
    OutOfOrder {
        /// The log.
        origin: Origin,
        /// The next index.
        expected: u64,
        /// The index of the item.
        found: u64,
    },
    /// An item of a log whose successor has already brought items. Such an item is in the record
    /// all the same: fold the record again, each party's logs in their succession.
    #[error("{origin} was succeeded by {successor}, which has items already; fold again")]
    Succeeded {
        /// The log.
        origin: Origin,
        /// Its successor.
        successor: Origin,
    },
    /// A receipt of a party for its own log.
    #[error("{party} receipts {origin}, which is its own")]
    OwnReceipt {
        /// The party.
        party: PartyId,
        /// The log.
        origin: Origin,
    },
    /// A successor of a log that is not the party's last.
    #[error("{origin} succeeds {predecessor}, the last log of its party is {last}")]
    NotTheLast {
        /// The successor.
        origin: Origin,
        /// What it says it succeeds.
        predecessor: Origin,
        /// The last log.
        last: Origin,
    },
    /// A log declared a second time.
    #[error("{0} is declared already")]
    DeclaredTwice(Origin),
    /// More successors than a track counts.
    #[error("{party} has {} logs in a track, the limit", u16::MAX)]
    TooManyLogs {
        /// The party.
        party: PartyId,
    },
}

impl State {
    /// The state of a dialogue in which nothing has been passed.
    pub fn new(charter: CharterInForce) -> Self {
        let charter = Arc::new(charter);
        let terms = charter.charter().tracks().iter();
        let tracks = terms
            .map(|t| (t.name().clone(), Track::new(&charter, t)))
            .collect();
        Self { charter, tracks }
    }

    /// The charter in force.
    pub fn charter(&self) -> &CharterInForce {
        &self.charter
    }

    /// Folds the next item of a log.
    ///
    /// An item that breaks a rule of the dialogue is folded too: it is kept as [`Irregular`].
    ///
    /// # Errors
    /// Fails when the item is not of this dialogue, or not the next of its log.
    pub fn apply(&mut self, passed: &Passed) -> Result<(), FoldError> {
        let (track, key) = self.log_mut(&passed.track, &passed.party, &passed.origin)?;
        let origin = || passed.origin.clone();
        let expected = track.log(key).size();
        if passed.seq != expected {
            return Err(FoldError::OutOfOrder {
                origin: origin(),
                expected,
                found: passed.seq,
            });
        }
        let successor = track
            .logs_of(key.party)
            .next_back()
            .filter(|(last, _)| *last != key);
        if let Some((_, successor)) = successor.filter(|(_, log)| log.size() > 0) {
            let successor = successor.origin().clone();
            return Err(FoldError::Succeeded {
                origin: origin(),
                successor,
            });
        }
        let position = Position {
            log: key,
            seq: passed.seq,
        };
        track.take(
            &Arrival {
                position,
                sent: passed.sent,
            },
            passed.class,
            &passed.content,
        );
        Ok(())
    }

    /// Folds a receipt, by whatever route it came. The same receipt twice is one fact.
    ///
    /// # Errors
    /// Fails when the receipt is not of this dialogue, or is a party's for itself.
    pub fn receive(&mut self, receipt: &Receipt) -> Result<(), FoldError> {
        let track = self.track_mut(&receipt.track)?;
        let party = track
            .party_index(&receipt.party)
            .ok_or_else(|| FoldError::NotInTrack {
                party: receipt.party.clone(),
                track: receipt.track.clone(),
            })?;
        let origin = receipt.origin.clone();
        let Some(key) = track.log_key(&origin) else {
            return Err(FoldError::UnknownLog {
                track: receipt.track.clone(),
                origin,
            });
        };
        if key.party == party {
            return Err(FoldError::OwnReceipt {
                party: receipt.party.clone(),
                origin,
            });
        }
        if let Some(log) = track.log_mut(key) {
            log.receive(party, receipt.size, receipt.at);
        }
        Ok(())
    }

    /// Folds the declaration of a successor, before the items of that log.
    ///
    /// # Errors
    /// Fails when the predecessor is not the party's last log in the track, or the log is known.
    pub fn succeed(&mut self, succession: &Succession) -> Result<(), FoldError> {
        let Succession {
            track,
            party,
            origin,
            predecessor,
        } = succession;
        let (track, key) = self.log_mut(track, party, predecessor)?;
        if track.log_key(origin).is_some() {
            return Err(FoldError::DeclaredTwice(origin.clone()));
        }
        if origin.host() != party.as_str() {
            return Err(FoldError::NotItsLog {
                party: party.clone(),
                origin: origin.clone(),
            });
        }
        if let Some((_, last)) = track
            .logs_of(key.party)
            .next_back()
            .filter(|(k, _)| *k != key)
        {
            return Err(FoldError::NotTheLast {
                origin: origin.clone(),
                predecessor: predecessor.clone(),
                last: last.origin().clone(),
            });
        }
        let generation = key.generation.checked_add(1);
        let generation = generation.ok_or_else(|| FoldError::TooManyLogs {
            party: party.clone(),
        })?;
        track.add_log(
            LogKey {
                party: key.party,
                generation,
            },
            origin.clone(),
        );
        Ok(())
    }

    /// How many items of what kind a party has passed in a track; `None` if it is not in it.
    pub fn counts(&self, track: &TrackName, party: &PartyId) -> Option<Counts> {
        let track = self.tracks.get(track)?;
        Some(track.counts(track.party_index(party)?))
    }

    /// The size of a log as folded so far; `None` if no such log is declared.
    pub fn log_size(&self, track: &TrackName, origin: &Origin) -> Option<u64> {
        let track = self.tracks.get(track)?;
        Some(track.log(track.log_key(origin)?).size())
    }

    /// The number of a party's next inquiry in a track; `None` if it is not in it.
    pub fn next_number(&self, track: &TrackName, party: &PartyId) -> Option<u64> {
        let track = self.tracks.get(track)?;
        let counted = track.inquiry_counts.get(&track.party_index(party)?);
        Some(counted.copied().unwrap_or_default() + 1)
    }

    /// What is in the record of a track and does not count, by party and place.
    pub fn irregular(&self, track: &TrackName) -> Vec<Irregular> {
        self.tracks
            .get(track)
            .map(Track::irregular)
            .unwrap_or_default()
    }

    pub(crate) fn track(&self, name: &TrackName) -> Option<&Track> {
        self.tracks.get(name)
    }

    pub(crate) fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.tracks.values()
    }

    fn track_mut(&mut self, name: &TrackName) -> Result<&mut Track, FoldError> {
        self.tracks
            .get_mut(name)
            .ok_or_else(|| FoldError::UnknownTrack(name.clone()))
    }

    /// The track and the log in it, if it is this party's.
    fn log_mut(
        &mut self,
        name: &TrackName,
        party: &PartyId,
        origin: &Origin,
    ) -> Result<(&mut Track, LogKey), FoldError> {
        let track = self.track_mut(name)?;
        let Some(index) = track.party_index(party) else {
            return Err(FoldError::NotInTrack {
                party: party.clone(),
                track: name.clone(),
            });
        };
        match track.log_key(origin) {
            Some(key) if key.party == index => Ok((track, key)),
            Some(_) => Err(FoldError::NotItsLog {
                party: party.clone(),
                origin: origin.clone(),
            }),
            None => Err(FoldError::UnknownLog {
                track: name.clone(),
                origin: origin.clone(),
            }),
        }
    }
}
