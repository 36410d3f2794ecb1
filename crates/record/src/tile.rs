//! Tile coordinates and their paths ([c2sp.org/tlog-tiles](https://c2sp.org/tlog-tiles)).
//!
//! A tile holds 256 consecutive hashes of one level; the right-most tile of a level may be partial.
//! A bundle is the same cut through the entries themselves: [`BundleId`] names both an entry bundle
//! and the package beside it.

use std::fmt;
use std::str::FromStr;

use crate::hash::{TREE_SIZE_MAX, TreeSize};

/// Hashes in a full tile, entries in a full bundle (`docs/FORMATS.md` §10).
pub const TILE_WIDTH: u64 = 256;

/// Levels of the tree in one tile: 2^8 = 256.
pub const TILE_HEIGHT: u32 = 8;

/// The highest tile level that a tree of [`TREE_SIZE_MAX`] leaves has.
pub const TILE_LEVEL_MAX: u8 = (TREE_SIZE_MAX.ilog2() / TILE_HEIGHT) as u8;

/// One tile: its level, its index within the level, and how many hashes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    bundle: BundleId,
}

/// One run of 256 entries (fewer in a partial one), from index × 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    index: u64,
    width: u16,
}

/// Why coordinates or a path name no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The level is beyond [`TILE_LEVEL_MAX`].
    #[error("tile level {0} is beyond {TILE_LEVEL_MAX}")]
    Level(u8),
    /// The index is beyond the largest tree.
    #[error("tile index {0} is beyond the largest tree")]
    Index(u64),
    /// The width is not 1 to 256.
    #[error("tile width {0} is not 1 to {TILE_WIDTH}")]
    Width(u16),
    /// The path is not spelled as tlog-tiles spells it.
    #[error("not a tile path")]
    Path,
}

impl TileId {
    /// Takes coordinates within the largest tree.
    ///
    /// # Errors
    /// [`TileError::Level`], [`TileError::Index`] or [`TileError::Width`].
    pub const fn new(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > TILE_LEVEL_MAX {
            return Err(TileError::Level(level));
        }
        let bundle = match BundleId::new(index, width) {
            Ok(bundle) => bundle,
            Err(err) => return Err(err),
        };
        if index > TREE_SIZE_MAX >> (TILE_HEIGHT * (level as u32 + 1)) {
            return Err(TileError::Index(index));
        }
        Ok(Self { level, bundle })
    }

    /// The tile of that level and index as a tree of that size has it; `None` if it has none.
    #[must_use]
    pub fn covering(level: u8, index: u64, size: TreeSize) -> Option<Self> {
        let hashes = size.get().checked_shr(TILE_HEIGHT * u32::from(level))?;
        let width = hashes
            .checked_sub(index.checked_mul(TILE_WIDTH)?)?
            .min(TILE_WIDTH);
        Self::new(level, index, width as u16).ok()
    }

    /// 0 for leaf hashes; each hash of a higher level is the root of a full tile below.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The position within the level, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.bundle.index
    }

    /// How many hashes, 1 to 256.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.bundle.width
    }

    /// Whether it has fewer than 256 hashes.
    #[must_use]
    pub const fn is_partial(self) -> bool {
        self.bundle.is_partial()
    }

    /// `tile/<L>/<N>[.p/<W>]`, below a log's prefix.
    #[must_use]
    pub fn path(self) -> String {
        format!("tile/{self}")
    }
}

impl BundleId {
    /// Takes coordinates within the largest tree.
    ///
    /// # Errors
    /// [`TileError::Index`] or [`TileError::Width`].
    pub const fn new(index: u64, width: u16) -> Result<Self, TileError> {
        if index > TREE_SIZE_MAX >> TILE_HEIGHT {
            return Err(TileError::Index(index));
        }
        if width == 0 || width as u64 > TILE_WIDTH {
            return Err(TileError::Width(width));
        }
        Ok(Self { index, width })
    }

    /// The position, from 0.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many entries, 1 to 256.
    #[must_use]
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether it has fewer than 256 entries.
    #[must_use]
    pub const fn is_partial(self) -> bool {
        (self.width as u64) < TILE_WIDTH
    }

