//! Checkpoints and the cosignatures under them.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{Fields, at_most, int, log_size, row_limit};
use super::logs;
use crate::checkpoint::{
    Checkpoint, Cosignature, CosignatureKind, CosignatureLine, NewestCosigned, StoredCheckpoint,
};
use crate::error::StoreError;
use crate::item::Hash;
use crate::position::{LOG_SIZE_MAX, LogId, low_bits};
use crate::store::BATCH_MAX;
use crate::watch::TEXT_BYTES_MAX;

pub(super) fn put(db: &Connection, log: LogId, new: &Checkpoint) -> Result<(), StoreError> {
    logs::stand(db, log)?;
    let size = log_size(new.size)?;
    at_most(
        "bytes of a checkpoint note",
        new.note.len() as u64,
        TEXT_BYTES_MAX,
    )?;
    let time = int("checkpoint time", new.time)?;
    let key = log.key(size);
    let held: Option<(Hash, i64)> = db
        .prepare_cached(include_str!("checkpoints/root.sql"))?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match held {
        Some((root, _)) if root != new.root => Err(StoreError::CheckpointDiffers { log, size }),
        Some((_, held_time)) if held_time >= time => Ok(()),
        Some(_) | None => {
            db.prepare_cached(include_str!("checkpoints/put.sql"))?
                .execute(params![key, log.get(), new.root, time, new.note])?;
            Ok(())
        }
    }
}

pub(super) fn add_cosignature(
    db: &Connection,
    log: LogId,
    size: u64,
    cosignature: &Cosignature,
) -> Result<(), StoreError> {
    at_most(
        "cosignature lines",
        cosignature.lines.len() as u64,
        BATCH_MAX as u64,
    )?;
    let key = log.key(log_size(size)?);
    let held: Option<Hash> = db
        .prepare_cached(include_str!("checkpoints/root.sql"))?
        .query_row([key], |row| row.get(0))
        .optional()?;
    if held.is_none() {
        return Err(StoreError::NoSuchCheckpoint { log, size });
    }
    let kind = kind_number(cosignature.kind);
    let mut add = db.prepare_cached(include_str!("checkpoints/add_line.sql"))?;
    let mut newest = None;
    for line in &cosignature.lines {
        at_most(
            "bytes of a cosignature line",
            line.line.len() as u64,
            TEXT_BYTES_MAX,
        )?;
        let time = int("cosignature time", line.time)?;
        let name = &cosignature.name;
        add.execute(params![
            key,
            kind,
            name,
            line.algorithm,
            line.key_id,
            time,
            line.line
        ])?;
        newest = newest.max(Some(time));
    }
    if let Some(time) = newest {
        db.prepare_cached(include_str!("checkpoints/note_newest.sql"))?
            .execute(params![
                log.get(),
                kind,
                cosignature.name,
                size.cast_signed(),
                time
            ])?;
    }
    Ok(())
}

pub(super) fn newest(db: &Connection, log: LogId) -> Result<Option<StoredCheckpoint>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("checkpoints/newest.sql"))?;
    let mut rows = statement.query([log.key(0), log.key(LOG_SIZE_MAX)])?;
    rows.next()?.map(|row| stored(db, row)).transpose()
}

pub(super) fn at(
    db: &Connection,
    log: LogId,
    size: u64,
) -> Result<Option<StoredCheckpoint>, StoreError> {
    if size > LOG_SIZE_MAX {
        return Ok(None);
    }
    let mut statement = db.prepare_cached(include_str!("checkpoints/one.sql"))?;
    let mut rows = statement.query([log.key(size)])?;
    rows.next()?.map(|row| stored(db, row)).transpose()
}

pub(super) fn range(
    db: &Connection,
    log: LogId,
    sizes: Range<u64>,
    limit: usize,
) -> Result<Vec<StoredCheckpoint>, StoreError> {
    let sizes = sizes.start..sizes.end.min(LOG_SIZE_MAX);
    let mut checkpoints = Vec::new();
    if !sizes.is_empty() {
        let mut statement = db.prepare_cached(include_str!("checkpoints/range.sql"))?;
        let limit = row_limit(limit, BATCH_MAX);
        let mut rows = statement.query([log.key(sizes.start), log.key(sizes.end), limit])?;
        while let Some(row) = rows.next()? {
            checkpoints.push(stored(db, row)?);
        }
    }
    Ok(checkpoints)
}

pub(super) fn newest_cosigned(
    db: &Connection,
    log: LogId,
) -> Result<Vec<NewestCosigned>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("checkpoints/newest_cosigned.sql"))?;
    let mut rows = statement.query([log.get()])?;
    let mut newest = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("cosigned_newest", row);
        newest.push(NewestCosigned {
            kind: kind_of(&fields, 0)?,
            name: fields.text(1)?,
            size: fields.unsigned(2)?,
            time: fields.unsigned(3)?,
        });
    }
    Ok(newest)
}

fn stored(db: &Connection, row: &Row<'_>) -> Result<StoredCheckpoint, StoreError> {
    let fields = Fields::new("checkpoints", row);
    let key: i64 = fields.get(0)?;
    let checkpoint = Checkpoint {
        size: low_bits(key),
        root: fields.get(1)?,
        time: fields.unsigned(2)?,
        note: fields.text(3)?,
    };
    Ok(StoredCheckpoint {
        checkpoint,
        cosignatures: cosignatures(db, key)?,
    })
}

/// The lines under a checkpoint, those of one cosigner together: the query orders them so.
fn cosignatures(db: &Connection, checkpoint: i64) -> Result<Vec<Cosignature>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("checkpoints/lines.sql"))?;
    let mut rows = statement.query([checkpoint])?;
    let mut cosignatures = Vec::<Cosignature>::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("cosignatures", row);
        let (kind, name) = (kind_of(&fields, 0)?, fields.text(1)?);
        let line = CosignatureLine {
            algorithm: fields.small(2)?,
            key_id: fields.small(3)?,
            time: fields.unsigned(4)?,
            line: fields.text(5)?,
        };
        match cosignatures.last_mut() {
            Some(last) if last.kind == kind && last.name == name => last.lines.push(line),
            Some(_) | None => cosignatures.push(Cosignature {
                kind,
                name,
                lines: vec![line],
            }),
        }
    }
    Ok(cosignatures)
}

fn kind_number(kind: CosignatureKind) -> i64 {
    match kind {
        CosignatureKind::Receipt => 0,
        CosignatureKind::Witness => 1,
    }
}

fn kind_of(fields: &Fields<'_, '_>, column: usize) -> Result<CosignatureKind, StoreError> {
    match fields.get::<i64>(column)? {
        0 => Ok(CosignatureKind::Receipt),
        1 => Ok(CosignatureKind::Witness),
        other => Err(fields.corrupt(format_args!("kind is {other}"))),
    }
}
