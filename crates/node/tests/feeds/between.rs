//! Two nodes: one serves TAXII, the other pulls from it and pushes to it.

use axum::extract::Request;
use http::Method;
use node::access::Remote;
use serde_json::{Value, json};
use testkit::{Party, World};

use crate::world::{HERE, indicators, listed, names, private_collection};

/// Serves a node's TAXII on loopback. Returns its discovery URL.
async fn serve(party: &Party) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/taxii2/", listener.local_addr().unwrap());
    let remote = Remote {
        ip: [127, 0, 0, 1].into(),
        certificate: None,
    };
    let router = party.node().taxii().layer(axum::middleware::map_request(
        move |mut request: Request| async move {
            request.extensions_mut().insert(remote);
            request
        },
    ));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// Two nodes with a collection each; the second has a user for the first.
async fn two() -> (World, String, Value) {
    let mut world = World::without_dialogue(&["alpha", "beta"]).await;
    for index in 0..2 {
        world.party_mut(index).start().await;
        private_collection(world.party(index)).await;
    }
    let beta = world.party(1);
    let user = json!({ "name": "alpha", "role": "analyst", "password": "correct horse battery" });
    let _: Value = beta.post("/api/v1/users", &user).await.unwrap();
    let grant = json!({ "scope": HERE, "user": "alpha", "read": true, "write": true });
    let grant = serde_json::to_vec(&grant).unwrap();
    beta.call(Method::POST, "/api/v1/grants", grant)
        .await
        .unwrap();
    let url = serve(beta).await;
    let credentials =
        json!({ "kind": "basic", "user": "alpha", "password": "correct horse battery" });
    (world, url, credentials)
}

async fn run(party: &Party, feed: Value) -> Value {
    let _: Value = party.post("/api/v1/feeds", &feed).await.unwrap();
    let path = format!("/api/v1/feeds/{}/run", feed["name"].as_str().unwrap());
    party.post(&path, &()).await.unwrap()
}

#[tokio::test]
async fn a_node_pulls_from_another() {
    let (world, url, credentials) = two().await;
    let objects = format!("[{}]", indicators(0..250).join(","));
    world.party(1).pass(HERE, objects).await;
    let ran = run(
        world.party(0),
        json!({ "name": "f", "direction": "pull", "collection": HERE, "url": url, "remote_collection": HERE,
            "credentials": credentials, "page_size": 40, "types": ["indicator"] }),
    )
    .await;
    assert_eq!(ran["counts"]["moved"], 250, "{ran}");
    assert_eq!(listed(world.party(0)).await, names(0..250));
}

#[tokio::test]
async fn a_node_pushes_to_another_and_gets_nothing_of_its_own_back() {
    let (world, url, credentials) = two().await;
    let objects = format!("[{}]", indicators(0..120).join(","));
    world.party(0).pass(HERE, objects).await;
    let ran = run(
        world.party(0),
        json!({ "name": "out", "direction": "push", "collection": HERE, "url": url, "remote_collection": HERE,
            "credentials": credentials, "page_size": 50, "ceiling": "clear", "unmarked": true }),
    )
    .await;
    assert_eq!(ran["counts"]["moved"], 120, "{ran}");
    assert_eq!(listed(world.party(1)).await, names(0..120));

    let ran = run(
        world.party(0),
        json!({ "name": "in", "direction": "pull", "collection": HERE, "url": url, "remote_collection": HERE,
            "credentials": credentials, "types": ["indicator"] }),
    )
    .await;
    assert_eq!(
        (&ran["counts"]["moved"], &ran["counts"]["held"]),
        (&json!(0), &json!(120)),
        "{ran}"
    );
    assert_eq!(listed(world.party(0)).await, names(0..120));
}

#[tokio::test]
async fn a_wrong_password_is_said() {
    let (world, url, _) = two().await;
    let feed = json!({ "name": "f", "direction": "pull", "collection": HERE, "url": url, "remote_collection": HERE,
        "credentials": { "kind": "basic", "user": "alpha", "password": "wrong" } });
    let _: Value = world.party(0).post("/api/v1/feeds", &feed).await.unwrap();
    let refused = world
        .party(0)
        .post::<Value>("/api/v1/feeds/f/run", &())
        .await
        .unwrap_err();
    assert!(
        refused.error.title.contains("401"),
        "{}",
        refused.error.title
    );
}
