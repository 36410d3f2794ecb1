//! Who asks, and what they may.

use std::{fmt, net::IpAddr, sync::Arc};

use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};

use crate::{
    access::{
        name::{ANONYMOUS, DIRECTORY},
        rights::Rights,
        role::{Permission, Role},
        roster::{Account, HeldToken},
    },
    collections::Collection,
    error::ApiError,
};

/// Who asks. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    who: Who,
    /// From where, on the web.
    from: Option<IpAddr>,
}

#[derive(Clone)]
enum Who {
    Directory,
    Anonymous,
    User(Arc<Account>),
    Token(Arc<HeldToken>),
}

/// That somebody may read a collection.
#[derive(Debug, Clone)]
pub struct MayRead(Arc<Collection>);

/// That somebody may add to a collection and delete from it.
#[derive(Debug, Clone)]
pub struct MayWrite(Arc<Collection>);

impl MayRead {
    /// The collection.
    pub fn collection(&self) -> &Arc<Collection> {
        &self.0
    }
}

impl MayWrite {
    /// The collection.
    pub fn collection(&self) -> &Arc<Collection> {
        &self.0
    }
}

/// Why somebody may not do something, with what is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Nobody logged in.
    #[error("log in: only users may {}", .0.as_str())]
    Anonymous(Permission),
    /// The role does not have it.
    #[error("{name} is {}, and only {} may {}", .role.with_article(), words(.what.roles()), .what.as_str())]
    Role {
        /// Who.
        name: String,
        /// Their role.
        role: Role,
        /// What they wanted to do.
        what: Permission,
    },
    /// The token is for less than its user may do.
    #[error("the token `{token}` of {name} is {scope} and does not let anybody {}", .what.as_str())]
    Token {
        /// Whose token.
        name: String,
        /// Its name.
        token: String,
        /// What it is for.
        scope: &'static str,
        /// What was wanted.
        what: Permission,
    },
    /// A grant is missing.
    #[error("{name} may not {what} {collection}: the grant to {what} it is missing")]
    Grant {
        /// Who.
        name: String,
        /// `read` or `write`.
        what: &'static str,
        /// The collection, as ROOT/NAME.
        collection: String,
    },
}

fn words(roles: &[Role]) -> String {
    let names: Vec<String> = roles.iter().map(|role| format!("{role}s")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "nobody".to_owned(),
    }
}

impl From<Forbidden> for ApiError {
    fn from(forbidden: Forbidden) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", forbidden.to_string())
    }
}

impl Caller {
    /// Whoever may open the node's directory: its socket, a node at rest. The owner of the machine may do everything.
    pub fn directory() -> Self {
        Self {
            who: Who::Directory,
            from: None,
        }
    }

    /// Somebody who did not say who they are. They see what is public.
    pub fn anonymous() -> Self {
        Self {
            who: Who::Anonymous,
            from: None,
        }
    }

    pub(super) fn user(account: Arc<Account>) -> Self {
        Self {
            who: Who::User(account),
            from: None,
        }
    }

    pub(super) fn token(token: Arc<HeldToken>) -> Self {
        Self {
            who: Who::Token(token),
            from: None,
        }
    }

    pub(super) fn from(self, ip: IpAddr) -> Self {
        Self {
            from: Some(ip.to_canonical()),
            ..self
        }
    }

    /// For the trail, and for who a status belongs to: a user's name, `anonymous` or `directory`.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Directory => DIRECTORY,
            Who::Anonymous => ANONYMOUS,
            Who::User(account) => account.name.as_str(),
            Who::Token(token) => token.account.name.as_str(),
        }
    }

    /// From where they ask, for the trail: an address, and the token if it was one; empty for the directory's owner.
    pub(crate) fn origin(&self) -> String {
        let ip = self.from.map_or_else(String::new, |ip| ip.to_string());
        match &self.who {
            Who::Token(token) => format!("{ip} token {}", token.id),
            Who::Directory | Who::Anonymous | Who::User(_) => ip,
        }
    }

    /// The role, of whoever has one.
    pub fn role(&self) -> Option<Role> {
        self.account().map(|account| account.role)
    }

    pub(super) fn account(&self) -> Option<&Arc<Account>> {
        match &self.who {
            Who::Directory | Who::Anonymous => None,
            Who::User(account) => Some(account),
            Who::Token(token) => Some(&token.account),
        }
    }

    /// Whether nobody logged in.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.who, Who::Anonymous)
    }

    /// Whether this is the owner of the machine, from whom nothing is hidden.
    pub fn is_directory(&self) -> bool {
        matches!(self.who, Who::Directory)
    }

    /// Whether the caller may do this. Where it is done to a collection, [`Caller::reads`] or [`Caller::writes`] is
    /// asked as well.
    ///
    /// # Errors
    /// [`Forbidden`], with what is missing.
    pub fn may(&self, what: Permission) -> Result<(), Forbidden> {
        let account = match (&self.who, self.account()) {
            (Who::Directory, _) => return Ok(()),
            (_, Some(account)) => account,
            (_, None) => return Err(Forbidden::Anonymous(what)),
        };
        if !account.role.may(what) {
            return Err(Forbidden::Role {
                name: account.name.to_string(),
                role: account.role,
                what,
            });
        }
        let Who::Token(token) = &self.who else {
            return Ok(());
        };
        let refused = |scope| Forbidden::Token {
            name: account.name.to_string(),
            token: token.name.clone(),
            scope,
            what,
        };
        if token.read_only && !what.only_reads() {
            return Err(refused("for reading only"));
        }
        if token.collections.is_some() && what.is_node_wide() {
            return Err(refused("for certain collections only"));
        }
        Ok(())
    }

    /// The permission to read a collection, if the caller has it.
    pub fn reads(&self, collection: &Arc<Collection>) -> Option<MayRead> {
        // What is public is so for everybody, whatever they log in with.
        let may = collection.public || self.rights(collection).read;
        may.then(|| MayRead(collection.clone()))
    }

    /// The permission to write to a collection, if the caller has it.
    pub fn writes(&self, collection: &Arc<Collection>) -> Option<MayWrite> {
        let may = self.rights(collection).write && self.may(Permission::Pass).is_ok();
        may.then(|| MayWrite(collection.clone()))
    }

    /// Whether the collection is there for the caller at all: they may read it or write to it.
    pub fn sees(&self, collection: &Arc<Collection>) -> bool {
        self.reads(collection).is_some() || self.writes(collection).is_some()
    }

    /// What was granted, as far as what they logged in with is for that.
    fn rights(&self, collection: &Collection) -> Rights {
        match &self.who {
            Who::Directory => Rights {
                read: true,
                write: true,
            },
            Who::Anonymous => Rights::default(),
            Who::User(account) => account.granted.of(collection),
            Who::Token(token) => {
                let scope = token.collections.as_ref();
                if scope.is_some_and(|only| !only.contains(&collection.id)) {
                    return Rights::default();
                }
                token.account.granted.of(collection)
            }
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({})", self.name())
    }
}

/// A handler's argument: who asks. Every router that has such handlers says so first.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        // Fails closed: a router that forgot to ask who calls lets nobody do anything.
        Ok(caller.unwrap_or_else(Self::anonymous))
    }
}
