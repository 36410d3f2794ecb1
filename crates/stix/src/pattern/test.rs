//! Comparison expressions made ready, and asked of one object (STIX 2.1 §9.6).

use serde_json::{Map, Value};

use super::ast::{Comparison, Condition, Constant, ObjectPath, Operator, Step, Test};
use super::cidr::Network;
use super::compare::Comparand;
use super::like::Like;
use super::limits::{MatchError, MatchLimits, Meter};
use super::observed::Observed;
use super::pcre::{Pcre, Subject};
use super::plan::{CompileError, CompileErrorKind};
use super::select::{Naming, Selected, select};
use super::span::Located;

/// A comparison expression made ready.
#[derive(Clone, Debug)]
pub(super) enum Ready {
    And(Vec<Ready>),
    Or(Vec<Ready>),
    Test(ReadyTest),
}

#[derive(Clone, Debug)]
pub(super) struct ReadyTest {
    object_type: Box<str>,
    steps: Box<[Step]>,
    negated: bool,
    condition: ReadyCondition,
}

#[derive(Clone, Debug)]
enum ReadyCondition {
    Compare(Operator, Comparand),
    In(Vec<Comparand>),
    Like(Like),
    Matches(Pcre),
    IsSubset(Network),
    IsSuperset(Network),
    Exists,
}

impl Ready {
    pub(super) fn new(comparison: &Comparison, limits: &MatchLimits) -> Result<Self, CompileError> {
        let all = |operands: &[Located<Comparison>]| {
            operands
                .iter()
                .map(|operand| Self::new(operand.node(), limits))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match comparison {
            Comparison::And(operands) => Self::And(all(operands)?),
            Comparison::Or(operands) => Self::Or(all(operands)?),
            Comparison::Test(test) => Self::Test(ReadyTest::new(test, limits)?),
        })
    }

    /// Adds the object types that can pass.
    pub(super) fn collect_types(&self, types: &mut Vec<Box<str>>) {
        match self {
            Self::And(operands) | Self::Or(operands) => {
                operands
                    .iter()
                    .for_each(|operand| operand.collect_types(types));
            }
            Self::Test(test) => types.push(test.object_type.clone()),
        }
    }

