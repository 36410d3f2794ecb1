//! Whether two patterns say the same (after the OASIS committee note on semantic equivalence, as
//! python `stix2` reads it).
//!
//! A pattern is brought into a normal form: alternatives of conjunctions, each sorted, doubles and
//! what another alternative already covers left out. Addresses lose the bits behind their prefix,
//! registry keys their case. Beyond python `stix2`: binary and hex constants are octets, `[a OR b]`
//! is `[a] OR [b]` and sets have no doubles. Unlike there, `NOT =` is `!=` only where no `[*]` is in
//! the path: with one, the former asks for no element and the latter for some.
//!
//! Two patterns with the same form are equivalent; the reverse does not hold, as no form knows what
//! regular expressions have in common.

use std::collections::BTreeSet;

use thiserror::Error;

use super::Pattern;
use super::ast::{Comparison, Condition, Constant, Observation, Operator, Step, Test};
use super::cidr::Network;
use super::span::Located;

/// Alternatives that a normal form may have at any point; distribution multiplies them.
pub const ALTERNATIVES_MAX: usize = 4_096;

/// The normal form has more than [`ALTERNATIVES_MAX`] alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the normal form has more than {limit} alternatives")]
pub struct NormalFormTooLarge {
    /// The limit.
    pub limit: usize,
}

/// A pattern without what does not change its meaning; comparable, hashable, ordered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalForm(Alternatives);

type Alternatives = BTreeSet<Term>;

/// One alternative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Term {
    /// All of these tests on one object, each as its canonical text.
    Seen(BTreeSet<String>),
    /// Sorted, with doubles: each is bound to observations of its own.
    And(Vec<Term>),
    FollowedBy(Vec<Term>),
    /// Qualifiers in their order; it matters for `REPEATS` and `WITHIN`.
    Qualified(Alternatives, Vec<String>),
}

impl Pattern {
    /// Returns the normal form.
    ///
    /// # Errors
    /// It would have more than [`ALTERNATIVES_MAX`] alternatives.
    pub fn normal_form(&self) -> Result<NormalForm, NormalFormTooLarge> {
        Ok(NormalForm(observation(self.root().node())?))
    }

    /// Tells whether the patterns are equivalent by their normal forms.
    ///
    /// # Errors
    /// As [`Pattern::normal_form`], of either.
    pub fn is_equivalent(&self, other: &Self) -> Result<bool, NormalFormTooLarge> {
        Ok(self == other || self.normal_form()? == other.normal_form()?)
    }
}

fn observation(node: &Observation) -> Result<Alternatives, NormalFormTooLarge> {
    let alternatives = match node {
        Observation::Seen(inner) => comparison(inner.node())?
            .into_iter()
            .map(|(_, tests)| Term::Seen(tests))
            .collect(),
        Observation::Or(operands) => {
            let mut all = Alternatives::new();
            for operand in operands {
                all.append(&mut observation(operand.node())?);
                limit(all.len())?;
            }
            all
        }
        Observation::And(operands) => {
            let join = |mut terms: Vec<Term>| {
                terms.sort_unstable();
                Term::And(terms)
            };
            distribute(operands, join, |term, parts| match term {
                Term::And(terms) => parts.extend(terms),
                term => parts.push(term),
            })?
        }
        Observation::FollowedBy(operands) => {
            distribute(operands, Term::FollowedBy, |term, parts| match term {
                Term::FollowedBy(terms) => parts.extend(terms),
                term => parts.push(term),
            })?
        }
        Observation::Qualified(inner, qualifiers) => {
            let texts = qualifiers.iter().map(ToString::to_string).collect();
            Alternatives::from([Term::Qualified(observation(inner.node())?, texts)])
        }
    };
    Ok(absorb(&alternatives))
}

/// Makes alternatives of every way to take one alternative of each operand.
fn distribute(
    operands: &[Located<Observation>],
    join: impl Fn(Vec<Term>) -> Term,
    flatten: impl Fn(Term, &mut Vec<Term>),
) -> Result<Alternatives, NormalFormTooLarge> {
    let mut rows: Vec<Vec<Term>> = vec![Vec::new()];
    for operand in operands {
        let alternatives = observation(operand.node())?;
        limit(rows.len().saturating_mul(alternatives.len()))?;
        if let (1, Some(only)) = (alternatives.len(), alternatives.first()) {
            // The usual case, in place: a long AND stays linear.
            rows.iter_mut().for_each(|row| flatten(only.clone(), row));
            continue;
        }
        let mut longer = Vec::with_capacity(rows.len() * alternatives.len());
        for row in &rows {
            for alternative in &alternatives {
                let mut row = row.clone();
                flatten(alternative.clone(), &mut row);
                longer.push(row);
            }
        }
        rows = longer;
    }
    Ok(rows.into_iter().map(join).collect())
}

/// Drops alternatives that ask for all that another asks for, and more.
fn absorb(alternatives: &Alternatives) -> Alternatives {
    // The usual case, a list of values: single tests do not cover each other.
    if alternatives
        .iter()
        .all(|term| matches!(term, Term::Seen(tests) if tests.len() == 1))
    {
        return alternatives.clone();
    }
    let redundant = |term: &Term| {
        alternatives
            .iter()
            .any(|other| other != term && is_contained(other, term))
    };
    alternatives
        .iter()
        .filter(|term| !redundant(term))
        .cloned()
        .collect()
}

