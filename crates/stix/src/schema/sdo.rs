//! The domain objects (STIX 2.1 §4).

use super::Constraint::{After, AtLeastOne, NotBefore, NotBoth, Requires};
use super::Kind::*;
use super::common::{KILL_CHAIN_PHASE, SDO_COMMON};
use super::{Class, FLOAT, Format, ObjectType, Structure, Target, properties};
use crate::vocabulary as v;

/// The 19 domain objects, in the order of the standard.
pub static SDOS: &[ObjectType] = &[
    // §4.1 attack pattern
    ObjectType {
        structure: Structure {
            name: "attack-pattern",
            section: "4.1.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.2 campaign
    ObjectType {
        structure: Structure {
            name: "campaign",
            section: "4.2.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                objective: Optional String,
            ],
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.3 course of action
    ObjectType {
        structure: Structure {
            name: "course-of-action",
            section: "4.3.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                action: Forbidden Any,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.4 grouping. Its name is optional in the standard; a draft of its errata has it required.
    ObjectType {
        structure: Structure {
            name: "grouping",
            section: "4.4.1",
            properties: properties![
                name: Optional String,
                description: Optional String,
                context: Required OpenVocab(&v::GROUPING_CONTEXT),
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.5 identity
    ObjectType {
        structure: Structure {
            name: "identity",
            section: "4.5.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                roles: Optional List(&String),
                identity_class: Optional OpenVocab(&v::IDENTITY_CLASS),
                sectors: Optional List(&OpenVocab(&v::INDUSTRY_SECTOR)),
                contact_information: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.6 incident
    ObjectType {
        structure: Structure {
            name: "incident",
            section: "4.6.1",
            properties: properties![
                name: Required String,
                description: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.7 indicator
    ObjectType {
        structure: Structure {
            name: "indicator",
            section: "4.7.1",
            properties: properties![
                name: Optional String,
                description: Optional String,
                indicator_types: Optional List(&OpenVocab(&v::INDICATOR_TYPE)),
                pattern: Required String,
                pattern_type: Required OpenVocab(&v::PATTERN_TYPE),
                pattern_version: Optional String,
                valid_from: Required Timestamp,
                valid_until: Optional Timestamp,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[After("valid_until", "valid_from")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.8 infrastructure
    ObjectType {
        structure: Structure {
            name: "infrastructure",
            section: "4.8.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                infrastructure_types: Optional List(&OpenVocab(&v::INFRASTRUCTURE_TYPE)),
                aliases: Optional List(&String),
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
            ],
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.9 intrusion set
    ObjectType {
        structure: Structure {
            name: "intrusion-set",
            section: "4.9.1",
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
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.10 location
    ObjectType {
        structure: Structure {
            name: "location",
            section: "4.10.1",
            properties: properties![
                name: Optional String,
                description: Optional String,
                latitude: Optional Float(-90.0, 90.0),
                longitude: Optional Float(-180.0, 180.0),
                precision: Optional FLOAT,
                region: Optional OpenVocab(&v::REGION),
                country: Optional Formatted(Format::Country),
                administrative_area: Optional Formatted(Format::AdministrativeArea),
                city: Optional String,
                street_address: Optional String,
                postal_code: Optional String,
            ],
            constraints: &[
                AtLeastOne(&["region", "country", "latitude", "longitude"]),
                Requires("latitude", "longitude"),
                Requires("longitude", "latitude"),
                Requires("precision", "latitude"),
                Requires("precision", "longitude"),
            ],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.11 malware
    ObjectType {
        structure: Structure {
            name: "malware",
            section: "4.11.1",
            properties: properties![
                name: Optional String,
                description: Optional String,
                malware_types: Optional List(&OpenVocab(&v::MALWARE_TYPE)),
                is_family: Required Boolean,
                aliases: Optional List(&String),
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                operating_system_refs: Optional List(&Reference(Target::Types(&["software"]))),
                architecture_execution_envs: Optional List(&OpenVocab(&v::PROCESSOR_ARCHITECTURE)),
                implementation_languages: Optional List(&OpenVocab(&v::IMPLEMENTATION_LANGUAGE)),
                capabilities: Optional List(&OpenVocab(&v::MALWARE_CAPABILITIES)),
                sample_refs: Optional List(&Reference(Target::Types(&["file", "artifact"]))),
            ],
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.12 malware analysis
    ObjectType {
        structure: Structure {
            name: "malware-analysis",
            section: "4.12.1",
            properties: properties![
                product: Required Formatted(Format::LowerHyphen),
                version: Optional String,
                host_vm_ref: Optional Reference(Target::Types(&["software"])),
                operating_system_ref: Optional Reference(Target::Types(&["software"])),
                installed_software_refs: Optional List(&Reference(Target::Types(&["software"]))),
                configuration_version: Optional String,
                modules: Optional List(&String),
                analysis_engine_version: Optional String,
                analysis_definition_version: Optional String,
                submitted: Optional Timestamp,
                analysis_started: Optional Timestamp,
                analysis_ended: Optional Timestamp,
                result_name: Optional String,
                result: Optional OpenVocab(&v::MALWARE_RESULT),
                analysis_sco_refs: Optional List(&Reference(Target::Sco)),
                sample_ref: Optional Reference(Target::Types(&["file", "network-traffic", "artifact"])),
            ],
            constraints: &[AtLeastOne(&["result", "analysis_sco_refs"])],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.13 note
    ObjectType {
        structure: Structure {
            name: "note",
            section: "4.13.1",
            properties: properties![
                abstract: Optional String,
                content: Required String,
                authors: Optional List(&String),
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.14 observed data
    ObjectType {
        structure: Structure {
            name: "observed-data",
            section: "4.14.1",
            properties: properties![
                first_observed: Required Timestamp,
                last_observed: Required Timestamp,
                number_observed: Required Integer(1, 999_999_999),
                objects: Deprecated Container,
                object_refs: Optional List(&Reference(Target::ScoOrSro)),
            ],
            constraints: &[
                NotBefore("last_observed", "first_observed"),
                AtLeastOne(&["objects", "object_refs"]),
                NotBoth("objects", "object_refs"),
            ],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.15 opinion
    ObjectType {
        structure: Structure {
            name: "opinion",
            section: "4.15.1",
            properties: properties![
                explanation: Optional String,
                authors: Optional List(&String),
                opinion: Required Enum(&v::OPINION),
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.16 report
    ObjectType {
        structure: Structure {
            name: "report",
            section: "4.16.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                report_types: Optional List(&OpenVocab(&v::REPORT_TYPE)),
                published: Required Timestamp,
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.17 threat actor
    ObjectType {
        structure: Structure {
            name: "threat-actor",
            section: "4.17.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                threat_actor_types: Optional List(&OpenVocab(&v::THREAT_ACTOR_TYPE)),
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                roles: Optional List(&OpenVocab(&v::THREAT_ACTOR_ROLE)),
                goals: Optional List(&String),
                sophistication: Optional OpenVocab(&v::THREAT_ACTOR_SOPHISTICATION),
                resource_level: Optional OpenVocab(&v::ATTACK_RESOURCE_LEVEL),
                primary_motivation: Optional OpenVocab(&v::ATTACK_MOTIVATION),
                secondary_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
                personal_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
            ],
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.18 tool
    ObjectType {
        structure: Structure {
            name: "tool",
            section: "4.18.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                tool_types: Optional List(&OpenVocab(&v::TOOL_TYPE)),
                aliases: Optional List(&String),
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
                tool_version: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §4.19 vulnerability
    ObjectType {
        structure: Structure {
            name: "vulnerability",
            section: "4.19.1",
            properties: properties![
                name: Required String,
                description: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
];
