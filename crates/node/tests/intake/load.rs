//! Bodies at their limits.

use std::fmt::Write as _;

use node::intake::{REQUEST_OBJECTS_MAX, TOLD_ID_BYTES_MAX};
use serde_json::json;
use testkit::samples::{indicator, large_indicator};

use crate::world::{Intake, TRACK, address};

/// A list of tiny observables, all different.
fn tiny(count: u64) -> String {
    let mut list = String::from("{\"objects\":[");
    for number in 0..count {
        let comma = if number > 0 { "," } else { "" };
        write!(list, r#"{comma}{{"type":"mutex","id":"mutex--00000000-0000-5000-8000-{number:012x}","name":"{number}"}}"#).unwrap();
    }
    list.push_str("]}");
    list
}

#[tokio::test]
async fn a_hundred_thousand_tiny_objects_and_not_one_more() {
    let intake = Intake::new().await;
    intake.set(TRACK, json!({ "judgement": "accept" })).await;
    let refused = intake.refused(tiny(REQUEST_OBJECTS_MAX + 1)).await;
    assert_eq!(
        refused,
        "413 too_large: nothing was passed: what was sent cannot be read: it has more than 100000 objects; send it in parts"
    );
    let report = intake.pass(tiny(REQUEST_OBJECTS_MAX)).await;
    assert_eq!((report.passed, report.refused), (REQUEST_OBJECTS_MAX, 0));
    let in_order = report.outcomes.iter().enumerate().all(|(at, outcome)| {
        outcome.position == at
            && outcome.index == Some(at as u64 + 1)
            && outcome.id.as_deref() == Some(&format!("mutex--00000000-0000-5000-8000-{at:012x}"))
    });
    assert!(
        in_order,
        "the order of the body is the order of the log, on however many threads it was read"
    );
    // Of one that is broken far behind, nothing is stored.
    let broken = tiny(50_000).replace("\"name\":\"49999\"}", "\"name\":tru}");
    let refused = intake.refused(broken).await;
    assert!(
        refused.starts_with("400 malformed") && refused.contains("object 49999 is not JSON"),
        "{refused}"
    );
}

#[tokio::test]
async fn one_object_of_sixteen_mebibytes_and_not_one_byte_more() {
    let intake = Intake::new().await;
    let base = large_indicator("large", 1, 0).len();
    let fits = large_indicator("large", 1, (16 << 20) - base);
    assert_eq!(fits.len(), 16 << 20);
    let over = large_indicator("large", 2, (16 << 20) - base + 1);
    let report = intake
        .pass(format!("[{fits},{over},{}]", indicator("small", 1)))
        .await;
    let told: Vec<String> = report
        .outcomes
        .iter()
        .map(|each| {
            format!(
                "{} {}",
                each.outcome,
                each.reason.as_deref().unwrap_or_default()
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
        passed 
        refused text is 16777217 bytes, the limit is 16777216
        passed
        "#);
}

#[tokio::test]
async fn an_id_is_told_up_to_its_limit() {
    let intake = Intake::new().await;
    let object = |length: usize| {
        let mut object = address(1);
        object["id"] = json!("x".repeat(length));
        object
    };
    let body = json!([
        object(TOLD_ID_BYTES_MAX),
        object(TOLD_ID_BYTES_MAX + 1),
        object(1 << 20)
    ]);
    let report = intake.pass(body.to_string()).await;
    let lengths: Vec<Option<usize>> = report
        .outcomes
        .iter()
        .map(|each| each.id.as_ref().map(String::len))
        .collect();
    assert_eq!(
        (lengths, report.refused),
        (vec![Some(TOLD_ID_BYTES_MAX), None, None], 3)
    );
}