    /// Tells whether one object of an observation passes; every test starts from it (§9.5).
    pub(super) fn passes(
        &self,
        root: &Map<String, Value>,
        root_type: &str,
        observed: &Observed<'_>,
        meter: &mut Meter,
    ) -> Result<bool, MatchError> {
        match self {
            Self::And(operands) => {
                for operand in operands {
                    if !operand.passes(root, root_type, observed, meter)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(operands) => {
                for operand in operands {
                    if operand.passes(root, root_type, observed, meter)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Test(test) => test.passes(root, root_type, observed, meter),
        }
    }
}

impl ReadyTest {
    fn new(test: &Test, limits: &MatchLimits) -> Result<Self, CompileError> {
        let path = test.path.node();
        let condition = match &test.condition {
            Condition::Compare(operator, constant) => {
                ReadyCondition::Compare(*operator, constant.node().into())
            }
            Condition::In(members) => {
                if let Some(stranger) = first_stranger(members) {
                    return Err(CompileError::new(
                        CompileErrorKind::MixedSet,
                        stranger.span(),
                    ));
                }
                ReadyCondition::In(members.iter().map(|member| member.node().into()).collect())
            }
            Condition::Like(text) => ReadyCondition::Like(Like::new(text.node())),
            Condition::Matches(expression) => ReadyCondition::Matches(
                Pcre::new(expression.node(), subject_of(path), limits)
                    .map_err(|reason| CompileError::new(reason.into(), expression.span()))?,
            ),
            Condition::IsSubset(text) => ReadyCondition::IsSubset(network(text)?),
            Condition::IsSuperset(text) => ReadyCondition::IsSuperset(network(text)?),
            Condition::Exists => ReadyCondition::Exists,
        };
        Ok(Self {
            object_type: path.object_type.node().clone(),
            steps: path.steps.iter().map(|step| step.node().clone()).collect(),
            negated: test.negated,
            condition,
        })
    }

    fn passes(
        &self,
        root: &Map<String, Value>,
        root_type: &str,
        observed: &Observed<'_>,
        meter: &mut Meter,
    ) -> Result<bool, MatchError> {
        if *self.object_type != *root_type {
            return Ok(false);
        }
        let mut present = false;
        let found = select(root, &self.steps, observed, meter, &mut |value, meter| {
            if matches!(self.condition, ReadyCondition::Exists) {
                present = true;
                return Ok(true);
            }
            if value == Selected::Dangling {
                return Ok(false);
            }
            present = true;
            self.condition.holds(&value, meter)
        })?;
        // §9.6: an absent path makes the comparison false whatever the operators; EXISTS alone
        // asks for just that, and NOT EXISTS would otherwise never be true.
        // §9.6.1: NOT negates the whole comparison, so with `[*]` it means "no element".
        match self.condition {
            ReadyCondition::Exists => Ok(found != self.negated),
            _ => Ok(present && found != self.negated),
        }
    }
}

impl ReadyCondition {
    fn holds(&self, value: &Selected<'_>, meter: &mut Meter) -> Result<bool, MatchError> {
        meter.charge(1)?;
        Ok(match (self, value) {
            (Self::Compare(operator, constant), value) => constant.passes(*operator, value),
            (Self::In(members), value) => {
                meter.charge(members.len() as u64)?;
                members.iter().any(|member| member.equals(value))
            }
            (Self::Like(like), Selected::Json(Value::String(text))) => {
                like.matches_text(text, meter)?
            }
            (Self::Like(like), Selected::Octets(octets)) => like.matches_octets(octets, meter)?,
            (Self::Matches(regex), Selected::Json(Value::String(text))) => {
                meter.charge(text.len() as u64 / 64)?;
                regex.matches_text(text)?
            }
            (Self::Matches(regex), Selected::Octets(octets)) => {
                meter.charge(octets.len() as u64 / 64)?;
                regex.matches_octets(octets)?
            }
            (Self::IsSubset(network), Selected::Json(Value::String(text))) => {
                Network::parse(text).is_some_and(|value| value.is_within(*network))
            }
            (Self::IsSuperset(network), Selected::Json(Value::String(text))) => {
                Network::parse(text).is_some_and(|value| network.is_within(value))
            }
            (Self::Exists, _) => true,
            _ => false,
        })
    }
}

/// Which reading of a regular expression a path asks for: the last property name decides.
pub(super) fn subject_of(path: &ObjectPath) -> Subject {
    let last_key = path.steps.iter().rev().find_map(|step| match step.node() {
        Step::Key(key) => Some(Naming::of(key)),
        _ => None,
    });
    match last_key {
        Some(Naming::Binary | Naming::Hex) => Subject::Octets,
        _ => Subject::Text,
    }
}

fn network(text: &Located<Box<str>>) -> Result<Network, CompileError> {
    Network::parse(text.node())
        .ok_or_else(|| CompileError::new(CompileErrorKind::Network, text.span()))
}

/// Finds a member of another data type than the first (§9.6.1: homogeneous); integers and floats
/// are of one kind, as are binary and hex (§9.2: either compares with the other's values).
pub(super) fn first_stranger(members: &[Located<Constant>]) -> Option<&Located<Constant>> {
    let kind = |constant: &Constant| match constant {
        Constant::Boolean(_) => 0,
        Constant::Integer(_) | Constant::Float(_) => 1,
        Constant::String(_) => 2,
        Constant::Binary(_) | Constant::Hex(_) => 3,
        Constant::Timestamp(_) => 4,
    };
    let first = kind(members.first()?.node());
    members.iter().find(|member| kind(member.node()) != first)
}
