//! The check: does the file hold together, and do its tables agree.

mod view;

use std::path::Path;

use rusqlite::Connection;

use super::connection;
use super::convert::Fields;
use crate::error::StoreError;
use crate::status::Finding;

/// Page cache, in KiB: enough to join items and objects, which lie in the same order.
const CACHE_KIB: u32 = 16 << 10;

/// Reads everything, as it is at one moment. A file too damaged to be read on is a finding, too. Blocks.
pub(super) fn check(path: &Path) -> Result<Vec<Finding>, StoreError> {
    let db = connection::open_reader(path, CACHE_KIB)?;
    let moment = db.unchecked_transaction()?;
    let mut findings = Vec::new();
    match look(&moment, &mut findings) {
        Err(StoreError::Corrupt { place, what }) => findings.push(Finding { place, what }),
        other => other?,
    }
    Ok(findings)
}

fn look(db: &Connection, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    each(
        db,
        "PRAGMA integrity_check",
        "file",
        |fields| {
            let what = fields.text(0)?;
            Ok((what != "ok").then(|| ("the database file".to_owned(), what)))
        },
        findings,
    )?;
    each(
        db,
        "PRAGMA foreign_key_check",
        "file",
        |fields| {
            let (table, row, parent): (String, Option<i64>, String) =
                (fields.text(0)?, fields.get(1)?, fields.text(2)?);
            let row = row.map_or_else(String::new, |row| format!(" {row}"));
            Ok(Some((
                format!("table {table}"),
                format!("row{row} refers to no row of {parent}"),
            )))
        },
        findings,
    )?;
    each(
        db,
        include_str!("check/sizes.sql"),
        "items",
        |fields| {
            let log = fields.log(0)?;
            let (size, rows, first, end) = (
                fields.unsigned(1)?,
                fields.unsigned(2)?,
                fields.unsigned(3)?,
                fields.unsigned(4)?,
            );
            let sound = size == rows && first == 0 && end == size;
            Ok((!sound).then(|| {
                (
                    format!("log {log}"),
                    format!("size is {size}, but there are {rows} items from {first} to {end}"),
                )
            }))
        },
        findings,
    )?;
    each(
        db,
        include_str!("check/strays.sql"),
        "items",
        |fields| {
            let strays = fields.unsigned(0)?;
            Ok((strays > 0).then(|| {
                (
                    "table items".to_owned(),
                    format!("{strays} items of no log"),
                )
            }))
        },
        findings,
    )?;
    numbers(
        db,
        include_str!("check/classes.sql"),
        "class_counts",
        |[log, class, kept, counted]| {
            (
                format!("log {log}"),
                format!("{counted} items of class {class}, counted as {kept}"),
            )
        },
        findings,
    )?;
    numbers(
        db,
        include_str!("check/openings.sql"),
        "items",
        |[log, seq]| {
            (
                format!("log {log}"),
                format!("item {seq} has not the columns of its level"),
            )
        },
        findings,
    )?;
    numbers(
        db,
        include_str!("check/orphans.sql"),
        "objects",
        |[track, arrival]| {
            (
                format!("track {track}"),
                format!("object {arrival} has no item"),
            )
        },
        findings,
    )?;
    numbers(
        db,
        include_str!("check/arrivals.sql"),
        "objects",
        |[track, kept, rows, newest]| {
            (
                format!("track {track}"),
                format!("{kept} objects arrived, but there are {rows} up to {newest}"),
            )
        },
        findings,
    )?;
    for (sql, what) in [
        (
            include_str!("check/listed.sql"),
            "is listed without its content",
        ),
        (
            include_str!("check/added.sql"),
            "was not added after the one before it",
        ),
    ] {
        numbers(
            db,
            sql,
            "objects",
            |[track, arrival]| (format!("track {track}"), format!("object {arrival} {what}")),
            findings,
        )?;
    }
    each(
        db,
        include_str!("check/types.sql"),
        "type_counts",
        |fields| {
            let (track, name, kept, counted): (i64, String, i64, i64) = (
                fields.get(0)?,
                fields.get(1)?,
                fields.get(2)?,
                fields.get(3)?,
            );
            Ok(Some((
                format!("track {track}"),
                format!("{counted} objects of type {name:?}, counted as {kept}"),
            )))
        },
        findings,
    )?;
    view::check(db, findings)?;
    numbers(
        db,
        include_str!("check/tiles.sql"),
        "tiles",
        |[log, size, leaves]| {
            (
                format!("log {log}"),
                format!("tiles for {leaves} leaves, but {size} entries"),
            )
        },
        findings,
    )
}

/// Runs one statement and keeps what `judge` finds wrong with its rows: place and reason.
fn each(
    db: &Connection,
    sql: &str,
    table: &'static str,
    judge: impl Fn(&Fields<'_, '_>) -> Result<Option<(String, String)>, StoreError>,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some((place, what)) = judge(&Fields::new(table, row))? {
            findings.push(Finding { place, what });
        }
    }
    Ok(())
}

/// The same of a statement that gives what is wrong alone, in rows of numbers.
fn numbers<const N: usize>(
    db: &Connection,
    sql: &str,
    table: &'static str,
    words: impl Fn([i64; N]) -> (String, String),
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let judge = |fields: &Fields<'_, '_>| {
        let mut row = [0; N];
        for (column, number) in row.iter_mut().enumerate() {
            *number = fields.get(column)?;
        }
        Ok(Some(words(row)))
    };
    each(db, sql, table, judge, findings)
}
