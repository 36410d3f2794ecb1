//! Trees over stored or fetched tiles. The record's tree functions are pure and read tiles through a trait; here a
//! computation is run again with each tile it turned out to need, so it stays pure and the fetching stays async.

use std::{collections::HashMap, fmt::Display};

use bytes::Bytes;
use record::{
    append::{self, Edge},
    hash::{Hash, TreeSize},
    tile::TileId,
    tree::{TileReader, TreeError},
};
use store::{LogId, NewTile, Store, StoreError, TileAt};

use crate::{
    resource::{LogHash, Resource},
    source::{Source, SourceError},
};

/// Most tiles that one proof or root needs: two for each level, with room.
const TILES_MAX: usize = 64;

/// Why a tree could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum TreesError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A tile is not there, or not as long as the tree needs it.
    #[error("tile {0} is missing or too short")]
    Missing(TileId),
    /// The computation refuses.
    #[error("{0}")]
    Tree(String),
}

/// The right edge of a stored log.
///
/// # Errors
/// [`TreesError`].
pub async fn edge(store: &dyn Store, log: LogId, size: u64) -> Result<Edge, TreesError> {
    let size = tree_size(size)?;
    Tiles::Held(store, log)
        .compute(|known| Edge::load(known, size))
        .await
}

/// The root that a stored log has, or had, at `size`.
///
/// # Errors
/// [`TreesError`].
pub async fn root_at(store: &dyn Store, log: LogId, size: u64) -> Result<Hash, TreesError> {
    let size = tree_size(size)?;
    Tiles::Held(store, log)
        .compute(|known| record::tree::root_at(known, size))
        .await
}

fn tree_size(size: u64) -> Result<TreeSize, TreesError> {
    TreeSize::new(size).map_err(|error| TreesError::Tree(error.to_string()))
}

/// A tile as the store takes it.
pub fn to_store(tile: append::Tile) -> NewTile {
    let at = TileAt {
        level: tile.id.level(),
        index: tile.id.index(),
    };
    NewTile {
        at,
        hashes: tile.bytes.into(),
    }
}

/// Where tiles come from.
pub enum Tiles<'a> {
    /// A log of the store.
    Held(&'a dyn Store, LogId),
    /// Another's, as it serves them at `size`; narrower tiles are cut from those.
    Offered(&'a dyn Source, LogHash, TreeSize),
}

impl Tiles<'_> {
    async fn tile(&self, id: TileId) -> Result<Bytes, TreesError> {
        let wanted = usize::from(id.width()) * 32;
        let tile = match self {
            Self::Held(store, log) => {
                let at = TileAt {
                    level: id.level(),
                    index: id.index(),
                };
                store.tiles(*log, vec![at]).await?.pop().flatten()
            }
            Self::Offered(source, log, size) => {
                let whole = TileId::covering(id.level(), id.index(), *size).unwrap_or(id);
                source.fetch(&Resource::Tile(*log, whole)).await?
            }
        };
        tile.filter(|tile| tile.len() >= wanted)
            .map(|tile| tile.slice(..wanted))
            .ok_or(TreesError::Missing(id))
    }

    /// Runs `compute` until it has every tile it needs.
    ///
    /// # Errors
    /// [`TreesError`].
    pub async fn compute<T>(
        &self,
        compute: impl Fn(&Known) -> Result<T, TreeError<TileId>>,
    ) -> Result<T, TreesError> {
        let mut known = Known(HashMap::new());
        loop {
            match compute(&known) {
                Ok(done) => return Ok(done),
                Err(TreeError::Reader(id)) if known.0.len() < TILES_MAX => {
                    known.0.insert(id, self.tile(id).await?);
                }
                Err(TreeError::Reader(id)) => return Err(TreesError::Missing(id)),
                Err(other) => return Err(TreesError::Tree(words(&other))),
            }
        }
    }
}

fn words(error: &dyn Display) -> String {
    error.to_string()
}

/// The tiles fetched so far.
pub struct Known(HashMap<TileId, Bytes>);

impl TileReader for Known {
    type Error = TileId;

    fn tile(&self, id: TileId) -> Result<Vec<u8>, TileId> {
        self.0.get(&id).map(|tile| tile.to_vec()).ok_or(id)
    }
}
