//! Between the last clearance and the record: whatever fails, nothing is lost and nothing is passed twice.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use node::request::NewTrack;
use serde_json::{Value, json};
use store::When;
use testkit::samples::indicators;

use crate::world::{Intake, TRACK};

const WAIT_MAX: Duration = Duration::from_secs(30);

/// Three objects that wait under a status, and an officer.
async fn waiting() -> (Intake, String) {
    let mut intake = Intake::with(NewTrack {
        clearance: 1,
        ..NewTrack::default()
    })
    .await;
    intake.user("ann", "analyst").await;
    intake.user("otto", "officer").await;
    let path = format!("/taxii2/local/collections/{TRACK}/objects/");
    let body = format!("{{\"objects\":{}}}", indicators("x", 0..3));
    let (status, answer) = intake.taxii("ann", Method::POST, &path, body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    (intake, answer["id"].as_str().unwrap().to_owned())
}

async fn counts(intake: &Intake, status: &str) -> [u64; 3] {
    let path = format!("/taxii2/local/status/{status}/");
    let (_, answer) = intake.taxii("ann", Method::GET, &path, "").await;
    ["pending_count", "success_count", "failure_count"].map(|name| answer[name].as_u64().unwrap())
}

/// Clears all; the node goes down at the fault and comes back by itself.
async fn survives(operation: &str, when: When) {
    let (mut intake, status) = waiting().await;
    intake.party().faults().fail(operation, 1, when);
    let body = json!({ "items": [1, 2, 3] }).to_string();
    // What it answers depends on where it failed; what holds afterwards does not.
    let _ = intake
        .ask("otto", Method::POST, "/api/v1/outbox/clear", body)
        .await;
    assert_eq!(
        intake.party().faults().pending(),
        0,
        "{operation} was tested"
    );
    intake.world.party_mut(0).restart().await;
    let begun = Instant::now();
    while counts(&intake, &status).await != [0, 3, 0] {
        if operation == "decide" && when == When::Before {
            // Nothing was decided: it is decided now.
            intake.decide("otto", "clear", &[1, 2, 3]).await;
        }
        assert!(
            begun.elapsed() < WAIT_MAX,
            "{operation} {when:?}: {:?}",
            counts(&intake, &status).await
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        (intake.size().await, intake.listed(TRACK).await),
        (4, 3),
        "{operation} {when:?}"
    );
    for number in 1..=3 {
        let shown = intake
            .get("otto", &format!("/api/v1/outbox/{number}"))
            .await;
        assert_eq!(shown["state"], "passed", "{operation} {when:?}");
        assert_eq!(
            shown["item"],
            format!("inbox/a/{number}"),
            "{operation} {when:?}"
        );
    }
    intake.world.audit().await;
}

#[tokio::test]
async fn a_crash_at_any_write_loses_nothing_and_passes_nothing_twice() {
    for operation in [
        "decide",
        "append",
        "advance",
        "settle_outbox",
        "settle_status",
        "told",
    ] {
        for when in [When::Before, When::After] {
            survives(operation, when).await;
        }
    }
}

#[tokio::test]
async fn a_post_that_fails_waits_whole_or_not_at_all() {
    for when in [When::Before, When::After] {
        let (intake, _) = waiting().await;
        intake.party().faults().fail("wait", 1, when);
        let path = format!("/api/v1/pass?track={TRACK}");
        let (status, _) = intake
            .ask("ann", Method::POST, &path, indicators("y", 0..2))
            .await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let outbox = intake.get("otto", "/api/v1/outbox").await;
        let expected = if when == When::Before { 3 } else { 5 };
        assert_eq!(outbox["waiting"], expected, "{when:?}");
        // Posting it again is what a client does, and makes no difference.
        intake
            .ask("ann", Method::POST, &path, indicators("y", 0..2))
            .await;
        assert_eq!(intake.get("otto", "/api/v1/outbox").await["waiting"], 5);
    }
}

#[tokio::test]
async fn what_all_cleared_while_the_window_was_full_follows_by_itself() {
    use testkit::{World, WorldTrack};
    let mut world = World::without_dialogue(&["a", "b"]).await;
    world.party_mut(0).start().await;
    world.party_mut(1).start().await;
    let narrow = WorldTrack {
        name: "cyber",
        window_items: 2,
    };
    world.found("main", &[0, 1], &[narrow]).await;
    world.settle("cyber").await;
    let mut intake = Intake::of(world);
    intake.set("cyber", json!({ "clearance": 1 })).await;
    intake.user("otto", "officer").await;
    let passed = intake
        .party()
        .try_pass("cyber", indicators("x", 0..3))
        .await
        .unwrap();
    assert_eq!(passed.pending, 3);
    let pass = |from: usize, to: usize| intake.party().try_pass("cyber", indicators("y", from..to));
    assert_eq!(pass(0, 3).await.unwrap().pending, 3);
    assert_eq!(
        intake.decide("otto", "clear", &[1, 2, 3]).await,
        ["passed"; 3],
        "a request that begins is taken whole"
    );
    let body = json!({ "items": [4, 5, 6] });
    let decided: Value = intake.post("otto", "/api/v1/outbox/clear", body).await;
    assert!(
        decided["held_back"]
            .as_str()
            .unwrap()
            .contains("has not receipted"),
        "{decided}"
    );
    assert_eq!(crate::world::words(&decided), ["cleared"; 3]);
    // Receipts come, and nobody has to ask again.
    intake.world.settle("cyber").await;
    let size = intake.size_of("cyber").await;
    intake.decide("otto", "clear", &[99]).await;
    assert_eq!(intake.size_of("cyber").await, size + 3);
}
