//! Cards: who a party is, and by which keys (`docs/FORMATS.md` §4).
//!
//! A card is verified with the keys it carries, which proves that it is whole and nothing about whose
//! it is. What makes it theirs is its [`Fingerprint`], read over the telephone.

mod check;

pub use check::CardError;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::checkpoint::{ReceiptVerifier, host_of, pair};
use crate::hash::Hash;
use crate::key::{PartySigner, Vkey};
use crate::name::{Host, Role};
use crate::note::SignedNote;
use crate::party_note::{PartyNoteError, PartyVerifier, read_unverified, sign, version};
use crate::time::UtcTime;

/// The first line of a card.
pub const CARD_FORMAT: &str = "chancery/card/v1";

/// The longest card in bytes, signatures included.
pub const CARD_BYTES_MAX: usize = 32 * 1024;

/// The longest text in a card, in bytes.
pub const CARD_TEXT_BYTES_MAX: usize = 1024;

/// The most TLS keys in a card: those in use, and those to come.
pub const CARD_TLS_MAX: usize = 8;

/// The most offices in a card.
pub const CARD_OFFICES_MAX: usize = 64;

/// The most languages of an office.
pub const OFFICE_LANGUAGES_MAX: usize = 16;

/// What a party says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The version of the format, 1.
    pub v: u64,
    /// The party id.
    pub host: Host,
    /// The party's name, for people.
    pub name: String,
    /// The STIX identity id of the party.
    pub identity: String,
    /// Where its node answers: `https`, without a slash at its end; `http` on a loopback only.
    pub url: String,
    /// SHA-256 of the public keys (SPKI) that its node may show in TLS.
    pub tls: Vec<Hash>,
    /// Its party keys.
    pub party: [Vkey; 2],
    /// Its receipt keys.
    pub receipt: [Vkey; 2],
    /// Its witness keys.
    pub witness: [Vkey; 2],
    /// Its points of contact.
    pub offices: Vec<Office>,
    /// When the card was made.
    pub issued: UtcTime,
}

/// A point of contact: an office, not a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Its id within the party.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What it is for.
    pub kind: OfficeKind,
    /// Languages it works in (BCP 47).
    pub languages: Vec<String>,
    /// When it is staffed, in words.
    pub hours: String,
    /// How to reach it besides the node.
    pub contact: String,
}

/// What an office is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    /// Between foreign services.
    Diplomatic,
    /// Between those who handle incidents.
    Technical,
}

/// A card whose keys have signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCard {
    card: Card,
    note: SignedNote,
    party: PartyVerifier,
    receipt: ReceiptVerifier,
}

/// What two people compare: 25 characters that stand for a party's two keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 25]);

/// A text is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is five groups of five characters joined by `-`")]
pub struct ParseFingerprintError;

impl Card {
    /// Signs the card with the party's keys, which must be those it names.
    ///
    /// # Errors
    /// [`PartyNoteError`], as when it is read back.
    pub fn sign(&self, signer: &PartySigner) -> Result<VerifiedCard, PartyNoteError> {
        VerifiedCard::verify(sign(signer, CARD_FORMAT, self)?)
    }
}

impl VerifiedCard {
    /// Verifies a card with the keys it carries.
    ///
    /// # Errors
    /// [`PartyNoteError`].
    pub fn verify(note: SignedNote) -> Result<Self, PartyNoteError> {
        let bytes = note.as_bytes().len();
        if bytes > CARD_BYTES_MAX {
            return Err(PartyNoteError::TooLarge {
                bytes,
                bytes_max: CARD_BYTES_MAX,
            });
        }
        let card: Card = read_unverified(&note, CARD_FORMAT)?;
        version(card.v)?;
        let party = PartyVerifier::new(card.party.clone())?;
        note.verify_all(party.keys())?;
        party.is_about(&card.host)?;
        let receipt = ReceiptVerifier::new(card.receipt.clone())?;
        party.is_about(receipt.host())?;
        let witness = pair(card.witness.clone(), Role::Witness)?;
        party.is_about(&host_of(&witness[0], Role::Witness)?)?;
        if !is_identity(&card.identity) {
            return Err(PartyNoteError::Identity(card.identity));
        }
        check::check(&card)?;
        Ok(Self {
            card,
            note,
            party,
            receipt,
        })
    }

    /// What it says.
    #[must_use]
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The exact note.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Believes the party's notes.
    #[must_use]
    pub fn party(&self) -> &PartyVerifier {
        &self.party
    }

    /// Believes the party's receipts.
    #[must_use]
    pub fn receipt(&self) -> &ReceiptVerifier {
        &self.receipt
    }

    /// What the two sides compare before they believe the card.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.party.keys())
    }
}

/// `identity--` and a UUID in lower-case hexadecimal.
fn is_identity(id: &str) -> bool {
    let Some(uuid) = id.strip_prefix("identity--") else {
        return false;
    };
    uuid.len() == 36
        && uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Fingerprint {
    /// The first 125 bits of
    /// `SHA-256("chancery/fingerprint/v1\0" || ed25519 vkey || "\n" || ml-dsa vkey || "\n")`.
    #[must_use]
    pub fn of(keys: &[Vkey; 2]) -> Self {
        let text = format!("chancery/fingerprint/v1\0{}\n{}\n", keys[0], keys[1]);
        let hash = Hash::of(text.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&hash.as_bytes()[..16]);
        let bits = u128::from_be_bytes(first);
        let mut characters = [0; 25];
        for (at, character) in characters.iter_mut().enumerate() {
            *character = CROCKFORD[(bits >> (123 - 5 * at)) as usize & 31];
        }
        Self(characters)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, character) in self.0.iter().enumerate() {
            if at > 0 && at % 5 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*character))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    /// Reads what somebody wrote down: either case, O for 0, I and L for 1, dashes and spaces anywhere.
    fn from_str(text: &str) -> Result<Self, ParseFingerprintError> {
        let mut characters = [0; 25];
        let mut filled = 0;
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let byte = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            if !CROCKFORD.contains(&byte) {
                return Err(ParseFingerprintError);
            }
            *characters.get_mut(filled).ok_or(ParseFingerprintError)? = byte;
            filled += 1;
        }
        if filled == characters.len() {
            Ok(Self(characters))
        } else {
            Err(ParseFingerprintError)
        }
    }
}
