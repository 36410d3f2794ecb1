//! Objects made here: put together property by property, checked before they exist.
//!
//! A [`Builder`] knows the type it builds: a property that the type does not have is refused where
//! it is set, and the whole is judged by the checker before there is an [`Object`]. Identifiers
//! and times come as arguments; nothing in here looks at a clock or draws a random number.
//!
//! ```
//! use stix::{Builder, Timestamp};
//! # let uuid = uuid::Uuid::from_u128(0x8e2e2d2b_17d4_4cbf_938f_98ee46b3cd3f);
//! let now: Timestamp = "2026-01-20T12:31:12.123Z".parse()?;
//! let indicator = Builder::new("indicator", uuid, &now)?
//!     .set("name", "Beacon of Poison Ivy")?
//!     .set("description", "Seen since spring")?
//!     .set("pattern", "[ipv4-addr:value = '198.51.100.3']")?
//!     .set("pattern_type", "stix")?
//!     .set("valid_from", now.as_str())?
//!     .build()?;
//! assert_eq!(indicator.object.type_name(), "indicator");
//! assert!(indicator.report.warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde_json::{Map, Value as Json};
use thiserror::Error;
use uuid::Uuid;

use crate::check::{CheckOptions, Checker};
use crate::report::Report;
use crate::schema::{self, Class, Need, ObjectType};
use crate::tree::Arena;
use crate::{Id, IdError, Object, ObjectError, Timestamp, deterministic};

/// An object being put together.
#[derive(Debug, Clone)]
pub struct Builder {
    object_type: Option<&'static ObjectType>,
    properties: Map<String, Json>,
    /// For an observable without an identifier yet: the UUID to take if none can be derived.
    fallback: Option<Uuid>,
}

/// An object that was built, and what the checker has to say of it: warnings at most.
#[derive(Debug, Clone)]
pub struct Built {
    /// The object.
    pub object: Object,
    /// What should be otherwise.
    pub report: Report,
}

