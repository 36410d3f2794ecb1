//! One node with a track of its own.

use serde_json::{Value, json};

use crate::world::{Desk, TestClock, indicator};

async fn with_track() -> Desk {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    let track = desk
        .post("/tracks", json!({ "name": "watchlist", "title": "Our own", "access": "closed", "window_items": 1, "window_days": 1 }))
        .await;
    assert_eq!(
        (
            &track["title"],
            &track["logs"][0]["size"],
            &track["logs"][0]["state"]
        ),
        (&json!("Our own"), &json!(1), &json!("open")),
        "entry 0 is the charter"
    );
    desk
}

fn counts(report: &Value) -> [u64; 4] {
    ["passed", "already_held", "refused", "size"].map(|name| report[name].as_u64().unwrap())
}

#[tokio::test]
async fn what_is_passed_again_is_held_already() {
    let desk = with_track().await;
    // The track has a window of one item, and nobody who could receipt: it never holds back.
    let bundle = json!({ "type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
        "objects": [indicator(1, "one"), indicator(2, "two")] });
    let first = desk.post("/pass?track=watchlist", bundle.clone()).await;
    assert_eq!(counts(&first), [2, 0, 0, 3]);
    let again = desk.post("/pass?track=watchlist/watchlist", bundle).await;
    assert_eq!(counts(&again), [0, 2, 0, 3]);
    assert_eq!(again["outcomes"], json!([]));

    let item = desk.item("watchlist/alpha/2").await;
    assert_eq!(item["content"], indicator(2, "two"));
    assert_eq!(
        (&item["class"], &item["state"]),
        (&json!("information"), &json!("whole"))
    );
    assert_eq!(
        desk.item(&format!("{}#2", item["origin"].as_str().unwrap()))
            .await,
        item
    );
}

#[tokio::test]
async fn bad_objects_are_refused_alone() {
    let desk = with_track().await;
    desk.post("/pass?track=watchlist", indicator(1, "one"))
        .await;
    let list = json!([
        indicator(1, "another"),
        { "type": "indicator" },
        { "type": "dialogue-inquiry", "id": "dialogue-inquiry--8e2e2d2b-17d4-4cbf-938f-000000000001", "spec_version": "2.1" },
        { "type": "bundle", "id": "bundle--8e2e2d2b-17d4-4cbf-938f-000000000001" },
        indicator(2, "two"),
    ]);
    let report = desk.post("/pass?track=watchlist", list).await;
    assert_eq!(counts(&report), [1, 0, 4, 3]);
    let told: Vec<String> = report["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| {
            format!(
                "{} {}",
                outcome["position"],
                outcome["reason"].as_str().unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
        0 this track holds the same version of this object with other content, and nothing on the record is replaced; a change is a new version with a later `modified`
        1 the property "id" is missing
        2 objects of type dialogue-inquiry are acts, and acts are handed over by their own commands
        3 a bundle cannot be inside a bundle; send its objects
        "#);
}

#[tokio::test]
async fn the_status_says_what_is_there() {
    let desk = with_track().await;
    desk.post(
        "/pass?track=watchlist",
        json!([indicator(1, "one"), indicator(2, "two")]),
    )
    .await;
    let status = desk.get("/status").await;
    let log = &status["tracks"][0]["logs"][0];
    assert_eq!(
        (
            &log["address"],
            &log["size"],
            &log["information"],
            &log["acts"]
        ),
        (&json!("watchlist/alpha"), &json!(3), &json!(2), &json!(0))
    );
    assert_eq!(
        (&status["due_from_others"], &status["peers"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(status["now"], crate::world::BEGIN);
}
