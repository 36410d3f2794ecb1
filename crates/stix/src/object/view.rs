//! The typed view of an object: its common properties, each parsed once (STIX 2.1 §3.2).

use std::str::FromStr;

use thiserror::Error;

use super::SpecVersion;
use crate::schema::{Class, class_of, object_type, object_type_v20};
use crate::tree::{Kind, Value};
use crate::{Id, IdError, Timestamp, TimestampError, is_type_name};

/// The common properties of a STIX object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    id: Id,
    spec_version: SpecVersion,
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
    revoked: bool,
    created_by_ref: Option<Id>,
    object_marking_refs: Vec<Id>,
}

/// Why a JSON value cannot be viewed as a STIX object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ViewError {
    /// Not a JSON object.
    #[error("a STIX object is a JSON object, this is {0}")]
    NotAnObject(&'static str),
    /// A property that every object has is missing.
    #[error("the property {0:?} is missing")]
    Missing(&'static str),
    /// A common property is of another JSON type.
    #[error("the property {name:?} is {found}, not {wanted}")]
    JsonType {
        /// The property.
        name: &'static str,
        /// What stands there.
        found: &'static str,
        /// What has to stand there.
        wanted: &'static str,
    },
    /// The type cannot name a type (STIX 2.1 §3.1).
    #[error("{0:?} cannot name a type")]
    TypeName(String),
    /// A bundle is not an object (STIX 2.1 §8).
    #[error("a bundle is not an object; read it with the bundle reader")]
    Bundle,
    /// The identifier begins with another type (STIX 2.1 §2.9).
    #[error("the identifier {id} does not begin with the type {type_name:?}")]
    Prefix {
        /// The identifier.
        id: Id,
        /// The type the object says it has.
        type_name: String,
    },
    /// `spec_version` is neither 2.0 nor 2.1.
    #[error("spec_version is {0:?}; 2.0 and 2.1 are known")]
    SpecVersion(String),
    /// An identifier is malformed.
    #[error("in {name:?}: {source}")]
    Id {
        /// The property.
        name: &'static str,
        /// What is wrong.
        source: IdError,
    },
    /// A timestamp is malformed.
    #[error("in {name:?}: {source}")]
    Timestamp {
        /// The property.
        name: &'static str,
        /// What is wrong.
        source: TimestampError,
    },
}

/// The common properties as they stand, before any is parsed.
#[derive(Default)]
struct Raw<'t> {
    type_name: Option<Value<'t>>,
    id: Option<Value<'t>>,
    spec_version: Option<Value<'t>>,
    created: Option<Value<'t>>,
    modified: Option<Value<'t>>,
    revoked: Option<Value<'t>>,
    created_by_ref: Option<Value<'t>>,
    object_marking_refs: Option<Value<'t>>,
}

impl View {
    /// Reads the common properties of a parsed object.
    ///
    /// # Errors
    /// [`ViewError`] if the value is no object, has no type or no identifier that begins with
    /// it, or has a common property of the wrong form.
    pub fn of(object: Value<'_>) -> Result<Self, ViewError> {
        if object.kind() != Kind::Object {
            return Err(ViewError::NotAnObject(object.kind().word()));
        }
        let raw = Raw::of(object);
        let type_name = string("type", raw.type_name.ok_or(ViewError::Missing("type"))?)?;
        if !is_type_name(type_name) {
            return Err(ViewError::TypeName(type_name.to_owned()));
        }
        if type_name == "bundle" {
            return Err(ViewError::Bundle);
        }
        let id = identifier("id", raw.id.ok_or(ViewError::Missing("id"))?)?;
        if id.type_name() != type_name {
            return Err(ViewError::Prefix {
                id,
                type_name: type_name.to_owned(),
            });
        }
        let created = raw
            .created
            .map(|value| timestamp("created", value))
            .transpose()?;
        let modified = raw
            .modified
            .map(|value| timestamp("modified", value))
            .transpose()?;
        let created_by_ref = raw
            .created_by_ref
            .map(|value| identifier("created_by_ref", value))
            .transpose()?;
        Ok(Self {
            spec_version: spec_version(raw.spec_version, created.is_some(), type_name)?,
            id,
            created,
            modified,
            revoked: raw.revoked.map_or(Ok(false), boolean)?,
            created_by_ref,
            object_marking_refs: raw.object_marking_refs.map_or(Ok(Vec::new()), markings)?,
        })
    }

