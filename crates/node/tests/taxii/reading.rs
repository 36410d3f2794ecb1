//! Manifests, objects, one object, its versions: §5.3, §5.4, §5.6, §5.8.

use std::slice::from_ref;

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{TAXII, Taxii, V1, V2, V3, envelope, first, id, indicator, malware};

#[tokio::test]
async fn an_empty_collection_answers_with_empty_resources_and_no_dates() {
    let taxii = Taxii::new().await;
    for path in ["objects/", "manifest/", "objects/?match[type]=tool"] {
        let answer = taxii.look(path).await.ok();
        assert_eq!(&answer.body[..], b"{}", "{path}");
        assert_eq!(answer.header("x-taxii-date-added-first"), None);
        assert_eq!(answer.header("x-taxii-date-added-last"), None);
    }
}

#[tokio::test]
async fn objects_come_back_byte_for_byte() {
    let taxii = Taxii::new().await;
    // Canonical already, with what a parser would spoil: a number as ECMAScript writes it, escapes, other scripts.
    let object = format!(
        r#"{{"created":"2020-01-01T00:00:00.000Z","id":"{}","is_family":false,"modified":"2020-01-01T00:00:00.000Z","name":"Ä\u0001\"é𝄞","spec_version":"2.1","type":"malware","x_n":0.000001,"x_z":1e+30}}"#,
        id("malware", "bytes")
    );
    let answer = taxii.post(format!(r#"{{"objects":[{object}]}}"#)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
    let page = taxii.look("objects/").await.ok();
    assert_eq!(page.body, format!(r#"{{"objects":[{object}]}}"#));
    assert_eq!(
        page.header("content-length"),
        Some(&*page.body.len().to_string())
    );
}

#[tokio::test]
async fn the_manifest_tells_of_each_object_and_the_dates_agree() {
    let taxii = Taxii::new().await;
    let v20 = json!({"type": "tool", "id": id("tool", "old"), "created": V1, "modified": V1, "name": "old", "labels": ["remote-access"]});
    let marking = json!({"type": "marking-definition", "spec_version": "2.1", "id": id("marking-definition", "m"),
        "created": "2017-01-20T00:00:00.000Z", "definition_type": "statement", "definition": {"statement": "s"}});
    let address = json!({"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "198.51.100.3"});
    taxii
        .add(&[first("a"), v20.clone(), marking.clone(), address.clone()])
        .await;
    let answer = taxii.look("manifest/").await.ok();
    let manifest = answer.json();
    let records = manifest["objects"].as_array().unwrap();
    let told: Vec<(&str, &str, &str)> = records
        .iter()
        .map(|record| {
            let text = |member: &str| record[member].as_str().unwrap();
            (text("id"), text("version"), text("media_type"))
        })
        .collect();
    let (stix_21, stix_20) = (
        "application/stix+json;version=2.1",
        "application/stix+json;version=2.0",
    );
    assert_eq!(
        told,
        [
            (&*id("indicator", "a"), V1, stix_21),
            (&*id("tool", "old"), V1, stix_20),
            // §5.3.1: `created` where there is no `modified`, and a constant where there is neither.
            (
                &*id("marking-definition", "m"),
                "2017-01-20T00:00:00.000Z",
                stix_21
            ),
            (
                "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
                "1970-01-01T00:00:00.000Z",
                stix_21
            ),
        ]
    );
    let dates: Vec<&str> = records
        .iter()
        .map(|record| record["date_added"].as_str().unwrap())
        .collect();
    assert!(
        dates.is_sorted_by(|a, b| a < b),
        "strictly increasing: {dates:?}"
    );
    assert!(
        dates
            .iter()
            .all(|date| date.len() == "2026-01-01T00:00:00.000000Z".len()),
        "{dates:?}"
    );
    assert_eq!(answer.header("x-taxii-date-added-first"), Some(dates[0]));
    assert_eq!(answer.header("x-taxii-date-added-last"), Some(dates[3]));
    let objects = taxii.look("objects/").await.ok();
    assert_eq!(objects.header("x-taxii-date-added-first"), Some(dates[0]));
    assert_eq!(objects.header("x-taxii-date-added-last"), Some(dates[3]));
    assert_eq!(objects.objects(), [first("a"), v20, marking, address]);
}

#[tokio::test]
async fn unversioned_objects_are_found_by_the_version_they_are_told_to_have() {
    let taxii = Taxii::new().await;
    let address = json!({"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "198.51.100.3"});
    taxii.add(&[address.clone(), first("a")]).await;
    for version in ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z"] {
        let found = taxii
            .look(&format!("objects/?match[version]={version}"))
            .await
            .ok();
        assert_eq!(found.objects(), from_ref(&address));
    }
    let path = "objects/ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4/versions/";
    let versions = taxii.look(path).await.ok().json();
    assert_eq!(versions, json!({"versions": ["1970-01-01T00:00:00.000Z"]}));
}

#[tokio::test]
async fn one_object_in_its_versions() {
    let taxii = Taxii::new().await;
    // The latest is the latest by `modified`, not by arrival.
    let (one, two, three) = (indicator("a", V1), indicator("a", V2), indicator("a", V3));
    taxii.add(from_ref(&two)).await;
    taxii.add(&[three.clone(), first("b")]).await;
    taxii.add(from_ref(&one)).await;
    let object = format!("objects/{}/", id("indicator", "a"));
    let look = async |query: &str| taxii.look(&format!("{object}{query}")).await.ok().objects();
    assert_eq!(look("").await, from_ref(&three));
    assert_eq!(look("?match[version]=last").await, from_ref(&three));
    assert_eq!(look("?match[version]=first").await, from_ref(&one));
    assert_eq!(
        look("?match[version]=last,first").await,
        [three.clone(), one.clone()]
    );
    assert_eq!(
        look("?match[version]=all").await,
        [two.clone(), three.clone(), one.clone()]
    );
    // As an instant, however it is spelled.
    let spelled = "?match[version]=2020-01-02T00:00:00.123000Z";
    assert_eq!(look(spelled).await, from_ref(&two));
    let mixed = format!("?match[version]=first,{V2}");
    assert_eq!(look(&mixed).await, [two.clone(), one.clone()]);
    let versions = taxii.look(&format!("{object}versions/")).await.ok().json();
    assert_eq!(versions, json!({"versions": [V2, V3, V1]}));
}

#[tokio::test]
async fn an_unknown_object_is_404_and_a_filter_that_leaves_nothing_is_not() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    for object in [
        id("indicator", "none"),
        "nonsense".to_owned(),
        "a%20b".to_owned(),
    ] {
        for below in ["", "versions/"] {
            let missing = taxii.look(&format!("objects/{object}/{below}")).await;
            assert_eq!(missing.problem().0, 404);
            assert_eq!(missing.problem().1, "no_such_object");
        }
    }
    let object = format!("objects/{}/", id("indicator", "a"));
    for query in [
        "?added_after=2100-01-01T00:00:00Z",
        "?match[spec_version]=2.0",
        "versions/?match[spec_version]=2.0",
    ] {
        let empty = taxii.look(&format!("{object}{query}")).await.ok();
        assert_eq!(&empty.body[..], b"{}", "{query}");
    }
    // A version that is not there is not found (§5.7 demands it of one that was deleted).
    let version = taxii.look(&format!("{object}?match[version]={V2}")).await;
    assert_eq!(version.problem().0, 404);
}

#[tokio::test]
async fn stix_20_objects_are_kept_as_they_are() {
    let taxii = Taxii::new().await;
    let v20 = json!({"type": "malware", "id": id("malware", "old"), "created": V1, "modified": V1, "name": "old", "labels": ["worm"]});
    taxii.add(&[v20.clone(), malware("new")]).await;
    assert_eq!(
        taxii.look("objects/").await.ok().objects(),
        [v20.clone(), malware("new")]
    );
    let only = taxii.look("objects/?match[spec_version]=2.0").await.ok();
    assert_eq!(only.objects(), [v20]);
    let only = taxii.look("objects/?match[spec_version]=2.1").await.ok();
    assert_eq!(only.objects(), [malware("new")]);
    assert_eq!(
        &taxii
            .look("objects/?match[spec_version]=2.2")
            .await
            .ok()
            .body[..],
        b"{}"
    );
}

#[tokio::test]
async fn the_latest_specification_version_is_given_unless_another_is_asked_for() {
    let taxii = Taxii::new().await;
    let old = json!({"type": "malware", "id": id("malware", "m"), "created": V1, "modified": V1, "name": "m", "labels": ["worm"]});
    let mut new = malware("m");
    new["modified"] = V2.into();
    taxii.add(&[old.clone(), new.clone()]).await;
    let look = async |query: &str| taxii.look(&format!("objects/{query}")).await.ok().objects();
    assert_eq!(look("").await, [new.clone()]);
    assert_eq!(look("?match[spec_version]=2.0").await, from_ref(&old));
    assert_eq!(look("?match[spec_version]=2.0,2.1").await, [old, new]);
}

#[tokio::test]
async fn answers_are_sent_as_taxii_whatever_is_in_them() {
    let taxii = Taxii::new().await;
    let status = taxii.post(envelope(&[first("a")])).await;
    assert_eq!(status.header("content-type"), Some(TAXII));
    let _: Value = status.json();
}
