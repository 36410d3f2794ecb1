//! Who is believed about a checkpoint: its log, a party's receipt, a witness.

use super::{Checkpoint, ParseCheckpointError};
use crate::hash::{Hash, TreeSize};
use crate::key::{Algorithm, KeyError, SignatureType, Vkey};
use crate::name::{Host, Origin, Role};
use crate::note::{GoodLine, NoteError, SignatureLine, SignedNote};

/// Why a note is not a checkpoint that can be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note does not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Its text is no checkpoint.
    #[error(transparent)]
    Parse(#[from] ParseCheckpointError),
    /// It is of another log.
    #[error("a checkpoint of {found}, expected one of {expected}")]
    OtherLog {
        /// The origin in the note.
        found: String,
        /// The origin that was asked for.
        expected: Origin,
    },
}

/// A checkpoint that both keys of its log have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    origin: Origin,
    time: u64,
    note: SignedNote,
    own_lines: Vec<SignatureLine>,
}

impl VerifiedCheckpoint {
    /// What was signed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Which log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// How many entries.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.checkpoint.size()
    }

    /// The root of the tree at that size.
    #[must_use]
    pub fn root(&self) -> &Hash {
        self.checkpoint.root()
    }

    /// When the log signed it, by its own clock: the time of the ML-DSA-44 line, in POSIX seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// The exact note, with all lines it came with.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// The note with the log's own lines only, as a receipt carries it.
    #[must_use]
    pub fn own_note(&self) -> SignedNote {
        SignedNote::new(self.note.text().to_owned(), self.own_lines.clone())
            .expect("a part of a note is a note")
    }
}

/// Believes the checkpoints of one log: both its keys must have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogVerifier {
    origin: Origin,
    keys: [Vkey; 2],
}

impl LogVerifier {
    /// Takes the two keys of a log, in any order.
    ///
    /// # Errors
    /// [`KeyError::Role`], [`KeyError::TwoNames`] or [`KeyError::WrongAlgorithm`].
    pub fn new(keys: [Vkey; 2]) -> Result<Self, KeyError> {
        let keys = pair(keys, Role::Log)?;
        Ok(Self {
            origin: Origin::try_from(keys[0].name())?,
            keys,
        })
    }

    /// The log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its keys, Ed25519 first.
    #[must_use]
    pub fn keys(&self) -> &[Vkey; 2] {
        &self.keys
    }

    /// Verifies a note as a checkpoint of this log.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(&self, note: SignedNote) -> Result<VerifiedCheckpoint, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin() != self.origin.key_name() {
            let found = checkpoint.origin().as_str().to_owned();
            return Err(CheckpointError::OtherLog {
                found,
                expected: self.origin.clone(),
            });
        }
        let time = ml_dsa_time(&note.verify_all(&self.keys)?);
        let own = |line: &&SignatureLine| self.keys.iter().any(|key| line.is_by(key));
        let own_lines = note.lines().iter().filter(own).cloned().collect();
        let origin = self.origin.clone();
        Ok(VerifiedCheckpoint {
            checkpoint,
            origin,
            time,
            note,
            own_lines,
        })
    }

    /// Reads and verifies a note.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify_bytes(&self, note: &[u8]) -> Result<VerifiedCheckpoint, CheckpointError> {
        self.verify(SignedNote::parse(note)?)
    }
}

/// A party's receipt over a checkpoint, with both its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReceipt {
    checkpoint: Checkpoint,
    by: Host,
    time: u64,
}

impl VerifiedReceipt {
    /// What was countersigned.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The party that holds everything below it.
    #[must_use]
    pub fn by(&self) -> &Host {
        &self.by
    }

    /// Since when, by that party's clock: the time of the ML-DSA-44 line, in POSIX seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }
}

/// Believes the receipts of one party: both its receipt keys must have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptVerifier {
    host: Host,
    keys: [Vkey; 2],
}

impl ReceiptVerifier {
    /// Takes the two receipt keys of a party, in any order.
    ///
    /// # Errors
    /// [`KeyError::Role`], [`KeyError::TwoNames`] or [`KeyError::WrongAlgorithm`].
    pub fn new(keys: [Vkey; 2]) -> Result<Self, KeyError> {
        let keys = pair(keys, Role::Receipt)?;
        Ok(Self {
            host: host_of(&keys[0], Role::Receipt)?,
            keys,
        })
    }

