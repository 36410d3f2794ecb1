//! The view of a track, a page at a time, and what is taken out of it.

mod walk;

use std::collections::BTreeMap;

use bytes::Bytes;
use rusqlite::{Connection, Row, params};

use walk::{Found, Walk};

use super::convert::Fields;
use super::objects::{self, Versions};
use crate::error::StoreError;
use crate::listing::{Joined, Listed, Page, Stamp, Wanted};
use crate::position::{LOG_SIZE_MAX, TrackId, low_bits};
use crate::store::BATCH_MAX;
use crate::watch::ObjectKey;

/// Rows of a chunk of which at most this many are not wanted, for each that is, are read as one stretch.
const SPARSE: i64 = 4;

/// Bytes that a page has room for before it grows.
const JOINED_BYTES: usize = 256 << 10;

/// Rows found at a time for what has no limit of its own.
const CHUNK: usize = 4_096;

pub(super) fn list(
    db: &Connection,
    track: TrackId,
    wanted: &Wanted,
    after: u64,
    limit: usize,
) -> Result<Page<Listed>, StoreError> {
    let limit = limit.min(BATCH_MAX);
    let mut rows = Vec::new();
    let mut walk = Walk::new(db, track, wanted, after)?;
    let statements = [
        include_str!("listing/rows.sql"),
        include_str!("listing/row.sql"),
    ];
    read(db, &mut walk, limit + 1, statements, |fields, _| {
        rows.push(listed(fields)?);
        Ok(true)
    })?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Page { rows, more })
}

pub(super) fn list_contents(
    db: &Connection,
    track: TrackId,
    wanted: &Wanted,
    after: u64,
    limit: usize,
    total_bytes_max: u64,
) -> Result<Page<(Listed, Bytes)>, StoreError> {
    let limit = limit.min(BATCH_MAX);
    let mut page = Page {
        rows: Vec::new(),
        more: false,
    };
    let mut total = 0_u64;
    let mut walk = Walk::new(db, track, wanted, after)?;
    let statements = [
        include_str!("listing/contents.sql"),
        include_str!("listing/content.sql"),
    ];
    read(db, &mut walk, limit + 1, statements, |fields, row| {
        let content = content(fields, row, 7)?;
        total = total.saturating_add(content.len() as u64);
        let fits = page.rows.is_empty() || total <= total_bytes_max;
        if page.rows.len() == limit || !fits {
            page.more = true;
            return Ok(false);
        }
        page.rows
            .push((listed(fields)?, Bytes::copy_from_slice(content)));
        Ok(true)
    })?;
    Ok(page)
}

pub(super) fn list_joined(
    db: &Connection,
    track: TrackId,
    wanted: &Wanted,
    after: u64,
    limit: usize,
    total_bytes_max: u64,
) -> Result<Joined, StoreError> {
    let limit = limit.min(BATCH_MAX);
    let bytes_max = usize::try_from(total_bytes_max).unwrap_or(usize::MAX);
    let mut contents = Vec::with_capacity(JOINED_BYTES.min(bytes_max));
    let (mut rows, mut more) = (0_usize, false);
    let mut ends: Option<[Stamp; 2]> = None;
    let mut walk = Walk::new(db, track, wanted, after)?;
    let statements = [
        include_str!("listing/joined.sql"),
        include_str!("listing/joined_one.sql"),
    ];
    read(db, &mut walk, limit + 1, statements, |fields, row| {
        let content = content(fields, row, 2)?;
        // Without the commas, as in `list_contents`.
        let total = (contents.len() - rows.saturating_sub(1)).saturating_add(content.len());
        if rows == limit || (rows > 0 && total > bytes_max) {
            more = true;
            return Ok(false);
        }
        if rows > 0 {
            contents.push(b',');
        }
        contents.extend_from_slice(content);
        let stamp = Stamp {
            arrival: low_bits(fields.get(0)?),
            added: fields.get(1)?,
        };
        ends = Some(ends.map_or([stamp; 2], |[first, _]| [first, stamp]));
        rows += 1;
        Ok(true)
    })?;
    Ok(Joined {
        contents: contents.into(),
        rows,
        ends,
        more,
    })
}

fn content<'r>(
    fields: &Fields<'_, '_>,
    row: &'r Row<'_>,
    column: usize,
) -> Result<&'r [u8], StoreError> {
    row.get_ref(column)?
        .as_blob()
        .map_err(|_| fields.corrupt("a listed object has no content"))
}

