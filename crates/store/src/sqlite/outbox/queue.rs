//! Letting items wait, and how much waits.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::read::load;
use crate::error::StoreError;
use crate::outbox::{NewWaiting, OUTBOX_BYTES_MAX, OUTBOX_ITEMS_MAX, Queued};
use crate::sqlite::convert::{at_most, int};

pub(super) fn wait(db: &Connection, items: &[NewWaiting]) -> Result<Vec<Queued>, StoreError> {
    let mut load = load(db)?;
    let before = load;
    let mut same = db.prepare_cached(include_str!("same.sql"))?;
    let mut insert = db.prepare_cached(include_str!("insert.sql"))?;
    let mut queued = Vec::with_capacity(items.len());
    for new in items {
        let NewWaiting { item, post, .. } = new;
        let held: Option<(i64, [u8; 32])> = same
            .query_row(params![new.track.get(), item.stix_id, item.order], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (id, outcome) = match held {
            Some((id, hash)) if hash != item.content_hash => {
                queued.push(Queued::Conflict(id.cast_unsigned()));
                continue;
            }
            Some((id, _)) => (id, Queued::Same(id.cast_unsigned())),
            None => {
                let bytes = new.content.len() as u64;
                load.items = at_most("items in the outbox", load.items + 1, OUTBOX_ITEMS_MAX)?;
                load.bytes = at_most("bytes in the outbox", load.bytes + bytes, OUTBOX_BYTES_MAX)?;
                let id: i64 = insert.query_row(
                    params![
                        new.track.get(),
                        new.officers,
                        item.class,
                        item.media,
                        item.lang,
                        item.office,
                        item.stix_id,
                        item.version,
                        item.order,
                        item.spec,
                        item.content_hash,
                        int("bytes of an item", bytes)?,
                        &new.content[..]
                    ],
                    |row| row.get(0),
                )?;
                (id, Queued::Waiting(id.cast_unsigned()))
            }
        };
        db.prepare_cached(include_str!("insert_post.sql"))?
            .execute(params![
                id,
                post.by,
                post.at,
                post.status,
                int("place in a request", post.place)?
            ])?;
        queued.push(outcome);
    }
    add_totals(
        db,
        (load.items - before.items).cast_signed(),
        (load.bytes - before.bytes).cast_signed(),
    )?;
    Ok(queued)
}

pub(super) fn add_totals(db: &Connection, items: i64, bytes: i64) -> Result<(), StoreError> {
    db.prepare_cached(include_str!("add_totals.sql"))?
        .execute([items, bytes])?;
    Ok(())
}
