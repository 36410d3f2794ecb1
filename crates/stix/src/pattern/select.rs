//! Following an object path to the values it selects (STIX 2.1 §9.7).

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::ast::Step;
use super::limits::{MatchError, Meter};
use super::observed::Observed;
use super::parse::{decode_base64, hex_octets};

/// A value at the end of an object path, in its native format (§9.6.4).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Selected<'a> {
    Json(&'a Value),
    /// The decoded value of a property whose name ends in `_bin` or `_hex`.
    Octets(Cow<'a, [u8]>),
    /// An object, reached through a reference or not: equal to no constant.
    Object,
    /// A reference to nothing in the observation: there for EXISTS, for nothing else.
    Dangling,
}

/// Calls `visit` with every value that the path selects, until it says `true` (which is returned).
pub(super) fn select<'a>(
    root: &'a Map<String, Value>,
    steps: &[Step],
    observed: &Observed<'a>,
    meter: &mut Meter,
    visit: &mut dyn FnMut(Selected<'a>, &mut Meter) -> Result<bool, MatchError>,
) -> Result<bool, MatchError> {
    let mut walk = Walk { observed, visit };
    walk.object(root, steps, meter)
}

struct Walk<'a, 'w> {
    observed: &'w Observed<'a>,
    visit: &'w mut dyn FnMut(Selected<'a>, &mut Meter) -> Result<bool, MatchError>,
}

type Stopped = Result<bool, MatchError>;

impl<'a> Walk<'a, '_> {
    // Recursion goes one level per step, and the parser bounds the steps of a path by its parts;
    // along keys the walk loops, so only `[*]` recurses.
    fn object(
        &mut self,
        object: &'a Map<String, Value>,
        steps: &[Step],
        meter: &mut Meter,
    ) -> Stopped {
        let Some((Step::Key(key), rest)) = steps.split_first() else {
            return Ok(false);
        };
        meter.charge(1)?;
        let Some(value) = object.get(&**key) else {
            return Ok(false);
        };
        self.value(value, Naming::of(key), rest, meter)
    }

    fn value(
        &mut self,
        mut value: &'a Value,
        mut naming: Naming,
        mut steps: &[Step],
        meter: &mut Meter,
    ) -> Stopped {
        loop {
            let Some((step, rest)) = steps.split_first() else {
                return self.end(value, naming, meter);
            };
            meter.charge(1)?;
            value = match (step, value) {
                (Step::Any, Value::Array(elements)) => {
                    for element in elements {
                        if self.value(element, naming.element(), rest, meter)? {
                            return Ok(true);
                        }
                    }
                    return Ok(false);
                }
                (Step::Index(index), Value::Array(elements)) => {
                    let element = usize::try_from(*index)
                        .ok()
                        .and_then(|index| elements.get(index));
                    let Some(element) = element else {
                        return Ok(false);
                    };
                    naming = naming.element();
                    element
                }
                (Step::Key(key), Value::Object(object)) => {
                    let Some(member) = object.get(&**key) else {
                        return Ok(false);
                    };
                    naming = Naming::of(key);
                    member
                }
                (Step::Key(key), Value::String(id)) if naming == Naming::Reference => {
                    let member = self
                        .observed
                        .resolve(id)
                        .and_then(|object| object.get(&**key));
                    let Some(member) = member else {
                        return Ok(false);
                    };
                    naming = Naming::of(key);
                    member
                }
                _ => return Ok(false),
            };
            steps = rest;
        }
    }

    fn end(&mut self, value: &'a Value, naming: Naming, meter: &mut Meter) -> Stopped {
        let selected = match (value, naming) {
            (Value::String(id), Naming::Reference) => match self.observed.resolve(id) {
                Some(_) => Selected::Object,
                None => Selected::Dangling,
            },
            (Value::String(text), Naming::Binary) => match decode_base64(text) {
                Some(octets) => Selected::Octets(octets.into_vec().into()),
                None => return Ok(false),
            },
            (Value::String(text), Naming::Hex) => match hex_octets(text) {
                Some(octets) => Selected::Octets(octets.into_vec().into()),
                None => return Ok(false),
            },
            (Value::Object(_), _) => Selected::Object,
            (value, _) => Selected::Json(value),
        };
        (self.visit)(selected, meter)
    }
}

/// What the end of a property's name says of its value (§3.1: `_ref`, `_refs`, `_bin`, `_hex`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    Plain,
    Reference,
    References,
    Binary,
    Hex,
}

impl Naming {
    pub(super) fn of(key: &str) -> Self {
        match key.rsplit_once('_') {
            Some((_, "ref")) => Self::Reference,
            Some((_, "refs")) => Self::References,
            Some((_, "bin")) => Self::Binary,
            Some((_, "hex")) => Self::Hex,
            _ => Self::Plain,
        }
    }

    fn element(self) -> Self {
        match self {
            Self::References => Self::Reference,
            Self::Reference => Self::Plain,
            other => other,
        }
    }
}