/// Tells whether whatever matches `container` matches `part` too, as far as the forms show.
fn is_contained(part: &Term, container: &Term) -> bool {
    match (part, container) {
        (Term::Seen(few), Term::Seen(many)) => few.is_subset(many),
        (Term::And(few), Term::And(many)) => {
            // Sorted lists: doubles in one need doubles in the other.
            let mut rest = many.iter();
            few.iter().all(|term| rest.any(|other| other == term))
        }
        (Term::FollowedBy(few), Term::FollowedBy(many)) => {
            let mut rest = many.iter();
            few.iter().all(|term| rest.any(|other| other == term))
        }
        (part, Term::And(terms) | Term::FollowedBy(terms)) => terms.contains(part),
        _ => false,
    }
}

/// Conjunctions of tests on objects of one type.
type Conjunctions = BTreeSet<(Box<str>, BTreeSet<String>)>;

fn comparison(node: &Comparison) -> Result<Conjunctions, NormalFormTooLarge> {
    match node {
        Comparison::Test(test) => {
            let object_type = test.path.node().object_type.node().clone();
            Ok(Conjunctions::from([(
                object_type,
                BTreeSet::from([normal_test(test).to_string()]),
            )]))
        }
        Comparison::Or(operands) => {
            let mut all = Conjunctions::new();
            for operand in operands {
                all.append(&mut comparison(operand.node())?);
                limit(all.len())?;
            }
            Ok(all)
        }
        Comparison::And(operands) => {
            let mut rows: Option<Conjunctions> = None;
            for operand in operands {
                let conjunctions = comparison(operand.node())?;
                let Some(before) = rows else {
                    rows = Some(conjunctions);
                    continue;
                };
                limit(before.len().saturating_mul(conjunctions.len()))?;
                if let (1, 1, Some((object_type, tests))) =
                    (before.len(), conjunctions.len(), conjunctions.first())
                {
                    // The usual case, in place: a long AND stays linear.
                    let same = before.into_iter().filter(|(known, _)| known == object_type);
                    let extend = |(known, mut all): (Box<str>, BTreeSet<String>)| {
                        all.extend(tests.iter().cloned());
                        (known, all)
                    };
                    rows = Some(same.map(extend).collect());
                    continue;
                }
                let mut joined = Conjunctions::new();
                for (left_type, left) in &before {
                    // §9.5: no object has two types; such a conjunction matches nothing.
                    for (_, right) in conjunctions.iter().filter(|(other, _)| other == left_type) {
                        joined.insert((left_type.clone(), left | right));
                    }
                }
                rows = Some(joined);
            }
            Ok(rows.unwrap_or_default())
        }
    }
}

fn normal_test(test: &Test) -> Test {
    let mut test = test.clone();
    let path = test.path.node();
    let has_any = path.steps.iter().any(|step| *step.node() == Step::Any);
    let fold = value_fold(path.object_type.node(), &path.steps);
    test.condition = match test.condition {
        Condition::Compare(operator, constant) => {
            let operator = match operator {
                Operator::Equal if test.negated && !has_any => Operator::NotEqual,
                Operator::NotEqual if test.negated && !has_any => Operator::Equal,
                operator => {
                    return Test {
                        condition: Condition::Compare(
                            operator,
                            normal_constant(constant.node(), fold).into(),
                        ),
                        ..test
                    };
                }
            };
            test.negated = false;
            Condition::Compare(operator, normal_constant(constant.node(), fold).into())
        }
        Condition::In(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|member| normal_constant(member.node(), fold))
                .collect();
            members.sort_by_cached_key(ToString::to_string);
            members.dedup();
            Condition::In(members.into_iter().map(Located::from).collect())
        }
        Condition::IsSubset(text) => Condition::IsSubset(fold_network(text.node()).into()),
        Condition::IsSuperset(text) => Condition::IsSuperset(fold_network(text.node()).into()),
        other => other,
    };
    test
}

/// How the texts at a path may be changed without changing what they name.
type Fold = fn(&str) -> Box<str>;

fn value_fold(object_type: &str, steps: &[Located<Step>]) -> Fold {
    let keys: Vec<_> = steps
        .iter()
        .map(|step| match step.node() {
            Step::Key(key) => &**key,
            Step::Index(_) | Step::Any => "[]",
        })
        .collect();
    match (object_type, keys.as_slice()) {
        ("ipv4-addr" | "ipv6-addr", ["value"]) => fold_network,
        ("windows-registry-key", ["key"] | ["values", "[]", "name"]) => {
            |text| text.to_lowercase().into()
        }
        _ => |text| text.into(),
    }
}

fn fold_network(text: &str) -> Box<str> {
    Network::parse(text).map_or_else(|| text.into(), |network| network.to_string().into())
}

fn normal_constant(constant: &Constant, fold: Fold) -> Constant {
    match constant {
        Constant::String(text) => Constant::String(fold(text)),
        Constant::Binary(octets) => Constant::Hex(octets.clone()),
        // 2^53: whole doubles below are integers, and print as such.
        Constant::Float(value)
            if value.get().fract() == 0.0 && value.get().abs() < 2f64.powi(53) =>
        {
            Constant::Integer(value.get() as i64)
        }
        other => other.clone(),
    }
}

fn limit(alternatives: usize) -> Result<(), NormalFormTooLarge> {
    if alternatives > ALTERNATIVES_MAX {
        return Err(NormalFormTooLarge {
            limit: ALTERNATIVES_MAX,
        });
    }
    Ok(())
}
