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
fn both_spellings_of_a_title() {
    for name in ["window_title", "windows_title"] {
        accepted(&format!(
            r#"{{"type":"process","id":"process--{UUID}","extensions":{{"windows-process-ext":{{"{name}":"x"}}}}}}"#
        ));
    }
}

#[test]
fn what_surrounds_the_objects_is_judged() {
    let head = |head: &str| {
        let text = format!(
            r#"{{{head}"objects":[{}]}}"#,
            object("campaign", r#","name":"x""#)
        );
        let mut checker = Checker::new(CheckOptions::default());
        let limits = BundleLimits::default();
        let whole = check_bundle(&mut checker, text.as_bytes(), limits, |_, _| ());
        let whole = whole.expect("a bundle");
        let rules: Vec<_> = whole.errors.iter().map(|error| error.rule).collect();
        rules
    };
    let id = format!(r#""id":"bundle--{UUID}","#);
    let bundle = format!(r#""type":"bundle",{id}"#);
    assert!(head(&bundle).is_empty());
    assert!(head(r#""more":false,"#).is_empty(), "an envelope");
    assert_eq!(head(&id), ["stix.3.2.type"]);
    for (property, rule) in [
        (r#""x_any":null,"#, "stix.2.null"),
        (r#""x_any":[],"#, "stix.2.12.empty"),
        (r#""x_any":{},"#, "stix.2.3.empty"),
        (r#""Any":1,"#, "stix.11.1.name"),
    ] {
        assert_eq!(head(&format!("{bundle}{property}")), [rule]);
    }
}

#[test]
fn a_bundle_that_is_none_is_still_judged_as_one() {
    // Its identifier is wrong, and what it holds is judged all the same.
    let wrong = format!(
        r#"{{"type":"bundle","id":"identity--{UUID}","objects":[{}]}}"#,
        object("campaign", "")
    );
    let mut checker = Checker::new(CheckOptions::default());
    let limits = BundleLimits::default();
    let mut rules = Vec::new();
    let whole = check_bundle(&mut checker, wrong.as_bytes(), limits, |_, report| {
        rules.extend(report.errors.iter().map(|error| error.rule));
    });
    rules.extend(whole.expect("a bundle").errors.iter().map(|e| e.rule));
    assert_eq!(rules, ["stix.3.1.required", "stix.2.9.prefix"]);
    // What has to be a list is none.
    let report = report(
        r#"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":{}}"#,
    );
    let error = &report.errors[0];
    assert_eq!(
        (error.rule, &*error.path, error.section),
        ("stix.2.type", "$.objects", "8.1")
    );
}

/// The rules that a bundle of these objects breaks.
fn in_a_bundle(objects: &[String]) -> Vec<&'static str> {
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--{UUID}","objects":[{}]}}"#,
        objects.join(",")
    );
    let mut checker = Checker::new(CheckOptions::default());
    let mut rules = Vec::new();
    let limits = BundleLimits::default();
    check_bundle(&mut checker, bundle.as_bytes(), limits, |_, report| {
        rules.extend(report.problems().map(|problem| problem.rule));
    })
    .expect("a bundle");
    rules
}

#[test]
fn what_one_version_may_not_do_to_another() {
    let first = object("campaign", r#","name":"x""#);
    let second = first.replace("2017-01-01", "2018-01-01");
    let moved = second.replace("23:59:60.123456789", "23:59:59.000");
    assert_eq!(in_a_bundle(&[first.clone(), moved]), ["stix.3.2.created"]);
    let revoked = |text: &str| text.replace(r#""name""#, r#""revoked":true,"name""#);
    for objects in [
        [revoked(&first), second.clone()],
        [second.clone(), revoked(&first)],
    ] {
        assert_eq!(in_a_bundle(&objects), ["stix.3.6.revoked"]);
    }
    // Revocation is a version, the last one.
    assert!(in_a_bundle(&[first.clone(), revoked(&second)]).is_empty());
    assert!(in_a_bundle(&[revoked(&second), first.clone()]).is_empty());
    let by = |text: &str, last: char| {
        let id = UUID.replace("3cd3f", &format!("3cd3{last}"));
        text.replace(
            r#""name""#,
            &format!(r#""created_by_ref":"identity--{id}","name""#),
        )
    };
    assert_eq!(
        in_a_bundle(&[by(&first, 'a'), by(&second, 'b')]),
        ["stix.3.6.creator"]
    );
    assert!(in_a_bundle(&[first, by(&second, 'b')]).is_empty());
}

#[test]
fn an_object_of_one_version_says_one_thing() {
    let first = object("campaign", r#","name":"x""#);
    let other = object("campaign", r#","name":"y""#);
    assert_eq!(in_a_bundle(&[first.clone(), other]), ["stix.3.6.conflict"]);
    // A default may be left out (§3.6), and an instant has more than one spelling.
    let spelt = first
        .replace("123456789Z", "1234567890Z")
        .replace(r#""name""#, r#""revoked":false,"name""#);
    assert_eq!(in_a_bundle(&[first, spelt]), ["stix.3.6.repeated"]);
}

#[test]
fn so_many_objects_are_remembered() {
    let first = object("campaign", r#","name":"x""#);
    let second = first.replace(&UUID[..8], "00000001");
    let mut checker = Checker::new(CheckOptions::default());
    let judge = |checker: &mut Checker, limit: usize| {
        let mut check = BundleCheck::remembering(limit);
        let mut rules = Vec::new();
        for text in [&first, &second, &first, &second] {
            let report = check
                .check(checker, text.as_bytes())
                .expect("JSON")
                .report();
            rules.extend(report.warnings.iter().map(|warning| warning.rule));
        }
        let splitter = crate::bundle::Splitter::new(BundleLimits::default());
        let list = crate::bundle::Container::List;
        let whole = check.finish(checker, &splitter, Some(&list));
        rules.extend(whole.expect("a list").warnings.iter().map(|w| w.rule));
        rules
    };
    assert_eq!(judge(&mut checker, 2), ["stix.3.6.repeated"; 2]);
    assert_eq!(
        judge(&mut checker, 1),
        ["stix.3.6.repeated", "limit.remembered"]
    );
}

#[test]
fn a_translation_has_lists_as_long_as_those_of_its_target() {
    let target = |goals: &str| {
        object(
            "intrusion-set",
            &format!(r#","name":"x","goals":{goals},"secondary_motivations":["ideology"]"#),
        )
    };
    let content = |version: &str, texts: &str| {
        object(
            "language-content",
            &format!(
                r#","object_ref":"intrusion-set--{UUID}"{version},"contents":{{"de":{texts}}}"#
            ),
        )
    };
    let two = target(r#"["a","b"]"#);
    let this = r#","object_modified":"2017-01-01T00:00:00Z""#;
    let other = r#","object_modified":"2018-01-01T00:00:00Z""#;
    let short = r#"{"goals":["x"]}"#;
    for objects in [
        [two.clone(), content("", short)],
        [content("", short), two.clone()],
        [two.clone(), content(this, short)],
        [content(this, short), two.clone()],
    ] {
        assert_eq!(in_a_bundle(&objects), ["stix.7.1.length"]);
    }
    for good in [
        content(this, r#"{"goals":["x",""]}"#),
        content(other, short),
        // Words of a vocabulary are not translated, and ignored (§7.1.1).
        content("", r#"{"secondary_motivations":["x","y"]}"#),
    ] {
        assert!(
            in_a_bundle(&[two.clone(), good.clone()]).is_empty(),
            "{good}"
        );
        assert!(
            in_a_bundle(&[good.clone(), two.clone()]).is_empty(),
            "{good}"
        );
    }
    // Which of two versions is meant is not said.
    let three = target(r#"["a","b","c"]"#).replace("2017-01-01", "2018-01-01");
    assert!(in_a_bundle(&[two, three, content("", r#"{"goals":["x","y"]}"#)]).is_empty());
}

#[test]
fn an_observable_that_is_versioned_has_an_identifier_of_its_own() {
    let address = |id: &str, rest: &str| {
        format!(r#"{{"type":"ipv4-addr","id":"ipv4-addr--{id}","value":"198.51.100.3"{rest}}}"#)
    };
    const DETERMINISTIC: &str = "28bb3599-77cd-5a82-a950-b5bc3caf07c4";
    let versioned =
        r#","created":"2017-01-01T00:00:00.000Z","modified":"2017-01-01T00:00:00.000Z""#;
    refused(&address(DETERMINISTIC, versioned), "stix.3.6.observable");
    accepted(&address(UUID, versioned));
    accepted(&address(DETERMINISTIC, ""));
    let creator = format!(r#","created_by_ref":"identity--{UUID}""#);
    accepted(&address(DETERMINISTIC, &creator));
}

#[test]
fn a_pattern_looks_within_the_time_that_its_indicator_is_valid_for() {
    let warned = |pattern: &str| {
        let indicator = object(
            "indicator",
            &format!(
                r#","name":"x","description":"x","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z","valid_until":"2021-01-01T00:00:00Z","pattern":"{pattern}""#
            ),
        );
        let warnings = report(&indicator).warnings;
        let messages: Vec<_> = warnings
            .into_iter()
            .map(|w| (w.rule, w.message[..4].trim_end().to_owned()))
            .collect();
        messages
    };
    let within = |start: &str, stop: &str| {
        format!("([url:value = 'a'] START t'{start}' STOP t'{stop}') REPEATS 2 TIMES")
    };
    let (first, last) = ("2020-01-01T00:00:00.000Z", "2021-01-01T00:00:00Z");
    assert!(warned(&within(first, last)).is_empty());
    let rule = "stix.9.5.1.validity";
    assert_eq!(
        warned(&within("2019-12-31T23:59:59.9Z", last)),
        [(rule, "STAR".to_owned())]
    );
    assert_eq!(
        warned(&within(first, "2021-01-01T00:00:00.001Z")),
        [(rule, "STOP".to_owned())]
    );
}

#[test]
fn a_pattern_is_of_the_version_that_is_stated() {
    let indicator = |version: &str| {
        object(
            "indicator",
            &format!(
                r#","pattern_type":"stix"{version},"valid_from":"2020-01-01T00:00:00Z","pattern":"[file:name = 'a'] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'""#
            ),
        )
    };
    accepted(&indicator(r#","pattern_version":"2.0""#));
    refused(&indicator(r#","pattern_version":"2.1""#), "stix.9.pattern");
    refused(&indicator(""), "stix.9.pattern");
}

#[test]
fn what_a_pattern_does_wrong_is_said() {
    let indicator = object(
        "indicator",
        r#","pattern_type":"stix","valid_from":"2020-01-01T00:00:00Z","pattern":"[file:name = 'a' AND url:value = 'b']""#,
    );
    let errors = report(&indicator).errors;
    assert_eq!(
        errors[0].message,
        "the pattern breaks the rule pattern-and-types: Types joined by `AND` that no object can have at once"
    );
}

#[test]
fn an_object_of_2_1_says_its_version() {
    let without = |text: &str| text.replace(r#""spec_version":"2.1","#, "");
    let old = |text: &str| {
        without(text)
            .replace(".123456789Z", ".123Z")
            .replace("23:59:60", "23:59:59")
    };
    // What could be an object of 2.0 is one, which is said, unless the bundle says so itself.
    let implied = old(&object("campaign", r#","name":"x""#));
    accepted(&implied);
    let rules = |bundle: &str| {
        let bundle = bundle.replace("[]", &format!("[{implied}]"));
        let mut checker = Checker::new(CheckOptions::default());
        let mut rules = Vec::new();
        let limits = BundleLimits::default();
        check_bundle(&mut checker, bundle.as_bytes(), limits, |_, report| {
            rules.extend(report.problems().map(|problem| problem.rule));
        })
        .expect("a bundle");
        rules
    };
    let said = r#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","spec_version":"2.0","objects":[]}"#;
    assert!(rules(said).is_empty());
    assert_eq!(
        rules(&said.replace(r#""spec_version":"2.0","#, "")),
        ["stix.3.2.implied-version"]
    );
    for object in [
        object("campaign", r#","name":"x","confidence":5"#),
        object("x-unknown", r#","lang":"en""#),
        object(
            "x-unknown",
            &format!(
                r#","extensions":{{"extension-definition--{UUID}":{{"extension_type":"new-sdo"}}}}"#
            ),
        ),
    ] {
        refused(&old(&object), "stix.3.2.spec-version-missing");
        let stated = object.replace(r#""2.1""#, r#""2.0""#);
        refused(&stated, "stix.3.2.spec-version");
    }
    // No observable stood by itself in 2.0.
    let observable = format!(
        r#"{{"type":"url","id":"url--{UUID}","spec_version":"2.0","value":"http://a.example"}}"#
    );
    refused(&observable, "stix.3.2.spec-version");
    let stated = object("campaign", r#","name":"x""#).replace(r#""2.1""#, r#""2.0""#);
    let warned = report(&stated).warnings;
    assert!(
        warned.iter().any(|w| w.rule == "stix.3.2.older-version"),
        "{warned:#?}"
    );
}

#[test]
fn a_granular_marking_of_2_0_is_no_language() {
    let old = |marking: &str| {
        format!(
            r#"{{"type":"campaign","id":"campaign--{UUID}","created":"2017-01-01T00:00:00.000Z","modified":"2017-01-01T00:00:00.000Z","name":"x","granular_markings":[{{{marking},"selectors":["name"]}}]}}"#
        )
    };
    accepted(&old(&format!(
        r#""marking_ref":"marking-definition--{UUID}""#
    )));
    refused(&old(r#""lang":"de""#), "stix.3.1.required");
}

#[test]
fn a_custom_extension_names_its_properties_as_others_do() {
    let file = |extension: &str| {
        format!(
            r#"{{"type":"file","id":"file--{UUID}","name":"x","extensions":{{"x-a-ext":{extension}}}}}"#
        )
    };
    accepted(&file(r#"{"any_1":{"Key-1":1}}"#));
    for extension in [r#"{"Any":1}"#, r#"{"a-b-c":1}"#, r#"{"ab":1}"#] {
        refused(&file(extension), "stix.11.1.name");
    }
}

#[test]
fn what_is_not_in_use_still_has_its_type() {
    let mutex = |rest: &str| format!(r#"{{"type":"mutex","id":"mutex--{UUID}","name":"x"{rest}}}"#);
    accepted(&mutex(
        r#","created":"2017-01-01T00:00:00.000Z","confidence":5,"labels":["a"]"#,
    ));
    refused(&mutex(r#","created":5"#), "stix.2.type");
    refused(&mutex(r#","confidence":101"#), "stix.2.10.range");
    refused(&mutex(r#","lang":"e n""#), "stix.rfc5646");
    refused(&mutex(r#","labels":"a""#), "stix.2.type");
    let custom = mutex(r#","confidence":"5""#).replace("mutex", "x-unknown");
    refused(&custom, "stix.2.type");
}

#[test]
fn a_container_holds_observables() {
    let container = |objects: &str| {
        object(
            "observed-data",
            &format!(
                r#","first_observed":"2017-01-01T00:00:00Z","last_observed":"2017-01-01T00:00:00Z","number_observed":1,"objects":{objects}"#
            ),
        )
    };
    accepted(&container(r#"{"0":{"type":"x-unknown","name":"x"}}"#));
    // Identifiers in a container are free of form (§2.9).
    accepted(&container(r#"{"0":{"type":"mutex","name":"x","id":"0"}}"#));
    let identity = container(r#"{"0":{"type":"identity","name":"x"}}"#);
    refused(&identity, "stix.2.13.container");
    let id = container(r#"{"0":{"type":"mutex","name":"x","id":5}}"#);
    refused(&id, "stix.2.type");
    let defanged = container(r#"{"0":{"type":"mutex","name":"x","defanged":"no"}}"#);
    refused(&defanged, "stix.2.type");
}

#[test]
fn a_translation_mirrors_what_can_be_translated() {
    let content = |contents: &str| {
        object(
            "language-content",
            &format!(r#","object_ref":"intrusion-set--{UUID}","contents":{{"de":{contents}}}"#),
        )
    };
    // What is no text in the target, or not there at all, is ignored (§7.1.1).
    accepted(&content(r#"{"confidence":5,"x_any":5,"goals":["","b"]}"#));
    accepted(&content(
        r#"{"external_references":["",{"description":"x"}]}"#,
    ));
    for wrong in [
        r#"{"name":5}"#,
        r#"{"name":["x"]}"#,
        r#"{"goals":"x"}"#,
        r#"{"goals":[{"a":"x"}]}"#,
        r#"{"external_references":[{"description":["x"]}]}"#,
    ] {
        refused(&content(wrong), "stix.7.1.value");
    }
    refused(&content(r#"{"goals":[]}"#), "stix.2.12.empty");
    refused(&content(r#"{"x_any":{}}"#), "stix.2.3.empty");
    refused(&content(r#"{"x_any":null}"#), "stix.2.null");
}

#[test]
fn an_extension_definition_names_properties() {
    let definition = |names: &str| {
        object(
            "extension-definition",
            &format!(
                r#","created_by_ref":"identity--{UUID}","name":"x","schema":"x","version":"1","extension_types":["toplevel-property-extension"],"extension_properties":{names}"#
            ),
        )
    };
    accepted(&definition(r#"["toxicity","rank_1"]"#));
    for names in [r#"["Toxicity"]"#, r#"["toxicity","ab"]"#, r#"["a-b-c"]"#] {
        refused(&definition(names), "stix.7.3.2.name");
    }
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
