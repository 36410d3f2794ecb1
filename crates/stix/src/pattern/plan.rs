//! Observation expressions made ready for matching: what has to be bound, under which restrictions
//! (STIX 2.1 §9.5).

use std::mem::discriminant;

use thiserror::Error;

use super::ast::{Observation, Qualifier};
use super::limits::MatchLimits;
use super::moment::{FRACTION_DIGITS_MAX, Moment};
use super::pcre::RegexError;
use super::span::{Located, Span};
use super::test::Ready;

/// Why a pattern matches nothing: a constant in it is invalid (§9.4).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct CompileError {
    kind: CompileErrorKind,
    span: Span,
}

/// One way each of being a pattern that cannot be matched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompileErrorKind {
    /// The text after `MATCHES`.
    #[error(transparent)]
    Regex(#[from] RegexError),
    /// The text after `ISSUBSET` or `ISSUPERSET`.
    #[error("neither an IP address nor a network in CIDR notation")]
    Network,
    /// A set has members of different data types.
    #[error("the members of a set must have one data type")]
    MixedSet,
    /// `REPEATS 0 TIMES`.
    #[error("REPEATS needs a positive number")]
    ZeroRepeats,
    /// `WITHIN 0 SECONDS`.
    #[error("WITHIN needs a positive number")]
    ZeroWindow,
    /// Two qualifiers of one kind on the same expression.
    #[error("an expression must not have two qualifiers of one kind")]
    QualifierTwice,
    /// A time after `START` or `STOP` is too fine to compute with.
    #[error("the time has {digits} fractional digits, the limit is {limit}")]
    TimeTooFine {
        /// Its digits.
        digits: usize,
        /// [`FRACTION_DIGITS_MAX`].
        limit: usize,
    },
}

impl CompileError {
    pub(super) fn new(kind: CompileErrorKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// Returns the reason.
    #[must_use]
    pub fn kind(&self) -> &CompileErrorKind {
        &self.kind
    }

    /// Returns the constant or qualifier at fault.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

/// What has to be bound to observations. Times are in ticks.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// An observation that passes the leaf with this number.
    Leaf(usize),
    And(Vec<Plan>),
    Or(Vec<Plan>),
    FollowedBy(Vec<Plan>),
    /// All within so many ticks.
    Within(Box<Plan>, i128),
    /// All at or after the first and before the second.
    Between(Box<Plan>, i128, i128),
    Repeat(Box<Plan>, u64),
}

/// Comparison expressions of which an observation must pass one.
pub(super) type Leaf = Vec<Ready>;

/// Makes a plan and its leaves.
pub(super) fn plan(
    observation: &Observation,
    limits: &MatchLimits,
    leaves: &mut Vec<Leaf>,
) -> Result<Plan, CompileError> {
    Ok(match observation {
        Observation::Seen(comparison) => {
            leaves.push(vec![Ready::new(comparison.node(), limits)?]);
            Plan::Leaf(leaves.len() - 1)
        }
        Observation::And(operands) => Plan::And(plans(operands, limits, leaves)?),
        Observation::FollowedBy(operands) => Plan::FollowedBy(plans(operands, limits, leaves)?),
        Observation::Or(operands) => {
            let first_leaf = leaves.len();
            let plans = plans(operands, limits, leaves)?;
            if plans.iter().all(|plan| matches!(plan, Plan::Leaf(_))) {
                // `[a] OR [b]` takes one observation that passes a or b: one leaf, no branching.
                let merged = leaves.drain(first_leaf..).flatten().collect();
                leaves.push(merged);
                Plan::Leaf(first_leaf)
            } else {
                Plan::Or(plans)
            }
        }
        Observation::Qualified(inner, qualifiers) => {
            let mut inner = plan(inner.node(), limits, leaves)?;
            // §9.5.1; it also keeps the plan as shallow as the parentheses.
            if let Some(second) = qualifiers
                .iter()
                .enumerate()
                .find_map(|(position, second)| {
                    let kind = discriminant(second.node());
                    let before = &qualifiers[..position];
                    before
                        .iter()
                        .any(|first| discriminant(first.node()) == kind)
                        .then_some(second)
                })
            {
                return Err(CompileError::new(
                    CompileErrorKind::QualifierTwice,
                    second.span(),
                ));
            }
            for qualifier in qualifiers {
                inner = qualify(inner, qualifier)?;
            }
            inner
        }
    })
}

fn plans(
    operands: &[Located<Observation>],
    limits: &MatchLimits,
    leaves: &mut Vec<Leaf>,
) -> Result<Vec<Plan>, CompileError> {
    operands
        .iter()
        .map(|operand| plan(operand.node(), limits, leaves))
        .collect()
}

fn qualify(inner: Plan, qualifier: &Located<Qualifier>) -> Result<Plan, CompileError> {
    let error = |kind| CompileError::new(kind, qualifier.span());
    match qualifier.node() {
        Qualifier::Within(window) if window.is_zero() => Err(error(CompileErrorKind::ZeroWindow)),
        // One observation is always within a window.
        Qualifier::Within(_) if matches!(inner, Plan::Leaf(_)) => Ok(inner),
        Qualifier::Within(window) => Ok(Plan::Within(Box::new(inner), window.ticks())),
        Qualifier::StartStop(start, stop) => {
            Ok(Plan::Between(Box::new(inner), ticks(start)?, ticks(stop)?))
        }
        Qualifier::Repeats(0) => Err(error(CompileErrorKind::ZeroRepeats)),
        Qualifier::Repeats(1) => Ok(inner),
        Qualifier::Repeats(count) => Ok(repeat(inner, *count)),
    }
}

/// Moves the repetition to the leaf where that says the same, so that it stays one slot.
fn repeat(inner: Plan, count: u64) -> Plan {
    match inner {
        Plan::Between(plan, start, stop) => {
            Plan::Between(Box::new(repeat(*plan, count)), start, stop)
        }
        Plan::Repeat(plan, times) => Plan::Repeat(plan, times.saturating_mul(count)),
        plan => Plan::Repeat(Box::new(plan), count),
    }
}

fn ticks(moment: &Located<Moment>) -> Result<i128, CompileError> {
    let digits = moment.node().fraction_digits();
    let kind = CompileErrorKind::TimeTooFine {
        digits,
        limit: FRACTION_DIGITS_MAX,
    };
    moment
        .node()
        .ticks()
        .ok_or_else(|| CompileError::new(kind, moment.span()))
}
