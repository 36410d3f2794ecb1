//! Which route asks for what, and that each does.

use http::Method;
use node::{
    access::{Permission, Role},
    api::table,
};
use serde_json::{Value, json};

use crate::{
    people::{Web, grant, owner, staffed, token, told},
    world::{Desk, Pair, TestClock, indicator, question},
};

/// A path with something in the place of what varies.
fn filled(path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap();
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_refuses_whoever_lacks_its_permission() {
    let desk = staffed(&TestClock::new()).await;
    let table = table();
    assert!(table.len() > 40, "{}", table.len());
    let mut refused = 0;
    for route in &table {
        let path = filled(route.path);
        let asked = format!("{} {path}", route.method);
        let answer = Web::nobody()
            .send(&desk, route.method.clone(), &path, &Value::Null)
            .await;
        assert_eq!(answer.status, 401, "{asked}");
        for role in Role::ALL {
            let web = Web::user(&format!("the-{role}"));
            let may = role.may(route.permission);
            // What is permitted is not tried here: some of it would take long, or change much.
            if may {
                continue;
            }
            let answer = web
                .send(&desk, route.method.clone(), &path, &Value::Null)
                .await;
            assert_eq!(
                answer.status,
                403,
                "{asked} by {role}: {}",
                answer.refusal()
            );
            let words = format!("the-{role} is {}, and only ", role.with_article());
            assert!(answer.refusal().contains(&words), "{}", answer.refusal());
            refused += 1;
        }
    }
    assert!(refused > 60, "{refused}");
}

#[tokio::test]
async fn a_token_for_reading_changes_nothing_anywhere() {
    let desk = staffed(&TestClock::new()).await;
    let mut tokens = Vec::new();
    for role in Role::ALL {
        let asked = json!({ "user": format!("the-{role}"), "name": "Read", "read_only": true });
        tokens.push((role, token(&desk, asked).await.0));
    }
    for route in table() {
        if route.permission.only_reads() {
            assert_ne!(route.permission, Permission::Administer);
            continue;
        }
        for (role, token) in &tokens {
            let path = filled(route.path);
            let answer = Web::bearer(token)
                .send(&desk, route.method.clone(), &path, &Value::Null)
                .await;
            assert_eq!(answer.status, 403, "{} {path} by {role}", route.method);
        }
    }
}

#[tokio::test]
async fn what_a_token_for_reading_may_ask_is_a_get_or_a_proof() {
    for route in table() {
        let proves = route.path.ends_with("proofs");
        let reads = route.method == Method::GET || proves;
        assert!(
            reads || !route.permission.only_reads(),
            "{} {}",
            route.method,
            route.path
        );
    }
}

#[tokio::test]
async fn what_is_not_granted_does_not_exist() {
    let desk = staffed(&TestClock::new()).await;
    for track in ["granted", "other"] {
        desk.post(&format!("/pass?track={track}"), indicator(1, track))
            .await;
    }
    let reader = Web::user("the-reader");
    let names = async |web: &Web, path: &str, field: &str| -> Vec<String> {
        let shown = web.get(&desk, path).await.json();
        let shown = if path == "/status" {
            shown["tracks"].clone()
        } else {
            shown
        };
        let mut names: Vec<String> = shown
            .as_array()
            .unwrap()
            .iter()
            .map(|each| each[field].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    for (path, field) in [
        ("/collections", "alias"),
        ("/tracks", "name"),
        ("/dialogues", "name"),
        ("/status", "name"),
    ] {
        assert_eq!(names(&reader, path, field).await, ["granted"], "{path}");
        // The operator administers both, by name.
        let operator = Web::user("the-operator");
        assert_eq!(
            names(&operator, path, field).await,
            ["granted", "other"],
            "{path}"
        );
    }
    let item = async |web: &Web, address: &str| {
        let answer = web.get(&desk, &format!("/items?item={address}")).await;
        if answer.status.is_success() {
            "read".to_owned()
        } else {
            answer.refusal()
        }
    };
    assert_eq!(item(&reader, "granted/alpha/1").await, "read");
    let hidden = item(&reader, "other/alpha/1").await;
    insta::assert_snapshot!(hidden, @"404 not_found: there is no item `other/alpha/1` here that the-reader may see");
    let missing = item(&reader, "nothing/alpha/1").await;
    assert_eq!(
        missing,
        hidden.replace("other", "nothing"),
        "one cannot be told from the other"
    );
    insta::assert_snapshot!(item(&Web::user("the-operator"), "other/alpha/1").await, @"403 forbidden: the-operator may not read local/other: the grant to read it is missing");
    for path in [
        "/collections/other",
        "/checkpoint?track=other&party=alpha",
        "/policy?dialogue=other",
    ] {
        let answer = reader.get(&desk, path).await;
        assert_eq!(
            answer.status,
            404,
            "{path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
    }
    let proof = json!({ "item": "other/alpha/1", "level": "content" });
    assert_eq!(reader.post(&desk, "/proofs", proof).await.status, 404);
    let absence = json!({ "track": "other", "party": "alpha", "classes": ["answer"], "from": 0 });
    assert_eq!(
        reader.post(&desk, "/absence-proofs", absence).await.status,
        404
    );
}

#[tokio::test]
async fn passing_needs_the_grant_to_write() {
    let desk = staffed(&TestClock::new()).await;
    let pass = async |who: &str, track: &str| {
        let answer = Web::user(who)
            .post(&desk, &format!("/pass?track={track}"), indicator(7, who))
            .await;
        answer.status.as_u16()
    };
    assert_eq!(pass("the-analyst", "granted").await, 200);
    assert_eq!(pass("the-analyst", "other").await, 404);
    assert_eq!(pass("the-operator", "granted").await, 200);
    grant(&desk, "the-analyst", "other", "r").await;
    assert_eq!(pass("the-analyst", "other").await, 403);
    grant(&desk, "the-analyst", "other", "w").await;
    assert_eq!(pass("the-analyst", "other").await, 200);
    // A reader with an old grant to write has it no more.
    owner(
        &desk,
        Method::PATCH,
        "/users/the-analyst",
        json!({ "role": "reader" }),
    )
    .await;
    assert_eq!(pass("the-analyst", "other").await, 403);
}

#[tokio::test]
async fn acts_are_handed_over_by_officers_of_the_track() {
    let pair = Pair::new().await;
    let desk: &Desk = &pair.alpha;
    for (name, role) in [("of", "officer"), ("dr", "drafter")] {
        crate::people::user(desk, name, role).await;
    }
    let ask = async |who: &str| {
        let answer = Web::user(who).post(desk, "/inquiries", question()).await;
        if answer.status.is_success() {
            "done".to_owned()
        } else {
            answer.refusal()
        }
    };
    insta::assert_snapshot!(ask("dr").await, @"403 forbidden: dr is a drafter, and only officers may hand acts over");
    insta::assert_snapshot!(ask("of").await, @"404 not_found: there is no track `cyber` here that of may see");
    grant(desk, "of", "cyber", "r").await;
    insta::assert_snapshot!(ask("of").await, @"403 forbidden: of may not write alpha-beta/cyber: the grant to write it is missing");
    grant(desk, "of", "alpha-beta/*", "rw").await;
    assert_eq!(ask("of").await, "done");
    told(
        desk,
        "of (192.0.2.1) hand_over POST /api/v1/inquiries: done x1",
    )
    .await;
    told(
        desk,
        "dr (192.0.2.1) forbidden POST /api/v1/inquiries: refused x1",
    )
    .await;
    // What is asked on the track is not for those who may not read it.
    let status = async |who: &str| Web::user(who).get(desk, "/status").await.json();
    assert_eq!(status("of").await["inquiries"].as_array().unwrap().len(), 1);
    let other = status("dr").await;
    for field in [
        "inquiries",
        "tracks",
        "due_from_us",
        "due_from_others",
        "peers",
        "alarms",
    ] {
        assert_eq!(other[field], json!([]), "{field}");
    }
}
