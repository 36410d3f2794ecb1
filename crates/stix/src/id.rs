//! Identifiers: `indicator--<uuid>`, parsed once (STIX 2.1 §2.9, §3.3).
//!
//! The door checks the form only: a type name, two hyphens, and a UUID as RFC 4122 §3 writes it.
//! Which variant and version the UUID has is a judgement about the object, not about the form,
//! and is made by the checker: an object whose producer chose a version 7 UUID is kept under
//! the id it came with.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use uuid::Uuid;

/// Bytes of a UUID in its written form, `8-4-4-4-12`.
pub const UUID_LEN: usize = 36;

/// The longest type name, in characters (STIX 2.1 §3.1).
pub const TYPE_NAME_LEN_MAX: usize = 250;

/// The shortest type name, in characters (STIX 2.1 §3.1).
pub const TYPE_NAME_LEN_MIN: usize = 3;

/// An identifier of a STIX object, exactly as it was written.
///
/// Identifiers are compared octet by octet (STIX 2.1 §3.3, "an exact match").
///
/// ```
/// let id: stix::Id = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".parse()?;
/// assert_eq!(id.type_name(), "indicator");
/// assert_eq!(id.uuid().get_version_num(), 4);
/// # Ok::<(), stix::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Box<str>);

/// A way an identifier can be malformed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// There is no `--` in front of 36 characters of UUID.
    #[error("identifier {0:?} is not a type name, two hyphens and a UUID")]
    Form(String),
    /// What stands before `--` cannot be the name of a type (STIX 2.1 §3.1).
    #[error("identifier {0:?} does not begin with a type name")]
    TypeName(String),
    /// What stands after `--` is not a UUID in the form of RFC 4122 §3.
    #[error("identifier {0:?} does not end with a UUID")]
    Uuid(String),
}

/// [`Id`], borrowed: for those who look at millions of identifiers and keep none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdRef<'a> {
    type_name: &'a str,
    uuid: &'a str,
}

impl<'a> IdRef<'a> {
    /// Splits and checks `text` without keeping it.
    ///
    /// # Errors
    /// [`IdFault`] if `text` is not of the form.
    pub fn parse(text: &'a str) -> Result<Self, IdFault> {
        let bytes = text.as_bytes();
        let Some(at) = bytes.len().checked_sub(UUID_LEN + 2) else {
            return Err(IdFault::Form);
        };
        if at == 0 || !text.is_ascii() || &bytes[at..at + 2] != b"--" {
            return Err(IdFault::Form);
        }
        let (type_name, uuid) = (&text[..at], &text[at + 2..]);
        if !is_type_name(type_name) {
            return Err(IdFault::TypeName);
        }
        if !is_uuid(uuid.as_bytes()) {
            return Err(IdFault::Uuid);
        }
        Ok(Self { type_name, uuid })
    }

    /// The name of the type.
    #[must_use]
    pub fn type_name(self) -> &'a str {
        self.type_name
    }

    /// The text of the UUID.
    #[must_use]
    pub fn uuid(self) -> &'a str {
        self.uuid
    }

    /// The version digit of the UUID, 0 to 15 (RFC 4122 §4.1.3).
    #[must_use]
    pub fn uuid_version(self) -> u8 {
        hex_digit(self.uuid.as_bytes()[14]).unwrap_or(0)
    }

    /// Whether the variant bits are those of RFC 4122 §4.1.1.
    #[must_use]
    pub fn is_rfc4122_variant(self) -> bool {
        hex_digit(self.uuid.as_bytes()[19]).is_some_and(|digit| digit & 0b1100 == 0b1000)
    }
}

/// [`IdError`] without the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFault {
    /// [`IdError::Form`].
    Form,
    /// [`IdError::TypeName`].
    TypeName,
    /// [`IdError::Uuid`].
    Uuid,
}

