//! A node with a private track, people with roles, and requests as any of them.

use std::{collections::BTreeMap, net::Ipv4Addr};

use axum::{Extension, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use node::{
    access::Remote,
    request::NewTrack,
    view::{PassOutcome, PassReport, TrackView},
};
use serde_json::{Value, json};
use testkit::{Party, World};
use tower::ServiceExt as _;

/// The private track of every test here.
pub(crate) const TRACK: &str = "inbox";

pub(crate) struct Intake {
    pub(crate) world: World,
    tokens: BTreeMap<String, String>,
}

impl Intake {
    /// A node with a track that asks for nothing.
    pub(crate) async fn new() -> Self {
        Self::with(NewTrack::default()).await
    }

    /// A node with a track of these terms.
    pub(crate) async fn with(terms: NewTrack) -> Self {
        let mut world = World::without_dialogue(&["a"]).await;
        world.party_mut(0).start().await;
        let track = NewTrack {
            name: TRACK.to_owned(),
            access: "closed".to_owned(),
            ..terms
        };
        let made: Result<TrackView, _> = world.party(0).post("/api/v1/tracks", &track).await;
        made.unwrap();
        Self::of(world)
    }

    /// The first party of a world.
    pub(crate) fn of(world: World) -> Self {
        Self {
            world,
            tokens: BTreeMap::new(),
        }
    }

    pub(crate) fn party(&self) -> &Party {
        self.world.party(0)
    }

    /// What the operator sets for the collection.
    pub(crate) async fn set(&self, track: &str, settings: Value) {
        let path = format!("/api/v1/collections/{track}");
        let body = settings.to_string().into_bytes();
        self.party().call(Method::PATCH, &path, body).await.unwrap();
    }

    /// Passes as whoever opens the directory.
    pub(crate) async fn pass(&self, objects: impl Into<Vec<u8>>) -> PassReport {
        let path = format!("/api/v1/pass?track={TRACK}&tell=all");
        let answer = self.party().call(Method::POST, &path, objects.into()).await;
        serde_json::from_slice(&answer.unwrap()).unwrap()
    }

    /// Expects that the whole is refused, and that nothing of it was stored: status, stable word, sentence.
    pub(crate) async fn refused(&self, body: impl Into<Vec<u8>>) -> String {
        let before = self.size().await;
        let path = format!("/api/v1/pass?track={TRACK}");
        let answer = self.party().call(Method::POST, &path, body.into()).await;
        let refused = answer.unwrap_err();
        assert_eq!(self.size().await, before, "nothing is stored");
        format!(
            "{} {}: {}",
            refused.status.as_u16(),
            refused.error.code,
            refused.error.title
        )
    }

    /// Entries of this party's log.
    pub(crate) async fn size(&self) -> u64 {
        self.size_of(TRACK).await
    }

    pub(crate) async fn size_of(&self, track: &str) -> u64 {
        let log = self.party().log(track, self.party());
        let held = self.party().node().store().log(log.id).await.unwrap();
        held.unwrap().size
    }

    /// Objects that the collection lists.
    pub(crate) async fn listed(&self, track: &str) -> usize {
        let node = self.party().node();
        let track = node.directory().track(track).unwrap();
        let wanted = store::Wanted {
            versions: store::VersionsWanted {
                all: true,
                ..Default::default()
            },
            ..Default::default()
        };
        let page = node.store().list(track.id, wanted, 0, 10_000).await;
        page.unwrap().rows.len()
    }

    /// Makes a user with a role, who may read and write everything.
    pub(crate) async fn user(&mut self, name: &str, role: &str) {
        self.stranger(name, role).await;
        let grant = json!({ "user": name, "scope": "*", "read": true, "write": role != "reader" });
        self.directory("/api/v1/grants", &grant).await;
    }

    /// Makes a user to whom nothing was granted.
    pub(crate) async fn stranger(&mut self, name: &str, role: &str) {
        let user = json!({ "name": name, "role": role });
        self.directory("/api/v1/users", &user).await;
        let token = json!({ "user": name, "name": "test" });
        let made = self.directory("/api/v1/tokens", &token).await;
        let secret = made["secret"].as_str().unwrap().to_owned();
        self.tokens.insert(name.to_owned(), secret);
    }

    async fn directory(&self, path: &str, body: &Value) -> Value {
        let answer: Result<Value, _> = self.party().post(path, body).await;
        answer.unwrap()
    }

    /// Asks the JSON API as a user.
    pub(crate) async fn ask(
        &self,
        user: &str,
        method: Method,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> (StatusCode, Vec<u8>) {
        let router = self.party().node().api_for_callers();
        self.send(router, user, method, path, body.into()).await
    }

    /// Asks TAXII as a user.
    pub(crate) async fn taxii(
        &self,
        user: &str,
        method: Method,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> (StatusCode, Value) {
        let router = self.party().node().taxii();
        let (status, bytes) = self.send(router, user, method, path, body.into()).await;
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn send(
        &self,
        router: axum::Router,
        user: &str,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> (StatusCode, Vec<u8>) {
        let taxii = "application/taxii+json;version=2.1";
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.tokens[user]),
            )
            .header(header::CONTENT_TYPE, taxii)
            .body(Body::from(body))
            .unwrap();
        let remote = Remote {
            ip: Ipv4Addr::LOCALHOST.into(),
            certificate: None,
        };
        let answer = router.layer(Extension(remote)).oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, bytes.to_vec())
    }

    /// Expects success.
    pub(crate) async fn post(&self, user: &str, path: &str, body: Value) -> Value {
        let (status, bytes) = self.ask(user, Method::POST, path, body.to_string()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Expects success.
    pub(crate) async fn get(&self, user: &str, path: &str) -> Value {
        let (status, bytes) = self.ask(user, Method::GET, path, "").await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Expects a refusal: its stable word.
    pub(crate) async fn word(&self, user: &str, method: Method, path: &str, body: Value) -> String {
        let (status, bytes) = self.ask(user, method, path, body.to_string()).await;
        assert!(!status.is_success(), "{}", String::from_utf8_lossy(&bytes));
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        format!("{} {}", status.as_u16(), body["code"].as_str().unwrap())
    }

    /// Clears or refuses items as a user: each outcome in a word.
    pub(crate) async fn decide(&self, user: &str, what: &str, items: &[u64]) -> Vec<String> {
        let body = json!({ "items": items, "reason": "because" });
        let decided = self
            .post(user, &format!("/api/v1/outbox/{what}"), body)
            .await;
        words(&decided)
    }
}

/// The outcomes of a decision, each in a word.
pub(crate) fn words(decided: &Value) -> Vec<String> {
    let outcomes = decided["outcomes"].as_array().unwrap();
    outcomes
        .iter()
        .map(|each| each["outcome"].as_str().unwrap().to_owned())
        .collect()
}

/// The outcomes of a report: word, reason or notes.
pub(crate) fn told(report: &PassReport) -> String {
    let each = |outcome: &PassOutcome| {
        let why = match &outcome.reason {
            Some(reason) => format!(": {reason}"),
            None if !outcome.notes.is_empty() => format!(", {}", outcome.notes.join(" | ")),
            None => String::new(),
        };
        format!("{} {}{why}", outcome.position, outcome.outcome)
    };
    let lines: Vec<String> = report.outcomes.iter().map(each).collect();
    lines.join("\n")
}

/// A valid observable, different for each number; it has no version.
pub(crate) fn address(number: u8) -> Value {
    let value = format!("198.51.100.{number}");
    let name = format!(r#"{{"value":"{value}"}}"#);
    let namespace = uuid::Uuid::parse_str("00abedb4-aa42-466c-9c01-fed23315a9b7").unwrap();
    let uuid = uuid::Uuid::new_v5(&namespace, name.as_bytes());
    json!({ "type": "ipv4-addr", "spec_version": "2.1", "id": format!("ipv4-addr--{uuid}"), "value": value })
}
