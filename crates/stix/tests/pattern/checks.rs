//! Every rule: a pattern that breaks it, the place, and near it one that does not.

use std::collections::{BTreeMap, BTreeSet};

use stix::pattern::{MatchLimits, Pattern, Rule, Severity, check};

fn findings(pattern: &str) -> Vec<(Rule, String)> {
    let parsed: Pattern = pattern.parse().unwrap();
    check(&parsed, &MatchLimits::default())
        .iter()
        .map(|finding| {
            (
                finding.rule(),
                finding.span().of(pattern).unwrap().to_owned(),
            )
        })
        .collect()
}

const BROKEN: &[(Rule, &str, &str)] = &[
    (Rule::UnknownType, "[ipv4addr:value = 'x']", "ipv4addr"),
    (Rule::UnknownProperty, "[file:naem = 'x']", "naem"),
    (
        Rule::UnknownProperty,
        "[file:extensions.'pdf-ext'.x = 'x']",
        "x",
    ),
    (
        Rule::UnknownProperty,
        "[network-traffic:src_ref.name = 'x']",
        "name",
    ),
    (Rule::CustomProperty, "[file:x_mine = 'x']", "x_mine"),
    (Rule::NotAList, "[file:name[0] = 'x']", "[0]"),
    (Rule::NotAList, "[file:hashes[*] = 'x']", "[*]"),
    (
        Rule::MissingIndex,
        "[domain-name:resolves_to_refs.value = 'x']",
        "value",
    ),
    (Rule::NotNested, "[file:name.x = 'x']", "x"),
    (
        Rule::NegativeIndex,
        "[network-traffic:protocols[-1] = 'x']",
        "[-1]",
    ),
    (
        Rule::NotComparable,
        "[network-traffic:src_ref = 'x']",
        "'x'",
    ),
    (Rule::NotComparable, "[file:hashes != 'x']", "'x'"),
    (
        Rule::NotComparable,
        "[network-traffic:protocols IN ('x')]",
        "'x'",
    ),
    (Rule::ConstantType, "[file:size = '5']", "'5'"),
    (Rule::ConstantType, "[file:name = 5]", "5"),
    (
        Rule::ConstantType,
        "[file:ctime > '2020-01-01T00:00:00Z']",
        "'2020-01-01T00:00:00Z'",
    ),
    (Rule::ConstantType, "[process:is_hidden IN (1)]", "1"),
    (Rule::TextOperator, "[file:size LIKE '5%']", "file:size"),
    (
        Rule::TextOperator,
        "[network-traffic:src_ref MATCHES 'x']",
        "network-traffic:src_ref",
    ),
    (
        Rule::AndTypes,
        "[file:name = 'x' AND url:value = 'y']",
        "url:value = 'y'",
    ),
    (
        Rule::AndTypes,
        "[(file:name = 'x' OR url:value = 'y') AND mutex:name = 'z']",
        "mutex:name = 'z'",
    ),
    (
        Rule::MixedSet,
        "[file:extensions.'x'.y IN (1, 2.0, 'x')]",
        "'x'",
    ),
    (Rule::EmptySet, "[file:name IN ()]", "file:name"),
    (
        Rule::RepeatsPositive,
        "[file:name = 'x'] REPEATS 0 TIMES",
        "REPEATS 0 TIMES",
    ),
    (
        Rule::WithinPositive,
        "[file:name = 'x'] WITHIN 0 SECONDS",
        "WITHIN 0 SECONDS",
    ),
    (
        Rule::QualifierTwice,
        "([file:name = 'x']) WITHIN 5 SECONDS WITHIN 6 SECONDS",
        "WITHIN 6 SECONDS",
    ),
    (
        Rule::StartBeforeStop,
        "[file:name = 'x'] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00.0Z'",
        "START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00.0Z'",
    ),
    (
        Rule::TimePrecision,
        "[file:name = 'x'] START t'2020-01-01T00:00:00.0000000000000000000000001Z' STOP t'2020-01-02T00:00:00Z'",
        "t'2020-01-01T00:00:00.0000000000000000000000001Z'",
    ),
    (Rule::Regex, "[file:name MATCHES 'a(b']", "'a(b'"),
    (
        Rule::RegexUnsupported,
        "[file:name MATCHES '(?R)']",
        "'(?R)'",
    ),
    (
        Rule::Network,
        "[ipv4-addr:value ISSUBSET '1.2.3.4/33']",
        "'1.2.3.4/33'",
    ),
    (
        Rule::NetworkFamily,
        "[ipv4-addr:value ISSUPERSET '::1']",
        "'::1'",
    ),
    (
        Rule::NetworkPath,
        "[domain-name:value ISSUBSET '1.2.3.4']",
        "domain-name:value",
    ),
    (
        Rule::NetworkPath,
        "[network-traffic:src_ref.id ISSUBSET '1.2.3.4']",
        "network-traffic:src_ref.id",
    ),
    (Rule::PlusSign, "[file:size = +5]", "+5"),
    (
        Rule::PlusSign,
        "[file:name = 'x'] WITHIN +5 SECONDS",
        "WITHIN +5 SECONDS",
    ),
    (
        Rule::IntegerRange,
        "[file:size = 9007199254740992]",
        "9007199254740992",
    ),
    (Rule::HashValue, "[file:hashes.'SHA-256' = 'f00']", "'f00'"),
    (Rule::HashValue, "[file:hashes.MD5 IN ('g')]", "'g'"),
];

