//! Objects: which versions a track holds, and in what order they came.

mod key_hash;

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::{Connection, params};

use key_hash::KeyHash;

use super::convert::{Fields, at_most, log_size, row_limit};
use crate::error::StoreError;
use crate::item::{NewObject, RANGE_ITEMS_MAX};
use crate::position::{LOG_SIZE_MAX, LogId, TrackId, low_bits};
use crate::store::BATCH_MAX;
use crate::watch::{HeldVersion, ObjectKey, StoredObject};

/// Numbers the objects in their track and stores them. `written` are the indexes that this write covers.
pub(super) fn insert(
    db: &Connection,
    track: TrackId,
    log: LogId,
    written: Range<u64>,
    objects: &[NewObject],
    at: i64,
) -> Result<(), StoreError> {
    if objects.is_empty() {
        return Ok(());
    }
    at_most(
        "objects in one write",
        objects.len() as u64,
        RANGE_ITEMS_MAX as u64,
    )?;
    let (mut arrival, mut added) = newest(db, track)?;
    log_size(arrival.saturating_add(objects.len() as u64))?;
    let hash = KeyHash::of_store(db)?;
    let mut by_type = BTreeMap::<&str, i64>::new();
    let mut statement = db.prepare_cached(include_str!("objects/insert.sql"))?;
    for object in objects {
        if !written.contains(&object.seq) {
            return Err(StoreError::ObjectOutside {
                stix_id: object.stix_id.clone(),
                seq: object.seq,
            });
        }
        arrival += 1;
        // Strictly increasing, whatever the clock does: a cursor on it never skips or repeats.
        added = at.max(added.saturating_add(1));
        statement.execute(params![
            track.key(arrival),
            hash.of(&object.stix_id, &object.version),
            log.key(object.seq),
            added,
            object.content_hash,
            object.stix_id,
            object.version
        ])?;
        *by_type.entry(stix_type(&object.stix_id)).or_default() += 1;
    }
    let mut count = db.prepare_cached(include_str!("objects/count_type.sql"))?;
    for (stix_type, objects) in by_type {
        count.execute(params![track.get(), stix_type, objects])?;
    }
    db.prepare_cached(include_str!("objects/advance_track.sql"))?
        .execute(params![track.get(), arrival.cast_signed(), added])?;
    Ok(())
}

pub(super) fn lookup(
    db: &Connection,
    track: TrackId,
    keys: &[ObjectKey],
) -> Result<Vec<Vec<HeldVersion>>, StoreError> {
    at_most("keys in one call", keys.len() as u64, BATCH_MAX as u64)?;
    let mut statement = db.prepare_cached(include_str!("objects/lookup.sql"))?;
    let hash = KeyHash::of_store(db)?;
    let arrivals = (track.key(0), track.key(LOG_SIZE_MAX));
    keys.iter()
        .map(|key| {
            let mut rows = statement.query(params![
                hash.of(&key.stix_id, &key.version),
                arrivals.0,
                arrivals.1,
                key.stix_id,
                key.version
            ])?;
            let mut held = Vec::new();
            while let Some(row) = rows.next()? {
                let fields = Fields::new("objects", row);
                held.push(HeldVersion {
                    position: fields.position(0)?,
                    content_hash: fields.get(1)?,
                });
            }
            Ok(held)
        })
        .collect()
}

pub(super) fn page(
    db: &Connection,
    track: TrackId,
    after: u64,
    limit: usize,
) -> Result<Vec<StoredObject>, StoreError> {
    let mut objects = Vec::new();
    if after >= LOG_SIZE_MAX {
        return Ok(objects);
    }
    let mut statement = db.prepare_cached(include_str!("objects/page.sql"))?;
    let limit = row_limit(limit, BATCH_MAX);
    let mut rows = statement.query([track.key(after), track.key(LOG_SIZE_MAX), limit])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("objects", row);
        objects.push(StoredObject {
            arrival: low_bits(fields.get(0)?),
            added: fields.get(1)?,
            key: ObjectKey {
                stix_id: fields.text(2)?,
                version: fields.text(3)?,
            },
            held: HeldVersion {
                position: fields.position(4)?,
                content_hash: fields.get(5)?,
            },
        });
    }
    Ok(objects)
}

/// The last arrival number of a track, and the `added` that went with it.
fn newest(db: &Connection, track: TrackId) -> Result<(u64, i64), StoreError> {
    let mut statement = db.prepare_cached(include_str!("objects/track.sql"))?;
    let mut rows = statement.query([track.get()])?;
    let row = rows
        .next()?
        .ok_or_else(|| StoreError::corrupt("table tracks", format_args!("no track {track}")))?;
    let fields = Fields::new("tracks", row);
    Ok((fields.unsigned(0)?, fields.get(1)?))
}

/// `indicator` of `indicator--<uuid>`; empty where the id is not made so, lest each be its own type.
fn stix_type(id: &str) -> &str {
    id.split_once("--").map_or("", |(stix_type, _)| stix_type)
}
