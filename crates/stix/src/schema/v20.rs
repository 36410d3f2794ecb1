//! What STIX 2.0 has otherwise: its twelve domain objects, its relationships and markings
//! (STIX 2.0 parts 1 and 2), and the observables that live inside observed data (part 4).
//!
//! Sections of STIX 2.0 are written with the part they are in.

use super::Constraint::{After, NotBefore};
use super::Kind::*;
use super::common::{EXTERNAL_REFERENCE, KILL_CHAIN_PHASE};
use super::{Class, Format, ObjectType, Property, Structure, Target, properties};
use crate::vocabulary::{self as v, Vocabulary};

pub(super) mod observables;

/// indicator-label-ov (2.0 part 1 §6.5).
static INDICATOR_LABEL: Vocabulary = Vocabulary {
    name: "indicator-label-ov",
    section: "2.0 part 1 §6.5",
    words: &[
        "anomalous-activity",
        "anonymization",
        "benign",
        "compromised",
        "malicious-activity",
        "attribution",
    ],
};

/// malware-label-ov (2.0 part 1 §6.7).
static MALWARE_LABEL: Vocabulary = Vocabulary {
    name: "malware-label-ov",
    section: "2.0 part 1 §6.7",
    words: &[
        "adware",
        "backdoor",
        "bot",
        "ddos",
        "dropper",
        "exploit-kit",
        "keylogger",
        "ransomware",
        "remote-access-trojan",
        "resource-exploitation",
        "rogue-security-software",
        "rootkit",
        "screen-capture",
        "spyware",
        "trojan",
        "virus",
        "worm",
    ],
};

/// report-label-ov (2.0 part 1 §6.8).
static REPORT_LABEL: Vocabulary = Vocabulary {
    name: "report-label-ov",
    section: "2.0 part 1 §6.8",
    words: &[
        "threat-report",
        "attack-pattern",
        "campaign",
        "identity",
        "indicator",
        "intrusion-set",
        "malware",
        "observed-data",
        "threat-actor",
        "tool",
        "vulnerability",
    ],
};

/// threat-actor-label-ov (2.0 part 1 §6.9).
static THREAT_ACTOR_LABEL: Vocabulary = Vocabulary {
    name: "threat-actor-label-ov",
    section: "2.0 part 1 §6.9",
    words: &[
        "activist",
        "competitor",
        "crime-syndicate",
        "criminal",
        "hacker",
        "insider-accidental",
        "insider-disgruntled",
        "nation-state",
        "sensationalist",
        "spy",
        "terrorist",
    ],
};

/// A marking of a part of an object (part 1 §4.3); that of languages came with STIX 2.1.
static GRANULAR_MARKING: Structure = Structure {
    name: "granular-marking",
    section: "2.0 part 1 §4.3",
    properties: properties![
        marking_ref: Required Reference(Target::Types(&["marking-definition"])),
        selectors: Required List(&String),
    ],
    constraints: &[],
};

/// The common properties of STIX 2.0 (part 1 §3.1); it knew neither confidence nor lang.
static COMMON: &[Property] = properties![
    type: Required Type,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Required TimestampMillis,
    revoked: Optional Boolean,
    labels: Optional List(&String),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    spec_version: Optional SpecVersion,
];

/// The properties that markings have instead: they are not versioned (part 1 §4.1).
static MARKING_COMMON: &[Property] = properties![
    type: Required Type,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required Timestamp,
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    spec_version: Optional SpecVersion,
];

/// The objects of STIX 2.0, in its order.
pub(super) static TYPES: &[ObjectType] = &[
    ObjectType {
        structure: Structure {
            name: "attack-pattern",
            section: "2.0 part 2 §2.1.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "campaign",
            section: "2.0 part 2 §2.2.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                objective: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "course-of-action",
            section: "2.0 part 2 §2.3.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                action: Forbidden Any,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "identity",
            section: "2.0 part 2 §2.4.1",
            properties: properties![
                labels: Optional List(&String),
                name: Required String,
                description: Optional String,
                identity_class: Required OpenVocab(&v::IDENTITY_CLASS),
                sectors: Optional List(&OpenVocab(&v::INDUSTRY_SECTOR)),
                contact_information: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "indicator",
            section: "2.0 part 2 §2.5.1",
            properties: properties![
                labels: Required List(&OpenVocab(&INDICATOR_LABEL)),
                name: Optional String,
                description: Optional String,
                pattern: Required String,
                valid_from: Required Timestamp,
                valid_until: Optional Timestamp,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[After("valid_until", "valid_from")],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "intrusion-set",
            section: "2.0 part 2 §2.6.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                goals: Optional List(&String),
                resource_level: Optional OpenVocab(&v::ATTACK_RESOURCE_LEVEL),
                primary_motivation: Optional OpenVocab(&v::ATTACK_MOTIVATION),
                secondary_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "malware",
            section: "2.0 part 2 §2.7.1",
            properties: properties![
                labels: Required List(&OpenVocab(&MALWARE_LABEL)),
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "observed-data",
            section: "2.0 part 2 §2.8.1",
            properties: properties![
                first_observed: Required Timestamp,
                last_observed: Required Timestamp,
                number_observed: Required Integer(1, 999_999_999),
                objects: Required Container,
            ],
            constraints: &[NotBefore("last_observed", "first_observed")],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "report",
            section: "2.0 part 2 §2.9.1",
            properties: properties![
                labels: Required List(&OpenVocab(&REPORT_LABEL)),
                name: Required String,
                description: Optional String,
                published: Required Timestamp,
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "threat-actor",
            section: "2.0 part 2 §2.10.1",
            properties: properties![
                labels: Required List(&OpenVocab(&THREAT_ACTOR_LABEL)),
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                roles: Optional List(&OpenVocab(&v::THREAT_ACTOR_ROLE)),
                goals: Optional List(&String),
                sophistication: Optional OpenVocab(&v::THREAT_ACTOR_SOPHISTICATION),
                resource_level: Optional OpenVocab(&v::ATTACK_RESOURCE_LEVEL),
                primary_motivation: Optional OpenVocab(&v::ATTACK_MOTIVATION),
                secondary_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
                personal_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "tool",
            section: "2.0 part 2 §2.11.1",
            properties: properties![
                labels: Required List(&OpenVocab(&v::TOOL_TYPE)),
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
                tool_version: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "vulnerability",
            section: "2.0 part 2 §2.12.1",
            properties: properties![
                name: Required String,
                description: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "relationship",
            section: "2.0 part 2 §3.1.1",
            properties: properties![
                relationship_type: Required Formatted(Format::RelationshipType),
                description: Optional String,
                source_ref: Required Reference(Target::Sdo),
                target_ref: Required Reference(Target::Sdo),
            ],
            constraints: &[],
        },
        class: Class::Sro,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "sighting",
            section: "2.0 part 2 §3.2.1",
            properties: properties![
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                count: Optional Integer(0, 999_999_999),
                sighting_of_ref: Required Reference(Target::Sdo),
                observed_data_refs: Optional List(&Reference(Target::Types(&["observed-data"]))),
                where_sighted_refs: Optional List(&Reference(Target::Types(&["identity"]))),
                summary: Optional Boolean,
            ],
            constraints: &[],
        },
        class: Class::Sro,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "marking-definition",
            section: "2.0 part 1 §4.1.1",
            properties: properties![
                definition_type: Required OpenVocab(&v::MARKING_DEFINITION_TYPE),
                definition: Required MarkingObject,
            ],
            constraints: &[],
        },
        class: Class::Meta,
        common: MARKING_COMMON,
        extensions: &[],
        contributing: &[],
    },
];
