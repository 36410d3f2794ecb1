//! Feeds that run by themselves.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    foreign::Foreign,
    world::{Node, indicators, names, pull},
};

/// Longest wait of a test.
const TIME_MAX: Duration = Duration::from_secs(20);

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < TIME_MAX, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_feed_runs_when_it_is_due_and_not_while_it_rests() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..2));
    node.add(pull(&server, 10)).await;
    let stop = CancellationToken::new();
    let engine = tokio::spawn(node::feeds::run(node.party().node().clone(), stop.clone()));
    until("the first round", async || {
        node.show().await.last_success.is_some()
    })
    .await;
    assert_eq!(node.listed().await, names(0..2));

    let _: Value = node
        .party()
        .post("/api/v1/feeds/f/pause", &())
        .await
        .unwrap();
    server.add(indicators(2..3));
    let asked = server.told().asked.len();
    // Another feed that runs twice: all that was due between the two would have run as well.
    let other = Foreign::start().await;
    let mut feed = pull(&other, 10);
    feed["name"] = serde_json::json!("g");
    let rounds = || {
        other
            .told()
            .asked
            .iter()
            .filter(|asked| asked.contains("/objects/"))
            .count()
    };
    node.party()
        .post::<Value>("/api/v1/feeds", &feed)
        .await
        .unwrap();
    until("two rounds of the other feed", async || {
        node.world.clock().advance(10_000);
        rounds() >= 2
    })
    .await;
    let paused = node.show().await;
    assert_eq!((paused.state.as_str(), paused.next_round), ("paused", None));
    assert_eq!(
        server.told().asked.len(),
        asked,
        "nobody asks while it rests"
    );
    assert_eq!(node.listed().await, names(0..2));

    let _: Value = node
        .party()
        .post("/api/v1/feeds/f/resume", &())
        .await
        .unwrap();
    until("the next round", async || {
        node.listed().await == names(0..3)
    })
    .await;
    stop.cancel();
    engine.await.unwrap();
}

#[tokio::test]
async fn a_round_that_hangs_is_stopped_by_pause_and_by_the_end_of_the_node() {
    // It takes connections and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut node = Node::new().await;
    let server = Foreign::start().await;
    let mut feed = pull(&server, 10);
    feed["url"] = serde_json::json!(format!("http://{}/", silent.local_addr().unwrap()));
    node.add(feed).await;
    let stop = CancellationToken::new();
    let engine = tokio::spawn(node::feeds::run(node.party().node().clone(), stop.clone()));
    until("the round", async || node.show().await.state == "running").await;
    let _: Value = node
        .party()
        .post("/api/v1/feeds/f/pause", &())
        .await
        .unwrap();
    assert_eq!(node.show().await.state, "paused");

    let _: Value = node
        .party()
        .post("/api/v1/feeds/f/resume", &())
        .await
        .unwrap();
    until("the round", async || node.show().await.state == "running").await;
    let shown = node.show().await;
    assert_eq!(shown.failures, 0, "being stopped is no failure");
    stop.cancel();
    engine.await.unwrap();
    node.restart().await;
    drop(silent);
}
