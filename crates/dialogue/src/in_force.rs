//! A charter in force, as a value: whoever holds one knows that every party accepted it.
//!
//! Notes are opened by the caller, through [`Notes`], because keys and signatures are not this
//! crate's; what the notes say is checked here.

mod not_in_force;

use std::collections::BTreeMap;
use std::error::Error;

use serde_json::Value;

use crate::act::charter::Charter;
use crate::act::charter::acceptance::Acceptance;
use crate::act::field::{Field, INTEGER_MAX};
use crate::act::refused::Refused;
use crate::id::Id;
use crate::name::{Origin, PartyId, TrackName};
use crate::office::Card;

pub use not_in_force::NotInForce;

/// The formats of the notes that a charter carries (`docs/FORMATS.md` §4): their first lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteFormat {
    /// A card, signed by the party keys in it.
    Card,
    /// An acceptance, signed by the party keys of the card.
    Acceptance,
    /// A declaration of a log, signed by the party keys of the card.
    Declaration,
}

impl NoteFormat {
    /// The first line of a note of this format.
    pub fn first_line(self) -> &'static str {
        match self {
            Self::Card => "chancery/card/v1",
            Self::Acceptance => "chancery/acceptance/v1",
            Self::Declaration => "chancery/log/v1",
        }
    }
}

/// Opens signed notes and hashes terms.
pub trait Notes {
    /// Why a note is not believed.
    type Error: Error + Send + Sync + 'static;

    /// Returns the JSON line of `note`, strictly admitted, if its first line names `format` and
    /// *both* party keys in `card` (FORMATS §3) signed it, under the key name of `party`. For a
    /// card, `card` and `note` are the same text.
    ///
    /// # Errors
    /// Fails when any of this does not hold.
    fn open(
        &self,
        party: &PartyId,
        card: &str,
        format: NoteFormat,
        note: &str,
    ) -> Result<Value, Self::Error>;

    /// Standard base64 of the SHA-256 of the canonical bytes of `terms`.
    fn terms_hash(&self, terms: &Value) -> String;
}

/// A charter that every party accepted, each with one log for each of its tracks.
#[derive(Debug, Clone, PartialEq)]
pub struct CharterInForce {
    charter: Charter,
    cards: BTreeMap<PartyId, Card>,
    logs: BTreeMap<(TrackName, PartyId), Origin>,
}

impl CharterInForce {
    /// Checks that every party accepted these terms and declared its logs.
    ///
    /// # Errors
    /// Fails with what is missing or wrong, in the order of the parties.
    pub fn check<N: Notes>(charter: Charter, notes: &N) -> Result<Self, NotInForce> {
        let cards = read_cards(&charter, notes)?;
        let author = charter.object().created_by();
        if !cards.values().any(|card| card.identity() == author) {
            return Err(NotInForce::Author(author.clone()));
        }
        let terms = notes.terms_hash(&charter.terms());
        let mut logs = BTreeMap::new();
        for party in charter.parties() {
            let acceptance = charter
                .acceptances()
                .iter()
                .find(|a| *a.party() == party.host);
            let acceptance =
                acceptance.ok_or_else(|| NotInForce::NotAccepted(party.host.clone()))?;
            let open = Opener {
                charter: &charter,
                notes,
                party: &party.host,
                card: &party.card,
            };
            open.check_acceptance(acceptance.note(), &terms)?;
            for (track, origin) in open.declared_logs(acceptance)? {
                logs.insert((track, party.host.clone()), origin);
            }
        }
        Ok(Self {
            charter,
            cards,
            logs,
        })
    }

    /// The charter.
    pub fn charter(&self) -> &Charter {
        &self.charter
    }

    /// The identifier of the dialogue, which is that of its charter.
    pub fn dialogue(&self) -> &Id {
        self.charter.object().id()
    }

    /// The card of a party, verified.
    pub fn card(&self, party: &PartyId) -> Option<&Card> {
        self.cards.get(party)
    }

    /// The first log of a party in a track.
    pub fn log(&self, track: &TrackName, party: &PartyId) -> Option<&Origin> {
        self.logs.get(&(track.clone(), party.clone()))
    }
}

