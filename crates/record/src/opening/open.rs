//! Opening an entry: every commitment checked, from the outside in.

use super::{Disclosed, Level, Opening};
use crate::entry::{Class, Entry, commit_content, commit_head};
use crate::hash::{Hash, LeafIndex};
use crate::head::{Head, HeadError};
use crate::name::Origin;

/// Where an entry stands; its head must say the same.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The log.
    pub log: &'a Origin,
    /// The index in the log.
    pub index: LeafIndex,
}

/// What an entry commits to, as far as its opening discloses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// Nothing is disclosed, so nothing is checked.
    Withheld,
    /// The entry is of that class.
    Class(Class),
    /// The entry has that head.
    Head {
        /// Its class.
        class: Class,
        /// Its head.
        head: Head,
    },
    /// The entry has that head, and the content that was given is the one it commits to.
    Content {
        /// Its class.
        class: Class,
        /// Its head.
        head: Head,
    },
}

/// Why an opening does not open an entry, or a content is not the entry's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Class and head are not what the entry commits to.
    #[error("the opening is of another entry")]
    EntryMismatch,
    /// The head is not one.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The head says that the item belongs to another log.
    #[error("the head is for log {found}, the entry is in {expected}")]
    LogMismatch {
        /// What the head says.
        found: Origin,
        /// Where the entry is.
        expected: Origin,
    },
    /// The head says that the item belongs to another index.
    #[error("the head is for index {found}, the entry has {expected}")]
    SeqMismatch {
        /// What the head says.
        found: LeafIndex,
        /// Where the entry is.
        expected: LeafIndex,
    },
    /// The content has another length than the head says.
    #[error("the content has {found} bytes, the head says {expected}")]
    LengthMismatch {
        /// How many there are.
        found: u64,
        /// How many the head says.
        expected: u64,
    },
    /// The content is not what the head commits to.
    #[error("the content is not what the head commits to: {found} instead of {expected}")]
    ContentMismatch {
        /// The commitment to what was given.
        found: Hash,
        /// The commitment in the head.
        expected: Hash,
    },
    /// A content was given, and the opening has no salt for it.
    #[error("a content beside an opening of level {0:?}, which cannot check it")]
    ContentUndisclosed(Level),
}

impl Opened {
    /// How much was checked.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Withheld => Level::Withheld,
            Self::Class(_) => Level::Class,
            Self::Head { .. } => Level::Head,
            Self::Content { .. } => Level::Content,
        }
    }

    /// The class, if disclosed.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        match self {
            Self::Withheld => None,
            Self::Class(class) | Self::Head { class, .. } | Self::Content { class, .. } => {
                Some(*class)
            }
        }
    }

    /// The head, if disclosed.
    #[must_use]
    pub const fn head(&self) -> Option<&Head> {
        match self {
            Self::Withheld | Self::Class(_) => None,
            Self::Head { head, .. } | Self::Content { head, .. } => Some(head),
        }
    }
}

/// Checks an opening, and the content if there is one, against an entry and its place.
///
/// Costs the three hashes of the commitments and one reading of the head. An opening of level content
/// without the content gives [`Opened::Head`]: what was not seen is not proved.
///
/// # Errors
/// [`OpenError`], the outermost commitment that does not hold first.
pub fn open(
    entry: &Entry,
    opening: &Opening,
    place: Place<'_>,
    content: Option<&[u8]>,
) -> Result<Opened, OpenError> {
    let (disclosed, salt_c) = match (&opening.0, content) {
        (Disclosed::Withheld | Disclosed::Class { .. } | Disclosed::Head(_), Some(_)) => {
            return Err(OpenError::ContentUndisclosed(opening.level()));
        }
        (Disclosed::Withheld, None) => return Ok(Opened::Withheld),
        (
            Disclosed::Class {
                class,
                salt_e,
                head,
            },
            None,
        ) => {
            matches(entry, &Entry::commit(salt_e, *class, head))?;
            return Ok(Opened::Class(*class));
        }
        (Disclosed::Head(disclosed), None) => (disclosed, None),
        (Disclosed::Content(disclosed, salt_c), _) => (disclosed, Some(salt_c)),
    };
    let class = disclosed.class;
    let head_commitment = commit_head(&disclosed.salt_h, &disclosed.head);
    matches(
        entry,
        &Entry::commit(&disclosed.salt_e, class, &head_commitment),
    )?;
    let head = Head::parse(&disclosed.head)?;
    if head.log() != place.log {
        let (found, expected) = (head.log().clone(), place.log.clone());
        return Err(OpenError::LogMismatch { found, expected });
    }
    if head.seq() != place.index {
        return Err(OpenError::SeqMismatch {
            found: head.seq(),
            expected: place.index,
        });
    }
    let (Some(content), Some(salt_c)) = (content, salt_c) else {
        return Ok(Opened::Head { class, head });
    };
    if content.len() as u64 != head.content_bytes() {
        let (found, expected) = (content.len() as u64, head.content_bytes());
        return Err(OpenError::LengthMismatch { found, expected });
    }
    let found = commit_content(salt_c, content);
    if found != *head.content() {
        return Err(OpenError::ContentMismatch {
            found,
            expected: *head.content(),
        });
    }
    Ok(Opened::Content { class, head })
}

fn matches(entry: &Entry, computed: &Entry) -> Result<(), OpenError> {
    if entry == computed {
        Ok(())
    } else {
        Err(OpenError::EntryMismatch)
    }
}
