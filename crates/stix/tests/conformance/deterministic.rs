//! Deterministic identifiers against those of PyPI `stix2`, over every observable in the data.
//!
//! `tests/oracle/deterministic_ids.py` made the fixture.

use std::collections::BTreeSet;

use serde_json::Value;
use stix::tree::Arena;

use crate::data;

#[test]
fn equal_those_of_python_stix2() {
    let text = data::text("deterministic-ids.jsonl.zst");
    let mut types = BTreeSet::new();
    let (mut compared, mut without) = (0, 0);
    let mut wrong = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("a line of JSON");
        if row["id"].is_object() {
            continue; // stix2 refuses to look at this one
        }
        let object = row["object"].to_string();
        let mut arena = Arena::default();
        let tree = arena.parse(object.as_bytes()).expect("JSON");
        let ours = stix::deterministic::id_of(tree.root()).map(|id| id.to_string());
        if ours.as_deref() != row["id"].as_str() {
            wrong.push(format!("{ours:?} is not {} of {object}", row["id"]));
        }
        compared += 1;
        without += usize::from(ours.is_none());
        types.insert(row["object"]["type"].as_str().expect("type").to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(types.len(), 18, "{types:?}");
    assert!(
        compared > 380 && without >= 20,
        "{compared} compared, {without} without"
    );
}
