//! Party notes (ours): what a party says of itself, signed with both its party keys
//! (`docs/FORMATS.md` §4).
//!
//! The note text is a first line that names the format, then one line of canonical JSON.

use json::{AdmissionError, EncodeError, Limits};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::checkpoint::{host_of, pair};
use crate::key::{KeyError, PartySigner, Vkey};
use crate::name::{Host, Role};
use crate::note::{NOTE_BYTES_MAX, NoteError, SignedNote};

/// The version member of all party notes.
pub(crate) const VERSION: u64 = 1;

/// Why a note is not one by a party, or not of that format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyNoteError {
    /// The note does not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key in it is none, or not for that.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The first line names another format.
    #[error("a party note of format {found:?}, expected {expected:?}")]
    Format {
        /// The first line.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The text is not two lines.
    #[error("the text of a party note has two lines")]
    Lines,
    /// The second line is not canonical JSON.
    #[error("the second line is not canonical JSON: {0}")]
    NotCanonical(#[from] AdmissionError),
    /// A member is missing, or has the wrong form.
    #[error("the note has not the members of a {format}: {reason}")]
    Members {
        /// The format.
        format: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The version is another.
    #[error("a party note of version {0}, known is {VERSION}")]
    Version(u64),
    /// It cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// It is too long for its format.
    #[error("a note of {bytes} bytes, the limit is {bytes_max}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit that was passed.
        bytes_max: usize,
    },
    /// Somebody speaks for another party.
    #[error("the note is about {about}, and signed by {by}")]
    OtherParty {
        /// Whom it is about.
        about: Host,
        /// Who has signed.
        by: Host,
    },
    /// Keys and origin do not belong together.
    #[error("the keys are those of {found}, and the log is {expected}")]
    OtherLog {
        /// The name of the keys.
        found: String,
        /// The origin.
        expected: String,
    },
    /// A card says what no card can say.
    #[error(transparent)]
    Card(#[from] crate::card::CardError),
    /// The identity is not the id of a STIX identity.
    #[error("{0:?} is not the id of a STIX identity")]
    Identity(String),
}

/// Believes what one party says of itself: both its party keys must have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyVerifier {
    host: Host,
    keys: [Vkey; 2],
}

impl PartyVerifier {
    /// Takes the two party keys of a party, in any order.
    ///
    /// # Errors
    /// [`KeyError::Role`], [`KeyError::TwoNames`] or [`KeyError::WrongAlgorithm`].
    pub fn new(keys: [Vkey; 2]) -> Result<Self, KeyError> {
        let keys = pair(keys, Role::Party)?;
        Ok(Self {
            host: host_of(&keys[0], Role::Party)?,
            keys,
        })
    }

    /// The party.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Its party keys, Ed25519 first.
    #[must_use]
    pub fn keys(&self) -> &[Vkey; 2] {
        &self.keys
    }

    /// Verifies a note of a format and reads its second line.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        note: &SignedNote,
        format: &'static str,
    ) -> Result<T, PartyNoteError> {
        note.verify_all(&self.keys)?;
        read_unverified(note, format)
    }

    /// Checks that the note is about the party that signed it.
    pub(crate) fn is_about(&self, about: &Host) -> Result<(), PartyNoteError> {
        if *about == self.host {
            return Ok(());
        }
        Err(PartyNoteError::OtherParty {
            about: about.clone(),
            by: self.host.clone(),
        })
    }
}

/// Reads the second line of a note whose keys are yet to be found in it.
pub(crate) fn read_unverified<T: DeserializeOwned>(
    note: &SignedNote,
    format: &'static str,
) -> Result<T, PartyNoteError> {
    let text = note.text().strip_suffix('\n').unwrap_or(note.text());
    let (first, second) = text.split_once('\n').ok_or(PartyNoteError::Lines)?;
    if first != format {
        return Err(PartyNoteError::Format {
            found: first.to_owned(),
            expected: format,
        });
    }
    if second.contains('\n') {
        return Err(PartyNoteError::Lines);
    }
    let limits = Limits {
        bytes_max: NOTE_BYTES_MAX,
        ..Limits::default()
    };
    json::is_canonical(second.as_bytes(), &limits)?;
    serde_json::from_str(second).map_err(|err| PartyNoteError::Members {
        format,
        reason: err.to_string(),
    })
}

/// Signs a body in a format.
pub(crate) fn sign<T: Serialize>(
    signer: &PartySigner,
    format: &'static str,
    body: &T,
) -> Result<SignedNote, PartyNoteError> {
    let body = json::canonical(body)?;
    Ok(signer.sign(format!("{format}\n{}\n", body.as_str()))?)
}

pub(crate) fn version(v: u64) -> Result<(), PartyNoteError> {
    if v == VERSION {
        Ok(())
    } else {
        Err(PartyNoteError::Version(v))
    }
}
