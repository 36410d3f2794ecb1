//! From bytes that somebody hands in to objects that may be passed: split, admitted, canonical, read as STIX.
//! One bad object is refused alone; the others of its bundle go on.

use stix::{BundleError, BundleLimits, BundleReader, Object, ObjectError};

/// Most objects of one request.
pub const REQUEST_OBJECTS_MAX: u64 = 100_000;
/// Most bytes of one request.
pub const REQUEST_BYTES_MAX: usize = 256 << 20;

/// How the types of acts begin (DESIGN §5).
pub const ACT_TYPE_PREFIX: &str = "dialogue-";

/// An object that may be passed.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Where it stood in what was handed in, from 0.
    pub position: usize,
    /// The object, its bytes canonical.
    pub object: Object,
}

/// An object that may not.
#[derive(Debug, Clone)]
pub struct Turned {
    /// Where it stood in what was handed in, from 0.
    pub position: usize,
    /// Its id, when that much could be read.
    pub id: Option<String>,
    /// Why.
    pub why: TurnedError,
}

/// Why an object may not be passed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TurnedError {
    /// Its JSON is not admitted.
    #[error("{0}")]
    Json(#[from] json::AdmissionError),
    /// It is no STIX object.
    #[error("{0}")]
    Object(#[from] ObjectError),
    /// It is an act, or a type kept for one: those are handed over by their own commands.
    #[error("objects of type {0} are acts, and acts are handed over by their own commands")]
    Act(String),
    /// A bundle inside a bundle.
    #[error("a bundle cannot be inside a bundle")]
    Bundle,
}

/// Splits a bundle, an envelope, a list or a bare object, and admits each object.
///
/// # Errors
/// [`BundleError`] when the whole cannot be split; nothing of it is taken then.
pub fn admit(bytes: &[u8]) -> Result<(Vec<Admitted>, Vec<Turned>), BundleError> {
    let limits = BundleLimits {
        objects_max: REQUEST_OBJECTS_MAX,
        total_bytes_max: REQUEST_BYTES_MAX as u64,
        ..BundleLimits::default()
    };
    let (mut admitted, mut turned) = (Vec::new(), Vec::new());
    let mut arena = stix::tree::Arena::default();
    for piece in BundleReader::new(bytes, limits) {
        let piece = piece?;
        let position = usize::try_from(piece.index).unwrap_or(usize::MAX);
        match admit_one(&mut arena, &piece.bytes) {
            Ok(object) => admitted.push(Admitted { position, object }),
            Err((id, why)) => turned.push(Turned { position, id, why }),
        }
    }
    Ok((admitted, turned))
}

fn admit_one(
    arena: &mut stix::tree::Arena,
    bytes: &[u8],
) -> Result<Object, (Option<String>, TurnedError)> {
    let canonical = json::admit(bytes, &json::Limits::default())
        .map_err(|error| (None, TurnedError::from(error)))?;
    let object = Object::from_canonical_in(arena, canonical.into_bytes())
        .map_err(|error| (None, TurnedError::from(error)))?;
    let id = || Some(object.id().to_string());
    match object.type_name() {
        "bundle" => Err((id(), TurnedError::Bundle)),
        name if name.starts_with(ACT_TYPE_PREFIX) => Err((id(), TurnedError::Act(name.to_owned()))),
        _ => Ok(object),
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
