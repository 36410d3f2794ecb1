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
    /// Its keys, for as long as it is written.
    pub keys: [Vkey; 2],
    /// Always 0: the keys of a log never change, so there is one declaration of each.
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
    /// Whether that checkpoint is the last there is: the log was closed in good order, and its keys say nothing any
    /// more. Otherwise others may hold more of it than its party knew.
    #[serde(rename = "final")]
    pub is_final: bool,
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
        if declaration.serial != 0 {
            return Err(PartyNoteError::Serial(declaration.serial));
        }
        party.is_about(&declaration.party)?;
        party.is_about(declaration.origin.host())?;
        if let Some(predecessor) = &declaration.predecessor {
            party.is_about(predecessor.origin.host())?;
            if predecessor.origin == declaration.origin {
                return Err(PartyNoteError::OwnPredecessor);
            }
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
}