fn read_cards<N: Notes>(
    charter: &Charter,
    notes: &N,
) -> Result<BTreeMap<PartyId, Card>, NotInForce> {
    let mut cards: BTreeMap<PartyId, Card> = BTreeMap::new();
    for party in charter.parties() {
        let open = Opener {
            charter,
            notes,
            party: &party.host,
            card: &party.card,
        };
        let card = open.note(NoteFormat::Card, &party.card)?;
        let card = Card::read(&card).map_err(|err| open.unreadable(NoteFormat::Card, err))?;
        if *card.host() != party.host {
            let (party, found) = (party.host.clone(), card.host().clone());
            return Err(NotInForce::CardOf { party, found });
        }
        if let Some(other) = cards
            .values()
            .find(|other| other.identity() == card.identity())
        {
            let (first, second) = (other.host().clone(), party.host.clone());
            return Err(NotInForce::SameIdentity { first, second });
        }
        cards.insert(party.host.clone(), card);
    }
    Ok(cards)
}

/// Opens the notes of one party.
struct Opener<'a, N> {
    charter: &'a Charter,
    notes: &'a N,
    party: &'a PartyId,
    card: &'a str,
}

impl<N: Notes> Opener<'_, N> {
    fn note(&self, format: NoteFormat, note: &str) -> Result<Value, NotInForce> {
        self.notes
            .open(self.party, self.card, format, note)
            .map_err(|err| NotInForce::Note {
                party: self.party.clone(),
                format,
                source: Box::new(err),
            })
    }

    fn unreadable(&self, format: NoteFormat, source: Refused) -> NotInForce {
        NotInForce::Unreadable {
            party: self.party.clone(),
            format,
            source,
        }
    }

    /// Checks the version, dialogue and party, which acceptances and declarations share.
    fn check_common(&self, format: NoteFormat, root: &Field<'_>) -> Result<(), NotInForce> {
        let read = || -> Result<(Id, PartyId), Refused> {
            root.member("v")?.integer(1, 1)?;
            Ok((
                root.member("dialogue")?.parse()?,
                root.member("party")?.parse()?,
            ))
        };
        let (dialogue, found) = read().map_err(|err| self.unreadable(format, err))?;
        let party = self.party.clone();
        if dialogue != *self.charter.object().id() {
            return Err(NotInForce::OtherDialogue {
                party,
                format,
                found: dialogue,
            });
        }
        if found != party {
            return Err(NotInForce::OtherParty {
                party,
                format,
                found,
            });
        }
        Ok(())
    }

    fn check_acceptance(&self, note: &str, expected: &str) -> Result<(), NotInForce> {
        let value = self.note(NoteFormat::Acceptance, note)?;
        let root = Field::root(&value);
        self.check_common(NoteFormat::Acceptance, &root)?;
        let terms = root.member("terms");
        let found = terms
            .and_then(|terms| terms.text())
            .map_err(|err| self.unreadable(NoteFormat::Acceptance, err))?;
        if found != expected {
            let (expected, found) = (expected.into(), found.into());
            return Err(NotInForce::OtherTerms {
                party: self.party.clone(),
                expected,
                found,
            });
        }
        Ok(())
    }

    fn declared_logs(
        &self,
        acceptance: &Acceptance,
    ) -> Result<Vec<(TrackName, Origin)>, NotInForce> {
        let mut logs: Vec<(TrackName, Origin)> = Vec::new();
        for note in acceptance.logs() {
            let value = self.note(NoteFormat::Declaration, note)?;
            let root = Field::root(&value);
            self.check_common(NoteFormat::Declaration, &root)?;
            let (track, origin, first) = read_declaration(&root)
                .map_err(|err| self.unreadable(NoteFormat::Declaration, err))?;
            let party = self.party.clone();
            if !first {
                return Err(NotInForce::NotFirst { party, origin });
            }
            if origin.host() != party.as_str() {
                return Err(NotInForce::ForeignOrigin { party, origin });
            }
            if logs.iter().any(|(_, other)| *other == origin) {
                return Err(NotInForce::OriginTwice { party, origin });
            }
            logs.push((track, origin));
        }
        let tracks = self.charter.tracks_of(self.party);
        let expected: Vec<TrackName> = tracks.into_iter().map(|t| t.name().clone()).collect();
        let found: Vec<TrackName> = logs.iter().map(|(track, _)| track.clone()).collect();
        if found != expected {
            return Err(NotInForce::Tracks {
                party: self.party.clone(),
                expected,
                found,
            });
        }
        Ok(logs)
    }
}

/// Reads a declaration: its track, its origin, and whether it is the first of its origin.
fn read_declaration(root: &Field<'_>) -> Result<(TrackName, Origin, bool), Refused> {
    let serial = root.member("serial")?.integer(0, INTEGER_MAX)?;
    let first = serial == 0 && root.optional("predecessor")?.is_none();
    Ok((
        root.member("track")?.parse()?,
        root.member("origin")?.parse()?,
        first,
    ))
}
