//! The names of a dialogue: parties, tracks, offices and logs (`docs/FORMATS.md` §3, §4, §6).
//!
//! Each is parsed once and cheap to clone, because every item that is folded carries three of them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Longest party host, in bytes: an origin (`<host>/chancery/<16 hex>`) is at most 255.
pub const HOST_BYTES_MAX: usize = 255 - ORIGIN_MIDDLE.len() - ORIGIN_RANDOM_BYTES;
/// Longest label of a host, in bytes (RFC 1035 §2.3.4).
pub const HOST_LABEL_BYTES_MAX: usize = 63;
/// Longest track name and office id, in bytes.
pub const SLUG_BYTES_MAX: usize = 64;

const ORIGIN_MIDDLE: &str = "/chancery/";
const ORIGIN_RANDOM_BYTES: usize = 16;

/// Why a text is not the name that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is nothing.
    #[error("a name is empty")]
    Empty,
    /// It is too long.
    #[error("name is {bytes} bytes, the limit is {max}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A character that is not allowed in this kind of name.
    #[error("name has {found:?} at byte {at}, allowed are lower-case letters, digits and -")]
    Character {
        /// The character.
        found: char,
        /// Where it starts, in bytes.
        at: usize,
    },
    /// A hyphen at the start or end of a name or label, or two together in a slug.
    #[error("name {0:?} has a hyphen out of place")]
    Hyphen(Box<str>),
    /// A label of a host is empty or too long.
    #[error("host has a label of {bytes} bytes, allowed are 1 to {HOST_LABEL_BYTES_MAX}")]
    Label {
        /// Its length in bytes.
        bytes: usize,
    },
    /// What follows the colon of a host is not a port as a program prints it.
    #[error("{0:?} is not a port from 1 to 65535 without leading zeros")]
    Port(Box<str>),
    /// An origin without `/chancery/` or without sixteen lower-case hexadecimal digits after it.
    #[error("origin {0:?} is not <host>/chancery/<16 lower-case hexadecimal digits>")]
    Origin(Box<str>),
}

/// A party, named by the host of its node: lower-case, with an optional `:port`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyId(Arc<str>);

/// The name of a track in its dialogue: lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackName(Arc<str>);

/// The id of an office in its party's card: lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeId(Arc<str>);

/// The origin of a log: `<host>/chancery/<16 lower-case hexadecimal digits>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Arc<str>);

impl Origin {
    /// The host in this origin: the party whose log it is.
    pub fn host(&self) -> &str {
        // The constructor found the separator, so there is something before it.
        self.0.split('/').next().unwrap_or_default()
    }
}

impl FromStr for PartyId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        check_host(text)?;
        Ok(Self(text.into()))
    }
}

impl FromStr for TrackName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        check_slug(text)?;
        Ok(Self(text.into()))
    }
}

impl FromStr for OfficeId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        check_slug(text)?;
        Ok(Self(text.into()))
    }
}

impl FromStr for Origin {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (host, random) = text
            .split_once(ORIGIN_MIDDLE)
            .ok_or_else(|| NameError::Origin(text.into()))?;
        check_host(host)?;
        let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if random.len() != ORIGIN_RANDOM_BYTES || !random.bytes().all(is_hex) {
            return Err(NameError::Origin(text.into()));
        }
        Ok(Self(text.into()))
    }
}

macro_rules! reads_as_text {
    ($($name:ty),*) => {$(
        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    )*};
}
reads_as_text!(PartyId, TrackName, OfficeId, Origin);

fn check_length(text: &str, max: usize) -> Result<(), NameError> {
    match text.len() {
        0 => Err(NameError::Empty),
        bytes if bytes > max => Err(NameError::TooLong { bytes, max }),
        _ => Ok(()),
    }
}

fn check_characters(text: &str, also: char) -> Result<(), NameError> {
    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-') || c == also;
    match text.char_indices().find(|(_, c)| !allowed(*c)) {
        Some((at, found)) => Err(NameError::Character { found, at }),
        None => Ok(()),
    }
}

fn check_slug(text: &str) -> Result<(), NameError> {
    check_length(text, SLUG_BYTES_MAX)?;
    check_characters(text, '-')?;
    if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
        return Err(NameError::Hyphen(text.into()));
    }
    Ok(())
}

fn check_host(text: &str) -> Result<(), NameError> {
    check_length(text, HOST_BYTES_MAX)?;
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    check_characters(host, '.')?;
    for label in host.split('.') {
        if label.is_empty() || label.len() > HOST_LABEL_BYTES_MAX {
            return Err(NameError::Label { bytes: label.len() });
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(NameError::Hyphen(label.into()));
        }
    }
    if let Some(port) = port {
        // Comparing with what a program prints refuses signs, spaces and leading zeros.
        match port.parse::<u16>() {
            Ok(number) if number > 0 && number.to_string() == port => {}
            _ => return Err(NameError::Port(port.into())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_party(input: &str, expected: Result<(), NameError>) {
        match (input.parse::<PartyId>(), expected) {
            (Ok(party), Ok(())) => assert_eq!(party.as_str(), input),
            (Err(found), Err(expected)) => assert_eq!(found, expected),
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_host_is_lower_case_labels_and_a_port() {
        check_party("a.example", Ok(()));
        check_party("localhost:6001", Ok(()));
        check_party("127.0.0.1:1", Ok(()));
        check_party("", Err(NameError::Empty));
        check_party("A.example", Err(NameError::Character { found: 'A', at: 0 }));
        check_party(
            "a.example/x",
            Err(NameError::Character { found: '/', at: 9 }),
        );
        check_party("a..example", Err(NameError::Label { bytes: 0 }));
        check_party(&"x".repeat(64), Err(NameError::Label { bytes: 64 }));
        check_party(
            &"x".repeat(230),
            Err(NameError::TooLong {
                bytes: 230,
                max: 229,
            }),
        );
        check_party("-a.example", Err(NameError::Hyphen("-a".into())));
        for port in ["", "0", "065", "+1", "65536", "1:2"] {
            check_party(
                &format!("a.example:{port}"),
                Err(NameError::Port(port.into())),
            );
        }
    }

    #[test]
    fn a_track_and_an_office_are_slugs() {
        let check = |input: &str, expected: Result<(), NameError>| {
            assert_eq!(
                input.parse::<TrackName>().map(|_| ()),
                expected,
                "{input:?}"
            );
            assert_eq!(input.parse::<OfficeId>().map(|_| ()), expected, "{input:?}");
        };
        check("cyber-2", Ok(()));
        check("", Err(NameError::Empty));
        check(
            "cyber track",
            Err(NameError::Character { found: ' ', at: 5 }),
        );
        check("Cyber", Err(NameError::Character { found: 'C', at: 0 }));
        check("cyber-", Err(NameError::Hyphen("cyber-".into())));
        check("a--b", Err(NameError::Hyphen("a--b".into())));
        check(
            &"x".repeat(65),
            Err(NameError::TooLong { bytes: 65, max: 64 }),
        );
    }

    #[test]
    fn an_origin_names_its_host() {
        let origin: Origin = "a.example:81/chancery/0123456789abcdef".parse().unwrap();
        assert_eq!(origin.host(), "a.example:81");
        for bad in [
            "a.example",
            "a.example/chancery/0123456789abcde",
            "a.example/chancery/0123456789ABCDEF",
            "a.example/chancery/0123456789abcdef/",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(NameError::Origin(bad.into())));
        }
        assert_eq!(
            "/chancery/0123456789abcdef".parse::<Origin>(),
            Err(NameError::Empty)
        );
    }
}
