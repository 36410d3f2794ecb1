//! Items: an entry, and as much of its opening and content as is held.

use bytes::Bytes;

use crate::checkpoint::Checkpoint;
use crate::position::{LogId, Position};

/// Bytes of an entry: a version byte and a SHA-256 hash (docs/FORMATS.md §2).
pub const ENTRY_BYTES: usize = 33;

/// At most this many entries are read or appended in one call.
pub const RANGE_ITEMS_MAX: usize = 65_536;

/// A SHA-256 hash, a salt or a commitment.
pub type Hash = [u8; 32];

/// What is disclosed to us of an item, by level (docs/FORMATS.md §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Level 0: nothing but the entry.
    Withheld,
    /// Level 1: what class it is.
    Class {
        /// The class.
        class: u8,
        /// Salt of the entry.
        salt_e: Hash,
        /// Commitment to the head.
        head_c: Hash,
    },
    /// Level 2: the head.
    Head {
        /// The class.
        class: u8,
        /// Salt of the entry.
        salt_e: Hash,
        /// Salt of the head.
        salt_h: Hash,
        /// Canonical bytes of the head.
        head: Bytes,
    },
    /// Level 3: the content.
    Content {
        /// The class.
        class: u8,
        /// Salt of the entry.
        salt_e: Hash,
        /// Salt of the head.
        salt_h: Hash,
        /// Salt of the content.
        salt_c: Hash,
        /// Canonical bytes of the head.
        head: Bytes,
        /// The content; `None` where it is not held, or left out by [`ReadLimits`].
        content: Option<Bytes>,
    },
}

impl Opening {
    /// The class, from level 1 up.
    pub fn class(&self) -> Option<u8> {
        match self {
            Self::Withheld => None,
            Self::Class { class, .. } | Self::Head { class, .. } | Self::Content { class, .. } => {
                Some(*class)
            }
        }
    }

    /// The head, from level 2 up.
    pub fn head(&self) -> Option<&Bytes> {
        match self {
            Self::Withheld | Self::Class { .. } => None,
            Self::Head { head, .. } | Self::Content { head, .. } => Some(head),
        }
    }

    /// The content, where it is held and was read.
    pub fn content(&self) -> Option<&Bytes> {
        match self {
            Self::Content { content, .. } => content.as_ref(),
            Self::Withheld | Self::Class { .. } | Self::Head { .. } => None,
        }
    }
}

/// Whether the item is what its entry promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// All that should be disclosed is held and matches.
    Whole,
    /// Missing, mismatched, too large or malformed; to be tried again.
    Excepted,
}

/// An item as it is appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The entry.
    pub entry: [u8; ENTRY_BYTES],
    /// What is held of it.
    pub opening: Opening,
    /// Whether that is what it should be.
    pub state: ItemState,
    /// Set where [`Store::content`](crate::Store::content) is to find the content by this commitment:
    /// where it is left out of its package. Costs an index entry, so leave it out of the many.
    pub content_c: Option<Hash>,
}

/// An item as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredItem {
    /// Where it is.
    pub position: Position,
    /// The item. Its content is `None` when it is larger than the caller asked for.
    pub item: Item,
    /// Length of the content held, in bytes, also when it was not read; `None` where none is held.
    pub content_bytes: Option<u64>,
}

/// The version of a STIX object that comes with an item of the same write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObject {
    /// Index of the item that carries it.
    pub seq: u64,
    /// Id of the object.
    pub stix_id: String,
    /// Its version, as the object says it; empty where it has none.
    pub version: String,
    /// What of `version` says the instant and sorts as it does: the text without zone and without zeros
    /// at the end of the fraction. Two versions of an object with the same `order` are the same version,
    /// however each is spelled. Empty where there is none; else `version` begins with it.
    pub order: String,
    /// The specification that it is written to: one of [`SPECS`](crate::SPECS).
    pub spec: u8,
    /// Hash of the content; by it two logs are seen to hold the same bytes.
    pub content_hash: Hash,
}

/// A tile by its coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileAt {
    /// Level, 0 for the tile of leaf hashes; at most 4.
    pub level: u8,
    /// Index in its level.
    pub index: u64,
}

/// A tile to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTile {
    /// Where it goes.
    pub at: TileAt,
    /// 1 to 256 hashes of 32 bytes. A partial tile that is held must be a prefix of it.
    pub hashes: Bytes,
}

/// One batch for one log: everything in it becomes durable, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The log.
    pub log: LogId,
    /// The size that the log has now: the index of the first of `items`.
    pub expected_size: u64,
    /// At most [`RANGE_ITEMS_MAX`] items, in order.
    pub items: Vec<Item>,
    /// The tiles that these items fill or grow.
    pub tiles: Vec<NewTile>,
    /// The objects that come with these items, in order of arrival.
    pub objects: Vec<NewObject>,
    /// A verified checkpoint to go with them.
    pub checkpoint: Option<Checkpoint>,
    /// Now, unix microseconds: `added` of the objects, where that is later than the last one.
    pub at: i64,
}

/// What was found out later about an excepted item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// The log.
    pub log: LogId,
    /// The index.
    pub seq: u64,
    /// What replaces the opening held.
    pub opening: Opening,
    /// As in [`Item::content_c`].
    pub content_c: Option<Hash>,
    /// The objects that come with it now.
    pub objects: Vec<NewObject>,
    /// Now, unix microseconds.
    pub at: i64,
}

/// How much one call reads. Whatever the limits, at least one item comes if there is one, so that a
/// caller that asks again from behind the last always gets on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Items; at most [`RANGE_ITEMS_MAX`] are read whatever it says.
    pub items_max: usize,
    /// A content longer than this is left out, and only its length told.
    pub content_bytes_max: u64,
    /// Heads and contents together, in bytes.
    pub total_bytes_max: u64,
}

impl Default for ReadLimits {
    /// One package: 256 items, contents up to 1 MiB, 64 MiB in all (docs/FORMATS.md §10).
    fn default() -> Self {
        Self {
            items_max: 256,
            content_bytes_max: 1 << 20,
            total_bytes_max: 64 << 20,
        }
    }
}
