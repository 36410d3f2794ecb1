//! Offices, and the part of a party's card that a dialogue needs (`docs/FORMATS.md` §4).
//!
//! The keys in a card are the business of whoever verifies it, see [`crate::Notes`].

use serde::Serialize;
use serde_json::Value;

use crate::act::field::Field;
use crate::act::refused::{Refused, Rule};
use crate::id::Id;
use crate::name::{OfficeId, PartyId};

/// Most offices of one party.
pub const OFFICES_MAX: usize = 64;
/// Most languages of one office.
pub const OFFICE_LANGUAGES_MAX: usize = 32;
/// Longest name, hours or contact of a card, in bytes.
pub const CARD_TEXT_BYTES_MAX: usize = 1_024;

/// A point of contact of a party: an office, not a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Office {
    id: OfficeId,
    name: Box<str>,
    kind: OfficeKind,
    languages: Box<[Box<str>]>,
    hours: Box<str>,
    contact: Box<str>,
}

/// Whom an office talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// Diplomats.
    Diplomatic,
    /// Engineers and analysts.
    Technical,
}

/// What a verified card says of its party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    host: PartyId,
    name: Box<str>,
    identity: Id,
    offices: Box<[Office]>,
}

impl Card {
    /// Reads the JSON line of a card; its keys are left to who verified it.
    ///
    /// # Errors
    /// Refuses with the place and the rule.
    pub fn read(value: &Value) -> Result<Self, Refused> {
        let root = Field::root(value);
        root.member("v")?.integer(1, 1)?;
        let list = root.member("offices")?;
        let mut offices: Vec<Office> = Vec::new();
        for office in list.list(OFFICES_MAX)? {
            let office = Office::read(&office)?;
            if offices.iter().any(|other| other.id == office.id) {
                return Err(list.refuse(Rule::OfficeTwice(office.id)));
            }
            offices.push(office);
        }
        Ok(Self {
            host: root.member("host")?.parse()?,
            name: root
                .member("name")?
                .text_within(CARD_TEXT_BYTES_MAX)?
                .into(),
            identity: root.member("identity")?.id_of("identity")?,
            offices: offices.into(),
        })
    }

    /// The party.
    pub fn host(&self) -> &PartyId {
        &self.host
    }

    /// The name that it gives itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its STIX identity, the author of its acts.
    pub fn identity(&self) -> &Id {
        &self.identity
    }

    /// Its offices.
    pub fn offices(&self) -> &[Office] {
        &self.offices
    }

    /// The office with this id, as it stood when the card was issued.
    pub fn office(&self, id: &OfficeId) -> Option<&Office> {
        self.offices.iter().find(|office| office.id == *id)
    }
}

impl Office {
    fn read(field: &Field<'_>) -> Result<Self, Refused> {
        let text = |name| Ok(field.member(name)?.text_within(CARD_TEXT_BYTES_MAX)?.into());
        const KINDS: [OfficeKind; 2] = [OfficeKind::Diplomatic, OfficeKind::Technical];
        let languages = field.member("languages")?;
        let language = |l: Field<'_>| Ok(l.text_within(crate::LANGUAGE_BYTES_MAX)?.into());
        Ok(Self {
            id: field.member("id")?.parse()?,
            name: text("name")?,
            kind: field
                .member("kind")?
                .word(&["diplomatic", "technical"], &KINDS)?,
            languages: languages
                .list(OFFICE_LANGUAGES_MAX)?
                .map(language)
                .collect::<Result<_, Refused>>()?,
            hours: text("hours")?,
            contact: text("contact")?,
        })
    }

    /// Its id, unique in its party.
    pub fn id(&self) -> &OfficeId {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whom it talks to.
    pub fn kind(&self) -> OfficeKind {
        self.kind
    }

    /// The languages that it works in, as BCP 47 tags.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(AsRef::as_ref)
    }

    /// When somebody is there, in its own words.
    pub fn hours(&self) -> &str {
        &self.hours
    }

    /// How else it can be reached, in its own words.
    pub fn contact(&self) -> &str {
        &self.contact
    }
}
