//! What the demo passes besides ATT&CK: STIX of its own making, with the same identifiers in every run, so that one run
//! can be compared with another.

/// A bundle of simple indicators of the demo's own making.
pub(super) fn sightings(seed: &str, count: u32) -> Vec<u8> {
    let objects: Vec<serde_json::Value> = (1..=count)
        .map(|number| {
            serde_json::json!({
                "type": "indicator",
                "spec_version": "2.1",
                "id": format!("indicator--{}", uuid_from(seed, number)),
                "created": "2021-12-07T15:00:00.000Z",
                "modified": "2021-12-07T15:00:00.000Z",
                "name": format!("Host seen in incident {number}"),
                "pattern": format!("[ipv4-addr:value = '198.51.100.{number}']"),
                "pattern_type": "stix",
                "valid_from": "2021-12-07T15:00:00Z",
            })
        })
        .collect();
    bundle(&objects)
}

/// A bundle with one note.
pub(super) fn note(words: &str) -> Vec<u8> {
    bundle(&[serde_json::json!({
        "type": "note",
        "spec_version": "2.1",
        "id": format!("note--{}", uuid_from("note", 1)),
        "created": "2021-12-08T09:00:00.000Z",
        "modified": "2021-12-08T09:00:00.000Z",
        "content": words,
        "object_refs": [format!("indicator--{}", uuid_from("cyber", 1))],
    })])
}

fn bundle(objects: &[serde_json::Value]) -> Vec<u8> {
    let bundle = serde_json::json!({
        "type": "bundle",
        "id": format!("bundle--{}", uuid_from("bundle", 0)),
        "objects": objects,
    });
    bundle.to_string().into_bytes()
}

fn uuid_from(seed: &str, number: u32) -> uuid::Uuid {
    uuid::Uuid::new_v5(
        &uuid::Uuid::NAMESPACE_OID,
        format!("chancery demo {seed} {number}").as_bytes(),
    )
}
