//! What the disk and SQLite allow: the same bytes in one table, one transaction for each envelope, synced.

use std::path::Path;

use bytes::Bytes;
use serde::Serialize;

use super::{super::append, data::Data};

/// The bare insert.
#[derive(Debug, Serialize)]
pub(crate) struct Bare {
    /// Seconds in all.
    secs: f64,
    /// Objects by time.
    pub(crate) objects_per_sec: f64,
}

/// Inserts `count` objects, `batch` in a transaction.
pub(crate) fn measure(dir: &Path, data: &Data, count: usize, batch: usize) -> anyhow::Result<Bare> {
    let texts: Vec<Bytes> = data.texts(count).map(Bytes::from).collect();
    let batches: Vec<Vec<Bytes>> = texts.chunks(batch).map(<[Bytes]>::to_vec).collect();
    let place = tempfile::tempdir_in(dir)?;
    let secs = append::insert_bare(place.path(), &batches)?.as_secs_f64();
    Ok(Bare {
        secs,
        objects_per_sec: count as f64 / secs,
    })
}
