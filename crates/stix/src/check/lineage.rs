//! What the versions of one object may not do to each other, as far as one bundle shows it
//! (STIX 2.1 §3.2, §3.6). The order in which versions stand in a bundle says nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::bundle::hash;
use super::context::instant;
use super::rule::Rule;
use crate::Instant;
use crate::tree::Value;

/// The versions seen so far, by the hash of the object's identifier.
#[derive(Debug, Default)]
pub(super) struct Lineages(HashMap<u64, Lineage>);

/// What has to be remembered of the versions of one object, in 16 octets, as a bundle may have
/// millions of objects.
#[derive(Debug)]
struct Lineage {
    /// The hash of `created`, cut short.
    created: u32,
    /// The hash of `created_by_ref`, cut short; 0 if no version had one.
    creator: u32,
    /// When it was revoked, or else the latest version: the moment, and in the lowest bit which.
    at: u64,
}

impl Lineage {
    fn is_revoked(&self) -> bool {
        self.at & 1 == 1
    }

    fn moment(&self) -> u64 {
        self.at >> 1
    }
}

impl Lineages {
    /// Takes an object in; says which rules it breaks beside the versions that came before it,
    /// and where. What is not versioned, or not well enough formed to be, breaks none. Of no more
    /// than `objects_max` objects the versions are remembered.
    pub(super) fn add<'t>(
        &mut self,
        object: Value<'t>,
        objects_max: usize,
    ) -> Vec<(Rule, Value<'t>)> {
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
        let creator = object.get("created_by_ref");
        let revoked = object
            .get("revoked")
            .filter(|value| value.as_bool() == Some(true));
        let new = Lineage {
            created: short(hash(&created_at.sort_key())),
            creator: creator
                .and_then(Value::as_str)
                .map_or(0, |id| short(hash(&id)).max(1)),
            at: moment(modified_at) << 1 | u64::from(revoked.is_some()),
        };
        let room = self.0.len() < objects_max;
        let mut place = match self.0.entry(hash(&id)) {
            Entry::Vacant(place) => {
                if room {
                    place.insert(new);
                }
                return broken;
            }
            Entry::Occupied(place) => place,
        };
        let lineage = place.get_mut();
        if lineage.moment() == new.moment() {
            return broken; // the same version again, which is judged as such
        }
        if lineage.created != new.created {
            broken.push((Rule::VersionCreated, created));
        }
        if let Some(creator) = creator
            && lineage.creator != 0
            && new.creator != 0
            && lineage.creator != new.creator
        {
            broken.push((Rule::VersionCreator, creator));
        }
        if lineage.is_revoked() && lineage.moment() < new.moment() {
            broken.push((Rule::VersionAfterRevocation, modified));
        } else if let Some(revoked) = revoked
            && new.moment() < lineage.moment()
        {
            broken.push((Rule::VersionAfterRevocation, revoked));
        }
        if lineage.creator == 0 {
            lineage.creator = new.creator;
        }
        // The first revocation is the one that counts; without one the latest version.
        lineage.at = match (lineage.is_revoked(), new.is_revoked()) {
            (true, true) => lineage.at.min(new.at),
            (true, false) => lineage.at,
            (false, true) => new.at,
            (false, false) => lineage.at.max(new.at),
        };
        broken
    }
}

/// Half of a hash.
fn short(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A number below 2^63 that orders as the instants do, to a ten-millionth of a second.
fn moment(instant: Instant<'_>) -> u64 {
    const FRACTION_DIGITS: usize = 7;
    let text = instant.sort_key().as_bytes();
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    };
    let two = |at: usize| number(&text[at..at + 2]);
    // Months, days and seconds begin at 1 or go to 60: room for one more than there are.
    let day = (number(&text[..4]) * 13 + two(5)) * 32 + two(8);
    let second = ((day * 24 + two(11)) * 60 + two(14)) * 61 + two(17);
    let fraction = text.get(20..).unwrap_or_default();
    let fraction = &fraction[..fraction.len().min(FRACTION_DIGITS)];
    let missing = (fraction.len()..FRACTION_DIGITS).fold(1, |power, _| power * 10);
    second * 10_000_000 + number(fraction) * missing
}
