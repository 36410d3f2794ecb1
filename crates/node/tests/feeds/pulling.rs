//! Pull feeds: what comes, once, wherever they are cut off.

use serde_json::json;
use store::When;
use testkit::samples;

use crate::{
    foreign::{BEGIN, Foreign},
    world::{Node, indicators, names, pull},
};

#[tokio::test]
async fn everything_comes_once_and_then_what_is_new() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..25));
    node.add(pull(&server, 10)).await;
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.counts.held), (25, 0));
    assert_eq!(node.listed().await, names(0..25));
    assert_eq!(ran.state, "waiting");
    let last = BEGIN + 24 * 1_000;
    assert_eq!(ran.added_after.unwrap().as_microsecond(), last - 1);

    // Only the last date is asked for again.
    let again = node.run().await;
    assert_eq!((again.counts.moved, again.counts.held), (25, 1));
    server.add(indicators(25..27));
    let more = node.run().await;
    assert_eq!((more.counts.moved, more.counts.held), (27, 2));
    assert_eq!(node.listed().await, names(0..27));
}

#[tokio::test]
async fn what_is_added_with_the_same_date_later_is_not_missed() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..2));
    node.add(pull(&server, 10)).await;
    node.run().await;
    let at = BEGIN + 1_000;
    server.told().objects.push((at, samples::indicator("x", 2)));
    node.run().await;
    assert_eq!(node.listed().await, names(0..3));
}

#[tokio::test]
async fn a_round_that_broke_off_goes_on_where_it_was() {
    let (mut node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..50));
    node.add(pull(&server, 10)).await;
    server.told().pages_max = Some(2);
    let error = node.try_run().await.unwrap_err();
    assert!(
        error.contains("401") && error.contains("no more"),
        "{error}"
    );
    assert_eq!(node.listed().await, names(0..20));
    assert!(node.show().await.within_a_crawl);

    node.restart().await;
    server.told().pages_max = None;
    server.told().asked.clear();
    let ran = node.run().await;
    assert_eq!(
        (ran.counts.moved, ran.counts.held),
        (50, 1),
        "one object was asked for twice"
    );
    assert_eq!(node.listed().await, names(0..50));
    let asked = server.told().asked.clone();
    let first = asked
        .iter()
        .find(|asked| asked.contains("/objects/"))
        .unwrap();
    assert!(
        first.contains("added_after=") && !first.contains("next="),
        "{first}"
    );
    assert!(!ran.within_a_crawl);
}

#[tokio::test]
async fn without_dates_a_round_goes_on_by_token_and_does_without_when_it_was_forgotten() {
    for forgets in [false, true] {
        let (node, server) = (Node::new().await, Foreign::start().await);
        server.add(indicators(0..30));
        server.told().dateless = true;
        node.add(pull(&server, 10)).await;
        server.told().pages_max = Some(2);
        node.try_run().await.unwrap_err();
        server.told().pages_max = None;
        server.told().forgets = forgets;
        if forgets {
            // One page is enough now: no token is needed any more.
            server.told().objects.drain(5..25);
        }
        let ran = node.run().await;
        let held = if forgets { 5 } else { 0 };
        let moved = if forgets { 25 } else { 30 };
        assert_eq!((ran.counts.moved, ran.counts.held), (moved, held));
    }
}

#[tokio::test]
async fn a_crash_anywhere_loses_nothing_and_doubles_nothing() {
    for (operation, nth, when) in [
        ("append", 1, When::Before),
        ("append", 2, When::After),
        ("advance_feed", 1, When::Before),
        ("advance_feed", 2, When::Before),
        ("advance_feed", 2, When::After),
        ("advance_feed", 3, When::After),
        ("end_feed_round", 1, When::Before),
        ("end_feed_round", 1, When::After),
    ] {
        let (mut node, server) = (Node::new().await, Foreign::start().await);
        server.add(indicators(0..30));
        node.add(pull(&server, 10)).await;
        node.party().faults().fail(operation, nth, when);
        let ended = node.try_run().await;
        assert!(ended.is_err(), "{operation} {nth} {when:?} did not fail");
        assert_eq!(node.party().faults().pending(), 0);
        node.restart().await;
        let ran = node.run().await;
        assert_eq!(
            node.listed().await,
            names(0..30),
            "{operation} {nth} {when:?}"
        );
        assert_eq!(ran.failures, 0);
        node.world.audit().await;
    }
}

#[tokio::test]
async fn one_bad_object_is_refused_alone_and_remembered() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let other = samples::indicator_saying("x", 0, "benign");
    server.add([
        samples::indicator("x", 0),
        r#"{"type":"indicator","id":"no id at all"}"#.to_owned(),
        other,
        samples::indicator("x", 1),
    ]);
    node.add(pull(&server, 10)).await;
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.counts.refused), (2, 2));
    assert_eq!(node.listed().await, names(0..2));
    let shown = node.show().await;
    assert_eq!(shown.refusals.len(), 2);
    assert_eq!(shown.refusals[0].id, samples::indicator_id("x", 0));
    assert!(
        shown.refusals[0].reason.contains("other content"),
        "{:?}",
        shown.refusals
    );
}

#[tokio::test]
async fn a_server_that_says_no_dates_is_asked_for_one() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..5));
    server.told().dateless = true;
    node.add(pull(&server, 10)).await;
    let ran = node.run().await;
    assert_eq!(
        ran.added_after.unwrap().as_microsecond(),
        BEGIN + 4 * 1_000 - 1
    );
    server.add(indicators(5..6));
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.counts.held), (6, 1));
}

#[tokio::test]
async fn a_feed_begins_where_it_is_told_and_can_be_put_back() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..10));
    let mut feed = pull(&server, 100);
    feed["since"] = json!(jiff::Timestamp::from_microsecond(BEGIN + 6_500).unwrap());
    feed["types"] = json!(["indicator"]);
    node.add(feed).await;
    node.run().await;
    assert_eq!(node.listed().await, names(7..10));
    let asked = server.told().asked.join("\n");
    assert!(asked.contains("match%5Btype%5D=indicator"), "{asked}");

    let reset: node::view::FeedView = node
        .party()
        .post("/api/v1/feeds/f/reset", &json!({}))
        .await
        .unwrap();
    assert_eq!(reset.added_after, None);
    let ran = node.run().await;
    assert_eq!((ran.counts.moved, ran.counts.held), (10, 3));
    let mut listed = node.listed().await;
    listed.sort();
    assert_eq!(listed, names(0..10));
}

#[tokio::test]
async fn all_versions_are_asked_for_where_wanted() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let mut feed = pull(&server, 100);
    feed["all_versions"] = json!(true);
    node.add(feed).await;
    node.run().await;
    let asked = server.told().asked.join("\n");
    assert!(asked.contains("match%5Bversion%5D=all"), "{asked}");
}
