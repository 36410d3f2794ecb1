//! Declarations: which log is whose, with which keys, and after which (`docs/FORMATS.md` §4).

use serde::{Deserialize, Serialize};

use crate::checkpoint::LogVerifier;
use crate::hash::{Hash, TreeSize};
use crate::key::{PartySigner, Vkey};
use crate::name::{Host, Origin};
use crate::note::SignedNote;
use crate::party_note::{PartyNoteError, PartyVerifier, sign, version};
use crate::time::UtcTime;

/// The first line of a declaration.
pub const DECLARATION_FORMAT: &str = "chancery/log/v1";

/// Binds a log to a party, a dialogue and a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// The version of the format, 1.
    pub v: u64,
    /// The id of the dialogue.
    pub dialogue: String,
    /// The name of the track.
    pub track: String,
    /// Whose log it is.
    pub party: Host,
    /// The log.
    pub origin: Origin,
    /// Its keys from now on.
    pub keys: [Vkey; 2],
    /// 0 for the first keys of an origin; one more for each change.
    pub serial: u64,
    /// When it was made.
    pub issued: UtcTime,
    /// The log that this one goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predecessor: Option<Predecessor>,
}

/// A log that was closed, as far as its party still knew it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predecessor {
    /// The log.
    pub origin: Origin,
    /// The size of its last known checkpoint.
    pub size: TreeSize,
    /// The root of its last known checkpoint.
    pub root: Hash,
    /// Why it was closed, in words.
    pub reason: String,
}

/// A declaration that its party has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDeclaration {
    declaration: Declaration,
    log: LogVerifier,
    note: SignedNote,
}

/// Why a declaration is not the key change that follows another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyChangeError {
    /// It is about something else.
    #[error("a key change with another {0}")]
    OtherSubject(&'static str),
    /// Its serial is not the next one.
    #[error("a key change with serial {found}, after {older}")]
    Serial {
        /// As declared.
        found: u64,
        /// The serial of the declaration before.
        older: u64,
    },
    /// It keeps a key.
    #[error("a key change that keeps {0:?}")]
    KeyKept(Vkey),
}

impl Declaration {
    /// Signs the declaration.
    ///
    /// # Errors
    /// [`PartyNoteError`], as when it is read back.
    pub fn sign(&self, signer: &PartySigner) -> Result<VerifiedDeclaration, PartyNoteError> {
        let party = PartyVerifier::new(signer.vkeys())?;
        VerifiedDeclaration::verify(sign(signer, DECLARATION_FORMAT, self)?, &party)
    }
}

impl VerifiedDeclaration {
    /// Verifies a declaration of a party's own log.
    ///
    /// # Errors
    /// [`PartyNoteError`].
    pub fn verify(note: SignedNote, party: &PartyVerifier) -> Result<Self, PartyNoteError> {
        let declaration: Declaration = party.read(&note, DECLARATION_FORMAT)?;
        version(declaration.v)?;
        party.is_about(&declaration.party)?;
        party.is_about(declaration.origin.host())?;
        if let Some(predecessor) = &declaration.predecessor {
            party.is_about(predecessor.origin.host())?;
        }
        let log = LogVerifier::new(declaration.keys.clone())?;
        if *log.origin() != declaration.origin {
            return Err(PartyNoteError::OtherLog {
                found: log.origin().to_string(),
                expected: declaration.origin.to_string(),
            });
        }
        Ok(Self {
            declaration,
            log,
            note,
        })
    }

    /// What it says.
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// Believes the checkpoints of the log.
    #[must_use]
    pub fn log(&self) -> &LogVerifier {
        &self.log
    }

    /// The exact note.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Checks that this is the key change that follows another declaration: the same log, the next
    /// serial, two new keys.
    ///
    /// # Errors
    /// A [`KeyChangeError`].
    pub fn follows(&self, older: &Self) -> Result<(), KeyChangeError> {
        let (new, old) = (&self.declaration, &older.declaration);
        for (same, member) in [
            (new.origin == old.origin, "origin"),
            (new.dialogue == old.dialogue, "dialogue"),
            (new.track == old.track, "track"),
        ] {
            if !same {
                return Err(KeyChangeError::OtherSubject(member));
            }
        }
        if old.serial.checked_add(1) != Some(new.serial) {
            return Err(KeyChangeError::Serial {
                found: new.serial,
                older: old.serial,
            });
        }
        match new.keys.iter().find(|key| old.keys.contains(key)) {
            Some(kept) => Err(KeyChangeError::KeyKept(kept.clone())),
            None => Ok(()),
        }
    }
}
