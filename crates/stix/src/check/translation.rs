//! Whether the lists of a translation are as long as those that they translate, as far as one
//! bundle shows both (STIX 2.1 §7.1.1).
//!
//! A translation that names no version of its target is compared with whichever the bundle has,
//! unless those differ themselves. Lists inside of structures are left to
//! [`crate::language::translate`], which has both objects at hand.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::bundle::hash;
use super::context::instant;
use super::rule::Rule;
use crate::id::IdRef;
use crate::schema;
use crate::tree::{Kind, Value};

/// The most lists of each sort that are remembered, in 16 octets each: what comes later is
/// compared with these.
const LISTS_REMEMBERED_MAX: usize = 100_000;

/// Stands for the length of lists that differ among themselves.
const MIXED: usize = usize::MAX;

/// A rule that is broken, where, and what beside.
type Broken<'t> = (Rule, Value<'t>, &'static str);

/// The lengths of lists, by the hash of the object, its version and the name.
#[derive(Debug, Default)]
pub(super) struct Lists {
    originals: HashMap<u64, usize>,
    translations: HashMap<u64, usize>,
}

impl Lists {
    /// Takes an object in; says which lists have not as many items as their counterparts that
    /// came before.
    pub(super) fn add<'t>(&mut self, object: Value<'t>) -> Vec<Broken<'t>> {
        if object.get("type").and_then(Value::as_str) == Some("language-content") {
            self.translation(object)
        } else {
            self.original(object)
        }
    }

    fn original<'t>(&mut self, object: Value<'t>) -> Vec<Broken<'t>> {
        let mut broken = Vec::new();
        let Some(id) = object.get("id").and_then(Value::as_str) else {
            return broken;
        };
        for (name, list) in object.members() {
            if list.kind() != Kind::Array || !is_translatable(id, name) {
                continue;
            }
            let items = list.items().count();
            let modified = object.get("modified");
            for version in [modified, None]
                .into_iter()
                .take(1 + usize::from(modified.is_some()))
            {
                let key = key(id, version, name);
                if self
                    .translations
                    .get(&key)
                    .is_some_and(|there| *there != items)
                {
                    broken.push((Rule::TranslationLength, list, "its translation"));
                }
                remember(&mut self.originals, key, items);
            }
        }
        broken
    }

    fn translation<'t>(&mut self, content: Value<'t>) -> Vec<Broken<'t>> {
        let mut broken = Vec::new();
        let Some(id) = content.get("object_ref").and_then(Value::as_str) else {
            return broken;
        };
        let languages = content.get("contents").into_iter().flat_map(Value::members);
        for (name, list) in languages.flat_map(|(_, texts)| texts.members()) {
            if list.kind() != Kind::Array || !is_translatable(id, name) {
                continue;
            }
            let items = list.items().count();
            let key = key(id, content.get("object_modified"), name);
            match self.originals.get(&key) {
                Some(there) if *there != items && *there != MIXED => {
                    broken.push((Rule::TranslationLength, list, "the list that it translates"));
                }
                _ => remember(&mut self.translations, key, items),
            }
        }
        broken
    }
}

/// `…00Z` and `…00.000Z` are one version.
fn key(id: &str, version: Option<Value<'_>>, name: &str) -> u64 {
    let version = version.and_then(instant).map(crate::Instant::sort_key);
    hash(&(id, version, name))
}

fn remember(lists: &mut HashMap<u64, usize>, key: u64, items: usize) {
    let full = lists.len() >= LISTS_REMEMBERED_MAX;
    match lists.entry(key) {
        Entry::Vacant(place) if !full => {
            place.insert(items);
        }
        Entry::Occupied(mut place) if *place.get() != items => {
            place.insert(MIXED);
        }
        _ => {}
    }
}

/// Whether a list of the object can hold text that is translated: not references, and not words of
/// a vocabulary, whose translations are ignored.
fn is_translatable(id: &str, name: &str) -> bool {
    use schema::Kind::{List, String, Structure};
    let object_type = IdRef::parse(id)
        .ok()
        .and_then(|id| schema::object_type(id.type_name()));
    match object_type.and_then(|object_type| object_type.property(name)) {
        Some(property) => matches!(property.kind, List(String | Structure(_))),
        None => !name.ends_with("_refs"),
    }
}
