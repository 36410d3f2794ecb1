//! The append, and its late correction: the writes that make the record.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::convert::{Fields, at_most, log_size};
use super::{checkpoints, items, logs, objects, tiles};
use crate::error::StoreError;
use crate::item::{Append, Hash, Item, ItemState, Opening, RANGE_ITEMS_MAX, Resolve};
use crate::position::{LogId, Position};

/// Appends a batch. The caller's transaction makes it one step; the order inside does not matter.
pub(super) fn append(db: &Connection, append: &Append) -> Result<u64, StoreError> {
    let log = append.log;
    let stand = logs::stand(db, log)?;
    if stand.size != append.expected_size {
        return Err(StoreError::Conflict {
            log,
            expected: append.expected_size,
            found: stand.size,
        });
    }
    // What others hold of it comes back with the checkpoint that covers it; anything else would write on.
    if stand.closed && stand.mine && append.checkpoint.is_none() {
        return Err(StoreError::LogClosed { log });
    }
    let count = append.items.len() as u64;
    at_most("items in one append", count, RANGE_ITEMS_MAX as u64)?;
    let size = log_size(stand.size.saturating_add(count))?;

    insert_items(db, log, stand.size, &append.items)?;
    db.prepare_cached(include_str!("append/grow.sql"))?
        .execute(params![log.get(), size.cast_signed()])?;
    tiles::write(db, log, &append.tiles)?;
    objects::insert(
        db,
        stand.track,
        log,
        stand.size..size,
        &append.objects,
        |seq| {
            usize::try_from(seq - stand.size)
                .ok()
                .and_then(|at| append.items.get(at))
                .is_some_and(|item| {
                    item.state == ItemState::Whole && item.opening.content().is_some()
                })
        },
        append.at,
    )?;
    if let Some(checkpoint) = &append.checkpoint {
        checkpoints::put(db, log, checkpoint)?;
    }
    Ok(size)
}

/// Replaces the opening of an excepted item.
pub(super) fn resolve(db: &Connection, resolve: &Resolve) -> Result<(), StoreError> {
    let Resolve { log, seq, .. } = *resolve;
    let stand = logs::stand(db, log)?;
    let position = Position::new(log, seq).ok_or(StoreError::NoSuchItem { log, seq })?;
    let class_before = {
        let mut statement = db.prepare_cached(include_str!("items/stand.sql"))?;
        let mut rows = statement.query([position.key()])?;
        let row = rows.next()?.ok_or(StoreError::NoSuchItem { log, seq })?;
        let fields = Fields::new("items", row);
        match items::state_of(&fields, 0)? {
            ItemState::Whole => return Err(StoreError::ItemIsWhole { log, seq }),
            ItemState::Excepted => fields.get::<Option<i64>>(1)?,
        }
    };
    let columns = Columns::of(&resolve.opening);
    db.prepare_cached(include_str!("items/resolve.sql"))?
        .execute(params![
            position.key(),
            columns.level,
            columns.class,
            columns.salt_e,
            columns.head_c,
            columns.salt_h,
            columns.salt_c,
            resolve.content_c,
            columns.head,
            columns.content,
        ])?;
    count_class(db, log, class_before.unwrap_or(CLASS_WITHHELD), -1)?;
    count_class(db, log, columns.class.map_or(CLASS_WITHHELD, i64::from), 1)?;
    objects::insert(
        db,
        stand.track,
        log,
        seq..seq + 1,
        &resolve.objects,
        |_| resolve.opening.content().is_some(),
        resolve.at,
    )
}

/// The class of an item whose class is withheld, in `class_counts`.
const CLASS_WITHHELD: i64 = -1;

fn insert_items(db: &Connection, log: LogId, first: u64, items: &[Item]) -> Result<(), StoreError> {
    let mut insert = db.prepare_cached(include_str!("items/insert.sql"))?;
    let mut by_class = BTreeMap::<i64, i64>::new();
    for (seq, item) in (first..).zip(items) {
        let columns = Columns::of(&item.opening);
        let state: i64 = match item.state {
            ItemState::Whole => 0,
            ItemState::Excepted => 1,
        };
        insert.execute(params![
            log.key(seq),
            item.entry,
            state,
            columns.level,
            columns.class,
            columns.salt_e,
            columns.head_c,
            columns.salt_h,
            columns.salt_c,
            item.content_c,
            columns.head,
            columns.content,
        ])?;
        *by_class
            .entry(columns.class.map_or(CLASS_WITHHELD, i64::from))
            .or_default() += 1;
    }
    by_class
        .into_iter()
        .try_for_each(|(class, items)| count_class(db, log, class, items))
}

fn count_class(db: &Connection, log: LogId, class: i64, items: i64) -> Result<(), StoreError> {
    db.prepare_cached(include_str!("append/count_class.sql"))?
        .execute(params![log.get(), class, items])?;
    Ok(())
}

/// An opening as the columns of `items`, borrowed.
#[derive(Default)]
struct Columns<'a> {
    level: u8,
    class: Option<u8>,
    salt_e: Option<&'a Hash>,
    head_c: Option<&'a Hash>,
    salt_h: Option<&'a Hash>,
    salt_c: Option<&'a Hash>,
    head: Option<&'a [u8]>,
    content: Option<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(opening: &'a Opening) -> Self {
        match opening {
            Opening::Withheld => Self::default(),
            Opening::Class {
                class,
                salt_e,
                head_c,
            } => Self {
                level: 1,
                class: Some(*class),
                salt_e: Some(salt_e),
                head_c: Some(head_c),
                ..Self::default()
            },
            Opening::Head {
                class,
                salt_e,
                salt_h,
                head,
            } => Self {
                level: 2,
                class: Some(*class),
                salt_e: Some(salt_e),
                salt_h: Some(salt_h),
                head: Some(head),
                ..Self::default()
            },
            Opening::Content {
                class,
                salt_e,
                salt_h,
                salt_c,
                head,
                content,
            } => Self {
                level: 3,
                class: Some(*class),
                salt_e: Some(salt_e),
                salt_h: Some(salt_h),
                salt_c: Some(salt_c),
                head: Some(head),
                content: content.as_deref(),
                ..Self::default()
            },
        }
    }
}
