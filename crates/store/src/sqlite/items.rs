//! Items read back: one, a range, the acts among them, a content by its commitment.

use std::ops::Range;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{Fields, row_limit};
use super::logs;
use crate::error::StoreError;
use crate::item::{
    ENTRY_BYTES, Hash, Item, ItemState, Opening, RANGE_ITEMS_MAX, ReadLimits, StoredItem,
};
use crate::position::{LOG_SIZE_MAX, LogId, Position};
use crate::store::BATCH_MAX;

pub(super) fn one(db: &Connection, position: Position) -> Result<Option<StoredItem>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("items/one.sql"))?;
    let mut rows = statement.query([position.key()])?;
    rows.next()?.map(stored).transpose()
}

pub(super) fn range(
    db: &Connection,
    log: LogId,
    seqs: Range<u64>,
    limits: ReadLimits,
) -> Result<Vec<StoredItem>, StoreError> {
    let size = logs::stand(db, log)?.size;
    let seqs = seqs.start..seqs.end.min(size);
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    let keys = log.key(seqs.start)..log.key(seqs.end);
    let reached = read(
        db,
        include_str!("items/range.sql"),
        keys,
        limits,
        &mut items,
    )?;
    for (item, seq) in items.iter().zip(seqs.clone()) {
        if item.position.seq() != seq {
            return Err(gap(log, seq));
        }
    }
    let next = seqs.start + items.len() as u64;
    if reached == Reached::End && next < seqs.end {
        return Err(gap(log, next));
    }
    Ok(items)
}

pub(super) fn entries(
    db: &Connection,
    log: LogId,
    seqs: Range<u64>,
) -> Result<Vec<[u8; ENTRY_BYTES]>, StoreError> {
    let size = logs::stand(db, log)?.size;
    let seqs = seqs.start..seqs.end.min(size);
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let count = usize::try_from(seqs.end - seqs.start)
        .unwrap_or(usize::MAX)
        .min(RANGE_ITEMS_MAX);
    let mut entries = Vec::with_capacity(count);
    let mut statement = db.prepare_cached(include_str!("items/entries.sql"))?;
    let mut rows = statement.query(params![
        log.key(seqs.start),
        log.key(seqs.end),
        row_limit(count, RANGE_ITEMS_MAX)
    ])?;
    for seq in seqs.take(count) {
        let row = rows.next()?.ok_or_else(|| gap(log, seq))?;
        let fields = Fields::new("items", row);
        if fields.position(0)?.seq() != seq {
            return Err(gap(log, seq));
        }
        entries.push(fields.get(1)?);
    }
    Ok(entries)
}

pub(super) fn content(
    db: &Connection,
    log: LogId,
    content_c: &Hash,
) -> Result<Option<Bytes>, StoreError> {
    let found: Option<Vec<u8>> = db
        .prepare_cached(include_str!("items/content.sql"))?
        .query_row(
            params![content_c, log.key(0), log.key(LOG_SIZE_MAX)],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found.map(Bytes::from))
}

/// Log after log, so that the index is walked in stretches that belong to the dialogue.
pub(super) fn acts(
    db: &Connection,
    dialogue: &str,
    after: Option<Position>,
    limits: ReadLimits,
) -> Result<Vec<StoredItem>, StoreError> {
    let first = after.map_or(1, |position| position.log().get());
    let mut statement = db.prepare_cached(include_str!("items/logs_of_dialogue.sql"))?;
    let mut rows = statement.query(params![dialogue, first])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let log = Fields::new("logs", row).log(0)?;
        let from = match after {
            Some(position) if position.log() == log => position.key() + 1,
            Some(_) | None => log.key(0),
        };
        let keys = from..log.key(LOG_SIZE_MAX);
        if read(db, include_str!("items/acts.sql"), keys, limits, &mut items)? == Reached::Limit {
            break;
        }
    }
    Ok(items)
}

pub(super) fn acts_of_log(
    db: &Connection,
    log: LogId,
    from: u64,
    limits: ReadLimits,
) -> Result<Vec<StoredItem>, StoreError> {
    let mut items = Vec::new();
    if from < LOG_SIZE_MAX {
        let keys = log.key(from)..log.key(LOG_SIZE_MAX);
        read(db, include_str!("items/acts.sql"), keys, limits, &mut items)?;
    }
    Ok(items)
}

