//! `chancery feed`: at rest, beside a running node, and under `kill -9`.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::samples;

use crate::process::Process;

/// When the first object of the server was added, seconds.
const BEGIN: i64 = 1_760_000_000;
/// Kills of one node.
const KILLS: u64 = 12;
/// How long the server takes over a page: all pages take longer than the node runs between the kills together.
const PAGE_TIME: Duration = Duration::from_millis(60);
/// Longest wait for everything to have come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that gives the page of a token once, like medallion: who asks again gets the one after it.
#[derive(Clone)]
struct Server {
    objects: usize,
    /// Pages given, each of one crawl.
    given: Arc<Mutex<HashSet<String>>>,
}

#[derive(serde::Deserialize)]
struct Asked {
    limit: usize,
    next: Option<String>,
    added_after: Option<Timestamp>,
}

/// Serves that many indicators, one added each second. Returns the URL of the API root.
pub(crate) async fn serve(objects: usize) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/", listener.local_addr().unwrap());
    let root = json!({ "title": "r", "versions": [], "max_content_length": 1_000_000 }).to_string();
    let list = json!({ "collections": [{ "id": "c", "title": "C", "can_read": true, "can_write": true }] }).to_string();
    let router = Router::new()
        .route("/api/", get(async || root))
        .route("/api/collections/", get(async || list))
        .route("/api/collections/c/objects/", get(page))
        .with_state(Server {
            objects,
            given: Arc::default(),
        });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn page(State(server): State<Server>, Query(asked): Query<Asked>) -> Response {
    tokio::time::sleep(PAGE_TIME).await;
    let after = asked.added_after.map(Timestamp::as_microsecond);
    let mut from = (0..server.objects)
        .find(|number| after.is_none_or(|after| micros(*number) > after))
        .unwrap_or(server.objects);
    let mut given = server.given.lock().unwrap();
    let crawl = match &asked.next {
        Some(next) => {
            let (crawl, begins) = next.split_once('-').unwrap();
            from = begins.parse().unwrap();
            while !given.insert(format!("{crawl}-{from}")) {
                from += asked.limit;
            }
            crawl.to_owned()
        }
        None => {
            let crawl = given.len().to_string();
            given.insert(format!("{crawl}-"));
            crawl
        }
    };
    drop(given);
    let to = (from + asked.limit).min(server.objects);
    let rows: Vec<_> = (from..to)
        .map(|number| samples::indicator("x", number))
        .collect();
    let more = if to < server.objects {
        format!(r#""more":true,"next":"{crawl}-{to}","#)
    } else {
        String::new()
    };
    let last = Timestamp::from_microsecond(micros(to.saturating_sub(1))).unwrap();
    let header = [("x-taxii-date-added-last", last.to_string())];
    (
        header,
        format!(r#"{{{more}"objects":[{}]}}"#, rows.join(",")),
    )
        .into_response()
}

fn micros(number: usize) -> i64 {
    (BEGIN + i64::try_from(number).unwrap()) * 1_000_000
}

fn node(dir: &Path) -> Process {
    let node = Process::init(dir, "alpha");
    node.done(&["collection", "create", "watchlist"]);
    node
}

fn show(node: &Process) -> Value {
    let shown = node.done(&["--json", "feed", "show", "osint"]);
    serde_json::from_slice(&shown.stdout).unwrap()
}

fn add(node: &Process, url: &str, more: &[&str]) {
    let mut words = vec!["feed", "add", "osint", "--server", url, "--collection", "C"];
    words.extend(["--into", "watchlist", "--page-size", "30"]);
    words.extend(more);
    node.done(&words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_from_making_it_to_removing_it() {
    let dir = tempfile::tempdir().unwrap();
    let node = node(dir.path());
    let url = serve(70).await;
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "open sesame\nnot this\n").unwrap();
    let file = secret.to_str().unwrap();
    add(
        &node,
        &url,
        &["--user", "u", "--password-file", file, "--every", "1h30m"],
    );

    let ran = node.done(&["feed", "run", "osint"]);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(said, "Feed osint: 70 moved, 0 there already.\n");
    let shown = show(&node);
    assert_eq!(
        (&shown["interval_secs"], &shown["credentials"]),
        (&json!(5_400), &json!("basic"))
    );
    let text = String::from_utf8(node.done(&["feed", "show", "osint"]).stdout).unwrap();
    assert!(
        text.contains("waiting") && !text.contains("sesame"),
        "{text}"
    );

    node.done(&["feed", "pause", "osint"]);
    assert_eq!(show(&node)["state"], "paused");
    node.done(&["feed", "resume", "osint"]);
    node.done(&["feed", "reset", "osint", "--since", "2025-01-01"]);
    let ran = node.done(&["--json", "feed", "run", "osint"]);
    let ran: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(
        (&ran["counts"]["moved"], &ran["counts"]["held"]),
        (&json!(70), &json!(70))
    );
    node.done(&["feed", "remove", "osint"]);
    let list = node.done(&["--json", "feed", "list"]);
    assert_eq!(String::from_utf8(list.stdout).unwrap().trim(), "[]");

    for (words, says) in [
        (&["feed", "show", "osint"][..], "there is no feed `osint`"),
        (
            &["feed", "add", "x", "--server", &url, "--collection", "C"],
            "--into",
        ),
        (
            &[
                "feed",
                "add",
                "x",
                "--server",
                &url,
                "--collection",
                "C",
                "--from",
                "watchlist",
            ],
            "--ceiling",
        ),
        (
            &[
                "feed",
                "add",
                "x",
                "--server",
                "http://taxii.example/",
                "--collection",
                "C",
                "--into",
                "watchlist",
            ],
            "in the clear: only https is asked, except on this machine; `--insecure-http` lets it go",
        ),
    ] {
        let refused = node.command(words);
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(says), "{words:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_runs_is_unreachable() {
    let dir = tempfile::tempdir().unwrap();
    let node = node(dir.path());
    let url = format!("http://{}/", crate::process::free_address());
    add(&node, &url, &[]);
    let ran = node.command(&["feed", "run", "osint"]);
    assert_eq!(ran.status.code(), Some(5), "{ran:?}");
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(said.contains("cannot be reached"), "{said}");
    // The trail has one line for what was done, and does not call the failure a refusal.
    let trail = String::from_utf8(node.done(&["audit"]).stdout).unwrap();
    assert!(trail.contains("failed: 502"), "{trail}");
    assert_eq!(trail.matches("feed.add").count(), 1, "{trail}");
    assert!(!trail.contains("POST /api/v1/feeds: done"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_by_kills_in_the_middle_of_a_crawl() {
    const OBJECTS: usize = 1_500;
    let dir = tempfile::tempdir().unwrap();
    let mut node = node(dir.path());
    let url = serve(OBJECTS).await;
    add(&node, &url, &[]);
    for kill in 0..KILLS {
        node.serve().await;
        // Any moment of what it does: there is no condition to wait for.
        tokio::time::sleep(Duration::from_millis(40 + 23 * kill)).await;
        node.kill();
    }
    let between = show(&node);
    assert_eq!(
        between["last_success"],
        Value::Null,
        "the kills came too late"
    );
    assert!(
        between["counts"]["moved"].as_u64().unwrap() > 0,
        "the kills came too early"
    );
    node.serve().await;
    let begun = Instant::now();
    while show(&node)["last_success"].is_null() {
        assert!(begun.elapsed() < PATIENCE, "{}", show(&node));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // One entry each, and the charter of the collection.
    let logs = node.api().logs().await.unwrap();
    let sizes: Vec<_> = logs.values().map(|log| log.size).collect();
    assert_eq!(sizes, [OBJECTS as u64 + 1]);
    node.stop();
    node.done(&["fsck"]);
}
