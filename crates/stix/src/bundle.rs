//! Many objects: a bundle (STIX 2.1 §8), a TAXII envelope, a JSON list, or one bare object,
//! read as a stream.
//!
//! [`Splitter`] is fed bytes and gives back one object's bytes at a time with its index; it holds
//! no more than one object and what stands around the list of objects. [`BundleReader`] drives it
//! from anything that reads. Neither judges the objects, they only find where each begins and
//! ends: what comes out still has to be parsed.
//!
//! A JSON object is taken for a container when it has a list under `objects` and its `type` is
//! `bundle`, or missing (an envelope), or still to come with no identifier of another type before
//! it; if it then turns out to be something else, the reader refuses it.

use std::collections::VecDeque;
use std::io::Read;

use thiserror::Error;
use uuid::Uuid;

use crate::Object;
use crate::tree::{Arena, SyntaxError};

mod place;
mod scan;
mod split;

pub use place::Place;
pub use split::Splitter;

/// The bounds of a bundle reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleLimits {
    /// The longest single object, and the most that may stand around the list, in bytes.
    pub object_bytes_max: usize,
    /// The most objects.
    pub objects_max: u64,
    /// The longest input, in bytes.
    pub total_bytes_max: u64,
    /// The deepest nesting inside one object.
    pub depth_max: usize,
}

impl Default for BundleLimits {
    /// 16 MiB an object, ten million objects, 4 GiB in all, depth 64.
    fn default() -> Self {
        Self {
            object_bytes_max: crate::tree::TEXT_BYTES_MAX,
            objects_max: 10_000_000,
            total_bytes_max: 4 << 30,
            depth_max: crate::tree::DEPTH_MAX,
        }
    }
}

impl BundleError {
    /// The stable name of what is broken, as reports have it, and the section that says so.
    /// Limits begin with `limit.`; a failure to read is `read`.
    #[must_use]
    pub fn rule(&self) -> (&'static str, &'static str) {
        match self {
            Self::Read(_) => ("read", ""),
            Self::ObjectTooLong { .. } => ("limit.object-bytes", ""),
            Self::TooManyObjects { .. } => ("limit.objects", ""),
            Self::TooLong { .. } => ("limit.total-bytes", ""),
            Self::TooDeep { .. } => ("limit.depth", ""),
            Self::NotAnObject { .. } => ("stix.3.object", "3"),
            Self::Expected { .. } | Self::Truncated(_) => ("json.syntax", "RFC 8259"),
            Self::Head(error) => error.fault.rule(),
            Self::NotABundle(_) => ("stix.8.type", "8.1"),
        }
    }
}

/// One object of a bundle: where it stood and its bytes, as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its place in the list, from 0. A bare object has 0.
    pub index: u64,
    /// Where its first byte stood in the input.
    pub place: Place,
    /// The text of the object.
    pub bytes: Vec<u8>,
}

/// What the objects stood in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Container {
    /// One object, by itself.
    Bare,
    /// A JSON list of objects.
    List,
    /// A bundle or an envelope: the text around its objects, with the list emptied.
    Head(Vec<u8>),
}

