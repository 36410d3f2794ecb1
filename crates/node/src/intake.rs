//! From bytes that somebody hands in to objects that may be passed: split, admitted, canonical, read as STIX, judged,
//! held to the track's ceiling. One bad object is refused alone; the others of its bundle go on. A whole that cannot
//! be read leaves nothing behind.

mod admit;
mod body;
mod marking;
mod reading;
mod rules;

use bytes::Bytes;
use dialogue::Ceiling;
use stix::{BundleError, BundleLimits, BundleReader, ViewError, tree::SyntaxError};

use crate::sequencer::ObjectVersion;

pub(crate) use admit::{Admission, notes};
pub use body::{BodyError, BodyFault};
pub(crate) use marking::{Marks, said_by};
pub(crate) use reading::{Reading, admit};
pub(crate) use rules::{Rules, level, name as level_name};

/// Most objects of one request.
pub const REQUEST_OBJECTS_MAX: u64 = 100_000;
/// Most bytes of one request.
pub const REQUEST_BYTES_MAX: usize = 256 << 20;
/// Most problems of one object that are told in words; how many more there are is said.
pub const NOTES_MAX: usize = 8;
/// The longest id of a refused object that is told, in bytes; of one that is passed it is always told.
pub const TOLD_ID_BYTES_MAX: usize = 512;

/// How the types of acts begin (DESIGN §5).
pub const ACT_TYPE_PREFIX: &str = "dialogue-";

/// An object that may be passed.
#[derive(Debug)]
pub(crate) struct Admitted {
    /// Its canonical bytes.
    pub(crate) content: Bytes,
    /// Which version of which object it is.
    pub(crate) object: ObjectVersion,
    /// What is wrong with it, though not so wrong that it is refused.
    pub(crate) notes: Vec<String>,
}

/// An object that may not.
#[derive(Debug)]
pub(crate) struct Turned {
    /// Its id, when that much could be read.
    pub(crate) id: Option<String>,
    /// Its version, when that much could be read.
    pub(crate) version: Option<String>,
    /// Why.
    pub(crate) why: TurnedError,
}

/// Why an object may not be passed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TurnedError {
    /// Its JSON is not admitted.
    #[error(transparent)]
    Json(#[from] json::AdmissionError),
    /// Its JSON is too much to be looked into.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is no STIX object.
    #[error(transparent)]
    View(ViewError),
    /// It is an act, or a type kept for one: those are handed over by their own commands.
    #[error("objects of type {0} are acts, and acts are handed over by their own commands")]
    Act(String),
    /// A bundle inside a bundle.
    #[error("a bundle cannot be inside a bundle; send its objects")]
    Bundle,
    /// The collection refuses what breaks these rules.
    #[error("this collection does not take it: {}", .0.join("; "))]
    Judged(Vec<String>),
    /// It is marked stricter than the track lets through.
    #[error("it is marked {marking}, and nothing above {ceiling} is passed on this track")]
    Ceiling {
        /// The strictest marking on it or on a part of it.
        marking: &'static str,
        /// The track's ceiling.
        ceiling: Ceiling,
    },
}

impl From<ViewError> for TurnedError {
    fn from(error: ViewError) -> Self {
        match error {
            // The words for a library's user are not those for a desk.
            ViewError::Bundle => Self::Bundle,
            error => Self::View(error),
        }
    }
}

/// The objects of a file as they were written, for sending them on in batches.
///
/// # Errors
/// [`BundleError`] when the file cannot be split.
pub fn objects(bytes: &[u8]) -> Result<Vec<Vec<u8>>, BundleError> {
    BundleReader::new(bytes, BundleLimits::default())
        .map(|piece| piece.map(|piece| piece.bytes))
        .collect()
}

/// A JSON list of objects as they were written.
pub fn list(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut list =
        Vec::with_capacity(objects.iter().map(|object| object.len() + 1).sum::<usize>() + 2);
    list.push(b'[');
    for (position, object) in objects.iter().enumerate() {
        if position > 0 {
            list.push(b',');
        }
        list.extend_from_slice(object);
    }
    list.push(b']');
    list
}
