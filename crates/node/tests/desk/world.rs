//! Nodes for the tests: a clock they can move, requests through the router, bundles carried by hand.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use node::{
    Machine, Node,
    clock::{Clock, OsRandom},
    home::Home,
    settings::Settings,
    setup,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// When every test begins.
pub(crate) const BEGIN: &str = "2026-03-01T09:00:00Z";

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(BEGIN.parse().unwrap())))
    }

    pub(crate) fn forward(&self, time: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A node and its directory.
pub(crate) struct Desk {
    pub(crate) node: Node,
    pub(crate) home: Home,
    _dir: TempDir,
}

impl Desk {
    pub(crate) async fn new(name: &str, clock: &TestClock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::create(dir.path()).unwrap();
        // Nobody listens there: what goes between the two goes by bundle.
        let nowhere = "https://127.0.0.1:1";
        let listen = "127.0.0.1:0".parse().unwrap();
        let settings = Settings::new(format!("{name}.example"), name, nowhere, listen);
        let office = setup::NewOffice {
            name: "Duty desk".to_owned(),
            hours: "always".to_owned(),
            contact: "by telephone".to_owned(),
        };
        setup::init(&home, &settings, &office, clock, &OsRandom).unwrap();
        home.write(&home.settings(), b"").unwrap();
        let machine = Machine {
            clock: Arc::new(clock.clone()),
            ..Machine::default()
        };
        let node = Node::open_on(home.clone(), settings, machine)
            .await
            .unwrap();
        Self {
            node,
            home,
            _dir: dir,
        }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> (StatusCode, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .body(Body::from(body))
            .unwrap();
        let answer = self.node.api().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, bytes.to_vec())
    }

    /// Expects success.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, bytes) = self.send(Method::POST, path, body.to_string().into()).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Expects success.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, bytes) = self.send(Method::GET, path, vec![]).await;
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Expects a refusal: status, stable word, sentence.
    pub(crate) async fn refused(&self, path: &str, body: Value) -> String {
        let (status, bytes) = self.send(Method::POST, path, body.to_string().into()).await;
        refusal(status, &bytes)
    }

    pub(crate) async fn card(&self) -> String {
        self.get("/card").await["card"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn item(&self, address: &str) -> Value {
        self.get(&format!("/items?item={}", address.replace('#', "%23")))
            .await
    }
}

/// A refusal in one line.
pub(crate) fn refusal(status: StatusCode, bytes: &[u8]) -> String {
    assert!(!status.is_success(), "{}", String::from_utf8_lossy(bytes));
    let body: Value = serde_json::from_slice(bytes).unwrap();
    let (code, title) = (
        body["code"].as_str().unwrap(),
        body["title"].as_str().unwrap(),
    );
    format!("{} {code}: {title}", status.as_u16())
}

/// Two parties with a dialogue in force.
pub(crate) struct Pair {
    pub(crate) alpha: Desk,
    pub(crate) beta: Desk,
    pub(crate) clock: TestClock,
}

impl Pair {
    pub(crate) async fn new() -> Self {
        Self::with_window(4_096).await
    }

    pub(crate) async fn with_window(window_items: u64) -> Self {
        let clock = TestClock::new();
        let (alpha, beta) = (
            Desk::new("alpha", &clock).await,
            Desk::new("beta", &clock).await,
        );
        let found = found(&beta.card().await, window_items);
        let drafted = alpha.post("/dialogues", found).await;
        let signed = beta
            .post(
                "/dialogues/accept",
                json!({ "document": drafted["document"] }),
            )
            .await;
        alpha
            .post(
                "/dialogues/accept",
                json!({ "document": signed["document"] }),
            )
            .await;
        Self { alpha, beta, clock }
    }

    /// What one has, to the other, in a bundle.
    pub(crate) async fn carry(from: &Desk, to: &Desk) {
        let request = json!({ "dialogue": "Alpha-Beta", "to": to.node.me() });
        let (status, bundle) = from
            .send(Method::POST, "/export", request.to_string().into())
            .await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bundle));
        let (status, report) = to.send(Method::POST, "/import", bundle).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&report));
        let report: Value = serde_json::from_slice(&report).unwrap();
        for line in report["logs"].as_array().unwrap() {
            assert_eq!(line["error"], Value::Null, "{line}");
        }
    }

    /// To and fro, so that receipts come back.
    pub(crate) async fn exchange(&self) {
        Self::carry(&self.alpha, &self.beta).await;
        Self::carry(&self.beta, &self.alpha).await;
        Self::carry(&self.alpha, &self.beta).await;
    }
}

/// The request for a dialogue on two tracks.
pub(crate) fn found(card: &str, window_items: u64) -> Value {
    let track = |name: &str, access: &str| json!({ "name": name, "access": access, "window_items": window_items, "window_days": 7 });
    json!({ "name": "Alpha-Beta", "with": [card], "tracks": [track("cyber", "closed"), track("security", "open")] })
}

/// An indicator whose identifier ends in `number`.
pub(crate) fn indicator(number: u32, name: &str) -> Value {
    json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": format!("indicator--8e2e2d2b-17d4-4cbf-938f-{number:012}"),
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": name,
        "pattern": "[ipv4-addr:value = '192.0.2.7']",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z"
    })
}

/// The question of most tests.
pub(crate) fn question() -> Value {
    json!({ "track": "cyber", "to": "beta", "question": "Is it yours?", "lang": "en", "due": "72h" })
}
