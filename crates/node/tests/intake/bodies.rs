//! Bodies: what makes the whole of them unreadable, and what makes one object.

use serde_json::json;
use testkit::samples::{indicator, indicator_saying, indicators};

use crate::world::{Intake, address, told};

#[tokio::test]
async fn what_cannot_be_read_whole_leaves_nothing() {
    let intake = Intake::new().await;
    let good = indicator("good", 1);
    let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("null", b"null".to_vec()),
        ("a number", b"1".to_vec()),
        ("no JSON", b"hello".to_vec()),
        ("cut short", format!("[{good},{{\"type\":").into()),
        ("cut between", format!("{{\"objects\":[{good},").into()),
        ("a stray comma", format!("[{good},]").into()),
        ("more behind it", format!("[{good}] x").into()),
        ("NaN in an object", format!("[{good},{{\"a\":NaN}}]").into()),
        ("a broken object", format!("[{good},{{\"a\" 1}}]").into()),
        ("not UTF-8", [good.as_bytes(), b"\xff"].concat()),
        (
            "not UTF-8 in a string",
            [b"[", good.as_bytes(), b",{\"a\":\"\xc3\"}]"].concat(),
        ),
        (
            "a byte-order mark",
            [b"\xef\xbb\xbf", good.as_bytes()].concat(),
        ),
        ("too deep", format!("[{good},{{\"a\":{deep}}}]").into()),
        (
            "twice `objects`",
            format!("{{\"objects\":[{good}],\"objects\":[]}}").into(),
        ),
        ("no list", json!({ "objects": good }).to_string().into()),
        (
            "no list either",
            json!({ "type": "bundle", "objects": 5 }).to_string().into(),
        ),
        (
            "null for a list",
            json!({ "objects": null }).to_string().into(),
        ),
        ("no objects in it", format!("[{good},5]").into()),
        ("a list in it", format!("[{good},[]]").into()),
        (
            "something else",
            json!({ "Event": { "info": "MISP" } }).to_string().into(),
        ),
        (
            "another container",
            format!("{{\"objects\":[{good}],\"type\":\"report\"}}").into(),
        ),
    ];
    let mut lines = Vec::new();
    for (what, body) in bodies {
        lines.push(format!("{what}: {}", intake.refused(body).await));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
        nothing: 400 malformed: nothing was passed: what was sent cannot be read: it is cut off after 0 whole objects
        null: 400 malformed: nothing was passed: what was sent cannot be read: expected an object or a list at byte 0
        a number: 400 malformed: nothing was passed: what was sent cannot be read: expected an object or a list at byte 0
        no JSON: 400 malformed: nothing was passed: what was sent cannot be read: expected an object or a list at byte 0
        cut short: 400 malformed: nothing was passed: what was sent cannot be read: it is cut off after 1 whole objects
        cut between: 400 malformed: nothing was passed: what was sent cannot be read: it is cut off after 1 whole objects
        a stray comma: 400 malformed: nothing was passed: what was sent cannot be read: expected an object after the comma at byte 332
        more behind it: 400 malformed: nothing was passed: what was sent cannot be read: expected nothing after the bundle at byte 333
        NaN in an object: 400 malformed: nothing was passed: what was sent cannot be read: object 1 is not JSON: expected a value at byte 5 (/a)
        a broken object: 400 malformed: nothing was passed: what was sent cannot be read: object 1 is not JSON: expected `:` at byte 5 (/a)
        not UTF-8: 400 malformed: nothing was passed: what was sent cannot be read: it is not UTF-8 at byte 330
        not UTF-8 in a string: 400 malformed: nothing was passed: what was sent cannot be read: it is not UTF-8 at byte 338
        a byte-order mark: 400 malformed: nothing was passed: what was sent cannot be read: expected an object or a list, and no byte-order mark before it at byte 0
        too deep: 400 malformed: nothing was passed: what was sent cannot be read: object 1 is nested deeper than 64
        twice `objects`: 400 malformed: nothing was passed: what was sent cannot be read: around the list of objects: the member name "objects" occurs twice at byte 14
        no list: 422 invalid: nothing was passed: what was sent cannot be read: `objects` is a string, not a list
        no list either: 422 invalid: nothing was passed: what was sent cannot be read: `objects` is a number, not a list
        null for a list: 422 invalid: nothing was passed: what was sent cannot be read: `objects` is null, not a list
        no objects in it: 422 invalid: nothing was passed: what was sent cannot be read: what stands at 1 in the list is not an object
        a list in it: 422 invalid: nothing was passed: what was sent cannot be read: what stands at 1 in the list is not an object
        something else: 422 invalid: nothing was passed: what was sent cannot be read: it has neither `objects` nor a `type` and an `id`: it is no STIX
        another container: 422 invalid: nothing was passed: what was sent cannot be read: a list of objects stands in something of type `report`, which is neither a bundle nor an envelope
        "#);
}

