//! What officers decide, and how what they cleared comes out.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::queue::add_totals;
use super::read::state;
use crate::error::StoreError;
use crate::outbox::{DECIDE_MAX, Decided, Decision, OutboxState, Settled};
use crate::sqlite::convert::{Fields, at_most, int};
use crate::watch::TEXT_BYTES_MAX;

pub(super) fn decide_all(
    db: &Connection,
    items: &[u64],
    decision: &Decision,
) -> Result<Vec<Decided>, StoreError> {
    at_most(
        "items in one decision",
        items.len() as u64,
        DECIDE_MAX as u64,
    )?;
    at_most(
        "bytes of an officer's name",
        decision.officer.len() as u64,
        TEXT_BYTES_MAX,
    )?;
    at_most(
        "bytes of a reason",
        decision.reason.len() as u64,
        TEXT_BYTES_MAX,
    )?;
    items.iter().map(|id| decide(db, *id, decision)).collect()
}

fn decide(db: &Connection, item: u64, decision: &Decision) -> Result<Decided, StoreError> {
    // A number that no column holds is the number of nothing.
    let Ok(id) = i64::try_from(item) else {
        return Ok(Decided::Unknown);
    };
    let stand = {
        let mut statement = db.prepare_cached(include_str!("stand.sql"))?;
        let mut rows = statement.query(params![id, decision.officer])?;
        let Some(row) = rows.next()? else {
            return Ok(Decided::Unknown);
        };
        let fields = Fields::new("outbox", row);
        Stand {
            state: state(&fields, 0)?,
            officers: fields.small(1)?,
            posted: fields.get(2)?,
            cleared: fields.get(3)?,
            others: fields.unsigned(4)?,
        }
    };
    if stand.state != OutboxState::Waiting {
        return Ok(Decided::Settled(stand.state));
    }
    if decision.clears && stand.posted {
        return Ok(Decided::OwnPost);
    }
    if decision.clears && stand.cleared {
        return Ok(Decided::Again);
    }
    db.prepare_cached(include_str!("put_decision.sql"))?
        .execute(params![
            id,
            decision.officer,
            decision.clears,
            decision.reason,
            decision.at
        ])?;
    if !decision.clears {
        let refused = Settled::Refused(decision.reason.clone());
        settle(db, item, OutboxState::Waiting, &refused, decision.at)?;
        return Ok(Decided::Refused);
    }
    let counted = stand.others.saturating_add(1);
    let missing = u64::from(stand.officers).saturating_sub(counted);
    if missing > 0 {
        // Smaller than a number of officers, which is a small one.
        return Ok(Decided::Counted(u8::try_from(missing).unwrap_or(u8::MAX)));
    }
    db.prepare_cached(include_str!("clear.sql"))?
        .execute([id])?;
    Ok(Decided::Cleared)
}

/// What a decision hangs on.
struct Stand {
    state: OutboxState,
    officers: u8,
    /// Whether the officer posted it.
    posted: bool,
    /// Whether the officer has cleared it.
    cleared: bool,
    /// How many others have.
    others: u64,
}

/// Settles an item that stands at `from`; of any other nothing changes.
pub(super) fn settle(
    db: &Connection,
    item: u64,
    from: OutboxState,
    settled: &Settled,
    at: i64,
) -> Result<(), StoreError> {
    let id = int("outbox number", item)?;
    let freed: Option<i64> = match settled {
        Settled::Passed(position) => db
            .prepare_cached(include_str!("pass.sql"))?
            .query_row(params![id, at, position.key(), from as u8], |row| {
                row.get(0)
            })
            .optional()?,
        Settled::Refused(reason) => db
            .prepare_cached(include_str!("refuse.sql"))?
            .query_row(params![id, at, reason, from as u8], |row| row.get(0))
            .optional()?,
    };
    let Some(bytes) = freed else {
        return Ok(());
    };
    add_totals(db, -1, -bytes)?;
    db.prepare_cached(include_str!("to_tell.sql"))?
        .execute([id])?;
    Ok(())
}
