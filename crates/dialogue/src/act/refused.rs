//! Why something is not the act it claims to be: where, and which rule.

use std::fmt;

use crate::id::IdError;
use crate::moment::TimeError;
use crate::name::{NameError, OfficeId, PartyId, TrackName};

/// A refusal to read an act: the place in the object and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    path: Box<str>,
    rule: Rule,
}

/// One way of being wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The bytes are not JSON.
    #[error("is not JSON: {0}")]
    NotJson(Box<str>),
    /// The value is of another JSON type.
    #[error("is {found}, {expected} is expected")]
    JsonType {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// The type is of no act that this version knows.
    #[error("is {0:?}, which is no act that this version knows")]
    UnknownType(Box<str>),
    /// A required member is not there.
    #[error("is missing")]
    Missing,
    /// The member has one value only, and it is another.
    #[error("is {found:?}, it must be {expected:?}")]
    Fixed {
        /// The one value.
        expected: &'static str,
        /// What it is.
        found: Box<str>,
    },
    /// The word is not of the vocabulary.
    #[error("is {found:?}, the words are {known:?}")]
    Word {
        /// The word.
        found: Box<str>,
        /// The vocabulary.
        known: &'static [&'static str],
    },
    /// The text or list has nothing in it.
    #[error("is empty")]
    Empty,
    /// The text is too long.
    #[error("is {bytes} bytes, the limit is {max}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The list has too many elements.
    #[error("has {count} elements, the limit is {max}")]
    TooMany {
        /// How many.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// The number is out of its bounds.
    #[error("is {found}, allowed are {min} to {max}")]
    OutOfBounds {
        /// The number.
        found: u64,
        /// The smallest allowed.
        min: u64,
        /// The largest allowed.
        max: u64,
    },
    /// Not a STIX identifier.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An identifier of an object of another type than required here.
    #[error("identifies a {found}, a {expected} is expected")]
    IdType {
        /// The type that is required.
        expected: &'static str,
        /// The type that it has.
        found: Box<str>,
    },
    /// Not a time or an offset.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Not a name of a party, track, office or log.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Modified before it was created (STIX 2.1 §3.2).
    #[error("is earlier than created")]
    ModifiedBeforeCreated,
    /// Not a language tag (BCP 47).
    #[error("{0:?} is not a language tag")]
    Language(Box<str>),
    /// Two texts of one list have the same language.
    #[error("has two texts in {0}")]
    LanguageTwice(Box<str>),
    /// No text of a list is authentic, so nothing in it binds.
    #[error("has no authentic text")]
    NothingAuthentic,
    /// The numbers of a list do not go up as they must.
    #[error("is {found}, after its predecessor it must be {expected}")]
    Numbering {
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: u64,
    },
    /// A member that the act needs because of another member's value.
    #[error("is missing, {with} needs it")]
    NeededWith {
        /// The word that needs it.
        with: &'static str,
    },
    /// A member that contradicts another member's value.
    #[error("may not stand beside {with}")]
    NotWith {
        /// The word that it contradicts.
        with: &'static str,
    },
    /// A list of parties that is not in the order of their hosts.
    #[error("has {0} out of the order of hosts")]
    NotSorted(PartyId),
    /// The same party twice in a list.
    #[error("has {0} twice")]
    PartyTwice(PartyId),
    /// The same track twice.
    #[error("has the track {0} twice")]
    TrackTwice(TrackName),
    /// The same office twice in a card.
    #[error("has the office {0} twice")]
    OfficeTwice(OfficeId),
    /// A party that the charter does not have.
    #[error("has {0}, which is no party of this charter")]
    UnknownParty(PartyId),
    /// The charter lacks the receipt statement of RECORD §5 as an authentic English text.
    #[error("has no authentic English text with the exact receipt statement")]
    ReceiptStatement,
}

impl Refused {
    pub(crate) fn new(path: impl Into<Box<str>>, rule: impl Into<Rule>) -> Self {
        Self {
            path: path.into(),
            rule: rule.into(),
        }
    }

    /// Where it is wrong, as `asks[1].question[0].lang`; empty for the object itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Which rule it breaks.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the object"
        } else {
            &self.path
        };
        write!(f, "{path} {}", self.rule)
    }
}

// The rule is already in the message, so it is not repeated as a source.
impl std::error::Error for Refused {}