pub(super) fn unlist(
    db: &Connection,
    track: TrackId,
    wanted: &Wanted,
    at: i64,
) -> Result<u64, StoreError> {
    // All are found before any is taken out: with the last version gone, the one before it is the last.
    let mut taken = BTreeMap::<String, Vec<i64>>::new();
    let mut walk = Walk::new(db, track, wanted, 0)?;
    let statements = [
        include_str!("listing/rows.sql"),
        include_str!("listing/row.sql"),
    ];
    read(db, &mut walk, usize::MAX, statements, |fields, _| {
        taken
            .entry(fields.text(2)?)
            .or_default()
            .push(fields.get(0)?);
        Ok(true)
    })?;
    let mut stored = Versions::new(db, track)?;
    let mut unlist = db.prepare_cached(include_str!("objects/unlist.sql"))?;
    let mut count = 0;
    for (stix_id, arrivals) in taken {
        let mut left = stored.of(&stix_id)?;
        // They were found in their order.
        left.retain(|version| arrivals.binary_search(&version.arrival).is_err());
        for arrival in arrivals {
            unlist.execute([arrival, at])?;
            count += 1;
        }
        objects::bring_up_to_date(db, &left, |_, _| {})?;
    }
    Ok(count)
}

/// Reads what is wanted, at most `count` rows, until `take` wants no more: with the first statement where the rows
/// lie close together, else with the second, one by one.
fn read(
    db: &Connection,
    walk: &mut Walk<'_>,
    mut count: usize,
    [stretch, single]: [&str; 2],
    mut take: impl FnMut(&Fields<'_, '_>, &Row<'_>) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    // Mostly every row is wanted: then the rows tell as fast as an index where they are.
    if let Some((keys, set)) = walk.begin(count.min(CHUNK)) {
        let mut statement = db.prepare_cached(stretch)?;
        let mut rows = statement.query([*keys.start(), *keys.end(), set])?;
        while count > 0
            && let Some(row) = rows.next()?
        {
            count -= 1;
            if !take(&Fields::new("objects", row), row)? {
                return Ok(());
            }
        }
    }
    while count > 0 {
        let Found { arrivals, whole } = walk.next(count.min(CHUNK))?;
        let (Some(first), Some(last)) = (arrivals.first(), arrivals.last()) else {
            return Ok(());
        };
        count -= arrivals.len();
        let close = last - first <= SPARSE * i64::try_from(arrivals.len()).unwrap_or(i64::MAX);
        if let Some(set) = whole.filter(|_| close) {
            let mut statement = db.prepare_cached(stretch)?;
            let mut rows = statement.query([*first, *last, set])?;
            while let Some(row) = rows.next()? {
                if !take(&Fields::new("objects", row), row)? {
                    return Ok(());
                }
            }
            continue;
        }
        let mut statement = db.prepare_cached(single)?;
        for arrival in &arrivals {
            let mut rows = statement.query([arrival])?;
            let row = rows.next()?.ok_or_else(|| missing(*arrival))?;
            if !take(&Fields::new("objects", row), row)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn missing(arrival: i64) -> StoreError {
    let number = low_bits(arrival);
    StoreError::corrupt("table objects", format_args!("no row of arrival {number}"))
}

fn listed(fields: &Fields<'_, '_>) -> Result<Listed, StoreError> {
    let version = fields.text(3)?;
    Ok(Listed {
        arrival: low_bits(fields.get(0)?),
        added: fields.get(1)?,
        order: objects::order(fields, version.clone(), 4)?,
        key: ObjectKey {
            stix_id: fields.text(2)?,
            version,
        },
        spec: fields.small(5)?,
        position: fields.position(6)?,
    })
}

/// The key of the last arrival of a track that was added at `added` or before. Both grow together, so it is
/// found by halving.
fn added_until(db: &Connection, track: TrackId, added: i64) -> Result<i64, StoreError> {
    let newest: i64 = db
        .prepare_cached(include_str!("listing/newest.sql"))?
        .query_row(params![track.get()], |row| row.get(0))?;
    let mut statement = db.prepare_cached(include_str!("listing/added.sql"))?;
    let (mut low, mut high) = (
        track.key(0),
        track.key(0) + newest.clamp(0, LOG_SIZE_MAX.cast_signed()),
    );
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let mut rows = statement.query([middle])?;
        let row = rows.next()?.ok_or_else(|| missing(middle))?;
        if Fields::new("objects", row).get::<i64>(0)? <= added {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}
