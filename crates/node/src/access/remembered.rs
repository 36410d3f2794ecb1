//! Logins that were right a moment ago: a password costs its slow hash once, not once a request.
//!
//! What is kept is a hash under a key of this process, never the password. The user's own password hash is part of
//! what is hashed, so a new password makes every login with the old one unknown; whether the user may log in at all is
//! looked up each time.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use aws_lc_rs::hmac;
use jiff::Timestamp;

use crate::{access::lock, clock::Random};

/// How long a login is remembered.
pub const LOGIN_REMEMBERED: Duration = Duration::from_secs(600);
/// Most logins that are remembered at once.
pub const LOGINS_REMEMBERED_MAX: usize = 10_000;

/// What stands for a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LoginKey([u8; 32]);

/// The logins that are remembered.
pub(super) struct Remembered {
    key: hmac::Key,
    logins: Mutex<HashMap<LoginKey, Timestamp>>,
}

impl Remembered {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &random.bytes::<32>()),
            logins: Mutex::default(),
        }
    }

    /// What stands for a login of `name` with `password`, while the user's hash is `phc`.
    pub(super) fn key(&self, name: &str, password: &str, phc: &str) -> LoginKey {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [name, phc, password] {
            // With its length before it, no part can be taken for another.
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.sign().as_ref());
        LoginKey(key)
    }

    /// Whether it was right a moment ago.
    pub(super) fn knows(&self, login: &LoginKey, now: Timestamp) -> bool {
        lock(&self.logins)
            .get(login)
            .is_some_and(|since| is_fresh(*since, now))
    }

    /// It was right.
    pub(super) fn remember(&self, login: LoginKey, now: Timestamp) {
        let mut logins = lock(&self.logins);
        if logins.len() >= LOGINS_REMEMBERED_MAX {
            logins.retain(|_, since| is_fresh(*since, now));
        }
        if logins.len() >= LOGINS_REMEMBERED_MAX {
            // They log in again; that is slower and nothing worse.
            logins.clear();
        }
        logins.insert(login, now);
    }
}

/// A time to come, after a clock went back, is not believed.
fn is_fresh(since: Timestamp, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(since)).is_ok_and(|age| age < LOGIN_REMEMBERED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::OsRandom;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_login_is_known_for_some_minutes() {
        let remembered = Remembered::new(&OsRandom);
        let key = remembered.key("al", "password", "hash");
        assert!(!remembered.knows(&key, at(0)));
        remembered.remember(key, at(0));
        assert!(remembered.knows(&key, at(599)));
        assert!(!remembered.knows(&key, at(600)));
        assert!(!remembered.knows(&key, at(-1)), "the clock went back");
        for other in [
            remembered.key("al", "passwore", "hash"),
            remembered.key("bo", "password", "hash"),
            remembered.key("al", "password", "new hash"),
            remembered.key("alp", "assword", "hash"),
            remembered.key("al", "hpassword", "has"),
            Remembered::new(&OsRandom).key("al", "password", "hash"),
        ] {
            assert!(!remembered.knows(&other, at(0)));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let remembered = Remembered::new(&OsRandom);
        for n in 0..=LOGINS_REMEMBERED_MAX {
            remembered.remember(remembered.key(&n.to_string(), "", ""), at(0));
        }
        assert!(lock(&remembered.logins).len() <= LOGINS_REMEMBERED_MAX);
    }
}
