//! What the node notices: alarms, attempts, peers, and its small named values.

use rusqlite::{Connection, OptionalExtension, params};

use super::convert::{Fields, at_most, int, row_limit};
use super::logs;
use crate::error::StoreError;
use crate::position::LogId;
use crate::store::BATCH_MAX;
use crate::watch::{
    Alarm, Attempt, EVIDENCE_BYTES_MAX, NewAlarm, NewAttempt, Peer, PeerEvent, TEXT_BYTES_MAX,
};

pub(super) fn add_alarm(db: &Connection, alarm: &NewAlarm) -> Result<u64, StoreError> {
    short("bytes of an alarm kind", &alarm.kind)?;
    short("bytes of an alarm detail", &alarm.detail)?;
    at_most(
        "bytes of evidence",
        alarm.evidence.len() as u64,
        EVIDENCE_BYTES_MAX,
    )?;
    if let Some(log) = alarm.log {
        logs::stand(db, log)?;
    }
    let (log, evidence) = (alarm.log.map(LogId::get), &alarm.evidence[..]);
    let held: Option<i64> = db
        .prepare_cached(include_str!("watch/same_alarm.sql"))?
        .query_row(params![log, alarm.kind, evidence], |row| row.get(0))?;
    let id = match held {
        Some(id) => id,
        None => db
            .prepare_cached(include_str!("watch/insert_alarm.sql"))?
            .query_row(
                params![log, alarm.kind, alarm.detail, evidence, alarm.at],
                |row| row.get(0),
            )?,
    };
    Ok(id.cast_unsigned())
}

pub(super) fn alarms(db: &Connection, after: u64, limit: usize) -> Result<Vec<Alarm>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("watch/alarms.sql"))?;
    let mut rows = statement.query([int("alarm number", after)?, row_limit(limit, BATCH_MAX)])?;
    let mut alarms = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("alarms", row);
        let log = match fields.get::<Option<i64>>(1)? {
            Some(_) => Some(fields.log(1)?),
            None => None,
        };
        alarms.push(Alarm {
            id: fields.unsigned(0)?,
            alarm: NewAlarm {
                log,
                kind: fields.text(2)?,
                detail: fields.text(3)?,
                evidence: fields.bytes(4)?,
                at: fields.get(5)?,
            },
        });
    }
    Ok(alarms)
}

pub(super) fn add_attempt(db: &Connection, attempt: &NewAttempt) -> Result<u64, StoreError> {
    short("bytes of a dialogue id", &attempt.dialogue)?;
    short("bytes of a track name", &attempt.track)?;
    short("bytes of what was attempted", &attempt.what)?;
    short("bytes of why it failed", &attempt.why)?;
    let id: i64 = db
        .prepare_cached(include_str!("watch/insert_attempt.sql"))?
        .query_row(
            params![
                attempt.dialogue,
                attempt.track,
                attempt.what,
                attempt.why,
                attempt.at
            ],
            |row| row.get(0),
        )?;
    Ok(id.cast_unsigned())
}

pub(super) fn attempts(
    db: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<Attempt>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("watch/attempts.sql"))?;
    let mut rows = statement.query([int("attempt number", after)?, row_limit(limit, BATCH_MAX)])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("attempts", row);
        attempts.push(Attempt {
            id: fields.unsigned(0)?,
            attempt: NewAttempt {
                dialogue: fields.text(1)?,
                track: fields.text(2)?,
                what: fields.text(3)?,
                why: fields.text(4)?,
                at: fields.get(5)?,
            },
        });
    }
    Ok(attempts)
}

pub(super) fn touch_peer(
    db: &Connection,
    host: &str,
    event: &PeerEvent,
    at: i64,
) -> Result<(), StoreError> {
    short("bytes of a host", host)?;
    match event {
        PeerEvent::Heard => db
            .prepare_cached(include_str!("watch/heard.sql"))?
            .execute(params![host, at])?,
        PeerEvent::Success => db
            .prepare_cached(include_str!("watch/success.sql"))?
            .execute(params![host, at])?,
        PeerEvent::Error(why) => {
            short("bytes of an error", why)?;
            db.prepare_cached(include_str!("watch/error.sql"))?
                .execute(params![host, at, why])?
        }
    };
    Ok(())
}

pub(super) fn peers(db: &Connection) -> Result<Vec<Peer>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("watch/peers.sql"))?;
    let mut rows = statement.query([])?;
    let mut peers = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("peers", row);
        let error_at: Option<i64> = fields.get(3)?;
        let error: Option<String> = fields.get(4)?;
        peers.push(Peer {
            host: fields.text(0)?,
            last_heard: fields.get(1)?,
            last_success: fields.get(2)?,
            last_error: error_at.zip(error),
        });
    }
    Ok(peers)
}

pub(super) fn meta(db: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("watch/meta.sql"))?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(super) fn set_meta(db: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    short("bytes of a name", name)?;
    short("bytes of a value", value)?;
    db.prepare_cached(include_str!("watch/set_meta.sql"))?
        .execute([name, value])?;
    Ok(())
}

fn short(what: &'static str, text: &str) -> Result<(), StoreError> {
    at_most(what, text.len() as u64, TEXT_BYTES_MAX).map(|_| ())
}
