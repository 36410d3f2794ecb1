//! Names: of keys, of parties, of logs.
//!
//! A host names the party in every format. A key's name says what its only meaning is:
//! `<host>/chancery/<16 hex>` a log, `<host>/chancery/receipt`, `…/witness`, `…/party`
//! (`docs/FORMATS.md` §3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest key name in bytes (`docs/FORMATS.md` §10); a cosigned message has one byte for it.
pub const NAME_BYTES_MAX: usize = 255;

/// The longest host in bytes: an origin, which is longer, must still be a key name.
pub const HOST_BYTES_MAX: usize = NAME_BYTES_MAX - PATH.len() - ORIGIN_DIGITS;

const PATH: &str = "/chancery/";
const ORIGIN_DIGITS: usize = 16;

/// The name of a key, as notes have it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Box<str>);

/// A party: a lower-case host name with an optional port.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(Box<str>);

/// A log: `<host>/chancery/<16 lower-case hexadecimal digits>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    name: KeyName,
    host: Host,
}

/// The one meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Signs the checkpoints of one log.
    Log,
    /// Countersigns what this node durably holds.
    Receipt,
    /// Countersigns what it saw to be consistent.
    Witness,
    /// Signs what the party says of itself.
    Party,
}

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing.
    #[error("an empty name")]
    Empty,
    /// It is too long.
    #[error("a name of {bytes} bytes, the limit is {bytes_max}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit that was passed.
        bytes_max: usize,
    },
    /// It has a Unicode space, a control character or a plus sign.
    #[error("a key name cannot have {0:?}")]
    Character(char),
    /// It is not a lower-case host name with an optional port.
    #[error("{0:?} is not a lower-case host name with an optional port")]
    NotAHost(String),
    /// It is not an origin.
    #[error("{0:?} is not <host>/chancery/<16 lower-case hexadecimal digits>")]
    NotAnOrigin(String),
}

impl KeyName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a key of this name is for, if it is one of ours.
    #[must_use]
    pub fn role(&self) -> Option<(Host, Role)> {
        let (host, last) = self.0.rsplit_once(PATH)?;
        let host = host.parse().ok()?;
        match last {
            "receipt" => Some((host, Role::Receipt)),
            "witness" => Some((host, Role::Witness)),
            "party" => Some((host, Role::Party)),
            digits if is_origin_part(digits) => Some((host, Role::Log)),
            _ => None,
        }
    }
}

fn is_origin_part(digits: &str) -> bool {
    digits.len() == ORIGIN_DIGITS
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl FromStr for KeyName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > NAME_BYTES_MAX {
            return Err(NameError::TooLong {
                bytes: text.len(),
                bytes_max: NAME_BYTES_MAX,
            });
        }
        let refused = |c: &char| c.is_whitespace() || c.is_control() || *c == '+';
        match text.chars().find(refused) {
            Some(c) => Err(NameError::Character(c)),
            None => Ok(Self(text.into())),
        }
    }
}

impl Host {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of this party's key for a role that has one key; a log's name is an [`Origin`].
    #[must_use]
    pub fn receipt_key(&self) -> KeyName {
        self.key("receipt")
    }

    /// The name of this party's witness key.
    #[must_use]
    pub fn witness_key(&self) -> KeyName {
        self.key("witness")
    }

    /// The name of this party's party key.
    #[must_use]
    pub fn party_key(&self) -> KeyName {
        self.key("party")
    }

    fn key(&self, last: &str) -> KeyName {
        KeyName(format!("{}{PATH}{last}", self.0).into())
    }
}

impl FromStr for Host {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > HOST_BYTES_MAX {
            return Err(NameError::TooLong {
                bytes: text.len(),
                bytes_max: HOST_BYTES_MAX,
            });
        }
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (text, None),
        };
        let label = |label: &str| {
            let allowed = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            (1..=63).contains(&label.len())
                && label.bytes().all(allowed)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let port_is_one =
            port.is_none_or(|port| matches!(crate::decimal::parse(port), Some(1..=65535)));
        if name.split('.').all(label) && port_is_one {
            Ok(Self(text.into()))
        } else {
            Err(NameError::NotAHost(text.to_owned()))
        }
    }
}

impl Origin {
    /// The origin of a party's log; the 8 bytes are random and chosen once.
    #[must_use]
    pub fn new(host: &Host, random: [u8; ORIGIN_DIGITS / 2]) -> Self {
        Self {
            name: host.key(&hex::encode(random)),
            host: host.clone(),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }

    /// The name of the log's keys, which is the origin itself.
    #[must_use]
    pub fn key_name(&self) -> &KeyName {
        &self.name
    }

    /// The party whose log it is.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Lower-case hexadecimal SHA-256, which names the log in paths (`docs/FORMATS.md` §7).
    #[must_use]
    pub fn path_hash(&self) -> String {
        crate::hash::Hash::of(self.as_str().as_bytes()).to_hex()
    }
}

impl FromStr for Origin {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::try_from(&text.parse::<KeyName>()?)
    }
}

impl TryFrom<&KeyName> for Origin {
    type Error = NameError;

    fn try_from(name: &KeyName) -> Result<Self, NameError> {
        match name.role() {
            Some((host, Role::Log)) => Ok(Self {
                name: name.clone(),
                host,
            }),
            _ => Err(NameError::NotAnOrigin(name.as_str().to_owned())),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Log => "log",
            Self::Receipt => "receipt",
            Self::Witness => "witness",
            Self::Party => "party",
        })
    }
}

macro_rules! printed_as_text {
    ($($name:ident),*) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )* };
}

printed_as_text!(KeyName, Host, Origin);
