//! Add Objects: §5.5.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{TAXII, Taxii, V1, V2, envelope, first, id, indicator, malware};

#[tokio::test]
async fn the_answer_is_a_status_that_names_every_object() {
    let taxii = Taxii::new().await;
    let answer = taxii.post(envelope(&[first("a"), malware("b")])).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.header("content-type"), Some(TAXII));
    let status = answer.json();
    let uuid: uuid::Uuid = status["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(uuid.get_version_num(), 4);
    assert_eq!(status["status"], "complete");
    assert_eq!(status["request_timestamp"], "2026-01-01T00:00:00.000000Z");
    let counts = [
        "total_count",
        "success_count",
        "failure_count",
        "pending_count",
    ]
    .map(|name| status[name].as_u64().unwrap());
    assert_eq!(counts, [2, 2, 0, 0]);
    let named: Vec<(&str, &str)> = status["successes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| {
            (
                each["id"].as_str().unwrap(),
                each["version"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [(&*id("indicator", "a"), V1), (&*id("malware", "b"), V1)]
    );
    assert_eq!(
        (&status["failures"], &status["pendings"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn the_same_again_is_a_success_and_leaves_the_date_untouched() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    let before = taxii.look("manifest/").await.ok().body;
    // Another order of members and other blanks are the same object.
    let spaced = envelope(&[first("a")]).replace(',', " ,\n ");
    let again = taxii.post(spaced).await.json();
    assert_eq!(
        (&again["success_count"], &again["failure_count"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(taxii.look("manifest/").await.ok().body, before);
    // Twice in one request as well.
    let twice = taxii.add(&[first("b"), first("b")]).await;
    assert_eq!(twice["total_count"], 2);
    assert_eq!(taxii.names("?match[version]=all").await, ["a", "b"]);
}

#[tokio::test]
async fn the_same_version_with_other_content_fails_alone_with_the_reason() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    let mut other = first("a");
    other["indicator_types"] = json!(["benign"]);
    let status = taxii.post(envelope(&[other, first("b")])).await.json();
    assert_eq!(
        (&status["success_count"], &status["failure_count"]),
        (&json!(1), &json!(1))
    );
    let failure = &status["failures"][0];
    assert_eq!(failure["id"], id("indicator", "a"));
    assert!(
        failure["message"]
            .as_str()
            .unwrap()
            .contains("same version"),
        "{failure}"
    );
    assert_eq!(
        taxii.look("objects/").await.ok().objects(),
        [first("a"), first("b")]
    );
}

#[tokio::test]
async fn a_bundle_is_taken_and_unknown_members_are_ignored() {
    let taxii = Taxii::new().await;
    let bundle = json!({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "spec_version": "2.1",
        "objects": [first("a")], "x_note": {"any": ["thing"]}});
    assert_eq!(
        taxii.post(bundle.to_string()).await.json()["success_count"],
        1
    );
    let envelope = json!({"more": false, "next": "x", "x_custom": 1, "objects": [first("b")]});
    assert_eq!(
        taxii.post(envelope.to_string()).await.json()["success_count"],
        1
    );
    assert_eq!(taxii.names("").await, ["a", "b"]);
}

#[tokio::test]
async fn an_envelope_without_objects_is_422() {
    let taxii = Taxii::new().await;
    // §2 prohibits empty lists, and §4.3.1 has no status for a request that is complete and had nothing in it.
    for body in [r#"{"objects":[]}"#, "{}", r#"{"more":false}"#] {
        let (status, code, words) = taxii.post(body).await.problem();
        assert_eq!((status, &*code), (422, "no_envelope"), "{body}");
        assert!(words.contains("no object in the envelope"), "{words}");
    }
}

#[tokio::test]
async fn one_bad_object_fails_alone() {
    let taxii = Taxii::new().await;
    let bad = [
        json!({"type": "indicator"}),
        json!({"type": "indicator", "id": null}),
        json!({"type": "indicator", "id": 5}),
        json!({"type": "indicator", "id": ""}),
        json!({"type": "indicator", "id": "indicator--not-a-uuid"}),
        json!({"id": id("indicator", "no type")}),
        json!({}),
        indicator("bad version", "yesterday"),
        indicator("bad version", ""),
        indicator("bad version", "2020-02-30T00:00:00Z"),
        json!({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": []}),
        json!({"type": "dialogue-charter", "spec_version": "2.1", "id": id("dialogue-charter", "x"), "created": V1, "modified": V1}),
    ];
    for object in bad {
        let text = object.to_string();
        let body = format!(
            r#"{{"objects":[{},{text},{}]}}"#,
            first("before"),
            first("behind")
        );
        let answer = taxii.post(body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{text}: {answer:?}");
        let status = answer.json();
        let counts = ["total_count", "success_count", "failure_count"]
            .map(|name| status[name].as_u64().unwrap());
        assert_eq!(counts, [3, 2, 1], "{text}: {status:#}");
        let failure = &status["failures"][0];
        let said = |member: &str| {
            failure[member]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        };
        assert!(
            said("id") && said("version") && said("message"),
            "{failure}"
        );
    }
    // The collection is as readable as before: nothing in it is poison.
    assert_eq!(
        taxii.names("?match[version]=all").await,
        ["before", "behind"]
    );
    taxii.look("manifest/?match[version]=all").await.ok();
    taxii.add(&[first("after")]).await;
    taxii.world.audit().await;
}

#[tokio::test]
async fn bad_json_in_one_object_fails_alone_where_the_rest_can_be_told_apart() {
    let taxii = Taxii::new().await;
    let member = |text: &str| {
        first("bad")
            .to_string()
            .replacen('{', &format!("{{{text},"), 1)
    };
    for (text, why) in [
        (r#""x_a":1,"x_a":2"#, "duplicate"),
        (r#""x_a":1e999"#, "not finite"),
        (r#""x_a":9007199254740993"#, "integer"),
        (r#""x_a":"\ud800""#, "surrogate"),
    ] {
        let body = format!(r#"{{"objects":[{},{}]}}"#, member(text), first("good"));
        let answer = taxii.post(body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{text}: {answer:?}");
        let status = answer.json();
        assert_eq!(
            (&status["success_count"], &status["failure_count"]),
            (&json!(1), &json!(1)),
            "{text}"
        );
        let message = status["failures"][0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{text}: {message}");
    }
    assert_eq!(taxii.names("").await, ["good"]);
}

#[tokio::test]
async fn versions_of_an_object_are_kept_beside_each_other() {
    let taxii = Taxii::new().await;
    taxii.add(&[indicator("a", V2)]).await;
    // An earlier version that comes later is one more version, not the latest.
    taxii.add(&[indicator("a", V1)]).await;
    assert_eq!(
        taxii.look("objects/").await.ok().objects(),
        [indicator("a", V2)]
    );
    assert_eq!(
        taxii
            .look("objects/?match[version]=all")
            .await
            .ok()
            .objects()
            .len(),
        2
    );
}
