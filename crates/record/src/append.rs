//! Appending: (the right edge of a tree, new entries) -> (its new edge, the tiles to write, the root).
//!
//! Pure, and the old edge stays as it was: when writing fails, nothing has happened.

use crate::entry::Entry;
use crate::hash::{HASH_BYTES, Hash, TreeSize};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, TileId};
use crate::tree::{Frontier, FrontierError, TileReader, TreeError, frontier_at};

/// The right edge of a tree: its frontier, and the partial tile of every level, which grow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    frontier: Frontier,
    /// Concatenated hashes of the partial tile of each level, from the leaves up.
    partial: Vec<Vec<u8>>,
}

/// A tile to write: full, or a partial one with all its hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Which.
    pub id: TileId,
    /// Its hashes, concatenated.
    pub bytes: Vec<u8>,
}

/// What appending leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The edge of the larger tree.
    pub edge: Edge,
    /// Every tile that the larger tree has and the smaller one did not, or had shorter.
    pub tiles: Vec<Tile>,
    /// The root of the larger tree.
    pub root: Hash,
}

impl Edge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the edge of a tree from its tiles. The caller compares [`Edge::root`] with what was signed.
    ///
    /// # Errors
    /// [`TreeError::Reader`] or [`TreeError::BadTile`].
    pub fn load<R: TileReader>(reader: &R, size: TreeSize) -> Result<Self, TreeError<R::Error>> {
        let frontier = frontier_at(reader, size)?;
        let mut partial = Vec::new();
        let mut hashes = size.get();
        for level in 0.. {
            if hashes == 0 {
                break;
            }
            partial.push(match TileId::covering(level, hashes / TILE_WIDTH, size) {
                None => Vec::new(),
                Some(id) => {
                    let mut tile = reader.tile(id).map_err(TreeError::Reader)?;
                    let bytes = usize::from(id.width()) * HASH_BYTES;
                    if tile.len() < bytes {
                        return Err(TreeError::BadTile {
                            id,
                            bytes: tile.len(),
                        });
                    }
                    tile.truncate(bytes);
                    tile
                }
            });
            hashes >>= TILE_HEIGHT;
        }
        Ok(Self { frontier, partial })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The partial tile of every level that has one, from the leaves up.
    pub fn partial_tiles(&self) -> impl Iterator<Item = Tile> {
        (0..).zip(&self.partial).filter_map(|(level, bytes)| {
            let hashes = self.size().get() >> (TILE_HEIGHT * u32::from(level));
            let id = TileId::covering(level, hashes / TILE_WIDTH, self.size())?;
            Some(Tile {
                id,
                bytes: bytes.clone(),
            })
        })
    }

    /// The leaf hashes of the last, partial tile, concatenated; empty when every tile is full.
    #[must_use]
    pub fn partial_leaves(&self) -> &[u8] {
        self.partial.first().map_or(&[], Vec::as_slice)
    }

    /// The frontier of the tree.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

/// Appends entries.
///
/// # Errors
/// [`FrontierError::Size`] when the tree would become too large.
pub fn append<'e>(
    edge: &Edge,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Result<Appended, FrontierError> {
    append_leaf_hashes(edge, entries.into_iter().map(Entry::leaf_hash))
}

/// Appends leaves that are given as their hashes, as a mirror has them after checking a bundle.
///
/// # Errors
/// [`FrontierError::Size`] when the tree would become too large.
pub fn append_leaf_hashes(
    edge: &Edge,
    leaves: impl IntoIterator<Item = Hash>,
) -> Result<Appended, FrontierError> {
    let old = edge.size().get();
    let mut edge = edge.clone();
    let mut tiles = Vec::new();
    for leaf in leaves {
        let index = edge.size().get();
        let Edge { frontier, partial } = &mut edge;
        push_hash(partial, &mut tiles, 0, index, &leaf);
        frontier.push_noting(leaf, |height, root| {
            if u32::from(height).is_multiple_of(TILE_HEIGHT) {
                let level = height / TILE_HEIGHT as u8;
                push_hash(partial, &mut tiles, level, index >> height, root);
            }
        })?;
    }
    // A level that got no hash has its tile already.
    let grew = |tile: &Tile| {
        let shift = TILE_HEIGHT * u32::from(tile.id.level());
        edge.size().get() >> shift > old >> shift
    };
    tiles.extend(edge.partial_tiles().filter(grew));
    let root = edge.root();
    Ok(Appended { edge, tiles, root })
}

/// Adds the hash of that index within a level to the level's partial tile, and takes the tile out when
/// it is full.
fn push_hash(
    partial: &mut Vec<Vec<u8>>,
    tiles: &mut Vec<Tile>,
    level: u8,
    index: u64,
    hash: &Hash,
) {
    let slot = usize::from(level);
    if partial.len() == slot {
        partial.push(Vec::new());
    }
    let bytes = &mut partial[slot];
    bytes.extend_from_slice(hash.as_bytes());
    if bytes.len() == TILE_WIDTH as usize * HASH_BYTES {
        let full = std::mem::take(bytes);
        let id = TileId::new(level, index / TILE_WIDTH, TILE_WIDTH as u16)
            .expect("a tile of a tree within bounds is within bounds");
        tiles.push(Tile { id, bytes: full });
    }
}
