//! What a pattern asks for, without matching: for search ("which patterns speak of this value?")
//! and for an index ("which patterns can match this object?").

use super::Pattern;
use super::ast::{Comparison, Condition, Constant, ObjectPath, Observation, Operator, Test};
use super::span::Located;

/// An equality that a pattern states: values at a path of objects of a type, and a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equality<'p> {
    path: &'p ObjectPath,
    constant: &'p Constant,
}

impl<'p> Equality<'p> {
    /// Returns the path, object type first.
    #[must_use]
    pub fn path(self) -> &'p ObjectPath {
        self.path
    }

    /// Returns the object type.
    #[must_use]
    pub fn object_type(self) -> &'p str {
        self.path.object_type.node()
    }

    /// Returns the constant.
    #[must_use]
    pub fn constant(self) -> &'p Constant {
        self.constant
    }
}

/// One condition of which a matching object must satisfy at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'p> {
    /// A value equal to a constant.
    Equal(Equality<'p>),
    /// An object of a type that has something at a path: the best that can be said of `LIKE`,
    /// `MATCHES`, ranges and networks.
    Present(&'p ObjectPath),
    /// An object of a type, for what `NOT EXISTS` asks.
    Type(&'p str),
}

impl Pattern {
    /// Lists every equality that the pattern states, `IN` member by member, in the order of the
    /// text; those under `NOT` or `!=` are none.
    #[must_use]
    pub fn equalities(&self) -> Vec<Equality<'_>> {
        let mut found = Vec::new();
        collect_observation(self.root(), &mut |test| {
            found.extend(equalities_of(test).into_iter().flatten());
        });
        found
    }

    /// Lists every object type that the pattern names, sorted.
    #[must_use]
    pub fn object_types(&self) -> Vec<&str> {
        let mut types = Vec::new();
        collect_observation(self.root(), &mut |test| {
            types.push(&**test.path.node().object_type.node());
        });
        types.sort_unstable();
        types.dedup();
        types
    }

    /// Returns conditions for an index: whatever observations match the pattern, some object among
    /// them satisfies at least one of the keys. An object that satisfies none can be left out.
    #[must_use]
    pub fn index_keys(&self) -> Vec<Key<'_>> {
        cover_observation(self.root())
    }
}

fn collect_observation<'p>(located: &'p Located<Observation>, visit: &mut dyn FnMut(&'p Test)) {
    match located.node() {
        Observation::Seen(comparison) => collect_comparison(comparison, visit),
        Observation::And(operands)
        | Observation::Or(operands)
        | Observation::FollowedBy(operands) => {
            operands
                .iter()
                .for_each(|operand| collect_observation(operand, visit));
        }
        Observation::Qualified(inner, _) => collect_observation(inner, visit),
    }
}

fn collect_comparison<'p>(located: &'p Located<Comparison>, visit: &mut dyn FnMut(&'p Test)) {
    match located.node() {
        Comparison::And(operands) | Comparison::Or(operands) => {
            operands
                .iter()
                .for_each(|operand| collect_comparison(operand, visit));
        }
        Comparison::Test(test) => visit(test),
    }
}

fn equalities_of(test: &Test) -> Option<Vec<Equality<'_>>> {
    let path = test.path.node();
    match &test.condition {
        _ if test.negated => None,
        Condition::Compare(Operator::Equal, constant) => Some(vec![Equality {
            path,
            constant: constant.node(),
        }]),
        Condition::In(members) => Some(
            members
                .iter()
                .map(|member| Equality {
                    path,
                    constant: member.node(),
                })
                .collect(),
        ),
        _ => None,
    }
}

fn cover_observation(located: &Located<Observation>) -> Vec<Key<'_>> {
    match located.node() {
        Observation::Seen(comparison) => cover_comparison(comparison),
        Observation::Or(operands) => operands.iter().flat_map(cover_observation).collect(),
        // All operands hold, so any one of them is a cover: take the most selective.
        Observation::And(operands) | Observation::FollowedBy(operands) => {
            best(operands.iter().map(cover_observation))
        }
        Observation::Qualified(inner, _) => cover_observation(inner),
    }
}

fn cover_comparison(located: &Located<Comparison>) -> Vec<Key<'_>> {
    match located.node() {
        Comparison::Or(operands) => operands.iter().flat_map(cover_comparison).collect(),
        Comparison::And(operands) => best(operands.iter().map(cover_comparison)),
        Comparison::Test(test) => match (equalities_of(test), &test.condition) {
            (Some(equalities), _) => equalities.into_iter().map(Key::Equal).collect(),
            (None, Condition::Exists) if test.negated => {
                vec![Key::Type(test.path.node().object_type.node())]
            }
            (None, _) => vec![Key::Present(test.path.node())],
        },
    }
}

/// Chooses the cover with the fewest unselective keys, then the fewest keys.
fn best<'p>(covers: impl Iterator<Item = Vec<Key<'p>>>) -> Vec<Key<'p>> {
    let weight = |cover: &Vec<Key<'_>>| {
        let unselective = cover
            .iter()
            .filter(|key| !matches!(key, Key::Equal(_)))
            .count();
        (unselective, cover.len())
    };
    covers.min_by_key(weight).unwrap_or_default()
}
