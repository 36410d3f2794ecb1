//! The relationship objects (STIX 2.1 §5).

use super::Constraint::{After, NotBefore};
use super::Kind::*;
use super::common::SDO_COMMON;
use super::{Class, Format, ObjectType, Structure, Target, properties};

/// The two relationship objects, in the order of the standard.
pub static SROS: &[ObjectType] = &[
    // §5.1 relationship
    ObjectType {
        structure: Structure {
            name: "relationship",
            section: "5.1.2",
            properties: properties![
                relationship_type: Required Formatted(Format::RelationshipType),
                description: Optional String,
                source_ref: Required Reference(Target::SdoOrSco),
                target_ref: Required Reference(Target::SdoOrSco),
                start_time: Optional Timestamp,
                stop_time: Optional Timestamp,
            ],
            constraints: &[After("stop_time", "start_time")],
        },
        class: Class::Sro,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
    // §5.2 sighting
    ObjectType {
        structure: Structure {
            name: "sighting",
            section: "5.2.1",
            properties: properties![
                description: Optional String,
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                count: Optional Integer(0, 999_999_999),
                sighting_of_ref: Required Reference(Target::Sdo),
                observed_data_refs: Optional List(&Reference(Target::Types(&["observed-data"]))),
                where_sighted_refs: Optional List(&Reference(Target::Types(&["identity", "location"]))),
                summary: Optional Boolean,
            ],
            constraints: &[NotBefore("last_seen", "first_seen")],
        },
        class: Class::Sro,
        common: SDO_COMMON,
        extensions: &[],
        contributing: &[],
    },
];
