//! The observables of a container as objects of their own (STIX 2.1 §2.9, §2.13, §6).

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{INHERITED_MAX, UpgradeError, add_markings};
use crate::Id;
use crate::schema;
use crate::tree::Arena;

/// What came out of a container.
#[derive(Default)]
pub(super) struct Extracted {
    pub(super) observables: Vec<Json>,
    pub(super) keys: Vec<(String, Id)>,
}

/// The longest chain of observables that contribute to each other's identifiers.
const CHAIN_MAX: usize = 64;

/// What was renamed between 2.0 and 2.1: type, old name, new name.
const RENAMED: [(&str, &str, &str); 11] = [
    ("directory", "created", "ctime"),
    ("directory", "modified", "mtime"),
    ("directory", "accessed", "atime"),
    ("file", "created", "ctime"),
    ("file", "modified", "mtime"),
    ("file", "accessed", "atime"),
    ("process", "created", "created_time"),
    ("process", "binary_ref", "image_ref"),
    (
        "user-account",
        "password_last_changed",
        "credential_last_changed",
    ),
    ("windows-registry-key", "modified", "modified_time"),
    (
        "windows-registry-key",
        "number_subkeys",
        "number_of_subkeys",
    ),
];

/// The name that a property of an observable has in 2.1.
pub(super) fn renamed(type_name: &str, property: &str) -> Option<&'static str> {
    let row = RENAMED
        .iter()
        .find(|(of, old, _)| *of == type_name && *old == property);
    row.map(|(_, _, new)| *new)
}

/// Takes the observables out of observed data, which then refers to them.
///
/// They inherit what marks the whole of the observed data, and, whole, what marks a part of them.
pub(super) fn extract(
    object: &mut Map<String, Json>,
    random: &mut impl FnMut() -> Uuid,
) -> Result<Extracted, UpgradeError> {
    let Some(Json::Object(container)) = object.remove("objects") else {
        return Ok(Extracted::default());
    };
    let mut walk = Walk {
        container: &container,
        ids: BTreeMap::new(),
        open: Vec::new(),
        random,
    };
    let mut keys: Vec<&String> = container.keys().collect();
    // Numbers in their order, then other keys.
    keys.sort_by_key(|key| (key.parse::<u64>().unwrap_or(u64::MAX), *key));
    let mut extracted = Extracted::default();
    let markings = Markings::of_observed(object);
    if markings.all.len().saturating_mul(container.len()) > INHERITED_MAX {
        return Err(UpgradeError::TooManyMarkings {
            observables: container.len(),
            markings: markings.all.len(),
        });
    }
    let mut distinct = HashSet::new();
    for key in keys {
        let id = walk.id(key)?;
        let mut observable = walk.observable(key)?;
        observable.insert("id".to_owned(), id.as_str().into());
        observable.insert("spec_version".to_owned(), "2.1".into());
        add_markings(&mut observable, markings.of(key));
        let observable = Json::Object(observable);
        // Two keys may hold the same observable, which is then one object.
        if distinct.insert(observable.to_string()) {
            extracted.observables.push(observable);
        }
        extracted.keys.push((key.clone(), id));
    }
    let refs = extracted.keys.iter().map(|(_, id)| Json::from(id.as_str()));
    let mut refs: Vec<Json> = refs.collect();
    let mut seen = std::collections::BTreeSet::new();
    refs.retain(|id| seen.insert(id.to_string()));
    object.insert("object_refs".to_owned(), refs.into());
    Ok(extracted)
}

/// The markings that observables inherit from the observed data they were in.
#[derive(Default)]
struct Markings {
    all: Vec<Json>,
    by_key: BTreeMap<String, Vec<Json>>,
}

impl Markings {
    fn of_observed(observed: &Map<String, Json>) -> Self {
        let list = |value: Option<&Json>| value.and_then(Json::as_array).cloned();
        let mut markings = Self {
            all: list(observed.get("object_marking_refs")).unwrap_or_default(),
            by_key: BTreeMap::new(),
        };
        for granular in list(observed.get("granular_markings")).unwrap_or_default() {
            let Some(marking) = granular.get("marking_ref") else {
                continue;
            };
            for selector in list(granular.get("selectors")).unwrap_or_default() {
                let mut parts = selector.as_str().unwrap_or_default().split('.');
                match (parts.next(), parts.next()) {
                    (Some("objects"), None) => markings.all.push(marking.clone()),
                    (Some("objects"), Some(key)) => {
                        markings
                            .by_key
                            .entry(key.to_owned())
                            .or_default()
                            .push(marking.clone());
                    }
                    _ => {}
                }
            }
        }
        markings.all.sort_by_key(Json::to_string);
        markings.all.dedup();
        markings
    }

    /// What marks the observable under a key: the whole of it, also where only a part was marked.
    fn of(&self, key: &str) -> impl Iterator<Item = &Json> {
        self.all
            .iter()
            .chain(self.by_key.get(key).into_iter().flatten())
    }
}

