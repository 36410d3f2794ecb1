//! Users, tokens and grants as they are now: a value, built anew whenever one of them changes. So nothing is asked of
//! the store when somebody logs in, and what was taken away is gone with the next request.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicI64},
};

use store::accounts::{AccountsHeld, Token, User};
use uuid::Uuid;

use crate::{
    access::{
        name::{UserName, UserNameError},
        rights::Granted,
        role::{Role, RoleError},
    },
    tls::Pin,
};

/// What is wrong with what the store holds: it was changed from outside.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// A name.
    #[error("a user of the store has no name for one: {0}")]
    Name(#[from] UserNameError),
    /// A role.
    #[error("a user of the store has no role: {0}")]
    Role(#[from] RoleError),
    /// A token of nobody.
    #[error("token {0} of the store belongs to no user")]
    Token(u64),
}

/// A user.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) name: UserName,
    pub(super) role: Role,
    /// A PHC string.
    pub(super) password: Option<String>,
    pub(super) disabled: bool,
    pub(super) granted: Granted,
}

/// A token and whose it is.
#[derive(Debug)]
pub(super) struct HeldToken {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) account: Arc<Account>,
    pub(super) read_only: bool,
    /// What it is for; none for all that its user may use.
    pub(super) collections: Option<HashSet<Uuid>>,
    /// Unix microseconds.
    pub(super) expires: Option<i64>,
    pub(super) revoked: bool,
    /// Unix microseconds; 0 for never.
    pub(super) last_used: AtomicI64,
}

/// Everybody.
#[derive(Debug, Default)]
pub(super) struct Roster {
    users: HashMap<UserName, Arc<Account>>,
    tokens: HashMap<[u8; 32], Arc<HeldToken>>,
    pins: HashMap<Pin, Arc<Account>>,
}

impl Roster {
    pub(super) fn build(held: AccountsHeld) -> Result<Self, RosterError> {
        let mut granted: HashMap<String, Granted> = HashMap::new();
        for grant in &held.grants {
            granted.entry(grant.user.clone()).or_default().add(grant);
        }
        let mut roster = Self::default();
        for user in held.users {
            let granted = granted.remove(&user.name).unwrap_or_default();
            roster.add_user(user, granted)?;
        }
        for token in held.tokens {
            roster.add_token(token)?;
        }
        Ok(roster)
    }

    fn add_user(&mut self, user: User, granted: Granted) -> Result<(), RosterError> {
        let name: UserName = user.name.parse()?;
        let account = Arc::new(Account {
            name: name.clone(),
            role: user.role.parse()?,
            password: user.password,
            disabled: user.disabled.is_some(),
            granted,
        });
        for pin in user.pins {
            self.pins.insert(Pin::from_bytes(pin), account.clone());
        }
        self.users.insert(name, account);
        Ok(())
    }

    fn add_token(&mut self, held: Token) -> Result<(), RosterError> {
        let (id, token) = (held.id, held.token);
        let account = self.user(&token.user).ok_or(RosterError::Token(id))?;
        // An id that is none is of no collection, and the token then for one less.
        let ids = |ids: Vec<String>| {
            ids.iter()
                .filter_map(|id| Uuid::try_parse(id).ok())
                .collect()
        };
        let entry = HeldToken {
            id,
            name: token.name,
            account: account.clone(),
            read_only: token.read_only,
            collections: token.collections.map(ids),
            expires: token.expires,
            revoked: held.revoked.is_some(),
            last_used: AtomicI64::new(held.last_used.unwrap_or(0)),
        };
        self.tokens.insert(token.hash, Arc::new(entry));
        Ok(())
    }

    pub(super) fn user(&self, name: &str) -> Option<&Arc<Account>> {
        let name: UserName = name.parse().ok()?;
        self.users.get(&name)
    }

    pub(super) fn token(&self, hash: &[u8; 32]) -> Option<&Arc<HeldToken>> {
        self.tokens.get(hash)
    }

    pub(super) fn pinned(&self, pin: &Pin) -> Option<&Arc<Account>> {
        self.pins.get(pin)
    }

    /// Whether any client certificate stands for somebody, so that one is worth asking for.
    pub(super) fn has_pins(&self) -> bool {
        !self.pins.is_empty()
    }
}
