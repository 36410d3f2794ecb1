//! Push feeds: what leaves, what does not, and what became of it.

use serde_json::{Value, json};
use stix::marking::Tlp;
use store::When;
use testkit::samples;

use crate::{
    foreign::Foreign,
    world::{HERE, Node, indicators, names, pull, push},
};

fn marked(number: usize, marking: &str) -> String {
    samples::indicator("x", number).replace(
        r#""pattern_type""#,
        &format!(r#""object_marking_refs":["{marking}"],"pattern_type""#),
    )
}

fn list(objects: &[String]) -> String {
    format!("[{}]", objects.join(","))
}

fn received(server: &Foreign) -> Vec<String> {
    let told = server.told();
    let name = |object: &Value| object["name"].as_str().unwrap().to_owned();
    told.received.iter().map(name).collect()
}

#[tokio::test]
async fn everything_goes_once_and_then_what_is_new() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.party().pass(HERE, list(&indicators(0..5))).await;
    node.add(push(&server)).await;
    let ran = node.run().await;
    assert_eq!(ran.counts.moved, 5);
    assert_eq!(received(&server), names(0..5));

    node.run().await;
    node.party().pass(HERE, list(&indicators(5..7))).await;
    let ran = node.run().await;
    assert_eq!(ran.counts.moved, 7);
    assert_eq!(received(&server), names(0..7));
}

#[tokio::test]
async fn what_leaves_is_the_bytes_that_are_kept() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let object = samples::indicator("x", 0).replace(
        r#""pattern_type""#,
        r#""confidence":7,"x_note":"\u00e9","pattern_type""#,
    );
    node.party()
        .pass(HERE, list(std::slice::from_ref(&object)))
        .await;
    node.add(push(&server)).await;
    node.run().await;
    let sent = server.told().received[0].clone();
    assert_eq!(sent, serde_json::from_str::<Value>(&object).unwrap());
}

#[tokio::test]
async fn nothing_leaves_above_the_ceiling_or_without_a_marking() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let objects = [
        marked(0, Tlp::Green2.id()),
        marked(1, Tlp::Amber1.id()),
        marked(2, Tlp::Red2.id()),
        samples::indicator("x", 3),
        marked(4, Tlp::White1.id()),
    ];
    node.party().pass(HERE, list(&objects)).await;
    let mut feed = push(&server);
    feed["unmarked"] = json!(false);
    node.add(feed).await;
    let ran = node.run().await;
    assert_eq!(received(&server), ["x 0", "x 4"]);
    assert_eq!((ran.counts.moved, ran.counts.kept_back), (2, 3));
    let reasons: Vec<_> = ran
        .refusals
        .iter()
        .map(|refusal| refusal.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "kept back: it has no marking of the Traffic Light Protocol, and the feed does not send such objects",
            "kept back: it is marked TLP:RED, the feed's ceiling is TLP:GREEN",
            "kept back: it is marked TLP:AMBER, the feed's ceiling is TLP:GREEN",
        ]
    );
}

#[tokio::test]
async fn nothing_goes_back_where_it_came_from() {
    let (node, server, other) = (
        Node::new().await,
        Foreign::start().await,
        Foreign::start().await,
    );
    server.add(indicators(0..3));
    node.add(pull(&server, 10)).await;
    node.run().await;
    // It is still known after the feed that brought it is gone.
    node.party()
        .call(http::Method::DELETE, "/api/v1/feeds/f", Vec::new())
        .await
        .unwrap();
    node.party().pass(HERE, list(&indicators(3..5))).await;
    node.add(push(&server)).await;
    node.run().await;
    assert_eq!(received(&server), names(3..5));

    let mut feed = push(&other);
    feed["name"] = json!("g");
    node.add(feed).await;
    let _: Value = node.party().post("/api/v1/feeds/g/run", &()).await.unwrap();
    assert_eq!(
        received(&other),
        names(0..5),
        "another server gets everything"
    );
}

#[tokio::test]
async fn refusals_of_the_other_server_are_remembered_and_the_others_go() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.party().pass(HERE, list(&indicators(0..4))).await;
    let large = samples::large_indicator("x", 4, 3_000);
    node.party().pass(HERE, list(&[large])).await;
    {
        let mut told = server.told();
        told.body_bytes_max = 2_000;
        told.refuses
            .insert(samples::indicator_id("x", 1), "not wanted");
    }
    node.add(push(&server)).await;
    let ran = node.run().await;
    assert_eq!(received(&server), ["x 0", "x 2", "x 3"]);
    assert_eq!((ran.counts.moved, ran.counts.refused), (3, 2));
    let of = |number| {
        let id = samples::indicator_id("x", number);
        let mut found = ran.refusals.iter().filter(|refusal| refusal.id == id);
        found.next().unwrap().reason.clone()
    };
    assert_eq!(of(1), "not wanted");
    assert!(of(4).contains("the other server takes 2000"), "{}", of(4));
}

#[tokio::test]
async fn a_pending_status_is_waited_for() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.party().pass(HERE, list(&indicators(0..2))).await;
    server.told().pends = 2;
    node.add(push(&server)).await;
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.counts.pending), (2, 0));
}

#[tokio::test]
async fn a_crash_after_sending_sends_again_and_loses_nothing() {
    for (operation, nth, when) in [
        ("advance_feed", 1, When::Before),
        ("advance_feed", 1, When::After),
        ("end_feed_round", 1, When::Before),
    ] {
        let (mut node, server) = (Node::new().await, Foreign::start().await);
        node.party().pass(HERE, list(&indicators(0..6))).await;
        let mut feed = push(&server);
        feed["page_size"] = json!(4);
        node.add(feed).await;
        node.party().faults().fail(operation, nth, when);
        node.try_run().await.unwrap_err();
        node.restart().await;
        node.run().await;
        let mut received = received(&server);
        received.sort();
        received.dedup();
        assert_eq!(received, names(0..6), "{operation} {nth} {when:?}");
    }
}

#[tokio::test]
async fn a_push_feed_is_put_back_to_a_date() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.party().pass(HERE, list(&indicators(0..2))).await;
    node.world.clock().advance(60);
    let between = node.party().node().clock().now();
    node.world.clock().advance(60);
    node.party().pass(HERE, list(&indicators(2..4))).await;
    node.add(push(&server)).await;
    node.run().await;
    server.told().received.clear();
    for (since, from) in [(json!(between), 2), (json!(null), 0)] {
        let reset = json!({ "since": since });
        let _: Value = node
            .party()
            .post("/api/v1/feeds/f/reset", &reset)
            .await
            .unwrap();
        node.run().await;
        assert_eq!(received(&server), names(from..4));
        server.told().received.clear();
    }
    node.world.clock().advance(60);
    let reset = json!({ "since": node.party().node().clock().now() });
    let _: Value = node
        .party()
        .post("/api/v1/feeds/f/reset", &reset)
        .await
        .unwrap();
    node.run().await;
    assert!(received(&server).is_empty());
}
