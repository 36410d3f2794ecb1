//! Objects: which versions a track holds, in what order they came, and which of them it lists.

mod arrive;
mod instant;
mod key_hash;
mod listed_as;
mod migrate;
mod types;

use std::ops::Range;

use rusqlite::{CachedStatement, Connection, params};

pub(super) use instant::instant_ms;
pub(super) use key_hash::KeyHash;
pub(super) use listed_as::{ListedAs, Version, settle};
pub(super) use migrate::arrive_again;
pub(super) use types::{known as type_number, of_id as type_of_id};

pub(super) use arrive::bring_up_to_date;

use arrive::{Arrival, arrive};

use super::convert::{Fields, at_most, row_limit};
use crate::error::StoreError;
use crate::item::{NewObject, RANGE_ITEMS_MAX};
use crate::listing::{Relist, VersionKey};
use crate::position::{LOG_SIZE_MAX, LogId, TrackId, low_bits};
use crate::store::BATCH_MAX;
use crate::watch::{HeldVersion, ObjectKey, StoredObject};

/// Numbers the objects in their track, stores and lists them. `written` are the indexes that this write
/// covers, and `held` tells of which of them the content is held: no other is listed.
pub(super) fn insert(
    db: &Connection,
    track: TrackId,
    log: LogId,
    written: Range<u64>,
    objects: &[NewObject],
    held: impl Fn(u64) -> bool,
    at: i64,
) -> Result<(), StoreError> {
    at_most(
        "objects in one write",
        objects.len() as u64,
        RANGE_ITEMS_MAX as u64,
    )?;
    let arrivals = objects.iter().map(|object| {
        if !written.contains(&object.seq) {
            return Err(StoreError::ObjectOutside {
                stix_id: object.stix_id.clone(),
                seq: object.seq,
            });
        }
        if !object.version.starts_with(&object.order) {
            return Err(StoreError::OrderOutside {
                stix_id: object.stix_id.clone(),
                version: object.version.clone(),
                order: object.order.clone(),
            });
        }
        if !crate::listing::SPECS.contains(&object.spec) {
            return Err(StoreError::NoSuchSpec {
                stix_id: object.stix_id.clone(),
                spec: object.spec,
            });
        }
        Ok(Arrival {
            stix_id: &object.stix_id,
            version: &object.version,
            order: &object.order,
            spec: object.spec,
            content_hash: &object.content_hash,
            position: log.key(object.seq),
            held: held(object.seq),
            at,
        })
    });
    arrive(db, track, &arrivals.collect::<Result<Vec<_>, _>>()?)
}

/// Lists again what is held and not listed: as a new arrival of the item that brought it first.
pub(super) fn relist(
    db: &Connection,
    track: TrackId,
    versions: &[Relist],
    at: i64,
) -> Result<Vec<bool>, StoreError> {
    at_most(
        "versions in one call",
        versions.len() as u64,
        BATCH_MAX as u64,
    )?;
    let mut looked_up = HeldVersions::new(db, track)?;
    versions
        .iter()
        .map(|wanted| {
            let held = looked_up.of(&wanted.version, held_row)?;
            if held.iter().any(|row| row.held.listed) {
                return Ok(false);
            }
            let first = held
                .iter()
                .find(|row| row.held.content_hash == wanted.content_hash);
            let Some(first) = first else {
                return Ok(false);
            };
            let VersionKey { stix_id, order } = &wanted.version;
            let arrival = Arrival {
                stix_id,
                version: &first.version,
                order,
                spec: first.spec,
                content_hash: &first.held.content_hash,
                position: first.held.position.key(),
                held: holds_content(db, first.held.position.key())?,
                at,
            };
            if arrival.held {
                arrive(db, track, &[arrival])?;
                return Ok(true);
            }
            Ok(false)
        })
        .collect()
}

pub(super) fn lookup(
    db: &Connection,
    track: TrackId,
    keys: &[VersionKey],
) -> Result<Vec<Vec<HeldVersion>>, StoreError> {
    at_most("keys in one call", keys.len() as u64, BATCH_MAX as u64)?;
    let mut held = HeldVersions::new(db, track)?;
    keys.iter().map(|key| held.of(key, held_version)).collect()
}

