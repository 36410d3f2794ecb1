//! Judgement: accept, warn, refuse on MUST, on SHOULD, and the rules of the house.

use serde_json::{Value, json};

use crate::world::{Intake, TRACK, address, told};

/// Without fault; with something that should not be; with something that must not be.
fn three() -> Vec<Value> {
    let (mut should, mut must) = (address(2), address(3));
    should["x_custom"] = json!(1);
    must["value"] = json!("999.1.1.1");
    vec![address(1), should, must]
}

async fn passed(settings: Value) -> String {
    let intake = Intake::new().await;
    intake.set(TRACK, settings).await;
    let report = intake.pass(json!(three()).to_string()).await;
    assert_eq!(
        report.passed + 1,
        intake.size().await,
        "what is refused is not on the record"
    );
    told(&report)
}

#[tokio::test]
async fn a_collection_warns_unless_it_is_told_otherwise() {
    let intake = Intake::new().await;
    let report = intake.pass(json!(three()).to_string()).await;
    insta::assert_snapshot!(told(&report), @r#"
        0 passed
        1 passed, x_custom is not a property of ipv4-addr and no extension declares it ($.x_custom, SHOULD, 11.1)
        2 passed, "999.1.1.1" is not an IPv4 address or CIDR block ($.value, MUST, 6.8.1) | "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" is not what its contributing properties give ($.id, SHOULD, 2.9)
        "#);
}

#[tokio::test]
async fn a_collection_accepts_without_a_word() {
    insta::assert_snapshot!(passed(json!({ "judgement": "accept" })).await, @r#"
        0 passed
        1 passed
        2 passed
        "#);
}

#[tokio::test]
async fn a_collection_refuses_what_must_not_be() {
    insta::assert_snapshot!(passed(json!({ "judgement": "refuse" })).await, @r#"
        0 passed
        1 passed, x_custom is not a property of ipv4-addr and no extension declares it ($.x_custom, SHOULD, 11.1)
        2 refused: this collection does not take it: "999.1.1.1" is not an IPv4 address or CIDR block ($.value, MUST, 6.8.1); "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" is not what its contributing properties give ($.id, SHOULD, 2.9)
        "#);
}

#[tokio::test]
async fn a_collection_refuses_what_should_not_be() {
    insta::assert_snapshot!(passed(json!({ "judgement": "refuse-should" })).await, @r#"
        0 passed
        1 refused: this collection does not take it: x_custom is not a property of ipv4-addr and no extension declares it ($.x_custom, SHOULD, 11.1)
        2 refused: this collection does not take it: "999.1.1.1" is not an IPv4 address or CIDR block ($.value, MUST, 6.8.1); "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" is not what its contributing properties give ($.id, SHOULD, 2.9)
        "#);
}

#[tokio::test]
async fn a_house_has_its_own_rules() {
    let rules = json!([
        { "type": "indicator", "requires": ["description", "confidence"] },
        { "type": "ipv4-addr", "requires": ["defanged"], "severity": "should" },
    ]);
    for (judgement, expected) in [
        ("accept", "passed passed passed"),
        ("warn", "passed passed passed"),
        ("refuse", "passed refused passed"),
        ("refuse-should", "refused refused passed"),
    ] {
        let intake = Intake::new().await;
        let settings = json!({ "judgement": judgement, "house_rules": rules });
        intake.set(TRACK, settings).await;
        let indicator = testkit::samples::indicator("bare", 1);
        let version_4 = "indicator--44af6c39-c09b-49c5-9de2-394224b04982";
        let whole = testkit::samples::indicator("whole", 1)
            .replace(&testkit::samples::indicator_id("whole", 1), version_4)
            .replace(
                r#""pattern_type""#,
                r#""description":"d","confidence":80,"pattern_type""#,
            );
        let body = format!("[{},{indicator},{whole}]", address(1));
        let report = intake.pass(body).await;
        let words: Vec<&str> = report
            .outcomes
            .iter()
            .map(|outcome| outcome.outcome.as_str())
            .collect();
        assert_eq!(words.join(" "), expected, "{judgement}: {}", told(&report));
    }
}

#[tokio::test]
async fn many_faults_are_counted_not_listed() {
    let intake = Intake::new().await;
    let mut object = address(1);
    for number in 0..40 {
        object[format!("x_{number}")] = json!(null);
    }
    let report = intake.pass(object.to_string()).await;
    let notes = &report.outcomes[0].notes;
    assert_eq!(notes.len(), 9, "{notes:#?}");
    assert!(
        notes[8].starts_with("and ") && notes[8].ends_with(" more"),
        "{}",
        notes[8]
    );
}
