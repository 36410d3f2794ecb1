//! Every type, full and good; then every property of it spoilt in every way its data type can be.

use serde_json::{Map, Value, json};
use stix::schema::{
    Entries, Format, Kind, Need, ObjectType, Property, Target, object_type_v20, object_types,
};
use stix::{CheckOptions, Checker, Report};

use crate::sample;

fn report(object: &Map<String, Value>) -> Report {
    let text = Value::Object(object.clone()).to_string();
    Checker::new(CheckOptions::default()).report(text.as_bytes())
}

#[test]
fn a_full_object_of_every_type_is_good() {
    let mut types = 0;
    for object_type in object_types() {
        let object = sample::full(object_type);
        let report = report(&object);
        assert!(
            report.errors.is_empty(),
            "{}: {:#?}",
            object_type.name(),
            report.errors
        );
        types += 1;
    }
    assert_eq!(types, 19 + 2 + 18 + 3);
}

#[test]
fn the_samples_for_the_oracle_are_checked_in() {
    let mut samples = String::new();
    for object_type in object_types() {
        samples.push_str(&Value::Object(sample::full(object_type)).to_string());
        samples.push('\n');
    }
    let new = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples.jsonl");
    std::fs::write(&new, &samples).expect("the temporary directory can be written");
    let checked_in = crate::data::text("samples.jsonl");
    assert!(
        checked_in == samples,
        "tests/data/samples.jsonl is not {}",
        new.display()
    );
}

