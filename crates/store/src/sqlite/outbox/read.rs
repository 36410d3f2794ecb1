//! Reading the outbox.

use bytes::Bytes;
use rusqlite::{Connection, Params, params};

use crate::error::StoreError;
use crate::outbox::{
    Decision, OutboxLoad, OutboxState, OutboxWanted, Post, Settled, Untold, Waiting, WaitingItem,
};
use crate::position::TrackId;
use crate::sqlite::convert::{Fields, row_limit};
use crate::store::BATCH_MAX;

pub(super) fn cleared(
    db: &Connection,
    track: TrackId,
    items_max: usize,
    bytes_max: u64,
) -> Result<Vec<(Waiting, Bytes)>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("cleared.sql"))?;
    let mut rows = statement.query(params![track.get(), row_limit(items_max.max(1), BATCH_MAX)])?;
    let (mut items, mut bytes) = (Vec::new(), 0_u64);
    while let Some(row) = rows.next()? {
        let fields = Fields::new("outbox", row);
        let waiting = waiting(db, &fields)?;
        bytes = bytes.saturating_add(waiting.bytes);
        if bytes > bytes_max && !items.is_empty() {
            break;
        }
        items.push((waiting, fields.bytes(17)?));
    }
    Ok(items)
}

pub(super) fn untold(db: &Connection, limit: usize) -> Result<Vec<Untold>, StoreError> {
    let sql = include_str!("untold.sql");
    rows(db, sql, [row_limit(limit, BATCH_MAX)], |fields| {
        let settled = match fields.get::<Option<i64>>(3)? {
            Some(_) => Settled::Passed(fields.position(3)?),
            None => Settled::Refused(fields.text(4)?),
        };
        Ok(Untold {
            post: fields.unsigned(0)?,
            status: fields.get(1)?,
            place: fields.unsigned(2)?,
            settled,
        })
    })
}

pub(super) fn page(
    db: &Connection,
    wanted: &OutboxWanted,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    let Ok(after) = i64::try_from(wanted.after) else {
        return Ok(Vec::new());
    };
    let tracks = wanted.tracks.as_deref().map(list);
    let ids = wanted.ids.as_deref().map(list);
    // Each begins with what leaves the fewest rows.
    let sql = match wanted {
        OutboxWanted { ids: Some(_), .. } => include_str!("page_of_ids.sql"),
        OutboxWanted {
            status: Some(_), ..
        } => include_str!("page_of_request.sql"),
        OutboxWanted { state: Some(_), .. } => include_str!("page_in_state.sql"),
        _ => include_str!("page.sql"),
    };
    let arguments = params![
        after,
        wanted.state.map(|state| state as u8),
        tracks,
        wanted.class,
        ids,
        wanted.status,
        row_limit(limit, BATCH_MAX)
    ];
    rows(db, sql, arguments, |fields| waiting(db, fields))
}

/// Numbers as a JSON list, for `json_each`.
fn list<T: ToString>(numbers: &[T]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(","))
}

pub(super) fn one(
    db: &Connection,
    id: u64,
) -> Result<Option<(Waiting, Option<Bytes>)>, StoreError> {
    let Ok(id) = i64::try_from(id) else {
        return Ok(None);
    };
    let found = rows(db, include_str!("one.sql"), [id], |fields| {
        let content: Option<Vec<u8>> = fields.get(17)?;
        Ok((waiting(db, fields)?, content.map(Bytes::from)))
    })?;
    Ok(found.into_iter().next())
}

pub(super) fn load(db: &Connection) -> Result<OutboxLoad, StoreError> {
    let mut statement = db.prepare_cached(include_str!("totals.sql"))?;
    let mut rows = statement.query([])?;
    let row = rows
        .next()?
        .ok_or_else(|| StoreError::corrupt("table outbox_totals", "it is empty"))?;
    let fields = Fields::new("outbox_totals", row);
    Ok(OutboxLoad {
        items: fields.unsigned(0)?,
        bytes: fields.unsigned(1)?,
    })
}

/// Reads the columns of `page.sql`, which the other statements begin with.
fn waiting(db: &Connection, fields: &Fields<'_, '_>) -> Result<Waiting, StoreError> {
    let id = fields.unsigned(0)?;
    let key = fields.get::<i64>(0)?;
    let posts = rows(db, include_str!("posts.sql"), [key], |fields| {
        Ok(Post {
            by: fields.text(0)?,
            at: fields.get(1)?,
            status: fields.get(2)?,
            place: fields.unsigned(3)?,
        })
    })?;
    let sql = include_str!("decisions.sql");
    let decisions = rows(db, sql, [key], |fields| {
        Ok(Decision {
            officer: fields.text(0)?,
            clears: fields.get(1)?,
            reason: fields.text(2)?,
            at: fields.get(3)?,
        })
    })?;
    let position = match fields.get::<Option<i64>>(15)? {
        Some(_) => Some(fields.position(15)?),
        None => None,
    };
    Ok(Waiting {
        id,
        track: fields.track(1)?,
        item: WaitingItem {
            class: fields.small(2)?,
            media: fields.text(3)?,
            lang: fields.get(4)?,
            office: fields.get(5)?,
            stix_id: fields.text(6)?,
            version: fields.text(7)?,
            order: fields.text(8)?,
            spec: fields.small(9)?,
            content_hash: fields.get(10)?,
        },
        bytes: fields.unsigned(11)?,
        state: state(fields, 12)?,
        officers: fields.small(13)?,
        posts,
        decisions,
        settled: fields.get(14)?,
        position,
        reason: fields.get(16)?,
    })
}

pub(super) fn state(fields: &Fields<'_, '_>, column: usize) -> Result<OutboxState, StoreError> {
    match fields.get::<i64>(column)? {
        0 => Ok(OutboxState::Waiting),
        1 => Ok(OutboxState::Cleared),
        2 => Ok(OutboxState::Passed),
        3 => Ok(OutboxState::Refused),
        other => Err(fields.corrupt(format_args!("{other} is no state"))),
    }
}

/// Every row of a statement, read.
pub(super) fn rows<T>(
    db: &Connection,
    sql: &'static str,
    arguments: impl Params,
    read: impl Fn(&Fields<'_, '_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(arguments)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(&Fields::new("outbox", row))?);
    }
    Ok(all)
}
