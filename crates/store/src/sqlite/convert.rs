//! Between SQLite's values and ours. What we write is checked before, what we read after.

use rusqlite::{ErrorCode, Row};

use crate::error::StoreError;
use crate::position::{LOG_SIZE_MAX, LogId, Position, TrackId};

/// An unsigned number for a column.
pub(crate) fn int(what: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::TooLarge {
        what,
        value,
        limit: i64::MAX.cast_unsigned(),
    })
}

/// Refuses a value above its limit.
pub(crate) fn at_most(what: &'static str, value: u64, limit: u64) -> Result<u64, StoreError> {
    if value > limit {
        return Err(StoreError::TooLarge { what, value, limit });
    }
    Ok(value)
}

/// Refuses a size that no log can have.
pub(crate) fn log_size(size: u64) -> Result<u64, StoreError> {
    at_most("log size", size, LOG_SIZE_MAX)
}

/// How many rows to ask for: what the caller wants, as far as one call goes.
pub(crate) fn row_limit(limit: usize, max: usize) -> i64 {
    i64::try_from(limit.min(max)).unwrap_or(i64::MAX)
}

/// One row of a table, read with errors that say where it is.
pub(crate) struct Fields<'r, 's> {
    table: &'static str,
    row: &'r Row<'s>,
}

impl<'r, 's> Fields<'r, 's> {
    pub(crate) fn new(table: &'static str, row: &'r Row<'s>) -> Self {
        Self { table, row }
    }

    pub(crate) fn corrupt(&self, what: impl std::fmt::Display) -> StoreError {
        StoreError::corrupt(format_args!("table {}", self.table), what)
    }

    /// A column of the type asked for.
    pub(crate) fn get<T: rusqlite::types::FromSql>(&self, column: usize) -> Result<T, StoreError> {
        self.row.get(column).map_err(|error| self.corrupt(error))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<bytes::Bytes, StoreError> {
        Ok(bytes::Bytes::from(self.get::<Vec<u8>>(column)?))
    }

    pub(crate) fn unsigned(&self, column: usize) -> Result<u64, StoreError> {
        let value: i64 = self.get(column)?;
        u64::try_from(value).map_err(|_| self.corrupt(format_args!("{value} is negative")))
    }

    pub(crate) fn small<T: TryFrom<i64>>(&self, column: usize) -> Result<T, StoreError> {
        let value: i64 = self.get(column)?;
        T::try_from(value).map_err(|_| self.corrupt(format_args!("{value} is out of range")))
    }

    pub(crate) fn log(&self, column: usize) -> Result<LogId, StoreError> {
        LogId::new(self.small(column)?).ok_or_else(|| self.corrupt("a log number is out of range"))
    }

    pub(crate) fn track(&self, column: usize) -> Result<TrackId, StoreError> {
        TrackId::new(self.small(column)?)
            .ok_or_else(|| self.corrupt("a track number is out of range"))
    }

    pub(crate) fn position(&self, column: usize) -> Result<Position, StoreError> {
        let key: i64 = self.get(column)?;
        Position::from_key(key).ok_or_else(|| self.corrupt(format_args!("{key} is not a position")))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::corrupt("the database file", error)
            }
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::backend("sqlite", error),
        }
    }
}
