//! Matching a pattern against observations, with the whole of STIX 2.1 §9 (conformance level 3).

use serde_json::Value;

use super::Pattern;
use super::bind::{self, Seen};
use super::limits::{MatchError, MatchLimits, Meter};
use super::moment::{FRACTION_DIGITS_MAX, Moment};
use super::observed::Observed;
use super::plan::{CompileError, Leaf, Plan, plan};

/// A pattern made ready for matching: regular expressions compiled, constants decoded.
#[derive(Clone, Debug)]
pub struct Matcher {
    plan: Plan,
    leaves: Vec<ReadyLeaf>,
    limits: MatchLimits,
}

/// A leaf, and the object types that can pass it, sorted.
#[derive(Clone, Debug)]
struct ReadyLeaf {
    types: Vec<Box<str>>,
    any_of: Leaf,
}

impl Matcher {
    /// Makes a pattern ready.
    ///
    /// # Errors
    /// A constant is invalid, so that the pattern matches nothing (§9.4); or a regular expression
    /// is beyond what is supported or allowed.
    pub fn new(pattern: &Pattern, limits: MatchLimits) -> Result<Self, CompileError> {
        let mut leaves = Vec::new();
        let plan = plan(pattern.root().node(), &limits, &mut leaves)?;
        let leaves = leaves.into_iter().map(ReadyLeaf::new).collect();
        Ok(Self {
            plan,
            leaves,
            limits,
        })
    }

    /// Finds observations that together match, and returns their indices, ascending; nothing if
    /// none do. Each observed-data object stands for `number_observed` observations at times of
    /// its interval that may be chosen freely, but one choice must satisfy every operator and
    /// qualifier at once.
    ///
    /// # Errors
    /// A limit was reached before there was an answer; the error says which.
    pub fn find(&self, observations: &[Observed<'_>]) -> Result<Option<Vec<usize>>, MatchError> {
        let mut meter = Meter::new(self.limits.steps_max);
        if let Plan::Leaf(leaf) = self.plan {
            for (index, observed) in observations.iter().enumerate() {
                if self.leaves[leaf].passes(observed, &mut meter)? {
                    return Ok(Some(vec![index]));
                }
            }
            return Ok(None);
        }
        let mut seen = Seen {
            times: Vec::new(),
            numbers: Vec::new(),
            passing: Vec::new(),
        };
        for observed in observations {
            seen.times
                .push((ticks(observed.first())?, ticks(observed.last())?));
            seen.numbers.push(observed.number());
        }
        for leaf in &self.leaves {
            let mut passing = Vec::new();
            for (index, observed) in observations.iter().enumerate() {
                if leaf.passes(observed, &mut meter)? {
                    passing.push(index);
                }
            }
            seen.passing.push(passing);
        }
        bind::bind(&self.plan, &seen, &self.limits, &mut meter)
    }

    /// Whether one observation alone decides: the pattern is a single observation expression
    /// without qualifiers, so each observation matches or does not whatever the others are.
    #[must_use]
    pub fn is_single(&self) -> bool {
        matches!(self.plan, Plan::Leaf(_))
    }

    /// Tells whether observations match.
    ///
    /// # Errors
    /// As [`Matcher::find`].
    pub fn matches(&self, observations: &[Observed<'_>]) -> Result<bool, MatchError> {
        Ok(self.find(observations)?.is_some())
    }
}

impl ReadyLeaf {
    fn new(any_of: Leaf) -> Self {
        let mut types = Vec::new();
        any_of
            .iter()
            .for_each(|comparison| comparison.collect_types(&mut types));
        types.sort_unstable();
        types.dedup();
        Self { types, any_of }
    }

    fn passes(&self, observed: &Observed<'_>, meter: &mut Meter) -> Result<bool, MatchError> {
        for object in observed.objects() {
            meter.charge(1)?;
            let Some(object_type) = object.get("type").and_then(Value::as_str) else {
                continue;
            };
            if self
                .types
                .binary_search_by(|known| (**known).cmp(object_type))
                .is_err()
            {
                continue;
            }
            for comparison in &self.any_of {
                if comparison.passes(object, object_type, observed, meter)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

fn ticks(moment: &Moment) -> Result<i128, MatchError> {
    let digits = moment.fraction_digits();
    moment.ticks().ok_or(MatchError::TimeTooFine {
        digits,
        limit: FRACTION_DIGITS_MAX,
    })
}
