//! Get Status: §4.3.

use http::StatusCode;
use serde_json::json;
use store::{
    When,
    statuses::{NewStatus, Settlement},
};
use uuid::Uuid;

use crate::world::{Taxii, envelope, first, id};

#[tokio::test]
async fn what_was_answered_can_be_asked_for_again_also_after_a_restart() {
    let mut taxii = Taxii::new().await;
    let mut other = first("a");
    taxii.add(&[first("a")]).await;
    other["name"] = "other".into();
    let answer = taxii
        .post(envelope(&[other, first("b"), json!({"type": "indicator"})]))
        .await;
    let told = answer.json();
    assert_eq!(told["failure_count"], 2);
    let path = format!("/taxii2/local/status/{}/", told["id"].as_str().unwrap());
    assert_eq!(taxii.get(&path).await.ok().json(), told);
    taxii.configure(|_| {}).await;
    assert_eq!(taxii.get(&path).await.ok().json(), told);
}

#[tokio::test]
async fn a_status_that_is_not_there_is_404() {
    let taxii = Taxii::new().await;
    for status in [
        Uuid::nil().to_string(),
        "not-a-uuid".to_owned(),
        "1".to_owned(),
        "%2e%2e".to_owned(),
    ] {
        let (status, code, _) = taxii
            .get(&format!("/taxii2/local/status/{status}/"))
            .await
            .problem();
        assert_eq!((status, &*code), (404, "no_such_status"));
    }
}

#[tokio::test]
async fn what_waits_is_pending_until_it_is_settled() {
    let taxii = Taxii::new().await;
    let node = taxii.party().node();
    // As it is kept when two of three objects wait for clearance.
    let collection = node.collections().find("local", "inbox").unwrap().id;
    let details = json!([
        {"k": "p", "i": id("indicator", "a"), "v": "2020-01-01T00:00:00.000Z", "m": "waits"},
        {"k": "s", "i": id("indicator", "b"), "v": "2020-01-01T00:00:00.000Z"},
        {"k": "p", "i": id("indicator", "c"), "v": "2020-01-01T00:00:00.000Z", "m": "waits"},
    ]);
    let details = zstd::bulk::compress(details.to_string().as_bytes(), 1).unwrap();
    let uuid = Uuid::from_u128(7);
    let kept = NewStatus {
        id: uuid.into_bytes(),
        owner: "directory".to_owned(),
        collection: collection.into_bytes(),
        requested: 0,
        successes: 1,
        failures: 0,
        pendings: 2,
        details: details.into(),
    };
    node.store().add_statuses(vec![kept], 0).await.unwrap();
    let path = format!("/taxii2/local/status/{uuid}/");
    let shown = taxii.get(&path).await.ok().json();
    assert_eq!(
        (&shown["status"], &shown["pending_count"]),
        (&json!("pending"), &json!(2))
    );
    assert_eq!(shown["pendings"][1]["message"], "waits");
    let reason = "the officer said no".to_owned();
    let settle = async |position, success, message: Option<&str>| {
        let message = message.map(str::to_owned);
        let settled = vec![Settlement {
            position,
            success,
            message,
        }];
        let told = node.store().settle_status(uuid.into_bytes(), settled, 1);
        told.await.unwrap();
    };
    settle(2, false, Some(&reason)).await;
    // What was told first stands.
    settle(2, true, None).await;
    settle(0, true, None).await;
    let shown = taxii.get(&path).await.ok().json();
    assert_eq!(
        (&shown["status"], &shown["total_count"]),
        (&json!("complete"), &json!(3))
    );
    assert_eq!(
        (&shown["success_count"], &shown["pendings"]),
        (&json!(2), &json!(null))
    );
    let failure = json!([{"id": id("indicator", "c"), "version": "2020-01-01T00:00:00.000Z", "message": reason}]);
    assert_eq!(shown["failures"], failure);
}

#[tokio::test]
async fn a_status_that_cannot_be_kept_fails_nothing_and_is_404_later() {
    let taxii = Taxii::new().await;
    let faults = taxii.party().faults();
    faults.fail("add_told_statuses", 1, When::Before);
    let lost = taxii.add(&[first("a")]).await;
    let path = |status: &serde_json::Value| {
        format!("/taxii2/local/status/{}/", status["id"].as_str().unwrap())
    };
    assert_eq!(faults.pending(), 0, "it was tried before the answer");
    let kept = taxii.add(&[first("b")]).await;
    let gone = taxii.get(&path(&lost)).await.status;
    assert_eq!(gone, StatusCode::NOT_FOUND);
    taxii.get(&path(&kept)).await.ok();
    assert_eq!(taxii.names("").await, ["a", "b"]);
}