#[test]
fn every_rule_is_broken_by_a_pattern_and_points_at_it() {
    for (rule, pattern, place) in BROKEN {
        assert_eq!(
            findings(pattern),
            [(*rule, (*place).to_owned())],
            "{pattern}"
        );
    }
    let tested: BTreeSet<_> = BROKEN.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(tested, Rule::ALL.iter().copied().collect());
}

#[test]
fn good_patterns_break_none() {
    for pattern in [
        "[file:hashes.'SHA-256' = 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f']",
        "[file:hashes.'SHA-256' LIKE 'aec0%']",
        "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7]",
        "[file:extensions.'extension-definition--x'.anything[0].goes = true]",
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '203.0.113.33/32']",
        "[network-traffic:dst_ref.value ISSUBSET '2001:db8::/32']",
        "[network-traffic:src_ref.resolves_to_refs[*].value = 'x']",
        "[email-message:body_multipart[*].body_raw_ref.name MATCHES '^Final Report.+\\\\.exe$']",
        "[file:contains_refs[*].whatever = 5]",
        "[file:size = 5 OR url:value = 'x' AND url:defanged = true]",
        "[(file:name = 'x' OR url:value = 'y') AND url:id = 'z']",
        "[x509-certificate:x509_v3_extensions.key_usage = 'x']",
        "[artifact:payload_bin MATCHES '\\\\xd4' AND artifact:payload_bin = h'00']",
        "[process:environment_variables.PATH LIKE '%x%']",
        "[EXISTS windows-registry-key:values]",
        "([file:name = 'x'] WITHIN 5 SECONDS) WITHIN 6 SECONDS",
        "[file:size = 9007199254740991]",
    ] {
        assert_eq!(findings(pattern), [], "{pattern}");
    }
}

/// The properties in the JSON schemas that OASIS publishes for the cyber-observable types.
const SCHEMA_PATHS: &str = include_str!("../pattern-oracle/schema-paths.txt");

#[test]
fn every_property_of_the_schemas_is_known() {
    for path in SCHEMA_PATHS.lines() {
        assert_eq!(findings(&format!("[EXISTS {path}]")), [], "{path}");
    }
    assert!(SCHEMA_PATHS.lines().count() > 200);
}

#[test]
fn rules_have_names_severities_and_sections() {
    let names: BTreeMap<_, _> = Rule::ALL
        .iter()
        .map(|rule| (rule.as_str(), *rule))
        .collect();
    assert_eq!(names.len(), Rule::ALL.len(), "names are distinct");
    assert!(names.keys().all(|name| name.starts_with("pattern-")));
    assert_eq!(names["pattern-and-types"].severity(), Severity::Must);
    assert_eq!(names["pattern-and-types"].section(), "9.5");
    assert_eq!(names["pattern-unknown-type"].severity(), Severity::Should);
}
