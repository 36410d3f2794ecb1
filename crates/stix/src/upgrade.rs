//! STIX 2.0 content as STIX 2.1 (the changes of 2.1, §1.3 of its first edition, and §2.13, §3.4).
//!
//! An upgraded object keeps its identifier, its `created` and its `modified`; what 2.1 does not
//! have stays as a custom property, so nothing is lost. Observables come out of their container
//! with deterministic identifiers; the mapping from key to identifier is handed back.
//!
//! Labels that were types in 2.0 move to the property that 2.1 has for them; other labels stay. A
//! label that only repeats the type of the object goes. Where a granular marking pointed at
//! something that moved, it marks the whole of what it went to: never less than before.
//!
//! Nothing here is done unasked, and TLP 1 stays TLP 1.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};
use thiserror::Error;
use uuid::Uuid;

use crate::tree::{Arena, SyntaxError};
use crate::{Id, IdError};

mod labels;
mod observed;
mod pattern;

pub use pattern::upgrade_pattern;

/// What an upgrade cannot know and has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpgradeOptions {
    /// Whether the malware of this source are families (2.1 wants to know, 2.0 did not say).
    pub malware_is_family: bool,
}

impl Default for UpgradeOptions {
    /// Malware are families, as in ATT&CK, the largest body of STIX 2.0.
    fn default() -> Self {
        Self {
            malware_is_family: true,
        }
    }
}

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgraded {
    /// The object as STIX 2.1, in canonical form.
    pub object: String,
    /// The observables that were in its container, each in canonical form.
    pub observables: Vec<String>,
    /// Which key of the container became which identifier.
    pub keys: Vec<(String, Id)>,
}

/// The most markings that all observables of one container together inherit.
pub const INHERITED_MAX: usize = 1_000_000;

/// Why an object could not be upgraded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpgradeError {
    /// The text is not admissible JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is no JSON object with a type.
    #[error("this is no STIX object")]
    NotAnObject,
    /// It is of STIX 2.1 already.
    #[error("the object is of STIX 2.1 already")]
    Newer,
    /// An observable in a container has no type, or one that cannot name one.
    #[error("the observable {key:?} has no type that could be one")]
    Observable {
        /// Its key.
        key: String,
        /// What is wrong, if there is a type.
        source: Option<IdError>,
    },
    /// Every observable would inherit so many markings that the upgrade would be far larger than
    /// what it was made of.
    #[error(
        "{observables} observables inherit {markings} markings each, the limit is {INHERITED_MAX} in all"
    )]
    TooManyMarkings {
        /// How many observables there are.
        observables: usize,
        /// How many markings each of them inherits.
        markings: usize,
    },
    /// A pattern could not be read.
    #[error("the pattern cannot be upgraded: {0}")]
    Pattern(String),
}

/// Upgrades one object of STIX 2.0.
///
/// `random` gives random UUIDs of version 4, for observables that have nothing to derive an
/// identifier from, or contribute to their own in a circle.
///
/// ```
/// let identity = br#"{"created":"2016-08-22T14:09:00.123Z","id":"identity--8ae20dde-83d4-4218-88fd-41ef0dabf9d1","identity_class":"group","modified":"2016-08-22T14:09:00.123Z","name":"x","type":"identity"}"#;
/// let upgraded = stix::upgrade::upgrade(identity, Default::default(), || unreachable!())?;
/// assert!(upgraded.object.contains(r#""spec_version":"2.1""#));
/// # Ok::<(), stix::upgrade::UpgradeError>(())
/// ```
///
/// # Errors
/// [`UpgradeError`] if it is no object of STIX 2.0, or its observables cannot be told apart.
pub fn upgrade(
    text: &[u8],
    options: UpgradeOptions,
    mut random: impl FnMut() -> Uuid,
) -> Result<Upgraded, UpgradeError> {
    // The tree holds the text to the rules of admission before anything looks at it.
    Arena::default().parse(text)?;
    let Ok(Json::Object(mut object)) = serde_json::from_slice(text) else {
        return Err(UpgradeError::NotAnObject);
    };
    let type_name = object
        .get("type")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned();
    if type_name.is_empty() || !object.contains_key("id") {
        return Err(UpgradeError::NotAnObject);
    }
    if object
        .get("spec_version")
        .is_some_and(|version| version != "2.0")
    {
        return Err(UpgradeError::Newer);
    }
    object.insert("spec_version".to_owned(), "2.1".into());
    let mut extracted = observed::Extracted::default();
    match type_name.as_str() {
        "indicator" => indicator(&mut object)?,
        "malware" => {
            labels::move_types(&mut object, &type_name);
            object
                .entry("is_family")
                .or_insert(options.malware_is_family.into());
        }
        "report" | "threat-actor" | "tool" => labels::move_types(&mut object, &type_name),
        "observed-data" => extracted = observed::extract(&mut object, &mut random)?,
        "marking-definition" => marking(&mut object),
        _ => {}
    }
    lift_markings(&mut object);
    Ok(Upgraded {
        object: canonical(&Json::Object(object))?,
        observables: extracted
            .observables
            .iter()
            .map(canonical)
            .collect::<Result<_, _>>()?,
        keys: extracted.keys,
    })
}

