//! Clearance: what waits has not left, who decides, and what becomes of it.

use http::{Method, StatusCode};
use node::request::NewTrack;
use serde_json::{Value, json};
use testkit::{
    World,
    samples::{indicator, indicator_id, indicator_saying, indicators},
};

use crate::world::{Intake, TRACK, told, words};

/// A private track whose charter asks for so many officers, and people.
async fn asking_for(officers: u8) -> Intake {
    let mut intake = Intake::with(NewTrack {
        clearance: officers,
        ..NewTrack::default()
    })
    .await;
    for (name, role) in [
        ("ann", "analyst"),
        ("otto", "officer"),
        ("olga", "officer"),
        ("oleg", "officer"),
    ] {
        intake.user(name, role).await;
    }
    intake
}

async fn posted(intake: &Intake, user: &str, body: impl Into<Vec<u8>>) -> Value {
    let path = format!("/api/v1/pass?track={TRACK}&tell=all");
    let (status, bytes) = intake.ask(user, Method::POST, &path, body).await;
    assert_eq!(
        status,
        StatusCode::OK,
        "{}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes).unwrap()
}

/// Posts as a TAXII client does and gives the id of the status.
async fn posted_by_tool(intake: &Intake, user: &str, body: String) -> Value {
    let path = format!("/taxii2/local/collections/{TRACK}/objects/");
    let (status, answer) = intake.taxii(user, Method::POST, &path, body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    answer
}

async fn status_of(intake: &Intake, user: &str, id: &Value) -> [u64; 3] {
    let path = format!("/taxii2/local/status/{}/", id.as_str().unwrap());
    let (status, answer) = intake.taxii(user, Method::GET, &path, "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    ["pending_count", "success_count", "failure_count"].map(|name| answer[name].as_u64().unwrap())
}

#[tokio::test]
async fn what_waits_has_not_left() {
    // With another party: nothing may be offered to it.
    let mut intake = Intake::of(World::of(&["a", "b"], "cyber").await);
    intake.set("cyber", json!({ "clearance": 1 })).await;
    intake.user("otto", "officer").await;
    let report = intake
        .party()
        .try_pass("cyber", indicators("x", 0..3))
        .await
        .unwrap();
    assert_eq!((report.pending, report.passed), (3, 0));
    assert_eq!(
        intake.size_of("cyber").await,
        1,
        "only the charter is on the record"
    );
    assert_eq!(
        intake.listed("cyber").await,
        0,
        "nothing is in the collection"
    );
    intake.world.settle("cyber").await;
    let (a, b) = (intake.world.party(0), intake.world.party(1));
    let offered = b
        .node()
        .store()
        .log(b.log("cyber", a).id)
        .await
        .unwrap()
        .unwrap()
        .size;
    let before = offered;
    assert_eq!(
        intake.decide("otto", "clear", &[1, 2, 3]).await,
        ["passed"; 3]
    );
    intake.world.settle("cyber").await;
    assert_eq!(intake.listed("cyber").await, 3);
    let offered = b
        .node()
        .store()
        .log(b.log("cyber", a).id)
        .await
        .unwrap()
        .unwrap()
        .size;
    assert!(
        offered >= before + 3,
        "and now it is offered: {before}, {offered}"
    );
    intake.world.audit().await;
}

#[tokio::test]
async fn one_officer_clears_and_the_order_stays() {
    let intake = asking_for(1).await;
    let report = posted(&intake, "ann", indicators("x", 0..3)).await;
    assert_eq!(
        (&report["pending"], &report["size"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(report["outcomes"][1]["outbox"], 2);
    // Cleared backwards, one by one; what is cleared together goes in the order of posting.
    assert_eq!(intake.decide("otto", "clear", &[3]).await, ["passed"]);
    assert_eq!(
        intake.decide("otto", "clear", &[2, 1]).await,
        ["passed", "passed"]
    );
    let node = intake.party().node();
    let track = node.directory().track(TRACK).unwrap();
    let objects = node.store().objects(track.id, 0, 10).await.unwrap();
    let ids: Vec<String> = objects.into_iter().map(|each| each.key.stix_id).collect();
    assert_eq!(ids, [2, 0, 1].map(|number| indicator_id("x", number)));
    // Everything about it is known afterwards, but for its content.
    let shown = intake.get("otto", "/api/v1/outbox/2").await;
    assert_eq!(
        (
            &shown["state"],
            &shown["item"],
            &shown["content"],
            &shown["posts"][0]["by"],
            &shown["decisions"][0]["officer"]
        ),
        (
            &json!("passed"),
            &json!("inbox/a/3"),
            &Value::Null,
            &json!("ann"),
            &json!("otto")
        )
    );
    assert_eq!(
        intake.get("otto", "/api/v1/outbox").await["items"],
        json!([])
    );
}

#[tokio::test]
async fn two_officers_are_two_people() {
    let intake = asking_for(2).await;
    posted(&intake, "otto", indicators("x", 0..2)).await;
    assert_eq!(
        intake.decide("otto", "clear", &[1]).await,
        ["own_post"],
        "never the one who posted"
    );
    assert_eq!(intake.decide("olga", "clear", &[1]).await, ["counted"]);
    assert_eq!(intake.decide("olga", "clear", &[1]).await, ["again"]);
    assert_eq!(intake.size().await, 1, "one is not two");
    assert_eq!(intake.decide("otto", "clear", &[1]).await, ["own_post"]);
    assert_eq!(
        intake.decide("oleg", "clear", &[1, 2]).await,
        ["passed", "counted"]
    );
    assert_eq!(
        intake.decide("olga", "clear", &[1, 9]).await,
        ["decided_before", "unknown"]
    );
    assert_eq!(intake.size().await, 2);
    // Who posts it too has no say any more, even who had one.
    posted(&intake, "oleg", indicator("x", 1)).await;
    assert_eq!(intake.decide("oleg", "clear", &[2]).await, ["own_post"]);
    // One who refuses is enough, also one who had cleared it.
    assert_eq!(intake.decide("oleg", "refuse", &[2]).await, ["refused"]);
    assert_eq!(
        intake.decide("olga", "clear", &[2]).await,
        ["decided_before"]
    );
    assert_eq!(intake.size().await, 2);
}

#[tokio::test]
async fn a_party_may_be_stricter_than_the_charter_and_not_laxer() {
    let intake = asking_for(2).await;
    intake.set(TRACK, json!({ "clearance": 0 })).await;
    let report = posted(&intake, "ann", indicator("x", 0)).await;
    assert_eq!(report["pending"], 1);
    let shown = intake.get("otto", "/api/v1/outbox/1").await;
    assert_eq!(
        (&shown["officers"], &shown["missing"]),
        (&json!(2), &json!(2))
    );
    intake.set(TRACK, json!({ "clearance": 3 })).await;
    posted(&intake, "ann", indicator("x", 1)).await;
    assert_eq!(intake.get("otto", "/api/v1/outbox/2").await["officers"], 3);
}

#[tokio::test]
async fn only_officers_decide_and_only_what_they_may_read() {
    let mut intake = asking_for(1).await;
    intake.user("dora", "drafter").await;
    intake.user("opal", "operator").await;
    intake.stranger("oskar", "officer").await;
    posted(&intake, "ann", indicator("x", 0)).await;
    let body = json!({ "items": [1] });
    for user in ["ann", "dora", "opal"] {
        for path in ["/api/v1/outbox/clear", "/api/v1/outbox/refuse"] {
            assert_eq!(
                intake.word(user, Method::POST, path, body.clone()).await,
                "403 forbidden",
                "{user}"
            );
        }
        for path in ["/api/v1/outbox", "/api/v1/outbox/1"] {
            assert_eq!(
                intake.word(user, Method::GET, path, json!({})).await,
                "403 forbidden",
                "{user}"
            );
        }
    }
    // An officer to whom the collection was not granted does not see what waits for it.
    assert_eq!(
        intake.get("oskar", "/api/v1/outbox").await["items"],
        json!([])
    );
    assert_eq!(
        intake
            .word("oskar", Method::GET, "/api/v1/outbox/1", json!({}))
            .await,
        "404 not_found"
    );
    assert_eq!(intake.decide("oskar", "clear", &[1]).await, ["unknown"]);
    assert_eq!(intake.size().await, 1);
    for (body, word) in [
        (json!({}), "422 invalid"),
        (json!({ "items": [1], "request": "x" }), "422 invalid"),
        (json!({ "request": "x" }), "422 invalid"),
        (
            json!({ "request": "0f6b3a52-5d2e-4a57-9c1a-b8f2f39f0f10" }),
            "404 not_found",
        ),
    ] {
        assert_eq!(
            intake
                .word("otto", Method::POST, "/api/v1/outbox/clear", body.clone())
                .await,
            word,
            "{body}"
        );
    }
    let silent = json!({ "items": [1], "reason": " " });
    assert_eq!(
        intake
            .word("otto", Method::POST, "/api/v1/outbox/refuse", silent)
            .await,
        "422 invalid"
    );
    for path in ["/api/v1/outbox/x", "/api/v1/outbox/99"] {
        assert_eq!(
            intake.word("otto", Method::GET, path, json!({})).await,
            "404 not_found"
        );
    }
    for query in ["state=gone", "request=x", "track=other"] {
        let path = format!("/api/v1/outbox?{query}");
        let word = intake.word("otto", Method::GET, &path, json!({})).await;
        assert!(
            word == "422 invalid" || word == "404 not_found",
            "{query}: {word}"
        );
    }
}

#[tokio::test]
async fn a_tool_sees_pending_and_then_how_it_came_out() {
    let intake = asking_for(1).await;
    let answer = posted_by_tool(
        &intake,
        "ann",
        format!("{{\"objects\":{}}}", indicators("x", 0..3)),
    )
    .await;
    let id = &answer["id"];
    assert_eq!(answer["status"], "pending");
    assert_eq!(status_of(&intake, "ann", id).await, [3, 0, 0]);
    let again = posted_by_tool(
        &intake,
        "ann",
        format!("{{\"objects\":[{}]}}", indicator("x", 1)),
    )
    .await;
    // Nothing can be read meanwhile.
    let objects = format!("/taxii2/local/collections/{TRACK}/objects/");
    assert_eq!(
        intake.taxii("ann", Method::GET, &objects, "").await,
        (StatusCode::OK, json!({}))
    );
    let manifest = format!("/taxii2/local/collections/{TRACK}/manifest/");
    assert_eq!(
        intake.taxii("ann", Method::GET, &manifest, "").await,
        (StatusCode::OK, json!({}))
    );
    let one = format!(
        "/taxii2/local/collections/{TRACK}/objects/{}/",
        indicator_id("x", 0)
    );
    assert_eq!(
        intake.taxii("ann", Method::GET, &one, "").await.0,
        StatusCode::NOT_FOUND
    );

    assert_eq!(intake.decide("otto", "clear", &[1]).await, ["passed"]);
    assert_eq!(status_of(&intake, "ann", id).await, [2, 1, 0]);
    assert_eq!(intake.decide("otto", "refuse", &[2]).await, ["refused"]);
    assert_eq!(status_of(&intake, "ann", id).await, [1, 1, 1]);
    assert_eq!(
        status_of(&intake, "ann", &again["id"]).await,
        [0, 0, 1],
        "who posted it again is told too"
    );
    // All of a request at once.
    let decided = intake
        .post("otto", "/api/v1/outbox/clear", json!({ "request": id }))
        .await;
    assert_eq!(words(&decided), ["passed"]);
    assert_eq!(status_of(&intake, "ann", id).await, [0, 2, 1]);
    let path = format!("/taxii2/local/status/{}/", id.as_str().unwrap());
    let (_, status) = intake.taxii("ann", Method::GET, &path, "").await;
    assert_eq!(status["status"], "complete");
    let failure = &status["failures"][0];
    assert_eq!(
        failure["message"], "it was not cleared: because",
        "{status}"
    );
}

#[tokio::test]
async fn duplicates_wait_with_the_first_and_contradictions_do_not() {
    let intake = asking_for(1).await;
    let one = indicator("x", 0);
    let body = format!("[{one},{one},{}]", indicator_saying("x", 0, "benign"));
    let report = posted(&intake, "ann", body).await;
    let outcome = |at: usize| {
        (
            report["outcomes"][at]["outcome"].clone(),
            report["outcomes"][at]["outbox"].clone(),
        )
    };
    assert_eq!(outcome(0), (json!("pending"), json!(1)));
    assert_eq!(outcome(1), (json!("pending"), json!(1)));
    assert_eq!(outcome(2), (json!("refused"), Value::Null));
    let reason = report["outcomes"][2]["reason"].as_str().unwrap();
    assert!(
        reason.contains("waits for clearance with other content"),
        "{reason}"
    );
    // The same instant spelled otherwise is the same version.
    let respelled = one.replace(
        r#""modified":"2021-12-07T15:04:05.000Z""#,
        r#""modified":"2021-12-07T15:04:05Z""#,
    );
    assert_eq!(
        posted(&intake, "ann", respelled).await["outcomes"][0]["outcome"],
        "refused"
    );
    intake.decide("otto", "clear", &[1]).await;
    // What is on the record needs no officer, and nothing contradicts it.
    let report = posted(
        &intake,
        "ann",
        format!("[{one},{}]", indicator_saying("x", 0, "benign")),
    )
    .await;
    assert_eq!(report["outcomes"][0]["outcome"], "already_held");
    assert_eq!(report["outcomes"][1]["outcome"], "refused");
    assert_eq!(intake.get("otto", "/api/v1/outbox").await["waiting"], 0);
    assert_eq!(intake.size().await, 2);
}

#[tokio::test]
async fn a_deleted_object_comes_back_without_an_officer() {
    let intake = asking_for(1).await;
    posted(&intake, "ann", indicator("x", 0)).await;
    intake.decide("otto", "clear", &[1]).await;
    let path = format!(
        "/taxii2/local/collections/{TRACK}/objects/{}/",
        indicator_id("x", 0)
    );
    assert_eq!(
        intake.taxii("ann", Method::DELETE, &path, "").await.0,
        StatusCode::OK
    );
    assert_eq!(intake.listed(TRACK).await, 0);
    let report = posted(&intake, "ann", indicator("x", 0)).await;
    assert_eq!(
        report["outcomes"][0]["outcome"], "already_held",
        "it has left before"
    );
    assert_eq!((intake.listed(TRACK).await, intake.size().await), (1, 2));
}

#[tokio::test]
async fn a_refused_object_may_be_posted_again() {
    let intake = asking_for(1).await;
    posted(&intake, "ann", indicator("x", 0)).await;
    intake.decide("otto", "refuse", &[1]).await;
    let report = posted(&intake, "ann", indicator("x", 0)).await;
    assert_eq!(report["outcomes"][0]["outbox"], 2, "and waits anew");
    let all = intake.get("otto", "/api/v1/outbox?state=refused").await;
    let first = &all["items"][0];
    assert_eq!(
        (
            &first["reason"],
            &first["content"],
            &first["decisions"][0]["officer"]
        ),
        (&json!("because"), &Value::Null, &json!("otto"))
    );
    // Until nobody asks any more.
    intake.world.clock().advance(181 * 86_400);
    posted(&intake, "ann", indicator("x", 1)).await;
    assert_eq!(
        intake.get("otto", "/api/v1/outbox?state=refused").await["items"],
        json!([])
    );
    assert_eq!(
        intake.get("otto", "/api/v1/outbox").await["waiting"],
        2,
        "what waits is not forgotten"
    );
}

#[tokio::test]
async fn judgement_and_ceiling_come_before_the_officers() {
    let mut intake = Intake::with(NewTrack {
        clearance: 1,
        marking_ceiling: Some("green".to_owned()),
        ..NewTrack::default()
    })
    .await;
    intake.user("otto", "officer").await;
    intake.set(TRACK, json!({ "judgement": "refuse" })).await;
    let red = indicator("x", 0).replace(
        r#""pattern_type""#,
        r#""object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"],"pattern_type""#,
    );
    let wrong = indicator("x", 1).replace("ipv4-addr:value", "ipv4-addr:");
    let report = intake
        .pass(format!("[{red},{wrong},{}]", indicator("x", 2)))
        .await;
    let outcomes: Vec<&str> = report.outcomes.iter().map(|each| &*each.outcome).collect();
    assert_eq!(
        outcomes,
        ["refused", "refused", "pending"],
        "{}",
        told(&report)
    );
    assert_eq!(intake.get("otto", "/api/v1/outbox").await["waiting"], 1);
}

#[tokio::test]
async fn pages_of_the_outbox_go_on() {
    let intake = asking_for(1).await;
    posted(&intake, "ann", indicators("x", 0..5)).await;
    let first = intake.get("otto", "/api/v1/outbox?limit=2").await;
    assert_eq!(
        (&first["next"], first["items"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    let last = intake.get("otto", "/api/v1/outbox?limit=3&after=2").await;
    assert_eq!(
        (&last["next"], last["items"].as_array().unwrap().len()),
        (&Value::Null, 3)
    );
    let shown = intake.get("otto", "/api/v1/outbox/5").await;
    assert_eq!(shown["content"]["id"], indicator_id("x", 4));
}

#[tokio::test]
async fn an_act_waits_too_and_a_step_does_not() {
    let mut intake = Intake::of(World::of(&["a", "b"], "cyber").await);
    intake.set("cyber", json!({ "clearance": 1 })).await;
    intake.user("otto", "officer").await;
    intake.user("olga", "officer").await;
    let inquiry = |question: &str| json!({ "track": "cyber", "to": "b", "question": question, "lang": "en", "due": "72h", "asks": [] });
    let before = intake.size_of("cyber").await;
    let first = intake
        .post("otto", "/api/v1/inquiries", inquiry("Is it yours?"))
        .await;
    let second = intake
        .post("otto", "/api/v1/inquiries", inquiry("And this?"))
        .await;
    assert_eq!(
        (&first["outbox"], &first["item"], &first["index"]),
        (&json!(1), &json!(""), &Value::Null)
    );
    assert_eq!(
        (&first["number"], &second["number"]),
        (&json!(1), &json!(2)),
        "each has its number"
    );
    assert_eq!(intake.size_of("cyber").await, before);
    assert_eq!(intake.decide("otto", "clear", &[1]).await, ["own_post"]);
    assert_eq!(
        intake.decide("olga", "clear", &[1, 2]).await,
        ["passed", "passed"]
    );
    assert_eq!(intake.size_of("cyber").await, before + 2);
    let shown = intake.get("olga", "/api/v1/outbox/1").await;
    assert_eq!(shown["class"], "inquiry");
    intake.world.settle("cyber").await;

    // The other party asks; two answers wait, and the second has nothing left to answer once the first is passed.
    let b = intake.world.party(1);
    let asked: Value = b
        .post("/api/v1/inquiries", &json!({ "track": "cyber", "to": "a", "question": "Whose?", "lang": "en", "due": "72h", "asks": [] }))
        .await
        .unwrap();
    intake.world.settle("cyber").await;
    let item = asked["item"].as_str().unwrap();
    let step = intake
        .post(
            "otto",
            "/api/v1/steps",
            json!({ "item": item, "step": "acknowledged" }),
        )
        .await;
    assert!(
        step["index"].is_u64(),
        "a step is owed and does not wait: {step}"
    );
    let answer =
        |text: &str| json!({ "item": item, "outcome": "answered", "lang": "en", "text": text });
    intake
        .post("otto", "/api/v1/answers", answer("Ours."))
        .await;
    intake
        .post("otto", "/api/v1/answers", answer("Not ours."))
        .await;
    assert_eq!(intake.decide("olga", "clear", &[3, 4]).await.len(), 2);
    let states = ["/api/v1/outbox/3", "/api/v1/outbox/4"];
    assert_eq!(intake.get("olga", states[0]).await["state"], "passed");
    let late = intake.get("olga", states[1]).await;
    assert_eq!(late["state"], "refused");
    assert!(
        late["reason"]
            .as_str()
            .unwrap()
            .contains("was answered already"),
        "{late}"
    );
}
