//! What was granted to one user.

use std::collections::HashMap;

use store::accounts::{Grant, Scope};
use uuid::Uuid;

use crate::collections::Collection;

/// What may be done with a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rights {
    pub(super) read: bool,
    pub(super) write: bool,
}

impl Rights {
    fn and(self, more: Self) -> Self {
        Self {
            read: self.read || more.read,
            write: self.write || more.write,
        }
    }
}

/// The grants of one user.
#[derive(Debug, Clone, Default)]
pub(super) struct Granted {
    all: Rights,
    roots: HashMap<String, Rights>,
    collections: HashMap<Uuid, Rights>,
}

impl Granted {
    /// Adds a grant. One for something that cannot be there is for nothing.
    pub(super) fn add(&mut self, grant: &Grant) {
        let rights = Rights {
            read: grant.read,
            write: grant.write,
        };
        let place = match &grant.scope {
            Scope::All => &mut self.all,
            Scope::Root(name) => self.roots.entry(name.clone()).or_default(),
            Scope::Collection(id) => match Uuid::try_parse(id) {
                Ok(id) => self.collections.entry(id).or_default(),
                Err(_) => return,
            },
        };
        *place = place.and(rights);
    }

    /// What may be done with a collection: whatever any grant allows.
    pub(super) fn of(&self, collection: &Collection) -> Rights {
        let root = self.roots.get(collection.root.as_str());
        let own = self.collections.get(&collection.id);
        self.all
            .and(root.copied().unwrap_or_default())
            .and(own.copied().unwrap_or_default())
    }
}
