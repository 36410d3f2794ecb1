//! Who may (§1.6.9, §5): users with grants, tokens, public collections, clearance; through the whole web.

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, StatusCode, header};
use node::{
    request::{
        Decide,
        accounts::{Change, GrantAsked, NewCollection, NewToken, NewUser, SetCollection},
    },
    view::accounts::TokenMade,
};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

use crate::world::{Answer, INBOX, TAXII, Taxii, envelope, first, id, request, send};

const PASSWORD: &str = "correct horse battery staple";

impl Taxii {
    async fn make_user(&self, name: &str, grants: &[(&str, bool, bool)]) {
        let user = NewUser {
            name: name.to_owned(),
            role: "analyst".to_owned(),
            password: Some(PASSWORD.to_owned()),
            certificates: Vec::new(),
        };
        let _: Value = self.party().post("/api/v1/users", &user).await.unwrap();
        for (scope, read, write) in grants {
            let grant = GrantAsked {
                user: name.to_owned(),
                scope: (*scope).to_owned(),
                read: *read,
                write: *write,
            };
            let _: Value = self.party().post("/api/v1/grants", &grant).await.unwrap();
        }
    }

    async fn make(&self, name: &str, settings: SetCollection) {
        let new = NewCollection {
            name: name.to_owned(),
            settings,
        };
        let _: Value = self
            .party()
            .post("/api/v1/collections", &new)
            .await
            .unwrap();
    }

    /// Asks as somebody.
    async fn as_user(&self, authorization: &str, method: Method, path: &str, body: &str) -> Answer {
        let request = request(method, path)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_TYPE, TAXII)
            .body(Body::from(body.to_owned()))
            .unwrap();
        send(self.asking(Ipv4Addr::LOCALHOST), request).await
    }

    async fn as_anybody(&self, method: Method, path: &str) -> Answer {
        let request = request(method, path).body(Body::empty()).unwrap();
        send(self.asking(Ipv4Addr::LOCALHOST), request).await
    }
}

fn basic(name: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{PASSWORD}")))
}

#[tokio::test]
async fn what_somebody_may_not_see_does_not_exist_and_what_they_may_not_do_is_403() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    taxii.make_user("both", &[("inbox", true, true)]).await;
    taxii.make_user("reader", &[("inbox", true, false)]).await;
    taxii.make_user("writer", &[("inbox", false, true)]).await;
    taxii.make_user("nobody", &[]).await;
    let object = format!("{INBOX}objects/{}/", id("indicator", "a"));
    let body = envelope(&[first("b")]);
    // The tables of §5.3 to §5.7.
    for (name, can_read, can_write, read, write, delete) in [
        ("reader", true, false, 200, 403, 403),
        ("writer", false, true, 403, 202, 403),
        ("nobody", false, false, 404, 404, 404),
        ("both", true, true, 200, 202, 200),
    ] {
        let who = basic(name);
        let ask = async |method, path: &str, body: &str| {
            taxii
                .as_user(&who, method, path, body)
                .await
                .status
                .as_u16()
        };
        for below in ["manifest/", "objects/"] {
            assert_eq!(
                ask(Method::GET, &format!("{INBOX}{below}"), "").await,
                read,
                "{name} {below}"
            );
        }
        for path in [&object, &format!("{object}versions/")] {
            assert_eq!(ask(Method::GET, path, "").await, read, "{name} {path}");
        }
        assert_eq!(
            ask(Method::POST, &format!("{INBOX}objects/"), &body).await,
            write,
            "{name}"
        );
        assert_eq!(ask(Method::DELETE, &object, "").await, delete, "{name}");
        let collection = taxii.as_user(&who, Method::GET, INBOX, "").await;
        let sees = can_read || can_write;
        assert_eq!(collection.status.as_u16(), if sees { 200 } else { 404 });
        if sees {
            let told = collection.json();
            assert_eq!(
                (&told["can_read"], &told["can_write"]),
                (&json!(can_read), &json!(can_write))
            );
        }
        let root = taxii.as_user(&who, Method::GET, "/taxii2/local/", "").await;
        assert_eq!(root.status.as_u16(), if sees { 200 } else { 404 });
        let discovery = taxii
            .as_user(&who, Method::GET, "/taxii2/", "")
            .await
            .ok()
            .json();
        assert_eq!(
            discovery["api_roots"].is_array(),
            sees,
            "{name}: {discovery}"
        );
        assert_eq!(discovery["default"].is_string(), sees);
    }
}

