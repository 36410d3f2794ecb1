//! What patterns are matched against: observed data and the objects in it (STIX 2.1 §4.14, §9.1).

use serde_json::{Map, Value};
use thiserror::Error;

use super::moment::{Moment, MomentError};

/// The most observations one observed-data object can stand for (§4.14: 999,999,999).
pub const NUMBER_OBSERVED_MAX: u64 = 999_999_999;

/// One observed-data object: `number_observed` observations between two times, each of all its
/// objects. A borrowed view; the JSON stays where it is.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    first: Moment,
    last: Moment,
    number: u64,
    /// By key, so that references resolve by binary search.
    objects: Vec<(&'a str, &'a Map<String, Value>)>,
    reachable: Option<&'a Reachable<'a>>,
}

/// Objects that references lead to, but that were not observed themselves: no object path begins
/// at one of them.
#[derive(Clone, Debug, Default)]
pub struct Reachable<'a> {
    objects: Vec<(&'a str, &'a Map<String, Value>)>,
}

impl<'a> Reachable<'a> {
    /// Makes objects reachable under the keys that references to them use; of several under one
    /// key, the first.
    pub fn new(objects: impl IntoIterator<Item = (&'a str, &'a Map<String, Value>)>) -> Self {
        let mut objects: Vec<_> = objects.into_iter().collect();
        objects.sort_by_key(|(key, _)| *key);
        objects.dedup_by_key(|(key, _)| *key);
        Self { objects }
    }
}

/// Why observed data cannot be matched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ObservedError {
    /// It is not a JSON object of type `observed-data`.
    #[error("not an object of type observed-data")]
    NotObservedData,
    /// A required property is not there.
    #[error("property {0} is missing")]
    Missing(&'static str),
    /// A property has another JSON type than the standard says.
    #[error("property {0} has the wrong type")]
    WrongType(&'static str),
    /// A time is no timestamp.
    #[error("property {property}: {reason}")]
    Time {
        /// `first_observed` or `last_observed`.
        property: &'static str,
        /// What is wrong with it.
        reason: MomentError,
    },
    /// The end lies before the beginning.
    #[error("last_observed is earlier than first_observed")]
    LastBeforeFirst,
    /// The count is out of range.
    #[error("number_observed is {0}, the range is 1 to {NUMBER_OBSERVED_MAX}")]
    Number(u64),
}

impl<'a> Observed<'a> {
    /// Reads an observed-data object. Its objects are those of the deprecated `objects` container,
    /// or those that `object_refs` names and `resolve` knows; only these can be reached through
    /// references (§9.7.4). A reference that does not resolve is no error: the object is absent.
    ///
    /// # Errors
    /// A property that matching needs is missing or unusable.
    pub fn from_observed_data(
        observed_data: &'a Value,
        resolve: impl Fn(&str) -> Option<&'a Value>,
    ) -> Result<Self, ObservedError> {
        let object = observed_data
            .as_object()
            .ok_or(ObservedError::NotObservedData)?;
        if object.get("type").and_then(Value::as_str) != Some("observed-data") {
            return Err(ObservedError::NotObservedData);
        }
        let first = time(object, "first_observed")?;
        let last = time(object, "last_observed")?;
        let number = object
            .get("number_observed")
            .ok_or(ObservedError::Missing("number_observed"))?;
        let number = number
            .as_u64()
            .ok_or(ObservedError::WrongType("number_observed"))?;
        let objects: Vec<_> = if let Some(refs) = object.get("object_refs") {
            let refs = refs
                .as_array()
                .ok_or(ObservedError::WrongType("object_refs"))?;
            refs.iter()
                .filter_map(|id| Some((id.as_str()?, resolve(id.as_str()?)?.as_object()?)))
                .collect()
        } else if let Some(container) = object.get("objects") {
            let container = container
                .as_object()
                .ok_or(ObservedError::WrongType("objects"))?;
            container
                .iter()
                .filter_map(|(key, value)| Some((key.as_str(), value.as_object()?)))
                .collect()
        } else {
            return Err(ObservedError::Missing("object_refs"));
        };
        Self::from_objects(first, last, number, objects)
    }

    /// Makes an observation of objects under the keys that references to them use.
    ///
    /// # Errors
    /// The times are in the wrong order, or the number is out of range.
    pub fn from_objects(
        first: Moment,
        last: Moment,
        number: u64,
        objects: impl IntoIterator<Item = (&'a str, &'a Map<String, Value>)>,
    ) -> Result<Self, ObservedError> {
        if last < first {
            return Err(ObservedError::LastBeforeFirst);
        }
        if number == 0 || number > NUMBER_OBSERVED_MAX {
            return Err(ObservedError::Number(number));
        }
        let mut objects: Vec<_> = objects.into_iter().collect();
        objects.sort_by_key(|(key, _)| *key);
        objects.dedup_by_key(|(key, _)| *key);
        Ok(Self {
            first,
            last,
            number,
            objects,
            reachable: None,
        })
    }

    /// The same observation, whose references lead to these objects too, beside its own.
    #[must_use]
    pub fn reaching(mut self, reachable: &'a Reachable<'a>) -> Self {
        self.reachable = Some(reachable);
        self
    }

    /// Returns when the first of the observations was made.
    #[must_use]
    pub fn first(&self) -> &Moment {
        &self.first
    }

    /// Returns when the last of the observations was made.
    #[must_use]
    pub fn last(&self) -> &Moment {
        &self.last
    }

    /// Returns how many observations this stands for, from 1 to [`NUMBER_OBSERVED_MAX`].
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the objects, by key.
    pub(super) fn objects(&self) -> impl Iterator<Item = &'a Map<String, Value>> + '_ {
        self.objects.iter().map(|(_, object)| *object)
    }

    pub(super) fn resolve(&self, key: &str) -> Option<&'a Map<String, Value>> {
        let find = |objects: &[(&'a str, &'a Map<String, Value>)]| {
            let at = objects.binary_search_by_key(&key, |(key, _)| key).ok()?;
            Some(objects[at].1)
        };
        find(&self.objects).or_else(|| find(&self.reachable?.objects))
    }
}

fn time(object: &Map<String, Value>, property: &'static str) -> Result<Moment, ObservedError> {
    let value = object
        .get(property)
        .ok_or(ObservedError::Missing(property))?;
    let text = value.as_str().ok_or(ObservedError::WrongType(property))?;
    text.parse()
        .map_err(|reason| ObservedError::Time { property, reason })
}
