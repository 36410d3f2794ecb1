//! Real data and the standard's examples, judged.
//!
//! What is wrong with them is listed in `tests/data/known-faults.tsv`, each with the section that
//! says so; everything else has no error.

use std::collections::BTreeSet;

use stix::{CheckOptions, Checker, check_bundle};

use crate::data;

type Fault = (String, String, String, String);

fn known_faults() -> BTreeSet<Fault> {
    let text = data::text("known-faults.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [file, index, path, rule, why] = fields[..] else {
            panic!("{line}")
        };
        assert!(!why.is_empty(), "{line}");
        (
            file.to_owned(),
            index.to_owned(),
            path.to_owned(),
            rule.to_owned(),
        )
    })
    .collect()
}

#[test]
fn the_errors_in_all_data_are_the_known_ones() {
    let mut found = BTreeSet::new();
    let mut objects = 0;
    for file in data::files() {
        let bytes = data::bytes(&file);
        let mut checker = Checker::new(CheckOptions::default());
        let whole = check_bundle(
            &mut checker,
            &bytes[..],
            stix::BundleLimits::default(),
            |piece, report| {
                objects += 1;
                for error in report.errors {
                    let index = piece.index.to_string();
                    found.insert((file.clone(), index, error.path, error.rule.to_owned()));
                }
            },
        )
        .expect("a bundle");
        for error in whole.errors {
            found.insert((
                file.clone(),
                "bundle".to_owned(),
                error.path,
                error.rule.to_owned(),
            ));
        }
    }
    assert!(objects > 57_000, "{objects} objects");
    let known = known_faults();
    let unexpected: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        unexpected.is_empty() && gone.is_empty(),
        "new: {unexpected:#?}\ngone: {gone:#?}"
    );
}

#[test]
fn the_specification_s_examples() {
    let text = data::text("oasis-spec-examples/stix-v2.1-errata01-examples.jsonl.zst");
    let mut found = BTreeSet::new();
    let mut checker = Checker::new(CheckOptions::default());
    for (index, line) in text.lines().enumerate() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let object = line["object"].to_string();
        let limits = stix::BundleLimits::default();
        let mut errors = Vec::new();
        let whole = check_bundle(&mut checker, object.as_bytes(), limits, |_, report| {
            errors.extend(report.errors);
        });
        errors.extend(whole.expect("an object or a bundle").errors);
        for error in errors {
            let place = (index.to_string(), error.path, error.rule.to_owned());
            found.insert(("spec-example".to_owned(), place.0, place.1, place.2));
        }
    }
    assert_eq!(text.lines().count(), 184);
    let known: BTreeSet<Fault> = data::text("known-faults-of-spec-examples.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [index, path, rule, why] = fields[..] else {
                panic!("{line}")
            };
            assert!(!why.is_empty(), "{line}");
            (
                "spec-example".to_owned(),
                index.to_owned(),
                path.to_owned(),
                rule.to_owned(),
            )
        })
        .collect();
    assert_eq!(found, known);
}

#[test]
fn common_objects_are_without_fault() {
    let mut checker = Checker::new(CheckOptions::default());
    for object in data::objects(&data::bytes("common-objects/tlp-1-and-2.json")) {
        let report = checker.report(&object);
        assert!(report.errors.is_empty(), "{report:?}");
        let only_url = report
            .warnings
            .iter()
            .all(|warning| warning.rule != "stix.7.2.1.type");
        assert!(only_url, "{report:?}");
    }
}

#[test]
fn every_object_is_taken_and_kept() {
    let (mut taken, mut refused) = (0, Vec::new());
    for file in data::files() {
        for object in data::objects(&data::bytes(&file)) {
            let admitted = json::admit(&object, &json::Limits::default());
            match stix::Object::admit(&object) {
                Ok(kept) => {
                    assert_eq!(kept.bytes(), admitted.expect("it was taken").as_bytes());
                    // Read anew by the other reader, it says the same.
                    let mut arena = stix::tree::Arena::default();
                    let tree = arena.parse(&object).expect("JSON");
                    assert_eq!(kept.bytes(), tree.root().to_canonical().as_bytes());
                    taken += 1;
                }
                Err(error) => refused.push(error.to_string()),
            }
        }
    }
    // Identifiers that are none; everything else passes, valid or not.
    assert!(
        refused.iter().all(|error| error.contains("identifier")),
        "{refused:#?}"
    );
    assert!(
        taken > 57_000 && refused.len() < 10,
        "{taken} taken, {} refused",
        refused.len()
    );
}