#[tokio::test]
async fn a_bad_object_is_refused_alone() {
    let intake = Intake::new().await;
    intake.pass(indicator("good", 1)).await;
    let good = indicator("good", 2);
    let version = |field: &str, value: &str| {
        good.replacen(
            "\"modified\":\"2021-12-07T15:04:05.000Z\"",
            &format!("\"{field}\":{value}"),
            1,
        )
    };
    let list = [
        indicator("good", 0),
        "{}".to_owned(),
        r#"{"id":null,"type":"indicator"}"#.to_owned(),
        r#"{"id":5,"type":"indicator"}"#.to_owned(),
        r#"{"id":"","type":"indicator"}"#.to_owned(),
        r#"{"id":"indicator--1"}"#.to_owned(),
        r#"{"id":"malware--44af6c39-c09b-49c5-9de2-394224b04982","type":"indicator"}"#.to_owned(),
        version("modified", "5"),
        version("modified", "\"yesterday\""),
        version("modified", "null"),
        version("modified", "\"2021-02-30T00:00:00Z\""),
        good.replace("\"2.1\"", "\"3.0\""),
        format!("{},\"name\":\"again\"}}", good.trim_end_matches('}')),
        good.replace("\"good 2\"", "\"\\ud800\""),
        good.replace("\"good 2\"", "1e999"),
        good.replace("\"good 2\"", "9007199254740993"),
        r#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[]}"#.to_owned(),
        r#"{"type":"dialogue-charter","id":"dialogue-charter--44af6c39-c09b-49c5-9de2-394224b04982"}"#.to_owned(),
        indicator_saying("good", 1, "benign"),
        good.clone(),
        good,
    ];
    let report = intake.pass(format!("[{}]", list.join(","))).await;
    assert_eq!(report.outcomes.len(), list.len(), "one outcome for each");
    assert_eq!((report.passed, report.already_held), (2, 1));
    insta::assert_snapshot!(told(&report), @r#"
        0 passed, the UUID of "indicator--8c3337f2-c02a-589d-a646-5ee76e39fd1a" is not of version 4 ($.id, SHOULD, 2.9) | an indicator should have description ($, SHOULD, 4.7.1)
        1 refused: the property "type" is missing
        2 refused: the property "id" is null, not a string
        3 refused: the property "id" is a number, not a string
        4 refused: in "id": identifier "" is not a type name, two hyphens and a UUID
        5 refused: the property "type" is missing
        6 refused: the identifier malware--44af6c39-c09b-49c5-9de2-394224b04982 does not begin with the type "indicator"
        7 refused: the property "modified" is a number, not a string
        8 refused: in "modified": timestamp "yesterday" is not of the form YYYY-MM-DDTHH:mm:ss[.s+]Z
        9 refused: the property "modified" is null, not a string
        10 refused: in "modified": timestamp "2021-02-30T00:00:00Z" names a day that does not exist
        11 refused: spec_version is "3.0"; 2.0 and 2.1 are known
        12 refused: duplicate member "name" at byte 330 (/name)
        13 refused: lone surrogate escape at byte 179 (/name)
        14 refused: number is not finite at byte 178 (/name)
        15 refused: integer beyond ±9007199254740991 at byte 178 (/name)
        16 refused: a bundle cannot be inside a bundle; send its objects
        17 refused: objects of type dialogue-charter are acts, and acts are handed over by their own commands
        18 refused: this track holds the same version of this object with other content, and nothing on the record is replaced; a change is a new version with a later `modified`
        19 passed, the UUID of "indicator--94ac3024-f68c-569b-8805-4d8b9f4dbe40" is not of version 4 ($.id, SHOULD, 2.9) | an indicator should have description ($, SHOULD, 4.7.1)
        20 already_held
        "#);
    assert_eq!(intake.listed("inbox").await, 3);
}

#[tokio::test]
async fn bodies_of_every_kind_are_taken() {
    let intake = Intake::new().await;
    let one = |number| address(number).to_string();
    for (body, passed) in [
        (one(1), 1),
        (format!("[{}]", one(2)), 1),
        (
            format!(" {{ \"objects\" : [ {} , {} ] }} ", one(3), one(4)),
            2,
        ),
        (
            format!("{{\"more\":false,\"x\":[1],\"objects\":[{}]}}", one(5)),
            1,
        ),
        (
            format!(
                "{{\"objects\":[{}],\"type\":\"bundle\",\"id\":\"bundle--1\",\"spec_version\":\"2.0\"}}",
                one(6)
            ),
            1,
        ),
        ("{}".to_owned(), 0),
        ("[]".to_owned(), 0),
        ("{\"objects\":[]}".to_owned(), 0),
        ("{\"more\":false}".to_owned(), 0),
    ] {
        let report = intake.pass(body.clone()).await;
        assert_eq!(
            (report.passed, report.refused),
            (passed, 0),
            "{body}: {}",
            told(&report)
        );
    }
    // A refused object is named as far as it can be.
    let report = intake
        .pass(r#"[{"id":"x-a--1","type":"x-b","modified":"2020-01-01T00:00:00Z"}]"#)
        .await;
    let named = &report.outcomes[0];
    assert_eq!(named.id.as_deref(), Some("x-a--1"));
    assert_eq!(named.version.as_deref(), Some("2020-01-01T00:00:00Z"));
    let report = intake.pass(indicators("x", 0..1)).await;
    assert_eq!(
        report.outcomes[0].version.as_deref(),
        Some("2021-12-07T15:04:05.000Z")
    );
}
