//! What goes wrong with the other server, and what an operator sees of it.

use serde_json::json;

use crate::{
    foreign::Foreign,
    world::{Node, indicators, names, pull},
};

/// Seconds until the next round.
fn wait(node: &Node, feed: &node::view::FeedView) -> i64 {
    let now = node.party().node().clock().now();
    feed.next_round.unwrap().as_second() - now.as_second()
}

#[tokio::test]
async fn failures_are_shown_and_the_waits_grow() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..3));
    node.add(pull(&server, 10)).await;
    let mut waits = Vec::new();
    for failures in 1..=4 {
        server.told().refusals.push_back((401, None));
        let error = node.try_run().await.unwrap_err();
        assert!(
            error.starts_with("feed_failed") && error.contains("401"),
            "{error}"
        );
        let shown = node.show().await;
        assert_eq!(
            (shown.state.as_str(), shown.failures),
            ("failing", failures)
        );
        let failure = shown.last_failure.clone().unwrap();
        assert!(failure.says.contains("\"as told\""), "{}", failure.says);
        waits.push(wait(&node, &shown));
    }
    for (index, wait) in waits.into_iter().enumerate() {
        let due = 10 << index;
        assert!(
            (due / 2..=due).contains(&wait),
            "{wait} s after failure {index}"
        );
    }
    let ran = node.run().await;
    assert_eq!((ran.state.as_str(), ran.failures), ("waiting", 0));
    assert_eq!(wait(&node, &ran), 900);
    assert_eq!(node.listed().await, names(0..3));
}

#[tokio::test]
async fn retry_after_is_obeyed() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.add(pull(&server, 10)).await;
    server.told().refusals.push_back((429, Some("7200")));
    let error = node.try_run().await.unwrap_err();
    assert!(error.contains("come back after 7200 s"), "{error}");
    assert_eq!(server.told().asked.len(), 1, "it was asked again at once");
    assert_eq!(wait(&node, &node.show().await), 7_200);
}

#[tokio::test]
async fn what_passes_by_itself_is_no_failure() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..3));
    node.add(pull(&server, 10)).await;
    server.told().refusals.push_back((500, None));
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.failures), (3, 0));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let node = Node::new().await;
    let server = Foreign::start().await;
    let mut feed = pull(&server, 10);
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    feed["url"] = json!(format!("http://{}/", free.local_addr().unwrap()));
    drop(free);
    node.add(feed).await;
    let error = node.try_run().await.unwrap_err();
    assert!(
        error.contains("cannot be reached") && error.contains("refused"),
        "{error}"
    );
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_named_with_those_that_are() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let mut feed = pull(&server, 10);
    feed["remote_collection"] = json!("another");
    node.add(feed).await;
    let error = node.try_run().await.unwrap_err();
    assert!(
        error.contains("no collection `another`; it has `The one (c1)`"),
        "{error}"
    );
}

#[tokio::test]
async fn without_its_credentials_a_feed_says_what_to_do() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.add(pull(&server, 10)).await;
    let file = node.party().home().feeds().join("f.json");
    std::fs::remove_file(file).unwrap();
    let error = node.try_run().await.unwrap_err();
    assert!(
        error.contains("remove the feed and add it again"),
        "{error}"
    );
    assert!(server.told().asked.is_empty());
}
