//! Who asks, and what they may.

use std::{fmt, sync::Arc};

use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};

use crate::{
    access::role::{Permission, Role},
    collections::Collection,
    error::ApiError,
};

/// Who a status belongs to, and who the trail names, when nobody logged in.
const ANONYMOUS: &str = "anonymous";
/// The same for whoever may open the node's directory. No user can have either name.
const DIRECTORY: &str = "directory";

/// Who asks. Cheap to clone.
#[derive(Clone)]
pub struct Caller(Who);

#[derive(Clone)]
enum Who {
    Directory,
    Anonymous,
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
    #[error("{name} is {role}, and only {} may {}", words(.what.roles()), .what.as_str())]
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
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
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
        Self(Who::Directory)
    }

    /// Somebody who did not say who they are. They see what is public.
    pub fn anonymous() -> Self {
        Self(Who::Anonymous)
    }

    /// For the trail, and for who a status belongs to: a user's name, `anonymous` or `directory`.
    pub fn name(&self) -> &str {
        match &self.0 {
            Who::Directory => DIRECTORY,
            Who::Anonymous => ANONYMOUS,
        }
    }

    /// Whether nobody logged in.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.0, Who::Anonymous)
    }

    /// Whether this is the owner of the machine, from whom nothing is hidden.
    pub fn is_directory(&self) -> bool {
        matches!(self.0, Who::Directory)
    }

    /// Whether the caller may do this. Where it is done to a collection, [`Caller::reads`] or [`Caller::writes`] is
    /// asked as well.
    ///
    /// # Errors
    /// [`Forbidden`], with what is missing.
    pub fn may(&self, what: Permission) -> Result<(), Forbidden> {
        match &self.0 {
            Who::Directory => Ok(()),
            Who::Anonymous => Err(Forbidden::Anonymous(what)),
        }
    }

    /// The permission to read a collection, if the caller has it.
    pub fn reads(&self, collection: &Arc<Collection>) -> Option<MayRead> {
        let may = match &self.0 {
            Who::Directory => true,
            Who::Anonymous => collection.public,
        };
        may.then(|| MayRead(collection.clone()))
    }

    /// The permission to write to a collection, if the caller has it.
    pub fn writes(&self, collection: &Arc<Collection>) -> Option<MayWrite> {
        let may = match &self.0 {
            Who::Directory => true,
            Who::Anonymous => false,
        };
        may.then(|| MayWrite(collection.clone()))
    }

    /// Whether the collection is there for the caller at all: they may read it or write to it.
    pub fn sees(&self, collection: &Arc<Collection>) -> bool {
        self.reads(collection).is_some() || self.writes(collection).is_some()
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