fn indicator(object: &mut Map<String, Json>) -> Result<(), UpgradeError> {
    labels::move_types(object, "indicator");
    object.entry("pattern_type").or_insert("stix".into());
    if let Some(Json::String(pattern)) = object.get("pattern") {
        let pattern = upgrade_pattern(pattern)?;
        object.insert("pattern".to_owned(), pattern.into());
    }
    Ok(())
}

/// The definitions of TLP became the ones that 2.1 prints, which have a name.
fn marking(object: &mut Map<String, Json>) {
    let id = object
        .get("id")
        .and_then(Json::as_str)
        .and_then(|text| text.parse::<Id>().ok());
    let tlp = id.as_ref().and_then(crate::marking::Tlp::of_id);
    let of_tlp = object
        .get("definition_type")
        .is_some_and(|kind| kind == "tlp");
    if let Some(tlp) = tlp
        && of_tlp
    {
        object.entry("name").or_insert(tlp.name().into());
    }
}

/// Granular markings whose selector points at nothing any more come to mark the whole object.
fn lift_markings(object: &mut Map<String, Json>) {
    let Some(Json::Array(granular)) = object.remove("granular_markings") else {
        return;
    };
    let whole = Json::Object(object.clone());
    let (mut kept, mut lifted) = (Vec::new(), Vec::new());
    for mut marking in granular {
        let Some(Json::Array(selectors)) = marking.get_mut("selectors").map(Json::take) else {
            kept.push(marking);
            continue;
        };
        let count = selectors.len();
        let selectors: Vec<Json> = selectors
            .into_iter()
            .filter(|text| selects(&whole, text))
            .collect();
        if selectors.len() < count {
            lifted.extend(marking.get("marking_ref").cloned());
        }
        if !selectors.is_empty() {
            marking["selectors"] = selectors.into();
            kept.push(marking);
        }
    }
    add_markings(object, lifted.iter());
    if !kept.is_empty() {
        object.insert("granular_markings".to_owned(), kept.into());
    }
}

/// Adds markings to the whole of an object, those that are not there.
fn add_markings<'m>(object: &mut Map<String, Json>, markings: impl Iterator<Item = &'m Json>) {
    let mut markings = markings.peekable();
    if markings.peek().is_none() {
        return;
    }
    let refs = object
        .entry("object_marking_refs")
        .or_insert_with(|| Json::Array(Vec::new()));
    if let Json::Array(refs) = refs {
        let mut known: HashSet<Json> = refs.iter().cloned().collect();
        refs.extend(
            markings
                .filter(|marking| known.insert((*marking).clone()))
                .cloned(),
        );
    }
}

/// Whether a selector selects something.
fn selects(object: &Json, selector: &Json) -> bool {
    let Some(selector) = selector.as_str() else {
        return false;
    };
    let mut value = Some(object);
    for part in selector.split('.') {
        value = value.and_then(|value| match part.strip_prefix('[') {
            Some(rest) => value.get(rest.strip_suffix(']')?.parse::<usize>().ok()?),
            None => value.get(part),
        });
    }
    value.is_some()
}

/// The canonical form of what was put together.
fn canonical(value: &Json) -> Result<String, UpgradeError> {
    let text = value.to_string();
    let mut arena = Arena::default();
    Ok(arena.parse(text.as_bytes())?.root().to_canonical())
}

#[cfg(test)]
mod tests;
