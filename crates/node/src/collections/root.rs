//! The names of API roots: one segment of a path.

use std::{fmt, str::FromStr};

use record::hash::Hash;

use crate::{collections::LOCAL_ROOT, directory::TrackEntry};

/// The longest name of an API root, bytes.
pub const ROOT_NAME_BYTES_MAX: usize = 64;

/// The name of an API root: lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootName(Box<str>);

/// Why a text is no name of an API root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootNameError {
    /// It is too long.
    #[error("the name of an API root has {0} bytes, the limit is {ROOT_NAME_BYTES_MAX}")]
    TooLong(usize),
    /// It has other characters, or none.
    #[error(
        "`{0}` is no name for an API root, which is lower-case letters, digits and single hyphens"
    )]
    Characters(String),
}

impl RootName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a track is when nothing else is set: `local` for a private one, the slug of the dialogue's name for the
    /// others. A name without a letter that a path can have becomes `dialogue-` and a part of a hash.
    pub fn of_track(track: &TrackEntry) -> Self {
        if track.terms.parties().len() == 1 {
            return Self(LOCAL_ROOT.into());
        }
        let mut slug = String::new();
        for c in track.dialogue_name.to_lowercase().chars() {
            if slug.len() == ROOT_NAME_BYTES_MAX {
                break;
            }
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            let hash = Hash::of(track.dialogue.as_bytes());
            return Self(format!("dialogue-{}", hex::encode(&hash.as_bytes()[..4])).into());
        }
        Self(slug.into())
    }
}

impl fmt::Display for RootName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RootName {
    type Err = RootNameError;

    fn from_str(text: &str) -> Result<Self, RootNameError> {
        if text.len() > ROOT_NAME_BYTES_MAX {
            return Err(RootNameError::TooLong(text.len()));
        }
        let part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !text.split('-').all(part) {
            return Err(RootNameError::Characters(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_of_a_path() {
        for good in ["local", "alpha-beta", "a", "1", &"a".repeat(64)] {
            assert_eq!(good.parse::<RootName>().unwrap().as_str(), good);
        }
        for bad in [
            "", "-", "a-", "-a", "a--b", "A", "a/b", "a.b", "ä", "a b", "%2e",
        ] {
            assert_eq!(
                bad.parse::<RootName>(),
                Err(RootNameError::Characters(bad.to_owned()))
            );
        }
        assert_eq!(
            "a".repeat(65).parse::<RootName>(),
            Err(RootNameError::TooLong(65))
        );
    }
}
