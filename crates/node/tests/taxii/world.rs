//! A node with a private collection, and requests through its router.

use std::net::Ipv4Addr;

use axum::{Extension, Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use node::{
    access::Caller,
    request::NewTrack,
    settings::{Settings, TaxiiSettings},
    view::TrackView,
    web::Peer,
};
use serde_json::{Value, json};
use testkit::{Party, World};
use tower::ServiceExt as _;

pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";

/// A node, the collection `inbox` in the API root `local`, and whoever asks.
pub(crate) struct Taxii {
    pub(crate) world: World,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Taxii {
    pub(crate) async fn new() -> Self {
        Self::with(TaxiiSettings::default()).await
    }

    pub(crate) async fn with(settings: TaxiiSettings) -> Self {
        let mut world = World::without_dialogue(&["a"]).await;
        world.party_mut(0).settings_mut().taxii = settings;
        world.party_mut(0).start().await;
        make_collection(world.party(0), "inbox").await;
        let router = of_directory(web(world.party(0), Ipv4Addr::LOCALHOST));
        Self { world, router }
    }

    pub(crate) fn party(&self) -> &Party {
        self.world.party(0)
    }

    /// Stops the node, changes its settings and starts it again.
    pub(crate) async fn configure(&mut self, change: impl FnOnce(&mut Settings)) {
        // The router holds the node, and the node its directory.
        self.router = Router::new();
        let party = self.world.party_mut(0);
        party.stop().await;
        change(party.settings_mut());
        party.start().await;
        self.router = of_directory(web(self.party(), Ipv4Addr::LOCALHOST));
    }

    /// The router as it is for somebody on the web: it asks who calls.
    pub(crate) fn asking(&self, from: Ipv4Addr) -> Router {
        web(self.party(), from)
    }

    pub(crate) async fn make_collection(&self, name: &str) {
        make_collection(self.party(), name).await;
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(self.router.clone(), request).await
    }

    /// Asks as a client does that knows what it wants.
    pub(crate) async fn ask(&self, method: Method, path: &str) -> Answer {
        self.send(request(method, path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    /// Below the collection.
    pub(crate) async fn look(&self, path: &str) -> Answer {
        self.get(&format!("{INBOX}{path}")).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, &format!("{INBOX}{path}")).await
    }

    /// Posts a body to the collection.
    pub(crate) async fn post(&self, body: impl Into<Body>) -> Answer {
        let request = request(Method::POST, &format!("{INBOX}objects/"))
            .header(header::CONTENT_TYPE, TAXII)
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// Adds objects, each of which must be a success; the status.
    pub(crate) async fn add(&self, objects: &[Value]) -> Value {
        let answer = self.post(envelope(objects)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
        let status = answer.json();
        assert_eq!(status["success_count"], objects.len(), "{status:#}");
        status
    }

    /// The names of the objects of a page.
    pub(crate) async fn names(&self, query: &str) -> Vec<String> {
        self.look(&format!("objects/{query}")).await.ok().names()
    }
}

/// Everything that is served on the web, as if over a connection from there.
fn web(party: &Party, from: Ipv4Addr) -> Router {
    party.node().web().layer(Extension(Peer {
        ip: from.into(),
        certificate: None,
        tls: !from.is_loopback(),
    }))
}

/// Somebody who may do everything.
pub(crate) fn of_directory(router: Router) -> Router {
    router.layer(Extension(Caller::directory()))
}

/// The collection, with a slash at the end.
pub(crate) const INBOX: &str = "/taxii2/local/collections/inbox/";

pub(crate) async fn make_collection(party: &Party, name: &str) {
    let track = NewTrack {
        name: name.to_owned(),
        title: format!("The {name}"),
        access: "closed".to_owned(),
        ..NewTrack::default()
    };
    let made: TrackView = party.post("/api/v1/tracks", &track).await.unwrap();
    assert_eq!(made.name, name);
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "taxii.example:8443")
        .header(header::ACCEPT, TAXII)
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let head = request.method() == Method::HEAD;
    let answer = router
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {});
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let answer = Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    };
    if (answer.status.is_client_error() || answer.status.is_server_error()) && !head {
        answer.check_problem();
    }
    answer
}

impl Answer {
    /// The same, if it is a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        assert_eq!(self.header("content-type"), Some(TAXII));
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn objects(&self) -> Vec<Value> {
        self.json()["objects"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let name = |object: &Value| object["name"].as_str().unwrap_or("?").to_owned();
        self.objects().iter().map(name).collect()
    }

    /// Status, code and words of a failure.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String, String) {
        let message = self.json();
        let text = |member: &str| message[member].as_str().unwrap_or_default().to_owned();
        // What is refused before it reaches TAXII has its words in the title.
        let mut words = text("description");
        if words.is_empty() {
            words = text("title");
        }
        (self.status.as_u16(), text("error_code"), words)
    }

    /// Every 4xx and 5xx, wherever in these tests it comes from, has the error message of §3.6.1.
    #[track_caller]
    fn check_problem(&self) {
        assert_eq!(self.header("content-type"), Some(TAXII), "{self:?}");
        let message = self.json();
        let status = self.status.as_str();
        assert_eq!(message["http_status"], status, "{message:#}");
        let said = |member: &str| {
            message[member]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        };
        assert!(said("title") && said("error_code"), "{message:#}");
        assert_eq!(message["error_id"].as_str(), self.header("x-request-id"));
        let asks_to_log_in = self.headers.contains_key(header::WWW_AUTHENTICATE);
        assert_eq!(asks_to_log_in, self.status == StatusCode::UNAUTHORIZED);
        assert_ne!(
            self.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{message:#}"
        );
    }
}

/// An indicator that differs from others by its name; `modified` is its version.
pub(crate) fn indicator(name: &str, modified: &str) -> Value {
    json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": id("indicator", name),
        "created": "2020-01-01T00:00:00.000Z",
        "modified": modified,
        "name": name,
        "indicator_types": ["malicious-activity"],
        "pattern": "[ipv4-addr:value = '198.51.100.1']",
        "pattern_type": "stix",
        "valid_from": "2020-01-01T00:00:00Z"
    })
}

/// The first version of an indicator.
pub(crate) fn first(name: &str) -> Value {
    indicator(name, V1)
}

pub(crate) fn malware(name: &str) -> Value {
    json!({
        "type": "malware",
        "spec_version": "2.1",
        "id": id("malware", name),
        "created": "2020-01-01T00:00:00.000Z",
        "modified": V1,
        "name": name,
        "is_family": false
    })
}

pub(crate) const V1: &str = "2020-01-01T00:00:00.000Z";
pub(crate) const V2: &str = "2020-01-02T00:00:00.123Z";
pub(crate) const V3: &str = "2020-01-03T00:00:00.000Z";

pub(crate) fn id(kind: &str, name: &str) -> String {
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes());
    // Version 4 by its digit: STIX asks for that.
    let mut text = uuid.to_string();
    text.replace_range(14..15, "4");
    format!("{kind}--{text}")
}

pub(crate) fn envelope(objects: &[Value]) -> String {
    json!({ "objects": objects }).to_string()
}
