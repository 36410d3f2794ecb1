//! Proofs of absence (ours, `docs/FORMATS.md` §8): no entry of some class between two checkpoints that
//! a receiver countersigned.
//!
//! It proves that there is none *in the record*, not that nobody tried.

use json::{AdmissionError, EncodeError, Limits};
use serde::{Deserialize, Serialize};

use crate::base64;
use crate::entry::{Class, Entry};
use crate::hash::{HASH_BYTES, Hash};
use crate::name::KeyName;
use crate::note::{NoteError, SignedNote};
use crate::opening::Opening;
use crate::policy::{Judged, JudgementError, Policy};
use crate::tree::{Frontier, FrontierError};

/// The longest absence proof in bytes: about 700,000 entries.
pub const ABSENCE_BYTES_MAX: usize = 64 * 1024 * 1024;

const VERSION: u64 = 1;
const CLASS_OPENING_BYTES: usize = 1 + 2 * HASH_BYTES;

/// A proof of absence, put together or read; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceProof {
    absent: Vec<Class>,
    start: SignedNote,
    end: SignedNote,
    frontier: Vec<Hash>,
    entries: Vec<[u8; CLASS_OPENING_BYTES]>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    absent: Vec<u8>,
    end: String,
    entries: Vec<String>,
    frontier: Vec<Hash>,
    proof: String,
    start: String,
    v: u64,
}