/// Values that a data type has to refuse, each with the rule that does.
fn spoilt(kind: &'static Kind) -> Vec<(Value, &'static str)> {
    let json_type = |value: Value| (value, "stix.2.type");
    let mut bad = vec![(Value::Null, "stix.2.null")];
    match kind {
        Kind::Any | Kind::Type | Kind::OwnId | Kind::MarkingObject => {}
        Kind::SpecVersion => bad.push((json!("2.2"), "stix.3.2.spec-version")),
        Kind::Boolean => bad.extend([json_type(json!("true")), json_type(json!(1))]),
        Kind::String => bad.extend([json_type(json!(1)), json_type(json!(["text"]))]),
        Kind::Binary => bad.extend([json_type(json!(1)), (json!("a b"), "stix.2.1.base64")]),
        Kind::Hex => bad.extend([(json!("0"), "stix.2.8.hex"), (json!("AB"), "stix.2.8.hex")]),
        Kind::Integer(min, max) => {
            bad.extend([json_type(json!("1")), json_type(json!(1.5))]);
            if *min > -9_007_199_254_740_991 {
                bad.push((json!(min - 1), "stix.2.10.range"));
            }
            if *max < 9_007_199_254_740_991 {
                bad.push((json!(max + 1), "stix.2.10.range"));
            }
        }
        Kind::Float(min, max) => {
            bad.push(json_type(json!("1.5")));
            if *min > f64::MIN {
                bad.push((json!(min - 0.1), "stix.2.6.range"));
                bad.push((json!(max + 0.1), "stix.2.6.range"));
            }
        }
        Kind::Enum(_) => bad.extend([
            json_type(json!(1)),
            (json!("no-such-word"), "stix.2.4.enum"),
        ]),
        Kind::OpenVocab(_) => bad.push(json_type(json!(1))),
        Kind::Timestamp | Kind::TimestampMillis | Kind::TimestampSeconds => {
            bad.extend([
                json_type(json!(1)),
                (json!("2020-01-20"), "stix.2.16.form"),
                (json!("2020-01-20T12:31:12.123+00:00"), "stix.2.16.form"),
                (json!("2021-02-29T12:31:12.123Z"), "stix.2.16.instant"),
            ]);
            match kind {
                Kind::TimestampMillis => {
                    bad.push((json!("2020-01-20T12:31:12.12Z"), "stix.3.2.milliseconds"));
                }
                Kind::TimestampSeconds => {
                    bad.push((json!("2020-01-20T12:31:12.1Z"), "stix.6.7.6.seconds"));
                }
                _ => {}
            }
        }
        Kind::Reference(target) => {
            bad.extend([
                json_type(json!(1)),
                (json!("campaign"), "stix.2.9.form"),
                (
                    json!("mutex--8e2e2d2b-17d4-0cbf-938f-98ee46b3cd3f"),
                    "stix.2.9.uuid",
                ),
                (
                    json!("mutex--8e2e2d2b-17d4-4cbf-c38f-98ee46b3cd3f"),
                    "stix.2.9.uuid",
                ),
                (
                    json!("bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"),
                    "stix.3.3.target",
                ),
            ]);
            if *target != Target::Object {
                let other = "language-content--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
                bad.push((json!(other), "stix.3.3.target"));
            }
        }
        Kind::List(item) => {
            bad.extend([json_type(json!("text")), (json!([]), "stix.2.12.empty")]);
            bad.extend(
                spoilt(item)
                    .into_iter()
                    .map(|(value, rule)| (json!([value]), rule)),
            );
        }
        Kind::Hashes => bad.extend([
            json_type(json!("text")),
            (json!({}), "stix.2.7.empty"),
            (json!({"MD5": "text"}), "stix.2.7.value"),
            (json!({"MD5": 1}), "stix.2.type"),
            (json!({"no": "text"}), "stix.2.7.key"),
            (json!({"né?": "text"}), "stix.2.7.key"),
        ]),
        Kind::Dictionary(entries) => {
            bad.extend([
                json_type(json!("text")),
                (json!({}), "stix.2.3.empty"),
                (json!({"a b": 1}), "stix.2.3.key"),
                (json!({"k".repeat(251): 1}), "stix.2.3.key"),
            ]);
            let wrong = match entries {
                Entries::Any => (json!({"key": null}), "stix.2.null"),
                Entries::Strings | Entries::StringLists => (json!({"key": 1}), "stix.2.3.value"),
                Entries::Integers => (json!({"key": "text"}), "stix.2.3.value"),
                Entries::IntegersOrStrings => (json!({"key": true}), "stix.2.3.value"),
            };
            bad.push(wrong);
        }
        Kind::Structure(structure) => {
            bad.push(json_type(json!("text")));
            for property in structure.properties {
                bad.extend(in_structure(structure.properties, structure.name, property));
            }
        }
        Kind::Extensions => bad.extend([
            json_type(json!([])),
            (json!({}), "stix.2.3.empty"),
            (
                json!({"extension-definition--1": {"extension_type": "new-sdo"}}),
                "stix.7.3.id",
            ),
            (json!({"Foo": {"a_b": 1}}), "stix.11.3.name"),
        ]),
        Kind::Contents => bad.extend([
            json_type(json!([])),
            (json!({"español": {"name": "x"}}), "stix.7.1.key"),
            (json!({"es": "x"}), "stix.7.1.value"),
            (json!({"es": {"name": 1}}), "stix.7.1.value"),
        ]),
        Kind::Container => bad.extend([
            (json!([]), "stix.2.13.container"),
            (json!({}), "stix.2.13.container"),
            (json!({"0": {"name": "x"}}), "stix.2.13.container"),
            (
                json!({"0": {"type": "email-addr", "value": "a@b.c", "belongs_to_ref": "1"}}),
                "stix.2.13.reference",
            ),
        ]),
        Kind::Formatted(format) => {
            bad.push(json_type(json!(1)));
            bad.extend(badly_formatted(*format).map(|(text, rule)| (json!(text), rule)));
        }
    }
    bad
}

/// A text that a form refuses, where it is a MUST.
fn badly_formatted(format: Format) -> Option<(&'static str, &'static str)> {
    Some(match format {
        Format::Language => ("en_US", "stix.rfc5646"),
        Format::Uri => ("not a uri", "stix.rfc3986"),
        Format::DomainName => ("a..b", "stix.6.4.value"),
        Format::EmailAddress => ("Jane <jane@example.com>", "stix.6.5.value"),
        Format::Ipv4 => ("256.1.1.1", "stix.6.8.value"),
        Format::Ipv6 => ("198.51.100.3", "stix.6.9.value"),
        Format::Mac => ("00:00:AB:cd:ef:01", "stix.6.10.value"),
        Format::Cpe => ("cpe:/a:x", "stix.6.14.cpe"),
        Format::CharacterSet => ("no such", "stix.3.9.1.charset"),
        Format::RelationshipType => ("Uses", "stix.5.1.type"),
        Format::RegistryKey => ("HKLM\\system", "stix.6.17.hive"),
        Format::MediaType
        | Format::Country
        | Format::AdministrativeArea
        | Format::LowerHyphen
        | Format::Lower
        | Format::Protocol
        | Format::PriorityClass => return None,
    })
}

