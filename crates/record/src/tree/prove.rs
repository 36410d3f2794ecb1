//! Roots, frontiers and proofs, computed from tiles.

use std::collections::HashMap;

use super::{Frontier, is_subtree, node_hash, split};
use crate::hash::{HASH_BYTES, Hash, LeafIndex, TreeSize};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH, TileId};

/// Where the tiles of one tree are read.
pub trait TileReader {
    /// What can go wrong while reading, a missing tile included.
    type Error;

    /// The hashes of one tile, concatenated: the first [`TileId::width`] of them at least, in their
    /// order; more, as a tile that has grown since has them, do no harm.
    ///
    /// # Errors
    /// The tile cannot be read or is not there.
    fn tile(&self, id: TileId) -> Result<Vec<u8>, Self::Error>;
}

impl<R: TileReader + ?Sized> TileReader for &R {
    type Error = R::Error;

    fn tile(&self, id: TileId) -> Result<Vec<u8>, R::Error> {
        (**self).tile(id)
    }
}

/// Why something could not be computed from tiles.
#[derive(Debug, thiserror::Error)]
pub enum TreeError<E> {
    /// The reader failed.
    #[error(transparent)]
    Reader(E),
    /// A tile is shorter than its width, longer than a tile can be, or no multiple of 32 bytes.
    #[error("tile {id} is {bytes} bytes long")]
    BadTile {
        /// Which.
        id: TileId,
        /// How long.
        bytes: usize,
    },
    /// The leaf, or the older tree, is not inside the tree.
    #[error("{asked} is beyond the tree of {size} leaves")]
    OutOfRange {
        /// The index or size asked for.
        asked: u64,
        /// Of the tree.
        size: TreeSize,
    },
    /// The range is not a subtree (merkle-tree-certs §4.1).
    #[error("[{start}, {end}) is not a subtree")]
    NotASubtree {
        /// The first leaf.
        start: u64,
        /// One past the last leaf.
        end: u64,
    },
}

/// The root of the tree at a size.
///
/// # Errors
/// [`TreeError::Reader`] or [`TreeError::BadTile`].
pub fn root_at<R: TileReader>(reader: &R, size: TreeSize) -> Result<Hash, TreeError<R::Error>> {
    Ok(frontier_at(reader, size)?.root())
}

/// The frontier of the tree at a size.
///
/// # Errors
/// [`TreeError::Reader`] or [`TreeError::BadTile`].
pub fn frontier_at<R: TileReader>(
    reader: &R,
    size: TreeSize,
) -> Result<Frontier, TreeError<R::Error>> {
    let mut nodes = Nodes::new(reader, size);
    let mut frontier = Frontier::new();
    let mut start = 0;
    for height in (0..u64::BITS)
        .rev()
        .filter(|height| size.get() >> height & 1 == 1)
    {
        let hash = nodes.node(height, start >> height)?;
        frontier
            .push_subtree(height as u8, hash)
            .expect("subtrees of falling height are aligned, and the size is within bounds");
        start += 1 << height;
    }
    Ok(frontier)
}

/// The hash of one leaf.
///
/// # Errors
/// [`TreeError::OutOfRange`] when the tree does not hold it; [`TreeError::Reader`] or
/// [`TreeError::BadTile`].
pub fn leaf_hash_at<R: TileReader>(
    reader: &R,
    index: LeafIndex,
    size: TreeSize,
) -> Result<Hash, TreeError<R::Error>> {
    if !size.holds(index) {
        return Err(TreeError::OutOfRange {
            asked: index.get(),
            size,
        });
    }
    Nodes::new(reader, size).node(0, index.get())
}

/// RFC 6962 §2.1.1: the hashes that tie a leaf to the root, from its sibling upwards.
///
/// # Errors
/// [`TreeError::OutOfRange`] when the tree does not hold the leaf; [`TreeError::Reader`] or
/// [`TreeError::BadTile`].
pub fn inclusion_proof<R: TileReader>(
    reader: &R,
    index: LeafIndex,
    size: TreeSize,
) -> Result<Vec<Hash>, TreeError<R::Error>> {
    if !size.holds(index) {
        return Err(TreeError::OutOfRange {
            asked: index.get(),
            size,
        });
    }
    // One leaf is a subtree: PATH(m, D[n]) and SUBTREE_PROOF(m, m + 1, D[n]) are the same hashes.
    Nodes::new(reader, size).subtree_proof(index.get(), index.get() + 1)
}

/// RFC 6962 §2.1.2: the hashes that tie the tree at an older size to the tree at a newer one. Empty
/// when the sizes are equal or the older tree is empty.
///
/// # Errors
/// [`TreeError::OutOfRange`] when `old` is larger than `new`; [`TreeError::Reader`] or
/// [`TreeError::BadTile`].
pub fn consistency_proof<R: TileReader>(
    reader: &R,
    old: TreeSize,
    new: TreeSize,
) -> Result<Vec<Hash>, TreeError<R::Error>> {
    if old > new {
        return Err(TreeError::OutOfRange {
            asked: old.get(),
            size: new,
        });
    }
    if old == TreeSize::ZERO {
        return Ok(Vec::new());
    }
    Nodes::new(reader, new).subtree_proof(0, old.get())
}

