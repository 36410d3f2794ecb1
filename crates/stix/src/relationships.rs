//! The relationships that the standard recommends between its types (STIX 2.1 §3.7, Appendix B).

/// One row of Appendix B: sources, type, targets.
struct Row(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Any cyber-observable object.
const ANY_SCO: &str = "<any sco>";

/// Appendix B, in its order.
static SUMMARY: &[Row] = &[
    Row("attack-pattern", &["delivers"], &["malware"]),
    Row(
        "attack-pattern",
        &["targets"],
        &["identity", "location", "vulnerability"],
    ),
    Row("attack-pattern", &["uses"], &["malware", "tool"]),
    Row(
        "campaign",
        &["attributed-to"],
        &["intrusion-set", "threat-actor"],
    ),
    Row("campaign", &["compromises"], &["infrastructure"]),
    Row("campaign", &["originates-from"], &["location"]),
    Row(
        "campaign",
        &["targets"],
        &["identity", "location", "vulnerability"],
    ),
    Row(
        "campaign",
        &["uses"],
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    Row("course-of-action", &["investigates"], &["indicator"]),
    Row(
        "course-of-action",
        &["mitigates"],
        &[
            "attack-pattern",
            "indicator",
            "malware",
            "tool",
            "vulnerability",
        ],
    ),
    Row(
        "course-of-action",
        &["remediates"],
        &["malware", "vulnerability"],
    ),
    Row(
        "domain-name",
        &["resolves-to"],
        &["domain-name", "ipv4-addr", "ipv6-addr"],
    ),
    Row("identity", &["located-at"], &["location"]),
    Row(
        "indicator",
        &["indicates"],
        &[
            "attack-pattern",
            "campaign",
            "infrastructure",
            "intrusion-set",
            "malware",
            "threat-actor",
            "tool",
        ],
    ),
    Row("indicator", &["based-on"], &["observed-data"]),
    Row(
        "infrastructure",
        &["communicates-with"],
        &[
            "infrastructure",
            "ipv4-addr",
            "ipv6-addr",
            "domain-name",
            "url",
        ],
    ),
    Row(
        "infrastructure",
        &["consists-of"],
        &["infrastructure", "observed-data", ANY_SCO],
    ),
    Row(
        "infrastructure",
        &["controls"],
        &["infrastructure", "malware"],
    ),
    Row("infrastructure", &["delivers"], &["malware"]),
    Row("infrastructure", &["has"], &["vulnerability"]),
    Row("infrastructure", &["hosts"], &["tool", "malware"]),
    Row("infrastructure", &["located-at"], &["location"]),
    Row("infrastructure", &["uses"], &["infrastructure"]),
    Row("intrusion-set", &["attributed-to"], &["threat-actor"]),
    Row("intrusion-set", &["compromises"], &["infrastructure"]),
    Row("intrusion-set", &["hosts", "owns"], &["infrastructure"]),
    Row("intrusion-set", &["originates-from"], &["location"]),
    Row(
        "intrusion-set",
        &["targets"],
        &["identity", "location", "vulnerability"],
    ),
    Row(
        "intrusion-set",
        &["uses"],
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    Row("ipv4-addr", &["belongs-to"], &["autonomous-system"]),
    Row("ipv4-addr", &["resolves-to"], &["mac-addr"]),
    Row("ipv6-addr", &["belongs-to"], &["autonomous-system"]),
    Row("ipv6-addr", &["resolves-to"], &["mac-addr"]),
    Row(
        "malware",
        &["authored-by"],
        &["threat-actor", "intrusion-set"],
    ),
    Row(
        "malware",
        &["beacons-to", "exfiltrates-to"],
        &["infrastructure"],
    ),
    Row(
        "malware",
        &["communicates-with"],
        &["ipv4-addr", "ipv6-addr", "domain-name", "url"],
    ),
    Row("malware", &["controls"], &["malware"]),
    Row(
        "malware",
        &["downloads", "drops"],
        &["malware", "tool", "file"],
    ),
    Row("malware", &["exploits"], &["vulnerability"]),
    Row("malware", &["originates-from"], &["location"]),
    Row(
        "malware",
        &["targets"],
        &["identity", "infrastructure", "location", "vulnerability"],
    ),
    Row(
        "malware",
        &["uses"],
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    Row("malware", &["variant-of"], &["malware"]),
    Row("malware-analysis", &["characterizes"], &["malware"]),
    Row("malware-analysis", &["av-analysis-of"], &["malware"]),
    Row("malware-analysis", &["static-analysis-of"], &["malware"]),
    Row("malware-analysis", &["dynamic-analysis-of"], &["malware"]),
    Row("threat-actor", &["attributed-to"], &["identity"]),
    Row("threat-actor", &["compromises"], &["infrastructure"]),
    Row("threat-actor", &["hosts", "owns"], &["infrastructure"]),
    Row("threat-actor", &["impersonates"], &["identity"]),
    Row("threat-actor", &["located-at"], &["location"]),
    Row(
        "threat-actor",
        &["targets"],
        &["identity", "location", "vulnerability"],
    ),
    Row(
        "threat-actor",
        &["uses"],
        &["attack-pattern", "infrastructure", "malware", "tool"],
    ),
    Row("tool", &["delivers"], &["malware"]),
    Row("tool", &["drops"], &["malware"]),
    Row("tool", &["has"], &["vulnerability"]),
    Row(
        "tool",
        &["targets"],
        &["identity", "infrastructure", "location", "vulnerability"],
    ),
    Row("tool", &["uses"], &["infrastructure"]),
];

/// What the standard says of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is in the summary, or common to all objects.
    Listed,
    /// The source has no such relationship.
    UnknownType,
    /// The source has such a relationship, but not to this target.
    UnknownTarget,
}

/// Looks a relationship up: `source` and `target` are names of types.
///
/// Of types that the standard does not define nothing can be said, so these count as listed.
#[must_use]
pub fn standing(source: &str, relationship_type: &str, target: &str) -> Standing {
    use crate::schema::class_of;
    match relationship_type {
        "related-to" => return Standing::Listed,
        // §3.7: both ends are of the same type.
        "derived-from" | "duplicate-of" => {
            return if source == target {
                Standing::Listed
            } else {
                Standing::UnknownTarget
            };
        }
        _ => {}
    }
    if class_of(source).is_none() || class_of(target).is_none() {
        return Standing::Listed;
    }
    let mut standing = Standing::UnknownType;
    for Row(row_source, types, targets) in SUMMARY {
        if *row_source == source && types.contains(&relationship_type) {
            let any_sco = || {
                targets.contains(&ANY_SCO) && class_of(target) == Some(crate::schema::Class::Sco)
            };
            if targets.contains(&target) || any_sco() {
                return Standing::Listed;
            }
            standing = Standing::UnknownTarget;
        }
    }
    standing
}
