//! What the versions of one object may not do to each other, as far as one bundle shows it
//! (STIX 2.1 §3.2, §3.6). The order in which versions stand in a bundle says nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::context::instant;
use super::rule::Rule;
use crate::Instant;
use crate::tree::Value;

/// The versions seen so far, by the hash of the object's identifier.
#[derive(Debug, Default)]
pub(super) struct Lineages(HashMap<u64, Lineage>);

/// What has to be remembered of the versions of one object. Instants are kept as sort keys.
#[derive(Debug)]
struct Lineage {
    created: u64,
    creator: Option<u64>,
    latest: Box<str>,
    revoked: Option<Box<str>>,
}

impl Lineages {
    /// Takes an object in; says which rules it breaks beside the versions that came before it,
    /// and where. What is not versioned, or not well enough formed to be, breaks none.
    pub(super) fn add<'t>(&mut self, object: Value<'t>) -> Vec<(Rule, Value<'t>)> {
        let mut broken = Vec::new();
        let (Some(id), Some(created), Some(modified)) = (
            object.get("id").and_then(Value::as_str),
            object.get("created"),
            object.get("modified"),
        ) else {
            return broken;
        };
        let (Some(created_at), Some(modified_at)) = (instant(created), instant(modified)) else {
            return broken;
        };
        let modified_at = Instant::sort_key(modified_at);
        let revoked = object
            .get("revoked")
            .filter(|value| value.as_bool() == Some(true));
        let creator = object.get("created_by_ref");
        let new = Lineage {
            created: super::bundle::hash(&created_at.sort_key()),
            creator: creator
                .and_then(Value::as_str)
                .map(|id| super::bundle::hash(&id)),
            latest: modified_at.into(),
            revoked: revoked.map(|_| modified_at.into()),
        };
        let mut lineage = match self.0.entry(super::bundle::hash(&id)) {
            Entry::Vacant(place) => {
                place.insert(new);
                return broken;
            }
            Entry::Occupied(place) => place,
        };
        let lineage = lineage.get_mut();
        if *lineage.latest == *modified_at {
            return broken; // the same version again, which is judged as such
        }
        if lineage.created != new.created {
            broken.push((Rule::VersionCreated, created));
        }
        if let (Some(creator), Some(before), Some(now)) = (creator, lineage.creator, new.creator)
            && before != now
        {
            broken.push((Rule::VersionCreator, creator));
        }
        if lineage
            .revoked
            .as_deref()
            .is_some_and(|at| at < modified_at)
        {
            broken.push((Rule::VersionAfterRevocation, modified));
        } else if let Some(revoked) = revoked
            && modified_at < &*lineage.latest
        {
            broken.push((Rule::VersionAfterRevocation, revoked));
        }
        lineage.creator = lineage.creator.or(new.creator);
        if lineage.latest < new.latest {
            lineage.latest = new.latest;
        }
        // The first revocation is the one that counts.
        lineage.revoked = match (lineage.revoked.take(), new.revoked) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        broken
    }
}
