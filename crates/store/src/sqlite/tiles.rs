//! Tiles: written with the items that fill them, read in batches for proofs.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};

use super::convert::at_most;
use crate::error::StoreError;
use crate::item::{NewTile, TileAt};
use crate::position::LogId;
use crate::store::BATCH_MAX;

/// Bytes of a full tile: 256 hashes.
const TILE_BYTES_MAX: usize = 256 * 32;

/// A tree of 2^40 leaves has tiles on levels 0 to 4.
const LEVEL_MAX: u8 = 4;

/// Level 0 of a tree of 2^40 leaves has 2^32 tiles; higher levels have fewer.
const INDEX_BITS: u32 = 32;

pub(super) fn write(db: &Connection, log: LogId, tiles: &[NewTile]) -> Result<(), StoreError> {
    at_most("tiles in one append", tiles.len() as u64, BATCH_MAX as u64)?;
    let mut statement = db.prepare_cached(include_str!("tiles/write.sql"))?;
    for tile in tiles {
        let TileAt { level, index } = tile.at;
        let bytes = tile.hashes.len();
        let whole = (1..=TILE_BYTES_MAX).contains(&bytes) && bytes.is_multiple_of(32);
        let key = key(log, tile.at)
            .filter(|_| whole)
            .ok_or(StoreError::NoTile {
                level,
                index,
                bytes,
            })?;
        if statement.execute(params![key, &tile.hashes[..]])? == 0 {
            return Err(StoreError::TileDiffers { log, level, index });
        }
    }
    Ok(())
}

pub(super) fn read(
    db: &Connection,
    log: LogId,
    tiles: &[TileAt],
) -> Result<Vec<Option<Bytes>>, StoreError> {
    at_most("tiles in one call", tiles.len() as u64, BATCH_MAX as u64)?;
    let mut statement = db.prepare_cached(include_str!("tiles/read.sql"))?;
    tiles
        .iter()
        .map(|at| {
            // Coordinates that no log can have are those of a tile that is not there.
            let Some(key) = key(log, *at) else {
                return Ok(None);
            };
            let hashes: Option<Vec<u8>> =
                statement.query_row([key], |row| row.get(0)).optional()?;
            Ok(hashes.map(Bytes::from))
        })
        .collect()
}

/// `log_id << 40 | level << 32 | index`.
fn key(log: LogId, at: TileAt) -> Option<i64> {
    let fits = at.level <= LEVEL_MAX && at.index < 1 << INDEX_BITS;
    fits.then(|| log.key(u64::from(at.level) << INDEX_BITS | at.index))
}
