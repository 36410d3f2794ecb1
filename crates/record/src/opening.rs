//! Openings: what discloses an entry, up to a level (`docs/FORMATS.md` §2).
//!
//! ```text
//! version u8 = 1
//! level   u8   0 withheld, 1 class, 2 head, 3 content
//! level 1: class u8 || salt_e[32] || head_c[32]
//! level 2: class u8 || salt_e[32] || salt_h[32] || u32 length || head
//! level 3: level 2 || salt_c[32]
//! ```

mod open;

pub use open::{OpenError, Opened, Place, open};

use std::fmt;

use json::Canonical;

use crate::entry::{Class, Entry, Salts, commit_head};
use crate::hash::{HASH_BYTES, Hash};
use crate::head::HEAD_BYTES_MAX;

/// The longest opening in bytes.
pub const OPENING_BYTES_MAX: usize = 3 + 3 * HASH_BYTES + size_of::<u32>() + HEAD_BYTES_MAX;

const VERSION: u8 = 1;

type Salt = [u8; HASH_BYTES];

/// How much of an entry is disclosed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// That it exists.
    Withheld = 0,
    /// Of which class it is.
    Class = 1,
    /// What its head says.
    Head = 2,
    /// What its content is.
    Content = 3,
}

/// The salts, and what they hide, of one entry up to a level. Never shown in full: who has the salts can
/// tell what an entry is.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening(Disclosed);

#[derive(Clone, PartialEq, Eq)]
enum Disclosed {
    Withheld,
    Class {
        class: Class,
        salt_e: Salt,
        head: Hash,
    },
    Head(Box<HeadDisclosed>),
    Content(Box<HeadDisclosed>, Salt),
}

#[derive(Clone, PartialEq, Eq)]
struct HeadDisclosed {
    class: Class,
    salt_e: Salt,
    salt_h: Salt,
    head: Vec<u8>,
}

/// Why bytes are no opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// They end too soon.
    #[error("the opening is cut short")]
    Short,
    /// Something follows.
    #[error("{0} bytes follow the opening")]
    Trailing(usize),
    /// The version is another.
    #[error("an opening of version {0}, known is {VERSION}")]
    Version(u8),
    /// The level is none.
    #[error("an opening of level {0}, there are 0 to 3")]
    Level(u8),
    /// The class is none.
    #[error("class {0} is not known")]
    Class(u8),
    /// The head is too long.
    #[error("a head of {bytes} bytes, the limit is {HEAD_BYTES_MAX}")]
    HeadTooLarge {
        /// Its length.
        bytes: usize,
    },
    /// An opening cannot disclose more than it holds.
    #[error("an opening of level {from:?} cannot give level {to:?}")]
    LevelTooLow {
        /// What it discloses.
        from: Level,
        /// What was asked for.
        to: Level,
    },
}

impl Level {
    /// All of them, from nothing to everything.
    pub const ALL: [Self; 4] = [Self::Withheld, Self::Class, Self::Head, Self::Content];

    /// The byte for it.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        self as u8
    }

    /// The level of a byte.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}

impl Opening {
    /// Discloses nothing.
    #[must_use]
    pub const fn withheld() -> Self {
        Self(Disclosed::Withheld)
    }

    /// Discloses everything.
    pub(crate) fn content(class: Class, salts: &Salts, head: Canonical) -> Self {
        let (salt_e, salt_h) = (salts.entry, salts.head);
        let head = HeadDisclosed {
            class,
            salt_e,
            salt_h,
            head: head.into_bytes(),
        };
        Self(Disclosed::Content(Box::new(head), salts.content))
    }