/// Why an object could not be built.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The type is not one that can be built this way.
    #[error("{0:?} is not a type of {1}")]
    Type(String, &'static str),
    /// The identifier cannot be made.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The type has no such property; [`Builder::custom`] sets those of one's own.
    #[error("{type_name} has no property {name:?}")]
    Property {
        /// The type.
        type_name: String,
        /// The property.
        name: String,
    },
    /// The property says what the builder itself says: type, identifier, version.
    #[error("the builder sets {0:?} itself")]
    Own(String),
    /// What was put together breaks a MUST.
    #[error("the object breaks the standard: {}", .0.errors.first().map_or("", |e| &e.message))]
    Refused(Report),
    /// A later version has to be later (§3.6).
    #[error("the version of {modified} is not later than that of {earlier}")]
    NotLater {
        /// The version wanted.
        modified: Timestamp,
        /// The version there is.
        earlier: Timestamp,
    },
    /// A revoked object has no later versions (§3.6).
    #[error("{0} is revoked")]
    Revoked(Id),
    /// Objects of this type have no versions (§3.6, §7.2.1).
    #[error("{0} is not versioned")]
    NotVersioned(Id),
    /// What was put together is no object; a value was not admissible.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// The properties that a builder sets itself.
const OWN: [&str; 5] = ["type", "id", "spec_version", "created", "modified"];

impl Builder {
    /// Begins a domain, relationship or meta object, or one of a type that the standard does not
    /// have, in its first version.
    ///
    /// # Errors
    /// [`BuildError::Type`] for an observable, [`BuildError::Id`] for what cannot name a type.
    pub fn new(type_name: &str, uuid: Uuid, created: &Timestamp) -> Result<Self, BuildError> {
        let object_type = schema::object_type(type_name);
        if object_type.is_some_and(|known| known.class == Class::Sco) {
            return Err(BuildError::Type(type_name.to_owned(), "versioned object"));
        }
        let id = Id::new(type_name, uuid)?;
        let mut builder = Self::begin(type_name, object_type);
        builder.own("id", id.as_str());
        builder.own("created", created.as_str());
        let versioned = object_type.is_none_or(|known| {
            known
                .property("modified")
                .is_some_and(|property| property.need == Need::Required)
        });
        if versioned {
            builder.own("modified", created.as_str());
        }
        Ok(builder)
    }

    /// Begins an observable; its identifier is derived from what it will be (§3.4), or, if nothing
    /// contributes, made from `fallback`, which is to be of version 4.
    ///
    /// # Errors
    /// [`BuildError::Type`] if the standard has no such observable.
    pub fn observable(type_name: &str, fallback: Uuid) -> Result<Self, BuildError> {
        let object_type = schema::object_type(type_name);
        if object_type.is_none_or(|known| known.class != Class::Sco) {
            return Err(BuildError::Type(type_name.to_owned(), "observable"));
        }
        let mut builder = Self::begin(type_name, object_type);
        builder.fallback = Some(fallback);
        Ok(builder)
    }

    /// Begins a later version of an object: everything stays but `modified` (§3.6).
    ///
    /// # Errors
    /// [`BuildError`] if the object is revoked, not versioned, or of this time or a later one.
    pub fn revise(object: &Object, modified: &Timestamp) -> Result<Self, BuildError> {
        let Some(earlier) = object.modified() else {
            return Err(BuildError::NotVersioned(object.id().clone()));
        };
        if object.revoked() {
            return Err(BuildError::Revoked(object.id().clone()));
        }
        if modified <= earlier {
            let (modified, earlier) = (modified.clone(), earlier.clone());
            return Err(BuildError::NotLater { modified, earlier });
        }
        let object_type = schema::object_type(object.type_name());
        let mut builder = Self::begin(object.type_name(), object_type);
        if let Ok(Json::Object(properties)) = serde_json::from_slice(object.bytes()) {
            builder.properties = properties;
        }
        builder.own("modified", modified.as_str());
        Ok(builder)
    }

    fn begin(type_name: &str, object_type: Option<&'static ObjectType>) -> Self {
        let mut builder = Self {
            object_type,
            properties: Map::new(),
            fallback: None,
        };
        builder.own("type", type_name);
        builder.own("spec_version", "2.1");
        builder
    }

    fn own(&mut self, name: &str, value: &str) {
        self.properties.insert(name.to_owned(), value.into());
    }

    /// Sets a property that the type has.
    ///
    /// # Errors
    /// [`BuildError::Property`] if it has none of this name, [`BuildError::Own`] if the builder
    /// sets it itself.
    pub fn set(mut self, name: &str, value: impl Into<Json>) -> Result<Self, BuildError> {
        if OWN.contains(&name) {
            return Err(BuildError::Own(name.to_owned()));
        }
        let known = self.object_type.is_none_or(|object_type| {
            object_type
                .property(name)
                .is_some_and(|row| row.need != Need::Forbidden)
        });
        if !known {
            let type_name = self.object_type.map_or("", ObjectType::name).to_owned();
            return Err(BuildError::Property {
                type_name,
                name: name.to_owned(),
            });
        }
        self.properties.insert(name.to_owned(), value.into());
        Ok(self)
    }

    /// Sets a property of one's own, which an extension ought to declare (§7.3).
    ///
    /// # Errors
    /// [`BuildError::Own`] if the builder sets it itself.
    pub fn custom(mut self, name: &str, value: impl Into<Json>) -> Result<Self, BuildError> {
        if OWN.contains(&name) {
            return Err(BuildError::Own(name.to_owned()));
        }
        self.properties.insert(name.to_owned(), value.into());
        Ok(self)
    }

    /// Leaves a property out again.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        if !OWN.contains(&name) {
            self.properties.remove(name);
        }
        self
    }

    /// Adds an extension (§7.3): what it is called and what it says, `extension_type` included.
    #[must_use]
    pub fn extension(mut self, name: &str, value: impl Into<Json>) -> Self {
        let extensions = self
            .properties
            .entry("extensions")
            .or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(extensions) = extensions {
            extensions.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Builds the object, judged by the published rules.
    ///
    /// # Errors
    /// [`BuildError::Refused`], with everything that is wrong, if it breaks a MUST.
    pub fn build(self) -> Result<Built, BuildError> {
        self.build_with(&mut Checker::new(CheckOptions::default()))
    }

    /// Builds the object, judged by a checker of one's own.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with(mut self, checker: &mut Checker) -> Result<Built, BuildError> {
        if let Some(fallback) = self.fallback {
            let id = self.derived_id(fallback)?;
            self.own("id", id.as_str());
        }
        let text = Json::Object(self.properties).to_string();
        let object = Object::admit(text.as_bytes());
        let report = checker.report(text.as_bytes());
        if !report.valid {
            return Err(BuildError::Refused(report));
        }
        Ok(Built {
            object: object?,
            report,
        })
    }

    fn derived_id(&self, fallback: Uuid) -> Result<Id, BuildError> {
        let text = Json::Object(self.properties.clone()).to_string();
        let mut arena = Arena::default();
        let tree = arena.parse(text.as_bytes()).map_err(ObjectError::from)?;
        match deterministic::id_of(tree.root()) {
            Some(id) => Ok(id),
            None => Ok(Id::new(
                self.object_type.map_or("", ObjectType::name),
                fallback,
            )?),
        }
    }
}

#[cfg(test)]
mod tests;
