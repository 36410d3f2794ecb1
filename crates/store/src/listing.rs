//! What a track shows of its objects: the view that a TAXII collection is read from.
//!
//! The record keeps every item for ever; the view lists each version of an object once and can lose
//! versions again. Rows are unique by object and instant ([`VersionKey`]): the first that arrived stands,
//! from whichever party. Arrival numbers are the cursor: they only grow, and none is given twice, so that
//! who reads on from behind the last one seen misses nothing that stays and sees nothing twice.

use bytes::Bytes;

use crate::item::Hash;
use crate::position::Position;
use crate::watch::ObjectKey;

/// The specification versions that an object can be of: 20 is STIX 2.0, 21 is STIX 2.1.
pub const SPECS: [u8; 2] = [20, 21];

/// At most this many ids, types or versions are asked for in one [`Wanted`].
pub const WANTED_MAX: usize = 1_000;

/// A version of an object as it is identified: by its instant, however that was spelled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionKey {
    /// Id of the object.
    pub stix_id: String,
    /// As in [`NewObject::order`](crate::NewObject::order).
    pub order: String,
}

/// Which rows of the view are wanted. All parts must hold; within a list one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Added strictly later than this, unix microseconds.
    pub added_after: Option<i64>,
    /// Ids; empty for any.
    pub ids: Vec<String>,
    /// Types, as in the id before `--`; empty for any.
    pub types: Vec<String>,
    /// Versions.
    pub versions: VersionsWanted,
    /// Specification versions. Empty for the highest among the rows of each object that are of the
    /// `versions` wanted: `added_after` has no say, so that who polls is told no other story than who
    /// reads everything (TAXII 2.1 §3.4).
    pub specs: Vec<u8>,
}

/// Which versions of each object, as a union. First and last are meant within a specification version,
/// by instant, among what is listed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionsWanted {
    /// Every version.
    pub all: bool,
    /// The earliest version.
    pub first: bool,
    /// The latest version.
    pub last: bool,
    /// Versions of these instants, as in [`NewObject::order`](crate::NewObject::order).
    pub exact: Vec<String>,
}

impl Default for VersionsWanted {
    /// The last (TAXII 2.1 §3.4).
    fn default() -> Self {
        Self {
            all: false,
            first: false,
            last: true,
            exact: Vec::new(),
        }
    }
}

/// A version that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number in the track: the cursor of a page.
    pub arrival: u64,
    /// Since when, unix microseconds; strictly increasing with `arrival` in a track.
    pub added: i64,
    /// Id and version.
    pub key: ObjectKey,
    /// As in [`NewObject::order`](crate::NewObject::order).
    pub order: String,
    /// One of [`SPECS`].
    pub spec: u8,
    /// The item that carries it.
    pub position: Position,
}

/// Some rows, and whether there are more behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, by arrival.
    pub rows: Vec<T>,
    /// Whether another row of the kind comes after the last of them.
    pub more: bool,
}

/// A page as it is sent: the contents alone, ready to stand in a JSON array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The contents by arrival, a comma between each two.
    pub contents: Bytes,
    /// How many they are.
    pub rows: usize,
    /// Arrival and `added` of the first and of the last of them; `None` where there are none.
    pub ends: Option<[Stamp; 2]>,
    /// Whether another row of the kind comes after the last of them.
    pub more: bool,
}

/// When a row was added, and its place: as in [`Listed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// As in [`Listed::arrival`].
    pub arrival: u64,
    /// As in [`Listed::added`].
    pub added: i64,
}

/// A held version to list again after it was taken out of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relist {
    /// Which version.
    pub version: VersionKey,
    /// Which bytes, where logs of the track hold different ones of the same version.
    pub content_hash: Hash,
}
