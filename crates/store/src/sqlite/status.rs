//! Counts for a status page, and bytes on disk.

use std::path::Path;

use rusqlite::Connection;

use super::convert::Fields;
use crate::error::StoreError;
use crate::status::{Counts, DiskUse};

pub(super) fn counts(db: &Connection) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();

    let mut statement = db.prepare_cached(include_str!("status/items.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("class_counts", row);
        let class = match fields.get::<i64>(1)? {
            -1 => None,
            _ => Some(fields.small(1)?),
        };
        counts
            .items
            .push((fields.log(0)?, class, fields.unsigned(2)?));
    }

    let mut statement = db.prepare_cached(include_str!("status/excepted.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("items", row);
        counts.excepted.push((fields.log(0)?, fields.unsigned(1)?));
    }

    let mut statement = db.prepare_cached(include_str!("status/objects.sql"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::new("type_counts", row);
        counts
            .objects
            .push((fields.track(0)?, fields.text(1)?, fields.unsigned(2)?));
    }
    Ok(counts)
}

pub(super) fn disk_use(path: &Path) -> Result<DiskUse, StoreError> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    Ok(DiskUse {
        database_bytes: bytes(path)?,
        wal_bytes: bytes(Path::new(&wal))?,
    })
}

/// Length of a file; none where there is none.
fn bytes(path: &Path) -> Result<u64, StoreError> {
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(StoreError::backend("measuring a file", error)),
    }
}
