//! Entries: what one leaf commits to, and the exact bytes that are hashed (`docs/FORMATS.md` §2).
//!
//! ```text
//! content_c = SHA-256("chancery/content/v1\0" || salt_c[32] || content)
//! head_c    = SHA-256("chancery/head/v1\0"    || salt_h[32] || head)
//! entry     = 0x01 || SHA-256("chancery/entry/v1\0" || salt_e[32] || class[1] || head_c)
//! leaf      = SHA-256(0x00 || entry)
//! ```

use std::fmt;

use crate::hash::{HASH_BYTES, Hash};
use crate::head::{Head, HeadDraft, HeadError};
use crate::opening::Opening;
use crate::tree;

/// Bytes of an [`Entry`].
pub const ENTRY_BYTES: usize = 33;

/// The version byte an entry begins with.
const ENTRY_VERSION: u8 = 1;

/// A leaf: the salted commitment to one item. Equal for nobody who does not hold the salts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry([u8; ENTRY_BYTES]);

/// Bytes are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The length is wrong.
    #[error("an entry of {0} bytes, it must have {ENTRY_BYTES}")]
    Length(usize),
    /// The version is another.
    #[error("an entry of version {0}, known is {ENTRY_VERSION}")]
    Version(u8),
}

impl Entry {
    /// Reads the 33 bytes.
    ///
    /// # Errors
    /// [`EntryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let entry: [u8; ENTRY_BYTES] = bytes
            .try_into()
            .map_err(|_| EntryError::Length(bytes.len()))?;
        if entry[0] != ENTRY_VERSION {
            return Err(EntryError::Version(entry[0]));
        }
        Ok(Self(entry))
    }

    /// The 33 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; ENTRY_BYTES] {
        &self.0
    }

    /// The hash of this leaf.
    #[must_use]
    pub fn leaf_hash(&self) -> Hash {
        tree::leaf_hash(&self.0)
    }

    /// The commitment to a class and a head.
    #[must_use]
    pub fn commit(salt: &[u8; HASH_BYTES], class: Class, head: &Hash) -> Self {
        let hash = Hash::of_parts(&[
            b"chancery/entry/v1\0",
            salt,
            &[class.to_byte()],
            head.as_bytes(),
        ]);
        let mut entry = [ENTRY_VERSION; ENTRY_BYTES];
        entry[1..].copy_from_slice(hash.as_bytes());
        Self(entry)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({})", hex::encode(self.0))
    }
}

/// The commitment to a head's canonical bytes.
#[must_use]
pub fn commit_head(salt: &[u8; HASH_BYTES], head: &[u8]) -> Hash {
    Hash::of_parts(&[b"chancery/head/v1\0", salt, head])
}

/// The commitment to a content.
#[must_use]
pub fn commit_content(salt: &[u8; HASH_BYTES], content: &[u8]) -> Hash {
    Hash::of_parts(&[b"chancery/content/v1\0", salt, content])
}

/// What kind of item an entry is; hidden in the log, disclosed with the first level of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Class {
    /// Filler.
    Filler = 0,
    /// Charter, keys, receipts, release, track state.
    Control = 1,
    /// Everything that is not an act.
    Information = 2,
    /// A question.
    Inquiry = 3,
    /// An answer.
    Answer = 4,
    /// A proposal or an agreement.
    Proposal = 5,
    /// A meeting or a readout.
    Meeting = 6,
    /// A notice.
    Notice = 7,
    /// Opened later.
    Sealed = 8,
    /// A statement.
    Statement = 9,
    /// A commitment.
    Commitment = 10,
    /// A step or an attest.
    Step = 11,
    /// A ping or a signal.
    Ping = 12,
}

impl Class {
    /// All of them, in the order of their bytes.
    pub const ALL: [Self; 13] = [
        Self::Filler,
        Self::Control,
        Self::Information,
        Self::Inquiry,
        Self::Answer,
        Self::Proposal,
        Self::Meeting,
        Self::Notice,
        Self::Sealed,
        Self::Statement,
        Self::Commitment,
        Self::Step,
        Self::Ping,
    ];

    /// The byte that is hashed.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self as u8
    }

    /// The class of a byte; `None` beyond the last one.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filler => "filler",
            Self::Control => "control",
            Self::Information => "information",
            Self::Inquiry => "inquiry",
            Self::Answer => "answer",
            Self::Proposal => "proposal or agreement",
            Self::Meeting => "meeting or readout",
            Self::Notice => "notice",
            Self::Sealed => "sealed",
            Self::Statement => "statement",
            Self::Commitment => "commitment",
            Self::Step => "step or attest",
            Self::Ping => "ping or signal",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Three times 32 fresh random bytes, one for each level that can be disclosed. Destroying them erases
/// the item without touching the tree, so they are never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salts {
    /// Hides the class.
    pub entry: [u8; HASH_BYTES],
    /// Hides the head.
    pub head: [u8; HASH_BYTES],
    /// Hides the content.
    pub content: [u8; HASH_BYTES],
}

impl Salts {
    /// Cuts 96 bytes from a cryptographic random number generator.
    #[must_use]
    pub fn from_random(random: &[u8; 3 * HASH_BYTES]) -> Self {
        let part = |at: usize| {
            let mut salt = [0; HASH_BYTES];
            salt.copy_from_slice(&random[at * HASH_BYTES..(at + 1) * HASH_BYTES]);
            salt
        };
        Self {
            entry: part(0),
            head: part(1),
            content: part(2),
        }
    }
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salts(…)")
    }
}

/// An item that is ready for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The leaf.
    pub entry: Entry,
    /// What opens it, at the level of the content.
    pub opening: Opening,
    /// The commitment to the content, under which it is fetched alone.
    pub content_commitment: Hash,
}

/// Seals an item: three commitments, one inside the other.
///
/// # Errors
/// [`HeadError`] when the head cannot be built.
pub fn seal(
    draft: &HeadDraft<'_>,
    class: Class,
    content: &[u8],
    salts: &Salts,
) -> Result<Sealed, HeadError> {
    let content_commitment = commit_content(&salts.content, content);
    let head = Head::encode(draft, &content_commitment, content.len())?;
    let entry = Entry::commit(
        &salts.entry,
        class,
        &commit_head(&salts.head, head.as_bytes()),
    );
    let opening = Opening::content(class, salts, head);
    Ok(Sealed {
        entry,
        opening,
        content_commitment,
    })
}
