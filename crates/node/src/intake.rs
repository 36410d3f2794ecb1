//! From bytes that somebody hands in to objects that may be passed: split, admitted, canonical, read as STIX, judged.
//! One bad object is refused alone; the others of its bundle go on. A whole that cannot be read leaves nothing behind.

mod body;

use bytes::Bytes;
use stix::{
    BundleError, BundleLimits, BundleReader, CheckOptions, Checker, Object, ObjectError, ViewError,
    policy::{Judgement, Policy, Strictness, Verdict},
};

pub(crate) use body::Body;
pub use body::{BodyError, BodyFault};

/// Most objects of one request.
pub const REQUEST_OBJECTS_MAX: u64 = 100_000;
/// Most bytes of one request.
pub const REQUEST_BYTES_MAX: usize = 256 << 20;
/// Most problems of one object that are told in words; how many more there are is said.
pub const NOTES_MAX: usize = 8;

/// How the types of acts begin (DESIGN §5).
pub const ACT_TYPE_PREFIX: &str = "dialogue-";

/// An object that may be passed.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    /// The object, its bytes canonical.
    pub(crate) object: Object,
    /// What is wrong with it, though not so wrong that it is refused.
    pub(crate) notes: Vec<String>,
}

/// An object that may not.
#[derive(Debug, Clone)]
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
    #[error("{0}")]
    Json(#[from] json::AdmissionError),
    /// It is no STIX object.
    #[error("{0}")]
    Object(#[from] ObjectError),
    /// It is an act, or a type kept for one: those are handed over by their own commands.
    #[error("objects of type {0} are acts, and acts are handed over by their own commands")]
    Act(String),
    /// A bundle inside a bundle.
    #[error("a bundle cannot be inside a bundle; send its objects")]
    Bundle,
    /// The collection refuses what breaks these rules.
    #[error("this collection does not take what breaks a rule, and it breaks {}", .0.join("; "))]
    Judged(Vec<String>),
}

/// Reads every object of a body and judges it; one result for each, in order.
///
/// # Errors
/// [`BodyError`] when the whole cannot be read; nothing of it may be taken then.
pub(crate) fn admit(bytes: Bytes) -> Result<Vec<Result<Admitted, Turned>>, BodyError> {
    let body = Body::split(bytes)?;
    let policy = Policy::new(Strictness::Warn);
    let mut checker = Checker::new(CheckOptions::default());
    let each = |(index, text)| admit_one(&mut checker, &policy, index, text);
    body.texts().enumerate().map(each).collect()
}

/// # Errors
/// [`BodyError::NotJson`].
fn admit_one(
    checker: &mut Checker,
    policy: &Policy,
    index: usize,
    text: &[u8],
) -> Result<Result<Admitted, Turned>, BodyError> {
    let unread = |why| Turned {
        id: None,
        version: None,
        why,
    };
    let canonical = match json::admit(text, &json::Limits::default()) {
        Ok(canonical) => canonical,
        Err(source) if is_not_json(&source) => return Err(BodyError::NotJson { index, source }),
        Err(error) => return Ok(Err(unread(error.into()))),
    };
    Ok(match checker.take(canonical.into_bytes(), policy) {
        Ok((object, judgement)) => decide(object, &judgement),
        Err(ObjectError::View(ViewError::Bundle)) => Err(unread(TurnedError::Bundle)),
        Err(error) => Err(unread(error.into())),
    })
}

fn decide(object: Object, judgement: &Judgement) -> Result<Admitted, Turned> {
    let turned = |why| Turned {
        id: Some(object.id().to_string()),
        version: object.version().map(ToString::to_string),
        why,
    };
    if object.type_name().starts_with(ACT_TYPE_PREFIX) {
        let name = object.type_name().to_owned();
        return Err(turned(TurnedError::Act(name)));
    }
    match judgement.verdict {
        Verdict::Refuse => Err(turned(TurnedError::Judged(notes(judgement)))),
        Verdict::Accept | Verdict::Warn => Ok(Admitted {
            notes: notes(judgement),
            object,
        }),
    }
}

/// The problems of an object in words, the first [`NOTES_MAX`] of them.
fn notes(judgement: &Judgement) -> Vec<String> {
    let report = &judgement.report;
    let all = report.errors.len() + report.warnings.len() + report.omitted;
    let must = report.errors.iter().map(|problem| ("MUST", problem));
    let should = report.warnings.iter().map(|problem| ("SHOULD", problem));
    let mut notes: Vec<String> = must
        .chain(should)
        .take(NOTES_MAX)
        .map(|(level, problem)| {
            format!(
                "{level} {} at {}: {}",
                problem.rule, problem.path, problem.message
            )
        })
        .collect();
    if all > NOTES_MAX {
        notes.push(format!("and {} more", all - NOTES_MAX));
    }
    notes
}

/// Whether a text breaks the grammar of JSON, so that what follows it in the same body cannot be told apart with
/// certainty; as opposed to JSON that is not admitted.
fn is_not_json(error: &json::AdmissionError) -> bool {
    use json::AdmissionError as E;
    match error {
        E::NotUtf8 { .. } | E::ByteOrderMark | E::Syntax { .. } | E::Trailing { .. } => true,
        E::DuplicateMember { .. }
        | E::LoneSurrogate { .. }
        | E::IntegerTooLarge { .. }
        | E::NotFinite { .. }
        | E::TooDeep { .. }
        | E::TooLarge { .. }
        | E::NotCanonical { .. } => false,
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