    /// The party.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Its receipt keys, Ed25519 first.
    #[must_use]
    pub fn keys(&self) -> &[Vkey; 2] {
        &self.keys
    }

    /// Verifies that the party has countersigned the note. Whether the log has signed it too is for its
    /// [`LogVerifier`] to say.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(&self, note: &SignedNote) -> Result<VerifiedReceipt, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let time = ml_dsa_time(&note.verify_all(&self.keys)?);
        Ok(VerifiedReceipt {
            checkpoint,
            by: self.host.clone(),
            time,
        })
    }
}

/// A witness's cosignature of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedWitness {
    checkpoint: Checkpoint,
    time: u64,
    algorithms: Vec<Algorithm>,
}

impl VerifiedWitness {
    /// What was cosigned.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The latest time stated, by the witness's clock, in POSIX seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Which of its keys have signed.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }
}

/// Believes one witness: any of its keys is enough, and a bad line of one is still a bad note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessVerifier {
    keys: Vec<Vkey>,
}

impl WitnessVerifier {
    /// Takes the keys of a witness, which may be anybody's: all of one name, all cosignature keys.
    ///
    /// # Errors
    /// [`KeyError::Syntax`] for no key, [`KeyError::TwoNames`], or [`KeyError::Role`] for a key that makes
    /// no cosignatures.
    pub fn new(keys: Vec<Vkey>) -> Result<Self, KeyError> {
        let Some(first) = keys.first() else {
            return Err(KeyError::Syntax);
        };
        for key in &keys {
            if key.name() != first.name() {
                return Err(two_names(first, key));
            }
            if !key.kind().is_timed() {
                let name = key.name().as_str().to_owned();
                return Err(KeyError::Role {
                    name,
                    expected: Role::Witness,
                });
            }
        }
        Ok(Self { keys })
    }

    /// Its keys.
    #[must_use]
    pub fn keys(&self) -> &[Vkey] {
        &self.keys
    }

    /// Verifies that the witness has cosigned the note.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(&self, note: &SignedNote) -> Result<VerifiedWitness, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let good = note.verify(&self.keys)?;
        Ok(VerifiedWitness {
            checkpoint,
            time: good.iter().filter_map(|line| line.time).max().unwrap_or(0),
            algorithms: good
                .iter()
                .map(|line| line.key.kind().algorithm())
                .collect(),
        })
    }
}

/// The latest time on a line of the post-quantum key; its signature covers the signer's name too.
fn ml_dsa_time(good: &[GoodLine<'_>]) -> u64 {
    let ml_dsa = good
        .iter()
        .filter(|line| line.key.kind() == SignatureType::MlDsa44Cosignature);
    ml_dsa.filter_map(|line| line.time).max().unwrap_or(0)
}

/// Checks that two keys are the two of one name in one role, and puts Ed25519 first.
pub(crate) fn pair(mut keys: [Vkey; 2], role: Role) -> Result<[Vkey; 2], KeyError> {
    if keys[0].name() != keys[1].name() {
        return Err(two_names(&keys[0], &keys[1]));
    }
    host_of(&keys[0], role)?;
    if keys[0].kind().algorithm() == Algorithm::MlDsa44 {
        keys.swap(0, 1);
    }
    for (key, algorithm) in keys.iter().zip([Algorithm::Ed25519, Algorithm::MlDsa44]) {
        if key.kind().algorithm() != algorithm {
            return Err(KeyError::WrongAlgorithm {
                algorithm: key.kind().algorithm(),
            });
        }
        if key.kind() != SignatureType::of(role, algorithm) {
            return Err(KeyError::Role {
                name: key.name().as_str().to_owned(),
                expected: role,
            });
        }
    }
    Ok(keys)
}

/// The party whose key this is, if it is one for that role.
pub(crate) fn host_of(key: &Vkey, expected: Role) -> Result<Host, KeyError> {
    match key.name().role() {
        Some((host, role)) if role == expected => Ok(host),
        _ => Err(KeyError::Role {
            name: key.name().as_str().to_owned(),
            expected,
        }),
    }
}

fn two_names(a: &Vkey, b: &Vkey) -> KeyError {
    KeyError::TwoNames(a.name().as_str().to_owned(), b.name().as_str().to_owned())
}