/// Why something is no proof of absence, or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceError {
    /// It is not canonical JSON.
    #[error("the proof is not canonical JSON: {0}")]
    NotCanonical(#[from] AdmissionError),
    /// A member is missing, or has the wrong form, or it is another kind of proof.
    #[error("the proof has not the members of one: {0}")]
    Members(String),
    /// The version is another.
    #[error("an absence proof of version {0}, known is {VERSION}")]
    Version(u64),
    /// No class is claimed absent, or one is not known, or they are not in rising order.
    #[error("the classes claimed absent are none, unknown or out of order")]
    Classes,
    /// An entry's opening discloses nothing, so its class cannot be shown.
    #[error("entry {0} of the window cannot be shown: its opening discloses nothing")]
    Withheld(usize),
    /// An entry is not `class || salt || commitment`.
    #[error("entry {0} of the window is malformed")]
    Entry(usize),
    /// A checkpoint is no note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A checkpoint does not satisfy the policy.
    #[error(transparent)]
    Judgement(#[from] JudgementError),
    /// The checkpoints are of two logs.
    #[error("the window begins in {start} and ends in {end}")]
    OtherLog {
        /// The origin at the start.
        start: KeyName,
        /// The origin at the end.
        end: KeyName,
    },
    /// The number of entries is not the difference of the sizes.
    #[error("the window has {expected} entries, the proof has {found}")]
    Count {
        /// How many there must be.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The window ends before it begins.
    #[error("the window begins at {start} and ends at {end}")]
    Backwards {
        /// The size at the start.
        start: u64,
        /// The size at the end.
        end: u64,
    },
    /// The frontier has not one hash for each 1 bit of the size.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// The frontier is not the one of the checkpoint at the start.
    #[error("the frontier leads to another root than that of the start")]
    StartRoot,
    /// The entries do not lead to the checkpoint at the end.
    #[error("the entries lead to another root than that of the end")]
    EndRoot,
    /// There is one.
    #[error("entry {index} is of class {class}")]
    Present {
        /// Its index in the log.
        index: u64,
        /// Its class.
        class: Class,
    },
    /// Nobody has countersigned both ends.
    #[error("nobody has countersigned both ends of the window")]
    NoReceipt,
    /// It cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Proved: between two checkpoints no entry is of these classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedAbsence {
    classes: Vec<Class>,
    start: Judged,
    end: Judged,
    held_by: Vec<KeyName>,
}

impl ProvedAbsence {
    /// The classes that are absent.
    #[must_use]
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The checkpoint after which the window begins, and who vouches for it since when.
    #[must_use]
    pub fn start(&self) -> &Judged {
        &self.start
    }

    /// The checkpoint at which the window ends, and who vouches for it since when.
    #[must_use]
    pub fn end(&self) -> &Judged {
        &self.end
    }

    /// Who has countersigned both ends, and so held these entries and only these.
    #[must_use]
    pub fn held_by(&self) -> &[KeyName] {
        &self.held_by
    }
}

impl AbsenceProof {
    /// Puts a proof together from the receipted checkpoints at both ends, the frontier of the tree at the
    /// start, and the openings of all entries between.
    ///
    /// # Errors
    /// [`AbsenceError::Withheld`] when a class cannot be shown, [`AbsenceError::Classes`].
    pub fn new<'o>(
        absent: &[Class],
        start: SignedNote,
        end: SignedNote,
        frontier: &Frontier,
        openings: impl IntoIterator<Item = &'o Opening>,
    ) -> Result<Self, AbsenceError> {
        if absent.is_empty() || !absent.is_sorted_by(|a, b| a < b) {
            return Err(AbsenceError::Classes);
        }
        let entry = |(at, opening): (usize, &Opening)| -> Result<_, AbsenceError> {
            let (class, salt, head) = opening.class_parts().ok_or(AbsenceError::Withheld(at))?;
            let mut bytes = [class.to_byte(); CLASS_OPENING_BYTES];
            bytes[1..=HASH_BYTES].copy_from_slice(&salt);
            bytes[1 + HASH_BYTES..].copy_from_slice(head.as_bytes());
            Ok(bytes)
        };
        let entries = openings
            .into_iter()
            .enumerate()
            .map(entry)
            .collect::<Result<_, _>>()?;
        let frontier = frontier.hashes().to_vec();
        Ok(Self {
            absent: absent.to_vec(),
            start,
            end,
            frontier,
            entries,
        })
    }

    /// The file: canonical JSON.
    ///
    /// # Errors
    /// [`AbsenceError::Encode`] when it is longer than [`ABSENCE_BYTES_MAX`].
    pub fn encode(&self) -> Result<Vec<u8>, AbsenceError> {
        let written = Written {
            absent: self.absent.iter().map(|class| class.to_byte()).collect(),
            end: self.end.as_str().to_owned(),
            entries: self
                .entries
                .iter()
                .map(|entry| base64::encode(entry))
                .collect(),
            frontier: self.frontier.clone(),
            proof: "absence".to_owned(),
            start: self.start.as_str().to_owned(),
            v: VERSION,
        };
        let text =
            serde_json::to_vec(&written).map_err(|err| EncodeError::Serialize(err.to_string()))?;
        Ok(json::admit(&text, &limits())
            .map_err(EncodeError::from)?
            .into_bytes())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`AbsenceError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AbsenceError> {
        json::is_canonical(bytes, &limits())?;
        let written: Written =
            serde_json::from_slice(bytes).map_err(|err| AbsenceError::Members(err.to_string()))?;
        if written.proof != "absence" {
            return Err(AbsenceError::Members(format!(
                "proof is {:?}",
                written.proof
            )));
        }
        if written.v != VERSION {
            return Err(AbsenceError::Version(written.v));
        }
        let classes = written.absent.iter().map(|&byte| Class::from_byte(byte));
        let absent: Vec<Class> = classes
            .collect::<Option<_>>()
            .ok_or(AbsenceError::Classes)?;
        if absent.is_empty() || !absent.is_sorted_by(|a, b| a < b) {
            return Err(AbsenceError::Classes);
        }
        let entry = |(at, text): (usize, &String)| {
            base64::decode(text)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(AbsenceError::Entry(at))
        };
        Ok(Self {
            absent,
            start: SignedNote::parse(written.start.as_bytes())?,
            end: SignedNote::parse(written.end.as_bytes())?,
            frontier: written.frontier,
            entries: written
                .entries
                .iter()
                .enumerate()
                .map(entry)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Verifies the proof: both ends satisfy the policy and were countersigned by somebody, the entries
    /// lead from one to the other, and none of them is of a class that is claimed absent.
    ///
    /// # Errors
    /// [`AbsenceError`].
    pub fn verify(&self, policy: &Policy) -> Result<ProvedAbsence, AbsenceError> {
        let (start, end) = (policy.judge(&self.start)?, policy.judge(&self.end)?);
        let (from, to) = (start.checkpoint(), end.checkpoint());
        if from.origin() != to.origin() {
            let (start, end) = (from.origin().clone(), to.origin().clone());
            return Err(AbsenceError::OtherLog { start, end });
        }
        let Some(expected) = to.size().get().checked_sub(from.size().get()) else {
            let (start, end) = (from.size().get(), to.size().get());
            return Err(AbsenceError::Backwards { start, end });
        };
        let found = self.entries.len() as u64;
        if found != expected {
            return Err(AbsenceError::Count { expected, found });
        }
        let mut frontier = Frontier::from_parts(from.size(), self.frontier.clone())?;
        if frontier.root() != *from.root() {
            return Err(AbsenceError::StartRoot);
        }
        let mut present = None;
        for (at, bytes) in self.entries.iter().enumerate() {
            let (class, entry) = class_opening(bytes).ok_or(AbsenceError::Entry(at))?;
            frontier.push(entry.leaf_hash())?;
            if present.is_none() && self.absent.contains(&class) {
                present = Some((from.size().get() + at as u64, class));
            }
        }
        if frontier.root() != *to.root() {
            return Err(AbsenceError::EndRoot);
        }
        if let Some((index, class)) = present {
            return Err(AbsenceError::Present { index, class });
        }
        let names = |judged: &Judged| -> Vec<KeyName> {
            judged
                .cosigners()
                .iter()
                .map(|cosigner| cosigner.name.clone())
                .collect()
        };
        let at_the_end = names(&end);
        let mut held_by = names(&start);
        held_by.retain(|name| at_the_end.contains(name));
        if held_by.is_empty() {
            return Err(AbsenceError::NoReceipt);
        }
        Ok(ProvedAbsence {
            classes: self.absent.clone(),
            start,
            end,
            held_by,
        })
    }
}

fn limits() -> Limits {
    Limits {
        bytes_max: ABSENCE_BYTES_MAX,
        ..Limits::default()
    }
}

/// `class u8 || salt_e[32] || head_c[32]`, and the entry it opens.
fn class_opening(bytes: &[u8; CLASS_OPENING_BYTES]) -> Option<(Class, Entry)> {
    let (class, rest) = bytes.split_first()?;
    let (salt, head) = rest.split_first_chunk::<HASH_BYTES>()?;
    let class = Class::from_byte(*class)?;
    let head = Hash::new(head.try_into().ok()?);
    Some((class, Entry::commit(salt, class, &head)))
}
