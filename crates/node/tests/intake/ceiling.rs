//! The marking ceiling: the strictest marking anywhere in an object decides.

use node::request::NewTrack;
use serde_json::{Value, json};

use crate::world::{Intake, address, told};

const AMBER_1: &str = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
const RED_1: &str = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
const WHITE_1: &str = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
const CLEAR_2: &str = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
const GREEN_2: &str = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const AMBER_2: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
const STRICT_2: &str = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
const RED_2: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
const UNKNOWN: &str = "marking-definition--4a0042fe-8b88-40fe-9600-dfa128ce6fbd";

async fn under(ceiling: Option<&str>) -> Intake {
    Intake::with(NewTrack {
        marking_ceiling: ceiling.map(str::to_owned),
        ..NewTrack::default()
    })
    .await
}

fn marked(number: u8, refs: &[&str]) -> Value {
    let mut object = address(number);
    object["object_marking_refs"] = json!(refs);
    object
}

fn partly(number: u8, marking: &str, selectors: &Value) -> Value {
    let mut object = address(number);
    object["granular_markings"] = json!([{ "marking_ref": marking, "selectors": selectors }]);
    object
}

#[tokio::test]
async fn each_level_stops_what_is_above_it() {
    let objects = json!([
        address(1),
        marked(2, &[WHITE_1]),
        marked(3, &[CLEAR_2]),
        marked(4, &[GREEN_2]),
        marked(5, &[AMBER_1]),
        marked(6, &[AMBER_2]),
        marked(7, &[STRICT_2]),
        marked(8, &[RED_1]),
        marked(9, &[RED_2]),
        marked(10, &[UNKNOWN]),
    ]);
    for (ceiling, passed) in [
        (None, 10),
        (Some("red"), 10),
        (Some("amber+strict"), 8),
        (Some("amber"), 7),
        (Some("green"), 5),
        (Some("clear"), 4),
    ] {
        let intake = under(ceiling).await;
        let report = intake.pass(objects.to_string()).await;
        assert_eq!(report.passed, passed, "{ceiling:?}: {}", told(&report));
        assert_eq!(intake.size().await, passed + 1);
    }
}

#[tokio::test]
async fn a_part_and_a_slip_of_the_pen_count_as_the_whole() {
    let intake = under(Some("green")).await;
    let shouted = RED_2
        .to_ascii_uppercase()
        .replace("MARKING-DEFINITION", "marking-definition");
    let report = intake
        .pass(
            json!([
                partly(1, AMBER_2, &json!(["value"])),
                partly(2, RED_1, &json!(["no.such.place"])),
                partly(3, RED_1, &json!([])),
                marked(4, &[GREEN_2, WHITE_1, AMBER_1]),
                partly(5, &shouted, &json!(["value"])),
                partly(6, GREEN_2, &json!(["value"])),
                partly(7, "not an id", &json!(["value"])),
            ])
            .to_string(),
        )
        .await;
    insta::assert_snapshot!(
        told(&report).lines().map(|line| line.split(',').next().unwrap_or_default()).collect::<Vec<_>>().join("\n"),
        @r#"
        0 refused: it is marked TLP:AMBER
        1 refused: it is marked TLP:RED
        2 refused: it is marked TLP:RED
        3 refused: it is marked TLP:AMBER
        4 refused: it is marked TLP:RED
        5 passed
        6 passed
        "#
    );
}

#[tokio::test]
async fn a_definition_of_ones_own_means_what_it_says() {
    let intake = under(Some("amber")).await;
    let own = |id: &str, red: Value| {
        json!({ "type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2020-01-01T00:00:00.000Z",
            "created_by_ref": "identity--44af6c39-c09b-49c5-9de2-394224b04982" })
        .as_object()
        .unwrap()
        .clone()
        .into_iter()
        .chain(red.as_object().unwrap().clone())
        .collect::<serde_json::Map<_, _>>()
    };
    let first = "marking-definition--00000000-0000-4000-8000-000000000001";
    let second = "marking-definition--00000000-0000-4000-8000-000000000002";
    let statement = "marking-definition--00000000-0000-4000-8000-000000000003";
    let as_1 = own(
        first,
        json!({ "definition_type": "tlp", "name": "TLP:RED", "definition": { "tlp": "red" } }),
    );
    let as_2 = own(
        second,
        json!({ "extensions": { "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":
            { "extension_type": "property-extension", "tlp_2_0": "red" } } }),
    );
    let words = own(
        statement,
        json!({ "definition_type": "statement", "definition": { "statement": "Copyright" } }),
    );
    // In the same body, before and after what refers to it.
    let report = intake
        .pass(
            json!([
                as_1,
                marked(1, &[first]),
                marked(2, &[second]),
                as_2,
                words,
                marked(3, &[statement])
            ])
            .to_string(),
        )
        .await;
    let outcomes: Vec<&str> = report.outcomes.iter().map(|each| &*each.outcome).collect();
    assert_eq!(
        outcomes,
        ["passed", "refused", "refused", "passed", "passed", "passed"],
        "{}",
        told(&report)
    );
    // In another body, from what the track holds.
    let report = intake
        .pass(json!([marked(4, &[first]), marked(5, &[UNKNOWN])]).to_string())
        .await;
    insta::assert_snapshot!(told(&report).lines().next().unwrap_or_default(), @"0 refused: it is marked TLP:RED, and nothing above amber is passed on this track");
    assert_eq!((report.passed, report.refused), (1, 1));
}
