//! The charter: parties, tracks, rules and the meaning of a receipt (`docs/FORMATS.md` §6).
//!
//! A charter is first proposed, then gathers acceptances, then is in force (see
//! [`crate::CharterInForce`]). Its *terms*, everything but the acceptances, never change on the
//! way; all parties reach the same final bytes in whatever order acceptances arrive.

pub(crate) mod acceptance;
pub(crate) mod terms;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::field::{Field, INTEGER_MAX};
use super::object::{Family, Object, Stamp};
use super::refused::{Refused, Rule};
use super::text::Texts;
use crate::name::PartyId;
use acceptance::Acceptance;
use terms::TrackTerms;

/// Most parties of one dialogue.
pub const PARTIES_MAX: usize = 64;
/// Most tracks of one dialogue.
pub const TRACKS_MAX: usize = 64;
/// Longest name of a dialogue and title of a track, in bytes.
pub const NAME_BYTES_MAX: usize = 255;
/// Longest card, in bytes (`docs/FORMATS.md` §4).
pub const CARD_BYTES_MAX: usize = 32 * 1024;

/// What a receipt means (RECORD §5). The program does exactly this, so a charter says exactly this.
pub const RECEIPT_STATEMENT: &str = "Until the time stated I have verified this checkpoint \
consistent with all before it, and for every index below its size I durably hold the entry, its \
class, and (unless sealed) its head and content matching it, or my own log contains an exception \
entry for that index.";

/// A charter (DESIGN §5, `docs/FORMATS.md` §6), in force or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Charter {
    object: Object,
    version: u64,
    name: Box<str>,
    purpose: Texts,
    receipt_statement: Texts,
    parties: Box<[CharterParty]>,
    tracks: Box<[TrackTerms]>,
    acceptances: Box<[Acceptance]>,
}

/// A party of a charter, with the card that it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharterParty {
    /// Its host.
    pub host: PartyId,
    /// The text of its card, a signed note.
    pub card: Box<str>,
}

/// What is needed to propose a charter.
#[derive(Debug, Clone)]
pub struct CharterDraft {
    /// The version, from 1; an amendment is the next.
    pub version: u64,
    /// The name of the dialogue.
    pub name: String,
    /// What it is for.
    pub purpose: Texts,
    /// The receipt statement, with [`RECEIPT_STATEMENT`] as its authentic English text.
    pub receipt_statement: Texts,
    /// The parties, in any order.
    pub parties: Vec<CharterParty>,
    /// The tracks.
    pub tracks: Vec<TrackTerms>,
}

/// Why acceptances cannot be put into a charter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The two charters are not the same terms.
    #[error("the two charters have different terms")]
    OtherTerms,
    /// The result is no charter.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl CharterDraft {
    /// Writes the charter, without acceptances.
    ///
    /// # Errors
    /// Refuses what [`Charter::read`] would refuse: there is one set of checks.
    pub fn write(mut self, stamp: &Stamp) -> Result<Charter, Refused> {
        self.parties.sort_by(|a, b| a.host.cmp(&b.host));
        let party = |p: &CharterParty| json!({ "host": p.host, "card": p.card });
        let parties: Vec<Value> = self.parties.iter().map(party).collect();
        let tracks: Vec<Value> = self
            .tracks
            .into_iter()
            .map(TrackTerms::into_value)
            .collect();
        let draft = Object::draft(Charter::TYPE, Charter::FAMILY, stamp)
            .with("version", self.version)
            .with("name", self.name)
            .with("purpose", self.purpose.to_value())
            .with(
                "statements",
                json!({ "receipt": self.receipt_statement.to_value() }),
            )
            .with("parties", parties)
            .with("tracks", tracks)
            .with("acceptances", Vec::<Value>::new());
        Charter::read(draft.into_value())
    }
}

impl Charter {
    /// The STIX type.
    pub const TYPE: &str = "dialogue-charter";
    /// The family that defines the type.
    pub const FAMILY: Family = Family::Foundation;

    /// Reads a charter from its object. Signatures are not looked at, see [`crate::CharterInForce`].
    ///
    /// # Errors
    /// Refuses with the place and the rule.
    pub fn read(value: Value) -> Result<Self, Refused> {
        let object = Object::read(Self::TYPE, Self::FAMILY, value)?;
        let root = object.root();
        let parties = read_parties(&root.member("parties")?)?;
        Ok(Self {
            version: root.member("version")?.integer(1, INTEGER_MAX)?,
            name: root.member("name")?.text_within(NAME_BYTES_MAX)?.into(),
            purpose: Texts::read(&root.member("purpose")?)?,
            receipt_statement: read_receipt_statement(&root.member("statements")?)?,
            tracks: read_tracks(&root.member("tracks")?, &parties)?,
            acceptances: read_acceptances(&root.member("acceptances")?, &parties)?,
            parties,
            object,
        })
    }

    /// The object, with every member.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The version, from 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The name of the dialogue.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for.
    pub fn purpose(&self) -> &Texts {
        &self.purpose
    }

    /// What a receipt means, in every language of the charter.
    pub fn receipt_statement(&self) -> &Texts {
        &self.receipt_statement
    }

    /// The parties, by host.
    pub fn parties(&self) -> &[CharterParty] {
        &self.parties
    }

    /// The tracks, in the order of the charter.
    pub fn tracks(&self) -> &[TrackTerms] {
        &self.tracks
    }

    /// The tracks that a party has a log in, by name.
    pub fn tracks_of(&self, party: &PartyId) -> Vec<&TrackTerms> {
        let mut tracks: Vec<_> = self
            .tracks
            .iter()
            .filter(|t| t.parties().contains(party))
            .collect();
        tracks.sort_by(|a, b| a.name().cmp(b.name()));
        tracks
    }

