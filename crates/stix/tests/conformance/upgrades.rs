//! STIX 2.0 upgraded, beside what others made 2.1 of it.

use std::collections::BTreeMap;

use serde_json::Value;
use stix::tree::Arena;
use stix::upgrade::{UpgradeOptions, upgrade};
use stix::{CheckOptions, Checker};

use crate::data;

fn random() -> impl FnMut() -> uuid::Uuid {
    let mut count = 0_u128;
    move || {
        count += 1;
        uuid::Builder::from_random_bytes(count.to_be_bytes()).into_uuid()
    }
}

fn canonical(text: &[u8]) -> String {
    Arena::default()
        .parse(text)
        .expect("JSON")
        .root()
        .to_canonical()
}

#[test]
fn ics_attack_becomes_what_mitre_publishes() {
    let published = data::objects(&data::bytes("attack/ics-attack-18.1.json.zst"));
    let mut published: BTreeMap<String, String> = published
        .iter()
        .map(|object| {
            let text = canonical(object);
            let value: Value = serde_json::from_str(&text).expect("JSON");
            (value["id"].as_str().expect("id").to_owned(), text)
        })
        .collect();
    // The collection object exists in the 2.1 release only.
    published.retain(|id, _| !id.starts_with("x-mitre-collection--"));
    let old = data::objects(&data::bytes("attack/ics-attack-18.1.stix20.json.zst"));
    let mut same = 0;
    for object in &old {
        let upgraded = upgrade(object, UpgradeOptions::default(), random()).expect("2.0");
        let value: Value = serde_json::from_str(&upgraded.object).expect("JSON");
        let id = value["id"].as_str().expect("id");
        assert_eq!(Some(&upgraded.object), published.get(id), "{id}");
        same += 1;
    }
    assert_eq!((same, published.len()), (1_825, 1_825));
}

#[test]
fn the_elevator_s_bundles_are_as_good_after_as_before() {
    let mut checker = Checker::new(CheckOptions::default());
    let (mut objects, mut observables) = (0, 0);
    for file in data::files()
        .iter()
        .filter(|file| file.starts_with("stix20-to-21/stix20/"))
    {
        for object in data::objects(&data::bytes(file)) {
            let before = checker.report(&object);
            let upgraded = match upgrade(&object, UpgradeOptions::default(), random()) {
                Ok(upgraded) => upgraded,
                Err(error) => {
                    let text = String::from_utf8_lossy(&object);
                    panic!("{file}: {error}: {text}");
                }
            };
            objects += 1;
            observables += upgraded.observables.len();
            for text in std::iter::once(&upgraded.object).chain(&upgraded.observables) {
                let after = checker.report(text.as_bytes());
                let derived = after
                    .warnings
                    .iter()
                    .all(|w| w.rule != "stix.2.9.deterministic");
                assert!(derived, "{file}: {text}");
                // Patterns of 2.0 are not judged before; what was wrong stays wrong.
                let new = after
                    .errors
                    .iter()
                    .filter(|error| !error.rule.starts_with("stix.9."));
                if before.errors.is_empty() {
                    assert_eq!(new.count(), 0, "{file}: {:#?} in {text}", after.errors);
                }
            }
        }
    }
    assert!(
        objects > 3_000 && observables > 25,
        "{objects} objects, {observables} observables"
    );
}

#[test]
fn observables_get_the_identifiers_the_elevator_gave_them() {
    for name in [
        "archive-file.json",
        "observable_composition.json",
        "file-and-directory.json",
    ] {
        let new = data::objects(&data::bytes(&format!("stix20-to-21/stix21/{name}")));
        let theirs: Vec<String> = new
            .iter()
            .filter_map(|object| {
                let value: Value = serde_json::from_slice(object).expect("JSON");
                Some(value["id"].as_str()?.to_owned())
            })
            .collect();
        let mut compared = 0;
        for object in data::objects(&data::bytes(&format!("stix20-to-21/stix20/{name}"))) {
            let upgraded = upgrade(&object, UpgradeOptions::default(), random()).expect("2.0");
            for ((_, id), text) in upgraded.keys.iter().zip(&upgraded.observables) {
                if text.contains("x-elevator-") {
                    continue; // nothing says what contributes to it
                }
                // Where the elevator puts lost properties into an extension of its own, the
                // identifier of a file, to which extensions contribute, is another.
                if text.contains("extensions") || text.contains("parent_directory_ref") {
                    continue;
                }
                assert!(
                    theirs.iter().any(|other| other == id.as_str()),
                    "{name}: {id} {text}"
                );
                compared += 1;
            }
        }
        assert!(compared > 0, "{name}");
    }
}
