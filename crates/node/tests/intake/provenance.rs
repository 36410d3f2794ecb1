//! Provenance: who passed it, under which entry, who confirmed it, and its proof.

use http::{HeaderMap, Method};
use serde_json::{Value, json};
use testkit::{
    World,
    samples::{indicator, indicator_id},
};

use crate::world::Intake;

async fn exchanged() -> Intake {
    let mut intake = Intake::of(World::of(&["a", "b"], "cyber").await);
    intake.user("rita", "reader").await;
    intake.stranger("sam", "reader").await;
    let (a, b) = (intake.world.party(0), intake.world.party(1));
    a.pass("cyber", format!("[{}]", indicator("x", 0))).await;
    intake.world.settle("cyber").await;
    // The same version from the other side, where it is held already, is no second entry; a new one is.
    let newer = indicator("x", 0).replace(
        r#""modified":"2021-12-07T15:04:05.000Z""#,
        r#""modified":"2022-01-01T00:00:00.5Z""#,
    );
    b.pass("cyber", format!("[{newer}]")).await;
    intake.world.settle("cyber").await;
    intake
}

fn path(rest: &str) -> String {
    format!(
        "/api/v1/objects{rest}collection=cyber&id={}",
        indicator_id("x", 0)
    )
}

#[tokio::test]
async fn every_version_says_where_it_came_from() {
    let intake = exchanged().await;
    let object = intake.get("rita", &path("?")).await;
    let versions = object["versions"].as_array().unwrap();
    let brief: Vec<Value> = versions
        .iter()
        .map(|each| {
            json!([
                each["version"],
                each["passed"][0]["party"],
                each["passed"][0]["item"]
            ])
        })
        .collect();
    let (a, b) = (intake.world.party(0), intake.world.party(1));
    let index_of = async |party: &testkit::Party| {
        let node = a.node();
        let track = node.directory().track("cyber").unwrap();
        let objects = node.store().objects(track.id, 0, 10).await.unwrap();
        let log = a.log("cyber", party).id;
        objects
            .iter()
            .find(|each| each.held.position.log() == log)
            .unwrap()
            .held
            .position
            .seq()
    };
    let (first, second) = (index_of(a).await, index_of(b).await);
    assert_eq!(
        brief,
        [
            json!([
                "2021-12-07T15:04:05.000Z",
                "a.example",
                format!("cyber/a/{first}")
            ]),
            json!([
                "2022-01-01T00:00:00.5Z",
                "b.example",
                format!("cyber/b/{second}")
            ]),
        ]
    );
    for version in versions {
        let passed = &version["passed"][0];
        let index = passed["index"].as_u64().unwrap();
        assert!(passed["checkpoint"].as_u64().unwrap() > index, "{passed}");
        let by: Vec<&str> = passed["receipts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| each["party"].as_str().unwrap())
            .collect();
        let other = if passed["party"] == "a.example" {
            "b.example"
        } else {
            "a.example"
        };
        assert!(by.contains(&other), "{passed}");
        assert!(version["added"].is_string() && passed["sent"].is_string());
        assert_eq!(passed["leaf"].as_str().unwrap().len(), 44);
    }
    // One version, however its instant is spelled.
    let one = intake
        .get(
            "rita",
            &format!("{}&version=2022-01-01T00:00:00.500000Z", path("?")),
        )
        .await;
    assert_eq!(one["versions"], json!([versions[1]]));
}

#[tokio::test]
async fn what_is_not_there_or_not_for_one_is_not_found() {
    let intake = exchanged().await;
    for (user, path) in [
        ("sam", path("?")),
        ("sam", path("/proof?")),
        ("sam", "/api/v1/objects/proof?item=cyber/a/1".to_owned()),
        (
            "rita",
            "/api/v1/objects?collection=cyber&id=indicator--1".to_owned(),
        ),
        (
            "rita",
            "/api/v1/objects?collection=other&id=indicator--1".to_owned(),
        ),
        (
            "rita",
            format!("{}&version=2023-01-01T00:00:00Z", path("?")),
        ),
        ("rita", "/api/v1/objects/proof?item=cyber/a/99".to_owned()),
    ] {
        assert_eq!(
            intake.word(user, Method::GET, &path, json!({})).await,
            "404 not_found",
            "{user} {path}"
        );
    }
    for wrong in [
        format!("{}&version=yesterday", path("?")),
        "/api/v1/objects/proof".to_owned(),
        format!("{}&item=cyber/a/1", path("/proof?")),
        "/api/v1/objects/proof?item=cyber/a/1&level=all".to_owned(),
        "/api/v1/objects?collection=cyber".to_owned(),
    ] {
        assert_eq!(
            intake.word("rita", Method::GET, &wrong, json!({})).await,
            "422 invalid",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn the_proof_is_the_one_that_prove_makes() {
    let intake = exchanged().await;
    let object = intake.get("rita", &path("?")).await;
    for (version, query) in [
        (1, ""),
        (0, "&version=2021-12-07T15:04:05Z"),
        (1, "&version=2022-01-01T00:00:00.5Z"),
    ] {
        let item = object["versions"][version]["passed"][0]["item"]
            .as_str()
            .unwrap();
        let made: Value = intake
            .party()
            .post(
                "/api/v1/proofs",
                &json!({ "item": item, "level": "content" }),
            )
            .await
            .unwrap();
        let made = made["proof"].as_str().unwrap().as_bytes().to_vec();
        let (status, by_object) = intake
            .ask(
                "rita",
                Method::GET,
                &format!("{}{query}", path("/proof?")),
                "",
            )
            .await;
        assert_eq!((status.as_u16(), &by_object), (200, &made), "{query}");
        let (_, by_item) = intake
            .ask(
                "rita",
                Method::GET,
                &format!("/api/v1/objects/proof?item={item}"),
                "",
            )
            .await;
        assert_eq!(by_item, made);
        let (_, head) = intake
            .ask(
                "rita",
                Method::GET,
                &format!("/api/v1/objects/proof?item={item}&level=head"),
                "",
            )
            .await;
        assert!(head.len() < made.len() && !head.is_empty());
    }
}

#[tokio::test]
async fn headers_lead_to_the_proof() {
    let intake = exchanged().await;
    let node = intake.party().node();
    let track = node.directory().track("cyber").unwrap();
    let page = node
        .store()
        .list(track.id, store::Wanted::default(), 0, 10)
        .await
        .unwrap();
    let headers: HeaderMap = node.provenance_headers(&track, &page.rows[0]);
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(text("chancery-party"), "b.example");
    let entry = text("chancery-entry");
    let position = page.rows[0].position;
    assert!(
        entry.starts_with("b.example/chancery/")
            && entry.ends_with(&format!("#{}", position.seq())),
        "{entry}"
    );
    assert_eq!(text("chancery-received"), "2026-01-01T00:00:00.000001Z");
    let link = text("link");
    let (target, rel) = link.split_once("; ").unwrap();
    assert_eq!(rel, "rel=\"https://c2sp.org/tlog-proof\"");
    let target = target.trim_start_matches('<').trim_end_matches('>');
    let (status, proof) = intake.ask("rita", Method::GET, target, "").await;
    assert_eq!(status, 200, "{target}");
    assert!(
        proof.starts_with(b"c2sp.org/tlog-proof@v1\n"),
        "{}",
        String::from_utf8_lossy(&proof)
    );
}
