//! Trust policies ([c2sp.org/tlog-policy](https://c2sp.org/tlog-policy)): which logs are believed, and who
//! must have countersigned.
//!
//! A party's log has two keys, so two `log` lines of one name, and both must have signed; the
//! specification, which knows one line for each log, accepts any. A party's receipt is two `witness`
//! lines in a `group … all` (`docs/FORMATS.md` §8).

mod build;
mod parse;

pub use build::{PolicyBuilder, Required};

use crate::checkpoint::{Checkpoint, ParseCheckpointError};
use crate::key::{KeyError, Vkey};
use crate::name::{KeyName, Role};
use crate::note::{NoteError, SignedNote};

/// The longest policy file in bytes.
pub const POLICY_BYTES_MAX: usize = 1024 * 1024;

/// The most logs, the most witnesses and the most groups; the specification asks for 32 of each.
pub const POLICY_ITEMS_MAX: usize = 256;

/// A policy file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<PolicyLog>,
    /// Witnesses and groups in the order of their lines; a group's members stand before it.
    members: Vec<Member>,
    /// Index in `members`; `None` for `quorum none`.
    quorum: Option<usize>,
}

/// One `log` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLog {
    /// The key; its name is the origin.
    pub key: Vkey,
    /// How to reach the log; any bytes but controls and blanks.
    pub url: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    name: Vec<u8>,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Witness {
        key: Vkey,
        url: Option<Vec<u8>>,
    },
    Group {
        threshold: usize,
        members: Vec<usize>,
    },
}

/// Why bytes are no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is too long.
    #[error("a policy of {bytes} bytes, the limit is {POLICY_BYTES_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The last line has no line feed.
    #[error("the last line of the policy does not end")]
    UnterminatedLine,
    /// A control character other than tab and line feed.
    #[error("line {line}: control character {byte:#04x}")]
    ControlCharacter {
        /// From 1.
        line: usize,
        /// Which.
        byte: u8,
    },
    /// The first word is none of the four.
    #[error("line {line}: not a log, witness, group or quorum line")]
    UnknownKeyword {
        /// From 1.
        line: usize,
    },
    /// Too few or too many words.
    #[error("line {line}: wrong number of words")]
    WordCount {
        /// From 1.
        line: usize,
    },
    /// A key is none, or of a type that we do not verify.
    #[error("line {line}: {reason}")]
    Key {
        /// From 1.
        line: usize,
        /// Why.
        reason: KeyError,
    },
    /// A key's type is not for that line.
    #[error("line {line}: a key of another type than this line takes")]
    KeyType {
        /// From 1.
        line: usize,
    },
    /// A public key stands on two log lines, or on two witness lines.
    #[error("line {line}: this public key stands on an earlier line")]
    DuplicateKey {
        /// From 1.
        line: usize,
    },
    /// A name is defined twice, or is `none`.
    #[error("line {line}: this name is taken")]
    DuplicateName {
        /// From 1.
        line: usize,
    },
    /// A name is used before it is defined.
    #[error("line {line}: a name that no earlier line defines")]
    UnknownName {
        /// From 1.
        line: usize,
    },
    /// A name is a member of two groups, or of one twice.
    #[error("line {line}: a name that is a member already")]
    MemberTwice {
        /// From 1.
        line: usize,
    },
    /// The threshold is not `all`, `any` or a number from 1 to the number of members.
    #[error("line {line}: the threshold is not `all`, `any` or 1 to the number of members")]
    Threshold {
        /// From 1.
        line: usize,
    },
    /// There are two quorum lines.
    #[error("line {line}: a second quorum line")]
    SecondQuorum {
        /// From 1.
        line: usize,
    },
    /// There is no quorum line.
    #[error("a policy without a quorum line")]
    NoQuorum,
    /// There is more than we handle.
    #[error("line {line}: more than {POLICY_ITEMS_MAX} logs, witnesses or groups")]
    TooMany {
        /// From 1.
        line: usize,
    },
}

/// Why a note does not satisfy a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgementError {
    /// The note is no checkpoint.
    #[error(transparent)]
    Parse(#[from] ParseCheckpointError),
    /// The policy has no key of this log.
    #[error("the policy does not know the log {0}")]
    UnknownLog(KeyName),
    /// A line does not hold, or one of the log's is missing.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Too few have countersigned.
    #[error(
        "the quorum of the policy is not reached: countersigned by {found} of its witness keys"
    )]
    Quorum {
        /// How many of the policy's witness keys have.
        found: usize,
    },
}

