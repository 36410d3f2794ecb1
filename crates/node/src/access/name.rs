//! Names of users.

use std::{fmt, str::FromStr, sync::Arc};

/// The longest name of a user, bytes.
pub const USER_NAME_BYTES_MAX: usize = 64;
/// Who a status belongs to, and who the trail names, when nobody logged in.
pub(super) const ANONYMOUS: &str = "anonymous";
/// Who a status belongs to, and who the trail names, when it is whoever may open the node's directory.
pub const DIRECTORY: &str = "directory";
/// Whom the trail names when it is not known who tried.
pub(super) const UNKNOWN: &str = "unknown";

/// The name of a user: lower-case letters, digits, `.`, `_`, `-` and `@`, beginning with a letter or digit. Cheap to
/// clone. There is one spelling of each, so nobody can be taken for somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(Arc<str>);

/// Why a text is no name of a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserNameError {
    /// It is too long.
    #[error("the name of a user has {0} bytes, the limit is {USER_NAME_BYTES_MAX}")]
    TooLong(usize),
    /// It has other characters, or none.
    #[error(
        "`{0}` is no name for a user, which is lower-case letters, digits, `.`, `_`, `-` and `@`, and begins with a letter or digit"
    )]
    Characters(String),
    /// It means somebody else in the trail.
    #[error("`{0}` is no name for a user: the trail means something else by it")]
    Reserved(String),
}

impl UserName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserName {
    type Err = UserNameError;

    fn from_str(text: &str) -> Result<Self, UserNameError> {
        if text.len() > USER_NAME_BYTES_MAX {
            return Err(UserNameError::TooLong(text.len()));
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins = text.bytes().next().is_some_and(plain);
        let fits = |byte: u8| plain(byte) || matches!(byte, b'.' | b'_' | b'-' | b'@');
        if !begins || !text.bytes().all(fits) {
            return Err(UserNameError::Characters(text.to_owned()));
        }
        if [ANONYMOUS, DIRECTORY, UNKNOWN].contains(&text) {
            return Err(UserNameError::Reserved(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        for good in ["al", "a.lind@cert.example", "0", "open_cti-2"] {
            assert_eq!(good.parse::<UserName>().unwrap().as_str(), good);
        }
        for bad in ["", "Al", ".al", "-al", "a l", "a:b", "al\n", "ål", "a/b"] {
            let refused = bad.parse::<UserName>();
            assert_eq!(refused, Err(UserNameError::Characters(bad.to_owned())));
        }
        for bad in ["anonymous", "directory", "unknown"] {
            let refused = bad.parse::<UserName>();
            assert_eq!(refused, Err(UserNameError::Reserved(bad.to_owned())));
        }
        let long = "a".repeat(65).parse::<UserName>();
        assert_eq!(long, Err(UserNameError::TooLong(65)));
    }
}
