//! STIX identifiers: `<type>--<uuid>` (STIX 2.1 §2.9).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use uuid::Uuid;

/// Longest STIX type name, in bytes (STIX 2.1 §2.8 allows 3 to 250 characters).
pub const TYPE_BYTES_MAX: usize = 250;
const TYPE_BYTES_MIN: usize = 3;
const SEPARATOR: &str = "--";

/// The identifier of a STIX object, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

/// Why a text is not a STIX identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// There is no `--` between a type and a UUID.
    #[error("identifier {0:?} has no -- between its type and its uuid")]
    Separator(Box<str>),
    /// The type name is too short, too long or has characters that a type name has not.
    #[error(
        "identifier has the type {0:?}, a type is 3 to 250 lower-case letters, digits and hyphens"
    )]
    Type(Box<str>),
    /// What follows is not a UUID of 36 lower-case characters.
    #[error("identifier ends in {0:?}, which is not a lower-case uuid of 36 characters")]
    Uuid(Box<str>),
}

impl Id {
    /// The identifier of an object of `type_name`, which the caller knows to be a type name.
    pub(crate) fn new(type_name: &'static str, uuid: Uuid) -> Self {
        Self(format!("{type_name}{SEPARATOR}{uuid}").into())
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The type of the object that it names.
    pub fn type_name(&self) -> &str {
        self.0
            .split_once(SEPARATOR)
            .map_or("", |(type_name, _)| type_name)
    }
}

impl FromStr for Id {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (type_name, uuid) = text
            .split_once(SEPARATOR)
            .ok_or_else(|| IdError::Separator(text.into()))?;
        let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !(TYPE_BYTES_MIN..=TYPE_BYTES_MAX).contains(&type_name.len())
            || !type_name.bytes().all(allowed)
        {
            return Err(IdError::Type(type_name.into()));
        }
        // The crate reads several spellings; only the one it prints is an identifier's.
        match Uuid::try_parse(uuid) {
            Ok(parsed) if parsed.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == uuid => {
                Ok(Self(text.into()))
            }
            _ => Err(IdError::Uuid(uuid.into())),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "7f1b52a4-5a93-41b7-a19f-597aa76cfa29";

    #[track_caller]
    fn check(input: &str, expected: Result<&str, IdError>) {
        let type_name = input.parse::<Id>().map(|id| id.type_name().to_owned());
        assert_eq!(type_name, expected.map(str::to_owned));
    }

    #[test]
    fn an_id_is_a_type_and_a_uuid() {
        check(&format!("identity--{UUID}"), Ok("identity"));
        check(&format!("x-my-type--{UUID}"), Ok("x-my-type"));
        check("identity", Err(IdError::Separator("identity".into())));
        check(&format!("id--{UUID}"), Err(IdError::Type("id".into())));
        check(
            &format!("Identity--{UUID}"),
            Err(IdError::Type("Identity".into())),
        );
        let simple = UUID.replace('-', "");
        check(
            &format!("identity--{simple}"),
            Err(IdError::Uuid(simple.into())),
        );
        let upper = UUID.to_uppercase();
        check(
            &format!("identity--{upper}"),
            Err(IdError::Uuid(upper.into())),
        );
        check("identity--", Err(IdError::Uuid("".into())));
    }
}