/// A checkpoint that satisfies a policy, and who vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    checkpoint: Checkpoint,
    log_time: Option<u64>,
    cosigners: Vec<Cosigner>,
}

/// A witness or receiver that has countersigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    /// The name of its key.
    pub name: KeyName,
    /// The earliest time that its lines state, in POSIX seconds.
    pub time: u64,
}

impl Judged {
    /// What is vouched for.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// When the log signed it, by its own clock, in POSIX seconds; if a line of it states a time.
    #[must_use]
    pub fn log_time(&self) -> Option<u64> {
        self.log_time
    }

    /// Who has countersigned, each name once; a receiver only if all its keys in the policy have.
    #[must_use]
    pub fn cosigners(&self) -> &[Cosigner] {
        &self.cosigners
    }
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        parse::parse(bytes)
    }

    /// The log lines.
    #[must_use]
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witness lines: name, key, address.
    pub fn witnesses(&self) -> impl Iterator<Item = (&[u8], &Vkey, Option<&[u8]>)> {
        self.members.iter().filter_map(|member| match &member.rule {
            Rule::Witness { key, url } => Some((member.name.as_slice(), key, url.as_deref())),
            Rule::Group { .. } => None,
        })
    }

    /// Verifies that a log of the policy has signed, with all its keys. Countersignatures do not
    /// matter, except that a bad one refuses the note.
    ///
    /// # Errors
    /// [`JudgementError`], but not [`JudgementError::Quorum`].
    pub fn judge_log(&self, note: &SignedNote) -> Result<Judged, JudgementError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let log_keys: Vec<Vkey> = self
            .logs
            .iter()
            .map(|log| &log.key)
            .filter(|key| key.name() == checkpoint.origin())
            .cloned()
            .collect();
        if log_keys.is_empty() {
            return Err(JudgementError::UnknownLog(checkpoint.origin().clone()));
        }
        let good = note.verify_all(&log_keys)?;
        let log_time = good.iter().filter_map(|line| line.time).max();
        let witness_keys: Vec<Vkey> = self.witnesses().map(|(_, key, _)| key.clone()).collect();
        let good = match note.verify(&witness_keys) {
            Err(NoteError::NotSigned) => Vec::new(),
            verified => verified?,
        };
        let mut cosigners: Vec<Cosigner> = Vec::new();
        for line in good {
            let name = line.key.name();
            let time = line.time.unwrap_or(0);
            match cosigners.iter_mut().find(|known| known.name == *name) {
                Some(known) => known.time = known.time.min(time),
                None => cosigners.push(Cosigner {
                    name: name.clone(),
                    time,
                }),
            }
        }
        // FORMATS §3: a receipt needs both its lines; any line of a witness counts.
        let signed = |key: &Vkey| note.lines().iter().any(|line| line.is_by(key));
        cosigners.retain(|cosigner| {
            let is_receipt = matches!(cosigner.name.role(), Some((_, Role::Receipt)));
            let mut of_name = witness_keys
                .iter()
                .filter(|key| *key.name() == cosigner.name);
            !is_receipt || of_name.all(signed)
        });
        Ok(Judged {
            checkpoint,
            log_time,
            cosigners,
        })
    }

    /// Verifies that a log of the policy has signed and that the quorum has countersigned.
    ///
    /// # Errors
    /// [`JudgementError`].
    pub fn judge(&self, note: &SignedNote) -> Result<Judged, JudgementError> {
        let judged = self.judge_log(note)?;
        let signed = |key: &Vkey| note.lines().iter().any(|line| line.is_by(key));
        let mut satisfied = Vec::with_capacity(self.members.len());
        for member in &self.members {
            satisfied.push(match &member.rule {
                // `judge_log` has verified every line of a known key.
                Rule::Witness { key, .. } => signed(key),
                Rule::Group { threshold, members } => {
                    members.iter().filter(|&&at| satisfied[at]).count() >= *threshold
                }
            });
        }
        if self.quorum.is_none_or(|at| satisfied[at]) {
            return Ok(judged);
        }
        let found = self.witnesses().filter(|(_, key, _)| signed(key)).count();
        Err(JudgementError::Quorum { found })
    }
}
