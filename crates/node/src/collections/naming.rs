//! Ids and aliases of collections.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use record::hash::Hash;
use uuid::Uuid;

use crate::{
    collections::{CollectionSettings, RootName},
    directory::TrackEntry,
};

/// The longest alias, bytes.
pub const ALIAS_BYTES_MAX: usize = 128;
/// What is hashed before the charter's id, so that no other hash of ours is an id.
const ID_DOMAIN: &str = "chancery/collection/v1";

/// The id of the collection that a track is: the first 16 bytes of
/// `SHA-256("chancery/collection/v1" || 0x00 || charter id || 0x00 || track name)` in the form of a UUID of version 4.
/// Every node of the dialogue computes the same.
pub fn collection_id(charter_id: &str, track: &str) -> Uuid {
    let hash = Hash::of(format!("{ID_DOMAIN}\0{charter_id}\0{track}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// What a collection may be called in URLs instead of its id: letters, digits, `-`, `_` and `.`, and no UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alias(Box<str>);

/// Why a text is no alias.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// It is too long.
    #[error("an alias has {0} bytes, the limit is {ALIAS_BYTES_MAX}")]
    TooLong(usize),
    /// It has other characters, or none, or only dots.
    #[error("`{0}` is no alias, which is letters, digits, hyphens, underscores and dots")]
    Characters(String),
    /// It reads as an id.
    #[error("`{0}` is no alias: it would be taken for the id of a collection")]
    Id(String),
}

impl Alias {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Alias {
    type Err = AliasError;

    fn from_str(text: &str) -> Result<Self, AliasError> {
        if text.len() > ALIAS_BYTES_MAX {
            return Err(AliasError::TooLong(text.len()));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !text.bytes().all(fits) || text.bytes().all(|byte| byte == b'.') {
            return Err(AliasError::Characters(text.to_owned()));
        }
        if Uuid::try_parse(text).is_ok() {
            return Err(AliasError::Id(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

/// A track on its way to be a collection.
pub(super) type Placed = (Uuid, Arc<TrackEntry>, RootName, CollectionSettings);

/// The alias of each: first those that were set, then the tracks' names, as far as they are free in the root. Older
/// tracks come first.
pub(super) fn aliases(placed: &[Placed]) -> Vec<Option<String>> {
    let mut taken: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut aliases = vec![None; placed.len()];
    for ((_, _, root, set), alias) in placed.iter().zip(&mut aliases) {
        if let Some(wanted) = &set.alias
            && taken.insert((root.as_str(), wanted.as_str()))
        {
            *alias = Some(wanted.to_string());
        }
    }
    for ((_, track, root, set), alias) in placed.iter().zip(&mut aliases) {
        let name = track.terms.name().as_str();
        // A track's name can be written as a UUID is, and ids come first.
        if set.alias.is_none()
            && Uuid::try_parse(name).is_err()
            && taken.insert((root.as_str(), name))
        {
            *alias = Some(name.to_owned());
        }
    }
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_for_ever() {
        let id = collection_id(
            "dialogue-charter--00000000-0000-4000-8000-000000000000",
            "cyber",
        );
        assert_eq!(id.get_version_num(), 4);
        insta::assert_snapshot!(id, @"61dd97b0-0a10-4be9-b26c-64d04aaa1d1f");
        let others = [
            collection_id(
                "dialogue-charter--00000000-0000-4000-8000-000000000001",
                "cyber",
            ),
            collection_id(
                "dialogue-charter--00000000-0000-4000-8000-000000000000",
                "cybe",
            ),
        ];
        assert!(!others.contains(&id));
    }

    #[test]
    fn an_alias_is_no_id_and_no_way_up() {
        for good in ["cyber", "IOCs_2026.v1", "0"] {
            assert_eq!(good.parse::<Alias>().unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", "a/b", "a b", "ä", "a%2fb", "a\n"] {
            assert_eq!(
                bad.parse::<Alias>(),
                Err(AliasError::Characters(bad.to_owned()))
            );
        }
        let id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
        for id in [id.to_owned(), id.to_uppercase(), id.replace('-', "")] {
            assert_eq!(id.parse::<Alias>(), Err(AliasError::Id(id.clone())));
        }
        assert_eq!(
            "a".repeat(129).parse::<Alias>(),
            Err(AliasError::TooLong(129))
        );
    }
}
