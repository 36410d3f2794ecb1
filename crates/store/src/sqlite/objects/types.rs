//! STIX types, numbered as they come.

use rusqlite::{Connection, OptionalExtension};

use crate::error::StoreError;

/// `indicator` of `indicator--<uuid>`; empty where the id is not made so, lest each be its own type.
pub(in crate::sqlite) fn of_id(id: &str) -> &str {
    id.split_once("--").map_or("", |(stix_type, _)| stix_type)
}

/// The number of a type; `None` if no object of it ever came.
pub(in crate::sqlite) fn known(db: &Connection, name: &str) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached(include_str!("type.sql"))?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// The number of a type, a new one if need be.
pub(super) fn number(db: &Connection, name: &str) -> Result<i64, StoreError> {
    if let Some(number) = known(db, name)? {
        return Ok(number);
    }
    Ok(db
        .prepare_cached(include_str!("insert_type.sql"))?
        .query_row([name], |row| row.get(0))?)
}
