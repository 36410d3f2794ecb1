//! Which properties tell that two objects are the same, and how much each says: the defaults of
//! python `stix2`.

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Equal or not.
    Exact,
    /// Words in any order, then the longest common subsequence of characters.
    Text,
    /// Common members of the longer list.
    List,
    /// Sources, identifiers and addresses in common; one of CVE, CAPEC, ATT&CK or VERIS decides.
    ExternalReferences,
    /// Distance in time, up to one day.
    Timestamp,
    /// Distance of two places, up to 1000 km.
    Distance,
    /// Equivalent patterns or not.
    Pattern,
    /// The similarity of what is referred to.
    Reference,
    /// The same of several, each with its best partner.
    References,
}

/// Property, weight and measure.
pub(super) type Weight = (&'static str, f64, Measure);

use Measure::{
    Distance, Exact, ExternalReferences, List, Pattern, Reference, References, Text, Timestamp,
};

const NAMED: &[Weight] = &[
    ("name", 30.0, Text),
    ("external_references", 70.0, ExternalReferences),
];

/// Returns the weights of a type; none for types that have no method.
pub(super) fn of(object_type: &str) -> &'static [Weight] {
    match object_type {
        "attack-pattern" | "incident" | "vulnerability" => NAMED,
        "campaign" => &[("name", 60.0, Text), ("aliases", 40.0, List)],
        "course-of-action" => &[
            ("name", 60.0, Text),
            ("external_references", 40.0, ExternalReferences),
        ],
        "grouping" => &[
            ("name", 20.0, Text),
            ("context", 20.0, Text),
            ("object_refs", 60.0, References),
        ],
        "identity" => &[
            ("name", 60.0, Text),
            ("identity_class", 20.0, Exact),
            ("sectors", 20.0, List),
        ],
        "indicator" => &[
            ("indicator_types", 15.0, List),
            ("pattern", 80.0, Pattern),
            ("valid_from", 5.0, Timestamp),
        ],
        "intrusion-set" => &[
            ("name", 20.0, Text),
            ("external_references", 60.0, ExternalReferences),
            ("aliases", 20.0, List),
        ],
        "location" => &[
            ("longitude_latitude", 34.0, Distance),
            ("region", 33.0, Exact),
            ("country", 33.0, Exact),
        ],
        "malware" => &[("malware_types", 20.0, List), ("name", 80.0, Text)],
        "marking-definition" => &[
            ("name", 20.0, Exact),
            ("definition", 60.0, Exact),
            ("definition_type", 20.0, Exact),
        ],
        "relationship" => &[
            ("relationship_type", 20.0, Exact),
            ("source_ref", 40.0, Reference),
            ("target_ref", 40.0, Reference),
        ],
        "report" => &[
            ("name", 30.0, Text),
            ("published", 10.0, Timestamp),
            ("object_refs", 60.0, References),
        ],
        "sighting" => &[
            ("first_seen", 5.0, Timestamp),
            ("last_seen", 5.0, Timestamp),
            ("sighting_of_ref", 40.0, Reference),
            ("observed_data_refs", 20.0, References),
            ("where_sighted_refs", 20.0, References),
            ("summary", 10.0, Exact),
        ],
        "threat-actor" => &[
            ("name", 60.0, Text),
            ("threat_actor_types", 20.0, List),
            ("aliases", 20.0, List),
        ],
        "tool" => &[("tool_types", 20.0, List), ("name", 80.0, Text)],
        _ => &[],
    }
}
