//! Logs, and the tracks that they share.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use super::convert::Fields;
use super::dialogues;
use crate::dialogue::{Log, LogState, NewLog};
use crate::error::StoreError;
use crate::position::{LOG_ID_MAX, LogId, TrackId};

pub(super) fn open(db: &Connection, new: &NewLog) -> Result<LogId, StoreError> {
    if dialogues::state(db, &new.dialogue)?.is_none() {
        return Err(dialogues::no_such(&new.dialogue));
    }
    let known: bool = db
        .prepare_cached(include_str!("logs/known.sql"))?
        .query_row([&new.origin, &new.origin_sha256], |row| row.get(0))?;
    if known {
        return Err(StoreError::LogExists {
            origin: new.origin.clone(),
        });
    }
    let track = track(db, &new.dialogue, &new.track)?;
    let newest = db
        .prepare_cached(include_str!("logs/newest.sql"))?
        .query_row([], |row| row.get(0))?;
    let log = next_number(newest, "logs")
        .map(LogId::new)?
        .ok_or_else(|| out_of_numbers("logs"))?;
    db.prepare_cached(include_str!("logs/insert.sql"))?
        .execute(params![
            log.get(),
            new.origin,
            new.origin_sha256,
            track.get(),
            new.party,
            new.mine,
            new.predecessor,
            new.created
        ])?;
    Ok(log)
}

pub(super) fn close(db: &Connection, log: LogId, reason: &str) -> Result<(), StoreError> {
    let changed = db
        .prepare_cached(include_str!("logs/close.sql"))?
        .execute(params![log.get(), reason])?;
    if changed == 0 {
        Err(StoreError::NoSuchLog { log })
    } else {
        Ok(())
    }
}

pub(super) fn list(db: &Connection) -> Result<Vec<Log>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("logs/list.sql"))?;
    let mut rows = statement.query([])?;
    let mut logs = Vec::new();
    while let Some(row) = rows.next()? {
        logs.push(log(row)?);
    }
    Ok(logs)
}

pub(super) fn by_id(db: &Connection, log: LogId) -> Result<Option<Log>, StoreError> {
    one(db, include_str!("logs/by_id.sql"), &log.get())
}

pub(super) fn by_origin(db: &Connection, origin: &str) -> Result<Option<Log>, StoreError> {
    one(db, include_str!("logs/by_origin.sql"), &origin)
}

pub(super) fn by_origin_sha256(db: &Connection, hex: &str) -> Result<Option<Log>, StoreError> {
    one(db, include_str!("logs/by_origin_sha256.sql"), &hex)
}

/// What a write has to know of its log.
pub(super) struct Stand {
    pub(super) size: u64,
    pub(super) mine: bool,
    pub(super) closed: bool,
    pub(super) track: TrackId,
}

pub(super) fn stand(db: &Connection, log: LogId) -> Result<Stand, StoreError> {
    let mut statement = db.prepare_cached(include_str!("logs/stand.sql"))?;
    let mut rows = statement.query([log.get()])?;
    let row = rows.next()?.ok_or(StoreError::NoSuchLog { log })?;
    let fields = Fields::new("logs", row);
    Ok(Stand {
        size: fields.unsigned(0)?,
        mine: fields.get(1)?,
        closed: fields.get(2)?,
        track: fields.track(3)?,
    })
}

/// The number of a track; gives it one the first time.
fn track(db: &Connection, dialogue: &str, name: &str) -> Result<TrackId, StoreError> {
    let held: Option<i64> = db
        .prepare_cached(include_str!("logs/track.sql"))?
        .query_row([dialogue, name], |row| row.get(0))
        .optional()?;
    if let Some(held) = held {
        return u32::try_from(held)
            .ok()
            .and_then(TrackId::new)
            .ok_or_else(|| StoreError::corrupt("table tracks", format_args!("number {held}")));
    }
    let newest = db
        .prepare_cached(include_str!("logs/newest_track.sql"))?
        .query_row([], |row| row.get(0))?;
    let track = next_number(newest, "tracks")
        .map(TrackId::new)?
        .ok_or_else(|| out_of_numbers("tracks"))?;
    db.prepare_cached(include_str!("logs/insert_track.sql"))?
        .execute(params![track.get(), dialogue, name])?;
    Ok(track)
}

fn next_number(newest: i64, what: &'static str) -> Result<u32, StoreError> {
    u32::try_from(newest + 1).map_err(|_| out_of_numbers(what))
}

fn out_of_numbers(what: &'static str) -> StoreError {
    StoreError::OutOfNumbers {
        what,
        limit: LOG_ID_MAX,
    }
}

fn one(db: &Connection, sql: &str, key: &dyn ToSql) -> Result<Option<Log>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(log).transpose()
}

fn log(row: &Row<'_>) -> Result<Log, StoreError> {
    let fields = Fields::new("logs", row);
    let state = match (fields.text(8)?.as_str(), fields.get::<Option<String>>(9)?) {
        ("open", None) => LogState::Open,
        ("closed", Some(reason)) => LogState::Closed(reason),
        (state, reason) => {
            return Err(fields.corrupt(format_args!("state {state:?} with reason {reason:?}")));
        }
    };
    Ok(Log {
        id: fields.log(0)?,
        origin: fields.text(1)?,
        origin_sha256: fields.text(2)?,
        dialogue: fields.text(3)?,
        track_id: fields.track(4)?,
        track: fields.text(5)?,
        party: fields.text(6)?,
        mine: fields.get(7)?,
        state,
        predecessor: fields.get(10)?,
        size: fields.unsigned(11)?,
        created: fields.get(12)?,
    })
}