/// Looks versions up in a track, one after the other.
struct HeldVersions<'a> {
    track: TrackId,
    hash: KeyHash,
    statement: CachedStatement<'a>,
}

impl<'a> HeldVersions<'a> {
    fn new(db: &'a Connection, track: TrackId) -> Result<Self, StoreError> {
        Ok(Self {
            track,
            hash: KeyHash::of_store(db)?,
            statement: db.prepare_cached(include_str!("objects/lookup.sql"))?,
        })
    }

    /// The rows of a version, in order of arrival.
    fn of<T>(
        &mut self,
        key: &VersionKey,
        read: impl Fn(&Fields<'_, '_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = self.statement.query(params![
            self.hash.of(self.track, &key.stix_id, &key.order),
            self.track.key(0),
            self.track.key(LOG_SIZE_MAX),
            key.stix_id,
            key.order
        ])?;
        let mut held = Vec::new();
        while let Some(row) = rows.next()? {
            held.push(read(&Fields::new("objects", row))?);
        }
        Ok(held)
    }
}

fn held_version(fields: &Fields<'_, '_>) -> Result<HeldVersion, StoreError> {
    Ok(HeldVersion {
        position: fields.position(0)?,
        content_hash: fields.get(1)?,
        listed: fields.get(2)?,
    })
}

/// What an arrival is made again from.
struct HeldRow {
    held: HeldVersion,
    spec: u8,
    version: String,
}

fn held_row(fields: &Fields<'_, '_>) -> Result<HeldRow, StoreError> {
    Ok(HeldRow {
        held: held_version(fields)?,
        spec: fields.small(3)?,
        version: fields.text(4)?,
    })
}

/// Reads the listed versions of objects of a track, one object after the other.
pub(super) struct Versions<'a> {
    track: TrackId,
    hash: KeyHash,
    statement: CachedStatement<'a>,
}

impl<'a> Versions<'a> {
    pub(super) fn new(db: &'a Connection, track: TrackId) -> Result<Self, StoreError> {
        Ok(Self {
            track,
            hash: KeyHash::of_store(db)?,
            statement: db.prepare_cached(include_str!("objects/versions.sql"))?,
        })
    }

    /// Those of one object, in their order.
    pub(super) fn of(&mut self, stix_id: &str) -> Result<Vec<Version<'static>>, StoreError> {
        let keys = self.hash.of_versions(self.track, stix_id);
        let mut rows = self.statement.query(params![
            keys.start(),
            keys.end(),
            self.track.key(0),
            self.track.key(LOG_SIZE_MAX),
            stix_id
        ])?;
        let mut versions = Vec::new();
        while let Some(row) = rows.next()? {
            let fields = Fields::new("objects", row);
            versions.push(Version {
                arrival: fields.get(0)?,
                order: order(&fields, fields.text(3)?, 4)?.into(),
                spec: fields.small(1)?,
                stored: Some(listed_as(&fields, 2)?),
            });
        }
        versions.sort_unstable_by(|one, other| one.order.cmp(&other.order));
        Ok(versions)
    }
}

/// The part of a version that sorts, by the column that says how long it is.
pub(super) fn order(
    fields: &Fields<'_, '_>,
    mut version: String,
    order_bytes: usize,
) -> Result<String, StoreError> {
    let bytes: usize = fields.small(order_bytes)?;
    if !version.is_char_boundary(bytes) {
        return Err(fields.corrupt(format_args!("the order of {version:?} is {bytes} bytes")));
    }
    version.truncate(bytes);
    Ok(version)
}

pub(super) fn listed_as(fields: &Fields<'_, '_>, column: usize) -> Result<ListedAs, StoreError> {
    let code: i64 = fields.get(column)?;
    ListedAs::from_column(code).ok_or_else(|| fields.corrupt(format_args!("listed_as is {code}")))
}

fn holds_content(db: &Connection, position: i64) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(include_str!("objects/holds_content.sql"))?;
    Ok(statement.exists([position])?)
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
                listed: fields.get(6)?,
            },
        });
    }
    Ok(objects)
}
