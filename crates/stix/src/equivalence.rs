//! Whether two objects are the same thing, said twice (the OASIS committee note on semantic
//! equivalence, with the weights and measures of python `stix2`).
//!
//! ```
//! use serde_json::json;
//! use stix::equivalence::{Options, similarity};
//!
//! let ours = json!({"type": "tool", "name": "Mimi Katz", "tool_types": ["credential-exploitation"]});
//! let theirs = json!({"type": "tool", "name": "Katz Mimi"});
//! let found = similarity(&ours, &theirs, &Options::default())?;
//! assert!(found.is_equivalent(70.0));
//! assert_eq!(found.properties()[0].property, "name");
//! # Ok::<(), stix::equivalence::SimilarityError>(())
//! ```
//!
//! [`similarity`] compares the properties that matter for a type, each by its own measure and
//! weight, and returns a score with the part of every property. Where python `stix2` leaves the
//! range of 0 to 1 (places farther apart than the threshold, references matched several times),
//! the measure here stays in it.
//!
//! Left out: comparing all versions of what a reference refers to; give the latest.

mod graph;
mod measure;
mod weights;

use serde_json::Value;
use thiserror::Error;

pub use graph::{GraphSimilarity, Pair, graph_similarity};
pub use measure::TEXT_CHARS_MAX;
pub use weights::Measure;

/// Looks up objects by identifier.
pub type Resolve<'r> = &'r dyn Fn(&str) -> Option<&'r Value>;

/// How to compare.
#[derive(Clone, Copy)]
pub struct Options<'r> {
    /// How often a reference is followed from what a reference led to. At 0, references are left
    /// out of the score.
    pub depth_max: u32,
    /// Compare also objects of different `spec_version`.
    pub ignore_spec_version: bool,
    /// The objects that the left and the right object refer to. Without, references are compared
    /// as identifiers.
    pub resolve: Option<(Resolve<'r>, Resolve<'r>)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            depth_max: 1,
            ignore_spec_version: false,
            resolve: None,
        }
    }
}

/// How similar two objects are.
#[derive(Clone, Debug, PartialEq)]
pub struct Similarity {
    score: f64,
    properties: Vec<PropertyScore>,
}

impl Similarity {
    /// Returns the weighted mean of the properties, from 0 to 100; 0 if there is nothing to
    /// compare.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Returns the part of each property that both objects have.
    #[must_use]
    pub fn properties(&self) -> &[PropertyScore] {
        &self.properties
    }

    /// Tells whether the score reaches a threshold; the committee note proposes 70.
    #[must_use]
    pub fn is_equivalent(&self, threshold: f64) -> bool {
        self.score >= threshold
    }
}

/// What one property contributes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PropertyScore {
    /// The property, or `longitude_latitude` for the two of a location together.
    pub property: &'static str,
    /// How the values were compared.
    pub measure: Measure,
    /// Its part of the whole; the weights of the properties present need not sum up to 100.
    pub weight: f64,
    /// From 0, nothing in common, to 1.
    pub similarity: f64,
}

/// Why two objects cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SimilarityError {
    /// One is no JSON object with a `type`.
    #[error("not an object with a type")]
    NotAnObject,
    /// They are of different types.
    #[error("the types {0} and {1} differ")]
    Types(Box<str>, Box<str>),
    /// They are of different versions of STIX.
    #[error("the spec versions {0} and {1} differ")]
    SpecVersions(Box<str>, Box<str>),
}

/// Compares two objects of one type. A type that has no weights scores 0.
///
/// # Errors
/// The objects are of different types or, unless that is to be ignored, versions of STIX.
pub fn similarity(
    left: &Value,
    right: &Value,
    options: &Options<'_>,
) -> Result<Similarity, SimilarityError> {
    let text = |object: &Value, name: &str| object.get(name).and_then(Value::as_str).map(Box::from);
    let left_type: Box<str> = text(left, "type").ok_or(SimilarityError::NotAnObject)?;
    let right_type = text(right, "type").ok_or(SimilarityError::NotAnObject)?;
    if left_type != right_type {
        return Err(SimilarityError::Types(left_type, right_type));
    }
    // Objects of STIX 2.0 have no such property.
    let version = |object| text(object, "spec_version").unwrap_or_else(|| "2.0".into());
    let (left_version, right_version): (Box<str>, Box<str>) = (version(left), version(right));
    if !options.ignore_spec_version && left_version != right_version {
        return Err(SimilarityError::SpecVersions(left_version, right_version));
    }
    let mut properties = Vec::new();
    for &(property, weight, measure) in weights::of(&left_type) {
        if let Some(similarity) = measure::measure(property, measure, left, right, options) {
            properties.push(PropertyScore {
                property,
                measure,
                weight,
                similarity,
            });
        }
    }
    let weights: f64 = properties.iter().map(|part| part.weight).sum();
    let matching: f64 = properties
        .iter()
        .map(|part| part.weight * part.similarity)
        .sum();
    let score = if weights > 0.0 {
        matching / weights * 100.0
    } else {
        0.0
    };
    Ok(Similarity { score, properties })
}
