//! Data markings: who may see what (STIX 2.1 §7.2).
//!
//! Which markings are in force on a property, and what the Traffic Light Protocol says. How
//! several markings combine the standard leaves open ("This specification does not define rules
//! for how multiple markings applied to the same object or property should be interpreted");
//! [`strictest`] is the one policy offered.

use crate::Id;
use crate::selector::Selector;
use crate::tree::Value;

mod redact;
mod tlp;

pub use redact::{Redacted, redact};
pub(crate) use tlp::TlpFault;
pub use tlp::{TLP_2_EXTENSION, Tlp, TlpLevel};

/// A marking that is in force on a property, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The marking definition.
    pub marking: Id,
    /// The granular selector it comes from; none if it marks the whole object.
    pub selector: Option<Selector>,
}

/// The marking definitions in force on a part of an object; of the whole object, those that mark
/// all of it.
///
/// A granular marking is in force on what its selector selects and all that is in it. References
/// and selectors that are malformed mark nothing; the checker names them.
#[must_use]
pub fn in_force(object: Value<'_>, part: Option<&Selector>) -> Vec<InForce> {
    let mut found = Vec::new();
    for value in object
        .get("object_marking_refs")
        .into_iter()
        .flat_map(Value::items)
    {
        if let Some(marking) = value.as_str().and_then(|text| text.parse().ok()) {
            found.push(InForce {
                marking,
                selector: None,
            });
        }
    }
    let Some(part) = part else {
        return found;
    };
    for granular in granular_markings(object) {
        let Some(marking) = granular.get("marking_ref").and_then(Value::as_str) else {
            continue;
        };
        let Ok(marking) = marking.parse::<Id>() else {
            continue;
        };
        if let Some(selector) = selectors(granular).find(|selector| selector.covers(part)) {
            found.push(InForce {
                marking,
                selector: Some(selector),
            });
        }
    }
    found
}

/// The marking definitions that are in force anywhere in an object: on all of it, or on a part.
///
/// What an object may be handed to is decided by these, unless parts of it are left out.
#[must_use]
pub fn anywhere(object: Value<'_>) -> Vec<InForce> {
    let mut found = in_force(object, None);
    for granular in granular_markings(object) {
        let marking = granular.get("marking_ref").and_then(Value::as_str);
        if let Some(marking) = marking.and_then(|text| text.parse::<Id>().ok()) {
            let each = |selector| InForce {
                marking: marking.clone(),
                selector: Some(selector),
            };
            found.extend(selectors(granular).map(each));
        }
    }
    found
}

/// The strictest level of the Traffic Light Protocol among markings; none if none is of it.
///
/// The two versions are compared by what they allow: WHITE is CLEAR.
#[must_use]
pub fn strictest<'i>(markings: impl IntoIterator<Item = &'i Id>) -> Option<TlpLevel> {
    markings
        .into_iter()
        .filter_map(Tlp::of_id)
        .map(Tlp::level)
        .max()
}

/// The references of an object with every marking of TLP 1 replaced by that of TLP 2.0 for the same
/// level; other markings stay, and nothing is there twice.
///
/// To mark an object anew is to change it, which is its creator's to do, in a new version (§3.6):
///
/// ```
/// # use stix::{Builder, Object};
/// # let object = Object::admit(br#"{"type":"campaign","spec_version":"2.1","id":"campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-20T12:31:12.123Z","modified":"2026-01-20T12:31:12.123Z","name":"x","object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]}"#)?;
/// let refs = stix::marking::with_tlp_2(object.object_marking_refs());
/// let now = "2026-02-01T00:00:00.000Z".parse()?;
/// let refs: Vec<&str> = refs.iter().map(|id| id.as_str()).collect();
/// let clear = Builder::revise(&object, &now)?.set("object_marking_refs", refs)?.build()?.object;
/// assert_eq!(clear.object_marking_refs()[0].as_str(), stix::marking::Tlp::Clear2.id());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn with_tlp_2(refs: &[Id]) -> Vec<Id> {
    let mut mapped: Vec<Id> = Vec::with_capacity(refs.len());
    for id in refs {
        let newer = Tlp::of_id(id).map(|tlp| tlp.to_version_2().id());
        let id = newer
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| id.clone());
        if !mapped.contains(&id) {
            mapped.push(id);
        }
    }
    mapped
}

/// The language of a part of an object: its granular marking, else the object's `lang`, else
/// English (§3.2, §7.2.3). Of several granular markings the closest counts.
#[must_use]
pub fn language<'t>(object: Value<'t>, part: &Selector) -> &'t str {
    let mut closest: Option<(usize, &'t str)> = None;
    for granular in granular_markings(object) {
        let Some(lang) = granular.get("lang").and_then(Value::as_str) else {
            continue;
        };
        for selector in selectors(granular).filter(|selector| selector.covers(part)) {
            let depth = selector.components().len();
            if closest.is_none_or(|(known, _)| depth > known) {
                closest = Some((depth, lang));
            }
        }
    }
    let whole = || object.get("lang").and_then(Value::as_str).unwrap_or("en");
    closest.map_or_else(whole, |(_, lang)| lang)
}

fn granular_markings(object: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    object
        .get("granular_markings")
        .into_iter()
        .flat_map(Value::items)
}

fn selectors(granular: Value<'_>) -> impl Iterator<Item = Selector> {
    let values = granular.get("selectors").into_iter().flat_map(Value::items);
    values.filter_map(|value| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests;
