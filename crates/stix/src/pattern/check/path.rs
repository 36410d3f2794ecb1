//! Object paths against the object model (STIX 2.1 §9.7).

use super::super::ast::{ObjectPath, Step};
use super::super::span::Span;
use super::model::{COMMON, Kind, Property, properties_of};
use super::rule::Rule;

/// What an object path leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    /// What may be there; more than one kind if a reference may refer to several types. Empty if
    /// the model says nothing of it.
    pub(super) kinds: Vec<Kind>,
    /// The types whose property `value` this is, if it is one.
    pub(super) value_of: Vec<&'static str>,
    /// The name of the algorithm if this is a hash value.
    pub(super) algorithm: Option<Box<str>>,
}

/// What is wrong with a path, and where.
pub(super) type Fault = (Rule, Span);

/// A place in the model: what is there, and of which type it is the property `value`.
type Place = (Kind, Option<&'static str>);

/// Follows a path; nothing if the model cannot say where it leads.
pub(super) fn follow(path: &ObjectPath) -> Result<Option<Target>, Fault> {
    let object_type = path.object_type.node();
    let Some((canonical, properties)) = known_type(object_type) else {
        return Err((Rule::UnknownType, path.object_type.span()));
    };
    let mut places: Vec<Place> = Vec::new();
    let mut algorithm = None;
    for (position, step) in path.steps.iter().enumerate() {
        let mut next = Vec::new();
        let mut fault = None;
        algorithm = None;
        if position == 0 {
            match property(canonical, properties, step.node()) {
                Ok(place) => next.push(place),
                Err(rule) => fault = Some(rule),
            }
        }
        for (kind, _) in &places {
            if let (Kind::Hashes, Step::Key(key)) = (kind, step.node()) {
                algorithm = Some(key.clone());
            }
            match take(*kind, step.node()) {
                Ok(found) => next.extend(found),
                Err(rule) => fault = fault.or(Some(rule)),
            }
        }
        // Several types may be behind a reference; one that has the property is enough.
        if let (true, Some(rule)) = (next.is_empty(), fault) {
            return Err((rule, step.span()));
        }
        if next.iter().any(|(kind, _)| *kind == Kind::Any) {
            return Ok(None);
        }
        places = next;
    }
    Ok(Some(Target {
        kinds: places.iter().map(|(kind, _)| *kind).collect(),
        value_of: places.iter().filter_map(|(_, owner)| *owner).collect(),
        algorithm,
    }))
}

fn known_type(object_type: &str) -> Option<(&'static str, &'static [Property])> {
    let properties = properties_of(object_type)?;
    let (name, _) = super::model::OBJECTS
        .iter()
        .find(|(name, _)| *name == object_type)?;
    Some((name, properties))
}

fn property(
    object_type: &'static str,
    properties: &'static [Property],
    step: &Step,
) -> Result<Place, Rule> {
    let Step::Key(key) = step else {
        return Err(Rule::NotAList);
    };
    let (name, kind) = properties
        .iter()
        .chain(COMMON)
        .find(|(name, _)| *name == &**key)
        .ok_or_else(|| unknown(key))?;
    Ok((*kind, (*name == "value").then_some(object_type)))
}

fn unknown(key: &str) -> Rule {
    // Custom properties of STIX 2.0 begin so, and 2.1 still knows them (§11.1).
    if key.starts_with("x_") {
        Rule::CustomProperty
    } else {
        Rule::UnknownProperty
    }
}

fn take(kind: Kind, step: &Step) -> Result<Vec<Place>, Rule> {
    match (kind, step) {
        (_, Step::Index(index)) if *index < 0 => Err(Rule::NegativeIndex),
        (Kind::List(element), Step::Index(_) | Step::Any) => Ok(vec![(*element, None)]),
        (_, Step::Index(_) | Step::Any) => Err(Rule::NotAList),
        (Kind::List(_), Step::Key(_)) => Err(Rule::MissingIndex),
        (Kind::Dictionary(value), Step::Key(_)) => Ok(vec![(*value, None)]),
        (Kind::Hashes, Step::Key(_)) => Ok(vec![(Kind::String, None)]),
        (Kind::Object(properties), Step::Key(key)) => properties
            .iter()
            .find(|(name, _)| *name == &**key)
            .map(|(_, kind)| vec![(*kind, None)])
            .ok_or_else(|| unknown(key)),
        (Kind::Extensions(known), Step::Key(key)) => {
            let found = known.iter().find(|(name, _)| *name == &**key);
            Ok(vec![(found.map_or(Kind::Any, |(_, kind)| *kind), None)])
        }
        (Kind::Reference([]), Step::Key(_)) => Ok(vec![(Kind::Any, None)]),
        (Kind::Reference(types), Step::Key(_)) => {
            let mut fault = Rule::UnknownProperty;
            let mut found = Vec::new();
            for target in types {
                let Some((name, properties)) = known_type(target) else {
                    return Ok(vec![(Kind::Any, None)]);
                };
                match property(name, properties, step) {
                    Ok(place) => found.push(place),
                    Err(rule) => fault = rule,
                }
            }
            if found.is_empty() {
                Err(fault)
            } else {
                Ok(found)
            }
        }
        (_, Step::Key(_)) => Err(Rule::NotNested),
    }
}