/// One property of a structure, missing or spoilt, the rest of it good.
fn in_structure(
    properties: &'static [Property],
    owner: &str,
    property: &'static Property,
) -> Vec<(Value, &'static str)> {
    let Value::Object(good) = sample::structure(properties, owner) else {
        return Vec::new();
    };
    let mut bad = Vec::new();
    if property.need == Need::Required {
        let mut without = good.clone();
        without.remove(property.name);
        bad.push((Value::Object(without), "stix.3.1.required"));
    }
    for (value, rule) in spoilt(&property.kind) {
        let mut object = good.clone();
        object.insert(property.name.to_owned(), value);
        bad.push((Value::Object(object), rule));
    }
    bad
}

fn check_refused(object_type: &ObjectType, object: &Map<String, Value>, what: &str, rule: &str) {
    let errors = report(object).errors;
    let name = object_type.name();
    assert!(
        errors.iter().any(|error| error.rule == rule),
        "{name} {what}: {rule} in {errors:#?}"
    );
}

#[test]
fn every_spoilt_property_of_every_type_is_refused_for_its_reason() {
    let mut mutations = 0;
    for object_type in object_types() {
        let good = sample::full(object_type);
        for property in object_type
            .structure
            .properties
            .iter()
            .chain(object_type.common)
        {
            let name = property.name;
            // Without it, what STIX 2.0 has too is an object of STIX 2.0 (§3.2).
            let older = name == "spec_version" && object_type_v20(object_type.name()).is_some();
            if property.need == Need::Required && name != "type" && !older {
                let mut object = good.clone();
                object.remove(name);
                check_refused(object_type, &object, name, "stix.3.1.required");
                mutations += 1;
            }
            if property.need == Need::Forbidden {
                continue;
            }
            for (value, rule) in spoilt(&property.kind) {
                if name == "type" {
                    continue;
                }
                let mut object = good.clone();
                let what = format!("{name}={value}");
                object.insert(name.to_owned(), value);
                check_refused(object_type, &object, &what, rule);
                mutations += 1;
            }
        }
        for (what, change, rule) in [
            ("type", json!({"type": 1}), "stix.2.type"),
            ("type", json!({"type": "Upper"}), "stix.3.1.type-name"),
            (
                "id of another type",
                json!({"id": "x-a--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}),
                "stix.2.9.prefix",
            ),
            (
                "short id",
                json!({"id": format!("{}--1", object_type.name())}),
                "stix.2.9.form",
            ),
            ("reserved", json!({"severity": 1}), "stix.3.8.reserved"),
            (
                "null in the unknown",
                json!({"x_y": [{"z": null}]}),
                "stix.2.null",
            ),
            (
                "empty list in the unknown",
                json!({"x_y": {"z": []}}),
                "stix.2.12.empty",
            ),
            ("name", json!({"Bad Name": 1}), "stix.11.1.name"),
        ] {
            let mut object = good.clone();
            object.extend(change.as_object().expect("an object").clone());
            check_refused(object_type, &object, what, rule);
            mutations += 1;
        }
    }
    assert!(mutations > 3_500, "{mutations} mutations");
}

#[test]
fn every_spoilt_property_of_every_predefined_extension_is_refused_for_its_reason() {
    let mut mutations = 0;
    for object_type in object_types() {
        for extension in object_type.extensions {
            for property in extension.properties {
                for (value, rule) in in_structure(extension.properties, extension.name, property) {
                    let mut object = sample::full(object_type);
                    let what = format!("{} {}={value}", extension.name, property.name);
                    object["extensions"][extension.name] = value;
                    check_refused(object_type, &object, &what, rule);
                    mutations += 1;
                }
            }
        }
    }
    assert!(mutations > 350, "{mutations} mutations");
}