/// The walk over a container, which finds identifiers before they are referred to.
struct Walk<'c, R> {
    container: &'c Map<String, Json>,
    ids: BTreeMap<String, Id>,
    /// The keys whose identifiers are being found, to notice a circle.
    open: Vec<String>,
    random: &'c mut R,
}

impl<R: FnMut() -> Uuid> Walk<'_, R> {
    fn type_name(&self, key: &str) -> Result<&str, UpgradeError> {
        let observable = self.container.get(key);
        let type_name = observable
            .and_then(|value| value.get("type"))
            .and_then(Json::as_str);
        type_name.ok_or_else(|| UpgradeError::Observable {
            key: key.to_owned(),
            source: None,
        })
    }

    /// The identifier of the observable under a key.
    fn id(&mut self, key: &str) -> Result<Id, UpgradeError> {
        if let Some(id) = self.ids.get(key) {
            return Ok(id.clone());
        }
        let type_name = self.type_name(key)?.to_owned();
        if self.open.len() >= CHAIN_MAX || self.open.iter().any(|open| open == key) {
            // Its identifier depends on itself, or on so many that it might as well: it is not
            // derived then, and §2.9 wants version 4.
            let id = self.random_id(key, &type_name)?;
            self.ids.insert(key.to_owned(), id.clone());
            return Ok(id);
        }
        self.open.push(key.to_owned());
        let contributing =
            schema::object_type(&type_name).map_or(&[][..], |object_type| object_type.contributing);
        // Only what contributes is followed: other references may well go in circles.
        let properties = self.properties(key, |name| contributing.contains(&name))?;
        let id = match (self.ids.get(key), deterministic(&type_name, properties)) {
            (Some(id), _) => id.clone(),
            (None, Some(id)) => id,
            (None, None) => self.random_id(key, &type_name)?,
        };
        self.open.pop();
        self.ids.insert(key.to_owned(), id.clone());
        Ok(id)
    }

    fn random_id(&mut self, key: &str, type_name: &str) -> Result<Id, UpgradeError> {
        Id::new(type_name, (self.random)()).map_err(|source| UpgradeError::Observable {
            key: key.to_owned(),
            source: Some(source),
        })
    }

    /// The observable under a key, with the names of 2.1 and identifiers for keys.
    fn observable(&mut self, key: &str) -> Result<Map<String, Json>, UpgradeError> {
        self.properties(key, |_| true)
    }

    fn properties(
        &mut self,
        key: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Map<String, Json>, UpgradeError> {
        let type_name = self.type_name(key)?.to_owned();
        let Some(Json::Object(observable)) = self.container.get(key) else {
            return Err(UpgradeError::Observable {
                key: key.to_owned(),
                source: None,
            });
        };
        let mut properties = Map::new();
        for (name, value) in observable {
            let name = renamed(&type_name, name).unwrap_or(name);
            if name == "type" || wanted(name) {
                properties.insert(name.to_owned(), self.value(name, value)?);
            }
        }
        Ok(properties)
    }

    /// A value with identifiers for keys wherever it refers.
    fn value(&mut self, name: &str, value: &Json) -> Result<Json, UpgradeError> {
        Ok(match value {
            Json::String(key) if name.ends_with("_ref") && self.container.contains_key(key) => {
                self.id(key)?.as_str().into()
            }
            // A header was one string in 2.0 (part 4 §2.12.2) and is a list in 2.1 (§6.12.2).
            Json::Object(headers)
                if matches!(name, "request_header" | "additional_header_fields") =>
            {
                let list = |value: &Json| match value {
                    Json::Array(_) => value.clone(),
                    _ => Json::Array(vec![value.clone()]),
                };
                headers
                    .iter()
                    .map(|(name, value)| (name.clone(), list(value)))
                    .collect()
            }
            Json::Array(items) if name.ends_with("_refs") => {
                let mut refs = Vec::with_capacity(items.len());
                for item in items {
                    refs.push(self.value(name.trim_end_matches('s'), item)?);
                }
                refs.into()
            }
            Json::Array(items) => {
                let items: Result<Vec<Json>, _> =
                    items.iter().map(|item| self.value("", item)).collect();
                items?.into()
            }
            Json::Object(members) => {
                let mut out = Map::new();
                for (name, member) in members {
                    out.insert(name.clone(), self.value(name, member)?);
                }
                Json::Object(out)
            }
            _ => value.clone(),
        })
    }
}

/// The deterministic identifier of an observable with these properties.
fn deterministic(type_name: &str, properties: Map<String, Json>) -> Option<Id> {
    let text = Json::Object(properties).to_string();
    let mut arena = Arena::default();
    let tree = arena.parse(text.as_bytes()).ok()?;
    let id = crate::deterministic::id_of(tree.root())?;
    (id.type_name() == type_name).then_some(id)
}
