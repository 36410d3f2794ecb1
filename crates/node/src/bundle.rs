//! A bundle on a stick (`docs/FORMATS.md` §9): the record as one file, for a line that is cut and for auditors.
//! What is read from it goes through the same verification as what comes over the network.

mod read;
mod verify;
mod write;

pub use read::{BundleError, BundleFile};
pub use verify::{VerifiedLog, VerifiedRecord, verify};
pub use write::BundleWriter;

use serde::{Deserialize, Serialize};

/// The name of the last file, which lists all others.
pub const INDEX: &str = "index";
/// What the index calls the format.
pub const FORMAT: &str = "chancery/bundle/v1";
/// Most bytes of an index.
pub const INDEX_BYTES_MAX: u64 = 256 << 20;
/// Most files of a bundle.
pub const FILES_MAX: usize = 4 << 20;

/// The index of a bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Index {
    /// 1.
    pub v: u64,
    /// [`FORMAT`].
    pub bundle: String,
    /// The charter's id.
    pub dialogue: String,
    /// Who exported it.
    pub from: String,
    /// Whom it is for; empty for anyone.
    pub to: Vec<String>,
    /// When, RFC 3339.
    pub made: String,
    /// Every file before the index, in order.
    pub files: Vec<IndexedFile>,
}

/// One file of a bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IndexedFile {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes, base64.
    pub sha256: record::hash::Hash,
}
