//! Acceptances: a party agrees to a charter (`docs/FORMATS.md` §4).

use json::{Canonical, EncodeError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::hash::Hash;
use crate::key::PartySigner;
use crate::name::Host;
use crate::note::SignedNote;
use crate::party_note::{PartyNoteError, PartyVerifier, sign, version};
use crate::time::UtcTime;

/// The first line of an acceptance.
pub const ACCEPTANCE_FORMAT: &str = "chancery/acceptance/v1";

/// Says that a party accepts the terms of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The version of the format, 1.
    pub v: u64,
    /// The id of the dialogue.
    pub dialogue: String,
    /// What is accepted: [`terms`] of the charter.
    pub terms: Hash,
    /// Who accepts.
    pub party: Host,
    /// When.
    pub time: UtcTime,
}

/// An acceptance that its party has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAcceptance {
    acceptance: Acceptance,
    note: SignedNote,
}

/// The SHA-256 of the canonical charter without its member `acceptances`: all parties sign the same,
/// in any order.
///
/// # Errors
/// [`EncodeError::Serialize`] when the charter is not an object.
pub fn terms(charter: &Canonical) -> Result<Hash, EncodeError> {
    let mut members: Map<String, Value> = serde_json::from_str(charter.as_str())
        .map_err(|err| EncodeError::Serialize(err.to_string()))?;
    members.remove("acceptances");
    Ok(Hash::of(json::canonical(&members)?.as_bytes()))
}

impl Acceptance {
    /// Signs the acceptance.
    ///
    /// # Errors
    /// [`PartyNoteError`], as when it is read back.
    pub fn sign(&self, signer: &PartySigner) -> Result<VerifiedAcceptance, PartyNoteError> {
        let party = PartyVerifier::new(signer.vkeys())?;
        VerifiedAcceptance::verify(sign(signer, ACCEPTANCE_FORMAT, self)?, &party)
    }
}

impl VerifiedAcceptance {
    /// Verifies that a party has accepted; whether what it accepted is the charter at hand is for the
    /// caller to compare.
    ///
    /// # Errors
    /// [`PartyNoteError`].
    pub fn verify(note: SignedNote, party: &PartyVerifier) -> Result<Self, PartyNoteError> {
        let acceptance: Acceptance = party.read(&note, ACCEPTANCE_FORMAT)?;
        version(acceptance.v)?;
        party.is_about(&acceptance.party)?;
        Ok(Self { acceptance, note })
    }

    /// What it says.
    #[must_use]
    pub fn acceptance(&self) -> &Acceptance {
        &self.acceptance
    }

    /// The exact note.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }
}
