//! What was sent, as a whole: why nothing of it can be taken.

use stix::{
    BundleError,
    tree::{Arena, Kind, SyntaxError, Value},
};

use tokio::task::JoinError;

use super::REQUEST_BYTES_MAX;

/// Why nothing of what was sent can be taken.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is not UTF-8.
    #[error("it is not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// The first byte that is not part of a UTF-8 sequence.
        offset: usize,
    },
    /// It ends before the object or the list does.
    #[error("it is cut off after {objects} whole objects")]
    Truncated {
        /// The objects before the end.
        objects: u64,
    },
    /// The grammar of JSON is broken between the objects.
    #[error("expected {wanted} at byte {offset}")]
    Expected {
        /// What has to stand there.
        wanted: &'static str,
        /// Where.
        offset: u64,
    },
    /// The grammar of JSON is broken around the list of objects.
    #[error("around the list of objects: {0}")]
    Head(SyntaxError),
    /// The grammar of JSON is broken in an object: from there on nothing can be told apart with certainty.
    #[error("object {index} is not JSON: {source}")]
    NotJson {
        /// Its place, from 0.
        index: usize,
        /// What is wrong, and where in the object.
        source: json::AdmissionError,
    },
    /// An object is nested too deep.
    #[error("object {index} is nested deeper than {limit}")]
    TooDeep {
        /// Its place, from 0.
        index: u64,
        /// The limit.
        limit: usize,
    },
    /// There are too many objects.
    #[error("it has more than {limit} objects; send it in parts")]
    TooManyObjects {
        /// [`REQUEST_OBJECTS_MAX`](super::REQUEST_OBJECTS_MAX).
        limit: u64,
    },
    /// It is too long.
    #[error("it is {bytes} bytes, the limit is {limit}; send it in parts")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// [`REQUEST_BYTES_MAX`].
        limit: usize,
    },
    /// Something in the list is no JSON object.
    #[error("what stands at {index} in the list is not an object")]
    NotAnObject {
        /// Its place, from 0.
        index: u64,
    },
    /// Under `objects` stands no list.
    #[error("`objects` is {found}, not a list")]
    NotAList {
        /// What stands there.
        found: &'static str,
    },
    /// Neither an object nor something that holds objects.
    #[error("it has neither `objects` nor a `type` and an `id`: it is no STIX")]
    Neither,
    /// A list under `objects`, in something that is neither a bundle nor an envelope.
    #[error(
        "a list of objects stands in something of type `{0}`, which is neither a bundle nor an envelope"
    )]
    NotABundle(String),
    /// A thread that was reading it came to no end.
    #[error("the reading of it came to no end: {0}")]
    Stopped(#[source] JoinError),
}

/// What kind of wrong a body is: the statuses of TAXII 2.1 §5.5 tell these apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFault {
    /// It is no JSON, or not all of it: 400.
    Malformed,
    /// It is JSON, and no bundle, envelope, list or object: 422.
    Unprocessable,
    /// It is more than is taken at once: 413.
    TooLarge,
    /// None; the fault is ours: 500.
    Ours,
}

impl BodyError {
    /// What kind of wrong it is.
    pub fn fault(&self) -> BodyFault {
        match self {
            Self::NotUtf8 { .. }
            | Self::Truncated { .. }
            | Self::Expected { .. }
            | Self::Head(_)
            | Self::NotJson { .. }
            | Self::TooDeep { .. } => BodyFault::Malformed,
            Self::NotAnObject { .. }
            | Self::NotAList { .. }
            | Self::Neither
            | Self::NotABundle(_) => BodyFault::Unprocessable,
            Self::TooManyObjects { .. } | Self::TooLong { .. } => BodyFault::TooLarge,
            Self::Stopped(_) => BodyFault::Ours,
        }
    }
}

/// Whether a JSON object by itself is meant as an object to take. What has neither a type nor an id is an envelope; an
/// envelope without objects is a whole one, in which nothing is (TAXII 2.1 §3.7).
pub(super) fn is_an_object(arena: &mut Arena, text: &[u8]) -> Result<bool, BodyError> {
    let Ok(tree) = arena.parse(text) else {
        // Admission says what is wrong with it, and where.
        return Ok(true);
    };
    let root = tree.root();
    let type_name = root.get("type").and_then(Value::as_str);
    let is_container = root.get("type").is_none() && root.get("id").is_none();
    match root.get("objects") {
        Some(list)
            if (is_container || type_name == Some("bundle")) && list.kind() != Kind::Array =>
        {
            Err(BodyError::NotAList {
                found: list.kind().word(),
            })
        }
        None if is_container && root.get("more").is_none() && !root.is_empty() => {
            Err(BodyError::Neither)
        }
        _ => Ok(!is_container),
    }
}

impl From<BundleError> for BodyError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::TooManyObjects { limit } => Self::TooManyObjects { limit },
            BundleError::ObjectTooLong { limit, .. } => Self::TooLong {
                bytes: limit.saturating_add(1),
                limit,
            },
            BundleError::TooLong { limit } => Self::TooLong {
                bytes: REQUEST_BYTES_MAX.saturating_add(1),
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
            },
            BundleError::TooDeep { index, limit } => Self::TooDeep { index, limit },
            BundleError::NotAnObject { index } => Self::NotAnObject { index },
            BundleError::Expected { wanted, offset } => Self::Expected { wanted, offset },
            BundleError::Truncated(objects) => Self::Truncated { objects },
            // Nothing is read here but memory; if it fails all the same, there is no more of it.
            BundleError::Read(_) => Self::Truncated { objects: 0 },
            BundleError::Head(error) => Self::Head(error),
            BundleError::NotABundle(name) => Self::NotABundle(name),
        }
    }
}
