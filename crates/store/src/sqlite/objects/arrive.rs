//! How an object arrives: it gets the next number of its track and is listed, if its version is not yet.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, params};

use super::{KeyHash, ListedAs, Version, Versions, instant_ms, settle, types};
use crate::error::StoreError;
use crate::item::Hash;
use crate::position::TrackId;
use crate::sqlite::convert::{Fields, int, log_size};

/// A row to be.
pub(super) struct Arrival<'a> {
    pub(super) stix_id: &'a str,
    pub(super) version: &'a str,
    /// What of `version` says the instant: `version` begins with it.
    pub(super) order: &'a str,
    pub(super) spec: u8,
    pub(super) content_hash: &'a Hash,
    /// The key of the item.
    pub(super) position: i64,
    /// Whether its content is.
    pub(super) held: bool,
    /// Now, unix microseconds.
    pub(super) at: i64,
}

/// Stores the rows in their order. What the versions of an object are listed as depends on all of them, so they
/// are settled together, once for each object, before anything is written.
pub(super) fn arrive(
    db: &Connection,
    track: TrackId,
    arrivals: &[Arrival<'_>],
) -> Result<(), StoreError> {
    if arrivals.is_empty() {
        return Ok(());
    }
    let (newest, mut added) = newest(db, track)?;
    let last = log_size(newest.saturating_add(arrivals.len() as u64))?;
    let hash = KeyHash::of_store(db)?;
    let listed = list(db, track, newest, arrivals)?;
    let mut by_type = BTreeMap::<&str, (i64, i64)>::new();
    let mut insert = db.prepare_cached(include_str!("insert.sql"))?;
    for ((number, arrival), listed_as) in (newest + 1..).zip(arrivals).zip(listed) {
        // Strictly increasing, whatever the clock does: a cursor on it never skips or repeats.
        added = arrival.at.max(added.saturating_add(1));
        let name = types::of_id(arrival.stix_id);
        let stix_type = match by_type.get_mut(name) {
            Some(known) => known,
            None => by_type.entry(name).or_insert((types::number(db, name)?, 0)),
        };
        stix_type.1 += 1;
        insert.execute(params![
            track.key(number),
            hash.of(track, arrival.stix_id, arrival.order),
            arrival.position,
            added,
            arrival.spec,
            listed_as.map(ListedAs::column),
            stix_type.0,
            instant_ms(arrival.order),
            int("bytes of a version", arrival.order.len() as u64)?,
            arrival.content_hash,
            arrival.stix_id,
            arrival.version
        ])?;
    }
    let mut count = db.prepare_cached(include_str!("count_type.sql"))?;
    for (stix_type, (_, objects)) in by_type {
        count.execute(params![track.get(), stix_type, objects])?;
    }
    db.prepare_cached(include_str!("advance_track.sql"))?
        .execute(params![track.get(), last.cast_signed(), added])?;
    Ok(())
}

/// What each arrival is listed as, `None` where it is not; the rows of earlier versions are brought up to date.
fn list(
    db: &Connection,
    track: TrackId,
    newest: u64,
    arrivals: &[Arrival<'_>],
) -> Result<Vec<Option<ListedAs>>, StoreError> {
    let mut stored = Versions::new(db, track)?;
    let mut objects = HashMap::<&str, Vec<Version<'_>>>::with_capacity(arrivals.len());
    for (number, arrival) in (newest + 1..).zip(arrivals).filter(|(_, each)| each.held) {
        let listed = match objects.get_mut(arrival.stix_id) {
            Some(listed) => listed,
            None => objects
                .entry(arrival.stix_id)
                .or_insert(stored.of(arrival.stix_id)?),
        };
        let place = listed.binary_search_by(|other| other.order.as_ref().cmp(arrival.order));
        if let Err(place) = place {
            let version = Version {
                arrival: track.key(number),
                order: arrival.order.into(),
                spec: arrival.spec,
                stored: None,
            };
            listed.insert(place, version);
        }
    }
    let mut listed = vec![None; arrivals.len()];
    for versions in objects.values() {
        bring_up_to_date(db, versions, |arrival, now| {
            // Below the number of arrivals, which are in memory.
            let at = usize::try_from(arrival - track.key(newest + 1)).unwrap_or(usize::MAX);
            if let Some(listed) = listed.get_mut(at) {
                *listed = Some(now);
            }
        })?;
    }
    Ok(listed)
}

/// Writes what has become of stored versions of one object, given in their order, and tells of the others what
/// they are to be.
pub(in crate::sqlite) fn bring_up_to_date(
    db: &Connection,
    versions: &[Version<'_>],
    mut tell: impl FnMut(i64, ListedAs),
) -> Result<(), StoreError> {
    for (version, now) in versions.iter().zip(settle(versions)) {
        match version.stored {
            None => tell(version.arrival, now),
            Some(before) if before != now => {
                db.prepare_cached(include_str!("list_as.sql"))?
                    .execute([version.arrival, now.column()])?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The last arrival number of a track, and the `added` that went with it.
fn newest(db: &Connection, track: TrackId) -> Result<(u64, i64), StoreError> {
    let mut statement = db.prepare_cached(include_str!("track.sql"))?;
    let mut rows = statement.query([track.get()])?;
    let row = rows
        .next()?
        .ok_or_else(|| StoreError::corrupt("table tracks", format_args!("no track {track}")))?;
    let fields = Fields::new("tracks", row);
    Ok((fields.unsigned(0)?, fields.get(1)?))
}