/// merkle-tree-certs §4.4: the hashes that tie the subtree `[start, end)` to the tree.
///
/// # Errors
/// [`TreeError::NotASubtree`]; [`TreeError::OutOfRange`] when it ends beyond the tree;
/// [`TreeError::Reader`] or [`TreeError::BadTile`].
pub fn subtree_consistency_proof<R: TileReader>(
    reader: &R,
    start: LeafIndex,
    end: TreeSize,
    size: TreeSize,
) -> Result<Vec<Hash>, TreeError<R::Error>> {
    let (start, end) = (start.get(), end.get());
    if !is_subtree(start, end) {
        return Err(TreeError::NotASubtree { start, end });
    }
    if end > size.get() {
        return Err(TreeError::OutOfRange { asked: end, size });
    }
    Nodes::new(reader, size).subtree_proof(start, end)
}

/// The nodes of a tree of one size; each tile is read once.
struct Nodes<'r, R: TileReader> {
    reader: &'r R,
    size: TreeSize,
    tiles: HashMap<TileId, Vec<u8>>,
}

impl<'r, R: TileReader> Nodes<'r, R> {
    fn new(reader: &'r R, size: TreeSize) -> Self {
        Self {
            reader,
            size,
            tiles: HashMap::new(),
        }
    }

    /// The root of the perfect subtree that holds the leaves from `index << height`.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, TreeError<R::Error>> {
        let level = (height / TILE_HEIGHT) as u8;
        let inside = height % TILE_HEIGHT;
        // Within the tile: 2^inside hashes in a row, which this node is the root of.
        let first = index << inside;
        let id = TileId::covering(level, first / TILE_WIDTH, self.size).ok_or(
            TreeError::OutOfRange {
                asked: index << height,
                size: self.size,
            },
        )?;
        if !self.tiles.contains_key(&id) {
            let tile = self.reader.tile(id).map_err(TreeError::Reader)?;
            let fits = tile.len().is_multiple_of(HASH_BYTES)
                && tile.len() >= usize::from(id.width()) * HASH_BYTES
                && tile.len() <= TILE_WIDTH as usize * HASH_BYTES;
            if !fits {
                return Err(TreeError::BadTile {
                    id,
                    bytes: tile.len(),
                });
            }
            self.tiles.insert(id, tile);
        }
        let tile = &self.tiles[&id];
        let start = (first % TILE_WIDTH) as usize * HASH_BYTES;
        let range = tile
            .get(start..start + (HASH_BYTES << inside))
            .ok_or(TreeError::BadTile {
                id,
                bytes: tile.len(),
            })?;
        let (hashes, _) = range.as_chunks::<HASH_BYTES>();
        Ok(perfect_root(hashes))
    }

    /// The root of the leaves `[lo, hi)`, where `lo` is aligned as in RFC 6962's recursion.
    fn range(&mut self, mut lo: u64, hi: u64) -> Result<Hash, TreeError<R::Error>> {
        let mut roots = Vec::new();
        while lo < hi {
            let height = (hi - lo).ilog2();
            roots.push(self.node(height, lo >> height)?);
            lo += 1 << height;
        }
        let last = roots.pop().expect("the recursion asks for no empty range");
        Ok(roots
            .iter()
            .rev()
            .fold(last, |right, left| node_hash(left, &right)))
    }

    /// SUBTREE_PROOF(start, end, D[size]), as a loop from the root down.
    fn subtree_proof(&mut self, start: u64, end: u64) -> Result<Vec<Hash>, TreeError<R::Error>> {
        let mut proof = Vec::new();
        let (mut lo, mut hi) = (0, self.size.get());
        let mut from = start;
        let mut known = true;
        while !(from == lo && end == hi) {
            let middle = lo + split(hi - lo);
            if end <= middle {
                proof.push(self.range(middle, hi)?);
                hi = middle;
            } else {
                proof.push(self.range(lo, middle)?);
                // Only a subtree that starts at 0 reaches over the middle; then its own root is no
                // node of the tree, and its parts have to be given.
                known &= from >= middle;
                from = from.max(middle);
                lo = middle;
            }
        }
        if !known {
            proof.push(self.range(lo, hi)?);
        }
        proof.reverse();
        Ok(proof)
    }
}

/// The root of a power of two of hashes.
fn perfect_root(hashes: &[[u8; HASH_BYTES]]) -> Hash {
    match hashes {
        [one] => Hash::new(*one),
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&perfect_root(left), &perfect_root(right))
        }
    }
}
