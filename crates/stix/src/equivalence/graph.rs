//! How similar two collections of objects are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Options, Similarity, SimilarityError, similarity, weights};

/// How similar two collections are: the mean over the objects that could be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSimilarity<'v> {
    score: f64,
    best: BTreeMap<&'v str, Pair<'v>>,
}

/// An object and the one of the other collection that is most like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<'v> {
    /// The identifier of the other.
    pub partner: &'v str,
    /// How alike they are.
    pub similarity: Similarity,
}

impl<'v> GraphSimilarity<'v> {
    /// Returns the mean of the best pairs, from 0 to 100; 0 if nothing could be compared.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Returns the best partner of each object that has one, by identifier.
    #[must_use]
    pub fn best(&self) -> &BTreeMap<&'v str, Pair<'v>> {
        &self.best
    }
}

/// Compares every object of one collection with every object of its type in the other. The effort
/// is the product of their numbers, type by type; the caller bounds them.
///
/// # Errors
/// An object is none, or objects are of different versions of STIX.
pub fn graph_similarity<'v>(
    left: &[&'v Value],
    right: &[&'v Value],
    options: &Options<'_>,
) -> Result<GraphSimilarity<'v>, SimilarityError> {
    let mut by_type: BTreeMap<&str, Vec<&'v Value>> = BTreeMap::new();
    for object in right {
        by_type
            .entry(text(object, "type")?)
            .or_default()
            .push(object);
    }
    let mut best: BTreeMap<&str, Pair<'v>> = BTreeMap::new();
    for a in left {
        let object_type = text(a, "type")?;
        if weights::of(object_type).is_empty() {
            continue;
        }
        for b in by_type.get(object_type).map_or(&[][..], Vec::as_slice) {
            let found = similarity(a, b, options)?;
            let (a, b) = (text(a, "id")?, text(b, "id")?);
            for (id, partner) in [(a, b), (b, a)] {
                let known = best.get(id).map(|pair| pair.similarity.score());
                if known.is_none_or(|score| found.score() > score) {
                    best.insert(
                        id,
                        Pair {
                            partner,
                            similarity: found.clone(),
                        },
                    );
                }
            }
        }
    }
    let sum: f64 = best.values().map(|pair| pair.similarity.score()).sum();
    let score = if best.is_empty() {
        0.0
    } else {
        sum / best.len() as f64
    };
    Ok(GraphSimilarity { score, best })
}

fn text<'v>(object: &'v Value, property: &str) -> Result<&'v str, SimilarityError> {
    object
        .get(property)
        .and_then(Value::as_str)
        .ok_or(SimilarityError::NotAnObject)
}