    /// The leaf indexes of its entries.
    #[must_use]
    pub const fn leaves(self) -> std::ops::Range<u64> {
        self.index * TILE_WIDTH..self.index * TILE_WIDTH + self.width as u64
    }

    /// `tile/entries/<N>[.p/<W>]`, below a log's prefix.
    #[must_use]
    pub fn entries_path(self) -> String {
        format!("tile/entries/{self}")
    }

    /// `package/<N>[.p/<W>]`, below a log's prefix (ours).
    #[must_use]
    pub fn package_path(self) -> String {
        format!("package/{self}")
    }
}

/// All tiles of a tree, level by level, from the leaves up.
pub fn tiles(size: TreeSize) -> impl Iterator<Item = TileId> {
    tiles_changed(TreeSize::ZERO, size)
}

/// The tiles that a tree has at the newer size and did not have, or had shorter, at the older one.
pub fn tiles_changed(old: TreeSize, new: TreeSize) -> impl Iterator<Item = TileId> {
    (0..=TILE_LEVEL_MAX).flat_map(move |level| {
        let shift = TILE_HEIGHT * u32::from(level);
        runs(old.get() >> shift, new.get() >> shift).map(move |bundle| TileId { level, bundle })
    })
}

/// All bundles of a tree.
pub fn bundles(size: TreeSize) -> impl Iterator<Item = BundleId> {
    bundles_changed(TreeSize::ZERO, size)
}

/// The bundles that a tree has at the newer size and did not have, or had shorter, at the older one.
pub fn bundles_changed(old: TreeSize, new: TreeSize) -> impl Iterator<Item = BundleId> {
    runs(old.get(), new.get())
}

fn runs(old: u64, new: u64) -> impl Iterator<Item = BundleId> {
    let end = if old < new {
        new.div_ceil(TILE_WIDTH)
    } else {
        0
    };
    (old / TILE_WIDTH..end).map(move |index| BundleId {
        index,
        width: (new - index * TILE_WIDTH).min(TILE_WIDTH) as u16,
    })
}

impl fmt::Display for TileId {
    /// `<L>/<N>[.p/<W>]`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.level, self.bundle)
    }
}

impl FromStr for TileId {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let (level, rest) = path.split_once('/').ok_or(TileError::Path)?;
        let level = crate::decimal::parse(level).ok_or(TileError::Path)?;
        let level = u8::try_from(level).map_err(|_| TileError::Path)?;
        let bundle: BundleId = rest.parse()?;
        Self::new(level, bundle.index, bundle.width)
    }
}

impl fmt::Display for BundleId {
    /// `<N>[.p/<W>]`, N in groups of three digits: 1234067 is `x001/x234/067`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = (1..)
            .take_while(|&group| self.index >= 1000u64.pow(group))
            .count() as u32;
        for group in (1..=groups).rev() {
            write!(f, "x{:03}/", self.index / 1000u64.pow(group) % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_partial() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

impl FromStr for BundleId {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let (number, width) = match path.split_once(".p/") {
            Some((number, width)) => {
                let width = crate::decimal::parse(width).ok_or(TileError::Path)?;
                let width = u16::try_from(width).map_err(|_| TileError::Path)?;
                if u64::from(width) == TILE_WIDTH {
                    return Err(TileError::Path);
                }
                (number, width)
            }
            None => (path, TILE_WIDTH as u16),
        };
        let mut index = 0u64;
        let mut groups = number.split('/').peekable();
        while let Some(group) = groups.next() {
            let digits = match groups.peek() {
                Some(_) => group.strip_prefix('x').ok_or(TileError::Path)?,
                None => group,
            };
            if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(TileError::Path);
            }
            let value: u64 = digits.parse().map_err(|_| TileError::Path)?;
            index = index
                .checked_mul(1000)
                .and_then(|index| index.checked_add(value))
                .ok_or(TileError::Path)?;
        }
        let bundle = Self::new(index, width)?;
        // One spelling for each: `x000/001` is not `001`.
        if bundle.to_string() == path {
            Ok(bundle)
        } else {
            Err(TileError::Path)
        }
    }
}