    /// How much it discloses.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self.0 {
            Disclosed::Withheld => Level::Withheld,
            Disclosed::Class { .. } => Level::Class,
            Disclosed::Head(_) => Level::Head,
            Disclosed::Content(..) => Level::Content,
        }
    }

    /// The class it claims; a claim until [`open`] has checked it.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        match &self.0 {
            Disclosed::Withheld => None,
            Disclosed::Class { class, .. } => Some(*class),
            Disclosed::Head(head) | Disclosed::Content(head, _) => Some(head.class),
        }
    }

    /// The bytes of the head it claims; a claim until [`open`] has checked it.
    #[must_use]
    pub fn head(&self) -> Option<&[u8]> {
        match &self.0 {
            Disclosed::Withheld | Disclosed::Class { .. } => None,
            Disclosed::Head(head) | Disclosed::Content(head, _) => Some(&head.head),
        }
    }

    /// An opening that discloses no more than that level.
    ///
    /// # Errors
    /// [`OpeningError::LevelTooLow`] when this one does not disclose as much.
    pub fn reduced_to(&self, level: Level) -> Result<Self, OpeningError> {
        if level > self.level() {
            return Err(OpeningError::LevelTooLow {
                from: self.level(),
                to: level,
            });
        }
        let reduced = match (level, &self.0) {
            (Level::Withheld, _) => Disclosed::Withheld,
            (Level::Class, Disclosed::Head(inner) | Disclosed::Content(inner, _)) => {
                let HeadDisclosed {
                    class,
                    salt_e,
                    salt_h,
                    head,
                } = &**inner;
                let head = commit_head(salt_h, head);
                Disclosed::Class {
                    class: *class,
                    salt_e: *salt_e,
                    head,
                }
            }
            (Level::Head, Disclosed::Content(head, _)) => Disclosed::Head(head.clone()),
            (_, same) => same.clone(),
        };
        Ok(Self(reduced))
    }

    /// What an absence proof carries for the entry: class, salt and commitment to the head.
    pub(crate) fn class_parts(&self) -> Option<(Class, Salt, Hash)> {
        match &self.0 {
            Disclosed::Withheld => None,
            Disclosed::Class {
                class,
                salt_e,
                head,
            } => Some((*class, *salt_e, *head)),
            Disclosed::Head(head) | Disclosed::Content(head, _) => Some((
                head.class,
                head.salt_e,
                commit_head(&head.salt_h, &head.head),
            )),
        }
    }

    /// The entry that this opens, unless it discloses nothing.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        let (class, salt, head) = self.class_parts()?;
        Some(Entry::commit(&salt, class, &head))
    }

    /// Length of its encoding in bytes.
    #[must_use]
    pub fn encoded_bytes(&self) -> usize {
        2 + match &self.0 {
            Disclosed::Withheld => 0,
            Disclosed::Class { .. } => 1 + 2 * HASH_BYTES,
            Disclosed::Head(head) => head.encoded_bytes(),
            Disclosed::Content(head, _) => head.encoded_bytes() + HASH_BYTES,
        }
    }

    /// Appends the encoding.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[VERSION, self.level().to_byte()]);
        match &self.0 {
            Disclosed::Withheld => {}
            Disclosed::Class {
                class,
                salt_e,
                head,
            } => {
                out.push(class.to_byte());
                out.extend_from_slice(salt_e);
                out.extend_from_slice(head.as_bytes());
            }
            Disclosed::Head(head) => head.encode_into(out),
            Disclosed::Content(head, salt_c) => {
                head.encode_into(out);
                out.extend_from_slice(salt_c);
            }
        }
    }

    /// The encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.encoded_bytes());
        self.encode_into(&mut out);
        out
    }

    /// Reads an encoding. The head is not looked into before [`open`].
    ///
    /// # Errors
    /// [`OpeningError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, OpeningError> {
        let mut rest = bytes;
        let [version, level] = take(&mut rest)?;
        if version != VERSION {
            return Err(OpeningError::Version(version));
        }
        let disclosed = match Level::from_byte(level).ok_or(OpeningError::Level(level))? {
            Level::Withheld => Disclosed::Withheld,
            Level::Class => Disclosed::Class {
                class: take_class(&mut rest)?,
                salt_e: take(&mut rest)?,
                head: Hash::new(take(&mut rest)?),
            },
            Level::Head => Disclosed::Head(Box::new(HeadDisclosed::take(&mut rest)?)),
            Level::Content => {
                let head = Box::new(HeadDisclosed::take(&mut rest)?);
                Disclosed::Content(head, take(&mut rest)?)
            }
        };
        match rest.len() {
            0 => Ok(Self(disclosed)),
            more => Err(OpeningError::Trailing(more)),
        }
    }
}

impl HeadDisclosed {
    fn encoded_bytes(&self) -> usize {
        1 + 2 * HASH_BYTES + size_of::<u32>() + self.head.len()
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        out.push(self.class.to_byte());
        out.extend_from_slice(&self.salt_e);
        out.extend_from_slice(&self.salt_h);
        let len = u32::try_from(self.head.len()).expect("a head has at most 64 KiB");
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(&self.head);
    }

    fn take(rest: &mut &[u8]) -> Result<Self, OpeningError> {
        let class = take_class(rest)?;
        let (salt_e, salt_h) = (take(rest)?, take(rest)?);
        let bytes = u32::from_be_bytes(take(rest)?) as usize;
        if bytes > HEAD_BYTES_MAX {
            return Err(OpeningError::HeadTooLarge { bytes });
        }
        let (head, after) = rest.split_at_checked(bytes).ok_or(OpeningError::Short)?;
        *rest = after;
        Ok(Self {
            class,
            salt_e,
            salt_h,
            head: head.to_vec(),
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], OpeningError> {
    let (taken, after) = rest.split_first_chunk().ok_or(OpeningError::Short)?;
    *rest = after;
    Ok(*taken)
}

fn take_class(rest: &mut &[u8]) -> Result<Class, OpeningError> {
    let [byte] = take(rest)?;
    Class::from_byte(byte).ok_or(OpeningError::Class(byte))
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({:?})", self.level())
    }
}
