//! [`Statuses`] in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, params};

use super::SqliteStore;
use super::convert::{Fields, at_most, int};
use crate::error::StoreError;
use crate::statuses::{
    NewStatus, STATUS_DETAILS_BYTES_MAX, Settlement, StatusLimits, Statuses, StoredStatus,
};
use crate::store::BATCH_MAX;
use crate::watch::TEXT_BYTES_MAX;

#[async_trait]
impl Statuses for SqliteStore {
    async fn add_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError> {
        self.writer
            .write("add_statuses", move |db| add(db, &statuses, at))
            .await
    }

    async fn add_told_statuses(&self, statuses: Vec<NewStatus>, at: i64) -> Result<(), StoreError> {
        self.writer
            .write_unsynced("add_told_statuses", move |db| add(db, &statuses, at))
            .await
    }

    async fn settle_status(
        &self,
        id: [u8; 16],
        settlements: Vec<Settlement>,
        at: i64,
    ) -> Result<u64, StoreError> {
        self.writer
            .write("settle_status", move |db| settle(db, id, &settlements, at))
            .await
    }

    async fn find_status(&self, id: [u8; 16]) -> Result<Option<StoredStatus>, StoreError> {
        self.readers
            .read("find_status", move |db| find(db, id))
            .await
    }

    async fn prune_statuses(&self, limits: StatusLimits) -> Result<u64, StoreError> {
        self.writer
            .write("prune_statuses", move |db| prune(db, limits))
            .await
    }
}

fn add(db: &Connection, statuses: &[NewStatus], at: i64) -> Result<(), StoreError> {
    at_most(
        "statuses in one write",
        statuses.len() as u64,
        BATCH_MAX as u64,
    )?;
    let mut insert = db.prepare_cached(include_str!("statuses/insert.sql"))?;
    for status in statuses {
        at_most(
            "bytes of an owner",
            status.owner.len() as u64,
            TEXT_BYTES_MAX,
        )?;
        at_most(
            "bytes of details",
            status.details.len() as u64,
            STATUS_DETAILS_BYTES_MAX,
        )?;
        let inserted = insert.execute(params![
            status.id,
            status.owner,
            status.collection,
            status.requested,
            (status.pendings == 0).then_some(at),
            int("successes", status.successes)?,
            int("failures", status.failures)?,
            int("pendings", status.pendings)?,
            &status.details[..],
        ])?;
        if inserted == 0 {
            return Err(StoreError::StatusExists { id: status.id });
        }
        if status.pendings > 0 {
            let early = db
                .prepare_cached(include_str!("statuses/settled_early.sql"))?
                .query_row([status.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            count(db, status.id, early, at)?;
        }
    }
    Ok(())
}

fn settle(
    db: &Connection,
    id: [u8; 16],
    settlements: &[Settlement],
    at: i64,
) -> Result<u64, StoreError> {
    let many = settlements.len() as u64;
    at_most("settlements in one write", many, BATCH_MAX as u64)?;
    let mut insert = db.prepare_cached(include_str!("statuses/settle.sql"))?;
    let mut new = (0, 0);
    for each in settlements {
        let bytes = each.message.as_ref().map_or(0, String::len);
        at_most("bytes of a message", bytes as u64, TEXT_BYTES_MAX)?;
        let position = int("position", each.position)?;
        if insert.execute(params![id, position, each.success, each.message, at])? == 1 {
            new.0 += i64::from(each.success);
            new.1 += i64::from(!each.success);
        }
    }
    count(db, id, new, at)?;
    Ok((new.0 + new.1).cast_unsigned())
}

/// Moves pending objects to successes and failures. Does nothing for a status that is not stored yet.
fn count(
    db: &Connection,
    id: [u8; 16],
    (successes, failures): (i64, i64),
    at: i64,
) -> Result<(), StoreError> {
    if successes + failures > 0 {
        db.prepare_cached(include_str!("statuses/count.sql"))?
            .execute(params![id, successes, failures, at])?;
    }
    Ok(())
}

fn find(db: &Connection, id: [u8; 16]) -> Result<Option<StoredStatus>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("statuses/one.sql"))?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let fields = Fields::new("statuses", row);
    let status = NewStatus {
        id,
        owner: fields.text(0)?,
        collection: fields.get(1)?,
        requested: fields.get(2)?,
        successes: fields.unsigned(3)?,
        failures: fields.unsigned(4)?,
        pendings: fields.unsigned(5)?,
        details: fields.bytes(6)?,
    };
    let mut statement = db.prepare_cached(include_str!("statuses/settlements.sql"))?;
    let mut rows = statement.query([id])?;
    let mut settled = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("status_settlements", row);
        settled.push(Settlement {
            position: fields.unsigned(0)?,
            success: fields.get(1)?,
            message: fields.get(2)?,
        });
    }
    Ok(Some(StoredStatus { status, settled }))
}

fn prune(db: &Connection, limits: StatusLimits) -> Result<u64, StoreError> {
    let old = db
        .prepare_cached(include_str!("statuses/prune_old.sql"))?
        .execute([limits.settled_before])?;
    let crowded = db
        .prepare_cached(include_str!("statuses/prune_crowded.sql"))?
        .execute(params![
            limits.crowded_before,
            int("statuses", limits.count_max)?
        ])?;
    db.prepare_cached(include_str!("statuses/prune_settlements.sql"))?
        .execute([limits.settled_before])?;
    Ok((old + crowded) as u64)
}