/// Whether `name` may name a type: lower-case letters, digits and hyphens, a letter first, 3 to
/// 250 characters (STIX 2.1 §3.1).
///
/// A trailing or a doubled hyphen is let pass: the standard does not speak of it.
#[must_use]
pub fn is_type_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    (TYPE_NAME_LEN_MIN..=TYPE_NAME_LEN_MAX).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// Whether `text` has the form `8-4-4-4-12` of hexadecimal digits, of either case on input
/// (RFC 4122 §3).
fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID_LEN
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

impl Id {
    /// Makes the identifier of an object of a type from a UUID.
    ///
    /// # Errors
    /// [`IdError::TypeName`] if `type_name` cannot name a type.
    pub fn new(type_name: &str, uuid: Uuid) -> Result<Self, IdError> {
        if is_type_name(type_name) {
            Ok(Self(format!("{type_name}--{uuid}").into()))
        } else {
            Err(IdError::TypeName(type_name.to_owned()))
        }
    }

    /// The identifier as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the type, which is what stands before `--`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.0[..self.0.len() - UUID_LEN - 2]
    }

    /// The UUID, whose variant and version may be any.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        // `Uuid::parse_str` accepts the one form that the door let in.
        Uuid::parse_str(&self.0[self.0.len() - UUID_LEN..]).unwrap_or_default()
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match IdRef::parse(text) {
            Ok(_) => Ok(Self(text.into())),
            Err(IdFault::Form) => Err(IdError::Form(text.to_owned())),
            Err(IdFault::TypeName) => Err(IdError::TypeName(text.to_owned())),
            Err(IdFault::Uuid) => Err(IdError::Uuid(text.to_owned())),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    fn refused(text: &str) -> IdError {
        text.parse::<Id>().expect_err(text)
    }

    #[test]
    fn keeps_what_was_written() {
        let text = "x-mitre-tactic--8E2E2D2B-17D4-4cbf-938f-98ee46b3cd3f";
        let id: Id = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.type_name(), "x-mitre-tactic");
        assert_eq!(id.uuid(), Uuid::parse_str(UUID).unwrap());
        assert_eq!(
            Id::new("x-mitre-tactic", id.uuid()).unwrap().as_str(),
            text.to_lowercase()
        );
    }

    #[test]
    fn refuses_what_is_not_an_identifier() {
        for text in ["", "--", "indicator", "indicator--1", UUID] {
            assert_eq!(refused(text), IdError::Form(text.to_owned()), "{text}");
        }
        let one_hyphen = format!("indicator-{UUID}");
        assert_eq!(refused(&one_hyphen), IdError::Form(one_hyphen.clone()));
        let no_type = format!("--{UUID}");
        assert_eq!(refused(&no_type), IdError::Form(no_type.clone()));
        let beyond_ascii = format!("indicatör--{UUID}");
        assert_eq!(refused(&beyond_ascii), IdError::Form(beyond_ascii.clone()));
    }

    #[test]
    fn refuses_what_cannot_name_a_type() {
        for name in ["Indicator", "ab", "1ab", "-ab", "a_b", "a b"] {
            let text = format!("{name}--{UUID}");
            assert_eq!(refused(&text), IdError::TypeName(text.clone()), "{text}");
        }
        let longest = format!("{}--{UUID}", "a".repeat(TYPE_NAME_LEN_MAX));
        assert!(longest.parse::<Id>().is_ok());
        let longer = format!("a{longest}");
        assert_eq!(refused(&longer), IdError::TypeName(longer.clone()));
    }

    #[test]
    fn refuses_what_is_no_uuid() {
        for uuid in [
            "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g",
            "8e2e2d2b017d4-4cbf-938f-98ee46b3cd3f",
            "8e2e2d2b-17d404cbf-938f-98ee46b3cd3f",
        ] {
            let text = format!("indicator--{uuid}");
            assert_eq!(refused(&text), IdError::Uuid(text.clone()), "{text}");
        }
    }
}
