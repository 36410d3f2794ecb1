//! The common properties and the data types made of properties (STIX 2.1 §2, §3.2).

use super::Constraint::AtLeastOne;
use super::Kind::*;
use super::{Format, Property, Structure, Target, properties};

/// Domain and relationship objects.
pub(super) static SDO_COMMON: &[Property] = properties![
    type: Required Type,
    spec_version: Required SpecVersion,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Required TimestampMillis,
    revoked: Optional Boolean,
    labels: Optional List(&String),
    confidence: Optional Integer(0, 100),
    lang: Optional Formatted(Format::Language),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    defanged: Forbidden Boolean,
    extensions: Optional Extensions,
];

/// Cyber-observable objects.
pub(super) static SCO_COMMON: &[Property] = properties![
    type: Required Type,
    spec_version: Optional SpecVersion,
    id: Required OwnId,
    created_by_ref: Forbidden Reference(Target::Types(&["identity"])),
    created: Forbidden TimestampMillis,
    modified: Forbidden TimestampMillis,
    revoked: Forbidden Boolean,
    labels: Forbidden List(&String),
    confidence: Forbidden Integer(0, 100),
    lang: Forbidden Formatted(Format::Language),
    external_references: Forbidden List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    defanged: Optional Boolean,
    extensions: Optional Extensions,
];

/// Extension definitions.
pub(super) static EXTENSION_DEFINITION_COMMON: &[Property] = properties![
    type: Required Type,
    spec_version: Required SpecVersion,
    id: Required OwnId,
    created_by_ref: Required Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Required TimestampMillis,
    revoked: Optional Boolean,
    labels: Optional List(&String),
    confidence: Forbidden Integer(0, 100),
    lang: Forbidden Formatted(Format::Language),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    defanged: Forbidden Boolean,
    extensions: Forbidden Extensions,
];

/// Language content.
pub(super) static LANGUAGE_CONTENT_COMMON: &[Property] = properties![
    type: Required Type,
    spec_version: Required SpecVersion,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Required TimestampMillis,
    revoked: Optional Boolean,
    labels: Optional List(&String),
    confidence: Optional Integer(0, 100),
    lang: Forbidden Formatted(Format::Language),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    defanged: Forbidden Boolean,
    extensions: Optional Extensions,
];

/// Marking definitions.
pub(super) static MARKING_DEFINITION_COMMON: &[Property] = properties![
    type: Required Type,
    spec_version: Required SpecVersion,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Forbidden TimestampMillis,
    revoked: Forbidden Boolean,
    labels: Forbidden List(&String),
    confidence: Forbidden Integer(0, 100),
    lang: Forbidden Formatted(Format::Language),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    defanged: Forbidden Boolean,
    extensions: Optional Extensions,
];

/// A phase of a kill chain (§2.11).
pub static KILL_CHAIN_PHASE: Structure = Structure {
    name: "kill-chain-phase",
    section: "2.11",
    properties: properties![
    kill_chain_name: Required Formatted(Format::LowerHyphen),
    phase_name: Required Formatted(Format::LowerHyphen),
    ],
    constraints: &[],
};

/// A pointer to something outside STIX (§2.5).
pub static EXTERNAL_REFERENCE: Structure = Structure {
    name: "external-reference",
    section: "2.5.1",
    properties: properties![
    source_name: Required String,
    description: Optional String,
    url: Optional Formatted(Format::Uri),
    hashes: Optional Hashes,
    external_id: Optional String,
    ],
    constraints: &[AtLeastOne(&["description", "url", "external_id"])],
};

/// A marking of a part of an object (§7.2.3).
pub static GRANULAR_MARKING: Structure = Structure {
    name: "granular-marking",
    section: "7.2.3",
    properties: properties![
    lang: Optional Formatted(Format::Language),
    marking_ref: Optional Reference(Target::Types(&["marking-definition"])),
    selectors: Required List(&String),
    ],
    constraints: &[
        AtLeastOne(&["lang", "marking_ref"]),
        super::Constraint::NotBoth("lang", "marking_ref"),
    ],
};
