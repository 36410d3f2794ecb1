//! Extension definitions (STIX 2.1 §7.3): which extensions are known, and what they declare.
//!
//! An object may use an extension whose definition is not at hand (§7.3: "If a producer does not
//! include the STIX Extension Definition object … consumers should refer to section 3.3"), so an
//! unknown extension is never a fault; a known one lets the checker say more.

use std::collections::BTreeMap;

use crate::tree::Value;

mod published;

pub use published::PUBLISHED;

/// The most definitions of one registry: bundles of strangers add theirs.
pub const DEFINITIONS_MAX: usize = 10_000;

/// What an extension definition declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    name: String,
    types: Vec<String>,
    properties: Vec<String>,
    /// `modified` as it sorts; the latest version of a definition counts (§3.6).
    modified: String,
}

/// A definition that the crate brings along: identifier, name, extension types, properties.
#[derive(Debug)]
pub struct PublishedDefinition {
    /// Its identifier.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The extension types it declares.
    pub types: &'static [&'static str],
    /// The top-level properties it declares.
    pub properties: &'static [&'static str],
}

impl Definition {
    /// Reads the definition from an extension definition object.
    ///
    /// Of an object that is something else, or says no extension types, none.
    #[must_use]
    pub fn of(object: Value<'_>) -> Option<Self> {
        if object.get("type")?.as_str()? != "extension-definition" {
            return None;
        }
        let strings = |name: &str| -> Option<Vec<String>> {
            object
                .get(name)?
                .items()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        let modified = object
            .get("modified")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let modified = modified
            .parse()
            .map(|t: crate::Timestamp| t.sort_key().to_owned());
        Some(Self {
            name: object.get("name")?.as_str()?.to_owned(),
            types: strings("extension_types")?,
            properties: strings("extension_properties").unwrap_or_default(),
            modified: modified.unwrap_or_default(),
        })
    }

    /// The name it goes by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it declares this extension type.
    #[must_use]
    pub fn has_type(&self, extension_type: &str) -> bool {
        self.types.iter().any(|known| known == extension_type)
    }

    /// Whether it declares this top-level property; one that lists none may have any.
    #[must_use]
    pub fn has_property(&self, name: &str) -> bool {
        self.properties.is_empty() || self.properties.iter().any(|known| known == name)
    }
}

/// The extension definitions that are known, each by its identifier, in its latest version.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    definitions: BTreeMap<String, Definition>,
}

impl Registry {
    /// A registry that knows none.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A registry of the definitions that are published and widely used: [`PUBLISHED`].
    #[must_use]
    pub fn published() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let definitions = PUBLISHED.iter().map(|published| {
            let definition = Definition {
                name: published.name.to_owned(),
                types: owned(published.types),
                properties: owned(published.properties),
                modified: String::new(),
            };
            (published.id.to_owned(), definition)
        });
        Self {
            definitions: definitions.collect(),
        }
    }

    /// Adds a definition, unless a later version of it is known or there are
    /// [`DEFINITIONS_MAX`] already; says whether it was added.
    pub fn insert(&mut self, id: &crate::Id, definition: Definition) -> bool {
        match self.definitions.get(id.as_str()) {
            Some(known) if known.modified > definition.modified => false,
            None if self.definitions.len() >= DEFINITIONS_MAX => false,
            _ => {
                self.definitions.insert(id.to_string(), definition);
                true
            }
        }
    }

    /// The definition with this identifier.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Definition> {
        self.definitions.get(id)
    }

    /// How many are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }
}