pub(super) fn excepted(
    db: &Connection,
    log: LogId,
    from: u64,
    limit: usize,
) -> Result<Vec<Position>, StoreError> {
    let mut positions = Vec::new();
    if from < LOG_SIZE_MAX {
        let mut statement = db.prepare_cached(include_str!("items/excepted.sql"))?;
        let limit = row_limit(limit, BATCH_MAX);
        let mut rows = statement.query(params![log.key(from), log.key(LOG_SIZE_MAX), limit])?;
        while let Some(row) = rows.next()? {
            positions.push(Fields::new("items", row).position(0)?);
        }
    }
    Ok(positions)
}

/// Why a reading ended.
#[derive(Debug, PartialEq, Eq)]
enum Reached {
    Limit,
    End,
}

/// Adds the items of `sql` with a key in `keys`, until `items` as a whole is at a limit.
fn read(
    db: &Connection,
    sql: &str,
    keys: Range<i64>,
    limits: ReadLimits,
    items: &mut Vec<StoredItem>,
) -> Result<Reached, StoreError> {
    let items_max = limits.items_max.min(RANGE_ITEMS_MAX);
    let content_max = i64::try_from(limits.content_bytes_max).unwrap_or(i64::MAX);
    let mut total = items.iter().map(bytes_of).sum::<u64>();
    let mut statement = db.prepare_cached(sql)?;
    let rest = row_limit(items_max - items.len(), RANGE_ITEMS_MAX);
    let mut rows = statement.query(params![keys.start, keys.end, rest, content_max])?;
    while let Some(row) = rows.next()? {
        let item = stored(row)?;
        total = total.saturating_add(bytes_of(&item));
        if total > limits.total_bytes_max && !items.is_empty() {
            return Ok(Reached::Limit);
        }
        items.push(item);
    }
    Ok(if items.len() >= items_max {
        Reached::Limit
    } else {
        Reached::End
    })
}

/// Bytes of an item that count towards [`ReadLimits::total_bytes_max`].
fn bytes_of(item: &StoredItem) -> u64 {
    let head = item.item.opening.head().map_or(0, Bytes::len);
    let content = item.item.opening.content().map_or(0, Bytes::len);
    (head + content) as u64
}

fn gap(log: LogId, seq: u64) -> StoreError {
    StoreError::corrupt("table items", format_args!("log {log} has no entry {seq}"))
}

fn stored(row: &Row<'_>) -> Result<StoredItem, StoreError> {
    let fields = Fields::new("items", row);
    let position = fields.position(0)?;
    let content_bytes: Option<i64> = fields.get(11)?;
    let opening = match fields.get::<i64>(3)? {
        0 => Opening::Withheld,
        1 => Opening::Class {
            class: fields.small(4)?,
            salt_e: fields.get(5)?,
            head_c: fields.get(6)?,
        },
        2 => Opening::Head {
            class: fields.small(4)?,
            salt_e: fields.get(5)?,
            salt_h: fields.get(7)?,
            head: fields.bytes(10)?,
        },
        3 => Opening::Content {
            class: fields.small(4)?,
            salt_e: fields.get(5)?,
            salt_h: fields.get(7)?,
            salt_c: fields.get(8)?,
            head: fields.bytes(10)?,
            content: fields.get::<Option<Vec<u8>>>(12)?.map(Bytes::from),
        },
        level => return Err(fields.corrupt(format_args!("level is {level}"))),
    };
    Ok(StoredItem {
        position,
        item: Item {
            entry: fields.get(1)?,
            opening,
            state: state_of(&fields, 2)?,
            content_c: fields.get(9)?,
        },
        content_bytes: content_bytes
            .map(|bytes| u64::try_from(bytes).map_err(|_| fields.corrupt("a length is negative")))
            .transpose()?,
    })
}

pub(super) fn state_of(fields: &Fields<'_, '_>, column: usize) -> Result<ItemState, StoreError> {
    match fields.get::<i64>(column)? {
        0 => Ok(ItemState::Whole),
        1 => Ok(ItemState::Excepted),
        other => Err(fields.corrupt(format_args!("state is {other}"))),
    }
}
