//! What whoever watches over the node sees: health, metrics, the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json as value_of};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    exposition,
    server::{Server, bundle, json},
};

async fn get(server: &Server, path: &str) -> (u16, Value) {
    let answer = server.client().get(server.url(path)).send().await.unwrap();
    (answer.status().as_u16(), json(answer).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_lives_and_is_ready() {
    let server = Server::start(|_| {}).await;
    assert_eq!(
        get(&server, "/health/live").await,
        (200, value_of!({ "live": true }))
    );
    let ready = value_of!({ "ready": true, "reasons": [] });
    assert_eq!(get(&server, "/health/ready").await, (200, ready));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_ready_while_it_leaves_and_says_so_before_it_goes() {
    let server = Server::start(|web| web.limits.drain_secs = 2).await;
    server.stop.cancel();
    let reasons = loop {
        let (status, body) = get(&server, "/health/ready").await;
        if status == 503 {
            break body;
        }
    };
    assert_eq!(
        reasons,
        value_of!({ "ready": false, "reasons": ["the node is stopping"] })
    );
    assert_eq!(get(&server, "/health/live").await.0, 200, "still serving");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_what_a_strict_reader_takes() {
    let server = Server::start(|_| {}).await;
    let client = server.client();
    for path in [
        "/health/live",
        "/nowhere/1",
        "/nowhere/2",
        "/api/v1/items?address=a",
    ] {
        client.get(server.url(path)).send().await.unwrap();
    }
    let url = server.url("/api/v1/pass?track=watch");
    let passed = client.post(url).bearer_auth(server.token()).body(bundle(7));
    assert_eq!(passed.send().await.unwrap().status(), 200);
    let made_up = reqwest::Method::from_bytes(b"MAKEUP").unwrap();
    let answer = client
        .request(made_up, server.url("/health/live"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 405);

    let answer = client.get(server.url("/metrics")).send().await.unwrap();
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        media.starts_with("application/openmetrics-text; version=1.0.0"),
        "{media}"
    );
    let text = answer.text().await.unwrap();
    let families = exposition::read(&text).unwrap();
    let value = |family: &str, labels: &[(&str, &str)]| {
        let mut samples = families[family].samples.iter().filter(|sample| {
            let mut wanted = labels.iter();
            wanted.all(|(name, value)| sample.labels.get(*name).is_some_and(|is| is == value))
        });
        samples.next().map(|sample| sample.value)
    };
    let requests = "chancery_http_requests";
    assert_eq!(
        value(
            requests,
            &[
                ("route", "/health/live"),
                ("method", "GET"),
                ("status", "200")
            ]
        ),
        Some(1.0)
    );
    assert_eq!(
        value(requests, &[("route", "unmatched"), ("status", "404")]),
        Some(2.0),
        "one series for every path that is none"
    );
    assert_eq!(
        value(requests, &[("method", "OTHER"), ("status", "405")]),
        Some(1.0)
    );
    assert_eq!(
        value(requests, &[("route", "/api/v1/items"), ("status", "401")]),
        Some(1.0)
    );
    assert_eq!(
        value("chancery_log_entries", &[("track", "watch")]).map(|size| size >= 7.0),
        Some(true)
    );
    let collection = ("collection", "local/watch");
    assert_eq!(value("chancery_objects_added", &[collection]), Some(7.0));
    assert_eq!(value("chancery_objects_refused", &[collection]), Some(0.0));
    assert_eq!(value("chancery_logins_failed", &[]), Some(0.0));
    assert_eq!(value("chancery_ready", &[]), Some(1.0));
    assert_eq!(value("chancery_alarms", &[]), Some(0.0));
    assert_eq!(
        value("chancery_http_requests_under_way", &[]),
        Some(1.0),
        "this one"
    );
    assert!(value("chancery_store_bytes", &[]).unwrap() > 10_000.0);
    assert!(value("process_resident_memory_bytes", &[]).unwrap() > 1e6);
    assert!(value("process_open_fds", &[]).unwrap() > 3.0);
    assert!(value("chancery_connections_open", &[("listener", "web")]).unwrap() >= 1.0);
    assert!(
        families["chancery_http_request_duration_seconds"]
            .samples
            .len()
            > 16
    );
    for (name, family) in &families {
        assert!(
            family.help.as_ref().is_some_and(|help| !help.is_empty()),
            "{name} has no help"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_not_for_whoever_comes_through_a_proxy() {
    let server = Server::start(|_| {}).await;
    let ask = server.client().get(server.url("/metrics"));
    let answer = ask
        .header("x-forwarded-for", "127.0.0.1")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert!(!answer.text().await.unwrap().contains("chancery_"));
}

/// A log in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn of(&self, target: &str) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["target"] == target).collect()
    }
}

// One thread, so that everything is logged where this test listens.
#[tokio::test]
async fn each_request_has_one_line_in_the_log_with_its_id() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(lines.clone())
        .with_max_level(tracing::Level::INFO)
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let server = Server::start(|_| {}).await;
    let before = lines.of("access").len();
    let ask = server.client().get(server.url("/api/v1/card?a=b"));
    let answer = ask.bearer_auth(server.token()).send().await.unwrap();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let bytes = answer.bytes().await.unwrap().len();
    let logged = loop {
        let all = lines.of("access");
        if all.len() > before {
            break all[before].clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(logged["span"]["id"], id);
    let fields = &logged["fields"];
    assert_eq!(fields["method"], "GET");
    assert_eq!(fields["route"], "/api/v1/card");
    assert_eq!(fields["query"], "a=b");
    assert_eq!(fields["status"], 200);
    assert_eq!(fields["bytes"], bytes);
    assert_eq!(fields["ip"], "127.0.0.1");
    assert_eq!(fields["by"], "tool");
    assert_eq!(fields["whole"], true);
    assert!(fields["ms"].as_f64().unwrap() > 0.0);
    let everything = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!everything.contains(server.token()), "no credentials");
}