/// Why a bundle could not be read on.
#[derive(Debug, Error)]
pub enum BundleError {
    /// The input could not be read.
    #[error("cannot read the bundle: {0}")]
    Read(#[from] std::io::Error),
    /// One object, or what stands around them, is too long.
    #[error("object {index} is longer than {limit} bytes")]
    ObjectTooLong {
        /// Its place in the list.
        index: u64,
        /// [`BundleLimits::object_bytes_max`].
        limit: usize,
    },
    /// There are too many objects.
    #[error("the bundle has more than {limit} objects")]
    TooManyObjects {
        /// [`BundleLimits::objects_max`].
        limit: u64,
    },
    /// The input is too long.
    #[error("the bundle is longer than {limit} bytes")]
    TooLong {
        /// [`BundleLimits::total_bytes_max`].
        limit: u64,
    },
    /// An object is nested too deep.
    #[error("object {index} is nested deeper than {limit}")]
    TooDeep {
        /// Its place in the list.
        index: u64,
        /// [`BundleLimits::depth_max`].
        limit: usize,
    },
    /// Something in the list is not a JSON object.
    #[error("what stands at {index} in the list is not an object")]
    NotAnObject {
        /// Its place in the list.
        index: u64,
    },
    /// The grammar of JSON is broken between objects.
    #[error("expected {wanted} at byte {offset}")]
    Expected {
        /// What has to stand there.
        wanted: &'static str,
        /// Where, in bytes of the input.
        offset: u64,
    },
    /// The input ends before the bundle does.
    #[error("the bundle is cut off after {0} objects")]
    Truncated(u64),
    /// What stands around the list of objects is not admissible JSON. The offset is one in the
    /// text with the list emptied.
    #[error("around the list of objects: {0}")]
    Head(SyntaxError),
    /// A list under `objects`, in something that is neither a bundle nor an envelope.
    #[error("a list of objects stands in something of type {0:?}, not in a bundle")]
    NotABundle(String),
}

/// Reads the objects of a bundle one by one.
///
/// ```
/// let text = br#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
///     "objects":[{"type":"x-one"},{"type":"x-two"}]}"#;
/// let reader = stix::BundleReader::new(&text[..], stix::BundleLimits::default());
/// let pieces = reader.collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(pieces[1].bytes, br#"{"type":"x-two"}"#);
/// # Ok::<(), stix::BundleError>(())
/// ```
#[derive(Debug)]
pub struct BundleReader<R> {
    input: R,
    splitter: Splitter,
    chunk: Vec<u8>,
    pieces: VecDeque<Piece>,
    done: bool,
    /// What ended the reading, given out after the objects before it.
    failed: Option<BundleError>,
    container: Option<Container>,
}

/// The text of a bundle of these objects, in canonical form if each of them is.
///
/// Bundles do not say what is in them belongs together (STIX 2.1 §8), so the identifier may be any
/// random one. Without objects the list is left out (§8.1).
///
/// ```
/// let text = stix::bundle_of(uuid::Uuid::from_u128(0x5d0092c5_5f74_4287_9642_33f4c354e56d), []);
/// assert_eq!(text, r#"{"id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","type":"bundle"}"#);
/// ```
pub fn bundle_of<'o>(uuid: Uuid, objects: impl IntoIterator<Item = &'o Object>) -> String {
    let mut text = format!(r#"{{"id":"bundle--{}","#, uuid.hyphenated());
    let mut objects = objects.into_iter().peekable();
    if objects.peek().is_some() {
        text.push_str(r#""objects":["#);
        for (at, object) in objects.enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(object.as_str());
        }
        text.push_str("],");
    }
    text.push_str(r#""type":"bundle"}"#);
    text
}

/// How much is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

impl<R: Read> BundleReader<R> {
    /// Begins to read.
    pub fn new(input: R, limits: BundleLimits) -> Self {
        Self {
            input,
            splitter: Splitter::new(limits),
            chunk: vec![0; CHUNK_BYTES],
            pieces: VecDeque::new(),
            done: false,
            failed: None,
            container: None,
        }
    }

    /// What the objects stood in, once all have been read.
    pub fn container(&self) -> Option<&Container> {
        self.container.as_ref()
    }

    /// What is read from.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// The splitter that tells the objects apart: after an error it knows where, and what had been
    /// read of an object that stands by itself.
    pub fn splitter(&self) -> &Splitter {
        &self.splitter
    }

    fn fill(&mut self) -> Result<(), BundleError> {
        while self.pieces.is_empty() && !self.done {
            let length = match self.input.read(&mut self.chunk) {
                Err(err) if err.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            if length == 0 {
                self.done = true;
                let (last, container) = self.splitter.finish(&mut Arena::default())?;
                self.pieces.extend(last);
                self.container = Some(container);
            } else {
                self.splitter
                    .push(&self.chunk[..length], |piece| self.pieces.push_back(piece))?;
            }
        }
        Ok(())
    }
}

impl<R: Read> Iterator for BundleReader<R> {
    type Item = Result<Piece, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = self.fill() {
            // Nothing after a broken place can be told apart with certainty.
            self.done = true;
            self.failed = Some(error);
        }
        match self.pieces.pop_front() {
            Some(piece) => Some(Ok(piece)),
            None => self.failed.take().map(Err),
        }
    }
}

#[cfg(test)]
mod tests;
