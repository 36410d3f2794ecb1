//! What other implementations get wrong: good objects that they refuse, bad ones that they accept.

use super::*;
use crate::bundle::BundleLimits;

const UUID: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

fn report(text: &str) -> Report {
    Checker::new(CheckOptions::default()).report(text.as_bytes())
}

/// An object of a type, with what every versioned object has.
fn object(type_name: &str, rest: &str) -> String {
    format!(
        r#"{{"type":"{type_name}","id":"{type_name}--{UUID}","spec_version":"2.1","created":"2016-12-31T23:59:60.123456789Z","modified":"2017-01-01T00:00:00.000Z"{rest}}}"#
    )
}

fn accepted(text: &str) {
    let errors = report(text).errors;
    assert!(errors.is_empty(), "{text}: {errors:#?}");
}

fn refused(text: &str, rule: &str) {
    let errors = report(text).errors;
    assert!(
        errors.iter().any(|error| error.rule == rule),
        "{text}: {rule} not in {errors:#?}"
    );
}

#[test]
fn accepts_what_others_refuse() {
    // Nanoseconds, a real leap second, and an interval across it.
    accepted(&object("campaign", r#","name":"x""#));
    accepted(&object("campaign", r#","name":"x","lang":"zh-Hant-TW""#));
    accepted(&object("campaign", r#","name":"x","lang":"sr-Latn""#));
    // References that resolve to nothing here, or to types nobody knows.
    accepted(&object(
        "report",
        &format!(
            r#","name":"x","published":"2017-01-01T00:00:00Z","object_refs":["x-unknown--{UUID}"]"#
        ),
    ));
    // A marking of language alone.
    accepted(&object(
        "campaign",
        r#","name":"x","granular_markings":[{"lang":"de","selectors":["name"]}]"#,
    ));
    // Unknown types and properties.
    accepted(&object("x-unknown", r#","x_any":{"deep":[{"a":1}]}"#));
    // OpenCTI's extension says `id` and `type` of its own.
    accepted(&object(
        "campaign",
        r#","name":"x","extensions":{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba":{"extension_type":"property-extension","id":"1","type":"Campaign"}}"#,
    ));
    let observable = |type_name: &str, rest: &str| {
        accepted(&format!(
            r#"{{"type":"{type_name}","id":"{type_name}--{UUID}"{rest}}}"#
        ));
    };
    observable("ipv6-addr", r#","value":"::ffff:192.0.2.128""#);
    observable(
        "software",
        r#","name":"x","cpe":"cpe:2.3:a:foo\\\\bar:big\\$money:2010:*:*:*:*:*:*:*""#,
    );
    observable(
        "network-traffic",
        &format!(
            r#","protocols":["tcp"],"src_ref":"ipv4-addr--{UUID}","extensions":{{"http-request-ext":{{"request_method":"get","request_value":"/","request_header":{{"Host":["a"]}}}}}}"#
        ),
    );
    // TLP 2.0 without the definition of its extension beside it.
    accepted(&crate::marking::Tlp::AmberStrict2.definition());
}

#[test]
fn two_versions_in_a_bundle_are_legal() {
    let first = object("campaign", r#","name":"x""#);
    let second = first.replace("2017-01-01", "2018-01-01");
    let bundle =
        format!(r#"{{"type":"bundle","id":"bundle--{UUID}","objects":[{first},{second}]}}"#);
    let mut checker = Checker::new(CheckOptions::default());
    let mut problems = 0;
    let limits = BundleLimits::default();
    let whole = check_bundle(&mut checker, bundle.as_bytes(), limits, |_, report| {
        problems += report.problems().count();
    });
    assert_eq!(
        (problems, whole.expect("a bundle").problems().count()),
        (0, 0)
    );
}

#[test]
fn refuses_what_others_accept() {
    let campaign = |rest: &str| object("campaign", &format!(r#","name":"x"{rest}"#));
    refused(&campaign(r#","revoked":"true""#), "stix.2.type");
    refused(&campaign(r#","confidence":"50""#), "stix.2.type");
    refused(&campaign(r#","aliases":[]"#), "stix.2.12.empty");
    refused(&campaign(r#","x_custom":{}"#), "stix.2.3.empty");
    refused(
        &campaign(r#","created_by_ref":"identity""#),
        "stix.2.9.form",
    );
    refused(
        &campaign(&format!(r#","created_by_ref":"malware--{UUID}""#)),
        "stix.3.3.target",
    );
    refused(&campaign(r#","name":"y""#), "json.duplicate-name");
    refused(&campaign(r#","x_big":9007199254740993"#), "json.number");
    let prefix = object("x-unknown", "").replace("x-unknown--", "x-other--");
    refused(&prefix, "stix.2.9.prefix");
    // References inside extensions and parts of messages.
    let file = r#"{"type":"file","id":"file--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f","name":"x","extensions":{"archive-ext":{"contains_refs":["url--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f"]}}}"#;
    refused(file, "stix.3.3.target");
    let mail = r#"{"type":"email-message","id":"email-message--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f","is_multipart":true,"body_multipart":[{"body_raw_ref":"url--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f"}]}"#;
    refused(mail, "stix.3.3.target");
}

#[test]
fn a_report_says_where_and_reads_as_json() {
    let text = "{\n  \"type\": \"mutex\",\n  \"id\": \"mutex--1\",\n  \"name\": null }";
    let report = report(text);
    let places: Vec<_> = report
        .errors
        .iter()
        .map(|e| (&*e.path, e.rule, e.line, e.column))
        .collect();
    assert_eq!(
        places,
        [
            ("$.id", "stix.2.9.form", 3, 9),
            ("$.name", "stix.2.null", 4, 11)
        ]
    );
    let json = serde_json::to_value(&report).expect("a report");
    assert_eq!(json["valid"], false);
    assert_eq!(json["errors"][0]["path"], "$.id");
    assert!(json["warnings"].is_array() && json.get("omitted").is_none());
    let broken = Checker::new(CheckOptions::default()).report(b"{\n\"a\":}");
    assert_eq!((broken.errors[0].line, broken.errors[0].column), (2, 5));
    assert_eq!(broken.errors[0].message, "expected a value at byte 6");
}