    /// The identifier, which begins with the type.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// The type, `indicator` for example.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.id.type_name()
    }

    /// The version of the specification the object is written in.
    ///
    /// An object without `spec_version` is of STIX 2.1 if it is not versioned (an observable),
    /// and of STIX 2.0 otherwise (STIX 2.1 §3.2).
    #[must_use]
    pub fn spec_version(&self) -> SpecVersion {
        self.spec_version
    }

    /// When the object was created; observables do not say.
    #[must_use]
    pub fn created(&self) -> Option<&Timestamp> {
        self.created.as_ref()
    }

    /// When this version was made; observables and markings do not say.
    #[must_use]
    pub fn modified(&self) -> Option<&Timestamp> {
        self.modified.as_ref()
    }

    /// What tells the versions of an object apart: `modified`, else `created`, else nothing
    /// (TAXII 2.1 §3.4, STIX 2.1 §3.6).
    #[must_use]
    pub fn version(&self) -> Option<&Timestamp> {
        self.modified.as_ref().or(self.created.as_ref())
    }

    /// Whether the creator withdrew the object, this and every earlier version (STIX 2.1 §3.6).
    #[must_use]
    pub fn revoked(&self) -> bool {
        self.revoked
    }

    /// The identity that created the object, if it says.
    #[must_use]
    pub fn created_by_ref(&self) -> Option<&Id> {
        self.created_by_ref.as_ref()
    }

    /// The marking definitions that apply to the whole object.
    #[must_use]
    pub fn object_marking_refs(&self) -> &[Id] {
        &self.object_marking_refs
    }
}

impl<'t> Raw<'t> {
    fn of(object: Value<'t>) -> Self {
        let mut raw = Self::default();
        for (name, value) in object.members() {
            match name {
                "type" => raw.type_name = Some(value),
                "id" => raw.id = Some(value),
                "spec_version" => raw.spec_version = Some(value),
                "created" => raw.created = Some(value),
                "modified" => raw.modified = Some(value),
                "revoked" => raw.revoked = Some(value),
                "created_by_ref" => raw.created_by_ref = Some(value),
                "object_marking_refs" => raw.object_marking_refs = Some(value),
                _ => {}
            }
        }
        raw
    }
}

fn string<'t>(name: &'static str, value: Value<'t>) -> Result<&'t str, ViewError> {
    let found = value.kind().word();
    value.as_str().ok_or(ViewError::JsonType {
        name,
        found,
        wanted: "a string",
    })
}

fn boolean(value: Value<'_>) -> Result<bool, ViewError> {
    let found = value.kind().word();
    value.as_bool().ok_or(ViewError::JsonType {
        name: "revoked",
        found,
        wanted: "a boolean",
    })
}

fn identifier(name: &'static str, value: Value<'_>) -> Result<Id, ViewError> {
    Id::from_str(string(name, value)?).map_err(|source| ViewError::Id { name, source })
}

fn timestamp(name: &'static str, value: Value<'_>) -> Result<Timestamp, ViewError> {
    string(name, value)?
        .parse()
        .map_err(|source| ViewError::Timestamp { name, source })
}

fn markings(value: Value<'_>) -> Result<Vec<Id>, ViewError> {
    let name = "object_marking_refs";
    if value.kind() != Kind::Array {
        return Err(ViewError::JsonType {
            name,
            found: value.kind().word(),
            wanted: "a list",
        });
    }
    value.items().map(|item| identifier(name, item)).collect()
}

fn spec_version(
    value: Option<Value<'_>>,
    versioned: bool,
    type_name: &str,
) -> Result<SpecVersion, ViewError> {
    match value
        .map(|value| string("spec_version", value))
        .transpose()?
    {
        Some("2.1") => Ok(SpecVersion::V21),
        Some("2.0") => Ok(SpecVersion::V20),
        Some(other) => Err(ViewError::SpecVersion(other.to_owned())),
        None => Ok(implied_spec_version(versioned, type_name)),
    }
}

/// The version of an object that does not say one: 2.1 for an observable, 2.0 for what is
/// versioned. Objects of 2.0 have no `spec_version`, those of 2.1 have to (STIX 2.1 §3.2).
fn implied_spec_version(versioned: bool, type_name: &str) -> SpecVersion {
    let observable = class_of(type_name) == Some(Class::Sco);
    // It lacks a property it has to have.
    if versioned && !observable && !is_newer(type_name) {
        SpecVersion::V20
    } else {
        SpecVersion::V21
    }
}

/// Whether the type came with 2.1, so that no object of it can be older: an observable that stands
/// by itself, for one.
fn is_newer(type_name: &str) -> bool {
    object_type_v20(type_name).is_none() && object_type(type_name).is_some()
}

/// The version whose tables an object is to be checked against, whatever else is wrong with it.
pub(crate) fn spec_version_of(object: Value<'_>, type_name: &str) -> SpecVersion {
    match object.get("spec_version").map(Value::as_str) {
        Some(Some("2.0")) if !is_newer(type_name) => SpecVersion::V20,
        Some(_) => SpecVersion::V21,
        None => implied_spec_version(object.get("created").is_some(), type_name),
    }
}