#[tokio::test]
async fn every_way_to_show_a_token_lets_in() {
    let taxii = Taxii::new().await;
    taxii.make_user("ana", &[("*", true, true)]).await;
    let token = NewToken {
        user: "ana".to_owned(),
        name: "tool".to_owned(),
        expires: None,
        read_only: true,
        collections: None,
    };
    let made: TokenMade = taxii.party().post("/api/v1/tokens", &token).await.unwrap();
    let basic = format!("Basic {}", STANDARD.encode(format!("x:{}", made.secret)));
    for (name, value) in [
        ("authorization", format!("Bearer {}", made.secret)),
        ("authorization", basic),
        ("x-api-key", made.secret.clone()),
    ] {
        let ask = async |method, path: &str| {
            let request = request(method, path)
                .header(name, &value)
                .header(header::CONTENT_TYPE, TAXII)
                .body(Body::from(envelope(&[first("a")])))
                .unwrap();
            send(taxii.asking(Ipv4Addr::LOCALHOST), request).await
        };
        let collection = ask(Method::GET, INBOX).await.ok().json();
        assert_eq!(
            (&collection["can_read"], &collection["can_write"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(
            ask(Method::POST, &format!("{INBOX}objects/")).await.status,
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn a_public_collection_is_found_and_read_without_a_login_and_nothing_else_is() {
    let taxii = Taxii::new().await;
    let public = SetCollection {
        public: Some(true),
        ..SetCollection::default()
    };
    taxii.make("feed", public).await;
    let discovery = taxii.as_anybody(Method::GET, "/taxii2/").await.ok().json();
    assert_eq!(discovery["api_roots"].as_array().unwrap().len(), 1);
    let list = taxii
        .as_anybody(Method::GET, "/taxii2/local/collections/")
        .await
        .ok()
        .json();
    let listed: Vec<&Value> = list["collections"].as_array().unwrap().iter().collect();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["alias"], &listed[0]["can_write"]),
        (&json!("feed"), &json!(false))
    );
    taxii
        .as_anybody(Method::GET, "/taxii2/local/collections/feed/objects/")
        .await
        .ok();
    // Who wants more is asked to log in, whether or not it exists.
    for (method, path) in [
        (Method::GET, INBOX.to_owned()),
        (Method::GET, "/taxii2/local/collections/nothing/".to_owned()),
        (
            Method::POST,
            "/taxii2/local/collections/feed/objects/".to_owned(),
        ),
        (
            Method::DELETE,
            format!(
                "/taxii2/local/collections/feed/objects/{}/",
                id("tool", "x")
            ),
        ),
        (
            Method::GET,
            format!("/taxii2/local/status/{}/", uuid::Uuid::nil()),
        ),
    ] {
        assert_eq!(
            taxii.as_anybody(method, &path).await.problem().0,
            401,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_status_is_shown_to_who_posted_and_to_nobody_else() {
    let taxii = Taxii::new().await;
    taxii.make_user("ana", &[("*", true, true)]).await;
    taxii.make_user("bob", &[("*", true, true)]).await;
    let posted = taxii
        .as_user(
            &basic("ana"),
            Method::POST,
            &format!("{INBOX}objects/"),
            &envelope(&[first("a")]),
        )
        .await;
    let path = format!(
        "/taxii2/local/status/{}/",
        posted.json()["id"].as_str().unwrap()
    );
    let shown = taxii
        .as_user(&basic("ana"), Method::GET, &path, "")
        .await
        .ok();
    assert_eq!(shown.json(), posted.json());
    let other = taxii.as_user(&basic("bob"), Method::GET, &path, "").await;
    assert_eq!(other.problem().1, "no_such_status");
    assert_eq!(taxii.get(&path).await.problem().1, "no_such_status");
}

#[tokio::test]
async fn a_status_is_shown_in_its_own_api_root() {
    let taxii = Taxii::new().await;
    let elsewhere = SetCollection {
        root: Change::To("other".to_owned()),
        ..SetCollection::default()
    };
    taxii.make("elsewhere", elsewhere).await;
    let status = taxii.add(&[first("a")]).await;
    let uuid = status["id"].as_str().unwrap();
    taxii
        .get(&format!("/taxii2/local/status/{uuid}/"))
        .await
        .ok();
    let other = taxii.get(&format!("/taxii2/other/status/{uuid}/")).await;
    assert_eq!(other.problem().1, "no_such_status");
    let discovery = taxii.get("/taxii2/").await.ok().json();
    let roots = ["local", "other"].map(|root| format!("http://taxii.example:8443/taxii2/{root}/"));
    assert_eq!(discovery["api_roots"], json!(roots));
    assert_eq!(discovery["default"], roots[0]);
    // A collection is in its own API root alone.
    assert_eq!(
        taxii
            .get("/taxii2/other/collections/inbox/")
            .await
            .problem()
            .0,
        404
    );
}

#[tokio::test]
async fn what_waits_for_clearance_is_pending_and_then_what_the_officer_says() {
    let taxii = Taxii::new().await;
    let cleared = SetCollection {
        clearance: Some(1),
        ..SetCollection::default()
    };
    taxii.make("out", cleared).await;
    taxii.make_user("ana", &[("out", true, true)]).await;
    let objects = "/taxii2/local/collections/out/objects/";
    let posted = taxii
        .as_user(
            &basic("ana"),
            Method::POST,
            objects,
            &envelope(&[first("a"), first("b")]),
        )
        .await;
    let status = posted.json();
    assert_eq!(
        (posted.status, &status["status"]),
        (StatusCode::ACCEPTED, &json!("pending"))
    );
    assert_eq!(
        (&status["pending_count"], &status["success_count"]),
        (&json!(2), &json!(0))
    );
    // Nothing leaves before.
    assert_eq!(taxii.get(objects).await.ok().body, "{}");
    let waiting = taxii
        .party()
        .call(Method::GET, "/api/v1/outbox", Vec::new())
        .await
        .unwrap();
    let waiting: Value = serde_json::from_slice(&waiting).unwrap();
    let numbers: Vec<u64> = waiting["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["id"].as_u64().unwrap())
        .collect();
    let decide = |item, reason: Option<&str>| Decide {
        items: vec![item],
        request: None,
        reason: reason.map(str::to_owned),
    };
    let _: Value = taxii
        .party()
        .post("/api/v1/outbox/clear", &decide(numbers[0], None))
        .await
        .unwrap();
    let refused = decide(numbers[1], Some("not this one"));
    let _: Value = taxii
        .party()
        .post("/api/v1/outbox/refuse", &refused)
        .await
        .unwrap();
    let path = format!("/taxii2/local/status/{}/", status["id"].as_str().unwrap());
    let shown = loop {
        let shown = taxii
            .as_user(&basic("ana"), Method::GET, &path, "")
            .await
            .ok()
            .json();
        if shown["status"] == "complete" {
            break shown;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&shown["success_count"], &shown["failure_count"]),
        (&json!(1), &json!(1)),
        "{shown:#}"
    );
    let message = shown["failures"][0]["message"].as_str().unwrap();
    assert!(message.contains("not this one"), "{message}");
    assert_eq!(taxii.get(objects).await.ok().names(), ["a"]);
}

#[tokio::test]
async fn where_an_object_came_from_stands_beside_it() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a"), first("b")]).await;
    let one = taxii
        .look(&format!("objects/{}/", id("indicator", "b")))
        .await
        .ok();
    assert_eq!(one.header("chancery-party"), Some("a.example"));
    assert!(
        one.header("chancery-entry")
            .is_some_and(|entry| entry.contains('#'))
    );
    let all = taxii.look("objects/").await.ok();
    assert_eq!(all.header("chancery-party"), None);
}
