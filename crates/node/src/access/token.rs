//! Tokens: `chy_` and 256 random bits. What is kept is their SHA-256: nothing slower is needed for what cannot be
//! guessed, and looking the hash up tells nobody how much of a token was right.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use record::hash::Hash;

use crate::clock::Random;

/// How every token begins, so that scanners for leaked secrets find it.
const PREFIX: &str = "chy_";
/// Random bytes of a token.
const BYTES: usize = 32;
/// Characters after the prefix.
const CHARS: usize = 43;

/// A token as its user has it. Nothing prints it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl SecretToken {
    /// Makes a token.
    pub fn make(random: &dyn Random) -> Self {
        Self(format!(
            "{PREFIX}{}",
            URL_SAFE_NO_PAD.encode(random.bytes::<BYTES>())
        ))
    }

    /// Reads one; `None` for what cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        has_shape(text).then(|| Self(text.to_owned()))
    }

    /// The text, for the one time that it is shown.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for SecretToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretToken")
    }
}

/// Whether a text looks like a token.
pub(super) fn has_shape(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == CHARS
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::OsRandom;

    #[test]
    fn a_token_has_its_shape_and_is_not_printed() {
        let token = SecretToken::make(&OsRandom);
        let text = token.expose().to_owned();
        assert_eq!(text.len(), 47);
        assert_eq!(SecretToken::read(&text), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "SecretToken");
        for wrong in [
            "",
            "chy_",
            &text[1..],
            &text[..46],
            &format!("{text}A"),
            &text.replace("chy_", "CHY_"),
        ] {
            assert_eq!(SecretToken::read(wrong), None, "{wrong}");
        }
        assert_ne!(SecretToken::make(&OsRandom).hash(), token.hash());
    }
}