    /// The acceptances gathered so far, by host.
    pub fn acceptances(&self) -> &[Acceptance] {
        &self.acceptances
    }

    /// The object without its acceptances. Its canonical bytes are what is hashed into each
    /// acceptance and what is signed.
    pub fn terms(&self) -> Value {
        let mut terms = self.object.value().clone();
        if let Value::Object(members) = &mut terms {
            members.remove("acceptances");
        }
        terms
    }

    /// The charter with one more acceptance.
    ///
    /// A party that accepts again changes nothing, or, with another note, leaves the acceptance
    /// that sorts first, so that every order of arrival ends in the same bytes.
    ///
    /// # Errors
    /// Refuses an acceptance by no party of this charter, or beyond the limits of a note.
    pub fn accept(&self, acceptance: Acceptance) -> Result<Self, AcceptError> {
        self.with_acceptances([acceptance])
    }

    /// The charter with the acceptances of both.
    ///
    /// # Errors
    /// Refuses a charter of other terms.
    pub fn merge(&self, other: &Self) -> Result<Self, AcceptError> {
        if self.terms() != other.terms() {
            return Err(AcceptError::OtherTerms);
        }
        self.with_acceptances(other.acceptances.iter().cloned())
    }

    fn with_acceptances(
        &self,
        more: impl IntoIterator<Item = Acceptance>,
    ) -> Result<Self, AcceptError> {
        let mut by_party: BTreeMap<PartyId, Acceptance> = BTreeMap::new();
        for acceptance in self.acceptances.iter().cloned().chain(more) {
            let party = acceptance.party().clone();
            let first = match by_party.remove(&party) {
                Some(other) => other.min(acceptance),
                None => acceptance,
            };
            by_party.insert(party, first);
        }
        let mut value = self.object.value().clone();
        let list = by_party.into_values().map(Acceptance::into_value).collect();
        if let Value::Object(members) = &mut value {
            members.insert("acceptances".to_owned(), list);
        }
        Ok(Self::read(value)?)
    }
}

fn read_parties(list: &Field<'_>) -> Result<Box<[CharterParty]>, Refused> {
    let read = |party: Field<'_>| {
        Ok(CharterParty {
            host: party.member("host")?.parse()?,
            card: party.member("card")?.text_within(CARD_BYTES_MAX)?.into(),
        })
    };
    let parties: Box<[CharterParty]> = list
        .list(PARTIES_MAX)?
        .map(read)
        .collect::<Result<_, Refused>>()?;
    if parties.is_empty() {
        return Err(list.refuse(Rule::Empty));
    }
    check_order(list, parties.iter().map(|party| &party.host))?;
    Ok(parties)
}

fn read_tracks(list: &Field<'_>, parties: &[CharterParty]) -> Result<Box<[TrackTerms]>, Refused> {
    let mut tracks: Vec<TrackTerms> = Vec::new();
    for field in list.list(TRACKS_MAX)? {
        let track = TrackTerms::read(&field)?;
        if tracks.iter().any(|other| other.name() == track.name()) {
            return Err(field.refuse(Rule::TrackTwice(track.name().clone())));
        }
        let unknown = track.parties().iter().find(|party| !has(parties, party));
        if let Some(unknown) = unknown {
            return Err(field
                .member("parties")?
                .refuse(Rule::UnknownParty(unknown.clone())));
        }
        tracks.push(track);
    }
    if tracks.is_empty() {
        return Err(list.refuse(Rule::Empty));
    }
    Ok(tracks.into())
}

fn read_acceptances(
    list: &Field<'_>,
    parties: &[CharterParty],
) -> Result<Box<[Acceptance]>, Refused> {
    let read = |field: Field<'_>| {
        let acceptance = Acceptance::read(&field)?;
        match has(parties, acceptance.party()) {
            true => Ok(acceptance),
            false => Err(field.refuse(Rule::UnknownParty(acceptance.party().clone()))),
        }
    };
    let acceptances: Box<[Acceptance]> = list
        .list(PARTIES_MAX)?
        .map(read)
        .collect::<Result<_, Refused>>()?;
    check_order(list, acceptances.iter().map(Acceptance::party))?;
    Ok(acceptances)
}

fn read_receipt_statement(statements: &Field<'_>) -> Result<Texts, Refused> {
    let receipt = statements.member("receipt")?;
    let texts = Texts::read(&receipt)?;
    let says_it = texts.iter().any(|t| {
        let english = t
            .lang()
            .split('-')
            .next()
            .is_some_and(|l| l.eq_ignore_ascii_case("en"));
        english && t.authentic() && t.text() == RECEIPT_STATEMENT
    });
    match says_it {
        true => Ok(texts),
        false => Err(receipt.refuse(Rule::ReceiptStatement)),
    }
}

fn has(parties: &[CharterParty], host: &PartyId) -> bool {
    parties.iter().any(|party| party.host == *host)
}

/// Checks that a list of parties goes up by host, each once: one order, so one spelling.
fn check_order<'p>(
    list: &Field<'_>,
    parties: impl Iterator<Item = &'p PartyId>,
) -> Result<(), Refused> {
    let mut before: Option<&PartyId> = None;
    for party in parties {
        match before.map(|before| before.cmp(party)) {
            Some(std::cmp::Ordering::Equal) => {
                return Err(list.refuse(Rule::PartyTwice(party.clone())));
            }
            Some(std::cmp::Ordering::Greater) => {
                return Err(list.refuse(Rule::NotSorted(party.clone())));
            }
            Some(std::cmp::Ordering::Less) | None => before = Some(party),
        }
    }
    Ok(())
}
