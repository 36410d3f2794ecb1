//! The data to match: observations as observed-data has them, or observables by themselves.

use std::{collections::HashMap, path::PathBuf};

use anyhow::Context as _;
use serde_json::Value;
use stix::{
    BundleLimits, BundleReader,
    pattern::{MatchError, Matcher, Moment, Observed, Reachable},
    schema::{Class, class_of},
};

use super::super::validate::sources;

/// The objects that were read.
#[derive(Debug, Default)]
pub(super) struct Data {
    observed: Vec<Value>,
    /// By identifier.
    observables: HashMap<String, Value>,
    /// Their identifiers, in order.
    order: Vec<String>,
}

/// The observations in them.
pub(super) struct Observations<'d> {
    ids: Vec<&'d str>,
    observed: Vec<Observed<'d>>,
    /// Observed data that cannot be matched.
    pub(super) faults: Vec<String>,
}

impl Data {
    /// Reads all objects.
    pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut data = Self::default();
        for path in paths {
            let name = path.display().to_string();
            for source in sources(path).with_context(|| format!("{name} cannot be read"))? {
                let at = || format!("{} cannot be read", source.name());
                let (input, _) = source.open().with_context(at)?;
                if source.is_lines() {
                    for line in std::io::BufRead::lines(std::io::BufReader::new(input)) {
                        data.text(line.with_context(at)?.as_bytes())
                            .with_context(at)?;
                    }
                } else {
                    data.text(input).with_context(at)?;
                }
            }
        }
        Ok(data)
    }

    fn text(&mut self, input: impl std::io::Read) -> anyhow::Result<()> {
        for piece in BundleReader::new(input, BundleLimits::default()) {
            self.take(serde_json::from_slice(&piece?.bytes)?);
        }
        Ok(())
    }

    fn take(&mut self, object: Value) {
        let Some(type_name) = object.get("type").and_then(Value::as_str) else {
            return;
        };
        if type_name == "observed-data" {
            self.observed.push(object);
            return;
        }
        // Whatever observed data refers to can be matched; by itself, only what may be an observable.
        let observable = matches!(class_of(type_name), None | Some(Class::Sco))
            && object.get("created").is_none();
        let number = self.order.len();
        let id = match object.get("id").and_then(Value::as_str) {
            Some(id) => id.to_owned(),
            None => format!("{type_name} #{number}"),
        };
        if observable {
            self.order.push(id.clone());
        }
        self.observables.entry(id).or_insert(object);
    }

    /// The observations: those of observed data, or, where there is none, every observable as one of its own.
    pub(super) fn observations<'d>(&'d self, reachable: &'d Reachable<'d>) -> Observations<'d> {
        let mut observations = Observations {
            ids: Vec::new(),
            observed: Vec::new(),
            faults: Vec::new(),
        };
        let name = |object: &'d Value| {
            object
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or("observed-data")
        };
        for object in &self.observed {
            match Observed::from_observed_data(object, |id| self.observables.get(id)) {
                Ok(observed) => observations.add(name(object), observed),
                Err(error) => observations
                    .faults
                    .push(format!("{}: {error}", name(object))),
            }
        }
        if self.observed.is_empty() {
            // They have no time: all are taken as of one instant.
            let alone = self.order.iter().filter_map(|id| {
                let object = self.observables.get(id)?.as_object()?;
                let observed =
                    Observed::from_objects(epoch()?, epoch()?, 1, [(id.as_str(), object)]);
                Some((id.as_str(), observed.ok()?.reaching(reachable)))
            });
            for (id, observed) in alone {
                observations.add(id, observed);
            }
        }
        observations
    }

    /// The observables that references lead to.
    pub(super) fn reachable(&self) -> Reachable<'_> {
        Reachable::new(
            self.observables
                .iter()
                .filter_map(|(id, object)| Some((id.as_str(), object.as_object()?))),
        )
    }

    /// Whether the observations are observables by themselves, which have no time.
    pub(super) fn is_timeless(&self) -> bool {
        self.observed.is_empty() && !self.order.is_empty()
    }
}

/// An instant for what has none.
fn epoch() -> Option<Moment> {
    "1970-01-01T00:00:00Z".parse().ok()
}

impl<'d> Observations<'d> {
    fn add(&mut self, id: &'d str, observed: Observed<'d>) {
        self.ids.push(id);
        self.observed.push(observed);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.observed.len()
    }

    /// Those that match: of a pattern that each observation decides alone, all; else the first that match together.
    ///
    /// # Errors
    /// A limit was reached before there was an answer.
    pub(super) fn find(&self, matcher: &Matcher) -> Result<Vec<&'d str>, MatchError> {
        let indices = if matcher.is_single() {
            let mut indices = Vec::new();
            for (index, observed) in self.observed.iter().enumerate() {
                if matcher.matches(std::slice::from_ref(observed))? {
                    indices.push(index);
                }
            }
            indices
        } else {
            matcher.find(&self.observed)?.unwrap_or_default()
        };
        Ok(indices.into_iter().map(|index| self.ids[index]).collect())
    }
}
