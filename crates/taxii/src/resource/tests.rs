use serde::{Serialize, de::DeserializeOwned};

use super::*;

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

/// What the standard's example says is read and written with the same members.
fn round_trips<T: DeserializeOwned + Serialize>(text: &str) {
    let written = serde_json::to_value(read::<T>(text)).unwrap();
    assert_eq!(
        written,
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
}

#[test]
fn examples_of_the_standard_round_trip() {
    round_trips::<Discovery>(
        r#"{"title":"Some TAXII Server","description":"d","contact":"c","default":"https://example.com/api2/",
            "api_roots":["https://example.com/api1/","https://example.net/trustgroup1/"]}"#,
    );
    round_trips::<ApiRoot>(
        r#"{"title":"Malware Research Group","versions":["application/taxii+json;version=2.1"],
            "max_content_length":104857600}"#,
    );
    round_trips::<Collections>(
        r#"{"collections":[{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"High Value Indicator Collection",
            "alias":"high","can_read":true,"can_write":false,"media_types":["application/stix+json;version=2.1"]}]}"#,
    );
    round_trips::<Manifest>(
        r#"{"more":true,"next":"7","objects":[{"id":"indicator--29aba82c-5393-42a8-9edb-6a2cb1df070b",
            "date_added":"2016-11-01T03:04:05Z","version":"2016-11-03T12:30:59.000Z",
            "media_type":"application/stix+json;version=2.1"}]}"#,
    );
    round_trips::<Versions>(r#"{"versions":["2016-11-03T12:30:59.000Z"]}"#);
    round_trips::<Status>(
        r#"{"id":"2d086da7-4bdc-4f91-900e-d77486753710","status":"pending","request_timestamp":"2016-11-02T12:34:34.123456Z",
            "total_count":2,"success_count":0,"failure_count":1,"failures":[{"id":"i","version":"v","message":"why"}],
            "pending_count":1,"pendings":[{"id":"i","version":"v"}]}"#,
    );
    round_trips::<ErrorMessage>(
        r#"{"title":"t","error_id":"1234","http_status":"409","details":{"somekey1":"somevalue"}}"#,
    );
}

#[test]
fn empty_lists_are_left_out() {
    assert_eq!(
        serde_json::to_string(&Collections::default()).unwrap(),
        "{}"
    );
    assert_eq!(serde_json::to_string(&Envelope::default()).unwrap(), "{}");
    assert_eq!(serde_json::to_string(&Manifest::default()).unwrap(), "{}");
    assert_eq!(serde_json::to_string(&Versions::default()).unwrap(), "{}");
}

#[test]
fn what_careless_servers_leave_out_is_read() {
    let discovery: Discovery = read(r#"{"title":null,"api_roots":null,"x_custom":[1]}"#);
    assert_eq!(discovery, Discovery::default());
    let envelope: Envelope = read(r#"{"more":null,"next":null,"objects":null}"#);
    assert!(!envelope.more && envelope.next.is_none() && envelope.objects.is_empty());
    assert_eq!(
        read::<Envelope>(r#"{"next":17}"#).next.as_deref(),
        Some("17")
    );
    assert_eq!(read::<ApiRoot>("{}").max_content_length, u64::MAX);
}

#[test]
fn what_decides_something_is_not_guessed() {
    let refused = |text| {
        serde_json::from_str::<Collection>(text)
            .unwrap_err()
            .to_string()
    };
    assert!(refused(r#"{"id":"a","can_read":true}"#).contains("missing field `can_write`"));
    assert!(refused(r#"{"can_read":true,"can_write":true}"#).contains("missing field `id`"));
    let status = r#"{"id":"a","status":"done","total_count":0,"success_count":0,"failure_count":0,"pending_count":0}"#;
    let refused = serde_json::from_str::<Status>(status)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("unknown variant `done`"), "{refused}");
    let twice = serde_json::from_str::<Envelope>(r#"{"objects":[],"objects":[]}"#).unwrap_err();
    assert!(twice.to_string().contains("duplicate field `objects`"));
}
