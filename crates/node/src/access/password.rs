//! Passwords: what may be one, and the slow hash that is kept of it (argon2id, RFC 9106).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

use crate::{access::token, clock::Random};

/// Fewest characters of a password (NIST SP 800-63B has 8 for one with a second factor, 15 without; tools that need
/// more than a person's password have tokens).
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Most bytes of a password.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Fewest different characters in a password.
pub const PASSWORD_DIFFERENT_MIN: usize = 5;

/// Memory of one hash, KiB: with the two below the first choice of the OWASP Password Storage Cheat Sheet for argon2id.
pub const ARGON2_MEMORY_KIB: u32 = 19 << 10;
/// Passes over that memory.
pub const ARGON2_PASSES: u32 = 2;
/// Lanes.
pub const ARGON2_LANES: u32 = 1;
/// Bytes of the salt and of the hash.
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// A new password that follows the rules. Nothing prints it.
pub struct NewPassword(String);

/// Why a text may not be a password. None repeats it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error(
        "a password has at least {PASSWORD_CHARS_MIN} characters, this one has {0}; several words make a good one"
    )]
    TooShort(usize),
    /// Too long.
    #[error("a password has {PASSWORD_BYTES_MAX} bytes at most, this one has {0}")]
    TooLong(usize),
    /// Characters that HTTP's Basic scheme cannot carry (RFC 7617 §2).
    #[error("a password has no control characters")]
    Control,
    /// The same few characters again and again.
    #[error(
        "a password has at least {PASSWORD_DIFFERENT_MIN} different characters, this one has {0}"
    )]
    Monotonous(usize),
    /// It has the user's name in it.
    #[error("a password does not contain the user's name")]
    Name,
    /// It would be taken for a token.
    #[error("a password does not look like a token")]
    Token,
}

impl NewPassword {
    /// Takes `text` as the password of `name`, if it may be one.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub fn new(text: String, name: &str) -> Result<Self, PasswordError> {
        if text.len() > PASSWORD_BYTES_MAX {
            return Err(PasswordError::TooLong(text.len()));
        }
        let chars = text.chars().count();
        if chars < PASSWORD_CHARS_MIN {
            return Err(PasswordError::TooShort(chars));
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        let different: std::collections::BTreeSet<char> = text.chars().collect();
        if different.len() < PASSWORD_DIFFERENT_MIN {
            return Err(PasswordError::Monotonous(different.len()));
        }
        // The names of one or two letters are in most passwords.
        if name.len() > 2 && text.to_lowercase().contains(name) {
            return Err(PasswordError::Name);
        }
        if token::has_shape(&text) {
            return Err(PasswordError::Token);
        }
        Ok(Self(text))
    }

    /// Its hash as a PHC string. Takes some tens of milliseconds: not for an async thread.
    ///
    /// # Errors
    /// Words of the hash's.
    pub fn hash(&self, random: &dyn Random) -> Result<String, argon2::password_hash::Error> {
        let salt = random.bytes::<SALT_BYTES>();
        let hash = argon2()?.hash_password_with_salt(self.0.as_bytes(), &salt)?;
        Ok(hash.to_string())
    }
}

/// Whether `password` is what `phc` was made of. Takes some tens of milliseconds, whatever the answer.
pub(super) fn verify(password: &str, phc: &str) -> bool {
    let (Ok(hash), Ok(argon2)) = (PasswordHash::new(phc), argon2()) else {
        return false;
    };
    argon2.verify_password(password.as_bytes(), &hash).is_ok()
}

/// A hash that nobody knows the password of: what is verified for users who have none or are not there, so that they
/// take as long as the others.
pub(super) fn of_nobody(random: &dyn Random) -> String {
    let encode = |bytes: &[u8]| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
    };
    format!(
        "$argon2id$v=19$m={ARGON2_MEMORY_KIB},t={ARGON2_PASSES},p={ARGON2_LANES}${}${}",
        encode(&random.bytes::<SALT_BYTES>()),
        encode(&random.bytes::<HASH_BYTES>())
    )
}

fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(
        ARGON2_MEMORY_KIB,
        ARGON2_PASSES,
        ARGON2_LANES,
        Some(HASH_BYTES),
    )
    .map_err(|_| argon2::password_hash::Error::ParamsInvalid)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::OsRandom;

    #[test]
    fn a_hash_is_argon2id_with_the_named_parameters() {
        let password = NewPassword::new("correct horse battery".to_owned(), "al").unwrap();
        let (one, two) = (
            password.hash(&OsRandom).unwrap(),
            password.hash(&OsRandom).unwrap(),
        );
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two, "the salt is another");
        assert!(verify("correct horse battery", &one));
        assert!(!verify("correct horse batterz", &one));
        assert!(!verify("", &one));
        assert!(!verify("correct horse battery", "no hash"));
        // What nobody knows the password of must be a hash as good as any: it takes as long.
        let nobody = of_nobody(&OsRandom);
        let (real, fake) = (
            PasswordHash::new(&one).unwrap(),
            PasswordHash::new(&nobody).unwrap(),
        );
        assert_eq!(real.algorithm, fake.algorithm);
        assert_eq!(real.params.to_string(), fake.params.to_string());
        assert_eq!(one.len(), nobody.len());
        assert!(!verify("", &nobody));
    }

    #[test]
    fn rules() {
        let refused = |text: &str, name: &str| NewPassword::new(text.to_owned(), name).err();
        assert_eq!(
            refused("elevenchars", "al"),
            Some(PasswordError::TooShort(11))
        );
        assert_eq!(refused("ελληνικάαααα", "al"), None, "characters, not bytes");
        assert_eq!(refused(&"abcdefgh".repeat(128), "al"), None);
        let long = "abcdefgh".repeat(128) + "a";
        assert_eq!(refused(&long, "al"), Some(PasswordError::TooLong(1_025)));
        assert_eq!(
            refused("abcdefgh\nijkl", "al"),
            Some(PasswordError::Control)
        );
        assert_eq!(
            refused("aaaabbbbccccdddd", "al"),
            Some(PasswordError::Monotonous(4))
        );
        assert_eq!(
            refused("my Anders password", "anders"),
            Some(PasswordError::Name)
        );
        let token = token::SecretToken::make(&OsRandom);
        assert_eq!(refused(token.expose(), "al"), Some(PasswordError::Token));
    }
}
