//! The meta objects and the bundle (STIX 2.1 §7, §8).

use super::Kind::*;
use super::common::{
    EXTENSION_DEFINITION_COMMON, LANGUAGE_CONTENT_COMMON, MARKING_DEFINITION_COMMON,
};
use super::{Class, ObjectType, Structure, Target, properties};
use crate::vocabulary as v;

/// Language content (§7.1).
pub static LANGUAGE_CONTENT: ObjectType = ObjectType {
    structure: Structure {
        name: "language-content",
        section: "7.1.1",
        properties: properties![
            object_ref: Required Reference(Target::Object),
            object_modified: Optional Timestamp,
            contents: Required Contents,
        ],
        constraints: &[],
    },
    class: Class::Meta,
    common: LANGUAGE_CONTENT_COMMON,
    extensions: &[],
    contributing: &[],
};

/// Marking definition (§7.2.1).
pub static MARKING_DEFINITION: ObjectType = ObjectType {
    structure: Structure {
        name: "marking-definition",
        section: "7.2.1",
        properties: properties![
            name: Optional String,
            definition_type: Optional OpenVocab(&v::MARKING_DEFINITION_TYPE),
            definition: Optional MarkingObject,
        ],
        constraints: &[],
    },
    class: Class::Meta,
    common: MARKING_DEFINITION_COMMON,
    extensions: &[],
    contributing: &[],
};

/// Extension definition (§7.3).
pub static EXTENSION_DEFINITION: ObjectType = ObjectType {
    structure: Structure {
        name: "extension-definition",
        section: "7.3.1",
        properties: properties![
            name: Required String,
            description: Optional String,
            schema: Required String,
            version: Required String,
            extension_types: Required List(&Enum(&v::EXTENSION_TYPE)),
            extension_properties: Optional List(&String),
        ],
        constraints: &[],
    },
    class: Class::Meta,
    common: EXTENSION_DEFINITION_COMMON,
    extensions: &[],
    contributing: &[],
};

/// Bundle (§8). Its `objects` are read by [`crate::bundle`].
pub static BUNDLE: Structure = Structure {
    name: "bundle",
    section: "8.1",
    properties: properties![type: Required Type, id: Required OwnId, objects: Optional List(&Any)],
    constraints: &[],
};
