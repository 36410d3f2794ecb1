//! The front door of `chancery verify`: tells what a file is, verifies it, and says in words what is
//! proved, by whom, since when, and what is not.

mod words;

use crate::absence::{AbsenceError, AbsenceProof, ProvedAbsence};
use crate::card::{CARD_FORMAT, VerifiedCard};
use crate::fork::{ForkError, ForkEvidence, ProvedFork};
use crate::note::{NoteError, SignedNote};
use crate::party_note::PartyNoteError;
use crate::policy::{Judged, JudgementError, Policy};
use crate::proof::{ParseProofError, ProvedItem, TlogProof, VerifyProofError};

/// What a file seems to be, by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A proof of one item ([`crate::proof`]).
    Proof,
    /// A proof of absence ([`crate::absence`]).
    Absence,
    /// Evidence of a fork ([`crate::fork`]).
    Fork,
    /// A party's card ([`crate::card`]).
    Card,
    /// A declaration, an acceptance: party notes that need a card to verify.
    PartyNote,
    /// A note: a checkpoint, with or without receipts.
    Checkpoint,
    /// A policy, which is verified with and not verified.
    Policy,
    /// A bundle on a stick, which the node imports.
    Bundle,
    /// A file encrypted with `age`.
    Encrypted,
    /// A private key, which should not be shown to anybody.
    PrivateKey,
}

/// What a file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proved {
    /// That an item is in a log.
    Item(Box<ProvedItem>),
    /// That a log has no item of some class in a window.
    Absence(Box<ProvedAbsence>),
    /// That a log has signed two histories.
    Fork(Box<ProvedFork>),
    /// That a log had a root at a size.
    Checkpoint(Box<Judged>),
    /// That a card is whole.
    Card(Box<VerifiedCard>),
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It is none of the files we know.
    #[error("this is no proof, note, card or policy")]
    Unknown,
    /// It is one of them, but not one to verify here.
    #[error("this is a {0:?} file, which is not verified here")]
    NotAProof(FileKind),
    /// A content was given beside something that has none.
    #[error("a content beside a {0:?} file")]
    NeedlessContent(FileKind),
    /// It is no proof of an item.
    #[error(transparent)]
    ParseProof(#[from] ParseProofError),
    /// The proof of an item does not hold.
    #[error(transparent)]
    Proof(#[from] VerifyProofError),
    /// The proof of absence does not hold.
    #[error(transparent)]
    Absence(#[from] AbsenceError),
    /// The evidence of a fork does not hold.
    #[error(transparent)]
    Fork(#[from] ForkError),
    /// It is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint does not satisfy the policy.
    #[error(transparent)]
    Judgement(#[from] JudgementError),
    /// The card does not hold.
    #[error(transparent)]
    Card(#[from] PartyNoteError),
}

/// Tells what a file seems to be. Cheap: it looks at the beginning, and for a JSON proof for its kind.
#[must_use]
pub fn identify(bytes: &[u8]) -> Option<FileKind> {
    let starts = |with: &str| bytes.starts_with(with.as_bytes());
    // A tar names itself at byte 257; our bundles begin with a checkpoint.
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(FileKind::Bundle);
    }
    if starts("age-encryption.org/") || starts("-----BEGIN AGE ENCRYPTED FILE-----") {
        return Some(FileKind::Encrypted);
    }
    if starts("PRIVATE+CHANCERY+") {
        return Some(FileKind::PrivateKey);
    }
    if starts("c2sp.org/tlog-proof@") {
        return Some(FileKind::Proof);
    }
    if starts("{") {
        #[derive(serde::Deserialize)]
        struct Kind<'a> {
            #[serde(borrow)]
            proof: std::borrow::Cow<'a, str>,
        }
        return match serde_json::from_slice::<Kind<'_>>(bytes)
            .ok()?
            .proof
            .as_ref()
        {
            "absence" => Some(FileKind::Absence),
            "fork" => Some(FileKind::Fork),
            _ => None,
        };
    }
    if let Ok(note) = SignedNote::parse(bytes) {
        return Some(match note.text().split('\n').next() {
            Some(CARD_FORMAT) => FileKind::Card,
            Some(format) if format.starts_with("chancery/") => FileKind::PartyNote,
            _ => FileKind::Checkpoint,
        });
    }
    Policy::parse(bytes).ok().map(|_| FileKind::Policy)
}

/// Verifies a file with a policy. `content` is the content when it lies beside the proof.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(
    bytes: &[u8],
    policy: &Policy,
    content: Option<&[u8]>,
) -> Result<Proved, VerifyError> {
    let kind = identify(bytes).ok_or(VerifyError::Unknown)?;
    if content.is_some() && kind != FileKind::Proof {
        return Err(VerifyError::NeedlessContent(kind));
    }
    match kind {
        FileKind::Proof => {
            let proved = TlogProof::parse(bytes)?.verify(policy, content)?;
            Ok(Proved::Item(Box::new(proved)))
        }
        FileKind::Absence => Ok(Proved::Absence(Box::new(
            AbsenceProof::parse(bytes)?.verify(policy)?,
        ))),
        FileKind::Fork => Ok(Proved::Fork(Box::new(
            ForkEvidence::parse(bytes)?.verify(policy)?,
        ))),
        FileKind::Checkpoint => {
            let note = SignedNote::parse(bytes)?;
            Ok(Proved::Checkpoint(Box::new(policy.judge(&note)?)))
        }
        FileKind::Card => Ok(Proved::Card(Box::new(VerifiedCard::verify(
            SignedNote::parse(bytes)?,
        )?))),
        FileKind::PartyNote
        | FileKind::Policy
        | FileKind::Bundle
        | FileKind::Encrypted
        | FileKind::PrivateKey => Err(VerifyError::NotAProof(kind)),
    }
}
